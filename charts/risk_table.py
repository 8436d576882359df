"""Numbers under a step curve: at risk, events and censored, month by month."""

from itertools import pairwise
from typing import Any

import altair as alt

from charts import theme
from charts.picks import PICKABLE
from charts.spec import Drawn, dress, memoised_spec

LINE = 14  # px from one line of text to the next
ROW = 3 * LINE + 10  # a name, the number at risk, and (events, censored)
COUNTS_TEXT = (
    "isValid(datum.opens) ? 'day ' + format(datum.opens, 'd')"
    " : '(' + format(datum.n_event, 'd') + ', ' + format(datum.n_censor, 'd') + ')'"
)
AT_RISK_TEXT = "isValid(datum.opens) ? 'from' : format(datum.n_risk, 'd')"
NUMBER_ROOM = 52  # px for one column of numbers
NARROW = 400  # px of the plot, under which there is no room for counts in brackets
IS_NARROW = f"(width && width < {NARROW})"
HEADING = f"{IS_NARROW} ? 'At risk' : 'At risk (events so far, censored so far)'"
HEADING_ROOM = 20  # px under it, for the months
NAMES = {1: "at_risk_text", 2: "counts_text"}  # line of a block -> its column
KEY = (8 - theme.LEFT_EXTENT, 36 - theme.LEFT_EXTENT)  # px from the plot: the piece of line before a name


@memoised_spec
def risk_table(
    series: tuple[theme.Series, ...],
    x_max: float,
    ticks: tuple[float, ...] | None = None,
    in_days: bool = False,
    keys: bool = True,
) -> Drawn:
    """Vega-Lite specification of one block of numbers per series, on the same x axis as `step_curve`.

    The frame beside it: time (months, one row per tick and series), strata, n_risk (just before the time),
    n_event, n_censor (both so far). opens may be missing: where it is a day (from the origin), nobody has been under
    observation yet and the first enters on that day, which stands in place of a row of zeros. `ticks` defaults to
    `theme.month_ticks(x_max)`; in_days as for the curve; keys: a piece of the curve's line before each name, which
    would be wrong where the lines above are outcomes and not groups.
    """
    ticks = theme.month_ticks(x_max) if ticks is None else ticks
    rows = _rows(series)
    base = alt.Chart().encode(x=_months(x_max, ticks, in_days), y=rows)
    left_out = _left_out(x_max, ticks)
    layers = alt.layer(
        *([_keys(series, rows)] if keys else []),
        _names(rows),
        _heading(),
        _numbers(base, 1, AT_RISK_TEXT, left_out, fontSize=theme.FONT_SIZE, color=theme.INK).properties(name=PICKABLE),
        _numbers(
            base,
            2,
            COUNTS_TEXT,
            f"{left_out} || {IS_NARROW} && !isValid(datum.opens)",
            fontSize=theme.SMALL_FONT_SIZE,
            color=theme.MUTED_INK,
        ),
    )
    return dress(layers, ROW * len(series))


def _left_out(x_max: float, ticks: tuple[float, ...]) -> str:
    """Where the plot is too narrow for a number at every tick: true at all but every second, third, ... of them."""
    step = min((b - a for a, b in pairwise(ticks)), default=x_max)
    span = x_max * (1 + theme.MONTHS_BEYOND)
    return f"width && datum.time / {step} % ceil({NUMBER_ROOM * span / step:.6g} / width) != 0"


def _months(x_max: float, ticks: tuple[float, ...], in_days: bool) -> alt.X:
    axis = alt.Axis(
        values=list(ticks),
        orient="top",
        title=None,
        grid=False,
        domain=False,
        ticks=False,
        labelOverlap=False,
        **theme.day_labels(in_days),
    )
    return alt.X("time:Q", scale=theme.month_scale(x_max), axis=axis)


def _rows(series: tuple[theme.Series, ...]) -> alt.Y:
    """The row axis is as wide as the curve's and empty: names stand above their numbers, none is ever cut."""
    axis = alt.Axis(labels=False, ticks=False, domain=False, title=None, grid=False, **theme.LEFT_AXIS)
    scale = alt.Scale(type="band", domain=[s.label for s in series], padding=0)
    return alt.Y("strata:N", scale=scale, axis=axis, sort=None)


def _heading() -> alt.Chart:
    """Over the months; it names the counts in brackets where they are drawn."""
    return (
        alt.Chart()
        .mark_text(align="left", baseline="bottom", color=theme.INK)
        .encode(x=alt.XValue(0), y=alt.YValue(-HEADING_ROOM), text=alt.TextValue(alt.ExprRef(HEADING)))
        .transform_aggregate(n="count()")
    )


def _offset(line: int) -> int:
    return (line - 1) * LINE + 2


def _keys(series: tuple[theme.Series, ...], rows: alt.Y) -> alt.Chart:
    """A piece of each curve before its name: colour and dash as drawn above."""
    dash = alt.StrokeDash("strata:N", scale=theme.dash_scale(series), legend=None, sort=None)
    return (
        alt.Chart()
        .mark_rule(strokeWidth=2.5, yOffset=_offset(0))
        .encode(
            x=alt.XValue(KEY[0]), x2=alt.X2Value(KEY[1]), y=rows, color=theme.colour_channel(series), strokeDash=dash
        )
        .transform_filter("datum.time == 0")
    )


def _names(rows: alt.Y) -> alt.Chart:
    return (
        alt.Chart()
        .mark_text(dy=_offset(0), baseline="middle", align="left", fontWeight="bold", limit=480, color=theme.INK)
        .encode(x=alt.XValue(KEY[1] + 6), y=rows, text="strata:N")
        .transform_filter("datum.time == 0")
    )


def _numbers(base: alt.Chart, line: int, text: str, is_hidden: str, **mark: Any) -> alt.Chart:
    return (
        base.mark_text(dy=_offset(line), baseline="middle", **mark)
        .encode(text=alt.condition(is_hidden, alt.value(""), alt.Text(f"{NAMES[line]}:N")))
        .transform_calculate(**{NAMES[line]: text})
    )
