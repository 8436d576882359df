"""Shares, rates, ranges, forests, flow and counts as pictures: over which frame, and what each shows in words (alt)."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analyses.result import (
    DayRanges,
    Densities,
    Flow,
    Forest,
    Headline,
    Outcome,
    Periods,
    Rates,
    Ratios,
    Result,
    Shares,
)
from analyses.words import in_percent
from charts.day_ranges import day_ranges as day_ranges_spec
from charts.flow_bars import flow_bars
from charts.forest import forest as forest_spec
from charts.forest import row_key
from charts.intervals import intervals
from charts.period_bars import period_bars
from charts.ratio_forest import ENDS
from charts.ratio_forest import ratio_forest as ratio_forest_spec
from charts.small_parts import with_places
from charts.stacked_bars import stacked_bars
from charts.theme import Series, classes_of
from figures.chart import Chart
from figures.forest_rows import drawn_rows, words_of
from figures.marks import marks_of
from figures.notes import cut
from figures.numbers import at_month_words, density_words, forest_words, headline_words, range_words, rate_words, worded
from figures.series import labelled, series_of

DAYS = ["median", "quartile_low", "quartile_high", "lowest", "highest"]
DENSITY_ROOM = 1.5  # of the highest estimate: intervals of small groups may end at the edge, their numbers stand beside
RATE = ["strata", "outcome", "estimate", "conf_low", "conf_high", "text"]


def shares(result: Result) -> tuple[Chart, ...]:
    """One 100 % bar per group; classes that nobody of the dataset is in are not in the legend."""
    if not isinstance(result, Shares) or not result.n:
        return ()
    place = {outcome.code: i for i, outcome in enumerate(result.outcomes)}
    frame = result.shares.assign(order=result.shares["outcome"].map(place))
    present = set(frame["outcome"])
    drawn = classes_of((o.label, o.colour_code) for o in result.outcomes if o.code in present)
    spec = stacked_bars(drawn, tuple(group.label for group in result.strata))
    columns = ["strata", "outcome", "n", "total", "share", "order"]
    rows = worded(result)
    rows = rows[rows["outcome"].isin([outcome.label for outcome in result.outcomes]) & (rows["n"] > 0)]
    words = (f"{row['strata']}: {row['outcome']} {row['result']}" for row in rows.to_dict("records"))
    shown = "Share of patients by class. " + "; ".join(words)
    drawn_frame = with_places(labelled(result, frame)[columns])
    return (Chart(spec, drawn_frame, shown, picks=_names_behind(result)),)


def _names_behind(result: Shares) -> dict[str, str]:
    """A segment stands for the patients of its group in its class, where the patients say both."""
    picks = {"strata": "GROUP", "outcome": "AVALCAT"}
    return picks if {*picks.values()} <= {*result.patients.columns} else {}


def rates(result: Result, x_title: str | None = None) -> tuple[Chart, ...]:
    """Dot and interval per rate and group, with n/N in words at the right."""
    frame = rates_frame(result)
    if frame.empty or not isinstance(result, Headline | Rates):
        return ()
    pressed = marks_of(result, frame, result.rows if isinstance(result, Headline) else result.rates)
    outcomes = tuple(dict.fromkeys(frame["outcome"]))
    words = (f"{row['outcome']}, {row['strata']}: {row['text']}" for row in frame.to_dict("records"))
    return (Chart(intervals(rate_series(result), outcomes, x_title), frame, "; ".join(words), **pressed),)


def rates_frame(result: Result) -> pd.DataFrame:
    """The rates of a result as drawn, by label; without any, no rows."""
    table = result.rows if isinstance(result, Headline) else getattr(result, "rates", pd.DataFrame())
    if not result.n or table.empty:
        return pd.DataFrame(columns=RATE)
    if isinstance(result, Headline):
        text = headline_words(result)
    else:
        text = at_month_words(table) if "measure" in table else rate_words(table)
    others = result.rate_outcomes if isinstance(result, Shares) else ()
    return labelled(result, table.assign(text=text), others)[RATE]


def rate_series(result: Headline | Rates) -> tuple[Series, ...]:
    """The groups that the rates are of."""
    present = set((result.rows if isinstance(result, Headline) else result.rates)["strata"])
    return series_of(group for group in result.strata if group.code in present)


def rate_per_row(result: Result, outcome: Outcome) -> tuple[Chart, ...]:
    """One rate, one row per group."""
    if not isinstance(result, Shares) or not result.n or result.rates.empty:
        return ()
    frame, is_asked = rates_frame(result), (result.rates["outcome"] == outcome.code).to_numpy()
    frame = frame[is_asked].drop(columns="outcome")
    words = (f"{row['strata']}: {row['text']}" for row in frame.to_dict("records"))
    alt = f"{outcome.label}. {'; '.join(words)}"
    pressed = marks_of(result, frame, result.rates[is_asked], ("strata",))
    return (Chart(intervals(rate_series(result), x_title=outcome.label), frame, alt, **pressed),)


def densities(result: Result, x_title: str) -> tuple[Chart, ...]:
    """Events per 100 person-days with their interval per row and group."""
    if not isinstance(result, Densities) or not result.n:
        return ()
    frame = labelled(result, result.rows.assign(text=density_words(result.rows)))[RATE]
    words = (f"{row['outcome']}, {row['strata']}: {row['text']}" for row in frame.to_dict("records"))
    top = round_up(float(result.rows["estimate"].max()) * DENSITY_ROOM)
    spec = intervals(series_of(result.strata), tuple(dict.fromkeys(frame["outcome"])), x_title, top)
    notes = cut(frame["conf_low"], frame["conf_high"], (0.0, top))
    pressed = marks_of(result, frame, result.rows)
    return (Chart(spec, frame, f"{x_title}. " + "; ".join(words), notes=notes, **pressed),)


def round_up(value: float) -> float:
    """The next of 1, 2, 5 times a power of ten: an axis that filters do not move with every click."""
    if not value > 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= value))


def day_ranges(result: Result) -> tuple[Chart, ...]:
    """Median, quartiles and extremes in days per outcome and group, with median and n in words at the right."""
    if not isinstance(result, DayRanges) or not result.n:
        return ()
    frame = labelled(result, result.ranges.assign(text=range_words(result.ranges)))
    frame = frame[["strata", "outcome", *DAYS, "text"]]
    words = (f"{row['outcome']}, {row['strata']}: {row['text']}" for row in frame.to_dict("records"))
    spec = day_ranges_spec(series_of(result.strata), tuple(dict.fromkeys(frame["outcome"])))
    pressed = marks_of(result, frame, result.ranges)
    return (Chart(spec, frame, "Median (quartiles) in days. " + "; ".join(words), **pressed),)


def forest(result: Result, x_title: str, shown: str) -> tuple[Chart, ...]:
    """One dot with interval per subgroup, the whole cohort first and as a dashed line. shown: "main" for the
    characteristics that fit a screen, "all"."""
    if not isinstance(result, Forest) or not result.n:
        return ()
    table, notes = drawn_rows(result, shown)
    rows = words_of(result, table)
    frame = table[["n", "estimate", "conf_low", "conf_high"]].assign(
        factor=[factor for factor, _ in rows],
        strata=[level for _, level in rows],
        key=[row_key(*row) for row in rows],
        text=forest_words(replace(result, rows=table)),
    )
    words = "; ".join(f"{': '.join(filter(None, row))} {text}" for row, text in zip(rows, frame["text"], strict=True))
    pressed = marks_of(result, frame, table, ("factor", "strata"), ("strata", "factor"))
    return (Chart(forest_spec(rows, x_title), frame, f"{x_title}. {words}", notes=notes, **pressed),)


def ratio_forest(result: Result, x_title: str, below: str = "", above: str = "") -> tuple[Chart, ...]:
    """One hazard ratio with interval per row, with the patients and events of both arms. below, above: what a ratio
    under and over 1 means."""
    if not isinstance(result, Ratios) or not result.n:
        return ()
    shown = worded(result)
    frame = shown[["strata", "estimate", "conf_low", "conf_high", "reason"]].assign(
        text=shown["result"],
        counts=[
            f"Not yet: {row.events_waiting} events of {row.n_waiting}\n"
            f"Transplanted: {row.events_exposed} events of {row.n_exposed}"
            for row in shown.itertuples()
        ],
    )
    words = "; ".join(
        f"{row['strata']}: {row['text']}, {row['counts'].replace(chr(10), ', ')}" for row in frame.to_dict("records")
    )
    spec = ratio_forest_spec(tuple(frame["strata"]), x_title, below, above)
    notes = cut(frame["conf_low"], frame["conf_high"], ENDS)
    pressed = marks_of(result, frame, result.rows, ("strata",), ("strata", "strata"))
    return (Chart(spec, frame, f"{x_title}. {words}", notes=notes, **pressed),)


def flow(result: Flow) -> tuple[Chart, ...]:
    """One bar per station and per reason."""
    text = [
        f"{row.n} ({in_percent(row.share)} %)" if row.share == row.share else "0" for row in result.stages.itertuples()
    ]
    frame = result.stages.assign(text=text)
    words = "; ".join(f"{row['stage']}: {row['text']}" for row in frame.to_dict("records"))
    stages = tuple(zip(frame["stage"], frame["kind"], strict=True))
    pressed = marks_of(result, frame, frame, ("stage",), ("kind", "stage"))
    return (Chart(flow_bars(stages), frame[["stage", "n", "share", "text"]], words, **pressed),)


def periods(result: Result, y_title: str) -> tuple[Chart, ...]:
    """Counts per calendar period, stacked by group."""
    if not isinstance(result, Periods) or not result.n:
        return ()
    frame = worded(result)
    words = "; ".join(f"{row['period']}, {row['strata']}: {row['n']}" for row in frame.to_dict("records"))
    picks = {"period": "PERIOD", "strata": "GROUP"}
    return (Chart(period_bars(series_of(result.strata), y_title), frame, f"{y_title}. {words}", picks=picks),)
