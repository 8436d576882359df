"""Whatever stands in a picture is in its legend: the colour of every mark, and its shape where shapes differ."""

import re
from xml.etree import ElementTree

import pytest

from charts import theme
from tests.charts.boxes import boxes
from tests.charts.found import EXAMPLES
from tests.charts.picture import picture

LEGEND, MARKS = "role-legend-symbol", ("mark-symbol role-mark", "mark-rect role-mark", "mark-area role-mark")
NAMED = {"funnel": theme.GROUP_STYLES[0].colour}  # each centre has its name beside its mark
EXPLAINED = {  # pictures of several colours without a legend: what says which is which
    **dict.fromkeys(("day_ranges", "intervals", "intervals_by_outcome", "intervals_per_time"), "a row each, named"),
    **dict.fromkeys(("flow_bars", "rates_beside"), "a row each, named"),
    **dict.fromkeys(("stacked_panel", "step_panel"), "a strip of their own over the panels (legend_strip)"),
    **dict.fromkeys(("measurements_mrd", "measurements_b_pct"), "the legend over the lanes of events"),
    "published_over_a_curve": "a number each, that of the row in the table under the figure",
    "time_bars": "the legend of the states above",
}
Look = tuple[str, str]  # colour, and the kind of shape


def looks(name: str) -> tuple[set[Look], set[Look]]:
    """(of the marks, of the legend) of an example as it is drawn."""
    root = ElementTree.fromstring(picture(EXAMPLES[name], "light"))
    groups = [node for node in root.iter() if node.get("class")]
    drawn = {look for group in groups if group.get("class", "").startswith(MARKS) for look in _of(group)}
    return drawn, {look for group in groups if LEGEND in group.get("class", "") for look in _of(group)}


def _of(group) -> set[Look]:
    paths = [node for node in group.iter() if node.tag.endswith("path") and not _is_hidden(node)]
    return {(_colour(path), _shape(path.get("d", ""))) for path in paths}


def _is_hidden(path) -> bool:
    return "0" in (path.get("opacity"), path.get("stroke-opacity"))


def _colour(path) -> str:
    """Of the outline where there is no fill."""
    fill, stroke = path.get("fill", "none"), path.get("stroke", "none")
    return stroke if fill in ("none", "transparent") else fill


def _shape(path: str) -> str:
    """The letters and signs of a path: the same at every size."""
    return re.sub(r"[\d.]+", "", path)


WITH_LEGEND = [name for name in EXAMPLES if looks(name)[1]]


@pytest.mark.parametrize("name", WITH_LEGEND)
def test_every_mark_is_in_the_legend(name):
    drawn, told = looks(name)
    known = {colour for colour, _ in told} | {NAMED.get(name)}
    assert {colour for colour, _ in drawn} <= known


@pytest.mark.parametrize("name", ["swimmer", "courses"])
def test_where_shapes_differ_the_legend_has_them(name):
    drawn, told = looks(name)
    symbols = {look for look in drawn if look[1].count("A") or look[1].count("L")}
    assert {shape for _, shape in symbols} <= {shape for _, shape in told}


def test_a_picture_of_several_colours_has_a_legend_or_says_otherwise_what_they_are():
    without = {name for name in EXAMPLES if name not in WITH_LEGEND and len({c for c, _ in looks(name)[0]}) > 1}
    assert without == {*EXPLAINED}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("step_curve", "Months · | censored"),
        ("funnel", "Expected: 70 %"),
        ("forest", "dashed: cohort; larger: more patients"),
        ("swimmer", "Alive at last contact"),
        ("event_lanes", "lymphodepletion"),
    ],
)
def test_marks_that_are_no_series_are_said_in_words(name, words):
    assert words in {box.words for box in boxes(picture(EXAMPLES[name], "light"))}
