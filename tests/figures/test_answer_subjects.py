"""The answer line says what the picture shows: its rate, its outcomes, its visits, and nothing that is not drawn."""

from analyses.monitoring.follow_up_board import completeness
from analyses.status.board import board
from analyses.status.toxicity import toxicity_grades
from endpoints.toxicity import TOXICITY
from figures.answer import answer_line
from tests.analyses.cohorts import sample_cohort


def test_the_month_3_board_says_the_share_that_is_drawn():
    line = answer_line(board(sample_cohort(), "centre"), "Response assessment at month 3")
    assert line.startswith(
        "Done in the window, of due: from 56 % (35-75) (C07) to 85 % (68-95) (C08) over 8 groups; chi-square p = 0.052,"
    )


def test_a_schedule_says_its_first_assessment_at_the_visits_that_most_were_due_at():
    line = answer_line(completeness(sample_cohort()), "Completeness of the assessments due")
    assert line == (
        "Done in the window, of those not ended or treated before: "
        "MRD at day 28 88 % (85-91), month 3 87 % (83-90), month 6 84 % (80-88)."
    )


def test_grade_3_or_more_comes_first():
    crs = TOXICITY["CRS"]
    alone = answer_line(toxicity_grades(sample_cohort(), crs, "ASTCT"), "CRS: maximum grade")
    assert alone.startswith("Grade ≥ 3, of assessed 57/478, 12 % (9-15); any grade, of assessed 369/485, 76 % (72-80);")
    by_product = answer_line(toxicity_grades(sample_cohort(by="product"), crs, "ASTCT"), "CRS: maximum grade")
    assert by_product.startswith("Grade ≥ 3, of assessed: from 1 % (0-6) (") and " to 20 % (15-27) (" in by_product
    icans = answer_line(toxicity_grades(sample_cohort(), TOXICITY["ICANS"], "ASTCT"), "ICANS: maximum grade")
    assert icans.startswith("Grade ≥ 3, of assessed ") and "; any grade, of assessed " in icans
