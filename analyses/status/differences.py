"""What stands beside rates of two groups: risk difference and odds ratio, second against first, not adjusted."""

import numpy as np
import pandas as pd

from analyses.cohort import Cohort
from analyses.result import COMPARED, ODDS_RATIO, RISK_DIFFERENCE, Comparison
from endpoints.cohort import MISSING, n_in_several
from estimators.odds_ratio import odds_ratio
from estimators.risk_difference import risk_difference

PAIR = 2


def compare_rates(cohort: Cohort, rates: pd.DataFrame) -> Comparison | None:
    """Of rates per group (strata outcome n_event n); None unless exactly two known groups are compared."""
    filled = set(rates.loc[rates["n"] > 0, "strata"])
    known = [group for group in cohort.groups if group.code in filled and group.code != MISSING]
    if len(known) != PAIR or n_in_several(cohort.members):
        return None
    counts = rates.set_index(["outcome", "strata"])
    rows = [row for outcome in dict.fromkeys(rates["outcome"]) for row in _of_outcome(counts.loc[outcome], known)]
    table = pd.DataFrame(rows).assign(outcome=np.repeat(list(dict.fromkeys(rates["outcome"])), PAIR))
    return Comparison(known[0], known[1], table.reindex(columns=COMPARED))


def compare_shares(cohort: Cohort, shares: pd.DataFrame) -> Comparison | None:
    """Of classes per group (strata outcome n total), where no rates are declared beneath them."""
    return compare_rates(cohort, shares.rename(columns={"n": "n_event", "total": "n"}))


def _of_outcome(counts: pd.DataFrame, known) -> list[dict]:
    events, n = (counts.loc[[group.code for group in known], name].to_numpy(int) for name in ("n_event", "n"))
    risk, odds = risk_difference(events, n), odds_ratio(events, n)
    return [
        {
            "measure": RISK_DIFFERENCE,
            **_limits(risk),
            "reason_low": risk.limit_reason,
            "reason_high": risk.limit_reason,
        },
        {"measure": ODDS_RATIO, **_limits(odds), "reason_low": odds.reason_low, "reason_high": odds.reason_high},
    ]


def _limits(found) -> dict:
    return {name: getattr(found, name) for name in ("estimate", "conf_low", "conf_high", "reason")}
