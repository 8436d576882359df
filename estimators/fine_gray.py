"""Fine-Gray: the ratio of subdistribution hazards, beside the cause-specific one, when other outcomes compete."""

from dataclasses import dataclass

import numpy as np

from estimators.cox import TIES, Cox, fit_of, no_fit
from estimators.exposure_effect import Effect, counts_of, effect_of, exposure_effect, gate
from estimators.follow_up import reverse_kaplan_meier
from estimators.gray import gray_test
from estimators.inputs import confidence, entries, numbers, same_length
from estimators.kaplan_meier import kaplan_meier
from estimators.partial_likelihood import Lingering, maximise, sandwich, sets_of
from estimators.reasons import DELAYED_ENTRY, NO_EVENTS

SECTION = "Subdistribution hazard ratio"
METHOD = (
    "Fine-Gray model of the subdistribution hazard: who had a competing event stays at risk with the probability of "
    "not being censored since (reverse Kaplan-Meier, events before censorings of a day), with delayed entry also of "
    "having entered; Efron's method for tied days; robust variance."
)
REFERENCE = (
    "Fine JP, Gray RJ. J Am Stat Assoc 1999;94:496-509. Geskus RB. Biometrics 2011;67:39-49 (weights). Latouche A, "
    "et al. J Clin Epidemiol 2013;66:648-653 (both ratios side by side)."
)


def fine_gray(time, cause, x, outcome=1, entry=None, *, ties="efron", conf_level=0.95) -> Cox:
    """The fit: fields of `Cox`, hazard_ratio being that of the subdistribution of `outcome`.

    time: (n,) days from the origin; cause: (n,) 0 = censored, positive codes = outcomes; x: (n, p) or (n,) covariates
    known at the origin; entry: as for Kaplan-Meier. Without competing events the estimates are Cox's. No fit, but a
    reason, where on a day everybody under observation had just entered: who left before says nothing of later days.
    ValueError: missing, negative, unequal lengths, entry not before time.
    """
    time, cause = numbers("time", time), numbers("cause", cause)
    same_length(time=time, cause=cause)
    x = np.asarray(x, float).reshape(len(time), -1)
    if not np.isfinite(x).all() or ties not in TIES:
        raise ValueError(f"x must be finite and ties one of {', '.join(TIES)}, got: {ties}")
    event, n_event = cause == outcome, int((cause == outcome).sum())
    if not n_event:
        return no_fit(0, x.shape[1], NO_EVENTS)
    centred, entry = x - x.mean(axis=0), entries(entry, time)
    start, seen = (np.full(len(time), -1) if entry is None else entry), _seen(time, cause, entry)
    if not (seen.before(time[event]) > 0).all():
        return no_fit(n_event, x.shape[1], DELAYED_ENTRY)
    sets = sets_of(start, time, event, centred, ties, lingering=_lingering(time, cause, outcome, seen))
    maximum = maximise(sets)
    if maximum.reason:
        return no_fit(n_event, x.shape[1], maximum.reason)
    return fit_of(n_event, maximum, sandwich(sets, maximum), confidence(conf_level))


@dataclass(frozen=True)
class Seen:
    """How likely it is to be under observation on a day: not censored before it (G), and entered before it (H)."""

    left: np.ndarray
    staying: np.ndarray
    backwards: np.ndarray
    entered: np.ndarray
    last: float

    def before(self, at):
        """(k,) G(t-) H(t-) of the days `at`."""
        staying = self.staying[np.searchsorted(self.left, at, side="left")]
        return staying * self.entered[np.searchsorted(self.backwards, self.last - at, side="right")]


def _seen(time, cause, entry) -> Seen:
    """G by reverse Kaplan-Meier, events before the censorings of a day; H the same backwards in time: a patient comes
    under observation on the day it leaves, and "has the event" on the day it enters."""
    curve = reverse_kaplan_meier(time, (cause > 0).astype(int), entry)
    staying, last = np.append(1.0, curve["estimate"]), float(time.max()) + 1
    if entry is None:
        return Seen(curve["time"].to_numpy(), staying, np.zeros(0), np.ones(1), last)
    backwards = kaplan_meier(last - np.maximum(entry, 0), np.ones(len(time), int), last - time)
    days, entered = backwards["time"].to_numpy(), np.append(1.0, backwards["estimate"])
    return Seen(curve["time"].to_numpy(), staying, days, entered, last)


def _lingering(time, cause, outcome, seen: Seen):
    """Who had a competing event, by the day of it: their weight is what `seen` is on a later day / was on that day."""
    rows = np.flatnonzero((cause > 0) & (cause != outcome))
    rows = rows[(seen.before(time[rows]) > 0)]
    rows = rows[np.argsort(time[rows], kind="stable")]

    def lingering(events):
        since = np.asarray(np.searchsorted(events, time[rows], side="right"))
        until = np.asarray(np.searchsorted(time[rows], events, side="left"))
        return Lingering(rows, seen.before(time[rows]), since, until, seen.before(events))

    return lingering


def incidence_effects(time, cause, exposed, outcome=1, entry=None, *, conf_level=0.95) -> tuple[Effect, Effect]:
    """(cause-specific, subdistribution) ratio of two groups, exposed / not exposed, each with its test (log-rank, Gray)
    and the gates of `exposure_effect`. exposed: (n,) true or false from the origin on; entry: as for the log-rank test;
    Gray's test is not defined with it, and the p-value is the ratio's own."""
    time, cause = numbers("time", time), numbers("cause", cause)
    event, exposed = cause == outcome, np.asarray(exposed, bool)
    start = np.zeros(len(time), int) if entry is None else numbers("entry", entry)
    specific = exposure_effect(start, time, event, exposed, conf_level=conf_level)
    n, events = counts_of(event, exposed)
    if reason := gate(n, events):
        return specific, Effect(n, events, reason=reason)
    is_late = (start > 0).any()
    fit = fine_gray(time, cause, exposed, outcome, start if is_late else None, conf_level=conf_level)
    test = None if is_late else gray_test(time, cause, exposed, outcome, min_n=0, min_events=0)
    return specific, effect_of(n, events, fit, test)
