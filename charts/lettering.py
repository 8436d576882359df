"""Words around a plot that hold at any width: legends, and the labels of rows."""

import json
from collections.abc import Iterable

import altair as alt

from charts import theme

MIN_CHART_WIDTH = 560  # px left beside the sidebar on a screen of 1024 px
LONG_LABEL = 26  # letters: a row label longer than this stands in two lines


def legend(
    labels: Iterable[str], symbol: str = "square", rows: Iterable[str] = (), alone: bool = False
) -> alt.Legend | None:
    """A legend above the plot in reading order, in as many columns as fit the narrowest chart.

    `rows` are the labels left of the plot: the legend starts where they end. One label needs none,
    unless it is one of several (`alone`) of which the others are not drawn.
    """
    labels = tuple(labels)
    if len(labels) < 2 and not alone:
        return None
    lines = [text_width(line) for row in rows for line in two_lines(row)]
    room = MIN_CHART_WIDTH - max(theme.LEFT_EXTENT, *lines, 0)
    is_line = symbol == "stroke"
    return alt.Legend(
        title=None,
        orient="top",
        direction="horizontal",
        columns=_legend_columns(labels, room),
        labelLimit=480,
        symbolType=symbol,
        symbolSize=400 if is_line else 120,
        symbolStrokeWidth=2.5 if is_line else 0.7,
        symbolOpacity=1,
    )


def _legend_columns(labels: tuple[str, ...], room: float) -> int:
    """The most columns, each as wide as its longest label, that fit side by side into `room` px."""

    def width(n: int) -> float:
        return sum(36 + max(map(text_width, labels[i::n])) for i in range(n))

    return next((n for n in range(len(labels), 1, -1) if width(n) <= room), 1)


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
    if len(label) <= LONG_LABEL or len(words) < 2:
        return [label]
    halves = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return list(min(halves, key=lambda pair: max(map(len, pair))))


def text_width(text: str) -> float:
    """Width of a label in px, about: a sans-serif letter is on average nearly half as wide as high."""
    return 0.46 * theme.FONT_SIZE * len(text)
