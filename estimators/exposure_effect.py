"""What follows an exposure that begins at some time: hazard ratio and test, or why neither is shown."""

from dataclasses import dataclass

import numpy as np

from estimators.cox import cox
from estimators.group_test import Test
from estimators.mantel_byar import mantel_byar

MIN_N, MIN_EVENTS = 10, 5


@dataclass(frozen=True)
class Effect:
    """n, events: (not exposed, exposed) rows and their events. hazard_ratio with its limits (exposed / not exposed) and
    the test: NaN and None where `reason` says why."""

    n: tuple[int, int]
    events: tuple[int, int]
    hazard_ratio: float = np.nan
    conf_low: float = np.nan
    conf_high: float = np.nan
    test: Test | None = None
    reason: str = ""


def exposure_effect(start, stop, event, exposed, *, arms=("not exposed", "exposed"), conf_level=0.95) -> Effect:
    """Cox hazard ratio (Efron) and Mantel-Byar test of rows (start, stop] before and after an exposure.

    Arrays (n,) as for `mantel_byar`; with every start 0 and a fixed exposure the test is the log-rank test. arms: words
    for the reason. Gate: fewer than MIN_N rows, or fewer than MIN_EVENTS events in an arm.
    """
    event, exposed = np.asarray(event, bool), np.asarray(exposed, bool)
    n = (int((~exposed).sum()), int(exposed.sum()))
    events = (int(event[~exposed].sum()), int(event[exposed].sum()))
    if reason := gate(n, events, arms):
        return Effect(n, events, reason=reason)
    fit, test = cox(start, stop, event, exposed, conf_level=conf_level), mantel_byar(start, stop, event, exposed)
    if fit.reason or test.reason:
        return Effect(n, events, reason=fit.reason or test.reason)
    return Effect(n, events, float(fit.hazard_ratio[0]), float(fit.conf_low[0]), float(fit.conf_high[0]), test)


def gate(n, events, arms) -> str:
    """Why nothing is compared, or an empty string."""
    small = [f"fewer than {MIN_N} {arms[arm]} ({n[arm]})" for arm in (1, 0) if n[arm] < MIN_N]
    if small:
        return small[0]
    if min(events) < MIN_EVENTS:
        return f"fewer than {MIN_EVENTS} events in an arm ({events[0]} {arms[0]}, {events[1]} {arms[1]})"
    return ""
