"""For a paper: the paragraph that describes a figure, and the R code that computes it again from its patients."""

import json
import platform

import numpy as np
import pytest

from analyses.course.states import states
from analyses.result import PROBABILITY
from analyses.time_to_event.adjusted import ADJUSTED, GROUPS, UNADJUSTED
from analyses.time_to_event.survival import survival
from endpoints.catalogue import OS
from estimators.intervals import limits
from estimators.kaplan_meier import kaplan_meier
from figures.figure import figure_of
from figures.paragraph import paper
from tests.analyses.cohorts import cohort, sample_cohort
from tests.figures.paper import FOUND, figures, read_by_r

NAMES = ("os", "cir", "efs_adjusted")
STORED = json.loads(FOUND.read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_the_code_and_the_file_are_those_that_r_was_given(name):
    """A change of either: look at it, and run python -m tests.figures.paper."""
    assert paper(figures()[name][0])[1] == STORED[name]["r_call"]
    assert read_by_r(name) == STORED[name]["patients"]


def numbers_of(result, outcome):
    """estimate, conf_low, conf_high (3, 6) at months 3, 6, 12 of two groups."""
    rows = result.numbers[(result.numbers["measure"] == PROBABILITY) & result.numbers["months"].isin([3, 6, 12])]
    rows = rows[rows["outcome"] == outcome]
    return rows[["estimate", "conf_low", "conf_high"]].to_numpy(float).T


def test_r_finds_the_survival_of_the_figure_from_the_patients_alone():
    result, r = figures()["os"][1], np.array(STORED["os"]["numbers"], float)
    np.testing.assert_allclose(numbers_of(result, "OS"), r[:18].reshape(3, 6), atol=1e-8)
    assert result.test.statistic == pytest.approx(r[18], abs=1e-8)


def test_r_finds_the_incidences_of_the_figure_from_the_patients_alone():
    result, r = figures()["cir"][1], np.array(STORED["cir"]["numbers"], float)
    estimate, variance = r[:12].reshape(2, 6), r[12:24].reshape(2, 6)
    for place, outcome in enumerate(result.outcomes):
        low, high = limits("log-log", estimate[place], np.sqrt(variance[place]))
        np.testing.assert_allclose(numbers_of(result, outcome.code), [estimate[place], low, high], atol=1e-8)
    assert result.test.p_value == pytest.approx(r[24], abs=1e-8)


def test_r_finds_the_adjusted_ratios_of_the_figure_from_the_patients_alone():
    result, r = figures()["efs_adjusted"][1], np.array(STORED["efs_adjusted"]["numbers"], float)
    columns = ["estimate", "conf_low", "conf_high"]
    rows = result.rows[result.rows["model"] == ADJUSTED.code][columns].to_numpy(float)
    np.testing.assert_allclose(rows.T.ravel(), r[: rows.size], atol=1e-6)
    plain = result.rows[(result.rows["model"] == UNADJUSTED.code) & (result.rows["factor"] == GROUPS)]
    np.testing.assert_allclose(plain[columns].to_numpy(float).ravel(), r[rows.size :], atol=1e-6)


def test_a_paragraph_names_patients_groups_definition_estimator_test_and_software():
    words, _ = paper(figures()["os"][0])
    for part in (
        "Overall survival by product: 80 of 80 infused patients were analysed (synthetic data)",
        "Excluded: nobody.",
        "Compared by product: brexucabtagene autoleucel (n = 40), tisagenlecleucel (n = 40).",
        "Death from any cause",
        "Kaplan-Meier estimate with Greenwood standard error",
        "Log-rank test",
        f"Python {platform.python_version()}, numpy ",
        "The numbers can be computed again in R from the file of patients.",
    ):
        assert part in words


def test_a_paragraph_of_an_adjusted_comparison_says_that_p_values_are_not_corrected():
    words, _ = paper(figures()["efs_adjusted"][0])
    assert "p-values are those of the ratios and not corrected for one another" in words


def test_figures_that_the_patients_do_not_hold_have_a_paragraph_and_no_code():
    result = states(sample_cohort(), 36)
    paragraph, code = paper(figure_of(result, "States", code="states"))
    assert paragraph and not code and "computed again in R" not in paragraph


def test_a_figure_of_nobody_has_neither():
    result = survival(cohort(filters={"age": (99, 100)}), OS, "36", "log-log")
    figure = figure_of(result, "Overall survival", code="os", method=kaplan_meier)
    assert figure.n == 0 and paper(figure) == ("", "")
