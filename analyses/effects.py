"""What adjusted and weighted analyses give: result types beside those of analyses/result.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from analyses.result import Outcome, Result


@dataclass(frozen=True, kw_only=True)
class Effects(Result):
    """Ratios of models, unadjusted beside adjusted. rows: model measure factor strata label n n_event estimate conf_low
    conf_high p_value reason, a row per term, measure and model; factors: the variables by code; models: what the models
    are, in reading order."""

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    factors: Mapping[str, str] = field(default_factory=dict)
    models: tuple[Outcome, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Balance(Result):
    """How alike compared groups are before and after weighting. rows: factor strata label before after, standardised
    differences; factors: the variables by code."""

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    factors: Mapping[str, str] = field(default_factory=dict)
