"""Curves and states as pictures: which builder draws them, over which frame, and what it shows in words (alt).

Here, in `series` and in `rate_pictures`, codes become labels and colours, nowhere before.
"""

from dataclasses import replace

import pandas as pd

from analyses.result import Curves, Outcome, Result, States
from analyses.time_to_event.curve import in_two_stretches, steps
from analyses.time_to_event.curve import stacked as stacked_steps
from analyses.time_to_event.risk import NamesAtRisk
from analyses.words import labels_of, percent
from charts.legend_strip import legend_strip
from charts.risk_table import risk_table
from charts.small_parts import with_places
from charts.stacked_areas import stacked_areas, stacked_panel
from charts.step_curve import step_curve, step_panel
from charts.theme import CURVE_HEIGHT, Series, classes_of, month_ticks
from charts.thin import thin_steps
from charts.time_bars import time_bars
from endpoints.cohort import Group
from figures.alt import alt_of, at_risk_words
from figures.at_risk import risk_marks
from figures.chart import Chart
from figures.numbers import expected_words
from figures.series import labelled, series_of

STEP = ["time", "strata", "estimate", "conf_low", "conf_high", "n_risk", "n_event", "n_censor", "faded", "run"]
PANEL_HEIGHT = 220  # px: several outcomes under one another
INCIDENCE = "Cumulative incidence"


def _begins_at(result: Curves) -> float:
    """A probability of being without the event begins at 1, one of having had it at 0."""
    return 0.0 if result.is_failure or result.is_incidence else 1.0


def drawn_steps(result: Curves) -> pd.DataFrame:
    """The steps of a result as they are drawn: in months, cut and thinned for display, by label."""
    return thin_steps(labelled(result, steps(result, _begins_at(result))), result.x_max)


def _drawn(result: Curves) -> tuple[Group | Outcome, ...]:
    """The groups that have a curve: a legend names what is drawn. All of them where nothing is."""
    present = set(result.curve["strata"]) - set(result.not_drawn) if len(result.curve) else set()
    return tuple(group for group in result.strata if group.code in present) or result.strata


def curves(result: Result, y_title: str, with_risk: bool = True) -> tuple[Chart, ...]:
    """One step curve per group with its interval, the numbers at risk on the same axis beneath."""
    if not isinstance(result, Curves) or not result.n:
        return ()
    frame = drawn_steps(result)
    if frame.empty:
        return ()
    spec = step_curve(series_of(_drawn(result)), y_title, result.x_max, result.x_title, in_days=result.in_days)
    drawn = Chart(spec, frame[STEP], alt_of(y_title, result))
    return (drawn, _risk(result)) if with_risk else (drawn,)


def small_curves(result: Result, words: str = "Probability without event", x_title: str = "") -> tuple[Chart, ...]:
    """One small panel of step curves per outcome (an endpoint, a landmark day), coloured by group."""
    if not isinstance(result, Curves) or not result.n:
        return ()
    return _small(result, result.outcomes, "outcome", _drawn(result), words, x_title or result.x_title)


def small_curves_by_group(result: Result, words: str) -> tuple[Chart, ...]:
    """One small panel of step curves per group, coloured by outcome."""
    if not isinstance(result, Curves) or not result.n:
        return ()
    return _small(result, result.strata, "strata", result.outcomes, words, result.x_title)


def _small(result: Curves, panels, column: str, lines, words: str, x_title: str) -> tuple[Chart, ...]:
    frame = steps(result, _begins_at(result))
    if frame.empty:
        return ()
    other = "outcome" if column == "strata" else "strata"
    frame = thin_steps(frame.assign(strata=frame[other].map(labels_of(lines)), outcome=frame[column]), result.x_max)
    spec = step_panel(series_of(lines), result.x_max, x_title)
    drawn = [
        Chart(
            spec,
            frame.loc[frame["outcome"] == panel.code, STEP],
            f"{panel.label}. {words}. {at_risk_words(result, **{column: panel.code})}",
            panel.label,
        )
        for panel in panels
    ]
    return _panels(drawn, series_of(lines), "stroke", alt_of(words, result))


def _panels(panels: list[Chart], series: tuple[Series, ...], symbol: str, words: str) -> tuple[Chart, ...]:
    """Small panels under one legend. What all of them show is told once, with the first chart."""
    if len(series) <= 1:
        return (replace(panels[0], alt=f"{panels[0].alt.removesuffix('.')}. {words}"), *panels[1:])
    labels = pd.DataFrame({"strata": [s.label for s in series]})
    return (Chart(legend_strip(series, symbol), labels, f"Legend of the panels below. {words}"), *panels)


def incidences(result: Result) -> tuple[Chart, ...]:
    """One group: all outcomes in one picture, coloured by meaning. Several groups: one picture per outcome."""
    if not isinstance(result, Curves) or not result.n:
        return ()
    frame = drawn_steps(result)
    if frame.empty:
        return ()
    if len(result.strata) == 1:
        spec = step_curve(series_of(result.outcomes), INCIDENCE, result.x_max, result.x_title)
        drawn = frame.assign(strata=frame["outcome"])[STEP]
        return Chart(spec, drawn, alt_of(INCIDENCE, result)), _risk(result, keys=False)
    happened = set(frame.loc[frame["estimate"] > 0, "outcome"])
    outcomes = [outcome for outcome in result.outcomes if outcome.label in happened] or result.outcomes[:1]
    panels = (_panel(result, frame, outcome, is_first=not place) for place, outcome in enumerate(outcomes))
    return *panels, _risk(result)


def _panel(result: Curves, frame: pd.DataFrame, outcome: Group | Outcome, is_first: bool) -> Chart:
    """One outcome. The groups are the same in every panel: the first has the legend of all."""
    spec = step_curve(
        series_of(_drawn(result)), outcome.label, result.x_max, result.x_title, height=PANEL_HEIGHT, has_legend=is_first
    )
    return Chart(spec, frame.loc[frame["outcome"] == outcome.label, STEP], alt_of(outcome.label, result, outcome.code))


def estimands(result: Result, y_title: str) -> tuple[Chart, ...]:
    """The ways to treat a transplant over one another, with their numbers at risk: one picture per compared group."""
    if not isinstance(result, Curves) or not result.n:
        return ()
    frame = drawn_steps(result)
    filled = [group for group in result.strata if group.label in set(frame["strata"])]
    n = result.numbers.drop_duplicates("strata").set_index("strata")["n"]
    titles = {group.code: y_title if len(filled) == 1 else f"{group.label} (n = {n[group.code]})" for group in filled}
    return tuple(
        chart
        for place, group in enumerate(filled)
        for chart in _ways(result, frame, group, titles[group.code], is_first=not place, is_alone=len(filled) == 1)
    )


def _ways(
    result: Curves, frame: pd.DataFrame, group: Group | Outcome, y_title: str, is_first: bool, is_alone: bool
) -> tuple[Chart, Chart]:
    """The curves of one group, the ways as lines."""
    series = series_of(result.outcomes)
    height = CURVE_HEIGHT if is_alone else PANEL_HEIGHT
    spec = step_curve(series, y_title, result.x_max, result.x_title, height=height, has_legend=is_first)
    own = frame[frame["strata"] == group.label].assign(strata=lambda rows: rows["outcome"])
    risk = result.risk[result.risk["strata"] == group.code].assign(strata=lambda rows: rows["outcome"])
    behind = result.behind.of(group.code) if isinstance(result.behind, NamesAtRisk) else None
    one = replace(result, strata=result.outcomes, outcomes=(), risk=risk.drop(columns="outcome"), behind=behind)
    return Chart(spec, own[STEP], alt_of(y_title, result, strata=group.code)), _risk(one)


def as_stack(result: Result, n_events: int) -> Result:
    """A result whose first `n_events` outcomes, stacked up, are its picture: its answer tells these alone."""
    return replace(result, stacked=n_events) if isinstance(result, Curves) else result


def stacked(result: Result, n_events: int) -> tuple[Chart, ...]:
    """One group: the events of an endpoint (its first `n_events` outcomes) stacked up to the whole, nothing when
    there is none of them. Several groups: one picture per event."""
    if not isinstance(result, Curves) or not result.n:
        return ()
    events = {outcome.code for outcome in result.outcomes[:n_events]}
    only = replace(
        result, outcomes=result.outcomes[:n_events], curve=result.curve[result.curve["outcome"].isin(events)]
    )
    if len(result.strata) > 1:
        return incidences(only)
    frame = stacked_steps(only)
    text = [percent(*row) for row in zip(frame["estimate"], frame["conf_low"], frame["conf_high"], strict=True)]
    present = set(frame.loc[frame["estimate"] > 0, "outcome"])
    drawn = tuple(outcome for outcome in only.outcomes if outcome.code in present)
    if not drawn:
        return ()
    spec = stacked_areas(series_of(drawn), INCIDENCE, result.x_max, result.x_title)
    columns = ["time", "outcome", "order", "estimate", "faded", "text"]
    alt = alt_of(f"{INCIDENCE}, stacked", replace(only, outcomes=drawn))
    picture = Chart(spec, labelled(only, frame.assign(text=text))[columns], alt)
    return picture, _risk(result, keys=False)


def states(result: Result, horizon: int) -> tuple[Chart, ...]:
    """The states stacked over time, groups side by side; under it the expected months in each."""
    if not isinstance(result, States) or not result.n:
        return ()
    text = [percent(*row) for row in result.curve[["estimate", "conf_low", "conf_high"]].itertuples(index=False)]
    frame = labelled(result, result.curve.assign(text=text))[
        ["strata", "time", "outcome", "order", "estimate", "faded", "text"]
    ]
    words = alt_of("States", result)
    parts = {group: in_two_stretches_of(frame[frame["strata"] == group.label]) for group in result.strata}
    over_time = (_one_picture if len(parts) == 1 else _picture_per_group)(result, parts, words)
    if result.expected["estimate"].isna().all():
        return over_time
    return *over_time, _expected_months(result, horizon)


def in_two_stretches_of(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of one group with its paler stretch."""
    few = rows.loc[rows["faded"].astype(bool), "time"]
    return in_two_stretches(rows, few.min() if len(few) else float("nan"))


def _state_series(result: States) -> tuple[Series, ...]:
    """States are areas: colour alone, their order is the order of the stack."""
    return tuple(Series(*pair) for pair in classes_of((state.label, state.colour_code) for state in result.outcomes))


def _one_picture(result: States, parts: dict[Group | Outcome, pd.DataFrame], words: str) -> tuple[Chart, ...]:
    spec = stacked_areas(_state_series(result), "Patients in each state", result.x_max, result.x_title)
    return (Chart(spec, next(iter(parts.values())).drop(columns="strata"), words),)


def _picture_per_group(result: States, parts: dict[Group | Outcome, pd.DataFrame], words: str) -> tuple[Chart, ...]:
    n = result.expected.drop_duplicates("strata").set_index("strata")["n"]
    spec = stacked_panel(_state_series(result), result.x_max, result.x_title)
    titles = {group: f"{group.label} (n = {n[group.code]})" for group in parts}
    panels = [Chart(spec, part.drop(columns="strata"), titles[group], titles[group]) for group, part in parts.items()]
    return _panels(panels, _state_series(result), "square", words)


def _expected_months(result: States, horizon: int) -> Chart:
    frame = labelled(result, result.expected)
    frame = frame.assign(text=[expected_words(row) for row in result.expected.to_dict("records")])
    frame = with_places(
        frame[["strata", "outcome", "order", "estimate", "text"]], "estimate", "{estimate:.1f}", horizon
    )
    title = f"Expected months in each state within the first {horizon} months"
    words = "; ".join(f"{row['strata']}, {row['outcome'].lower()}: {row['text']}" for row in frame.to_dict("records"))
    labels = tuple(group.label for group in result.strata)
    return Chart(time_bars(_state_series(result), labels, horizon, title), frame, f"{title}. {words}")


def _risk(result: Curves, keys: bool = True) -> Chart:
    ticks = month_ticks(result.x_max)
    risk = result.risk[result.risk["time"].isin(ticks)]
    present = set(risk["strata"])
    groups = [group for group in result.strata if group.code in present]
    frame = risk.assign(strata=risk["strata"].map(labels_of(result.strata)))
    words = "; ".join(_at_risk_words(group, risk) for group in groups)
    return Chart(
        risk_table(series_of(groups), result.x_max, in_days=result.in_days, keys=keys),
        frame,
        f"Patients at risk (events, censored so far) at the months of the axis above. {words}",
        **risk_marks(result),
    )


def _at_risk_words(group: Group | Outcome, risk: pd.DataFrame) -> str:
    rows = risk[risk["strata"] == group.code]
    told = ", ".join(f"month {row.time:g}: {row.n_risk}" for row in rows.itertuples())
    return f"{group.label}: {told}"
