"""What stands beside rates: of two groups risk difference and odds ratio, second against first; of more the test that
they are one rate. Not adjusted."""

from typing import Any

import numpy as np
import pandas as pd

from analyses.cohort import Cohort
from analyses.result import COMPARED, HOMOGENEITY, ODDS_RATIO, RISK_DIFFERENCE, Comparison
from endpoints.cohort import MISSING, Group, n_in_several
from estimators.homogeneity import MIN_EXPECTED, homogeneity
from estimators.odds_ratio import odds_ratio
from estimators.reasons import words
from estimators.risk_difference import risk_difference

PAIR = 2


def compared(cohort: Cohort, rates: pd.DataFrame) -> dict[str, Any]:
    """What a result of these rates says of its groups: {comparison, homogeneity, tested_by}."""
    return {"comparison": compare_rates(cohort, rates), **tested(cohort, rates)}


def compared_shares(cohort: Cohort, shares: pd.DataFrame) -> dict[str, Any]:
    """The same of classes per group (strata outcome n total), where no rates are declared beneath them."""
    return compared(cohort, shares.rename(columns={"n": "n_event", "total": "n"}))


def tested(cohort: Cohort, rates: pd.DataFrame) -> dict[str, Any]:
    """{homogeneity, tested_by} of more than two groups."""
    return {"homogeneity": compare_many(cohort, rates), "tested_by": homogeneity}


def homogeneity_why(reason: str) -> str:
    """Why a rate has no p-value, in words; "" where it has one."""
    return words(reason, minimum=MIN_EXPECTED)


def compare_rates(cohort: Cohort, rates: pd.DataFrame) -> Comparison | None:
    """Of rates per group (strata outcome n_event n); None unless exactly two known groups are compared."""
    known = _known(cohort, rates)
    if len(known) != PAIR or n_in_several(cohort.members):
        return None
    counts = rates.set_index(["outcome", "strata"])
    rows = [row for outcome in dict.fromkeys(rates["outcome"]) for row in _of_outcome(counts.loc[outcome], known)]
    table = pd.DataFrame(rows).assign(outcome=np.repeat(list(dict.fromkeys(rates["outcome"])), PAIR))
    return Comparison(known[0], known[1], table.reindex(columns=COMPARED))


def compare_many(cohort: Cohort, rates: pd.DataFrame) -> pd.DataFrame | None:
    """HOMOGENEITY of rates per group (strata outcome n_event n), each outcome tested over the known groups that it has
    patients of; None unless more than two are compared and nobody is in several."""
    known = _known(cohort, rates)
    if len(known) <= PAIR or n_in_several(cohort.members):
        return None
    of_known = rates[rates["strata"].isin([group.code for group in known]) & (rates["n"] > 0)]
    rows = [
        {"outcome": outcome, **{name: getattr(test, name) for name in HOMOGENEITY[1:]}}
        for outcome, part in of_known.groupby("outcome", sort=False)
        for test in (homogeneity(part["n_event"].to_numpy(int), part["n"].to_numpy(int), part["strata"]),)
    ]
    return pd.DataFrame(rows, columns=HOMOGENEITY)


def _known(cohort: Cohort, rates: pd.DataFrame) -> list[Group]:
    """The compared groups that anybody is in; patients whose group is not known are no group."""
    filled = set(rates.loc[rates["n"] > 0, "strata"])
    return [group for group in cohort.groups if group.code in filled and group.code != MISSING]


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
