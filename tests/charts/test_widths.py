"""On a telephone, beside a sidebar, on a large screen: nothing runs together or is cut, no legend loses an entry."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import pandas as pd
import pytest

from charts import lettering
from charts.heat_map import heat_map
from tests.charts.boxes import Box, boxes, overlaps, size, symbols
from tests.charts.examples import Example
from tests.charts.found import EXAMPLES
from tests.charts.picture import picture
from tests.charts.reading import walk

WIDTHS = (390, 820, 1440)
UNDER_THE_LINE = 3  # px that commas and brackets reach below a line of text
OVER_THE_EDGE = 4  # px that a text may leave the picture: its width is known about


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_texts_stand_apart_whole_and_inside_the_picture(name, width):
    drawn = picture(EXAMPLES[name], "light", width)
    right, bottom = size(drawn)
    assert right == width
    assert overlaps(drawn) == []
    assert [b.words for b in boxes(drawn) if b.words.endswith("…")] == []
    inside = Box("", -OVER_THE_EDGE, -1, right + OVER_THE_EDGE, bottom)
    assert [b.words for b in boxes(drawn) if not b.within(inside)] == []


def _entries(channel):
    """The words of a legend: the domain, or in its place the chosen values in the words of an expression."""
    legend = channel["legend"]
    if "values" not in legend:
        return tuple(channel["scale"]["domain"])
    lines = json.loads(legend["labelExpr"].removesuffix("[datum.value]"))
    return tuple(" ".join(lines[value]) for value in legend["values"])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_legend_names_everything_at_every_width(name, width):
    example = EXAMPLES[name]
    legends = [
        _entries(value)
        for key, value in walk(example.spec())
        if key in ("color", "fill", "shape") and isinstance(value, dict) and value.get("legend")
    ]
    words = {box.words for box in boxes(picture(example, "light", width))}
    labels = [label for labels in legends for label in labels]
    assert [label for label in labels if label not in words and not {*lettering.label_lines(label)} <= words] == []


@pytest.mark.parametrize("width", (*WIDTHS, 456))  # 456: 820 beside the sidebar
@pytest.mark.parametrize("name", EXAMPLES)
def test_no_value_is_drawn_over_a_mark(name, width):
    drawn = picture(EXAMPLES[name], "light", width)
    texts = [replace(box, bottom=box.bottom + UNDER_THE_LINE) for box in boxes(drawn)]
    assert [text.words for text in texts for mark in symbols(drawn) if text.meets(mark)] == []


def numbers_at_risk(width):
    """The numbers under the first curve, and every text with brackets."""
    words = [box.words for box in boxes(picture(EXAMPLES["risk_table"], "light", width))]
    return [w for w in words if re.fullmatch(r"\d{3,4}", w)], [w for w in words if "(" in w]


def test_numbers_at_risk_stand_every_6_months_with_counts_where_there_is_room():
    at_risk, in_brackets = numbers_at_risk(820)
    assert at_risk == ["1234", "1100", "900", "540", "310", "100"]
    assert in_brackets[0] == "At risk (events so far, censored so far)" and "(101, 33)" in in_brackets


def test_on_a_telephone_they_stand_every_12_months_without_counts_and_the_heading_says_so():
    at_risk, in_brackets = numbers_at_risk(390)
    assert at_risk == ["1234", "900", "310"] and in_brackets == []


def test_the_title_of_an_axis_is_no_wider_than_a_telephone_and_the_plot_keeps_its_width():
    """A long title made the plot of a curve narrower than that of the numbers under it."""
    title = "Months from the landmark (day 90, 3.0 months from infusion)"
    long, short = (
        picture(replace(EXAMPLES["step_curve"], options=(*EXAMPLES["step_curve"].options[:3], words)), "light", 390)
        for words in (title, "Months")
    )
    plots = [re.search(r'role-axis-grid.*?x2="([\d.]+)"', drawn, re.S)[1] for drawn in (long, short)]
    assert plots[0] == plots[1]
    said = " ".join(box.words for box in boxes(long))
    assert "Months from the landmark" in said and "3.0 months from infusion) · | censored" in said


def test_a_legend_takes_as_many_columns_as_fit():
    def columns(width, labels):
        """Which number the expression gives: `width >= room ? n : width >= room ? n : 1`."""
        *steps, last = lettering.legend(labels).to_dict()["columns"]["expr"].split(" : ")
        rooms = [re.search(r">= (\d+) [?] (\d+)", step).groups() for step in steps]
        return next((int(n) for room, n in rooms if width >= int(room)), int(last))

    assert columns(300, ["Yes", "No"]) == 2
    assert columns(900, ["Brexucabtagene autoleucel"] * 6) == 5
    assert columns(350, ["Brexucabtagene autoleucel"] * 6) == 2
    assert columns(300, ["x" * 80, "y" * 80]) == 1
    assert lettering.legend(["All"]) is None and lettering.legend(["All"], alone=True)


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("Obecabtagene autoleucel", ["Obecabtagene autoleucel"]),
        ("Universal allogeneic CD19 CAR-T cells", ["Universal allogeneic", "CD19 CAR-T cells"]),
        ("x" * 40, ["x" * 40]),
        (
            "Manufacturing failed or the product was out of specification",
            ["Manufacturing failed", "or the product was", "out of specification"],
        ),
        ("", [""]),
    ],
)
def test_a_long_row_label_stands_in_two_or_three_lines_of_about_one_length(label, lines):
    assert lettering.label_lines(label) == lines


def test_rows_are_as_high_as_the_longest_label_needs():
    assert lettering.row_height(["Short"], 22) == 22
    assert lettering.row_height(["Short", "Universal allogeneic CD19 CAR-T cells"], 22) == 30


@pytest.mark.parametrize("width", WIDTHS)
def test_upright_labels_over_narrow_cells_are_thinned_and_stay_apart(width):
    columns = (*(f"{2017 + i // 4} Q{i % 4 + 1}" for i in range(38)), "All quarters")
    cells = pd.DataFrame([{"row": "C01", "column": c, "share": 0.5, "percent": "50 %", "words": ""} for c in columns])
    drawn = picture(Example(heat_map, (("C01",), columns, "Done"), cells), "light", width)
    shown = re.findall(r'translate\(([\d.]+),[^"]*rotate\(-90\)[^>]*>(\d{4} Q\d|All quarters)', drawn)
    assert len(shown) >= 10 and shown[-1][1] == "All quarters"  # a total without a name is read as one more quarter
    assert min(float(b) - float(a) for (a, _), (b, _) in pairwise(shown)) >= lettering.LINE - 2
