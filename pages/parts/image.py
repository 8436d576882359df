"""A figure as one image for a slide: its charts under one another, with title, n, label and cut-off. Pure but for the
process that renders it."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).parents[2]
WIDTH = 900  # px of the plot area
SECONDS = 60
AT_ONCE = threading.BoundedSemaphore(2)  # renderers of 600 MB each
FORMATS = {"svg": "image/svg+xml", "png": "image/png"}
PER_LINE = 130  # letters of a subtitle line that fit the width
OWN = ("autosize", "padding", "background", "config", "$schema", "usermeta")  # of a chart that stands alone


def image_bytes(charts: Sequence[tuple[dict[str, Any], Any]], title: str, lines: Sequence[str], kind: str) -> bytes:
    """The image file. charts: (Vega-Lite spec without data, its frame or frames by name); kind: one of FORMATS.

    Raises CalledProcessError or TimeoutExpired when the renderer fails.
    """
    spec = image_spec(charts, title, lines)
    with AT_ONCE:
        done = subprocess.run([sys.executable, "-m", "pages.parts.render", kind], cwd=ROOT, check=True, timeout=SECONDS,
                              input=json.dumps(spec).encode("utf-8"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout


def image_spec(charts: Sequence[tuple[dict[str, Any], Any]], title: str, lines: Sequence[str]) -> dict[str, Any]:
    """One specification with its data: the charts under one another on plots of one width, on white."""
    subtitle = [part for line in lines for part in _wrapped(line)]
    datasets = {name: _records(frame) for _, frames in charts if isinstance(frames, dict)
                for name, frame in frames.items()}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json", "background": "white", "padding": 16,
        "title": {"text": _wrapped(title, 90), "subtitle": subtitle, "anchor": "start", "fontSize": 18,
                  "subtitleFontSize": 11, "subtitleColor": "#5F6673", "offset": 12},
        "vconcat": [_panel(spec, frame) for spec, frame in charts], "spacing": 4,
        "config": charts[0][0].get("config", {}), "datasets": datasets, "resolve": {"scale": {
            "color": "independent", "shape": "independent", "strokeDash": "independent"}}}


def _panel(spec: dict[str, Any], frame: Any) -> dict[str, Any]:
    panel = {key: value for key, value in spec.items() if key not in OWN}
    if "facet" not in panel:
        panel["width"] = WIDTH
    return panel if isinstance(frame, dict) else panel | {"data": {"values": _records(frame)}}


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON values: missing is null, dates are ISO."""
    return json.loads(frame.to_json(orient="records", date_format="iso", double_precision=15))


def _wrapped(line: str, length: int = PER_LINE) -> list[str]:
    parts = [""]
    for word in line.split():
        if parts[-1] and len(parts[-1]) + len(word) >= length:
            parts.append("")
        parts[-1] = f"{parts[-1]} {word}".strip()
    return parts
