"""Answer lines of rates, classes, subgroups, days, periods and the baseline."""

from collections.abc import Iterable, Sequence

import pandas as pd

from analyses.course.overview import M3_RATE
from analyses.result import (
    PROBABILITY,
    Baseline,
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
)
from analyses.words import density, in_percent, labels_of
from figures.answer_groups import MIN_N, SHOWN, groups_line, is_unknown, lower, more_words, value_words
from figures.numbers import at_month_words, rate_words, worded
from figures.sentences import sentence, with_interval

TOLD = (M3_RATE.code, "efs", "os")  # of the headline


def of_rates(result: Rates, what: str) -> str:
    if "measure" in result.numbers:
        return _month_rates(result)
    return _rates(result, result.rates, result.outcomes, what)


def _month_rates(result: Rates) -> str:
    """Probabilities at a month as rates: the first months, outcome by outcome."""
    rows = result.numbers[result.numbers["measure"] == PROBABILITY]
    labels = labels_of((*result.strata, *result.outcomes))
    told = rows[rows["months"] == rows["months"].iloc[-1]].to_dict("records")
    values = [f"{labels.get(row['outcome'], row['outcome'])}: {value_words(row)}" for row in told[:SHOWN]]
    return sentence(
        "several",
        when=f"at {told[0]['months']:g} months, ",
        values="; ".join(values),
        more=more_words(len(told) - SHOWN),
    )


def of_shares(result: Shares, what: str) -> str:
    if len(result.rates):
        return _rates(result, result.rates, result.rate_outcomes, what)
    first = result.shares["outcome"].iloc[0] if len(result.shares) else ""
    rows = result.shares[result.shares["outcome"] == first].rename(
        columns={"n": "n_event", "total": "n", "share": "estimate"}
    )
    return _rates(result, rows, result.outcomes, what)


def _rates(result: Result, rates: pd.DataFrame, outcomes: Sequence, what: str) -> str:
    labels, rows = labels_of(outcomes), _told_first(result, rates[rates["n"] > 0])
    if rows.empty:
        return ""
    first = rows["outcome"].iloc[0]
    subject = lower(labels.get(first, what))
    of_first = rows[rows["outcome"] == first]
    if len(result.strata) > 1:
        return groups_line(result, of_first, "", subject, result.comparison, first)
    told = rows.drop_duplicates("outcome").head(SHOWN)
    values = [
        f"{lower(labels.get(code, code))}: {with_interval(text)}"
        for code, text in zip(told["outcome"], rate_words(told), strict=True)
    ]
    return sentence("several", when="", values="; ".join(values), more=more_words(rows["outcome"].nunique() - SHOWN))


def _told_first(result: Result, rates: pd.DataFrame) -> pd.DataFrame:
    """The rates that the figure is about before the others; these keep their order."""
    told = result.told if isinstance(result, Rates) else ()
    place = {code: i for i, code in enumerate(told)}
    return rates.sort_values("outcome", key=lambda codes: codes.map(place).fillna(len(told)), kind="stable")


def of_densities(result: Densities, _what: str) -> str:
    labels, rows = labels_of(result.outcomes), result.rows
    first = rows["outcome"].iloc[0]
    of_first = rows[rows["outcome"] == first].to_dict("records")
    groups = labels_of(result.strata) if len(result.strata) > 1 else {}
    values = [
        with_interval(density(row["n_event"], row["person_time"], row["estimate"], row["conf_low"], row["conf_high"]))
        + (f" for {groups[row['strata']]}" if groups else "")
        for row in of_first[:SHOWN]
    ]
    return sentence(
        "several",
        when="",
        values=f"per 100 person-days, {lower(labels.get(first, first))}: {'; '.join(values)}",
        more=more_words(len(of_first) - SHOWN),
    )


def of_headline(result: Headline, _what: str) -> str:
    """Of everybody the first rate, then event-free and alive; of groups the first rate."""
    labels, rows = labels_of(result.outcomes), result.rows
    if len(result.strata) > 1:
        first = rows[rows["outcome"] == rows["outcome"].iloc[0]]
        return groups_line(result, first, "", lower(labels[first["outcome"].iloc[0]]), None)
    told = rows[rows["outcome"].isin(TOLD)].to_dict("records")
    values = "; ".join(f"{lower(labels[row['outcome']])}: {value_words(row)}" for row in told)
    return sentence("several", when="", values=values, more="") if told else ""


def of_forest(result: Forest, what: str) -> str:
    rows = result.rows
    whole, others = rows.iloc[:1], rows.iloc[1:]
    others = others[
        (others["n"] >= MIN_N) & others["estimate"].notna() & ~others["strata"].map(is_unknown).astype(bool)
    ]
    value = with_interval((at_month_words if result.x_title else rate_words)(whole)[0])
    if others.empty:
        return sentence("one", when="", what=lower(what), value=value, median="")
    lowest, highest = (others.loc[others["estimate"].idxmin()], others.loc[others["estimate"].idxmax()])
    return sentence(
        "subgroups",
        what=what,
        value=value,
        lowest=f"{in_percent(lowest['estimate'])} %",
        low=_subgroup(result, lowest),
        highest=f"{in_percent(highest['estimate'])} %",
        high=_subgroup(result, highest),
    )


def _subgroup(result: Forest, row: pd.Series) -> str:
    return f"{result.factors[row['factor']]}: {row['label']}"


def of_ratios(result: Ratios, _what: str) -> str:
    told = worded(result).to_dict("records")
    values = [f"{lower(row['strata'])}: {with_interval(row['result'])}" for row in told[-1:]]
    return sentence("several", when="", values=f"hazard ratio, {'; '.join(values)}", more="")


def of_days(result: DayRanges, what: str) -> str:
    labels, rows = labels_of(result.outcomes), result.ranges[result.ranges["n"] > 0]
    if rows.empty:
        return ""
    if len(result.strata) == 1:
        values = (_days(labels.get(row["outcome"], row["outcome"]), row) for row in rows.to_dict("records"))
        return sentence("days", values="; ".join(values))
    first = _ends_of_range(rows[rows["outcome"] == rows["outcome"].iloc[0]])
    groups = labels_of(result.strata)
    if first["median"].nunique() == 1:
        return sentence(
            "days_alike", what=labels.get(first["outcome"].iloc[0], what), days=f"{first['median'].iloc[0]:g}"
        )
    lowest, highest = first.loc[first["median"].idxmin()], first.loc[first["median"].idxmax()]
    return sentence(
        "days_by_group",
        what=labels.get(first["outcome"].iloc[0], what),
        lowest=f"{lowest['median']:g}",
        low=groups[lowest["strata"]],
        highest=f"{highest['median']:g}",
        high=groups[highest["strata"]],
    )


def _ends_of_range(rows: pd.DataFrame) -> pd.DataFrame:
    """The groups that are known and have enough patients; all of them where none has."""
    enough = rows[(rows["n"] >= MIN_N) & ~rows["strata"].map(is_unknown).astype(bool)]
    return enough if len(enough) else rows


def _days(label: str, row: dict) -> str:
    return (
        f"{lower(label)}: median {row['median']:g} (middle half {row['quartile_low']:g} to {row['quartile_high']:g}), "
        f"n = {row['n']}"
    )


def of_periods(result: Periods, _what: str) -> str:
    by_period = result.counts.groupby("period", sort=False)["n"].sum()
    by_period = by_period[by_period > 0]
    return sentence(
        "periods",
        n=int(by_period.sum()),
        first=by_period.index[0],
        last=by_period.index[-1],
        period=by_period.idxmax(),
        most=int(by_period.max()),
    )


def of_baseline(result: Baseline, _what: str) -> str:
    if len(result.strata) > 1 and len(result.differences):
        known = result.differences["variable"].isin(result.cells["variable"])
        largest = (
            result.differences[known].dropna(subset="difference").sort_values("difference").tail(1).to_dict("records")
        )
        if largest:
            names = dict(zip(result.cells["variable"], result.cells["variable_label"], strict=True))
            return sentence(
                "balance",
                n=result.n,
                groups=len(result.strata),
                what=lower(names[largest[0]["variable"]]),
                difference=f"{largest[0]['difference']:.2f}",
            )
    return sentence("baseline", n=result.n, values="; ".join(_typical(result.cells)))


def _typical(cells: pd.DataFrame) -> Iterable[str]:
    """The first measured variable and the first with classes."""
    measured, levels = cells[cells["kind"] == "measured"].head(1), cells[cells["kind"] == "level"].head(1)
    for row in measured.to_dict("records"):
        quartiles = f"{row['quartile_low']:g} to {row['quartile_high']:g}"
        yield f"{lower(row['variable_label'])}: median {row['median']:g} (middle half {quartiles})"
    for row in levels.to_dict("records"):
        share = f"{in_percent(row['n'] / row['total'])} %" if row["total"] else "nobody known"
        yield f"{lower(row['variable_label'])}: {lower(row['level_label'])} {share}"


def of_flow(result: Flow, _what: str) -> str:
    stages = result.stages[result.stages["kind"] == "stage"].to_dict("records")
    first, last = stages[0], stages[-1]
    share = in_percent(last["n"] / first["n"]) if first["n"] else "0"
    return sentence(
        "flow",
        first_n=first["n"],
        first=lower(first["stage"]),
        last_n=last["n"],
        last=lower(last["stage"]),
        share=share,
    )
