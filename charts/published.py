"""Published figures as neutral marks: an open diamond with its interval, over a curve of ours or on a line beneath
our rate."""

import json
from typing import Any

import altair as alt

from charts import lettering, theme
from charts.spec import Drawn, dress, memoised_spec

MAIN, MARKS = "main", "published"
HEADING, OURS, PUBLISHED = "heading", "ours", "published"
INK = theme.MUTED_INK
ROW = 24
DIAMOND: dict[str, Any] = {
    "type": "point",
    "shape": "diamond",
    "size": 70,
    "filled": False,
    "strokeWidth": 1.8,
    "color": INK,
}


def with_marks(spec: dict) -> dict:
    """The layered specification of a step curve with a layer of marks; its frame must be named MAIN, the marks MARKS
    (time, estimate, conf_low, conf_high, numbers, WORDS). Marks never share a colour or a shape with a group."""
    return spec | {"data": {"name": MAIN}, "layer": [*spec["layer"], *_over_curve(spec)]}


def _over_curve(spec: dict) -> list[dict]:
    encoding = spec["layer"][-1]["encoding"]
    x, y = encoding["x"] | {"field": "time"}, encoding["y"]
    at, low = y | {"field": "estimate"}, y | {"field": "conf_low"}
    data = {"data": {"name": MARKS}}
    tooltip = [{"field": "WORDS", "type": "nominal", "title": "Published"}]
    label = {"type": "text", "align": "left", "dx": 8, "dy": -8, "fontSize": theme.SMALL_FONT_SIZE, "color": theme.INK}
    rim = label | {"color": theme.PAGE, "stroke": theme.PAGE, "strokeWidth": 4}
    numbers = {
        "encoding": {"x": x, "y": at, "text": {"field": "numbers", "type": "nominal"}},
        "transform": [{"filter": "isValid(datum.numbers)"}],
    }
    return [
        data
        | {
            "mark": {"type": "rule", "color": INK, "strokeDash": [2, 2]},
            "encoding": {"x": x, "y": low, "y2": {"field": "conf_high"}},
            "transform": [{"filter": "isValid(datum.conf_low)"}],
        },
        data | {"mark": DIAMOND, "encoding": {"x": x, "y": at, "tooltip": tooltip}},
        data | {"mark": rim} | numbers,
        data | {"mark": label} | numbers,
    ]


@memoised_spec
def rates_beside(series: tuple[theme.Series, ...], rows: tuple[tuple[str, str, str], ...]) -> Drawn:
    """Vega-Lite specification of our rates with the published ones on lines of their own beneath, 0-100 %.

    rows: (key, label, HEADING | OURS | PUBLISHED) from top to bottom. The frame beside it: key, kind, strata (a series'
    label; missing on published rows), estimate, conf_low, conf_high (fractions; missing where there is none), text
    (right of the plot), WORDS (tooltip).
    """
    base = alt.Chart().encode(y=_rows(rows))
    layers = alt.layer(
        _ranges(base, OURS),
        _ranges(base, PUBLISHED, strokeDash=[2, 2]),
        _dots(base, series),
        _diamonds(base),
        _figures(base),
    )
    return dress(layers, lettering.row_height((label for _, label, _ in rows), ROW) * len(rows))


def _rows(rows: tuple[tuple[str, str, str], ...]) -> alt.Y:
    def test(kind: str) -> str:
        return f"indexof({json.dumps([key for key, _, of in rows if of == kind])}, datum.value) >= 0"

    labels = {key: label for key, label, _ in rows}
    axis = lettering.row_axis(
        labels,
        labelFontWeight={"condition": {"test": test(HEADING), "value": "bold"}, "value": "normal"},
        labelColor={"condition": {"test": test(PUBLISHED), "value": INK}, "value": theme.INK},
    )
    return alt.Y("key:N", scale=alt.Scale(domain=list(labels)), axis=axis, sort=None)


def _percent(column: str) -> alt.X:
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], labelExpr=theme.PERCENT_LABEL, title=None)
    return alt.X(f"{column}:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)


def _ranges(base: alt.Chart, kind: str, **mark) -> alt.Chart:
    return (
        base.mark_rule(strokeWidth=1.6, color=INK, **mark)
        .encode(x=_percent("conf_low"), x2=alt.X2("conf_high"))
        .transform_filter(f"datum.kind === '{kind}' && isValid(datum.conf_low)")
    )


def _tooltip() -> list[alt.Tooltip]:
    return [alt.Tooltip("WORDS:N", title="Rate")]


def _dots(base: alt.Chart, series) -> alt.Chart:
    return (
        base.mark_point(filled=True, opacity=1, size=80)
        .encode(
            x=_percent("estimate"),
            tooltip=_tooltip(),
            color=theme.colour_channel(series),
            shape=alt.Shape("strata:N", scale=theme.shape_scale(series), legend=None, sort=None),
        )
        .transform_filter(f"datum.kind === '{OURS}' && isValid(datum.estimate)")
    )


def _diamonds(base: alt.Chart) -> alt.Chart:
    return (
        base.mark_point(**{name: value for name, value in DIAMOND.items() if name != "type"})
        .encode(x=_percent("estimate"), tooltip=_tooltip())
        .transform_filter(f"datum.kind === '{PUBLISHED}'")
    )


def _figures(base: alt.Chart) -> alt.Chart:
    """Written from the right edge of the plot outwards: the plot gives way to the longest text."""
    ink = alt.ColorValue(**alt.condition(f"datum.kind === '{PUBLISHED}'", alt.value(INK), alt.value(theme.INK)))
    return base.mark_text(align="left", dx=14).encode(x=alt.XValue("width"), text="text:N", color=ink)
