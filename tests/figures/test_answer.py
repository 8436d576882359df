"""The answer line says the numbers of the table, in a declared sentence, on every tab."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analyses.result import PROBABILITY, RISK_DIFFERENCE, Curves
from analyses.status.response import response
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.risk import risk_read_off
from analyses.time_to_event.survival import as_failure, survival
from analyses.words import percent
from endpoints.catalogue import CIR, OS
from endpoints.response import BEST
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from figures.answer import answer_line
from figures.directions import difference_words
from figures.pictures import curves
from figures.sentences import SENTENCES
from tests.analyses.cohorts import cohort, row, sample_cohort
from tests.every_tab import draw, every_tab

DOCUMENT = Path(__file__).parents[2] / "docs" / "answers.md"


def said(found, what="Overall survival"):
    return answer_line(found, what)


def test_of_one_group_it_gives_the_number_with_its_interval_and_the_median():
    found = survival(sample_cohort(), OS, "36", "log-log")
    at = row(found, months=12)
    number = percent(at["estimate"], at["conf_low"], at["conf_high"]).replace("(", "(95 % CI ")
    assert said(found).startswith(f"At 12 months from infusion, overall survival: {number}; median ")


def test_of_two_groups_it_gives_the_difference_with_its_interval_and_what_that_means():
    found = survival(sample_cohort(by="sex"), OS, "36", "log-log")
    [difference] = [
        r for r in found.comparison.rows.to_dict("records") if r["measure"] == "difference" and r["months"] == 12
    ]
    line = said(found)
    assert f"; {difference_words(difference, 'Male', 'Female')}, no evidence of a difference" in line
    assert "Male is 4 percentage points higher than Female (4 lower to 12 higher)" in line
    assert "; hazard ratio " in line and line.endswith(" Not adjusted.")


def difference_at(found, month):
    rows = found.comparison.rows
    return rows[(rows["measure"] == "difference") & (rows["months"] == month)].iloc[0]


def test_a_probability_of_the_event_has_the_difference_of_the_other_sign():
    found = survival(sample_cohort(by="sex"), OS, "36", "log-log")
    turned = as_failure(found)
    for month in (3, 12, 24):
        one, other = (difference_at(result, month) for result in (found, turned))
        assert other["estimate"] == -one["estimate"]
        assert (other["conf_low"], other["conf_high"]) == (-one["conf_high"], -one["conf_low"])
        sides = {code: row(turned, months=month, strata=code)["estimate"] for code in ("female", "male")}
        assert other["estimate"] == pytest.approx(sides["male"] - sides["female"], abs=1e-12)


def test_of_more_groups_it_gives_the_range_and_the_test():
    found = survival(sample_cohort(by="product"), OS, "36", "log-log")
    at = found.numbers[(found.numbers["measure"] == PROBABILITY) & (found.numbers["months"] == 12)]
    values = [percent(*numbers) for numbers in at.sort_values("estimate")[["estimate", "conf_low", "conf_high"]].values]
    line = said(found).replace("95 % CI ", "")
    assert line.index(values[0]) < line.index(values[-1]) and "log-rank p < 0.001, evidence of a difference" in line


def test_missing_is_no_group_of_a_range():
    found = response(sample_cohort(by="burden"), BEST)
    assert "Missing" in [group.label for group in found.strata] and "Missing" not in said(found, "Best response")


def test_outcomes_that_compete_stand_beside_one_another():
    line = said(estimate_endpoint(sample_cohort(), CIR, aalen_johansen, "36"), "Relapse")
    assert line.startswith("At 12 months from first remission, relapse: ") and "; death in remission: " in line


def test_rates_of_two_groups_have_their_difference():
    found = response(sample_cohort(by="sex"), BEST)
    [risk] = [
        r for r in found.comparison.rows.to_dict("records") if r["measure"] == RISK_DIFFERENCE and r["outcome"] == "orr"
    ]
    assert difference_words(risk, "Male", "Female") in said(found, "Best response")
    assert "Male is 3 percentage points lower than Female (11 lower to 4 higher)" in said(found)


def test_where_nothing_can_be_given_it_says_why():
    found = estimate_endpoint(cohort(patients=("P06",)), OS, kaplan_meier, "36")
    assert said(found).startswith("Overall survival: no number can be given (") or "100 %" in said(found)
    empty = replace(found, numbers=found.numbers.assign(estimate=np.nan, reason="after_follow_up"))
    assert said(empty).startswith("Overall survival: no number can be given (not estimable")


def test_of_nobody_it_says_nothing():
    assert said(estimate_endpoint(cohort(filters={"age": (98, 99)}), OS, kaplan_meier, "36")) == ""


def is_curve(chart):
    return not isinstance(chart.frame, dict) and {"time", "estimate"} <= {*chart.frame}


@pytest.mark.parametrize("by", ["", "sex", "product"])
def test_every_figure_of_every_tab_has_an_answer_and_every_curve_says_it_with_its_numbers_at_risk(by):
    """What is not defined has its sentence instead. For those who do not see it, a curve is these numbers."""
    chosen = sample_cohort(by=by)
    drawn = [
        (page, tab.code, figure)
        for page, tab in every_tab()
        for figure in draw(tab, chosen, with_specs=False).figures
        if not figure.nobody
    ]
    assert [(page, tab, figure.title) for page, tab, figure in drawn if not figure.answer] == []
    found = [
        (page, tab, figure, chart)
        for page, tab, figure in drawn
        if isinstance(figure.result, Curves)
        for chart in filter(is_curve, figure.charts)
    ]
    said = [
        (page, tab, figure.alt(chart))
        for page, tab, figure, chart in found
        if not figure.alt(chart).startswith(figure.answer) or "At risk at months: " not in figure.alt(chart)
    ]
    assert len(found) > 30 and said == []


@pytest.mark.parametrize("by", ["", "sex"])
def test_the_numbers_at_risk_of_a_text_alternative_are_those_under_the_curve(by):
    found = survival(sample_cohort(by=by), OS, "36", "log-log")
    alt = curves(found, "Overall survival")[0].alt
    for group in found.strata:
        rows = found.risk[(found.risk["strata"] == group.code) & (found.risk["time"] % 12 == 0)]
        assert f"{group.label} {', '.join(f'{row.n_risk} at {row.time:g}' for row in rows.itertuples())}" in alt


def test_numbers_at_risk_read_off_a_curve_are_the_counted_ones():
    found = survival(sample_cohort(by="sex"), OS, "36", "log-log")
    counted = found.risk.set_index(["strata", "time"])["n_risk"]
    for at in risk_read_off(found.curve, (0, 3, 12, 33)).itertuples():
        assert at.n_risk == counted[at.strata, at.time]


def test_the_document_prints_every_sentence():
    """`python -m figures.sentences > docs/answers.md` writes it."""
    text = DOCUMENT.read_text("utf-8")
    for one in SENTENCES:
        assert f"| {one.when} | {one.words} | {one.example} |" in text
