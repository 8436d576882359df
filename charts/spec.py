"""From an Altair chart to the specification that a page is given: the common frame, kept as text."""

import json
from collections.abc import Callable
from functools import lru_cache, wraps
from textwrap import wrap
from typing import Any

import altair as alt
from altair.utils import schemapi

from charts import theme

# Altair holds each piece against the schema as it is made, which is half of the cost of a chart; our tests do it once.
schemapi.disable_debug_mode()

Drawn = alt.Chart | alt.LayerChart | alt.FacetChart


def dress(chart: Drawn, height: float) -> Drawn:
    """The common frame: stretches to the width it is given, transparent, our fonts and lines. In one step, since Altair
    copies the chart for each."""
    sizes = {"labelFontSize": theme.FONT_SIZE, "titleFontSize": theme.FONT_SIZE}
    lines = {"gridColor": theme.GRID, "domainColor": theme.MUTED_INK, "tickColor": theme.MUTED_INK}
    inks = {"labelColor": theme.INK, "titleColor": theme.INK}
    return chart.properties(
        height=height,
        background="transparent",
        padding={"left": 4, "right": 8, "top": 6, "bottom": 6},
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding", resize=True),
        config=alt.Config(
            font=theme.FONT,
            axis=sizes | lines | inks | {"titleFontWeight": "normal", "labelFlush": False},
            legend=sizes | {"labelColor": theme.INK, "rowPadding": 3, "columnPadding": 16},
            view={"stroke": None},
            text={"fontSize": theme.FONT_SIZE, "color": theme.INK},
        ),
    )


EMPTY = "empty"  # the name that Altair gives to data that are not there


def _without_data(spec: dict) -> dict:
    """Altair puts an empty row into every chart without data; it would be drawn beside the frame's rows. A layer that
    names the frame it is of keeps the name."""
    kept = {key: value for key, value in spec.items() if key not in ("data", "datasets")}
    if spec.get("data", {}).get("name", EMPTY) != EMPTY:
        kept["data"] = {"name": spec["data"]["name"]}
    if "layer" in kept:
        kept["layer"] = [_without_data(layer) for layer in kept["layer"]]
    return kept


LONGEST_TITLE = 42  # letters of a line under a plot: what a telephone has room for


def _in_lines(spec: Any, of_x: bool = False) -> Any:
    """Titles of x axes in lines that a narrow screen holds: one that is wider than the plot is cut, and makes the plot
    narrower than the numbers under it."""
    if isinstance(spec, list):
        return [_in_lines(part) for part in spec]
    if not isinstance(spec, dict):
        return spec
    if of_x and isinstance(spec.get("axis"), dict) and (title := spec["axis"].get("title")):
        lines = [line for part in ([title] if isinstance(title, str) else title) for line in wrap(part, LONGEST_TITLE)]
        spec = spec | {"axis": spec["axis"] | {"title": lines if len(lines) > 1 else lines[0]}}
    return {name: _in_lines(part, name == "x") for name, part in spec.items()}


def memoised_spec(build: Callable[..., Drawn]) -> Callable[..., dict]:
    """Keep a builder's Vega-Lite specification as JSON text and hand out a fresh dict per call.

    Streamlit mutates the dict it is given, and building with Altair costs more than drawing: so the text is
    kept. Options must be hashable. Values and conditions are written as channels (`alt.OpacityValue`), since Altair
    looks a dict up among the hashes of all its classes.
    """

    @lru_cache(maxsize=256)
    def text(*options, **named) -> str:
        return json.dumps(_in_lines(_without_data(build(*options, **named).to_dict(validate=False))))

    @wraps(build)
    def fresh(*options, **named) -> dict:
        return json.loads(text(*options, **named))

    return fresh
