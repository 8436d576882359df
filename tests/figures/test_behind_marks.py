"""The patients behind a mark are as many as it counts, of every figure whose marks can be pressed."""

import pytest

from analyses.course.infusions import infusions
from analyses.course.overview import at_step, flow
from analyses.course.steps import steps
from analyses.monitoring.follow_up_board import follow_up_board, names_in_cell
from analyses.monitoring.outcome_board import outcome_board
from analyses.monitoring.swimmer import swimmer
from charts.picks import PICKED, pickable
from endpoints.flow import STEPS
from figures import monitoring, rate_pictures
from figures.chart import EVERYBODY
from tests.analyses.cohorts import sample_cohort


def behind(chart, patients, mark):
    """The patients of a mark, as the screen narrows them."""
    for column, value in chart.behind(mark).items():
        patients = patients[patients[column] == value] if value != EVERYBODY else patients
    return set(patients["USUBJID"])


@pytest.mark.parametrize("step", STEPS)
def test_a_step_has_as_many_names_as_it_counts(step):
    cohort = sample_cohort()
    n = steps(flow(cohort)).set_index("step")["n"][step]
    assert at_step(cohort, step).n == len(at_step(cohort, step).patients) == n > 0


def test_a_step_that_the_flow_has_not_is_refused():
    with pytest.raises(ValueError, match="A step must be one of"):
        at_step(sample_cohort(), "x")


@pytest.mark.parametrize("by", ["", "product"])
def test_a_segment_of_a_quarter_has_as_many_names_as_it_counts_and_its_number_above_all_of_them(by):
    found = infusions(sample_cohort(by=by))
    [chart] = rate_pictures.periods(found, "Patients infused")
    for row in chart.frame.to_dict("records"):
        assert len(behind(chart, found.patients, row)) == row["n"]
    period = chart.frame["period"].iloc[5]
    total = chart.frame.loc[chart.frame["period"] == period, "n"].sum()
    assert len(behind(chart, found.patients, {"period": period, "strata": None})) == total


def test_a_cell_of_the_follow_up_board_has_the_names_that_its_list_has():
    cohort = sample_cohort()
    found = follow_up_board(cohort, "response", "M3")
    [chart] = monitoring.cells(found)
    codes = zip(found.cells["row"], found.cells["column"], strict=True)
    marks = list(zip(codes, chart.frame.to_dict("records"), strict=True))
    for (row, column), mark in (*marks[::17], marks[-1]):
        listed = names_in_cell(cohort, "response", "M3", row, column)
        assert behind(chart, found.patients, mark) == set(listed.rows["USUBJID"])


@pytest.mark.parametrize("by", ["centre", "product", "year"])
def test_a_row_of_the_outcome_board_has_as_many_names_as_it_counts(by):
    found = outcome_board(sample_cohort(), by)
    [chart] = monitoring.board(found, "os_year")
    rows = found.rows[found.rows["outcome"] == "os_year"]
    for n, mark in zip(rows["n"], chart.frame.to_dict("records"), strict=True):
        assert len(behind(chart, found.patients, mark)) == n


def test_a_lane_has_its_patient():
    found = swimmer(sample_cohort(), "age")
    [chart] = monitoring.swimmer(found)
    assert behind(chart, found.patients, {"USUBJID": found.order[3]}) == {found.order[3]}


@pytest.mark.parametrize("reading", ["os_year", "completeness"])
def test_the_selection_is_on_a_layer_that_can_have_one(reading):
    """The lines of the gates are a layer of layers."""
    [chart] = monitoring.board(outcome_board(sample_cohort(), "centre"), reading)
    layers = pickable(chart.spec, tuple(chart.picks))["layer"]
    [with_selection] = [layer for layer in layers if any(p["name"] == PICKED for p in layer.get("params", []))]
    assert "mark" in with_selection
