"""A comparison of two groups for a reader: its table, and the sentence that says it."""

import numpy as np
import pandas as pd

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
    Comparison,
    Note,
    Result,
    Shares,
)
from analyses.status.differences import homogeneity_why
from analyses.time_to_event.compare import pair_why
from analyses.words import because, labels_of, limit_words, p_words, ratio_way, ratio_why, rounded, verdict, why
from figures.directions import difference_words, mean_words

COLUMNS = ["comparison", "outcome", "measure", "result", "estimate", "conf_low", "conf_high", "p_value", "reason"]
ALL = ["comparison", "outcome", "measure", "result", "statistic", "df", "p_value", "reason"]
CHI_SQUARE = "chi-square"
PAIRS = ["comparison", "measure", "result", "p_value", "p_holm", "reason"]
SHOWN_MONTH = 12
NO_EFFECT = {"points": 0.0, "months": 0.0, "ratio": 1.0}
LEVEL = 0.05  # of the test of proportional hazards
MEASURES = {
    DIFFERENCE: "difference at {months:g} months, % points",
    MEAN_DIFFERENCE: "restricted mean to {months:g} months, difference",
    HAZARD_RATIO: "hazard ratio",
    CAUSE_SPECIFIC: "cause-specific hazard ratio",
    SUBDISTRIBUTION: "subdistribution hazard ratio (Fine-Gray)",
    PROPORTIONALITY: "test of proportional hazards",
    RISK_DIFFERENCE: "risk difference, % points",
    ODDS_RATIO: "odds ratio",
}
RATIOS = (HAZARD_RATIO, CAUSE_SPECIFIC, SUBDISTRIBUTION, ODDS_RATIO, PIECEWISE)
POINTS = (DIFFERENCE, RISK_DIFFERENCE)


def comparison_table(result: Result) -> pd.DataFrame:
    """COLUMNS: `comparison` says which group stands where; of more than two groups PAIRS: every pair with its test, or
    ALL: the test of each rate; without compared groups no rows."""
    if result.comparison is None:
        return _of_many(result)
    comparison, labels = result.comparison, labels_of((*result.outcomes, *_rate_outcomes(result)))
    rows = [
        {
            "comparison": _sides(comparison, row["measure"]),
            "outcome": labels.get(row["outcome"], row["outcome"]),
            "measure": _measure(row),
            "result": _result(row),
            "estimate": row["estimate"],
            "conf_low": row["conf_low"],
            "conf_high": row["conf_high"],
            "p_value": row["p_value"],
            "reason": _why(row),
        }
        for row in comparison.rows.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_many(result: Result) -> pd.DataFrame:
    if result.pairs is not None:
        return _pairs(result, result.pairs)
    return pd.DataFrame(columns=COLUMNS) if result.homogeneity is None else _rates(result, result.homogeneity)


def _rates(result: Result, tests: pd.DataFrame) -> pd.DataFrame:
    """A row per rate: over which groups, and what the test found."""
    labels = labels_of((*result.strata, *result.outcomes, *_rate_outcomes(result)))
    rows = [
        {
            "comparison": f"{len(row['groups'])} groups: {', '.join(labels[code] for code in row['groups'])}",
            "outcome": labels.get(row["outcome"], row["outcome"]),
            "measure": "chi-square of homogeneity",
            "result": p_words(row["p_value"]) if not row["reason"] else "no p-value",
            **{name: row[name] for name in ("statistic", "df", "p_value")},
            "reason": homogeneity_why(row["reason"]),
        }
        for row in tests.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=ALL)


def _pairs(result: Result, pairs: pd.DataFrame) -> pd.DataFrame:
    labels = labels_of(result.strata)
    rows = [
        {
            "comparison": f"{labels[row['other']]} / {labels[row['reference']]}",
            "measure": "test of the pair, corrected for all pairs (Holm)",
            "result": p_words(row["p_holm"]) if not row["reason"] else "no p-value",
            "p_value": row["p_value"],
            "p_holm": row["p_holm"],
            "reason": pair_why(row["reason"]),
        }
        for row in pairs.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=PAIRS)


def _rate_outcomes(result: Result):
    return result.rate_outcomes if isinstance(result, Shares) else ()


def _sides(comparison: Comparison, measure: str) -> str:
    between = "/" if measure in (*RATIOS, PROPORTIONALITY) else "minus"
    return f"{comparison.other.label} {between} {comparison.reference.label}"


def _measure(row: dict) -> str:
    if row["measure"] != PIECEWISE:
        return MEASURES[row["measure"]].format(**row)
    return f"hazard ratio, {_piece(row)}"


def _piece(row: dict) -> str:
    """'months 12 to 24', 'months 24 on'."""
    until = f"to {row['months']:g}" if row["months"] == row["months"] else "on"
    return f"months {row['after'] or 0:g} {until}"


def _unit(measure: str) -> str:
    return "ratio" if measure in RATIOS else "points" if measure in POINTS else "months"


def _result(row: dict) -> str:
    if row["measure"] == PROPORTIONALITY:
        return p_words(row["p_value"]) if row["p_value"] == row["p_value"] else verdict(_text(row["reason"]))
    if row["estimate"] != row["estimate"]:
        return "not shown" if row["measure"] in RATIOS else verdict(_text(row["reason"])) or "not estimable"
    return interval_words(row)


def interval_words(row: dict) -> str:
    """'-8 (-20 to 4)' in percentage points or months, '0.72 (0.51 to 1.02)' of ratios."""
    decimals, factor = {"ratio": (2, 1), "points": (0, 100), "months": (1, 1)}[_unit(row["measure"])]
    low, high = (
        limit_words(factor * row[name], _text(row[f"reason_{side}"]), decimals)
        for name, side in (("conf_low", "low"), ("conf_high", "high"))
    )
    limits = "no interval" if low == high == "not estimable" else f"{low} to {high}"
    return f"{rounded(factor * row['estimate'], decimals)} ({limits})"


def ratio_told(row: dict, other: str) -> str:
    """'0.72 (0.51 to 1.02), lower for Male': `other` stands above the line."""
    return f"{interval_words(row)}, {ratio_way(row['estimate'])} {other}"


def _text(reason) -> str:
    return reason if isinstance(reason, str) else ""


def _why(row: dict) -> str:
    reason = _text(row["reason"])
    if row["measure"] in (*RATIOS, PROPORTIONALITY):
        return ratio_why(reason)
    return why(reason, row["reason_time"]) if reason else ""


def comparison_notes(result: Result) -> tuple[Note, ...]:
    """The difference in a sentence: at a year, the ratio, whether it holds over time; of rates the first one."""
    comparison = result.comparison
    if comparison is None or not result.n:
        return ()
    rows = comparison.rows.to_dict("records")
    is_rate = rows[0]["measure"] == RISK_DIFFERENCE
    words = _rate_words(result, comparison, rows) if is_rate else _curve_words(comparison, rows)
    return (Note("comparison", f"{words} Not adjusted; groups were not randomised.", True),) if words else ()


def _curve_words(comparison: Comparison, rows: list[dict]) -> str:
    at = next(row for row in rows if row["measure"] == DIFFERENCE and row["months"] == SHOWN_MONTH)
    sides = difference_words(at, comparison.other.label, comparison.reference.label)
    parts = [
        f"At {SHOWN_MONTH} months: {sides}, {evidence(at)}."
        if at["estimate"] == at["estimate"]
        else f"At {SHOWN_MONTH} months no difference can be given: {because(_text(at['reason']), at['reason_time'])}."
    ]
    parts += [_ratio_sentence(comparison, row) for row in rows if row["measure"] in RATIOS[:3]]
    return " ".join(filter(None, (*parts, _proportional(rows, comparison.other.label))))


def _ratio_sentence(comparison: Comparison, row: dict) -> str:
    if row["estimate"] != row["estimate"]:
        return ""
    name = MEASURES[row["measure"]]
    sides = f"{comparison.other.label} / {comparison.reference.label}"
    return f"{name[0].upper()}{name[1:]} {sides} {ratio_told(row, comparison.other.label)}."


def _proportional(rows: list[dict], other: str) -> str:
    """Whether one ratio may stand for the whole time; where it may not, its pieces and the difference of means."""
    p = next((row["p_value"] for row in rows if row["measure"] == PROPORTIONALITY), np.nan)
    if p != p or p >= LEVEL:
        return ""
    pieces = "; ".join(
        f"{_piece(row)}: {interval_words(row) if not row['reason'] else 'too few'}"
        for row in rows
        if row["measure"] == PIECEWISE
    )
    mean = next((row for row in rows if row["measure"] == MEAN_DIFFERENCE and row["estimate"] == row["estimate"]), None)
    told = f" {mean_words(mean, other)}." if mean else ""
    return f"The ratio changes over time ({p_words(p)}): one ratio does not hold. By time: {pieces}.{told}"


def _rate_words(result: Result, comparison: Comparison, rows: list[dict]) -> str:
    labels = labels_of((*result.outcomes, *_rate_outcomes(result)))
    risk, odds = rows[:2]
    if risk["estimate"] != risk["estimate"]:
        return ""
    sides = difference_words(risk, comparison.other.label, comparison.reference.label)
    told = ratio_told(odds, comparison.other.label) if odds["estimate"] == odds["estimate"] else _result(odds)
    return f"{labels.get(risk['outcome'], risk['outcome'])}: {sides}, {evidence(risk)}; odds ratio {told}."


def evidence(row: dict) -> str:
    """What an interval says: never that there is no difference."""
    low, high, nothing = row["conf_low"], row["conf_high"], NO_EFFECT[_unit(row["measure"])]
    if low != low or high != high:
        return "without an interval"
    return "no evidence of a difference" if low <= nothing <= high else "evidence of a difference"
