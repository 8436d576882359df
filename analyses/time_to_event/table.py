"""The numbers of a time-to-event figure: probabilities at declared months, the median, each with interval or reason."""

import numpy as np
import pandas as pd

from analyses.result import MEDIAN, NUMBERS, PROBABILITY, Outcome
from analyses.time_to_event.risk import at_risk
from endpoints.rules import DAYS_PER_MONTH
from estimators.kaplan_meier import estimates_at, quantile

MONTHS = (3, 6, 12, 24, 36)


def numbers_of(arms, outcomes: tuple[Outcome, ...]) -> pd.DataFrame:
    """Per filled arm and outcome the probability at MONTHS; of a single outcome the median, too. Columns: NUMBERS."""
    rows = [row for arm in arms for row in _of_arm(arm, outcomes)]
    return pd.DataFrame(rows, columns=NUMBERS)


def _of_arm(arm, outcomes: tuple[Outcome, ...]) -> list[dict]:
    read = probabilities(arm, MONTHS).drop(columns=["time", "limit_reason"]).to_dict("records")
    rows = []
    for outcome in outcomes:
        shared = {"strata": arm.group.code, "outcome": outcome.code, "n": len(arm.rows)}
        curve = arm.curve[(arm.curve["outcome"] == outcome.code).to_numpy()]
        found = [row for row in read if row["outcome"] == outcome.code]
        rows += [row | shared | {"n_event": events_by(curve, row["months"])} for row in found]
        if len(outcomes) == 1:
            rows.append(shared | median_row(curve) | {"n_event": events_by(curve)})
    return rows


def probabilities(arm, months) -> pd.DataFrame:
    """The whole curve of an arm read at months, all outcomes together: outcome months n_risk estimate conf_low
    conf_high reason reason_time reason_last (the milestone that ended follow-up) reason_low reason_high (why there
    is no limit: before the first event it would read as a sure 100 %)."""
    months = np.asarray(months)
    read = estimates_at(arm.curve.drop(columns="strata"), months * DAYS_PER_MONTH)
    place = np.searchsorted(months * DAYS_PER_MONTH, read["time"])
    n_risk, why = at_risk(arm, months)["n_risk"].to_numpy()[place], read["limit_reason"]
    said = {"measure": PROBABILITY, "reason_last": arm.last, "reason_low": why, "reason_high": why}
    return read.assign(months=months[place], n_risk=n_risk, **said)


def events_by(curve: pd.DataFrame, months: float | None = None) -> int:
    """Events of a curve by that month; over all follow-up without one."""
    last = np.inf if months is None else months * DAYS_PER_MONTH
    return int(curve["n_event"].to_numpy()[curve["time"].to_numpy() <= last].sum())


def median_row(curve: pd.DataFrame) -> dict:
    """The median in months with its limits, each with the reason why there is none."""
    median = quantile(curve, 0.5)
    return {
        "measure": MEDIAN,
        "estimate": median.value / DAYS_PER_MONTH,
        "conf_low": median.low / DAYS_PER_MONTH,
        "conf_high": median.high / DAYS_PER_MONTH,
        "reason": median.reason,
        "reason_low": median.reason_low,
        "reason_high": median.reason_high,
    }
