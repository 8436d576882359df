"""The answer line says what the picture shows: its rate, its outcomes, its visits, and nothing that is not drawn."""

from dataclasses import replace

from analyses.monitoring.follow_up_board import completeness, follow_up_board
from analyses.monitoring.outcome_board import outcome_board
from analyses.status.board import board
from analyses.status.mrd import mrd_landmark
from analyses.status.response import transitions
from analyses.status.toxicity import toxicity_grades
from analyses.time_to_event.after_transplant import after_transplant
from analyses.time_to_event.deaths import deaths_by_cause
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.infections import ENDPOINTS, infection
from analyses.time_to_event.relapse import relapse_split
from analyses.time_to_event.subgroups import month_by_subgroup
from analyses.time_to_event.two_by_two import bca_by_mrd
from endpoints.catalogue import BCA, OS
from endpoints.deaths import BY_CAUSE
from endpoints.relapse import BY_ESCAPE, NRM_CAUSES
from endpoints.schedule import ASSESSMENT
from endpoints.toxicity import TOXICITY
from estimators.kaplan_meier import kaplan_meier
from figures.answer import answer_line
from figures.pictures import as_stack, incidences, stacked
from tests.analyses.cohorts import row, sample_cohort

MRD_D28 = ASSESSMENT["mrd"].visit["D28"]


def test_the_month_3_board_says_the_share_that_is_drawn():
    line = answer_line(board(sample_cohort(), "centre"), "Response assessment at month 3")
    assert line.startswith(
        "Done in the window, of all due (ended or treated before included): from 56 % (95 % CI 35-75) for C07 to 85 % "
        "(68-95) for C08 over 8 groups; "
        "chi-square p = 0.052,"
    )


def test_a_schedule_says_its_first_assessment_at_the_visits_that_most_were_due_at():
    line = answer_line(completeness(sample_cohort()), "Completeness of the assessments due")
    assert line == (
        "Done in the window, of those not ended or treated before: "
        "MRD 88 % (95 % CI 85-91) at day 28, 87 % (83-90) at month 3, 84 % (80-88) at month 6."
    )


def test_the_follow_up_board_says_the_rate_of_all_due_and_that_of_completeness():
    """The same words have the same number on both tabs."""
    sample = sample_cohort()
    line, other = answer_line(follow_up_board(sample, "mrd", "M3"), ""), answer_line(completeness(sample), "")
    assert line.startswith("Done in the window, of all due (ended or treated before included): 350/478, 73 % (95 % CI ")
    assert "; of those not ended or treated before: 350/403, 87 % (83-90)." in line
    assert other.startswith("Done in the window, of those not ended or treated before: ")
    assert " 87 % (83-90) at month 3" in other


def test_grade_3_or_more_comes_first():
    crs = TOXICITY["CRS"]
    alone = answer_line(toxicity_grades(sample_cohort(), crs, "ASTCT"), "CRS: maximum grade")
    assert alone.startswith(
        "Grade ≥ 3, of assessed with known grade: 57/478, 12 % (95 % CI 9-15); any grade, of all assessed: 369/485, "
        "76 %"
    )
    by_product = answer_line(toxicity_grades(sample_cohort(by="product"), crs, "ASTCT"), "CRS: maximum grade")
    assert (
        by_product.startswith("Grade ≥ 3, of assessed with known grade: from 1 % (95 % CI 0-6) for ")
        and " to 20 % (15-27) for " in by_product
    )
    icans = answer_line(toxicity_grades(sample_cohort(), TOXICITY["ICANS"], "ASTCT"), "ICANS: maximum grade")
    assert icans.startswith("Grade ≥ 3, of assessed with known grade: ") and "; any grade, of all assessed: " in icans


def test_missing_data_and_few_patients_are_no_end_of_a_range():
    sample = sample_cohort()
    quarters = answer_line(board(sample, "quarter"), "Response assessment at month 3")
    assert "from 50 % (95 % CI 26-74) for 2025 Q2 to 93 % (66-100) for 2020 Q3 over 26 groups of 10 or more" in quarters
    assert " to 68 % (62-74) for Day 28: CR over 5 groups of 10 or more; " in answer_line(transitions(sample), "")
    forest = month_by_subgroup(sample, OS, 12)
    assert "Unknown (as recorded)" in set(forest.rows["label"]) and "Unknown" not in answer_line(forest, "OS")


def test_a_group_with_few_at_risk_at_the_month_is_no_end_of_a_range():
    found = estimate_endpoint(sample_cohort(by="product"), BCA, kaplan_meier)
    assert answer_line(found, "Ongoing B-cell aplasia").startswith(
        "At 12 months from infusion, ongoing B-cell aplasia: from 50 % (95 % CI 31-66) for obecabtagene autoleucel "
        "to 50 % (40-60) for tisagenlecleucel over 2 groups of 10 or more at risk; log-rank p < 0.001,"
    )


def test_where_every_group_has_few_the_range_says_how_many():
    found = board(sample_cohort(), "centre")
    line = answer_line(replace(found, rates=found.rates.assign(n=9)), "Response assessment at month 3")
    assert "from 56 % (95 % CI 35-75), n = 9 for C07 to 85 % (68-95), n = 9 for C08 over 8 groups; " in line


def test_mrd_negative_stands_against_mrd_positive():
    found = mrd_landmark(sample_cohort(), "efs", MRD_D28, 0, "36")
    assert answer_line(found, "Event-free survival from day 45").startswith(
        "At 12 months from the landmark, event-free survival from day 45: 60 % (95 % CI 53-66) for MRD-negative, "
        "52 % (25-74) for MRD-positive; log-rank p = 0.471, no evidence of a difference (corrected for all pairs, Holm"
    )


def test_a_curve_that_stopped_before_the_month_gives_no_number_for_it():
    by_mrd = after_transplant(sample_cohort(), "os", "36", "status")
    line = answer_line(by_mrd, "Overall survival after transplant")
    assert "87 % (95 % CI 73-94) for MRD-negative, too few at risk at 12 months (n = 3) for MRD-positive; " in line
    assert row(by_mrd, strata="cr_mrd_positive", months=12)["estimate"] == 0.5  # the table keeps it
    line = answer_line(after_transplant(sample_cohort(), "rfs", "36", "why"), "Relapse-free survival")
    assert ", too few at risk at 12 months (n = 3) for " in line
    assert "other); no difference can be given: too few at risk at 12" in line
    cells = answer_line(bca_by_mrd(sample_cohort(), "36", True), "Relapse")
    assert (
        "6 % (95 % CI 3-12) for B-cell aplasia, MRD-negative (n = 121); no number for the other groups (too few at"
        in cells
    )


def test_a_stack_says_the_whole_and_its_largest_parts_and_nothing_that_is_not_drawn():
    sample = sample_cohort()
    causes = as_stack(relapse_split(sample, NRM_CAUSES, "36", "Months from infusion"), len(NRM_CAUSES.events))
    line = answer_line(causes, NRM_CAUSES.param)
    assert line.startswith("At 12 months from infusion, non-relapse mortality by cause: 8 % in all; heart or lung")
    assert "treatment failure" not in line and "relapse " not in line.partition(" in all; ")[2]
    deaths = answer_line(as_stack(deaths_by_cause(sample, "36"), len(BY_CAUSE.events)), BY_CAUSE.param)
    assert deaths.startswith("At 12 months from infusion, death by cause: 29 % in all; leukaemia 18 % (95 % CI 15-22);")
    assert "other cause" not in deaths and "unknown" not in deaths  # alive at 12 months: 71 %


def test_what_is_more_in_the_figure_is_what_is_drawn_and_not_named():
    found = relapse_split(sample_cohort(), BY_ESCAPE, "36", "Months from first remission")
    n_events = len(BY_ESCAPE.events)
    drawn = set(stacked(found, n_events)[0].frame["outcome"])
    assert answer_line(as_stack(found, n_events), "").endswith(f"; {len(drawn) - 3} more in the figure.")


def test_the_test_of_the_first_outcome_is_not_told_of_another():
    found = relapse_split(sample_cohort(by="product"), NRM_CAUSES, "36", "Months from infusion")
    assert "Gray" not in answer_line(as_stack(found, len(NRM_CAUSES.events)), "")


def test_the_outcome_board_says_the_range_of_the_centres_and_names_none():
    assert answer_line(outcome_board(sample_cohort(), "centre"), "") == (
        "Alive at 12 months: n = 509, 71 % (95 % CI 67-75); by centre from 66 % to 81 %, n 31 to 128; "
        "completeness of follow-up 90 %. This is no ranking."
    )


def test_what_competes_and_nobody_had_is_drawn_at_0_and_not_said():
    """Whoever dies of an infection has one before, as far as it is recorded."""
    found = infection(sample_cohort(), "any", "36")
    line = answer_line(found, "First infection")
    assert line.startswith(
        "At 12 months from infusion, infection: 39 % (95 % CI 35-43); death from another cause: 18 %"
    )
    drawn = set(incidences(found)[0].frame["strata"])
    assert {label.lower() for label in drawn} == {"infection", "infection-related death", "death from another cause"}
    assert "from its onset: how many die of one is told as infection-related mortality" in ENDPOINTS["any"].definition
