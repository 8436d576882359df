"""Do hazards stay proportional? The test of scaled Schoenfeld residuals, and ratios over declared intervals."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from estimators.cox import rows_of
from estimators.kaplan_meier import kaplan_meier
from estimators.partial_likelihood import Maximum, Sets, maximise, mean_of_day, moments, sets_of
from estimators.reasons import NO_EVENTS, words

SECTION = "Proportional hazards"
METHOD = (
    "Proportional hazards: score test that the log hazard ratio does not change with 1 - Kaplan-Meier (scaled "
    "Schoenfeld residuals)."
)
REFERENCE = "Grambsch PM, Therneau TM. Biometrika 1994;81:515-526. Schoenfeld D. Biometrika 1982;69:239-241."
TRANSFORMS = ("km", "identity")


@dataclass(frozen=True)
class Proportionality:
    """statistic, p_value: (p,) per covariate, each with 1 degree of freedom; overall: (statistic, df, p_value) of all
    together. residuals: per event, in the order of time: time transformed residual_1 .. residual_p (scaled: their mean
    is near the log hazard ratio, their trend is its change). `reason`: the code of why all of these are missing."""

    statistic: np.ndarray
    p_value: np.ndarray
    overall: tuple[float, int, float]
    residuals: pd.DataFrame
    reason: str = ""

    def sentence(self) -> str:
        """Why there is no test, in words; "" where there is one."""
        return words(self.reason)


def proportional_hazards(start, stop, event, x, *, transform="km", ties="efron") -> Proportionality:
    """The test that each log hazard ratio of the Cox model is constant against its change with g(t).

    Rows and covariates as for `cox`. transform: g(t) is "km": 1 - S(t-), S the Kaplan-Meier curve of all rows; or
    "identity": t. ValueError: as for `cox`, or another transform.
    """
    start, stop, event, x = rows_of(start, stop, event, x, ties)
    if transform not in TRANSFORMS:
        raise ValueError(f"transform must be one of {', '.join(TRANSFORMS)}, got: {transform}")
    if not event.any():
        return _no_test(x.shape[1], NO_EVENTS)
    sets = sets_of(start, stop, event, x - x.mean(axis=0), ties)
    maximum = maximise(sets)
    if maximum.reason:
        return _no_test(x.shape[1], maximum.reason)
    days = stop[event]
    g = _left_km(start, stop, event, days) if transform == "km" else days.astype(float)
    return _score_test(sets, maximum, days, g)


def _left_km(start, stop, event, days):
    curve = kaplan_meier(stop, event, np.maximum(start, 0))
    survival = np.append(1.0, curve["estimate"])
    return 1 - survival[np.searchsorted(curve["time"], days, side="left")]


def _score_test(sets: Sets, maximum: Maximum, days, g) -> Proportionality:
    """The score test of theta = 0 in beta + theta g(t), beta at its maximum: what the gradient of theta has left, over
    its information given that of beta."""
    _, mean, second = moments(sets, maximum.beta)
    spread, centred = second - mean[:, :, None] * mean[:, None, :], g - g.mean()
    residual = sets.x[sets.event] - mean
    score = centred @ residual
    crossed, changing = (np.einsum("e,eij->ij", weight, spread) for weight in (centred, centred**2))
    information = changing - crossed.T @ np.linalg.solve(maximum.information, crossed)
    statistic = score**2 / np.diag(information)
    overall, p = float(score @ np.linalg.solve(information, score)), len(score)
    return Proportionality(
        statistic, chdtrc(1, statistic), (overall, p, float(chdtrc(p, overall))), _scaled(sets, maximum, days, g, mean)
    )


def _scaled(sets: Sets, maximum: Maximum, days, g, mean):
    residual = sets.x[sets.event] - mean_of_day(sets, mean)
    scaled = len(days) * residual @ np.linalg.inv(maximum.information) + maximum.beta
    names = [f"residual_{i + 1}" for i in range(scaled.shape[1])]
    frame = pd.DataFrame(scaled, columns=names)
    frame.insert(0, "time", days)
    frame.insert(1, "transformed", g)
    return frame.sort_values("time", kind="stable", ignore_index=True)


def _no_test(p: int, reason: str) -> Proportionality:
    columns = ["time", "transformed", *(f"residual_{i + 1}" for i in range(p))]
    none = np.full(p, np.nan)
    return Proportionality(none, none, (np.nan, p, np.nan), pd.DataFrame(columns=columns, dtype=float), reason)
