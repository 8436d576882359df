"""Fine-Gray: the ratio of subdistribution hazards, beside the cause-specific one, when other outcomes compete."""

import numpy as np

from estimators.cox import TIES, Cox, fit_of, no_fit
from estimators.exposure_effect import Effect, counts_of, effect_of, exposure_effect, gate
from estimators.follow_up import reverse_kaplan_meier
from estimators.gray import gray_test
from estimators.inputs import confidence, numbers, same_length
from estimators.partial_likelihood import Lingering, maximise, sandwich, sets_of
from estimators.reasons import DELAYED_ENTRY, NO_EVENTS

SECTION = "Subdistribution hazard ratio"
METHOD = (
    "Fine-Gray model of the subdistribution hazard: who had a competing event stays at risk with the probability of "
    "not being censored since (reverse Kaplan-Meier, events before censorings of a day); Efron's method for tied days; "
    "robust variance."
)
REFERENCE = (
    "Fine JP, Gray RJ. J Am Stat Assoc 1999;94:496-509. Geskus RB. Biometrics 2011;67:39-49 (weights). Latouche A, "
    "et al. J Clin Epidemiol 2013;66:648-653 (both ratios side by side)."
)


def fine_gray(time, cause, x, outcome=1, *, ties="efron", conf_level=0.95) -> Cox:
    """The fit: fields of `Cox`, hazard_ratio being that of the subdistribution of `outcome`.

    time: (n,) days from the origin; cause: (n,) 0 = censored, positive codes = outcomes; x: (n, p) or (n,) covariates
    known at the origin. Without competing events the estimates are Cox's. Not defined for delayed entry.
    ValueError: missing, negative, unequal lengths.
    """
    time, cause = numbers("time", time), numbers("cause", cause)
    same_length(time=time, cause=cause)
    x = np.asarray(x, float).reshape(len(time), -1)
    if not np.isfinite(x).all() or ties not in TIES:
        raise ValueError(f"x must be finite and ties one of {', '.join(TIES)}, got: {ties}")
    event, n_event = cause == outcome, int((cause == outcome).sum())
    if not n_event:
        return no_fit(0, x.shape[1], NO_EVENTS)
    centred, origin = x - x.mean(axis=0), np.full(len(time), -1)
    sets = sets_of(origin, time, event, centred, ties, lingering=_lingering(time, cause, outcome))
    maximum = maximise(sets)
    if maximum.reason:
        return no_fit(n_event, x.shape[1], maximum.reason)
    return fit_of(n_event, maximum, sandwich(sets, maximum), confidence(conf_level))


def _lingering(time, cause, outcome):
    """Who had a competing event, by the day of it: weight G(t-) / G(that day-), G not being censored by then."""
    curve = reverse_kaplan_meier(time, (cause > 0).astype(int))
    days, uncensored = curve["time"].to_numpy(), np.append(1.0, curve["estimate"])
    rows = np.flatnonzero((cause > 0) & (cause != outcome))
    rows = rows[np.argsort(time[rows], kind="stable")]

    def before(at):
        return uncensored[np.searchsorted(days, at, side="left")]

    def lingering(events):
        since = np.asarray(np.searchsorted(events, time[rows], side="right"))
        until = np.asarray(np.searchsorted(time[rows], events, side="left"))
        return Lingering(rows, before(time[rows]), since, until, before(events))

    return lingering


def incidence_effects(time, cause, exposed, outcome=1, entry=None, *, conf_level=0.95) -> tuple[Effect, Effect]:
    """(cause-specific, subdistribution) ratio of two groups, exposed / not exposed, each with its test (log-rank, Gray)
    and the gates of `exposure_effect`. exposed: (n,) true or false from the origin on; entry: as for the log-rank test;
    the subdistribution ratio is not defined with it."""
    time, cause = numbers("time", time), numbers("cause", cause)
    event, exposed = cause == outcome, np.asarray(exposed, bool)
    start = np.zeros(len(time), int) if entry is None else numbers("entry", entry)
    specific = exposure_effect(start, time, event, exposed, conf_level=conf_level)
    n, events = counts_of(event, exposed)
    reason = gate(n, events) or (DELAYED_ENTRY if (start > 0).any() else "")
    if reason:
        return specific, Effect(n, events, reason=reason)
    fit = fine_gray(time, cause, exposed, outcome, conf_level=conf_level)
    return specific, effect_of(n, events, fit, gray_test(time, cause, exposed, outcome, min_n=0, min_events=0))
