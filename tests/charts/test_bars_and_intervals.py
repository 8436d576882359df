"""Stacked bars, intervals, periods and flow: fixed axes, declared order, text that fits."""

import json
from itertools import pairwise

import pandas as pd
import pytest

from charts import theme
from charts.day_ranges import day_ranges
from charts.flow_bars import flow_bars
from charts.forest import forest
from charts.intervals import intervals
from charts.lettering import IS_NARROW
from charts.period_bars import period_bars
from charts.small_parts import with_places
from charts.stacked_bars import stacked_bars
from tests.charts.boxes import boxes
from tests.charts.examples import Example
from tests.charts.picture import picture
from tests.charts.reading import layers

CLASSES = theme.classes_of((("Complete remission", "CR"), ("Died", "died"), ("Not yet due", "not_due")))
SERIES = theme.series_of_groups((("B", 1), ("A", 0)))


def test_segments_stand_in_declared_order_on_a_full_bar():
    bar = layers(stacked_bars(CLASSES, ("Second", "First")), "bar")[0]["encoding"]
    assert bar["x"]["scale"]["domain"] == [0, 1] and bar["x"]["stack"] == "zero"
    assert bar["order"] == {"field": "order", "type": "quantitative"}
    assert bar["color"]["scale"]["domain"] == ["Complete remission", "Died", "Not yet due"]
    assert bar["y"]["scale"]["domain"] == ["Second", "First"]


def test_a_segment_too_small_for_its_number_hides_it_but_keeps_its_place():
    text = layers(stacked_bars(CLASSES, ("All",)), "text")[0]
    assert text["transform"] == [{"filter": "datum.n > 0"}] and text["encoding"]["x"]["bandPosition"] == 0.5
    assert text["encoding"]["opacity"] == {"condition": {"test": "isValid(datum.place)", "value": 0}, "value": 1}


def test_every_number_of_a_bar_is_drawn_once_in_its_part_or_over_the_bar():
    """Nine small parts and a large one: no number is lost, none runs into another one, each in the order of the bar."""
    classes = theme.classes_of((f"Class {i}", code) for i, code in enumerate(list(theme.PALETTE)[:10]))
    n = (70, 3, 4, 1, 5, 2, 6, 1, 2, 6)
    frame = pd.DataFrame({"strata": "All", "outcome": [label for label, _ in classes], "n": n, "total": sum(n)})
    frame = with_places(frame.assign(share=frame["n"] / sum(n), order=range(len(n))))
    for width in (390, 820, 1440):
        drawn = boxes(picture(Example(stacked_bars, (classes, ("All",)), frame), "light", width))
        numbers = sorted((box for box in drawn if box.words.isdigit()), key=lambda box: box.left)
        over = [int(box.words) for box in numbers if box.top == min(box.top for box in numbers)]
        assert sorted(int(box.words) for box in numbers) == sorted(n)
        assert over == [i for i, place in zip(n, frame["place"], strict=True) if place == place]
        assert not any(a.meets(b) for a, b in pairwise(numbers))


@pytest.mark.parametrize("shares", [[0.01] * 14 + [0.86], [0.86, *[0.01] * 14], [0.5, 0.004, 0.496], [1.0]])
def test_numbers_over_a_bar_stand_on_it_and_apart(shares):
    rows = pd.DataFrame({"strata": "All", "n": [round(1000 * share) for share in shares], "share": shares})
    placed = with_places(rows.assign(order=range(len(rows))))
    place = placed["place"].dropna().to_numpy()
    assert len(place) == sum(share < 0.05 for share in shares)
    assert ((place <= 1) & (place[:1] >= -0.01)).all() and (place[1:] - place[:-1] >= 0.045).all()


def test_a_number_tells_the_same_as_the_segment_under_it():
    spec = stacked_bars(CLASSES, ("All",))
    assert layers(spec, "text")[0]["encoding"]["tooltip"] == layers(spec, "bar")[0]["encoding"]["tooltip"]


def test_numbers_are_white_on_dark_classes_and_black_on_the_others():
    colour = layers(stacked_bars(CLASSES, ("All",)), "text")[0]["encoding"]["color"]
    assert colour["condition"]["test"] == {"field": "outcome", "oneOf": ["Complete remission", "Died"]}
    assert (colour["condition"]["value"], colour["value"]) == (theme.WHITE, theme.BLACK)


def test_intervals_stand_on_a_fixed_axis_with_their_text_right_of_the_plot():
    spec = intervals(SERIES)
    rule, dot, text = (layers(spec, mark)[0] for mark in ("rule", "point", "text"))
    assert rule["encoding"]["x"]["scale"]["domain"] == dot["encoding"]["x"]["scale"]["domain"] == [0, 1]
    assert (rule["encoding"]["x"]["field"], rule["encoding"]["x2"]["field"]) == ("conf_low", "conf_high")
    assert text["encoding"]["x"] == {"value": "width"} and text["mark"]["dx"] == {"expr": f"{IS_NARROW} ? 0 : 14"}
    assert dot["encoding"]["y"]["scale"]["domain"] == ["B", "A"]


def test_an_estimate_that_does_not_exist_has_no_dot_but_keeps_its_text():
    spec = intervals(SERIES)
    assert layers(spec, "point")[0]["transform"] == [{"filter": "isValid(datum.estimate)"}]
    assert "transform" not in layers(spec, "text")[0]


KEYS = [f"{outcome}\t{name}" for outcome in ("Onset", "Duration") for name in ("", "B", "A")]


def named(encoding):
    """{y value: its words} of an axis of rows."""
    axis = encoding["y"]["axis"]
    return {key: " ".join(lines) for key, lines in json.loads(axis["labelExpr"].removesuffix("[datum.value]")).items()}


@pytest.mark.parametrize("build", [intervals, day_ranges])
def test_several_groups_have_a_row_each_with_its_name_under_the_heading_of_the_outcome(build):
    """Nobody has to find a row's group by its colour in a legend."""
    found = layers(build(SERIES, ("Onset", "Duration")), "point")[0]
    dot = found["encoding"]
    assert dot["y"]["field"] == "key" and dot["y"]["scale"]["domain"] == KEYS
    assert found["transform"][0] == {"calculate": "datum.outcome + '\\t' + datum.strata", "as": "key"}
    assert list(named(dot).values()) == ["Onset", "B", "A", "Duration", "B", "A"]
    assert dot["shape"]["scale"] == {"domain": ["B", "A"], "range": ["square", "circle"]}
    assert dot["color"]["legend"] is None and dot["shape"]["legend"] is None


@pytest.mark.parametrize("build", [intervals, day_ranges])
def test_one_group_has_a_row_per_outcome(build):
    dot = layers(build(SERIES[:1], ("Onset", "Duration")), "point")[0]["encoding"]
    assert dot["y"]["field"] == "outcome" and dot["y"]["scale"]["domain"] == ["Onset", "Duration"]


def test_periods_are_stacked_counts_in_group_order():
    bar = layers(period_bars(SERIES), "bar")[0]
    assert bar["encoding"]["y"]["stack"] is True and bar["encoding"]["y"]["axis"]["tickMinStep"] == 1
    assert {"calculate": 'indexof(["B", "A"], datum.strata)', "as": "position"} in bar["transform"]


def test_every_bar_says_of_how_many_patients_it_is():
    total = layers(period_bars(SERIES), "text")[0]
    assert total["transform"][0] == {"aggregate": [{"op": "sum", "field": "n", "as": "total"}], "groupby": ["period"]}
    row = layers(stacked_bars(CLASSES, ("All",)), "text")[-1]
    assert row["transform"][0]["groupby"] == ["strata"] and row["encoding"]["x"] == {"value": "width"}
    assert row["transform"][1]["calculate"] == "'n = ' + format(datum.of, ',d')"


def test_flow_rows_keep_their_order_and_reasons_are_paler_than_stages():
    bar = layers(flow_bars((("Enrolled", "stage"), ("Manufacturing", "reason"), ("Infused", "stage"))), "bar")[0]
    scale = bar["encoding"]["color"]["scale"]
    assert scale["domain"] == bar["encoding"]["y"]["scale"]["domain"] == ["Enrolled", "Manufacturing", "Infused"]
    assert scale["range"][0] == scale["range"][2] != scale["range"][1]


def test_days_are_drawn_from_lowest_to_highest_with_the_middle_half_and_the_median_over_it():
    spec = day_ranges(SERIES[:1], ("Onset", "Duration"), "Days")
    whisker, box = layers(spec, "rule")
    dot, text = layers(spec, "point")[0], layers(spec, "text")[0]
    assert [(x["encoding"]["x"]["field"], x["encoding"]["x2"]["field"]) for x in (whisker, box)] == [
        ("lowest", "highest"),
        ("quartile_low", "quartile_high"),
    ]
    assert dot["encoding"]["x"]["field"] == "median" and dot["encoding"]["x"]["axis"]["title"] == "Days"
    assert all(x["encoding"]["x"]["scale"]["zero"] for x in (whisker, box, dot))
    assert text["encoding"]["x"] == {"value": "width"} and "transform" not in text


def test_every_layer_on_the_percent_axis_says_its_title_else_it_is_hidden():
    rows = (("", "All"), ("Sex", "Female"))
    for spec in (intervals(SERIES, x_title="Rate"), forest(rows, "Rate")):
        axes = [x["encoding"]["x"]["axis"] for x in layers(spec, "rule") + layers(spec, "point")]
        titles = [axis["title"] if isinstance(axis["title"], list) else [axis["title"]] for axis in axes]
        assert {title[0] for title in titles} == {"Rate"} and len({*map(tuple, titles)}) == 1
