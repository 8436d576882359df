"""Step curves with interval bands and censor ticks: Kaplan-Meier and cumulative incidence."""

from functools import partial

import altair as alt

from charts import lettering, theme
from charts.spec import Drawn, dress, memoised_spec

INTERVAL_TEXT = (
    "isValid(datum.estimate) ? format(datum.estimate * 100, '.1f') + ' %'"
    " + (isValid(datum.conf_low) && isValid(datum.conf_high)"
    " ? ' (' + format(datum.conf_low * 100, '.1f') + '-' + format(datum.conf_high * 100, '.1f') + ')' : '')"
    " : 'not estimable'"
)


CENSORED = " · | censored"  # what the ticks on the curves are
PANEL_TICKS, TICKS = (0, 0.5, 1), (0, 0.25, 0.5, 0.75, 1)


@memoised_spec
def step_curve(
    series: tuple[theme.Series, ...],
    y_title: str,
    x_max: float,
    x_title: str = "Months",
    band: bool = True,
    height: int = theme.CURVE_HEIGHT,
    in_days: bool = False,
    has_legend: bool = True,
) -> Drawn:
    """Vega-Lite specification of one step-after line per series, on a fixed 0-100 % axis, `height` px high.

    in_days: the axis is written in days; times stay in months. has_legend: False where a picture above has the same.
    The frame beside it: time (months), estimate, conf_low, conf_high (fractions), n_risk, n_censor, strata (a
    series' label). One row per step and series, in time order. faded (true: paler from this row to the next) and run
    (a number per stretch of one curve): both may be missing, then nothing is paler.
    """
    axis = alt.Axis(
        values=list(TICKS),
        labelExpr=theme.PERCENT_LABEL,
        title=y_title,
        titleX=15 - theme.LEFT_EXTENT,
        **theme.LEFT_AXIS,
    )
    legend = lettering.legend([s.label for s in series], "stroke") if has_legend else None
    return dress(_layers(series, _months(x_max, x_title, in_days), axis, legend, band), height)


@memoised_spec
def step_panel(series: tuple[theme.Series, ...], x_max: float, x_title: str = "Months") -> Drawn:
    """Vega-Lite specification of the same curves as one of many small panels: its name and the legend stand apart.

    The frame beside it: as for `step_curve`.
    """
    axis = alt.Axis(values=list(PANEL_TICKS), labelExpr=theme.PERCENT_LABEL, title=None, **theme.PANEL_AXIS)
    return dress(
        _layers(series, _months(x_max, x_title, in_days=False), axis, legend=None, band=True), theme.PANEL_HEIGHT
    )


def _layers(series, months: alt.X, axis: alt.Axis, legend, band: bool) -> Drawn:
    base, percent = alt.Chart().encode(x=months), partial(_percent, axis=axis)
    colour = theme.colour_channel(series, legend=legend)
    dash = alt.StrokeDash("strata:N", scale=theme.dash_scale(series), legend=legend, sort=None)
    bands = [_bands(base, percent, colour, theme.band_opacity(len(series)))] if band else []
    return alt.layer(
        *bands, _lines(base, percent, colour, dash), _censor_ticks(base, percent, colour), _hover_points(base, percent)
    )


def _months(x_max: float, title: str, in_days: bool) -> alt.X:
    axis = alt.Axis(
        values=list(theme.month_ticks(x_max)),
        title=f"{title}{CENSORED}" if title else title,
        grid=False,
        labelOverlap=False,
        **theme.day_labels(in_days),
    )
    return alt.X("time:Q", scale=theme.month_scale(x_max), axis=axis)


def _percent(column: str, axis: alt.Axis) -> alt.Y:
    """Every layer says the same about the axis: Vega-Lite merges what they say, and silence hides the title."""
    return alt.Y(f"{column}:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)


def _bands(base: alt.Chart, percent, colour: alt.Color, opacity: float) -> alt.Chart:
    return base.mark_area(interpolate="step-after", clip=True).encode(
        y=percent("conf_low"), y2=alt.Y2("conf_high"), color=colour, detail="run:N", opacity=theme.paler(opacity)
    )


def _lines(base: alt.Chart, percent, colour: alt.Color, dash: alt.StrokeDash) -> alt.Chart:
    return base.mark_line(interpolate="step-after", strokeWidth=2, clip=True).encode(
        y=percent("estimate"), color=colour, strokeDash=dash, detail="run:N", opacity=theme.paler(1.0)
    )


def _censor_ticks(base: alt.Chart, percent, colour: alt.Color) -> alt.Chart:
    return (
        base.mark_tick(orient="vertical", size=9, thickness=1.2, clip=True)
        .encode(y=percent("estimate"), color=colour, opacity=theme.paler(1.0))
        .transform_filter("datum.n_censor > 0")
    )


def _hover_points(base: alt.Chart, percent) -> alt.Chart:
    """Invisible points that carry the tooltip: a line mark would only ever tell its first row."""
    tooltip = [
        alt.Tooltip("strata:N", title="Group"),
        alt.Tooltip("time:Q", title="Months", format=".1f"),
        alt.Tooltip("interval_text:N", title="Estimate (interval)"),
        alt.Tooltip("n_risk:Q", title="At risk", format=",d"),
    ]
    return (
        base.mark_point(opacity=0, filled=True, size=90, clip=True)
        .encode(y=percent("estimate"), tooltip=tooltip)
        .transform_calculate(interval_text=INTERVAL_TEXT)
    )
