"""Numbers under a step curve: at risk, events and censored, month by month."""

import altair as alt

from charts import theme
from charts.spec import dress, memoised_spec

LINE = 14  # px from one line of text to the next
ROW = 3 * LINE + 10  # a name, the number at risk, and (events, censored)
HEADING = "At risk (events so far, censored so far)"
COUNTS_TEXT = (
    "isValid(datum.opens) ? 'day ' + format(datum.opens, 'd')"
    " : '(' + format(datum.n_event, 'd') + ', ' + format(datum.n_censor, 'd') + ')'"
)
AT_RISK_TEXT = "isValid(datum.opens) ? 'from' : format(datum.n_risk, 'd')"
KEY = (8 - theme.LEFT_EXTENT, 36 - theme.LEFT_EXTENT)  # px from the plot: the piece of line before a name


@memoised_spec
def risk_table(
    series: tuple[theme.Series, ...],
    x_max: float,
    ticks: tuple[float, ...] | None = None,
    in_days: bool = False,
    keys: bool = True,
) -> alt.LayerChart:
    """Vega-Lite specification of one block of numbers per series, on the same x axis as `step_curve`.

    The frame beside it: time (months, one row per tick and series), strata, n_risk (just before the time),
    n_event, n_censor (both so far). opens may be missing: where it is a day (from the origin), nobody has been under
    observation yet and the first enters on that day, which stands in place of a row of zeros. `ticks` defaults to
    `theme.month_ticks(x_max)`; in_days as for the curve; keys: a piece of the curve's line before each name, which
    would be wrong where the lines above are outcomes and not groups.
    """
    ticks = theme.month_ticks(x_max) if ticks is None else ticks
    parts = (_keys if keys else None, _names, _at_risk, _counts)
    layers = (part(series, x_max, ticks, in_days) for part in parts if part)
    return dress(alt.layer(*layers), ROW * len(series))


def _months(x_max: float, ticks: tuple[float, ...], in_days: bool) -> alt.X:
    axis = alt.Axis(
        values=list(ticks),
        orient="top",
        title=HEADING,
        titleAnchor="start",
        titleX=0,
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


def _text(series, x_max, ticks, in_days, line: int, **mark) -> alt.Chart:
    return (
        alt.Chart()
        .mark_text(dy=_offset(line), baseline="middle", **mark)
        .encode(x=_months(x_max, ticks, in_days), y=_rows(series))
    )


def _offset(line: int) -> int:
    return (line - 1) * LINE + 2


def _keys(series, x_max, ticks, in_days) -> alt.Chart:
    """A piece of each curve before its name: colour and dash as drawn above."""
    dash = alt.StrokeDash("strata:N", scale=theme.dash_scale(series), legend=None, sort=None)
    return (
        alt.Chart()
        .mark_rule(strokeWidth=2.5, yOffset=_offset(0))
        .encode(
            x=alt.value(KEY[0]),
            x2=alt.value(KEY[1]),
            y=_rows(series),
            color=theme.colour_channel(series),
            strokeDash=dash,
        )
        .transform_filter("datum.time == 0")
    )


def _names(series, x_max, ticks, in_days) -> alt.Chart:
    chart = _text(series, x_max, ticks, in_days, 0, align="left", fontWeight="bold", limit=480, color=theme.INK)
    return chart.encode(x=alt.value(KEY[1] + 6), text="strata:N").transform_filter("datum.time == 0")


def _at_risk(series, x_max, ticks, in_days) -> alt.Chart:
    chart = _text(series, x_max, ticks, in_days, 1, fontSize=theme.FONT_SIZE, color=theme.INK)
    return chart.transform_calculate(at_risk_text=AT_RISK_TEXT).encode(text="at_risk_text:N")


def _counts(series, x_max, ticks, in_days) -> alt.Chart:
    chart = _text(series, x_max, ticks, in_days, 2, fontSize=theme.SMALL_FONT_SIZE, color=theme.MUTED_INK)
    return chart.transform_calculate(counts_text=COUNTS_TEXT).encode(text="counts_text:N")
