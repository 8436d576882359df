"""The measurements of one patient's timeline, a panel each, stacked under the lanes of events over one day axis."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from charts import day_axis, theme
from charts.lanes import event_lanes, place_labels
from charts.spec import Drawn, dress, memoised_spec

__all__ = ["GLYPHS", "Panel", "event_lanes", "measurements", "place_labels"]

PANEL_HEIGHT = 112
FOOT = 20  # px at the foot of a panel for results that have no place on its scale
NUMBER_LABEL = "format(datum.value, ',')"
GLYPHS = {"circle": "●", "square": "■", "triangle-up": "▲", "triangle-down": "▼", "diamond": "◆"}


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
    scale: Literal["log", "symlog", "linear"] = "linear"
    constant: float = 1.0
    line: tuple[float, str] | None = None
    joined: str = "LANE"
    above: str | None = None


@memoised_spec
def measurements(panel: Panel, first: int, last: int, with_days: bool = True) -> Drawn:
    """Vega-Lite specification of one measured lane: filled marks detected, open marks not detected.

    The frame beside it: as in `event_lanes`, with KIND (a kind of the panel's shapes), VALUE, LIMIT (an open mark
    without a value stands there), DETECTED (false: open). What has no place on the scale stands at the foot, values
    beyond the panel's `low` and `high` at that edge: the figure says how many (`axis_ends.rows_beyond`).
    """
    x = day_axis.days("ADY", first, last, with_days)
    base = (
        alt.Chart()
        .encode(x=x)
        .transform_filter(f"datum.LANE == '{panel.lane}'")
        .transform_calculate(PLACE=_place(panel.scale))
    )
    placed = base.transform_filter("isValid(datum.PLACE)")
    layers = [
        *day_axis.verticals(first, last, with_days),
        *_rule_line(panel),
        _joined(placed, panel),
        _limits(base, panel),
        _points(placed, panel).encode(y=_value(panel, "PLACE")),
        *_foot(base, panel),
        *_above(panel, x),
    ]
    return dress(alt.layer(*layers), PANEL_HEIGHT)


def _place(scale: str) -> str:
    """Where a mark stands: its value; not detected, its limit or zero (a log scale has none); else nowhere."""
    if scale == "log":
        return "datum.VALUE > 0 ? datum.VALUE : datum.LIMIT > 0 ? datum.LIMIT : null"
    return "isValid(datum.VALUE) ? datum.VALUE : datum.DETECTED === false ? 0 : null"


def _value(panel: Panel, column: str) -> alt.Y:
    constant: dict[str, Any] = {"constant": panel.constant} if panel.scale == "symlog" else {}
    scale = alt.Scale(type=panel.scale, domain=[_foot_of(panel), panel.high], nice=False, clamp=True, **constant)
    ticks = [tick for tick in panel.ticks if panel.low <= tick <= panel.high]
    axis = alt.Axis(
        values=ticks,
        title=panel.title,
        titleAngle=0,
        titleAlign="left",
        titleAnchor="start",
        titleX=-day_axis.LEFT,
        titleY=-10,
        minExtent=day_axis.LEFT,
        maxExtent=day_axis.LEFT,
        labelPadding=8,
        labelExpr=theme.POWER_LABEL if panel.scale == "log" else NUMBER_LABEL,
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


def _rule_line(panel: Panel) -> list[alt.Chart]:
    """The active rule, once, whatever the number of rows, with its words at the right end."""
    if panel.line is None:
        return []
    value, words = panel.line
    once = alt.Chart().transform_aggregate(n="count()").transform_calculate(AT=str(value))
    rule = once.mark_rule(strokeDash=[6, 3], strokeWidth=1.2, color=theme.INK).encode(
        y=_value(panel, "AT"), tooltip=day_axis.SILENT
    )
    text = once.mark_text(
        align="right", baseline="bottom", dx=-2, dy=-2, fontSize=theme.SMALL_FONT_SIZE, color=theme.INK
    ).encode(x=alt.XValue("width"), y=_value(panel, "AT"), text=alt.TextValue(words), tooltip=day_axis.SILENT)
    return [rule, text]


def _joined(placed: alt.Chart, panel: Panel) -> alt.Chart:
    return placed.mark_line(strokeWidth=1, opacity=0.55, color=theme.MUTED_INK, clip=True).encode(
        y=_value(panel, "PLACE"), detail=f"{panel.joined}:N", tooltip=day_axis.SILENT
    )


def _limits(base: alt.Chart, panel: Panel) -> alt.Chart:
    """The sensitivity that the assay reached, also under a level that was found."""
    return (
        base.mark_tick(orient="horizontal", size=14, thickness=1.4, color=theme.MUTED_INK, clip=True)
        .encode(y=_value(panel, "LIMIT"), tooltip=day_axis.TOOLTIP)
        .transform_filter("isValid(datum.LIMIT) && datum.LIMIT > 0")
    )


def _points(base: alt.Chart, panel: Panel) -> alt.Chart:
    """Outline and fill in the colour of the class; what was not detected has no fill."""
    shape = alt.Scale(domain=[kind for kind, _ in panel.shapes], range=[shape for _, shape in panel.shapes])
    return base.mark_point(size=60, strokeWidth=1.6, opacity=1, clip=True).encode(
        color=day_axis.colour(),
        fill=alt.Fill("AVALC:N", scale=day_axis.colour_scale(), legend=None),
        fillOpacity=alt.FillOpacityValue(**alt.condition("datum.DETECTED === false", alt.value(0), alt.value(1))),
        shape=alt.Shape("KIND:N", scale=shape, legend=None),
        tooltip=day_axis.TOOLTIP,
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
        _points(nowhere, panel).encode(y=alt.YValue(PANEL_HEIGHT - 6)),
        name.encode(
            x=alt.XValue(-8), y=alt.YValue(PANEL_HEIGHT - 6), text=alt.TextValue("no level"), tooltip=day_axis.SILENT
        ),
    ]


def _above(panel: Panel, x: alt.X) -> list[alt.Chart]:
    """Marks of another lane along the top edge."""
    if panel.above is None:
        return []
    return [
        alt.Chart()
        .mark_point(shape="triangle-down", filled=True, size=45, opacity=1, clip=True)
        .encode(x=x, y=alt.YValue(5), color=day_axis.colour(), tooltip=day_axis.TOOLTIP)
        .transform_filter(f"datum.LANE == '{panel.above}'")
    ]
