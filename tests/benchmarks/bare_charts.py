"""What the bare app has to draw: the marks and points of every chart of every page, read from the pages themselves."""

import json
import re

import pandas as pd
import pyarrow as pa
from streamlit.testing.v1 import AppTest

from tests.browser.conftest import ROOT

PAGES = tuple(sorted(path.stem for path in (ROOT / "pages").glob("*.py")))


def pages_to_draw() -> dict[str, dict]:
    """Per page: charts (height, rows, series, layers of mark and points), tables (rows, columns).

    Tables are only given for a page without charts: on the others the bare app has charts and nothing else.
    """
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120).run()
    return {page: _page(app.switch_page(f"pages/{page}.py").run()) for page in PAGES}


def _page(app: AppTest) -> dict:
    charts = [chart for element in app.get("vega_lite_chart") if (chart := _chart(element.proto))["rows"]]
    tables = [] if charts else [list(element.value.shape) for element in app.main.dataframe]
    return {"charts": charts, "tables": tables}


def _chart(proto) -> dict:
    spec, frame = json.loads(proto.spec), _frame(proto)
    layers = [_layer(layer, spec, frame) for layer in spec.get("layer", [spec])]
    series = [frame[name].nunique() for name in ("strata", "outcome") if name in frame]
    return {"height": spec["height"], "rows": len(frame), "series": max(series, default=1), "layers": layers}


def _frame(proto) -> pd.DataFrame:
    found = [proto.data.data, *(dataset.data.data for dataset in proto.datasets)]
    return pd.concat([pa.ipc.open_stream(data).read_pandas() for data in found if data], ignore_index=True)


def _layer(layer: dict, spec: dict, frame: pd.DataFrame) -> dict:
    """The mark with how it is interpolated, and how many rows its steps leave."""
    mark = layer["mark"] if isinstance(layer["mark"], dict) else {"type": layer["mark"]}
    for step in (*spec.get("transform", []), *layer.get("transform", [])):
        frame = _left(frame, step)
    return {"mark": {key: mark[key] for key in ("type", "interpolate") if key in mark}, "points": len(frame)}


def _left(frame: pd.DataFrame, step: dict) -> pd.DataFrame:
    """The rows after one step; a filter on what only an earlier step of the chart makes leaves all."""
    if "aggregate" in step:
        return frame.drop_duplicates(step["groupby"]) if "groupby" in step else frame.head(1)
    if set(re.findall(r"datum\.(\w+)", step.get("filter", ""))) - {*frame} or "filter" not in step:
        return frame
    return frame.query(_condition(step["filter"]), engine="python")


def _condition(expression: str) -> str:
    """A Vega filter expression as pandas reads it."""
    return re.sub(r"datum\.", "", re.sub(r"isValid\(datum\.(\w+)\)", r"\1.notna()", expression))
