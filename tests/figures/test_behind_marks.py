"""The patients behind a mark are as many as it counts, of every figure whose marks can be pressed."""

import json
from dataclasses import replace

import pytest

from analyses.cohort import Choice, choose
from analyses.course.flow import at_step, flow
from analyses.course.infusions import infusions
from analyses.course.overview import follow_up, headline
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
from analyses.time_to_event.after_transplant import after_transplant, dynamic_landmark
from analyses.time_to_event.estimands import estimands
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.recovery import recovery_landmark
from analyses.time_to_event.subgroups import month_by_subgroup
from analyses.time_to_event.survival import in_days
from analyses.time_to_event.time_dependent import by_transplant
from analyses.time_to_event.transplant import transplant_details, transplanted_by_subgroup
from analyses.time_to_event.trials import sequential
from analyses.time_to_event.weighted import weighted
from charts.picks import PICKED, pickable
from endpoints.catalogue import CIR, OS, TTHSCT
from endpoints.estimands import ESTIMANDS, QUESTION
from endpoints.flow import STEPS
from endpoints.response import STATUS_M3
from endpoints.rules import Rules
from endpoints.toxicity import CRS
from endpoints.visits import M3
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from figures import monitoring, pictures, rate_pictures
from tests.analyses.cohorts import sample, sample_cohort
from tests.analyses.test_recounts import dated, days, of
from tests.analyses.test_recounts import infusions as infusions_by_hand


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


CURVES = {
    "survival": lambda cohort: estimate_endpoint(cohort, OS, kaplan_meier, "all"),
    "relapse": lambda cohort: estimate_endpoint(cohort, CIR, aalen_johansen, "36"),
    "transplant": lambda cohort: estimate_endpoint(cohort, TTHSCT, aalen_johansen, "36"),  # delayed entry
    "follow-up": follow_up,
    "time-dependent": lambda cohort: by_transplant(cohort, "rfs", 90, "36"),
    "after transplant": lambda cohort: after_transplant(cohort, "os", "36"),
    "recovered at a landmark": lambda cohort: recovery_landmark(cohort, 183, "36", 5, True),
}


def check_numbers_at_risk(found):
    charts = pictures.incidences(found) if found.is_incidence else pictures.curves(found, "x")
    assert sizes(found, charts[-1]) == list(charts[-1].frame["n_risk"]) != []


@pytest.mark.parametrize("by", ["", "product"])
@pytest.mark.parametrize("kind", CURVES)
def test_a_number_at_risk_has_as_many_names_as_it_counts(kind, by):
    check_numbers_at_risk(CURVES[kind](sample_cohort(by=by)))


def test_a_number_at_risk_under_weighted_curves_is_of_the_patients_it_counts():
    check_numbers_at_risk(weighted(sample_cohort(by="sex"), OS, "36"))


@pytest.mark.parametrize("by", ["", "product"])
def test_a_number_at_risk_of_each_way_to_treat_a_transplant_has_its_names(by):
    found = estimands(sample_cohort(by=by), QUESTION["EFS"], ESTIMANDS[0].code, "36")
    charts = pictures.estimands(found, "x")[1::2]
    assert len(charts) == len(found.strata)
    for chart in charts:
        assert sizes(found, chart) == list(chart.frame["n_risk"])


def test_stacked_causes_have_the_names_of_the_whole_group():
    found = estimate_endpoint(sample_cohort(), CIR, aalen_johansen, "36")
    risk = pictures.stacked(pictures.as_stack(found, 1), 1)[-1]
    assert sizes(found, risk) == list(risk.frame["n_risk"])


def test_whose_the_numbers_at_risk_are_equals_a_recount_of_the_files():
    """Overall survival, from day 0: alive and in contact the day before."""
    found = estimate_endpoint(sample_cohort(), OS, kaplan_meier, "36")
    [risk] = pictures.curves(found, "x")[1:]
    for months in (0, 12, 36):
        expected = {who for who, day in last_days_by_hand().items() if day >= months * 30.4375}
        [group] = found.strata
        assert behind(risk, found.patients, {"strata": group.label, "time": months}) == expected


def last_days_by_hand():
    """Patient -> the day of death, else of the last contact."""
    ends = {}
    for who, (start, _) in infusions_by_hand().items():
        [patient] = of("patient")[who]
        died = patient["death_date"]
        ends[who] = days(start, died or max(day for day in dated()[who]))
    return ends


def test_what_is_not_a_number_at_risk_of_the_picture_opens_nobody():
    found = estimate_endpoint(sample_cohort(), OS, kaplan_meier, "36")
    [risk] = pictures.curves(found, "x")[1:]
    [group] = found.strata
    for mark in ({"strata": group.label}, {"strata": group.label, "time": 7}, {"strata": "x", "time": 12}, {}):
        assert risk.narrowed(found.patients, risk.behind(mark)) is None


def test_numbers_at_risk_of_counts_that_are_hidden_open_nobody():
    data = replace(sample(), smallest=5)
    found = estimate_endpoint(choose(data, Choice(Rules(), {}, "", ())), OS, kaplan_meier, "36")
    assert found.is_protected and all(not chart.picks for chart in pictures.curves(found, "x"))


def test_a_list_of_marks_names_each_once_and_knows_what_is_pressed():
    found = estimate_endpoint(sample_cohort(by="sex"), OS, kaplan_meier, "36")
    [risk] = pictures.curves(found, "x")[1:]
    told = [risk.words_of(mark) for mark in risk.marks()]
    assert len(set(told)) == len(told) == len(risk.frame)
    assert "Female, at risk at month 12" in told
    days_ = pictures.curves(in_days(found), "x")[1]
    assert "Female, at risk on day 365" in [days_.words_of(mark) for mark in days_.marks()]


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


def test_numbers_at_risk_are_pressed_and_not_the_names_beside_them():
    """Of a chart with a selection only the layer that has it answers the pointer."""
    found = estimate_endpoint(sample_cohort(), OS, kaplan_meier, "36")
    risk = pictures.curves(found, "x")[1]
    [layer] = [one for one in pickable(risk.spec, tuple(risk.picks))["layer"] if "params" in one]
    assert "n_risk" in json.dumps(layer["transform"])


@pytest.mark.parametrize("reading", ["os_year", "completeness"])
def test_the_selection_is_on_a_layer_that_can_have_one(reading):
    """The lines of the gates are a layer of layers."""
    [chart] = monitoring.board(outcome_board(sample_cohort(), "centre"), reading)
    layers = pickable(chart.spec, tuple(chart.picks))["layer"]
    [with_selection] = [layer for layer in layers if any(p["name"] == PICKED for p in layer.get("params", []))]
    assert "mark" in with_selection
