"""The events of one patient's timeline: one row of marks and spans per lane, with their labels."""

import json
from typing import Literal

import altair as alt
import pandas as pd

from charts import day_axis, lettering, theme
from charts.spec import Drawn, dress, memoised_spec

Align = Literal["left", "right"]
SIDES: tuple[tuple[Align, str], ...] = (("left", "<="), ("right", ">"))  # of the middle of the axis: how labels stand
LANE_HEIGHT = 23
NARROWEST = 520  # px of the day axis on the narrowest screen
LABEL_GAP = 20  # px from a mark to its label and from there to the next mark
LANE_SHAPES = {
    "infusion": "triangle-down",
    "response": "circle",
    "crs": "square",
    "icans": "square",
    "therapy": "triangle-right",
    "transplant": "cross",
    "relapse": "diamond",
    "status": "square",
}
LABELS_ABOVE = "response"


def place_labels(rows: pd.DataFrame, first: int, last: int) -> pd.Series:
    """SHORT where marks stand close: a label that would run into the next mark is joined to that mark's label.

    rows: ADY, END_ADY, LANE, SHORT, in time order. In the first half of the axis labels stand right of their marks, in
    the second half left of them (as `event_lanes` draws them); marks beyond the axis have none.
    """
    placed = pd.Series("", index=rows.index, dtype="str")
    half, per_day = (first + last) / 2, NARROWEST / (last - first)
    rows = rows.assign(END=rows["END_ADY"].fillna(rows["ADY"]))
    rows = rows[(rows["ADY"] <= last) & ((rows["SHORT"] != "") | (rows["LANE"] != LABELS_ABOVE))]
    for _, lane in rows.groupby("LANE", sort=False):
        before, after = lane[lane["ADY"] <= half], lane[lane["ADY"] > half].iloc[::-1]
        placed.update(_joined_labels(before, (before["ADY"].shift(-1) - before["END"]) * per_day))
        placed.update(_joined_labels(after, (after["ADY"] - after["END"].shift(-1)) * per_day))
    return placed


def _joined_labels(marks: pd.DataFrame, room: pd.Series) -> pd.Series:
    """Labels handed on from mark to mark until one has room (px) for them; the last one always has."""
    waiting, found = [], {}
    for index, short, px in zip(marks.index, marks["SHORT"], room.astype("Float64"), strict=True):
        waiting += [short] if short and short not in waiting else []
        text = ", ".join(waiting)
        fits = pd.isna(px) or lettering.text_width(text) + LABEL_GAP <= px
        found[index] = text if fits else ""
        waiting = [] if fits else waiting
    return pd.Series(found, dtype="str")


@memoised_spec
def event_lanes(
    lanes: tuple[tuple[str, str], ...], first: int, last: int, classes: tuple[tuple[str, str], ...] = ()
) -> Drawn:
    """Vega-Lite specification of one row of marks and spans per lane: (code, label) pairs from top to bottom.

    The frame beside it: ADY, END_ADY (days from day 0; END_ADY missing where there is no span), LANE (other lanes are
    not drawn), AVALC (a key of COLOURS), SHORT (the label beside the mark), WORDS, DAY_TEXT, DATE_TEXT. classes: (code,
    words) of the colours in the legend, which is of the measurements underneath, too.
    """
    base = (
        alt.Chart()
        .encode(x=day_axis.days("ADY", first, last), y=_lane(lanes))
        .transform_filter(day_axis.one_of("LANE", lanes))
    )
    spans = (
        base.mark_bar(height=9, cornerRadius=2, opacity=0.45, clip=True)
        .encode(x2="END_ADY", color=day_axis.colour(), tooltip=day_axis.TOOLTIP)
        .transform_filter("isValid(datum.END_ADY)")
    )
    points = base.mark_point(size=75, opacity=1, strokeWidth=1.2, filled=True, clip=True).encode(
        fill=_fill(classes), shape=_lane_shape(lanes), tooltip=day_axis.TOOLTIP
    )
    middle = (first + last) / 2
    labels = [
        _labels(base, first, last, align, above).transform_filter(f"datum.ADY {side} {middle}")
        for align, side in SIDES
        for above in (False, True)
    ]
    layers = alt.layer(*day_axis.verticals(first, last), spans, points, *labels).resolve_legend(fill="independent")
    return dress(layers, LANE_HEIGHT * len(lanes))


def _lane(lanes: tuple[tuple[str, str], ...]) -> alt.Y:
    axis = alt.Axis(
        title=None,
        ticks=False,
        domain=False,
        grid=True,
        minExtent=day_axis.LEFT,
        maxExtent=day_axis.LEFT,
        labelPadding=8,
        labelExpr=f"{json.dumps(dict(lanes))}[datum.value]",
    )
    scale = alt.Scale(type="band", domain=[code for code, _ in lanes], padding=0)
    return alt.Y("LANE:N", scale=scale, axis=axis, sort=None)


def _fill(classes: tuple[tuple[str, str], ...]) -> alt.Fill:
    """A channel of its own: spans and turning points have the same colours, and no legend."""
    legend = lettering.legend([words for _, words in classes], "circle", alone=True) if classes else None
    if legend is not None:
        legend.values, lines = (
            [code for code, _ in classes],
            {code: lettering.label_lines(words) for code, words in classes},
        )
        legend.labelExpr = f"{json.dumps(lines)}[datum.value]"
    return alt.Fill("AVALC:N", scale=day_axis.colour_scale(), legend=legend)


def _lane_shape(lanes) -> alt.Shape:
    codes = [code for code, _ in lanes]
    scale = alt.Scale(domain=codes, range=[LANE_SHAPES.get(code, "circle") for code in codes])
    return alt.Shape("LANE:N", scale=scale, legend=None)


def _labels(base: alt.Chart, first: int, last: int, align: Align, above: bool) -> alt.Chart:
    """On the side where there is room: beside the mark, or behind the span; above it in a lane with many marks."""
    away = 1 if align == "left" else -1
    at = "isValid(datum.END_ADY) ? datum.END_ADY : datum.ADY" if align == "left" else "datum.ADY"
    lanes = f"datum.SHORT != '' && datum.LANE {'==' if above else '!='} '{LABELS_ABOVE}'"
    return (
        base.mark_text(
            align=align,
            dx=away * (-4 if above else 8),
            dy=-11 if above else 0,
            baseline="middle",
            limit=220,
            clip=True,
            fontSize=theme.SMALL_FONT_SIZE,
            color=theme.INK,
        )
        .encode(x=day_axis.days("AT", first, last), text="SHORT:N", tooltip=day_axis.TOOLTIP)
        .transform_calculate(AT=at)
        .transform_filter(lanes)
    )
