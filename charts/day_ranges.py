"""Days with their spread: median, quartiles and extremes per group, and the figures written beside them."""

import altair as alt

from charts import lettering, theme
from charts.spec import Drawn, dress, memoised_spec

ROW, GAP = 26, 12  # px of a line, and between outcomes
BOX_WIDTH = 9  # px across: the middle half of the patients


@memoised_spec
def day_ranges(series: tuple[theme.Series, ...], outcomes: tuple[str, ...], x_title: str = "Days") -> Drawn:
    """Vega-Lite specification of one row per outcome with, per series, a median in its box and whiskers, text right.

    Whiskers reach from the lowest to the highest value: nobody is cut off. The frame beside it: strata (a series'
    label), outcome, median, quartile_low, quartile_high, lowest, highest (days from 0 on; missing where nobody has
    one), text (e.g. "3 (2-5), n = 40").
    """
    base = _base(series, outcomes)
    legend = lettering.legend([s.label for s in series], "circle")
    layers = alt.layer(
        _whiskers(base, x_title),
        _boxes(base, series, legend, x_title),
        _medians(base, series, legend, x_title),
        _figures(base),
    )
    return dress(layers, (lettering.row_height(outcomes, ROW) * len(series) + GAP) * len(outcomes))


def _base(series: tuple[theme.Series, ...], outcomes: tuple[str, ...]) -> alt.Chart:
    scale = alt.Scale(domain=list(outcomes), paddingInner=0.15, paddingOuter=0.05)
    offset = alt.Scale(domain=[s.label for s in series], paddingOuter=0.1)
    return alt.Chart().encode(
        y=alt.Y("outcome:N", scale=scale, axis=lettering.row_axis(outcomes), sort=None),
        yOffset=alt.YOffset("strata:N", sort=None, scale=offset),
    )


def _days(column: str, title: str | None = None) -> alt.X:
    axis = alt.Axis(title=title, tickMinStep=1, tickCount=8, format=",d")
    return alt.X(f"{column}:Q", scale=alt.Scale(zero=True, nice=True), axis=axis)


def _whiskers(base: alt.Chart, x_title: str) -> alt.Chart:
    """Says the same about the axis as the medians: silence of one layer hides the title."""
    return (
        base.mark_rule(strokeWidth=1.2, color=theme.MUTED_INK)
        .encode(x=_days("lowest", x_title), x2=alt.X2("highest"))
        .transform_filter("isValid(datum.lowest)")
    )


def _boxes(base: alt.Chart, series, legend, x_title) -> alt.Chart:
    """Both coloured layers name the legend: without it here, none would be drawn."""
    return (
        base.mark_rule(strokeWidth=BOX_WIDTH, opacity=0.45)
        .encode(
            x=_days("quartile_low", x_title),
            x2=alt.X2("quartile_high"),
            color=theme.colour_channel(series, legend=legend),
        )
        .transform_filter("isValid(datum.quartile_low)")
    )


def _medians(base: alt.Chart, series, legend, x_title) -> alt.Chart:
    tooltip = [
        alt.Tooltip("strata:N", title="Group"),
        alt.Tooltip("outcome:N", title="Measure"),
        alt.Tooltip("text:N", title="Median (quartiles)"),
        alt.Tooltip("lowest:Q", title="Lowest"),
        alt.Tooltip("highest:Q", title="Highest"),
    ]
    return (
        base.mark_point(filled=True, opacity=1, size=80)
        .encode(
            x=_days("median", x_title),
            tooltip=tooltip,
            color=theme.colour_channel(series, legend=legend),
            shape=alt.Shape("strata:N", scale=theme.shape_scale(series), legend=legend, sort=None),
        )
        .transform_filter("isValid(datum.median)")
    )


def _figures(base: alt.Chart) -> alt.Chart:
    """Written from the right edge of the plot outwards: the plot gives way to the longest text."""
    return base.mark_text(align="left", dx=14, color=theme.INK).encode(x=alt.XValue("width"), text="text:N")
