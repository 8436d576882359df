"""The patients behind a mark are as many as it counts, of every figure whose marks can be pressed."""

from dataclasses import replace

import pytest

from analyses.course.flow import at_step, flow
from analyses.course.infusions import infusions
from analyses.course.overview import headline
from analyses.course.steps import steps
from analyses.monitoring.follow_up_board import completeness, follow_up_board, names_in_cell
from analyses.monitoring.outcome_board import READINGS, funnel, outcome_board
from analyses.monitoring.quality import missingness
from analyses.monitoring.swimmer import swimmer
from analyses.status.b_cells import bca_rules, immunoglobulin, never_aplastic, persistence
from analyses.status.board import board as month_3_board
from analyses.status.definitions import by_definition
from analyses.status.density import infection_density
from analyses.status.mrd import mrd, mrd_by_subgroup
from analyses.status.response import response, response_by, response_by_subgroup
from analyses.status.toxicity import toxicity_days, toxicity_grades, toxicity_treatment
from analyses.time_to_event.after_transplant import dynamic_landmark
from analyses.time_to_event.subgroups import month_by_subgroup
from analyses.time_to_event.transplant import transplant_details, transplanted_by_subgroup
from analyses.time_to_event.trials import sequential
from charts.picks import PICKED, pickable
from endpoints.catalogue import OS
from endpoints.flow import STEPS
from endpoints.response import STATUS_M3
from endpoints.toxicity import CRS
from endpoints.visits import M3
from figures import monitoring, rate_pictures
from tests.analyses.cohorts import sample_cohort


def behind(chart, patients, mark):
    """The patients of a mark, as the screen narrows them."""
    return set(chart.narrowed(patients, chart.behind(mark))["USUBJID"])


def sizes(result, chart):
    """How many patients stand behind each mark of a chart, in the order of its frame."""
    return [len(behind(chart, result.patients, mark)) for mark in chart.frame.to_dict("records")]


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


BOARDS = [(by, reading) for by in ("centre", "product", "year") for reading in ("os_year", "cir_year", "completeness")]


@pytest.mark.parametrize("by, reading", [*BOARDS, *(("centre", one.code) for one in READINGS)])
def test_a_row_of_the_outcome_board_has_as_many_names_as_it_counts(by, reading):
    found = outcome_board(sample_cohort(), by)
    [chart] = monitoring.board(found, reading)
    rows = found.rows[found.rows["outcome"] == reading]
    assert sizes(found, chart) == list(rows["n"])


RATES = {
    "response": lambda cohort: response(cohort, STATUS_M3),
    "response by burden": lambda cohort: response_by(cohort, "cut"),
    "definitions": by_definition,
    "mrd": lambda cohort: mrd(cohort, M3),
    "grades": lambda cohort: toxicity_grades(cohort, CRS, "ASTCT"),
    "treatment": lambda cohort: toxicity_treatment(cohort, CRS, "ASTCT"),
    "never aplastic": never_aplastic,
    "loss rules": bca_rules,
    "persistence": persistence,
    "immunoglobulin": immunoglobulin,
    "transplants": transplant_details,
    "headline": headline,
}


@pytest.mark.parametrize("by", ["", "product"])
@pytest.mark.parametrize("of", RATES)
def test_a_dot_of_a_rate_has_as_many_names_as_its_denominator_counts(of, by):
    found = RATES[of](sample_cohort(by=by))
    [chart] = rate_pictures.rates(found)
    table = found.rows if of == "headline" else found.rates
    assert sizes(found, chart) == list(table["n"]) != []


def test_a_row_of_the_month_3_board_has_as_many_names_as_its_denominator_counts():
    found = month_3_board(sample_cohort(), "centre")
    for outcome in found.rate_outcomes:
        [chart] = rate_pictures.rate_per_row(found, outcome)
        assert sizes(found, chart) == list(found.rates.loc[found.rates["outcome"] == outcome.code, "n"])


def test_the_days_of_a_toxicity_are_of_as_many_names_as_they_count():
    found = toxicity_days(sample_cohort(by="product"), CRS, "ASTCT")
    [chart] = rate_pictures.day_ranges(found)
    assert sizes(found, chart) == list(found.ranges["n"])


FORESTS = {
    "response": lambda cohort: response_by_subgroup(cohort, "orr"),
    "mrd": lambda cohort: mrd_by_subgroup(cohort, M3),
    "survival": lambda cohort: month_by_subgroup(cohort, OS, 12),
    "transplanted": transplanted_by_subgroup,
}


@pytest.mark.parametrize("of", FORESTS)
def test_a_row_of_a_forest_has_as_many_names_as_it_counts(of):
    found = FORESTS[of](sample_cohort())
    [chart] = rate_pictures.forest(found, "x", "all")
    assert sizes(found, chart) == list(found.rows["n"])


def test_a_landmark_has_the_names_of_both_sides_and_all_landmarks_those_of_any():
    found = dynamic_landmark(sample_cohort(), "rfs")
    [chart] = rate_pictures.ratio_forest(found, "x")
    *landmarks, of_any, of_all = sizes(found, chart)
    both = found.rows["n_waiting"] + found.rows["n_exposed"]
    assert landmarks == list(both)[:-2]
    assert max(landmarks) <= of_any <= of_all == found.n


def test_every_row_of_the_trials_has_the_names_of_all():
    found = sequential(sample_cohort(), "rfs")
    [chart] = rate_pictures.ratio_forest(found, "x")
    assert set(sizes(found, chart)) == {found.n}


def test_a_density_has_the_names_of_those_who_had_such_an_infection():
    found = infection_density(sample_cohort(by="product"))
    [chart] = rate_pictures.densities(found, "x")
    rows = found.patients[found.patients["N"] > 0]
    had = rows.groupby([rows["CLASS"] + ":" + rows["PERIOD"], "GROUP"])["USUBJID"].nunique()
    label = {group.code: group.label for group in found.strata}
    asked = zip(found.rows["outcome"], found.rows["strata"].map(label), strict=True)
    assert sizes(found, chart) == [had.get(pair, 0) for pair in asked]


@pytest.mark.parametrize("filters", [{}, {"sex": ("F",)}])
def test_a_bar_of_the_flow_has_as_many_names_as_it_counts(filters):
    found = flow(sample_cohort(filters=filters))
    [chart] = rate_pictures.flow(found)
    assert sizes(found, chart) == list(found.stages["n"])


def test_a_cell_of_completeness_has_the_names_of_those_asked():
    found = completeness(sample_cohort())
    [chart] = monitoring.cells(found)
    assert sizes(found, chart) == list(found.cells["n"])


def test_a_cell_of_missing_values_has_the_names_of_those_in_whose_rows_something_is_missing():
    cohort = sample_cohort()
    found = missingness(cohort)
    [chart] = monitoring.cells(found)
    cells = list(zip(found.cells["row"], found.cells["column"], found.cells["n_event"], strict=True))
    for (variable, centre, rows), n in zip(cells, sizes(found, chart), strict=True):
        assert (n > 0) == (rows > 0) and n <= rows, (variable, centre)


def test_a_centre_of_the_funnel_has_as_many_names_as_it_counts():
    found = funnel(sample_cohort())
    [chart] = monitoring.funnel(found)
    counted = [len(behind(chart, found.patients, mark)) for mark in chart.frame["centres"].to_dict("records")]
    assert counted == list(found.points["n"])


def test_a_mark_that_is_not_drawn_any_more_stands_for_nobody():
    """Another option draws other rows: what was pressed before is none of them."""
    found = outcome_board(sample_cohort(), "product")
    [chart] = monitoring.board(found, "os_year")
    assert chart.narrowed(found.patients, {"strata": "A centre"}) is None
    assert chart.narrowed(found.patients, {}) is None


def test_who_may_see_no_names_gets_no_marks_to_press():
    found = replace(headline(sample_cohort()), behind=None)
    assert rate_pictures.rates(found)[0].picks == {}


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
