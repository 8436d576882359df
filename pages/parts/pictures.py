"""Estimates as pictures: which builder of charts/ draws them, over which frame, and what it shows in words (alt)."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from charts.day_ranges import day_ranges as day_ranges_spec
from charts.forest import forest as forest_spec
from charts.forest import row_key
from charts.intervals import intervals
from charts.legend_strip import legend_strip
from charts.ratio_forest import ratio_forest as ratio_forest_spec
from charts.risk_table import risk_table
from charts.stacked_areas import stacked_areas, stacked_panel
from charts.stacked_bars import stacked_bars
from charts.step_curve import step_curve, step_panel
from charts.theme import CURVE_HEIGHT, Series, classes_of
from charts.time_bars import time_bars
from endpoints.time_to_event import TimeToEvent
from pages.parts.estimate import Estimates, events_of, one_outcome
from pages.parts.estimate import stacked as stacked_frame
from pages.parts.figure import Chart

STEP = ["time", "strata", "estimate", "conf_low", "conf_high", "n_risk", "n_event", "n_censor", "faded", "run"]
DAYS = ["median", "quartile_low", "quartile_high", "lowest", "highest"]
ALT_MONTH = 12
PANEL_HEIGHT = 220  # px: several outcomes under one another


def curves(estimates: Estimates, y_title: str, with_risk: bool = True, in_days: bool = False) -> tuple[Chart, ...]:
    """One step curve per group with its interval, the numbers at risk on the same axis beneath."""
    if not estimates.n or estimates.curve.empty:
        return ()
    drawn = Chart(
        step_curve(_with_curve(estimates), y_title, estimates.x_max, estimates.x_title, in_days=in_days),
        estimates.curve[STEP],
        _alt(y_title, estimates.numbers, in_days),
    )
    return (drawn, _risk(estimates, in_days)) if with_risk else (drawn,)


def _with_curve(estimates: Estimates) -> tuple[Series, ...]:
    """A legend names what is drawn: no group without patients, or with too few for a curve."""
    there = set(estimates.curve["strata"])
    return tuple(series for series in estimates.series if series.label in there)


def small_curves(
    estimates: Estimates, x_title: str = "Months from each endpoint's start", words: str = "Probability without event"
) -> tuple[Chart, ...]:
    """One small panel of step curves per outcome (an endpoint, or what else the panels are)."""
    if not estimates.n or estimates.curve.empty:
        return ()
    curves = ((o.label, estimates.curve[estimates.curve["outcome"] == o.label]) for o in estimates.outcomes)
    spec = step_panel(estimates.series, estimates.x_max, x_title)
    panels = [Chart(spec, curve[STEP], f"{label}. {words}", label) for label, curve in curves]
    return _panels(panels, estimates.series, "stroke", _alt(words, estimates.numbers))


def _panels(panels: list[Chart], series: tuple[Series, ...], symbol: str, words: str) -> tuple[Chart, ...]:
    """Small panels under one legend. What all of them show is told once, with the first chart."""
    if len(series) < 2:
        return (replace(panels[0], alt=f"{panels[0].alt}. {words}"), *panels[1:])
    labels = pd.DataFrame({"strata": [s.label for s in series]})
    return (Chart(legend_strip(series, symbol), labels, f"Legend of the panels below. {words}"), *panels)


def incidences(estimates: Estimates) -> tuple[Chart, ...]:
    """One group: all outcomes in one picture, coloured by meaning. Several groups: one picture per outcome."""
    if not estimates.n or estimates.curve.empty:
        return ()
    if len(estimates.series) == 1:
        frame = estimates.curve[STEP].assign(strata=estimates.curve["outcome"])
        spec = step_curve(estimates.outcomes, "Cumulative incidence", estimates.x_max, estimates.x_title)
        return Chart(spec, frame, _alt("Cumulative incidence", estimates.numbers)), _risk(estimates, keys=False)
    happened = set(estimates.curve.loc[estimates.curve["estimate"] > 0, "outcome"])
    drawn = [outcome for outcome in estimates.outcomes if outcome.label in happened] or estimates.outcomes[:1]
    panels = (
        _panel(one_outcome(estimates, outcome.label), outcome, is_first=not place)
        for place, outcome in enumerate(drawn)
    )
    return *panels, _risk(estimates)


def estimands(estimates: Estimates, y_title: str) -> tuple[Chart, ...]:
    """The ways to treat a transplant over one another, with their numbers at risk: one picture per compared group."""
    if not estimates.n or estimates.curve.empty:
        return ()
    filled = set(estimates.curve["outcome"])
    labels = [outcome.label for outcome in estimates.outcomes if outcome.label in filled]
    n = dict(zip(estimates.numbers["strata"], estimates.numbers["n"], strict=True))
    return tuple(
        chart
        for label in labels
        for chart in _one_group(
            estimates,
            label,
            y_title if len(estimates.outcomes) == 1 else f"{label} (n = {n[label]})",
            has_legend=label == labels[0],
        )
    )


def _one_group(estimates: Estimates, label: str, y_title: str, has_legend: bool) -> tuple[Chart, Chart]:
    curve, risk = (frame[frame["outcome"] == label] for frame in (estimates.curve, estimates.risk))
    numbers = estimates.numbers[estimates.numbers["strata"] == label]
    height = CURVE_HEIGHT if len(estimates.outcomes) == 1 else PANEL_HEIGHT
    spec = step_curve(
        estimates.series, y_title, estimates.x_max, estimates.x_title, height=height, has_legend=has_legend
    )
    return (
        Chart(spec, curve[STEP], _alt(y_title, numbers)),
        _risk(replace(estimates, risk=risk.drop(columns="outcome"))),
    )


def stacked(estimates: Estimates, endpoint: TimeToEvent) -> tuple[Chart, ...]:
    """One group: the events of an endpoint stacked up to the whole, nothing when there is none of them. Several groups:
    one picture per event."""
    if not estimates.n or estimates.curve.empty or len(estimates.series) > 1:
        return incidences(replace(estimates, outcomes=events_of(estimates, endpoint)))
    frame = stacked_frame(estimates, endpoint)
    present = set(frame.loc[frame["estimate"] > 0, "outcome"])
    drawn = tuple(outcome for outcome in estimates.outcomes if outcome.label in present)
    if not drawn:
        return ()
    return (
        Chart(
            stacked_areas(drawn, "Cumulative incidence", estimates.x_max, estimates.x_title),
            frame,
            _alt("Cumulative incidence, stacked", estimates.numbers),
        ),
        _risk(estimates, keys=False),
    )


def states(estimates: Estimates, horizon: int) -> tuple[Chart, ...]:
    """The states stacked over time, groups side by side; under it the expected months in each."""
    if not estimates.n or estimates.curve.empty:
        return ()
    labels = tuple(dict.fromkeys(estimates.curve["strata"]))
    words = _alt("States", estimates.numbers[estimates.numbers["measure"] == "probability"])
    over_time = (_one_picture if len(labels) == 1 else _picture_per_group)(estimates, words)
    if estimates.rates["estimate"].isna().all():
        return over_time
    return *over_time, _expected_months(estimates, labels, horizon)


def _one_picture(estimates: Estimates, words: str) -> tuple[Chart]:
    spec = stacked_areas(estimates.outcomes, "Patients in each state", estimates.x_max, estimates.x_title)
    return (Chart(spec, estimates.curve.drop(columns="strata"), words),)


def _picture_per_group(estimates: Estimates, words: str) -> tuple[Chart, ...]:
    n = dict(zip(estimates.rates["strata"], estimates.rates["n"], strict=True))
    curves = ((f"{label} (n = {n[label]})", estimates.curve[estimates.curve["strata"] == label]) for label in n)
    spec = stacked_panel(estimates.outcomes, estimates.x_max, estimates.x_title)
    panels = [Chart(spec, curve.drop(columns="strata"), label, label) for label, curve in curves if len(curve)]
    return _panels(panels, estimates.outcomes, "square", words)


def _expected_months(estimates: Estimates, labels: tuple[str, ...], horizon: int) -> Chart:
    frame = estimates.rates[["strata", "outcome", "order", "estimate", "text"]]
    title = f"Expected months in each state within the first {horizon} months"
    words = "; ".join(f"{row['strata']}, {row['outcome'].lower()}: {row['text']}" for row in frame.to_dict("records"))
    return Chart(time_bars(estimates.outcomes, labels, horizon, title), frame, f"{title}. {words}")


def _panel(estimates: Estimates, outcome: Series, is_first: bool) -> Chart:
    """One outcome. The groups are the same in every panel: the first has the legend of all."""
    numbers = estimates.numbers[estimates.numbers["outcome"] == outcome.label]
    spec = step_curve(
        _with_curve(estimates),
        outcome.label,
        estimates.x_max,
        estimates.x_title,
        height=PANEL_HEIGHT,
        has_legend=is_first,
    )
    return Chart(spec, estimates.curve[STEP], _alt(outcome.label, numbers))


def _risk(estimates: Estimates, in_days: bool = False, keys: bool = True) -> Chart:
    there, unit = set(estimates.risk["strata"]) if len(estimates.risk) else set(), "days" if in_days else "months"
    series = tuple(series for series in estimates.series if series.label in there)
    return Chart(
        risk_table(series, estimates.x_max, in_days=in_days, keys=keys),
        estimates.risk,
        f"Patients at risk, with events and censored so far, at the {unit} of the axis above.",
    )


def shares(estimates: Estimates, classes: Iterable) -> tuple[Chart, ...]:
    """One 100 % bar per group; classes that nobody of the dataset is in are not in the legend."""
    if not estimates.n:
        return ()
    frame = estimates.curve[["strata", "outcome", "n", "total", "share", "order"]]
    present = set(frame["outcome"])
    drawn = classes_of((c.label, c.code) for c in classes if c.label in present)
    words = (
        f"{row['strata']}: {row['outcome']} {row['result']}"
        for row in estimates.numbers[estimates.numbers["n"] > 0].to_dict("records")
    )
    return (
        Chart(
            stacked_bars(drawn, tuple(s.label for s in estimates.series)),
            frame,
            "Share of patients by class. " + "; ".join(words),
        ),
    )


def rates(table: pd.DataFrame | None, series: tuple[Series, ...], x_title: str | None = None) -> tuple[Chart, ...]:
    """Dot and interval per rate and group, with n/N in words at the right."""
    if table is None or table.empty:
        return ()
    outcomes = tuple(dict.fromkeys(table["outcome"]))
    frame = table[["strata", "outcome", "estimate", "conf_low", "conf_high", "text"]]
    words = (f"{row['outcome']}, {row['strata']}: {row['text']}" for row in frame.to_dict("records"))
    return (Chart(intervals(series, outcomes, x_title), frame, "; ".join(words)),)


def rate_per_row(estimates: Estimates, outcome: str) -> tuple[Chart, ...]:
    """One rate, one row per group."""
    if not estimates.n or estimates.rates is None:
        return ()
    table = estimates.rates[estimates.rates["outcome"] == outcome]
    frame = table[["strata", "estimate", "conf_low", "conf_high", "text"]]
    words = (f"{row['strata']}: {row['text']}" for row in frame.to_dict("records"))
    return (Chart(intervals(estimates.series, x_title=outcome), frame, f"{outcome}. " + "; ".join(words)),)


def day_ranges(estimates: Estimates) -> tuple[Chart, ...]:
    """Median, quartiles and extremes in days per outcome and group, with median and n in words at the right."""
    if not estimates.n:
        return ()
    frame = estimates.curve[["strata", "outcome", *DAYS, "text"]]
    words = (f"{row['outcome']}, {row['strata']}: {row['text']}" for row in frame.to_dict("records"))
    return (
        Chart(
            day_ranges_spec(estimates.series, tuple(dict.fromkeys(frame["outcome"]))),
            frame,
            "Median (quartiles) in days. " + "; ".join(words),
        ),
    )


def forest(estimates: Estimates, x_title: str) -> tuple[Chart, ...]:
    """One dot with interval per subgroup, the whole cohort first and as a dashed line."""
    if not estimates.n:
        return ()
    table = estimates.curve
    rows = tuple(zip(table["factor"], table["strata"], strict=True))
    frame = table[["factor", "strata", "n", "estimate", "conf_low", "conf_high"]].assign(
        key=[row_key(*row) for row in rows], text=table["result"]
    )
    words = "; ".join(f"{': '.join(filter(None, row))} {text}" for row, text in zip(rows, frame["text"], strict=True))
    return (Chart(forest_spec(rows, x_title), frame, f"{x_title}. {words}"),)


def ratio_forest(estimates: Estimates, x_title: str, below: str = "", above: str = "") -> tuple[Chart, ...]:
    """One hazard ratio with interval per row, with the patients and events of both arms. below, above: what a ratio
    under and over 1 means."""
    if not estimates.n:
        return ()
    table = estimates.curve
    both = table[["n_waiting", "n_exposed", "events_waiting", "events_exposed"]].itertuples(index=False, name=None)
    frame = table[["strata", "estimate", "conf_low", "conf_high"]].assign(
        text=table["result"],
        reason=table["reason"],
        counts=[
            f"Not yet: {events[0]} events of {n[0]}\nTransplanted: {events[1]} events of {n[1]}"
            for n, events in ((row[:2], row[2:]) for row in both)
        ],
    )
    words = "; ".join(
        f"{row['strata']}: {row['text']}, {row['counts'].replace(chr(10), ', ')}" for row in frame.to_dict("records")
    )
    return (Chart(ratio_forest_spec(tuple(frame["strata"]), x_title, below, above), frame, f"{x_title}. {words}"),)


def _alt(y_title: str, numbers: pd.DataFrame, in_days: bool = False) -> str:
    at = numbers[numbers["months"] == ALT_MONTH]
    unit, when = ("days", f"On day {at['days'].max():.0f}") if in_days else ("months", f"At {ALT_MONTH} months")
    words = (f"{row['strata']}, {row['outcome'].lower()}: {row['result']}" for row in at.to_dict("records"))
    return f"{y_title} over {unit} from the start. {when}: " + "; ".join(words)
