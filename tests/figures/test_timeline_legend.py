"""The legend of a patient's timeline says what every colour of every panel stands for."""

from itertools import combinations

import numpy as np
import pytest

from charts import theme
from charts.day_axis import COLOURS
from endpoints.mrd import CLASSES as MRD_CLASSES
from endpoints.timeline_events import RESPONSES
from figures.timeline import CLASSES, class_words, timeline_figure
from tests.analyses.cohorts import sample_cohort
from tests.charts.reading import walk
from tests.charts.test_theme import VISIONS, lab


def test_every_class_has_a_colour_and_words():
    assert {*CLASSES} == {*COLOURS}
    assert {*RESPONSES.values()} <= {*COLOURS}  # one without would borrow the colour of another
    assert {"negative", "positive", "indeterminate", "failed"} <= {one.code for one in MRD_CLASSES} & {*COLOURS}


def test_classes_of_one_colour_are_one_entry():
    assert class_words(["CR", "negative", "infusion", "step"]) == (
        ("step", "Enrolment, apheresis, lymphodepletion"),
        ("infusion", "CAR-T infusion; CR; MRD-negative"),
    )
    assert class_words(["relapse", "relapsed"]) == (("relapsed", "Relapse"),)


@pytest.mark.parametrize("twins", [{}, theme.DARK_TWINS], ids=["light", "dark"])
def test_responses_are_told_apart_on_both_pages(twins):
    colours = [twins.get(COLOURS[code], COLOURS[code]) for code in RESPONSES.values()]
    normal = [lab(colour, VISIONS["normal"]) for colour in colours]
    assert min(np.linalg.norm(a - b) for a, b in combinations(normal, 2)) >= 15


def test_the_legend_has_every_colour_that_is_drawn():
    cohort = sample_cohort()
    for usubjid in cohort.patients["USUBJID"].iloc[::25]:
        first, *panels = timeline_figure(cohort, usubjid, "all").charts
        [codes] = [value for key, value in walk(first.spec) if key == "values" and set(value) <= set(COLOURS)]
        told = {COLOURS[code] for code in codes}
        assert {COLOURS[code] for chart in (first, *panels) for code in chart.frame["AVALC"]} == told
