"""The bare Streamlit app that click_to_settled compares with: hand-written Vega-Lite charts of new random points.

charts.json beside it says, per page of the dashboard, how many charts there are, how high, and of each chart its marks
with their points: see bare_charts.py. The page is a query parameter. A page without charts has one table of the same
shape. Nothing else is drawn, nothing is read from a database, nothing is derived.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st


@st.cache_resource
def pages():
    return json.loads(Path(__file__).with_name("charts.json").read_text("utf-8"))


def points(rng, rows, series):
    x, y = np.sort(rng.uniform(0, 36, rows)), rng.uniform(0.1, 0.9, rows)
    return pd.DataFrame(
        {
            "row": np.arange(rows),
            "x": x,
            "y": y,
            "low": y - 0.1,
            "high": y + 0.1,
            "series": [f"Series {i % series}" for i in range(rows)],
            "name": [f"Name {i}" for i in range(rows)],
        }
    )


def spec(layers, height):
    return {
        "height": height,
        "layer": [
            {
                "mark": layer["mark"],
                "encoding": ENCODINGS[layer["mark"]["type"]],
                "transform": [{"filter": f"datum.row < {layer['points']}"}],
            }
            for layer in layers
        ],
    }


X, Y = {"field": "x", "type": "quantitative"}, {"field": "y", "type": "quantitative"}
COLOUR = {"field": "series", "type": "nominal"}
ENCODINGS = {
    "area": {"x": X, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}, "color": COLOUR},
    "rule": {"x": X, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
    "line": {"x": X, "y": Y, "color": COLOUR},
    "tick": {"x": X, "y": Y, "color": COLOUR},
    "point": {"x": X, "y": Y, "color": COLOUR},
    "bar": {"x": {"field": "y", "type": "quantitative"}, "y": {"field": "name", "type": "nominal"}, "color": COLOUR},
    "rect": {"x": {"field": "row", "type": "ordinal"}, "y": {"field": "series", "type": "nominal"}, "color": COLOUR},
    "text": {"x": X, "y": Y, "text": {"field": "name"}},
}


st.set_page_config(layout="wide")
page = pages()[st.query_params["page"]]
random = np.random.default_rng()
with st.sidebar:
    st.multiselect("Sex", ["Female", "Male"], key="sex")
for i, chart in enumerate(page["charts"]):
    st.vega_lite_chart(
        points(random, chart["rows"], chart["series"]),
        spec(chart["layers"], chart["height"]),
        width="stretch",
        key=f"chart:{i}",
    )
for i, (rows, columns) in enumerate(page["tables"]):
    st.dataframe(pd.DataFrame(random.uniform(size=(rows, columns))), height=312, key=f"table:{i}")
