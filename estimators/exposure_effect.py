"""What follows an exposure that begins at some time: hazard ratio and test, or why neither is shown."""

from dataclasses import dataclass

import numpy as np

from estimators.cox import Cox, cox
from estimators.group_test import Test
from estimators.inputs import numbers
from estimators.mantel_byar import mantel_byar
from estimators.reasons import FEW_EVENTS, FEW_PATIENTS, FEW_PER_COVARIATE, words

SECTION = "Effect of an exposure"
METHOD = (
    "Hazard ratio of two arms by Cox regression (Efron) with Wald interval, and as its p-value that of the Mantel-Byar "
    "test (of groups fixed from the start: the log-rank test); neither with fewer than 10 patients or fewer than 5 "
    "events in an arm."
)
REFERENCE = (
    "Cox DR. J R Stat Soc B 1972;34:187-220. Mantel N, Byar DP. J Am Stat Assoc 1974;69:81-86. The numbers 10 and 5 "
    "are our convention; 10 events a covariate: Peduzzi P, et al. J Clin Epidemiol 1995;48:1503-1510."
)
MIN_N, MIN_EVENTS, MIN_PER_COVARIATE = 10, 5, 10


@dataclass(frozen=True)
class Effect:
    """n, events: (not exposed, exposed) rows and their events. hazard_ratio with its limits (exposed / not exposed) and
    p_value: NaN where `reason` (a code) says why. test: what the p-value is of; None: it is the ratio's own (Wald)."""

    n: tuple[int, int]
    events: tuple[int, int]
    hazard_ratio: float = np.nan
    conf_low: float = np.nan
    conf_high: float = np.nan
    p_value: float = np.nan
    test: Test | None = None
    reason: str = ""

    def sentence(self, arms=("not exposed", "exposed")) -> str:
        """Why there is neither test nor ratio, in words; "" where there is one. arms: the words for the two arms."""
        beginning = "no test and no hazard ratio"
        if self.reason == FEW_PATIENTS:
            arm = 1 if self.n[1] < MIN_N else 0
            return words(self.reason, verdict=beginning, minimum=MIN_N, who=f"{arms[arm]} ({self.n[arm]})")
        counts = ", ".join(f"{events} {arm}" for events, arm in zip(self.events, arms, strict=True))
        return words(self.reason, verdict=beginning, minimum=MIN_EVENTS, who=f"events in an arm ({counts})")


def exposure_effect(start, stop, event, exposed, *, landmark=0, conf_level=0.95) -> Effect:
    """Cox hazard ratio (Efron) and Mantel-Byar test of rows (start, stop] before and after an exposure.

    Arrays (n,) as for `mantel_byar`; with every start 0 and a fixed exposure the test is the log-rank test. landmark:
    the rows that curves from this day on show, stop > landmark, observed from max(start, landmark) on.
    Gate: fewer than MIN_N rows, or fewer than MIN_EVENTS events in an arm.
    """
    start, stop = numbers("start", start), numbers("stop", stop)
    event, exposed = np.asarray(event, bool), np.asarray(exposed, bool)
    if landmark:
        held = stop > landmark
        start, stop, event, exposed = np.maximum(start, landmark)[held], stop[held], event[held], exposed[held]
    n, events = counts_of(event, exposed)
    if reason := gate(n, events):
        return Effect(n, events, reason=reason)
    fit, test = cox(start, stop, event, exposed, conf_level=conf_level), mantel_byar(start, stop, event, exposed)
    return effect_of(n, events, fit, test)


def effect_of(n, events, fit: Cox, test: Test | None = None) -> Effect:
    """The effect that a fit of one covariate says, or why it says none."""
    if reason := fit.reason or (test.reason if test else ""):
        return Effect(n, events, reason=reason)
    ratio, low, high = (float(values[0]) for values in (fit.hazard_ratio, fit.conf_low, fit.conf_high))
    return Effect(n, events, ratio, low, high, test.p_value if test else float(fit.p_value[0]), test)


def covariate_effects(patient, start, stop, event, x, *, conf_level=0.95) -> tuple[Effect, ...]:
    """Hazard ratios of several covariates of 0 and 1, each adjusted for the others, of rows (start, stop].

    x: (n, p) boolean; patient: labels, since a patient whose covariate changes is on both sides of it and n counts
    patients. p_value: of the ratio (Wald). Gates: fewer than MIN_PER_COVARIATE events a covariate, fewer than
    MIN_EVENTS on a side of one; then every effect has the reason.
    """
    patient, event, x = np.asarray(patient), np.asarray(event, bool), np.asarray(x, bool)
    sides = [_sides(patient, event, x[:, place]) for place in range(x.shape[1])]
    few = event.sum() < MIN_PER_COVARIATE * len(sides)
    one_sided = min(min(events) for _, events in sides) < MIN_EVENTS
    reason = FEW_PER_COVARIATE if few else FEW_EVENTS if one_sided else ""
    fit = None if reason else cox(start, stop, event, x.astype(float), conf_level=conf_level)
    if fit is None or fit.reason:
        reason = reason if fit is None else fit.reason
        return tuple(Effect(n, events, reason=reason) for n, events in sides)
    found = zip(fit.hazard_ratio, fit.conf_low, fit.conf_high, fit.p_value, strict=True)
    return tuple(Effect(*side, *map(float, numbers)) for side, numbers in zip(sides, found, strict=True))


def _sides(patient, event, exposed):
    """(patients, events), each (not exposed, exposed)."""
    n = (len(np.unique(patient[~exposed])), len(np.unique(patient[exposed])))
    return n, (int(event[~exposed].sum()), int(event[exposed].sum()))


def counts_of(event, exposed):
    """(n, events), each (not exposed, exposed), of boolean arrays (n,)."""
    n = (int((~exposed).sum()), int(exposed.sum()))
    return n, (int(event[~exposed].sum()), int(event[exposed].sum()))


def gate(n, events) -> str:
    """The code of why nothing is compared, or an empty string."""
    return FEW_PATIENTS if min(n) < MIN_N else FEW_EVENTS if min(events) < MIN_EVENTS else ""
