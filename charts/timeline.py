"""One patient's timeline: a panel of events and panels of measurements, stacked over one day axis."""

import json
import math
from dataclasses import dataclass

import altair as alt
import pandas as pd

from charts import theme

LEFT = 86  # px left of every panel: they share one day axis
LANE_HEIGHT = 23
PANEL_HEIGHT = 112
FOOT = 20  # px at the foot of a panel for results that have no place on its scale
ROOM = 0.02  # of the day axis, free on both sides
NARROWEST = 520  # px of the day axis on the narrowest screen
LABEL_GAP = 20  # px from a mark to its label and from there to the next mark
STEPS = (7, 14, 30, 60, 90, 180, 365, 730, 1460)
MOST_TICKS = 12
EXPONENTS = "['⁻⁹', '⁻⁸', '⁻⁷', '⁻⁶', '⁻⁵', '⁻⁴', '⁻³', '⁻²', '⁻¹', '', '', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']"
POWER_LABEL = f"datum.value == 1 ? '1' : '10' + {EXPONENTS}[round(log(datum.value) / LN10) + 9]"
NUMBER_LABEL = "format(datum.value, ',')"
COLOURS = {  # class code of a mark -> colour
    **{
        code: theme.colour_of(code)
        for code in (
            "CR",
            "CRi",
            "no_remission",
            "relapsed",
            "NE",
            "negative",
            "positive",
            "indeterminate",
            "failed",
            "new_therapy",
            "transplant",
            "relapse",
            "other",
            "died",
        )
    },
    "infusion": theme.colour_of("stage"),
    "step": theme.colour_of("reason"),
    "episode": theme.colour_of("failure"),
    "none": theme.colour_of("reason"),
    "contact": theme.colour_of("NE"),
    "over": theme.colour_of("relapsed"),
    "not_over": theme.colour_of("negative"),
    "igg": theme.colour_of("failure"),
    "ivig": theme.colour_of("failure"),
    "persistence": theme.colour_of("new_therapy"),
    "": theme.colour_of("NE"),
}
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
GLYPHS = {"circle": "●", "square": "■", "triangle-up": "▲", "triangle-down": "▼", "diamond": "◆"}
LABELS_ABOVE = "response"
TURNING_POINTS = {"infusion": "infusion", "transplant": "transplant", "relapse": "relapse"}  # lane -> class code
TOOLTIP = [
    alt.Tooltip("WORDS:N", title="What"),
    alt.Tooltip("DAY_TEXT:N", title="Day"),
    alt.Tooltip("DATE_TEXT:N", title="Date"),
]

SILENT = alt.value(None)  # without it, whatever the mark reads would be shown under the names of its columns


@dataclass(frozen=True)
class Panel:
    """One measured lane. shapes: (kind, shape); line: the value and words of a rule; scale: log, symlog, linear.

    joined: the column whose equal values a thin line joins; above: a lane of marks along the top edge. Which shape is
    what stands in the title (GLYPHS).
    """

    lane: str
    title: str
    low: float
    high: float
    ticks: tuple[float, ...]
    shapes: tuple[tuple[str, str], ...]
    scale: str = "linear"
    constant: float = 1.0
    line: tuple[float, str] | None = None
    joined: str = "LANE"
    above: str | None = None


def day_ticks(first: int, last: int) -> tuple[int, ...]:
    """Multiples of a week, fortnight, 30 days, ... within the axis, day 0 among them; at most about twelve."""
    step = next((s for s in STEPS if (last - first) / s <= MOST_TICKS), STEPS[-1])
    return tuple(range(-(-first // step) * step, last + 1, step))


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
        fits = pd.isna(px) or theme.text_width(text) + LABEL_GAP <= px
        found[index] = text if fits else ""
        waiting = [] if fits else waiting
    return pd.Series(found, dtype="str")


@theme.memoised_spec
def event_lanes(lanes: tuple[tuple[str, str], ...], first: int, last: int) -> alt.LayerChart:
    """Vega-Lite specification of one row of marks and spans per lane: (code, label) pairs from top to bottom.

    The frame beside it: ADY, END_ADY (days from day 0; END_ADY missing where there is no span), LANE (other lanes are
    not drawn), AVALC (a key of COLOURS), SHORT (the label beside the mark), WORDS, DAY_TEXT, DATE_TEXT.
    """
    base = alt.Chart().encode(x=_day("ADY", first, last), y=_lane(lanes)).transform_filter(_one_of("LANE", lanes))
    spans = (
        base.mark_bar(height=9, cornerRadius=2, opacity=0.45, clip=True)
        .encode(x2="END_ADY", color=_colour(), tooltip=TOOLTIP)
        .transform_filter("isValid(datum.END_ADY)")
    )
    points = base.mark_point(size=75, opacity=1, strokeWidth=1.2, filled=True, clip=True).encode(
        color=_colour(), shape=_lane_shape(lanes), tooltip=TOOLTIP
    )
    middle = (first + last) / 2
    labels = [
        _labels(base, first, last, align, above).transform_filter(f"datum.ADY {side} {middle}")
        for align, side in (("left", "<="), ("right", ">"))
        for above in (False, True)
    ]
    return theme.dress(alt.layer(*_verticals(first, last), spans, points, *labels), LANE_HEIGHT * len(lanes))


@theme.memoised_spec
def measurements(panel: Panel, first: int, last: int, with_days: bool = True) -> alt.LayerChart:
    """Vega-Lite specification of one measured lane: filled marks detected, open marks not detected.

    The frame beside it: as in `event_lanes`, with KIND (a kind of the panel's shapes), VALUE, LIMIT (an open mark
    without a value stands there), DETECTED (false: open). What has no place on the scale stands at the foot.
    """
    x = _day("ADY", first, last, with_days)
    base = (
        alt.Chart()
        .encode(x=x)
        .transform_filter(f"datum.LANE == '{panel.lane}'")
        .transform_calculate(PLACE=_place(panel.scale))
    )
    placed = base.transform_filter("isValid(datum.PLACE)")
    layers = [
        *_verticals(first, last, with_days),
        *_rule_line(panel, first, last, with_days),
        _joined(placed, panel),
        _limits(base, panel),
        _points(placed, panel).encode(y=_value(panel, "PLACE")),
        *_foot(base, panel),
        *_above(panel, x),
    ]
    return theme.dress(alt.layer(*layers), PANEL_HEIGHT)


def _day(column: str, first: int, last: int, with_labels: bool = True) -> alt.X:
    room = max(1.0, ROOM * (last - first))
    axis = alt.Axis(
        values=list(day_ticks(first, last)),
        title="Days from day 0" if with_labels else None,
        grid=True,
        labels=with_labels,
        ticks=with_labels,
        labelOverlap=True,
        format="d",
    )
    return alt.X(f"{column}:Q", scale=alt.Scale(domain=[first - room, last + room], nice=False, zero=False), axis=axis)


def _lane(lanes: tuple[tuple[str, str], ...]) -> alt.Y:
    axis = alt.Axis(
        title=None,
        ticks=False,
        domain=False,
        grid=True,
        minExtent=LEFT,
        maxExtent=LEFT,
        labelPadding=8,
        labelExpr=f"{json.dumps(dict(lanes))}[datum.value]",
    )
    scale = alt.Scale(type="band", domain=[code for code, _ in lanes], padding=0)
    return alt.Y("LANE:N", scale=scale, axis=axis, sort=None)


def _one_of(column: str, pairs) -> alt.FieldOneOfPredicate:
    return alt.FieldOneOfPredicate(field=column, oneOf=[code for code, *_ in pairs])


def _colour_scale() -> alt.Scale:
    return alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))


def _colour() -> alt.Color:
    return alt.Color("AVALC:N", scale=_colour_scale(), legend=None)


def _lane_shape(lanes) -> alt.Shape:
    codes = [code for code, _ in lanes]
    scale = alt.Scale(domain=codes, range=[LANE_SHAPES.get(code, "circle") for code in codes])
    return alt.Shape("LANE:N", scale=scale, legend=None)


def _labels(base: alt.Chart, first: int, last: int, align: str, above: bool) -> alt.Chart:
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
        .encode(x=_day("AT", first, last), text="SHORT:N", tooltip=TOOLTIP)
        .transform_calculate(AT=at)
        .transform_filter(lanes)
    )


def _verticals(first: int, last: int, with_days: bool = True) -> list[alt.Chart]:
    """Hairlines through every panel on the days of infusion, transplant and relapse."""
    chart = (
        alt.Chart()
        .mark_rule(strokeWidth=1, strokeDash=[2, 3], opacity=0.8, clip=True)
        .encode(x=_day("ADY", first, last, with_days), color=_colour(), tooltip=TOOLTIP)
    )
    return [
        chart.transform_filter(_one_of("LANE", TURNING_POINTS.items())).transform_filter(
            alt.FieldOneOfPredicate(field="AVALC", oneOf=list(TURNING_POINTS.values()))
        )
    ]


def _place(scale: str) -> str:
    """Where a mark stands: its value; not detected, its limit or zero (a log scale has none); else nowhere."""
    if scale == "log":
        return "datum.VALUE > 0 ? datum.VALUE : datum.LIMIT > 0 ? datum.LIMIT : null"
    return "isValid(datum.VALUE) ? datum.VALUE : datum.DETECTED === false ? 0 : null"


def _value(panel: Panel, column: str) -> alt.Y:
    constant = {"constant": panel.constant} if panel.scale == "symlog" else {}
    scale = alt.Scale(type=panel.scale, domain=[_foot_of(panel), panel.high], nice=False, clamp=True, **constant)
    ticks = [tick for tick in panel.ticks if panel.low <= tick <= panel.high]
    axis = alt.Axis(
        values=ticks,
        title=panel.title,
        titleAngle=0,
        titleAlign="left",
        titleAnchor="start",
        titleX=-LEFT,
        titleY=-10,
        minExtent=LEFT,
        maxExtent=LEFT,
        labelPadding=8,
        labelExpr=POWER_LABEL if panel.scale == "log" else NUMBER_LABEL,
    )
    return alt.Y(f"{column}:Q", scale=scale, axis=axis)


def _foot_of(panel: Panel) -> float:
    """The value as far below `low`, on the panel's scale, as the foot is high."""
    share = FOOT / (PANEL_HEIGHT - FOOT)
    if panel.scale == "log":
        return panel.low * (panel.low / panel.high) ** share
    if panel.scale == "symlog":
        return -panel.constant * math.expm1(share * math.log1p(panel.high / panel.constant))
    return panel.low - share * (panel.high - panel.low)


def _rule_line(panel: Panel, first: int, last: int, with_days: bool) -> list[alt.Chart]:
    """The active rule, once, whatever the number of rows, with its words at the right end."""
    if panel.line is None:
        return []
    value, words = panel.line
    once = alt.Chart().transform_aggregate(n="count()").transform_calculate(AT=str(value))
    rule = once.mark_rule(strokeDash=[6, 3], strokeWidth=1.2, color=theme.INK).encode(
        y=_value(panel, "AT"), tooltip=SILENT
    )
    text = once.mark_text(
        align="right", baseline="bottom", dx=-2, dy=-2, fontSize=theme.SMALL_FONT_SIZE, color=theme.INK
    ).encode(x=alt.value("width"), y=_value(panel, "AT"), text=alt.value(words), tooltip=SILENT)
    return [rule, text]


def _joined(placed: alt.Chart, panel: Panel) -> alt.Chart:
    return placed.mark_line(strokeWidth=1, opacity=0.55, color=theme.MUTED_INK, clip=True).encode(
        y=_value(panel, "PLACE"), detail=f"{panel.joined}:N", tooltip=SILENT
    )


def _limits(base: alt.Chart, panel: Panel) -> alt.Chart:
    """The sensitivity that the assay reached, also under a level that was found."""
    return (
        base.mark_tick(orient="horizontal", size=14, thickness=1.4, color=theme.MUTED_INK, clip=True)
        .encode(y=_value(panel, "LIMIT"), tooltip=TOOLTIP)
        .transform_filter("isValid(datum.LIMIT) && datum.LIMIT > 0")
    )


def _points(base: alt.Chart, panel: Panel) -> alt.Chart:
    """Outline and fill in the colour of the class; what was not detected has no fill."""
    shape = alt.Scale(domain=[kind for kind, _ in panel.shapes], range=[shape for _, shape in panel.shapes])
    return base.mark_point(size=60, strokeWidth=1.6, opacity=1, clip=True).encode(
        color=_colour(),
        fill=alt.Fill("AVALC:N", scale=_colour_scale(), legend=None),
        fillOpacity=alt.condition("datum.DETECTED === false", alt.value(0), alt.value(1)),
        shape=alt.Shape("KIND:N", scale=shape, legend=None),
        tooltip=TOOLTIP,
    )


def _foot(base: alt.Chart, panel: Panel) -> list[alt.Chart]:
    """Results without a value and without a limit: at the foot, under their name."""
    nowhere = base.transform_filter("!isValid(datum.PLACE)")
    name = (
        alt.Chart()
        .transform_filter(f"datum.LANE == '{panel.lane}'")
        .transform_calculate(PLACE=_place(panel.scale))
        .transform_filter("!isValid(datum.PLACE)")
        .transform_aggregate(n="count()", groupby=["LANE"])
        .mark_text(align="right", baseline="middle", fontSize=theme.SMALL_FONT_SIZE, color=theme.MUTED_INK)
    )
    return [
        _points(nowhere, panel).encode(y=alt.value(PANEL_HEIGHT - 6)),
        name.encode(x=alt.value(-8), y=alt.value(PANEL_HEIGHT - 6), text=alt.value("no level"), tooltip=SILENT),
    ]


def _above(panel: Panel, x: alt.X) -> list[alt.Chart]:
    """Marks of another lane along the top edge."""
    if panel.above is None:
        return []
    return [
        alt.Chart()
        .mark_point(shape="triangle-down", filled=True, size=45, opacity=1, clip=True)
        .encode(x=x, y=alt.value(5), color=_colour(), tooltip=TOOLTIP)
        .transform_filter(f"datum.LANE == '{panel.above}'")
    ]
