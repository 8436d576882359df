"""Answer lines of curves and states: a probability at a month, with the median where there is one."""

from dataclasses import replace

import pandas as pd

from analyses.result import MEDIAN, PROBABILITY, Curves, States
from analyses.words import labels_of
from figures.answer_groups import PAIR, SHOWN, TOO_FEW, groups_line, lower, more_words, value_words, why_words
from figures.answer_stacked import seen, stacked_line
from figures.numbers import worded
from figures.sentences import sentence, with_interval

MONTHS = (12, 6, 3)  # the first at which there is a number


def of_curves(result: Curves, what: str) -> str:
    rows = result.numbers[result.numbers["measure"] == PROBABILITY] if len(result.numbers) else result.numbers
    if rows.empty:
        return _medians(result, what)
    month = told_month(rows)
    if month is None:
        return sentence(
            "none",
            what=what,
            why=why_words(at_month(rows, MONTHS[0]).iloc[0] if len(at_month(rows, MONTHS[0])) else rows.iloc[0]),
        )
    at, when = as_drawn(result, at_month(rows, month)), _when(result, month)
    if result.stacked:
        return stacked_line(result, at, when, what)
    if len(result.strata) == 1:
        return _one_group(result, at, when, what)
    first = result.outcomes[0].code if result.outcomes else at["outcome"].iloc[0]
    of_first = at[at["outcome"] == first]
    named = _subject(result, what)
    return groups_line(result, of_first, when, named, result.comparison, first)


def told_month(rows: pd.DataFrame) -> float | None:
    """The month that is told: the first of MONTHS at which somebody has a number, else the last that has one."""
    known = set(rows.loc[rows["estimate"].notna(), "months"].astype(float))
    return next((month for month in MONTHS if month in known), max(known, default=None))


def at_month(rows: pd.DataFrame, month: float) -> pd.DataFrame:
    """The numbers at a month."""
    return rows[rows["months"].astype(float) == month]


def as_drawn(result: Curves, at: pd.DataFrame) -> pd.DataFrame:
    """Without the numbers of a curve that has stopped before for too few at risk: the table has them, the picture has
    not."""
    stopped = (at["n_risk"] < result.min_at_risk) & at["estimate"].notna()
    why = [f"too few at risk at {row.months:g} months (n = {row.n_risk:g})" for row in at.itertuples()]
    return at.assign(estimate=at["estimate"].mask(stopped), too_few=pd.Series(why, at.index).where(stopped, ""))


def _when(result: Curves | States, month: float) -> str:
    """'At 12 months from infusion, ': what time counts from stands under the axis."""
    title = result.x_title.partition(" (")[0].replace("Days", "Months")
    return f"at {month:g} {title[0].lower()}{title[1:]}, "


def _subject(result: Curves, what: str) -> str:
    """Of several outcomes the first is told, by its name."""
    if len(result.outcomes) < PAIR:
        return lower(what)
    return lower(result.outcomes[0].label)


def _one_group(result: Curves, at: pd.DataFrame, when: str, what: str) -> str:
    labels = labels_of(result.outcomes)
    rows = at.to_dict("records")
    if len(rows) == 1:
        median = "" if rows[0][TOO_FEW] else _median(result, rows[0])
        return sentence("one", when=when, what=lower(what), value=value_words(rows[0]), median=median)
    if result.is_incidence:  # of what competes, nobody had this one
        happened = [row for row in rows[1:] if row["outcome"] in seen(result)]
        rows = [
            rows[0],
            *sorted(happened, key=lambda row: -row["estimate"] if row["estimate"] == row["estimate"] else 1),
        ]
    shown = [f"{lower(labels.get(row['outcome'], row['outcome']))}: {value_words(row)}" for row in rows[:SHOWN]]
    return sentence("several", when=when, values="; ".join(shown), more=more_words(len(rows) - SHOWN))


def _median(result: Curves, row: dict) -> str:
    """'; median 30.5 months (22.3 to 36.7)', where the table has one."""
    rows = result.numbers[
        (result.numbers["measure"] == MEDIAN)
        & (result.numbers["strata"] == row["strata"])
        & (result.numbers["outcome"] == row["outcome"])
    ]
    if rows.empty:
        return ""
    text = worded(_only(result, rows))["result"].iloc[0]
    return f"; median {_with_months(text)}"


def _with_months(text: str) -> str:
    """'30.5 (22.3 to 36.7)' -> '30.5 months (22.3 to 36.7)'; words stay as they are."""
    value, bracket, rest = text.partition(" (")
    if not value[:1].isdigit():
        return text
    return f"{value} months{bracket}{rest}" if "(limits" in text else with_interval(f"{value} months{bracket}{rest}")


def _only(result: Curves, rows: pd.DataFrame) -> Curves:
    return replace(result, numbers=rows.reset_index(drop=True), in_days=False)


def _medians(result: Curves, what: str) -> str:
    """A figure without probabilities (follow-up): the medians."""
    rows = result.numbers[result.numbers["measure"] == MEDIAN] if len(result.numbers) else result.numbers
    if rows.empty:
        return ""
    labels, shown = labels_of(result.strata), worded(_only(result, rows))["result"]
    values = [
        f"{_with_months(text)} for {labels.get(code, code)}" if len(rows) > 1 else _with_months(text)
        for code, text in zip(rows["strata"], shown, strict=True)
    ]
    return sentence(
        "several",
        when="",
        values=f"median {lower(what)}: {'; '.join(values[:SHOWN])}",
        more=more_words(len(values) - SHOWN),
    )


def of_states(result: States, _what: str) -> str:
    rows = result.numbers[(result.numbers["measure"] == PROBABILITY) & result.numbers["estimate"].notna()]
    if rows.empty:
        return ""
    month = told_month(rows) or MONTHS[0]
    at, labels, groups = at_month(rows, month), labels_of(result.outcomes), labels_of(result.strata)
    if len(groups) == 1:
        largest_first = at.sort_values("estimate", ascending=False).head(SHOWN).to_dict("records")
        shown = "; ".join(f"{lower(labels[row['outcome']])}: {value_words(row)}" for row in largest_first)
        return sentence("several", when=_when(result, month), values=shown, more=more_words(len(at) - SHOWN))
    largest = at.loc[at.groupby("strata", sort=False)["estimate"].idxmax()].to_dict("records")
    values = [f"{lower(labels[row['outcome']])} {value_words(row)} for {groups[row['strata']]}" for row in largest]
    return sentence("largest", when=_when(result, month), values="; ".join(values))
