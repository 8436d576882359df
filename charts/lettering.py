"""Words around a plot that hold at any width: legends, and the labels of rows."""

import json
from collections.abc import Iterable

import altair as alt

from charts import theme

MIN_PLOT_WIDTH = 496  # px of a plot beside the sidebar on a screen of 1024 px
SYMBOL = 36  # px of a legend's symbol with the room around it
LABEL_LIMIT, NARROWEST_LABEL = 480, 200  # px of a legend's label
LONG_LABEL = 26  # letters: a row label longer than this stands in two lines


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
        symbolType=symbol,
        symbolSize=400 if is_line else 120,
        symbolStrokeWidth=2.5 if is_line else 0.7,
        symbolOpacity=1,
    )


def _columns(labels: tuple[str, ...]) -> str:
    """The most columns, each as wide as its longest label, that fit side by side into the plot: an expression of its
    width. A chart among others in one image has no width of its own and is as wide as on a small screen."""
    known = f"(width || {MIN_PLOT_WIDTH})"
    fits = (f"{known} >= {_room(labels, n):.0f} ? {n} : " for n in range(len(labels), 1, -1))
    return "".join(fits) + "1"


def _room(labels: tuple[str, ...], n: int) -> float:
    """px that a legend of n columns takes."""
    return sum(SYMBOL + max(map(text_width, labels[column::n])) for column in range(n))


def row_axis(labels: Iterable[str]) -> alt.Axis:
    """The axis of rows with a label each; a long one stands in two lines, so that the plot keeps its room."""
    lines = {label: two_lines(label) for label in labels}
    broken = [label for label, parts in lines.items() if len(parts) > 1]
    wrapped = (
        {
            "labelExpr": f"{json.dumps({label: lines[label] for label in broken})}[datum.value] || datum.label",
            "labelLineHeight": theme.FONT_SIZE + 1,
            "labelOffset": {
                "condition": {
                    "test": f"indexof({json.dumps(broken)}, datum.value) >= 0",
                    "value": -(theme.FONT_SIZE + 1) / 2,
                },
                "value": 0,
            },
        }
        if broken
        else {}
    )
    return alt.Axis(title=None, ticks=False, domain=False, labelLimit=300, labelPadding=8, **wrapped)


def two_lines(label: str) -> list[str]:
    """The label, or where it is long its two halves, broken at the space that leaves the longer one shortest."""
    words = label.split(" ")
    if len(label) <= LONG_LABEL or len(words) == 1:
        return [label]
    halves = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return list(min(halves, key=lambda pair: max(map(len, pair))))


def text_width(text: str) -> float:
    """Width of a label in px, about: a sans-serif letter is on average nearly half as wide as high."""
    return 0.46 * theme.FONT_SIZE * len(text)
