"""Published figures as neutral marks over a chart of ours: an open diamond with its interval and its number."""

from charts import theme

MAIN, MARKS = "main", "published"
INK, STEP = theme.MUTED_INK, 13  # px from one number to the next


def with_marks(spec: dict, over: str) -> dict:
    """The layered specification with a layer of marks; its frame must be named MAIN, the marks MARKS.

    over: "curve" (marks: time, estimate, conf_low, conf_high, number, rank, WORDS) or "intervals" (outcome instead of
    time). Marks never share a colour or a shape with a group.
    """
    layers = _over_curve(spec) if over == "curve" else _over_intervals(spec)
    return spec | {"data": {"name": MAIN}, "layer": [*spec["layer"], *layers]}


def _over_curve(spec: dict) -> list[dict]:
    encoding = spec["layer"][-1]["encoding"]
    x, y = encoding["x"] | {"field": "time"}, encoding["y"]
    return _layers(x, y | {"field": "estimate"}, y | {"field": "conf_low"}, {"y2": {"field": "conf_high"}}, {}, True)


def _over_intervals(spec: dict) -> list[dict]:
    encoding = spec["layer"][1]["encoding"]
    x, y = encoding["x"], encoding["y"]
    return _layers(x | {"field": "estimate"}, y, x | {"field": "conf_low"}, {"x2": {"field": "conf_high"}},
                   {"yOffset": 11}, False)


def _layers(x: dict, y: dict, low: dict, high: dict, offset: dict, over_time: bool) -> list[dict]:
    data = {"data": {"name": MARKS}}
    tooltip = [{"field": "WORDS", "type": "nominal", "title": "Published"}]
    span = {"x": x, "y": low, **high} if over_time else {"x": low, "y": y, **high}
    label = {"type": "text", "align": "left", "dx": 8, "dy": -8, "fontSize": theme.SMALL_FONT_SIZE, "color": INK,
             **offset}
    return [data | {"mark": {"type": "rule", "color": INK, "strokeDash": [2, 2], **offset}, "encoding": span,
                    "transform": [{"filter": "isValid(datum.conf_low)"}]},
            data | {"mark": {"type": "point", "shape": "diamond", "size": 70, "filled": False, "strokeWidth": 1.8,
                             "color": INK, **offset}, "encoding": {"x": x, "y": y, "tooltip": tooltip}},
            data | {"mark": label, "encoding": {"x": x, "y": y, "text": {"field": "numbers", "type": "nominal"}},
                    "transform": [{"filter": "isValid(datum.numbers)"}]}]
