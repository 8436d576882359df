"""The bare Streamlit app that click_to_settled compares with: hand-written Vega-Lite charts of new random points.

charts.json beside it says, per page of the dashboard, how many charts there are, how high, and of each chart its marks
with their points: see bare_charts.py. The page is a query parameter. A page without charts has one table of the same
shape. Nothing else is drawn, nothing is read from a database, nothing is derived.

With ?furnished=yes everything else stands around the charts that stands there in the dashboard, from constants: the
other widgets of the open section with their counts, the closed sections, title, label, chips, tables, method notes and
download buttons. What that costs is Streamlit's share of the difference between the two apps.
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
    "text": {"x": X, "y": Y, "text": {"field": "name"}},
}


def furnish_sidebar(random):
    """Compare by, population, the other seven filters of the section with eight counts each, and closed sections."""
    for label in ("Population", "Compare by"):
        st.sidebar.selectbox(label, ["One", "Two"])
    with section:
        st.slider("Age", 0, 100, (0, 100))
        for i in range(7):
            if i:
                st.multiselect(f"Filter {i}", ["One", "Two"])
            counts = "\n".join(f"| Option {k} | {n} |" for k, n in enumerate(random.integers(0, 300, 4)))
            st.markdown(f"| Option | n |\n| :-- | --: |\n{counts}")
    for label in ("Disease", "Before CAR-T", "Rules"):
        st.sidebar.expander(label)
    st.sidebar.button("Reset")


def furnish_top():
    st.title("Title")
    st.badge("Synthetic data", color="orange")
    st.text("Research and service evaluation. " * 4)
    with st.container(horizontal=True):
        st.markdown("**250 of 504 infused patients** (600 enrolled)", width="content")
        if st.session_state["sex"]:
            st.button("Sex: Female", key="chip")
    st.segmented_control("View", ["One", "Two", "Three"], default="One")


def furnish_figure(random, i):
    """Heading, left out, the numbers as a table, note and two files."""
    st.header(f"Figure {i}")
    st.caption("Excluded: nobody.")
    st.dataframe(pd.DataFrame(random.uniform(size=(8, 12))).add_prefix("column "), hide_index=True)
    with st.container(horizontal=True):
        with st.popover("Method"):
            st.markdown("\n\n".join(["A line of the method note that says how it was done."] * 12))
        for kind in ("numbers", "patients"):
            st.download_button(f"CSV: {kind}", lambda: b"", f"{i}_{kind}.csv", key=f"{i}:{kind}")


st.set_page_config(layout="wide")
page = pages()[st.query_params["page"]]
furnished = "furnished" in st.query_params
random = np.random.default_rng()
section = st.sidebar.expander("Patient", expanded=True)
with section:
    st.multiselect("Sex", ["Female", "Male"], key="sex")
if furnished:
    furnish_top()
    furnish_sidebar(random)
for i, chart in enumerate(page["charts"]):
    st.vega_lite_chart(
        points(random, chart["rows"], chart["series"]),
        spec(chart["layers"], chart["height"]),
        width="stretch",
        key=f"chart:{i}",
    )
for i, (rows, columns) in enumerate(page["tables"]):
    st.dataframe(pd.DataFrame(random.uniform(size=(rows, columns))), height=312, key=f"table:{i}")
for i in range(page["figures"] if furnished else 0):
    furnish_figure(random, i)
