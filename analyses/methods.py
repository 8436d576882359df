"""The estimators that results are made with, for whoever words how a figure was calculated."""

from estimators.aalen_johansen import aalen_johansen
from estimators.control_limits import control_limits
from estimators.kaplan_meier import kaplan_meier
from estimators.proportion import proportion

__all__ = ["aalen_johansen", "control_limits", "kaplan_meier", "proportion"]
