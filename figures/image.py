"""A figure as one image for a slide: its charts under one another, with title, n, label and cut-off. Pure but for the
process that renders it."""

import base64
import json
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).parents[1]
WIDTH = 900  # px of the plot area
BETWEEN = 56  # px of two panels abreast, with the axis of the second
SECONDS = 60
AT_ONCE = threading.BoundedSemaphore(2)  # renderers of 600 MB each
FORMATS = {"svg": "image/svg+xml", "png": "image/png"}
PER_LINE = 130  # letters of a subtitle line that fit the width
Rows = Sequence[Sequence[tuple[dict[str, Any], Any, str]]]
SIGNS = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}  # pictures of control characters
_UNDRAWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
OWN = ("autosize", "padding", "background", "config", "$schema", "usermeta")  # of a chart that stands alone


def image_bytes(rows: Rows, title: str, lines: Sequence[str], kind: str) -> bytes:
    """The image file. rows: of charts (Vega-Lite spec without data, its frame or frames by name, the name of
    a panel or nothing); kind: one of FORMATS.

    Raises CalledProcessError or TimeoutExpired when the renderer fails.
    """
    spec = image_spec(rows, title, lines)
    with AT_ONCE:
        done = subprocess.run(
            [sys.executable, "-m", "figures.render", kind],
            cwd=ROOT,
            check=True,
            timeout=SECONDS,
            input=json.dumps(drawable(spec)).encode("utf-8"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    return done.stdout


def render_many(specs: Sequence[dict[str, Any]], kind: str) -> list[bytes]:
    """Several specifications in one renderer, which takes longer to start than to draw. kind: one of FORMATS, or
    "print":
    PNG at about 300 dpi on a slide."""
    if not specs:
        return []
    with AT_ONCE:
        done = subprocess.run(
            [sys.executable, "-m", "figures.render", kind, "many"],
            cwd=ROOT,
            check=True,
            timeout=SECONDS * len(specs),
            input=json.dumps([drawable(spec) for spec in specs]).encode("utf-8"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    return [base64.b64decode(one) for one in json.loads(done.stdout)]


def drawable(part: Any) -> Any:
    """The same with a visible sign for each character that no image can hold: one of them in a product's name would
    abort SVG and PNG, and a blank could make two names one."""
    if isinstance(part, str):
        return _UNDRAWABLE.sub(_sign, part)
    if isinstance(part, dict):
        return {drawable(name): drawable(value) for name, value in part.items()}
    return [drawable(one) for one in part] if isinstance(part, (list, tuple)) else part


def _sign(found: re.Match[str]) -> str:
    return SIGNS.get(ord(found[0]), "\ufffd")


def image_spec(rows: Rows, title: str, lines: Sequence[str]) -> dict[str, Any]:
    """One specification with its data: the rows under one another on plots of one width, on white."""
    subtitle = [part for line in lines for part in _wrapped(line)]
    datasets = {
        name: _records(frame)
        for row in rows
        for _, frames, _ in row
        if isinstance(frames, dict)
        for name, frame in frames.items()
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": "white",
        "padding": 16,
        "title": {
            "text": _wrapped(title, 90),
            "subtitle": subtitle,
            "anchor": "start",
            "fontSize": 18,
            "subtitleFontSize": 11,
            "subtitleColor": "#5F6673",
            "offset": 12,
        },
        "vconcat": [_row(row) for row in rows],
        "spacing": 4,
        "config": rows[0][0][0].get("config", {}),
        "datasets": datasets,
        "resolve": {"scale": {**dict.fromkeys(("color", "fill", "shape", "strokeDash"), "independent")}},
    }


def _row(row: Sequence[tuple[dict[str, Any], Any, str]]) -> dict[str, Any]:
    """A chart alone as wide as all; panels abreast share the width."""
    [[spec, frame, name], *_] = row
    if not name:
        return _chart(spec, frame) | {"width": WIDTH}
    own = {"width": (WIDTH - BETWEEN) // 2}
    return {
        "hconcat": [
            _chart(spec, frame) | own | {"title": {"text": _wrapped(name, 70), "anchor": "start"}}
            for spec, frame, name in row
        ],
        "spacing": BETWEEN,
    }


def _chart(spec: dict[str, Any], frame: Any) -> dict[str, Any]:
    panel = {key: value for key, value in spec.items() if key not in OWN}
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
