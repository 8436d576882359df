"""What follows an exposure that begins at some time: hazard ratio and test, or why neither is shown."""

from dataclasses import dataclass

import numpy as np

from estimators.cox import cox
from estimators.group_test import Test
from estimators.mantel_byar import mantel_byar
from estimators.reasons import FEW_EVENTS, FEW_PATIENTS, words

MIN_N, MIN_EVENTS = 10, 5


@dataclass(frozen=True)
class Effect:
    """n, events: (not exposed, exposed) rows and their events. hazard_ratio with its limits (exposed / not exposed) and
    the test: NaN and None where `reason` (a code) says why."""

    n: tuple[int, int]
    events: tuple[int, int]
    hazard_ratio: float = np.nan
    conf_low: float = np.nan
    conf_high: float = np.nan
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


def exposure_effect(start, stop, event, exposed, *, conf_level=0.95) -> Effect:
    """Cox hazard ratio (Efron) and Mantel-Byar test of rows (start, stop] before and after an exposure.

    Arrays (n,) as for `mantel_byar`; with every start 0 and a fixed exposure the test is the log-rank test.
    Gate: fewer than MIN_N rows, or fewer than MIN_EVENTS events in an arm.
    """
    event, exposed = np.asarray(event, bool), np.asarray(exposed, bool)
    n = (int((~exposed).sum()), int(exposed.sum()))
    events = (int(event[~exposed].sum()), int(event[exposed].sum()))
    if reason := gate(n, events):
        return Effect(n, events, reason=reason)
    fit, test = cox(start, stop, event, exposed, conf_level=conf_level), mantel_byar(start, stop, event, exposed)
    if fit.reason or test.reason:
        return Effect(n, events, reason=fit.reason or test.reason)
    return Effect(n, events, float(fit.hazard_ratio[0]), float(fit.conf_low[0]), float(fit.conf_high[0]), test)


def gate(n, events) -> str:
    """The code of why nothing is compared, or an empty string."""
    return FEW_PATIENTS if min(n) < MIN_N else FEW_EVENTS if min(events) < MIN_EVENTS else ""
