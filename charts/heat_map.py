"""Rates per row and column as a heat map: darker is more, and the number stands in the cell."""

import altair as alt

from charts import lettering, theme
from charts.spec import Drawn, dress, memoised_spec

ROW = 24  # px
NARROWEST_CELL = 36  # px of a cell that still holds '100 %'
LABEL_LETTER = 7  # px of a column's label
WHITE_FROM = 0.8  # of the ramp: from here on white letters are read better than black ones
RAMP = [theme.colour_of("none_recorded"), theme.colour_of("CR")]


@memoised_spec
def heat_map(rows: tuple[str, ...], columns: tuple[str, ...], what: str) -> Drawn:
    """Vega-Lite specification of one cell per row and column; `what`: what the share is, in the tooltip.

    The frame beside it: row, column (labels), share (0-1; missing where nobody counts: no cell), percent (in words, in
    the cell where it fits), words (the counts, in the tooltip).
    """
    base = (
        alt.Chart()
        .encode(x=_columns(columns), y=_rows(rows), tooltip=_tooltip(what))
        .transform_filter("isValid(datum.share)")
    )
    cells = base.mark_rect(stroke=theme.OUTLINE, strokeWidth=0.4).encode(
        color=alt.Color("share:Q", scale=alt.Scale(domain=[0, 1], range=RAMP), legend=None)
    )
    wide = f"(width || {theme.IMAGE_PLOT_WIDTH}) / {len(columns)} >= {NARROWEST_CELL}"
    numbers = base.mark_text(fontSize=theme.SMALL_FONT_SIZE).encode(
        text="percent:N",
        opacity=alt.OpacityValue(**alt.condition(wide, alt.value(1), alt.value(0))),
        color=alt.ColorValue(
            **alt.condition(alt.datum.share >= WHITE_FROM, alt.value(theme.WHITE), alt.value(theme.BLACK))
        ),
    )
    height = lettering.row_height(rows, ROW) * len(rows)
    return dress(alt.layer(cells, numbers, usermeta={theme.KEEPS_FILLS: True}), height)


def _rows(labels: tuple[str, ...]) -> alt.Y:
    scale = alt.Scale(domain=list(labels), paddingInner=0.06, paddingOuter=0)
    return alt.Y("row:N", scale=scale, axis=lettering.row_axis(labels), sort=None)


def _columns(labels: tuple[str, ...]) -> alt.X:
    """Labels above the cells; where they do not fit side by side they stand upright."""
    longest = max(map(len, labels), default=1) * LABEL_LETTER
    fits = f"(width || {theme.IMAGE_PLOT_WIDTH}) / {len(labels) or 1} >= {longest}"
    axis = alt.Axis(
        title=None,
        orient="top",
        ticks=False,
        domain=False,
        labelAngle=alt.ExprRef(f"{fits} ? 0 : -90"),
        labelAlign=alt.ExprRef(f"{fits} ? 'center' : 'left'"),
        labelBaseline=alt.ExprRef(f"{fits} ? 'bottom' : 'middle'"),
        labelLimit=160,
    )
    return alt.X(
        "column:N", scale=alt.Scale(domain=list(labels), paddingInner=0.06, paddingOuter=0), axis=axis, sort=None
    )


def _tooltip(what: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("row:N", title="Row"),
        alt.Tooltip("column:N", title="Column"),
        alt.Tooltip("words:N", title=what),
    ]
