"""The timeline's panels: one day axis, scales, open marks, and where labels stand."""

import json
import math

import pandas as pd
import pytest

from charts import day_axis, lettering
from charts.day_axis import COLOURS, day_ticks
from charts.lanes import event_lanes, place_labels
from charts.timeline import Panel, measurements
from endpoints.timeline import EVENT_LANES
from tests.charts.reading import fields, layers, walk

HOSTILE = "<img src=x onerror=alert(1)> ![x](http://h) '\"]);\\ \u2028 a.b[0]:Q"
LABEL_ROOM = 8  # px between label and plot
LANES = (("infusion", "CAR-T"), ("response", "Response"), ("crs", "CRS"))
MRD = Panel("mrd", "MRD", 3e-7, 1.0, (1.0, 1e-2, 1e-4, 1e-6), (("flow", "circle"), ("ngs", "diamond")), scale="log")
B_CELLS = Panel(
    "b_pct", "B cells", 0, 100, (0, 1, 3, 10, 30, 100, 300), (("PB", "circle"),), scale="symlog", line=(3.0, "≥ 3 %")
)
IGG = Panel("igg", "IgG", 0, 1000, (0, 500, 1000), (("replacement", "circle"),), above="ivig")
PANELS = pytest.mark.parametrize("panel", [MRD, B_CELLS, IGG], ids=lambda p: p.lane)
EVENT_FIELDS = {"ADY", "END_ADY", "LANE", "AVALC", "SHORT", "WORDS", "DAY_TEXT", "DATE_TEXT", "AT"}


def days(spec):
    """The domains of every day axis of a specification."""
    return {
        tuple(value["scale"]["domain"])
        for key, value in walk(spec)
        if key == "x" and isinstance(value, dict) and "scale" in value
    }


def y_scales(spec):
    return [value["scale"] for key, value in walk(spec) if key == "y" and isinstance(value, dict) and "scale" in value]


def test_all_panels_share_one_day_axis():
    specs = [
        event_lanes(LANES, -40, 500),
        *(measurements(panel, -40, 500, labelled) for panel in (MRD, B_CELLS, IGG) for labelled in (True, False)),
    ]
    assert set().union(*map(days, specs)) == {(-40 - 10.8, 500 + 10.8)}
    widths = {
        (v["minExtent"], v["maxExtent"])
        for spec in specs
        for k, v in walk(spec)
        if k == "axis" and isinstance(v, dict) and "minExtent" in v
    }
    assert len(widths) == 1


@pytest.mark.parametrize(
    "first, last, expected",
    [
        (-40, 60, (-28, -14, 0, 14, 28, 42, 56)),
        (-28, 120, (-28, -14, 0, 14, 28, 42, 56, 70, 84, 98, 112)),
        (-60, 290, (-60, -30, 0, 30, 60, 90, 120, 150, 180, 210, 240, 270)),
        (-40, 1000, tuple(range(0, 1000, 90))),
    ],
)
def test_ticks_are_round_days_with_day_0_among_them(first, last, expected):
    assert day_ticks(first, last) == expected


def test_mrd_is_on_a_log_scale_with_room_at_the_foot():
    for scale in y_scales(measurements(MRD, -40, 500)):
        assert scale["type"] == "log" and scale["domain"][1] == 1.0 and 1e-8 < scale["domain"][0] < 3e-7


def test_b_cells_are_on_a_scale_with_zero_and_ticks_within_it():
    spec = measurements(B_CELLS, -40, 500)
    for scale in y_scales(spec):
        assert scale["type"] == "symlog" and scale["domain"][0] < 0 and scale["domain"][1] == 100
    foot = -math.expm1(20 / 92 * math.log1p(100))
    assert y_scales(spec)[0]["domain"][0] == pytest.approx(foot)
    assert {tuple(v["values"]) for k, v in walk(spec) if k == "axis" and isinstance(v, dict) and "labelExpr" in v} == {
        (0, 1, 3, 10, 30, 100)
    }


@PANELS
def test_what_was_not_detected_is_an_open_mark_in_the_colour_of_its_class(panel):
    marks = [layer for layer in layers(measurements(panel, -40, 500), "point") if "fill" in layer["encoding"]]
    assert len(marks) == 2  # on the scale, and at the foot
    for mark in marks:
        opacity = mark["encoding"]["fillOpacity"]
        assert opacity["condition"] == {"test": "datum.DETECTED === false", "value": 0} and opacity["value"] == 1
        assert mark["encoding"]["color"]["scale"] == mark["encoding"]["fill"]["scale"]


@pytest.mark.parametrize(
    "panel, expected",
    [
        (MRD, "datum.VALUE > 0 ? datum.VALUE : datum.LIMIT > 0 ? datum.LIMIT : null"),
        (B_CELLS, "isValid(datum.VALUE) ? datum.VALUE : datum.DETECTED === false ? 0 : null"),
    ],
)
def test_a_mark_stands_at_its_value_else_at_its_limit(panel, expected):
    calculated = {v for k, v in walk(measurements(panel, -40, 500)) if k == "calculate"}
    assert expected in calculated


def test_the_sensitivity_of_every_assay_is_marked():
    (tick,) = layers(measurements(MRD, -40, 500), "tick")
    assert tick["encoding"]["y"]["field"] == "LIMIT"


def test_methods_have_shapes():
    shapes = {
        (tuple(v["scale"]["domain"]), tuple(v["scale"]["range"]))
        for k, v in walk(measurements(MRD, -40, 500))
        if k == "shape" and isinstance(v, dict)
    }
    assert shapes == {(("flow", "ngs"), ("circle", "diamond"))}


def test_the_rule_is_one_line_with_its_words():
    spec = measurements(B_CELLS, -40, 500)
    rules = [x for x in layers(spec, "rule") if "y" in x["encoding"]]
    assert [x["transform"][-1] for x in rules] == [{"calculate": "3.0", "as": "AT"}]
    assert {"value": "≥ 3 %"} in [v for k, v in walk(spec) if k == "text"]
    assert not [x for x in layers(measurements(MRD, -40, 500), "rule") if "y" in x["encoding"]]


def test_the_columns_read_are_the_columns_named():
    assert fields(event_lanes(LANES, -40, 500)) == EVENT_FIELDS
    measured = {"ADY", "LANE", "AVALC", "KIND", "PLACE", "LIMIT", "WORDS", "DAY_TEXT", "DATE_TEXT"}
    assert fields(measurements(MRD, -40, 500)) == measured
    assert fields(measurements(B_CELLS, -40, 500)) == measured | {"AT"}


def test_every_mark_tells_what_day_and_date_or_nothing():
    for spec in (event_lanes(LANES, -40, 500), *(measurements(panel, -40, 500) for panel in (MRD, B_CELLS, IGG))):
        for layer in spec["layer"]:
            told = layer["encoding"]["tooltip"]
            assert told == {"value": None} or [t["field"] for t in told] == ["WORDS", "DAY_TEXT", "DATE_TEXT"]


def test_a_title_from_the_database_is_never_code():
    spec = measurements(Panel("persistence", HOSTILE, 0, 10, (0, 10), (("qpcr", "square"),), scale="symlog"), -40, 500)
    code = [v for k, v in walk(spec) if k in ("filter", "calculate", "labelExpr", "test") and isinstance(v, str)]
    assert not [x for x in code if "onerror" in x] and "\u2028" not in json.dumps(spec)


def test_every_class_has_a_colour_of_the_theme():
    assert all(colour.startswith("#") for colour in COLOURS.values())


def placed(*marks, first=0, last=1000):
    """Labels of (lane, day, short) marks."""
    rows = pd.DataFrame(marks, columns=["LANE", "ADY", "SHORT"]).astype({"ADY": "Int32"})
    return place_labels(rows.assign(END_ADY=pd.Series(pd.NA, index=rows.index, dtype="Int32")), first, last).tolist()


def test_labels_with_room_stay_where_they_are():
    assert placed(("therapy", 100, "tki"), ("therapy", 400, "dli")) == ["tki", "dli"]


def test_labels_without_room_are_joined_at_the_last_mark_before_the_room():
    assert placed(("infusion", 0, "OBE"), ("infusion", 10, "dose 2")) == ["", "OBE, dose 2"]


def test_in_the_second_half_labels_stand_left_and_are_joined_at_the_first_mark():
    assert placed(("relapse", 800, "CD19 positive"), ("relapse", 810, "CD19 positive")) == ["CD19 positive", ""]


def test_marks_beyond_the_axis_have_no_label_and_lanes_do_not_disturb_each_other():
    assert placed(("crs", 3, "grade 2"), ("icans", 4, "grade 1"), ("therapy", 900, "tki"), last=365) == [
        "grade 2",
        "grade 1",
        "",
    ]


def test_above_the_responses_unlabelled_marks_take_no_room():
    assert placed(("response", 100, "CR"), ("response", 110, ""), ("response", 400, "RELAPSE")) == ["CR", "", "RELAPSE"]


def test_every_panel_of_a_timeline_begins_at_one_place():
    """A label wider than its room would move its panel, and days no longer stand under days."""
    widest = max(lettering.text_width(label) for label in EVENT_LANES.values())
    axes = [event_lanes(tuple(EVENT_LANES.items()), 0, 365)["layer"], measurements(MRD, 0, 365)["layer"]]
    rooms = {
        (axis["minExtent"], axis["maxExtent"])
        for layers_ in axes
        for layer in layers_
        if (axis := layer.get("encoding", {}).get("y", {}).get("axis") or {}).get("minExtent")
    }
    assert rooms == {(day_axis.LEFT, day_axis.LEFT)} and widest + LABEL_ROOM <= day_axis.LEFT
