"""Days with their spread: median, quartiles and extremes per group, and the figures written beside them."""

import altair as alt

from charts import lettering, theme
from charts.grouped_rows import Rows, grouped, height_of, key_words
from charts.spec import Drawn, dress, memoised_spec

ROW, GAP = 26, 12  # px of a line, and between outcomes
BOX_WIDTH = 9  # px across: the middle half of the patients
OVER_A_BOX = 12  # px from its middle to the words over it


@memoised_spec
def day_ranges(series: tuple[theme.Series, ...], outcomes: tuple[str, ...], x_title: str = "Days") -> Drawn:
    """Vega-Lite specification of one row per outcome with, per series, a median in its box and whiskers, text right.

    Whiskers reach from the lowest to the highest value: nobody is cut off. The frame beside it: strata (a series'
    label), outcome, median, quartile_low, quartile_high, lowest, highest (days from 0 on; missing where nobody has
    one), text (e.g. "3 (2-5), n = 40").
    """
    rows = tuple((outcome, s.label) for outcome in outcomes for s in series) if len(series) > 1 else ()
    base = _base(outcomes, rows)
    layers = alt.layer(
        _whiskers(base, x_title), _boxes(base, series, x_title), _medians(base, series, x_title), _figures(base)
    )
    one_each = (lettering.row_height(outcomes, ROW) + GAP) * len(outcomes)
    return dress(layers, height_of(rows, ROW) if rows else one_each)


def _base(outcomes: tuple[str, ...], rows: Rows) -> alt.Chart:
    """A row per outcome; of several series a row each, under the heading of the outcome."""
    if rows:
        return alt.Chart().transform_calculate(key=key_words("outcome", "strata")).encode(y=grouped(rows))
    scale = alt.Scale(domain=list(outcomes), paddingInner=0.15, paddingOuter=0.05)
    return alt.Chart().encode(y=alt.Y("outcome:N", scale=scale, axis=lettering.row_axis(outcomes), sort=None))


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


def _boxes(base: alt.Chart, series, x_title) -> alt.Chart:
    return (
        base.mark_rule(strokeWidth=BOX_WIDTH, opacity=0.45)
        .encode(x=_days("quartile_low", x_title), x2=alt.X2("quartile_high"), color=theme.colour_channel(series))
        .transform_filter("isValid(datum.quartile_low)")
    )


def _medians(base: alt.Chart, series, x_title) -> alt.Chart:
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
            color=theme.colour_channel(series),
            shape=alt.Shape("strata:N", scale=theme.shape_scale(series), legend=None, sort=None),
        )
        .transform_filter("isValid(datum.median)")
    )


def _figures(base: alt.Chart) -> alt.Chart:
    return lettering.beside(base, theme.INK, over=OVER_A_BOX).encode(text="text:N")
