"""No value of a patient is left out of a picture without a word: what has no lane of its own, what no axis reaches."""

import pandas as pd
import pytest

from analyses.result import Courses
from analyses.status.b_cells import b_cell_samples
from analyses.status.mrd import mrd_levels
from endpoints.mrd import EVERY_ASSAY
from endpoints.rules import RULES
from figures.courses import courses
from figures.figure import figure_of
from figures.notes import beyond, cut
from figures.rows import rows_figure
from figures.timeline import timeline_figure
from tests.analyses.cohorts import cohort, cohort_of
from tests.literal import patient

LOSS_RULES = [option.code for rule in RULES if rule.code == "bca_rule" for option in rule.options]


def told(figure, code):
    """The sentences of a kind; each stands under the charts, in the file and in the image."""
    words = [note.text for note in figure.notes if note.code == code]
    for sentence in words:
        assert (
            sentence in figure.method_lines() and sentence in figure.file_lines() and sentence in figure.image_lines()
        )
    return words


def drawn(figure, lane):
    """(day, value) of the marks of a lane, and the panels that draw it."""
    frame = figure.charts[0].frame
    rows = frame[frame["LANE"] == lane]
    panels = [c for c in figure.charts[1:] if f"datum.LANE == '{lane}'" in str(c.spec)]
    return list(zip(rows["ADY"], rows["VALUE"], strict=True)), len(panels)


@pytest.mark.parametrize("rule", LOSS_RULES)
@pytest.mark.parametrize(
    ("lane", "sample"),
    [
        ("b_count", dict(day=60, cd19_per_ul=30.0)),
        ("b_pct", dict(day=60, cd19_pct_lymphocytes=30.0)),
        ("b_marrow", dict(day=60, specimen="BM", normal_b_pct_marrow=30.0)),
    ],
)
def test_a_b_cell_sample_of_one_value_has_its_mark_under_every_rule(rule, lane, sample):
    one = cohort_of(patient("A", responses={28: "CR"}, b_cells=[sample], last_contact=100), bca_rule=rule)
    assert drawn(timeline_figure(one, "A", "all"), lane) == ([(60, 30.0)], 1)


FAR = patient(
    "A",
    responses={28: "CR"},
    last_contact=400,
    mrd=[
        dict(day=28, result="positive", level=1e-8, sensitivity=1e-8),
        dict(day=60, result="positive", level=0.5, sensitivity=1e-5),
        dict(day=90, result="negative", sensitivity=1e-5),
    ],
    b_cells=[dict(day=60, cd19_per_ul=2500.0), dict(day=90, cd19_per_ul=1000.0), dict(day=120, cd19_per_ul=6000.0)],
) | {"immunoglobulin": [dict(patient_id="A", date=day, igg_mg_dl=level) for day, level in ((60, 6000.0), (90, 400.0))]}


def test_values_beyond_an_axis_of_a_timeline_are_said_axis_by_axis():
    figure = timeline_figure(cohort_of(FAR), "A", "all")
    assert told(figure, "beyond") == [
        "Beyond the axis of MRD, fraction of cells, and so drawn at its edge: 1 below 3e-07.",
        "Beyond the axis of B cells in blood, per µL, and so drawn at its edge: 2 above 1,000.",
        "Beyond the axis of IgG, mg/dL, and so drawn at its edge: 1 above 5,000.",
    ]


def test_what_is_later_than_the_days_shown_is_said_once():
    figure = timeline_figure(cohort_of(FAR), "A", "60")
    assert told(figure, "beyond")[1].endswith(": 1 above 1,000.")
    [later] = [note.text for note in figure.notes if note.code == "later"]
    assert later.startswith("After day 60, and so not drawn: 5 rows")  # two B cells, one MRD, one IgG, last contact


def test_values_beyond_the_axis_of_courses_are_said():
    one = cohort_of(FAR)
    samples, levels = b_cell_samples(one, "count", 365), mrd_levels(one, EVERY_ASSAY, 365)
    figure = figure_of(samples, "B", *courses(samples, (), "B cells", (0.0, 5000.0), 365, scale="symlog"), code="b")
    assert told(figure, "beyond") == ["Beyond the axis, and so drawn at its edge: 1 above 5,000."]
    figure = figure_of(levels, "M", *courses(levels, (), "MRD", (1e-7, 1.0), 365), code="m")
    assert told(figure, "beyond") == ["Beyond the axis, and so drawn at its edge: 1 below 1e-07."]


def test_nothing_is_said_where_every_value_is_on_the_axis():
    assert beyond(pd.Series([0.0, 5.0, None]), 0, 5) == () == cut(pd.Series([0.1]), pd.Series([10.0]), (0.1, 10))


def test_intervals_that_go_on_are_counted():
    [note] = cut(pd.Series([0.05, 0.5, None]), pd.Series([2.0, 20.0, None]), (0.1, 10))
    assert note.text == "The axis ends at 0.1 and 10: 2 intervals cut there." and note.on_image


def test_an_empty_course_has_no_picture():
    nobody = b_cell_samples(cohort(patients=("P05",)), "count", 365)
    assert isinstance(nobody, Courses) and courses(nobody, (), "B cells", (0.0, 1.0), 365) == ()


def test_a_list_of_patients_accounts_for_everybody():
    chosen = cohort()
    rows = chosen.patients[["USUBJID"]].iloc[[0, 0, 1]]
    figure = rows_figure(chosen, "List", rows, others="without a row", code="list")
    assert (figure.n, figure.excluded) == (2, "Excluded: 8 without a row.")
    assert rows_figure(chosen, "List", chosen.patients, others="without", code="list").excluded == "Excluded: nobody."
    assert rows_figure(chosen, "Patient P01", rows, code="story").excluded == ""
