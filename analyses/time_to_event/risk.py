"""The numbers under a curve, counted from the patients that the curve is of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from endpoints.rules import DAYS_PER_MONTH
from endpoints.time_to_event import CENSORED
from estimators.risk_table import risk_table

STEP = 3  # months: every tick of every month axis is a multiple


def numbers_at_risk(arms, x_max: float) -> pd.DataFrame:
    """Per group (code in strata) every third month up to the end of the axis: time (months) n_risk n_event n_censor.

    opens: where a group enters late, the first day of anybody under observation, at the months up to that day; a row of
    zeros would read as a group that nobody is in.
    """
    months = np.arange(0, int(x_max) + 1, STEP)
    parts = [at_risk(arm, months).assign(strata=arm.group.code, opens=_opens(arm, months)) for arm in arms]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def at_risk(arm, months) -> pd.DataFrame:
    """time (months) n_risk n_event n_censor of one arm: under observation just before, events and censored up to then.
    The one count of patients at risk: table and curve, screen and file ask here."""
    rows = arm.shown
    entry = rows["ENTRY"].clip(lower=0).to_numpy() if (rows["ENTRY"] > 0).any() else None
    left = (rows["CNSR"] != CENSORED).to_numpy()
    counted = risk_table(rows["AVAL"].to_numpy(), left, np.asarray(months) * DAYS_PER_MONTH, entry)
    return counted.assign(time=months)


def _opens(arm, months: np.ndarray) -> np.ndarray:
    entry = arm.shown["ENTRY"]
    first = int(entry.min()) + 1 if (entry > 0).any() else -1
    return np.where(months * DAYS_PER_MONTH < first, float(first), np.nan)


Observed = tuple[pd.Series, np.ndarray, np.ndarray]  # USUBJID, day of entry (-1: from the origin on), last day; (n,)


@dataclass(frozen=True, eq=False)
class NamesAtRisk:
    """Whose the numbers at risk are: asked with the code of a row of `numbers_at_risk` and months, it gives the USUBJID
    of as many patients as stand there. observed: what it has to know of every arm, by that code."""

    observed: Mapping[Any, Observed] = field(metadata={"copied": False})

    def __call__(self, code: Any, months: float) -> pd.Series:
        usubjid, entry, last = self.observed[code]
        day = round(months * DAYS_PER_MONTH, 6)
        return usubjid[(entry < day) & (day <= last)]

    def of(self, code: str) -> "NamesAtRisk":
        """Of codes that are pairs, those that begin with this one, by the second one."""
        return NamesAtRisk({second: held for (first, second), held in self.observed.items() if first == code})


def names_at_risk(arms) -> NamesAtRisk:
    """The names behind `numbers_at_risk` of the same arms. Copies: a view would hold the whole table."""
    return NamesAtRisk({arm.group.code: _observed(arm.shown) for arm in arms})


def _observed(rows: pd.DataFrame) -> Observed:
    entry = rows["ENTRY"].clip(lower=0).to_numpy()
    return rows["USUBJID"].copy(), np.where(entry > 0, entry, -1), rows["AVAL"].to_numpy(copy=True)


def risk_read_off(curve: pd.DataFrame, months: Iterable[float]) -> pd.DataFrame:
    """strata outcome time (months) n_risk, where a figure counts none under its curves: a step says how many were at
    risk just before it, so the first one from the month on says it; behind the last step nobody is left. Months before
    a curve begins are not in it."""
    rows = []
    for (strata, outcome), part in curve.groupby(["strata", "outcome"], sort=False):
        time, n_risk = part["time"].to_numpy(), np.append(part["n_risk"].to_numpy(), 0)
        told = [month for month in months if month * DAYS_PER_MONTH >= time[0]]
        place = np.searchsorted(time, np.array(told) * DAYS_PER_MONTH)
        rows += [(strata, outcome, month, int(n)) for month, n in zip(told, n_risk[place], strict=True)]
    return pd.DataFrame(rows, columns=["strata", "outcome", "time", "n_risk"])
