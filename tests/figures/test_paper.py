"""For a paper: the paragraph that describes a figure, and the R code that computes it again from its patients."""

import json
import platform

import numpy as np
import pytest

from analyses.course.states import states
from analyses.result import DIFFERENCE, HAZARD_RATIO, MEAN_DIFFERENCE, PROBABILITY, PROPORTIONALITY
from analyses.time_to_event.adjusted import ADJUSTED, GROUPS, UNADJUSTED
from analyses.time_to_event.survival import survival
from endpoints.catalogue import OS
from estimators.kaplan_meier import kaplan_meier
from figures.figure import figure_of
from figures.paragraph import paper
from tests.analyses.cohorts import cohort, cohort_of, sample_cohort
from tests.figures.paper import FOUND, figures, people, read_by_r

NAMES = ("os", "cir", "response", "efs_adjusted")
LIMITS = ["estimate", "conf_low", "conf_high"]
STORED = json.loads(FOUND.read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_the_code_and_the_file_are_those_that_r_was_given(name):
    """A change of either: look at it, and run python -m tests.figures.paper."""
    assert paper(figures()[name][0])[1] == STORED[name]["r_call"]
    assert read_by_r(name) == STORED[name]["patients"]


def same(found, r):
    """Where we show a number; R goes on past the last day of a group."""
    shown = np.isfinite(found)
    assert shown.mean() > 0.5
    np.testing.assert_allclose(found[shown], r[shown], atol=1e-8)


def test_r_finds_the_survival_of_the_figure_from_the_patients_alone():
    result, r = figures()["os"][1], np.array(STORED["os"]["numbers"], float)
    found = result.numbers[result.numbers["measure"] == PROBABILITY]
    same(found[LIMITS].to_numpy(float).T, r[:30].reshape(3, 10))
    assert result.test.statistic == pytest.approx(r[30], abs=1e-8)


def test_r_finds_what_stands_beside_two_curves_from_the_patients_alone():
    result, r = figures()["os"][1], np.array(STORED["os"]["numbers"], float)
    rows = dict([*result.comparison.rows.groupby("measure")])
    same(rows[DIFFERENCE][LIMITS].to_numpy(float).T, r[31:46].reshape(3, 5))
    assert rows[MEAN_DIFFERENCE]["estimate"].item() == pytest.approx(r[46], abs=1e-8)
    np.testing.assert_allclose(rows[HAZARD_RATIO][LIMITS].to_numpy(float)[0], r[47:50], atol=1e-6)
    assert rows[PROPORTIONALITY]["p_value"].item() == pytest.approx(r[50], abs=1e-6)


def test_r_finds_the_incidences_of_the_figure_from_the_patients_alone():
    result, r = figures()["cir"][1], np.array(STORED["cir"]["numbers"], float)
    rows = [result.numbers[result.numbers["outcome"] == outcome.code] for outcome in result.outcomes]
    found = np.concatenate([part[LIMITS].to_numpy(float) for part in rows]).T
    same(found, r[:60].reshape(3, 20))
    assert result.test.p_value == pytest.approx(r[60], abs=1e-8)


def test_r_finds_the_rates_of_the_figure_and_their_test_from_the_patients_alone():
    result, r = figures()["response"][1], np.array(STORED["response"]["numbers"], float)
    rows = result.numbers[result.numbers["outcome"] == "orr"]
    np.testing.assert_allclose(rows[["n", "total", "share", "conf_low", "conf_high"]].to_numpy(float).ravel(), r[:20])
    assert len(rows) == 4 and result.homogeneity["p_value"].iloc[0] == pytest.approx(r[20], abs=1e-8)


def test_patients_whose_group_is_not_known_are_in_the_rates_and_in_no_test():
    code = STORED["response"]["r_call"]
    assert 'levels = c("CNS1", "CNS2", "CNS3", "Missing")' in code
    assert 'k <- droplevels(d[d$GROUP != "Missing", ])' in code and "chisq.test(table(k$GROUP, " in code


def test_what_has_too_few_events_to_be_shown_is_not_in_the_code():
    result = survival(cohort_of(*people(), by="product"), OS, "36", "log-log")
    code = paper(figure_of(result, "Overall survival", code="os", method=kaplan_meier))[1]
    assert result.comparison.rows.set_index("measure").loc[HAZARD_RATIO, "reason"]
    assert "coxph" not in code and "difference <- e[, 2] - e[, 1]" in code


def test_of_more_than_two_curves_the_pairs_that_have_a_test_are_tested_and_corrected():
    result = survival(cohort_of(*people(200), by="cns"), OS, "36", "log-log")
    code = paper(figure_of(result, "Overall survival", code="os", method=kaplan_meier))[1]
    assert "survdiff(Surv(AVAL, event) ~ GROUP, data = k)" in code
    tested, codes = result.pairs[result.pairs["reason"] == ""], [group.code for group in result.strata]
    pairs = [f"c({codes.index(a) + 1}, {codes.index(b) + 1})" for a, b in tested[["reference", "other"]].to_numpy()]
    assert 0 < len(pairs) < len(result.pairs) and f"pairs <- list({', '.join(pairs)})  # levels" in code


def test_r_finds_the_adjusted_ratios_of_the_figure_from_the_patients_alone():
    result, r = figures()["efs_adjusted"][1], np.array(STORED["efs_adjusted"]["numbers"], float)
    rows = result.rows[result.rows["model"] == ADJUSTED.code][LIMITS].to_numpy(float)
    np.testing.assert_allclose(rows.T.ravel(), r[: rows.size], atol=1e-6)
    plain = result.rows[(result.rows["model"] == UNADJUSTED.code) & (result.rows["factor"] == GROUPS)]
    np.testing.assert_allclose(plain[LIMITS].to_numpy(float).ravel(), r[rows.size :], atol=1e-6)


def test_a_paragraph_names_patients_groups_definition_estimator_test_and_software():
    words, _ = paper(figures()["os"][0])
    for part in (
        "Overall survival by sex: 80 of 80 infused patients were analysed (synthetic data)",
        "Excluded: nobody.",
        "Compared by sex: Female (n = 27), Male (n = 53).",
        "Death from any cause",
        "Kaplan-Meier estimate with Greenwood standard error",
        "Time counts in days from infusion; a month is 30.4375 days.",
        "Log-rank test",
        "Difference of two probabilities",
        "Hazard ratio of two arms by Cox regression (Efron) with Wald interval",
        "Proportional hazards: score test",
        f"Python {platform.python_version()}, numpy ",
        "The numbers can be computed again in R from the file of patients.",
    ):
        assert part in words


def test_a_paragraph_of_rates_says_which_classes_each_counts_and_which_are_tested():
    words, _ = paper(figures()["response"][0])
    assert "Counted as CR + CRi: CR, CRi." in words and "Rates (CR + CRi; CR), not single classes, were tested" in words
    assert "The numbers can be computed again in R from the file of patients." in words


def test_a_paragraph_names_another_interval_than_that_of_its_estimator():
    result = survival(cohort_of(*people(), by="sex"), OS, "36", "plain")
    words, code = paper(figure_of(result, "Overall survival", code="os", method=kaplan_meier))
    assert "Intervals of the curves are of type plain." in words and 'conf.type = "plain"' in code


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
