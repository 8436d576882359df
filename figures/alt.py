"""Curves and states in words, for those who do not see them: what is drawn, with the values of the answer line."""

from analyses.result import PROBABILITY, Curves, Result
from analyses.time_to_event.risk import risk_read_off
from analyses.words import labels_of
from figures.answer_groups import lower, value_words
from figures.answer_over_time import MONTHS, as_drawn, at_month, told_month
from figures.sentences import unnamed

YEAR = 12  # months between the numbers at risk that are told


def alt_of(title: str, result: Result, outcome: str = "", strata: str = "") -> str:
    """What a picture of curves says at the month that the answer tells. A curve that has stopped before says why; an
    outcome that is not drawn is not named. outcome, strata: the code of the only one in the picture."""
    told = (f"{title} over months from the start.", _values(result, outcome, strata))
    return " ".join(filter(None, (*told, at_risk_words(result, outcome, strata))))


def _values(result: Result, outcome: str, strata: str) -> str:
    rows = result.numbers[result.numbers["measure"] == PROBABILITY] if len(result.numbers) else result.numbers
    if rows.empty:
        return ""
    labels, outcomes = labels_of(result.strata), labels_of(result.outcomes)
    month = told_month(rows) or MONTHS[0]
    at = at_month(rows, month)
    at = as_drawn(result, at) if isinstance(result, Curves) else at
    told = [
        f"{labels.get(row['strata'], row['strata'])}, {lower(outcomes.get(row['outcome'], row['outcome']))}: "
        f"{value_words(row)}"
        for row in at.to_dict("records")
        if (row["outcome"] == outcome if outcome else not outcomes or row["outcome"] in outcomes)
        and (not strata or row["strata"] == strata)
    ]
    return unnamed(f"At {month:g} months: {'; '.join(told)}.") if told else ""


def at_risk_words(result: Result, outcome: str = "", strata: str = "") -> str:
    """The numbers at risk once a year, of what is drawn; every third month they stand under the curves."""
    if not isinstance(result, Curves) or result.curve.empty:
        return ""
    years = range(0, int(result.x_max) + 1, YEAR)
    rows = result.risk if len(result.risk) else risk_read_off(result.curve, years)
    rows = rows[rows["time"].isin(years) & (rows["n_risk"].gt(0) | (not result.is_protected))]  # 0 may be few
    labels, outcomes = labels_of(result.strata), labels_of(result.outcomes)
    if "outcome" in rows:
        rows = rows[rows["outcome"].isin([outcome] if outcome else list(outcomes))]
    keys = [name for name in ("strata", "outcome") if name in rows]
    told = [
        ", ".join(filter(None, (labels.get(key[0], ""), *(lower(outcomes[code]) for code in key[1:]))))
        + f" {', '.join(f'{row.n_risk} at {row.time:g}' for row in part.itertuples())}"
        for key, part in rows[rows["strata"].isin([strata] if strata else rows["strata"])].groupby(keys, sort=False)
    ]
    return f"At risk at months: {'; '.join(told)}."
