"""The estimators that results are made with, for whoever words how a figure was calculated."""

from collections.abc import Callable

from analyses.result import (
    CAUSE_SPECIFIC,
    DIFFERENCE,
    HAZARD_RATIO,
    MEAN_DIFFERENCE,
    ODDS_RATIO,
    PIECEWISE,
    PROPORTIONALITY,
    RISK_DIFFERENCE,
    SUBDISTRIBUTION,
    Result,
)
from estimators.aalen_johansen import aalen_johansen
from estimators.control_limits import control_limits
from estimators.difference import difference_at
from estimators.exposure_effect import exposure_effect
from estimators.fine_gray import incidence_effects
from estimators.holm import holm
from estimators.kaplan_meier import kaplan_meier
from estimators.odds_ratio import odds_ratio
from estimators.piecewise_hazard_ratio import piecewise_hazard_ratio
from estimators.proportion import proportion
from estimators.proportional_hazards import proportional_hazards
from estimators.restricted_mean import restricted_mean_difference
from estimators.risk_difference import risk_difference

__all__ = ["aalen_johansen", "compared_by", "control_limits", "kaplan_meier", "proportion"]
COMPARED_BY: dict[str, Callable] = {
    DIFFERENCE: difference_at,
    MEAN_DIFFERENCE: restricted_mean_difference,
    HAZARD_RATIO: exposure_effect,
    CAUSE_SPECIFIC: exposure_effect,
    SUBDISTRIBUTION: incidence_effects,
    PROPORTIONALITY: proportional_hazards,
    PIECEWISE: piecewise_hazard_ratio,
    RISK_DIFFERENCE: risk_difference,
    ODDS_RATIO: odds_ratio,
}


def compared_by(result: Result) -> tuple[Callable, ...]:
    """What stands beside a comparison was made with these, in the order of its rows: of two groups, or of pairs."""
    if result.pairs is not None:
        return (holm,)
    measures = () if result.comparison is None else result.comparison.rows["measure"]
    return tuple(dict.fromkeys(COMPARED_BY[measure] for measure in measures if measure in COMPARED_BY))
