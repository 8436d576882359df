"""Forest of ratios: one hazard ratio with its interval per row on a fixed logarithmic axis, counts at the right."""

from typing import Literal

import altair as alt

from charts import lettering, theme
from charts.spec import Drawn, dress, memoised_spec

ROW = 58
LINE = 16  # px between the three lines of text of a row
AWAY = 8  # px from the line at 1 to the words on either side of it
TICKS = (0.125, 0.25, 0.5, 1, 2, 4, 8)
ENDS = (0.1, 10)  # an interval beyond is cut there: its numbers stand beside it


@memoised_spec
def ratio_forest(rows: tuple[str, ...], x_title: str, below: str = "", above: str = "") -> Drawn:
    """Vega-Lite specification of one dot with interval per row, from top to bottom, and a line at 1.

    below, above: what a ratio under and over 1 means, written on top at either side of the line, lines divided by a
    line feed. The frame beside it: strata (a row), estimate, conf_low, conf_high (ratios; missing where none is shown),
    text (estimate and interval), counts (two lines, divided by a line feed), reason (drawn in place of the interval
    where there is none). Intervals are cut at ENDS: the figure says how many (`axis_ends.intervals_cut`).
    """
    base = alt.Chart().encode(y=_rows(rows))
    texts = _text(base, "text", -LINE, theme.INK), _text(base, "counts", 0, theme.MUTED_INK)
    sides = _side(below, "right", -AWAY, x_title), _side(above, "left", AWAY, x_title)
    layers = alt.layer(_one(x_title), _ranges(base, x_title), _dots(base, x_title), *texts, _reasons(base), *sides)
    return dress(layers, ROW * len(rows))


def _rows(rows: tuple[str, ...]) -> alt.Y:
    return alt.Y("strata:N", scale=alt.Scale(domain=list(rows)), axis=lettering.row_axis(rows), sort=None)


def _ratio(column: str, title: str) -> alt.X:
    """Every layer says the same about the axis: Vega-Lite merges what they say, and silence hides the title."""
    axis = alt.Axis(values=list(TICKS), format="~g", title=title, labelOverlap=True)
    return alt.X(f"{column}:Q", scale=alt.Scale(type="log", domain=list(ENDS), nice=False), axis=axis)


def _one(x_title: str) -> alt.Chart:
    return (
        alt.Chart()
        .mark_rule(strokeDash=[4, 3], color=theme.MUTED_INK, clip=True)
        .encode(x=_ratio("one", x_title))
        .transform_calculate(one="1")
    )


def _ranges(base: alt.Chart, x_title: str) -> alt.Chart:
    return (
        base.mark_rule(strokeWidth=1.6, color=theme.MUTED_INK, clip=True)
        .encode(x=_ratio("conf_low", x_title), x2=alt.X2("conf_high"))
        .transform_filter("isValid(datum.conf_low)")
    )


def _dots(base: alt.Chart, x_title: str) -> alt.Chart:
    tooltip = [
        alt.Tooltip("strata:N", title="Landmark"),
        alt.Tooltip("text:N", title="Hazard ratio (interval)"),
        alt.Tooltip("counts:N", title="Not yet / transplanted"),
    ]
    return (
        base.mark_point(filled=True, opacity=1, shape="square", size=90, clip=True, color=theme.GROUP_STYLES[0].colour)
        .encode(x=_ratio("estimate", x_title), tooltip=tooltip)
        .transform_filter("isValid(datum.estimate)")
    )


def _text(base: alt.Chart, column: str, dy: float, colour: str) -> alt.Chart:
    """On a telephone the ratio stands over its mark; the counts are in its tooltip."""
    opacity = 1 if dy else alt.ExprRef(f"{lettering.IS_NARROW} ? 0 : 1")
    mark = lettering.beside(base, colour, dy, 0, lineBreak="\n", lineHeight=LINE, opacity=opacity)
    return mark.encode(text=f"{column}:N")


def _side(words: str, align: Literal["left", "right"], dx: float, x_title: str) -> alt.Chart:
    """Once, above the first row: text marks are not clipped to the plot."""
    return (
        alt.Chart()
        .mark_text(
            align=align, dx=dx, baseline="bottom", color=theme.MUTED_INK, lineBreak="\n", fontSize=theme.SMALL_FONT_SIZE
        )
        .encode(x=_ratio("one", x_title), y=alt.YValue(-6 - LINE * words.count("\n")), text=alt.TextValue(words))
        .transform_aggregate(groupby=[], rows="count()")
        .transform_calculate(one="1")
    )


def _reasons(base: alt.Chart) -> alt.Chart:
    return (
        base.mark_text(align="left", dx=6, color=theme.MUTED_INK, fontSize=theme.SMALL_FONT_SIZE)
        .encode(x=alt.XValue(0), text="reason:N")
        .transform_filter("!isValid(datum.estimate)")
    )
