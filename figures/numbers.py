"""The numbers of a result as a table for a reader: codes become labels, numbers and reasons become words.

The columns of every kind are named here; a number is never changed, only written.
"""

from collections.abc import Mapping
from functools import singledispatch

import numpy as np
import pandas as pd

from analyses.course.overview import COMPLETENESS, UNDER_OBSERVATION
from analyses.effects import Balance, Effects
from analyses.result import (
    EXPECTED,
    HAZARD_RATIO,
    MEDIAN,
    PROBABILITY,
    Baseline,
    Curves,
    DayRanges,
    Densities,
    Flow,
    Forest,
    Headline,
    Periods,
    Rates,
    Ratios,
    Result,
    Shares,
    States,
)
from analyses.words import density, fraction, labels_of, limit_words, percent, ratio_why, ratio_words, verdict, why
from endpoints.rules import DAYS_PER_MONTH
from figures.effects import balance_table, effects_table, with_tests
from figures.table_one import table_one

ESTIMATE = ["estimate", "conf_low", "conf_high"]
CURVES = ["strata", "outcome", "measure", "months", "n_risk", "result", "n", "n_event", *ESTIMATE, "reason"]
SHARES = ["strata", "outcome", "result", "n", "total", "share", "conf_low", "conf_high", "reason"]
FOREST = ["factor", "strata", "result", "n", "n_event", *ESTIMATE, "p_value", "p_holm", "reason"]
RATIOS = [
    "strata",
    "result",
    "n_waiting",
    "n_exposed",
    "events_waiting",
    "events_exposed",
    "p_value",
    "reason",
    *ESTIMATE,
]
RANGES = ["strata", "outcome", "summary", "n", "median", "quartile_low", "quartile_high", "lowest", "highest", "reason"]
DENSITIES = ["strata", "outcome", "result", "n_event", "person_time", *ESTIMATE, "reason"]
HEADLINE = ["outcome", "strata", "text", "n_event", "n", "among", *ESTIMATE, "out", "reason"]
MEASURES = {
    PROBABILITY: "probability",
    MEDIAN: "median, {unit}",
    HAZARD_RATIO: "hazard ratio",
    EXPECTED: "expected months of the first {months:g}",
    UNDER_OBSERVATION: "under observation, of those due",
    COMPLETENESS: "completeness (Clark's C)",
}


@singledispatch
def worded(result: Result) -> pd.DataFrame:
    """The numbers of a result as they are shown and written into files."""
    return result.numbers


def _labelled(result: Result, rows: pd.DataFrame, outcomes=()) -> pd.DataFrame:
    """strata and outcome as labels; a code without a label stands for itself."""
    named = {"strata": labels_of(result.strata), "outcome": labels_of((*result.outcomes, *outcomes))}
    there = {column: labels for column, labels in named.items() if column in rows}
    return rows.assign(
        **{column: [labels.get(code, code) for code in rows[column]] for column, labels in there.items()}
    )


@worded.register
def _(result: Curves) -> pd.DataFrame:
    if result.numbers.empty:
        return pd.DataFrame(columns=CURVES)
    rows = _labelled(result, _in_days(result.numbers) if result.in_days else result.numbers)
    unit = "days" if result.in_days else "months"
    records = rows.to_dict("records")
    rows = rows.assign(
        measure=[MEASURES[row["measure"]].format(unit=unit, months=row["months"]) for row in records],
        result=[_result_words(row) for row in records],
        reason=[_remark(row, result) for row in records],
    )
    columns = [name for name in CURVES if name in rows]
    return rows[columns].rename(columns={"months": "days"} if result.in_days else {})


def _in_days(numbers: pd.DataFrame) -> pd.DataFrame:
    """Months and medians as days."""
    is_median = numbers["measure"] == MEDIAN
    scaled = {name: numbers[name].where(~is_median, numbers[name] * DAYS_PER_MONTH) for name in ESTIMATE}
    return numbers.assign(**scaled, months=(numbers["months"].astype(float) * DAYS_PER_MONTH).round(1))


def _result_words(row: dict) -> str:
    """The number as people write it: estimate and 95 % interval, or why there is none."""
    if row["measure"] == HAZARD_RATIO:
        return ratio_words(*(row[name] for name in ESTIMATE)) if not row["reason"] else "not shown"
    if row["measure"] == MEDIAN:
        return _median_words(row)
    if row["measure"] == UNDER_OBSERVATION:
        numbers = (row[name] for name in ("n_event", "n", *ESTIMATE))
        return fraction(*numbers) if row["n"] else "nobody due"
    return percent(*(row[name] for name in ESTIMATE)) or verdict(row["reason"])


def _median_words(row: dict) -> str:
    """'6.6 (6.1 to not reached)', '6.6 (limits not estimable)'; what is true of all three is said once."""
    value = limit_words(row["estimate"], row["reason"])
    low, high = limit_words(row["conf_low"], row["reason_low"]), limit_words(row["conf_high"], row["reason_high"])
    if row["estimate"] != row["estimate"] and {low, high} == {value}:
        return value
    no_limits = row["conf_low"] != row["conf_low"] and row["conf_high"] != row["conf_high"] and low == high
    return f"{value} (limits {low})" if no_limits else f"{value} ({low} to {high})"


def _remark(row: dict, result: Curves) -> str:
    reason = row["reason"] if isinstance(row["reason"], str) else ""
    if row["measure"] == HAZARD_RATIO:
        return ratio_why(reason)
    if row["measure"] == COMPLETENESS:
        return "a descriptive index, no interval"
    if row["measure"] == MEDIAN and reason:
        return verdict(reason)
    return why(reason, row.get("reason_time", np.nan), result.in_days, row.get("reason_last", ""))


@worded.register
def _(result: States) -> pd.DataFrame:
    rows = _labelled(result, result.numbers)
    records = rows.to_dict("records")
    rows = rows.assign(
        measure=[MEASURES[row["measure"]].format(unit="months", months=row["months"]) for row in records],
        result=[_state_words(row) for row in records],
        reason=[_state_remark(row) for row in records],
    )
    return rows[[name for name in CURVES if name in rows]]


def _state_words(row: dict) -> str:
    if row["measure"] == EXPECTED:
        return expected_words(row)
    return percent(*(row[name] for name in ESTIMATE)) or verdict(row["reason"])


def _state_remark(row: dict) -> str:
    return why(row["reason"], row["reason_time"])


def expected_words(row: Mapping) -> str:
    """'8.3 months (7.9-8.7)', or why the expected time is not known."""
    if row["reason"]:
        return _state_remark(dict(row))
    return f"{row['estimate']:.1f} months ({row['conf_low']:.1f}-{row['conf_high']:.1f})"


@worded.register
def _(result: Shares) -> pd.DataFrame:
    rows = _labelled(result, result.numbers, result.rate_outcomes)
    text = [fraction(*row) for row in _tuples(rows, "n", "total", "share", "conf_low", "conf_high")]
    return rows.assign(result=text, reason=_reasons(rows))[SHARES]


@worded.register
def _(result: Rates) -> pd.DataFrame:
    if "measure" in result.numbers:  # probabilities at a month, side by side
        return _of_months(result)
    rows = _labelled(result, result.numbers)
    rows = rows.assign(result=rate_words(rows), reason=_reasons(rows))
    return rows.rename(columns={"n_event": "n", "n": "total", "estimate": "share"})[SHARES]


def _of_months(result: Rates) -> pd.DataFrame:
    rows = worded(Curves(**{name: getattr(result, name) for name in _SHARED}))
    return rows.drop(columns="strata") if len(result.cohort.groups) == 1 else rows


_SHARED = ("cohort", "n", "patients", "left_out", "numbers", "strata", "outcomes", "is_protected")


def _reasons(rows: pd.DataFrame) -> list[str]:
    return [why(reason) for reason in rows["reason"]]


def _reasons_in_time(rows: pd.DataFrame) -> list[str]:
    columns = ["reason", "reason_time", "reason_last"]
    return [why(reason, time, last=last) for reason, time, last in _tuples(rows, *columns)]


def _tuples(rows: pd.DataFrame, *columns: str):
    return rows[list(columns)].itertuples(index=False, name=None)


def rate_words(rows: pd.DataFrame) -> list[str]:
    """'61/75, 81 % (71-89)' per row of rates."""
    return [fraction(*row) for row in _tuples(rows, "n_event", "n", *ESTIMATE)]


def at_month_words(rows: pd.DataFrame) -> list[str]:
    """'n = 75, 81 % (71-89)' per row of estimates at a month, or the short form of why there is none."""
    return [
        f"n = {n}, {percent(*limits) or verdict(reason)}"
        for n, *limits, reason in _tuples(rows, "n", *ESTIMATE, "reason")
    ]


@worded.register
def _(result: Forest) -> pd.DataFrame:
    rows = with_tests(result, result.rows)
    table = rows.assign(
        factor=[result.factors[code] for code in rows["factor"]],
        strata=rows["label"],
        result=forest_words(result),
        reason=_reasons_in_time(rows),
    )
    return table[[name for name in FOREST if name in table]]


def forest_words(result: Forest) -> list[str]:
    """What stands beside each row of a forest: an estimate at a month where there is a time axis, else n/N."""
    return at_month_words(result.rows) if result.x_title else rate_words(result.rows)


@worded.register
def _(result: Ratios) -> pd.DataFrame:
    rows = _labelled(result, result.rows)
    records = rows.to_dict("records")
    text = [ratio_words(*(row[name] for name in ESTIMATE)) if not row["reason"] else "not shown" for row in records]
    return rows.assign(result=text, reason=[ratio_why(row["reason"]) for row in records])[RATIOS]


@worded.register
def _(result: DayRanges) -> pd.DataFrame:
    rows = _labelled(result, result.ranges)
    return rows.assign(summary=range_words(rows), reason=_reasons(rows))[RANGES]


def range_words(rows: pd.DataFrame) -> list[str]:
    """'7 (4-12), n = 31' per row of days."""
    return [
        f"{row['median']:g} ({row['quartile_low']:g}-{row['quartile_high']:g}), n = {row['n']}"
        if row["n"]
        else "no patients"
        for row in rows.to_dict("records")
    ]


@worded.register
def _(result: Densities) -> pd.DataFrame:
    rows = _labelled(result, result.rows)
    return rows.assign(result=density_words(rows), reason=_reasons(rows))[DENSITIES]


def density_words(rows: pd.DataFrame) -> list[str]:
    """'88 in 21,400 days, 0.411 (0.330-0.507)' per row of events per 100 person-days."""
    return [density(*row) for row in _tuples(rows, "n_event", "person_time", *ESTIMATE)]


@worded.register
def _(result: Headline) -> pd.DataFrame:
    rows = _labelled(result, result.rows)
    reason = _reasons_in_time(rows)
    return rows.assign(text=headline_words(result), reason=reason)[HEADLINE]


def headline_words(result: Headline) -> list[str]:
    """What stands beside each row: n/N for a rate, an estimate with its n at a month."""
    rows = result.rows
    is_rate = rows["months"].isna()
    return [
        rate if of_rate else month
        for rate, month, of_rate in zip(rate_words(rows), at_month_words(rows), is_rate, strict=True)
    ]


@worded.register
def _(result: Flow) -> pd.DataFrame:
    return result.stages[["stage", "kind", "n", "share", "conf_low", "conf_high"]]


@worded.register
def _(result: Periods) -> pd.DataFrame:
    return _labelled(result, result.counts)


worded.register(Baseline, table_one)
worded.register(Effects, effects_table)
worded.register(Balance, balance_table)
