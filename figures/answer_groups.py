"""Answer lines of groups: two have a difference, more have a range and a test, rows that are no groups stand beside one
another. And how a single value is written in a line."""

import math

import pandas as pd

from analyses.cohort import in_sentence
from analyses.result import (
    CAUSE_SPECIFIC,
    DIFFERENCE,
    HAZARD_RATIO,
    PROPORTIONALITY,
    RISK_DIFFERENCE,
    Comparison,
    Curves,
    Result,
)
from analyses.status.differences import homogeneity_why
from analyses.time_to_event.compare import is_test_of, name_of_test
from analyses.words import labels_of, p_words, percent, verdict, why
from endpoints.codes import MISSING, UNKNOWN
from endpoints.mrd import FAILED, NEGATIVE, POSITIVE
from endpoints.status import NOT_ASSESSED
from figures.comparison import CHI_SQUARE, LEVEL, evidence, ratio_told
from figures.directions import difference_words
from figures.sentences import sentence, with_interval

MIN_N = 10  # patients, at a month at risk, of a group that a range names; below it a curve is paler
NOT_KNOWN = {MISSING, UNKNOWN, NOT_ASSESSED.code, FAILED.code}
OPPOSITE = ((NEGATIVE.code, POSITIVE.code), ("cr_mrd_negative", "cr_mrd_positive"))
SHOWN = 3  # outcomes or rows beside one another in one line
PAIR = 2
RATIO_NAMES = {HAZARD_RATIO: "hazard ratio", CAUSE_SPECIFIC: "cause-specific hazard ratio"}
TOO_FEW = "too_few"  # a column of words: why a number of the table is not in the picture
OF_ALL = " among all groups"  # where the range names some of them
NO_EVIDENCE, EVIDENCE = "no evidence of a difference", "evidence of a difference"


def groups_line(
    result: Result, rows: pd.DataFrame, when: str, what: str, comparison: Comparison | None, outcome: str = ""
) -> str:
    """rows: one per group, with estimate and limits. Two groups have a difference, more have a range and a test."""
    labels = labels_of(result.strata)
    told = rows.assign(label=[labels.get(code, code) for code in rows["strata"]]).to_dict("records")
    told = [row for row in told if row["strata"] != MISSING] or told
    known = [row for row in told if row["estimate"] == row["estimate"]]
    if not known:
        return sentence("none", what=what, why=why_words(told[0])) if told else ""
    if comparison is not None and len(told) == PAIR:
        return _two(told, when, what, comparison, outcome)
    if not {one.code for one in result.strata} <= {group.code for group in result.cohort.groups}:
        return _beside(known, when, what)
    opposite = _opposite(told)
    if opposite:
        return _against(result, *opposite, when, what)
    if len(known) == 1:
        other = next((row for row in told if row not in known), None)
        why_not = why_words(other) if other else "no patients"
        return sentence(
            "alone", when=when, what=what, value=value_words(known[0]), group=known[0]["label"], why=why_not
        )
    return _range(result, known, when, what, outcome)


def is_unknown(code: str) -> bool:
    """Whether a group stands for missing data: nobody could belong to it, and it is no end of a range."""
    return code in NOT_KNOWN or code.endswith(f"_{UNKNOWN}")


def n_of(row: dict) -> float:
    """How many a value rests on: at a month those at risk then, else the patients."""
    return row["n_risk"] if row.get("n_risk", math.nan) == row.get("n_risk") else row["n"]


def _range(result: Result, known: list[dict], when: str, what: str, outcome: str) -> str:
    """From the lowest to the highest of the groups that are known and have enough patients; where no two have enough,
    of all that have a number, with their n."""
    of_known = [row for row in known if not is_unknown(row["strata"])] or known
    enough = [row for row in of_known if n_of(row) >= MIN_N]
    at_risk = "n_risk" in known[0]
    if len(enough) == 1 < len(of_known):
        value, group = value_words(enough[0]), enough[0]["label"]
        return sentence("alone", when=when, what=what, value=value, group=group, why=f"fewer than {MIN_N} patients")
    ends = enough or of_known
    lowest, highest = (pick(ends, key=lambda row: row["estimate"]) for pick in (min, max))
    worded = value_words if enough else _with_n
    left_away = bool(enough) and len(enough) < len(of_known)
    of_enough = f" of {MIN_N} or more{' at risk' if at_risk else ''}" if left_away else ""
    test = _test(result, outcome or known[0].get("outcome", ""))
    return sentence(
        "many",
        when=when,
        what=what,
        lowest=worded(lowest),
        low=lowest["label"],
        highest=worded(highest),
        high=highest["label"],
        n=f"{len(ends)} groups{of_enough}",
        test=f"{test}{OF_ALL}" if left_away and test.endswith(EVIDENCE) else test,
    )


def _with_n(row: dict) -> str:
    return f"{value_words(row)}, n = {n_of(row):g}"


def _opposite(told: list[dict]) -> tuple[dict, dict] | None:
    """The MRD-negative and the MRD-positive group, among others."""
    by_code = {row["strata"]: row for row in told}
    return next(((by_code[one], by_code[other]) for one, other in OPPOSITE if {one, other} <= set(by_code)), None)


def _against(result: Result, one: dict, other: dict, when: str, what: str) -> str:
    """Two of more groups beside one another, with the test of this pair."""
    sides = (f"{value_words(row)} for {row['label']}" for row in (one, other))
    return sentence("against", when=when, what=what, values=", ".join(sides), test=_pair_test(result, one, other))


def _pair_test(result: Result, one: dict, other: dict) -> str:
    """The test of two of the compared groups, corrected for all pairs; where it has no p-value, that of all groups."""
    if not isinstance(result, Curves) or result.pairs is None:
        return _test(result, one.get("outcome", ""))
    rows = result.pairs.to_dict("records")
    of = [row for row in rows if {row["reference"], row["other"]} == {one["strata"], other["strata"]}]
    if not of or of[0]["p_holm"] != of[0]["p_holm"]:
        return _test(result, one.get("outcome", ""))
    return f"{_tested(name_of_test(result), of[0]['p_holm'], '')} (corrected for all pairs, Holm)"


def _beside(known: list[dict], when: str, what: str) -> str:
    """Rows that are no groups of patients (visits, classes at a visit): the first ones, nothing is compared."""
    values = "; ".join(f"{lower(row['label'])}: {value_words(row)}" for row in known[:SHOWN])
    return sentence("several", when=when, values=f"{what}, {values}", more=more_words(len(known) - SHOWN))


def _two(told: list[dict], when: str, what: str, comparison: Comparison, outcome: str) -> str:
    by_code = {row["strata"]: row for row in told}
    one, other = by_code[comparison.reference.code], by_code[comparison.other.code]
    sides = {
        "one": one["label"],
        "value_one": value_words(one),
        "other": other["label"],
        "value_other": value_words(other),
    }
    stopped = next((side for side in (one, other) if side.get(TOO_FEW)), None)
    row = stopped or _difference(comparison, one, outcome)
    if row is None or row["estimate"] != row["estimate"]:
        reason = f": {why_words(row)}" if row is not None and why_words(row) else ""
        return sentence("two_without", when=when, what=what, why=reason, **sides)
    return sentence(
        "two",
        when=when,
        what=what,
        difference=difference_words(row, other["label"], one["label"]),
        evidence=evidence(row),
        ratio=_ratio(comparison, outcome),
        **sides,
    )


def _difference(comparison: Comparison, one: dict, outcome: str) -> dict | None:
    """The row of the difference at the month that is told, of the outcome that is told."""
    for row in comparison.rows.to_dict("records"):
        is_rate = row["measure"] == RISK_DIFFERENCE
        at_month = row["measure"] == DIFFERENCE and row["months"] == one.get("months")
        if (is_rate or at_month) and row["outcome"] in (outcome, "", one.get("outcome")):
            return row
    return None


def _ratio(comparison: Comparison, outcome: str) -> str:
    """The hazard ratio with whose hazard is higher, and where it is so, that it changes over time."""
    rows = [row for row in comparison.rows.to_dict("records") if row["outcome"] in (outcome, "")]
    ratio = next((row for row in rows if row["measure"] in RATIO_NAMES and row["estimate"] == row["estimate"]), None)
    if ratio is None:
        return ""
    failed = [row["p_value"] for row in rows if row["measure"] == PROPORTIONALITY and row["p_value"] < LEVEL]
    changes = f", but it changes over time ({p_words(failed[0])})" if failed else ""
    return f"; {RATIO_NAMES[ratio['measure']]} {ratio_told(ratio, comparison.other.label)}{changes}"


def _test(result: Result, outcome: str) -> str:
    """The test of the groups: of curves as a whole, of rates that of the rate that is told."""
    if isinstance(result, Curves) and result.test is not None and is_test_of(result, outcome):
        return _tested(name_of_test(result), result.test.p_value, result.test.sentence(labels_of(result.strata)))
    rows = [] if result.homogeneity is None else result.homogeneity.to_dict("records")
    told = [row for row in rows if row["outcome"] == outcome]
    return _tested(CHI_SQUARE, told[0]["p_value"], homogeneity_why(told[0]["reason"])) if told else "not tested"


def _tested(name: str, p: float, why_not: str) -> str:
    return f"{name}: {why_not}" if p != p else f"{name} {p_words(p)}, {EVIDENCE if p < LEVEL else NO_EVIDENCE}"


def value_words(row: dict) -> str:
    words = row.get(TOO_FEW) or with_interval(percent(row["estimate"], row["conf_low"], row["conf_high"]))
    return words or verdict(_reason(row)) or "not estimable"


def _reason(row: dict) -> str:
    return row["reason"] if isinstance(row.get("reason"), str) else ""


def why_words(row: dict | pd.Series) -> str:
    row = dict(row)
    if row.get(TOO_FEW):
        return row[TOO_FEW]
    last = row.get("reason_last", "")
    return why(_reason(row), row.get("reason_time", float("nan")), last=last if isinstance(last, str) else "")


def lower(words: str) -> str:
    """A label inside a sentence: IgG, qPCR and MRD-negative keep their letters."""
    first = words.split(" ", maxsplit=1)[0]
    return in_sentence(words) if first[1:].islower() or len(first) == 1 else words


def more_words(n: int) -> str:
    return f"; {n} more in the figure" if n > 0 else ""
