"""Rates per row and column as a heat map: more stands out more, and the number stands in the cell."""

import json

import altair as alt

from charts import lettering, theme
from charts.spec import Drawn, dress, memoised_spec

ROW = 24  # px
NARROWEST_CELL = 36  # px of a cell that still holds '100 %'
LABEL_LETTER = 7  # px of a column's label
UPRIGHT_LABEL = 15  # px
NOBODY = "Nobody due"  # also where the frame has no row: the ground of the plot
CLASSES = [*(label for label, _ in theme.SHARE_STEPS), NOBODY]
FILLS = [*(colour for _, colour in theme.SHARE_STEPS), theme.NO_SHARE]
CLASS = (
    f"!isValid(datum.share) ? {CLASSES[-1]!r} : datum.share <= 0 ? {CLASSES[0]!r} : "
    f"datum.share >= 1 ? {CLASSES[-2]!r} : {CLASSES[1:-2]}[floor(datum.share * 4)]"
)


@memoised_spec
def heat_map(rows: tuple[str, ...], columns: tuple[str, ...], what: str) -> Drawn:
    """Vega-Lite specification of one cell per row and column; `what`: what the share is, in the tooltip.

    The frame beside it: row, column (labels), share (0-1; missing where nobody counts: an empty cell), percent (in
    words, in the cell where it fits), words (the counts, in the tooltip).
    """
    base = alt.Chart().encode(x=_columns(columns), y=_rows(rows), tooltip=_tooltip(what))
    cells = base.transform_calculate(step=CLASS).mark_rect(stroke=theme.OUTLINE, strokeWidth=0.4).encode(color=_fills())
    numbers = base.transform_filter("isValid(datum.share)").mark_text(fontSize=theme.SMALL_FONT_SIZE)
    wide = f"(width || {theme.IMAGE_PLOT_WIDTH}) / {len(columns)} >= {NARROWEST_CELL}"
    numbers = numbers.encode(
        text="percent:N", opacity=alt.OpacityValue(**alt.condition(wide, alt.value(1), alt.value(0))), color=_letters()
    )
    height = lettering.row_height(rows, ROW) * len(rows)
    layers = alt.layer(cells, numbers, usermeta={theme.KEEPS_FILLS: True}, view=alt.ViewBackground(fill=theme.NO_SHARE))
    return dress(layers, height)


def _letters() -> alt.ColorValue:
    """Black or white, whichever is read on the step."""
    none = {"test": "datum.share <= 0", "value": theme.LETTERS_ON_NONE}
    high = {"test": f"datum.share >= {theme.HIGH_FROM}", "value": theme.LETTERS_ON_HIGH}
    return alt.ColorValue(condition=[none, high], value=theme.LETTERS_ON_LOW)


def _fills() -> alt.Color:
    scale = alt.Scale(domain=CLASSES, range=FILLS)
    return alt.Color("step:N", scale=scale, legend=lettering.legend(CLASSES), sort=None)


def _rows(labels: tuple[str, ...]) -> alt.Y:
    scale = alt.Scale(domain=list(labels), paddingInner=0.06, paddingOuter=0)
    return alt.Y("row:N", scale=scale, axis=lettering.row_axis(labels), sort=None)


def _columns(labels: tuple[str, ...]) -> alt.X:
    """Labels above the cells; where they do not fit side by side they stand upright, and over very narrow ones not
    each has its own: the last one has, which is the total where there is one."""
    longest = max(map(len, labels), default=1) * LABEL_LETTER
    fits = f"(width || {theme.IMAGE_PLOT_WIDTH}) / {len(labels) or 1} >= {longest}"
    every = f"ceil({UPRIGHT_LABEL} * {len(labels) or 1} / (width || {theme.IMAGE_PLOT_WIDTH}))"
    axis = alt.Axis(
        title=None,
        orient="top",
        ticks=False,
        domain=False,
        labelAngle=alt.ExprRef(f"{fits} ? 0 : -90"),
        labelAlign=alt.ExprRef(f"{fits} ? 'center' : 'left'"),
        labelBaseline=alt.ExprRef(f"{fits} ? 'bottom' : 'middle'"),
        labelLimit=160,
        labelExpr=f"({len(labels) - 1} - indexof({json.dumps(labels)}, datum.value)) % {every} ? '' : datum.label",
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
