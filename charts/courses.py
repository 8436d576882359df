"""A measured value over time, one line per patient; pointing at a line or clicking it brings it forward."""

import math
import textwrap
from typing import Any

import altair as alt

from charts import lettering, theme
from charts.spec import Drawn, dress, memoised_spec

HEIGHT = 380
PALE, FEW_PALE = 0.09, 0.6  # lines of many patients, whose points are seen first, of few
WORDS_WIDTH = 14  # letters of the words beside the rule's line
SHAPES = {"filled": "circle", "open": "circle", "open_square": "square", "foot": "triangle-up", "tick": "stroke"}
LIMIT = ("Sensitivity of the assay", "tick")


@memoised_spec
def courses(
    kinds: tuple[tuple[str, str, str], ...],
    y_title: str,
    low: float,
    high: float,
    x_max: float,
    scale: str = "log",
    line: tuple[float, str] | None = None,
    x_title: str = "Days from infusion",
    limits: bool = False,
    few: bool = False,
) -> Drawn:
    """Vega-Lite specification of values on a log, symlog or linear axis from `low` to `high`.

    kinds: (code, words, mark) with mark filled, open, open_square or foot (drawn at the foot of the plot); line: a
    value and its words; limits: mark SENSITIVITY beside every value; few: so few patients that no line covers another.
    The frame beside it: USUBJID, ADY (days), VALUE (missing at the foot), KIND, WORDS (tooltip) and, with `limits`,
    SENSITIVITY. Values beyond `low` or `high` are drawn at that edge, days after `x_max` not at all: the figure says
    how many (`axis_ends.rows_beyond`). Pointing at a line or mark brings its patient forward, a click keeps it there,
    a double click lets go.
    """
    picked = [
        alt.selection_point(name=name, fields=["USUBJID"], on=on, clear=clear, empty=False)
        for name, on, clear in (("picked", "click", "dblclick"), ("pointed", "pointerover", "pointerout"))
    ]
    base = alt.Chart().encode(x=_days(x_max, x_title))
    axis = dict(low=low, high=high, scale=scale, title=y_title)
    layers = [
        *([_limits(base, axis)] if limits else []),
        _lines(base, axis, picked, FEW_PALE if few else PALE),
        _points(base, axis, kinds, picked, limits),
        *([_foot(base)] if any(mark == "foot" for *_, mark in kinds) else []),
        *([_rule(axis, line), _rule_words(axis, line)] if line else []),
    ]
    return dress(alt.layer(*layers), HEIGHT)


def _days(x_max: float, title: str) -> alt.X:
    return alt.X(
        "ADY:Q",
        scale=alt.Scale(domain=[0, x_max], nice=False),
        axis=alt.Axis(title=title, grid=False, tickCount=8, format=",d"),
    )


def _value(column: str, axis: dict) -> alt.Y:
    label: dict[str, Any] = (
        {"labelExpr": theme.POWER_LABEL, "values": _powers(axis)}
        if axis["scale"] == "log"
        else {"format": ",~r", "values": _thirds(axis)}
    )
    return alt.Y(f"{column}:Q", scale=_scale(axis), axis=alt.Axis(title=axis["title"], **label))


def _powers(axis: dict) -> list[float]:
    """The whole powers of ten of a log axis: between them Vega would draw ticks that have no label."""
    first, last = (round(math.log10(axis[end])) for end in ("low", "high"))
    return [float(f"1e{exponent}") for exponent in range(first, last + 1)]


def _thirds(axis: dict) -> list[float]:
    """0, 1, 3, 10, 30, ... of a symlog axis: evenly far from each other above 1."""
    return [0, *(x for k in range(6) for x in (10**k, 3 * 10**k) if x <= axis["high"])]


def _scale(axis: dict) -> alt.Scale:
    return alt.Scale(type=axis["scale"], domain=[axis["low"], axis["high"]], clamp=True, nice=False)


def _lines(base: alt.Chart, axis: dict, picked, pale: float) -> alt.Chart:
    return (
        base.mark_line(color=theme.GROUP_STYLES[0].colour, clip=True)
        .encode(
            y=_value("VALUE", axis),
            detail="USUBJID:N",
            opacity=alt.OpacityValue(**alt.condition(picked[0] | picked[1], alt.value(1), alt.value(pale))),
            strokeWidth=alt.StrokeWidthValue(**alt.condition(picked[0] | picked[1], alt.value(3), alt.value(1))),
        )
        .transform_filter("isValid(datum.VALUE)")
    )


def _points(base: alt.Chart, axis: dict, kinds, picked, limits: bool) -> alt.Chart:
    """Their legend names everything that is drawn, the marks of other layers too."""
    told = [(label, mark) for _, label, mark in kinds] + ([LIMIT] if limits else [])
    words = [label for label, _ in told]
    blue, shapes = theme.GROUP_STYLES[0].colour, [SHAPES[mark] for _, mark in told]
    fills = [blue if mark == "filled" else "transparent" for _, mark in told]
    legend = lettering.legend(words, "circle") or alt.Undefined
    return (
        base.mark_point(size=34, strokeWidth=1.2, stroke=blue, clip=True)
        .add_params(*picked)
        .encode(
            y=_value("VALUE", axis),
            tooltip=_tooltip(),
            shape=alt.Shape("KIND:N", scale=alt.Scale(domain=words, range=shapes), sort=None, legend=legend),
            fill=alt.Fill("KIND:N", scale=alt.Scale(domain=words, range=fills), sort=None, legend=legend),
            opacity=alt.OpacityValue(**alt.condition(picked[0] | picked[1], alt.value(1), alt.value(0.6))),
        )
        .transform_filter("isValid(datum.VALUE)")
    )


def _foot(base: alt.Chart) -> alt.Chart:
    return (
        base.mark_point(shape=SHAPES["foot"], size=40, color=theme.GROUP_STYLES[0].colour, opacity=0.7)
        .encode(y=alt.YValue(HEIGHT - 6), tooltip=_tooltip())
        .transform_filter("!isValid(datum.VALUE)")
    )


def _limits(base: alt.Chart, axis: dict) -> alt.Chart:
    return (
        base.mark_tick(
            size=9, thickness=1, orient="horizontal", color=theme.GROUP_STYLES[0].colour, opacity=0.45, clip=True
        )
        .encode(y=_value("SENSITIVITY", axis))
        .transform_filter("isValid(datum.SENSITIVITY)")
    )


def _rule(axis: dict, line: tuple[float, str]) -> alt.Chart:
    return (
        alt.Chart()
        .mark_rule(strokeDash=[5, 4], color=theme.INK)
        .encode(y=alt.YDatum(line[0], scale=_scale(axis)))
        .transform_aggregate(n="count()")
    )


def _rule_words(axis: dict, line: tuple[float, str]) -> alt.Chart:
    """Right of the plot, where no measurement is, a line for every few letters."""
    words = "\n".join(textwrap.wrap(line[1], WORDS_WIDTH))
    return (
        alt.Chart()
        .mark_text(
            align="left", dx=6, lineBreak="\n", lineHeight=theme.FONT_SIZE + 1, baseline="middle", color=theme.INK
        )
        .encode(y=alt.YDatum(line[0], scale=_scale(axis)), x=alt.XValue("width"), text=alt.TextValue(words))
        .transform_aggregate(n="count()")
    )


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("USUBJID:N", title="Patient"),
        alt.Tooltip("ADY:Q", title="Day"),
        alt.Tooltip("WORDS:N", title="What"),
    ]
