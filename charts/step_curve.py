"""Step curves with interval bands and censor ticks: Kaplan-Meier and cumulative incidence."""

import altair as alt

from charts import theme

INTERVAL_TEXT = (
    "isValid(datum.estimate) ? format(datum.estimate * 100, '.1f') + ' %'"
    " + (isValid(datum.conf_low) && isValid(datum.conf_high)"
    " ? ' (' + format(datum.conf_low * 100, '.1f') + '-' + format(datum.conf_high * 100, '.1f') + ')' : '')"
    " : 'not estimable'"
)


@theme.memoised_spec
def step_curve(series: tuple[theme.Series, ...], y_title: str, x_max: float, x_title: str = "Months",
               band: bool = True) -> alt.LayerChart:
    """Vega-Lite specification of one step-after line per series, on a fixed 0-100 % axis.

    The frame beside it: time (months), estimate, conf_low, conf_high (fractions), n_risk, n_censor, strata (a
    series' label). One row per step and series, in time order.
    """
    layers = [_bands(series, x_max)] if band else []
    layers += [_lines(series, x_max, y_title, x_title), _censor_ticks(series, x_max), _hover_points(x_max)]
    return theme.dress(alt.layer(*layers), theme.CURVE_HEIGHT)


def _months(x_max: float, title: str | None = None) -> alt.X:
    axis = alt.Axis(values=list(theme.month_ticks(x_max)), title=title, grid=False, labelOverlap=False)
    return alt.X("time:Q", scale=theme.month_scale(x_max), axis=axis)


def _percent(column: str, title: str | None = None) -> alt.Y:
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], labelExpr=theme.PERCENT_LABEL, title=title,
                    minExtent=theme.LEFT_EXTENT, maxExtent=theme.LEFT_EXTENT)
    return alt.Y(f"{column}:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)


def _colour(series: tuple[theme.Series, ...], legend: alt.Legend | None = None) -> alt.Color:
    return alt.Color("strata:N", scale=theme.colour_scale(series), legend=legend, sort=None)


def _bands(series, x_max) -> alt.Chart:
    return alt.Chart().mark_area(interpolate="step-after", opacity=theme.BAND_OPACITY, clip=True).encode(
        x=_months(x_max), y=_percent("conf_low"), y2=alt.Y2("conf_high"), color=_colour(series))


def _lines(series, x_max, y_title, x_title) -> alt.Chart:
    legend = theme.legend([s.label for s in series], "stroke")
    return alt.Chart().mark_line(interpolate="step-after", strokeWidth=2, clip=True).encode(
        x=_months(x_max, x_title), y=_percent("estimate", y_title), color=_colour(series, legend),
        strokeDash=alt.StrokeDash("strata:N", scale=theme.dash_scale(series), legend=legend, sort=None))


def _censor_ticks(series, x_max) -> alt.Chart:
    return alt.Chart().mark_tick(orient="vertical", size=9, thickness=1.2, clip=True).encode(
        x=_months(x_max), y=_percent("estimate"), color=_colour(series),
    ).transform_filter("datum.n_censor > 0")


def _hover_points(x_max) -> alt.Chart:
    """Invisible points that carry the tooltip: a line mark would only ever tell its first row."""
    tooltip = [alt.Tooltip("strata:N", title="Group"), alt.Tooltip("time:Q", title="Months", format=".1f"),
               alt.Tooltip("interval_text:N", title="Estimate (95 % interval)"),
               alt.Tooltip("n_risk:Q", title="At risk", format=",d")]
    return alt.Chart().mark_point(opacity=0, filled=True, size=90, clip=True).encode(
        x=_months(x_max), y=_percent("estimate"), tooltip=tooltip,
    ).transform_calculate(interval_text=INTERVAL_TEXT)
