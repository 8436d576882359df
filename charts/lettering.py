"""Words around a plot that hold at any width: legends, and the labels of rows."""

import json
from collections.abc import Iterable, Mapping
from textwrap import wrap
from typing import Any

import altair as alt

from charts import theme

OVER = 12  # px from a mark to the middle of its words over it: in the middle between it and the mark above
SYMBOL = 36  # px of a legend's symbol with the room around it
LABEL_LIMIT, NARROWEST_LABEL = 480, 200  # px of a legend's label
LONG_LABEL = 26  # letters of one line of a row label
MOST_LINES = 3
LINE = theme.FONT_SIZE + 1  # px
NARROW = 480  # px of the whole picture, on a telephone: words beside a plot would leave it no room
IS_NARROW = f"(width && containerSize()[0] < {NARROW})"  # `width`, so that a turned telephone is asked again
LONG_ENTRY = 26  # letters of one line of a legend on a telephone


def legend(labels: Iterable[str], symbol: str = "square", alone: bool = False) -> alt.Legend | None:
    """A legend above the plot in reading order, in as many columns as fit the plot, however narrow it becomes.

    One label needs none, unless it is one of several (`alone`) of which the others are not drawn.
    """
    labels = tuple(labels)
    if len(labels) <= 1 and not alone:
        return None
    is_line = symbol == "stroke"
    return alt.Legend(
        title=None,
        orient="top",
        direction="horizontal",
        columns=alt.ExprRef(_columns(labels)),
        labelLimit=alt.ExprRef(f"width ? max(width - {SYMBOL}, {NARROWEST_LABEL}) : {LABEL_LIMIT}"),
        **_in_lines(labels),
        symbolType=symbol,
        symbolSize=400 if is_line else 120,
        symbolStrokeWidth=2.5 if is_line else 0.7,
        symbolOpacity=1,
    )


def _in_lines(labels: tuple[str, ...]) -> dict[str, Any]:
    """Long words of a legend stand in two lines on a telephone."""
    lines = {label: label_lines(label) for label in labels if len(label) > LONG_ENTRY}
    words = f"{IS_NARROW} ? {json.dumps(lines)}[datum.label] || datum.label : datum.label"
    return {"labelExpr": words} if lines else {}


def beside(base: alt.Chart, colour: str, dy: float = 0, over: float = OVER, **mark: Any) -> alt.Chart:
    """Text of each row, written from the right edge of the plot outwards: the plot gives way to the longest. On a
    telephone it stands over its mark at the right edge, `over` px higher. dy: px from the middle of the row."""
    place: dict[str, Any] = {
        "align": alt.ExprRef(f"{IS_NARROW} ? 'right' : 'left'"),
        "dx": alt.ExprRef(f"{IS_NARROW} ? 0 : 14"),
        "dy": alt.ExprRef(f"{IS_NARROW} ? {dy - over:g} : {dy:g}"),
    }
    return base.mark_text(color=colour, **place, **mark).encode(x=alt.XValue("width"))


def _columns(labels: tuple[str, ...]) -> str:
    """The most columns, each as wide as its longest label, that fit side by side into the plot: an expression of its
    width."""
    known = f"(width || {theme.IMAGE_PLOT_WIDTH})"
    fits = (f"{known} >= {_room(labels, n):.0f} ? {n} : " for n in range(len(labels), 1, -1))
    return "".join(fits) + "1"


def _room(labels: tuple[str, ...], n: int) -> float:
    """px that a legend of n columns takes."""
    return sum(SYMBOL + max(map(text_width, labels[column::n])) for column in range(n))


def row_axis(labels: Iterable[str] | Mapping[str, str], **options: Any) -> alt.Axis:
    """The axis of rows with a label each ({value: label} where they differ); a long one stands in two or three lines,
    so that the plot keeps its room. options: of `alt.Axis`."""
    words = labels if isinstance(labels, Mapping) else {label: label for label in labels}
    lines = {value: label_lines(label) for value, label in words.items()}
    if any(parts != [value] for value, parts in lines.items()):
        options["labelExpr"] = f"{json.dumps(lines)}[datum.value]"
    offsets = [
        {"test": f"indexof({json.dumps(values)}, datum.value) >= 0", "value": (1 - n) * LINE / 2}
        for n in (2, MOST_LINES)
        if (values := [value for value, parts in lines.items() if len(parts) == n])
    ]
    if offsets:
        options |= {"labelLineHeight": LINE, "labelOffset": {"condition": offsets, "value": 0}}
    return alt.Axis(title=None, ticks=False, domain=False, labelLimit=LABEL_LIMIT, labelPadding=8, **options)


def row_height(labels: Iterable[str], least: float) -> float:
    """px of every row: `least`, or what the label of the most lines needs."""
    return max(least, *(LINE * len(label_lines(label)) + 4 for label in labels))


def label_lines(label: str) -> list[str]:
    """The label, or where it is long two or three lines of about one length, broken at spaces."""
    n = min(-(-len(label) // LONG_LABEL), MOST_LINES)
    widths = range(max(1, len(label) // max(n, 1)), len(label) + 1)
    return next((lines for width in widths if len(lines := wrap(label, width, break_long_words=False)) <= n), [label])


def text_width(text: str) -> float:
    """Width of a label in px, about: a sans-serif letter is on average nearly half as wide as high."""
    return 0.46 * theme.FONT_SIZE * len(text)
