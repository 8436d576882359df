"""Weights, weighted curves, logistic regression and Holm's correction: identities, literal cases, refusals."""

import numpy as np
import pytest

from estimators.aalen_johansen import aalen_johansen
from estimators.cox import cox
from estimators.holm import holm
from estimators.interaction import rate_interaction, time_interaction
from estimators.kaplan_meier import kaplan_meier
from estimators.logistic import logistic
from estimators.reasons import FEW_EVENTS, NO_CONTRAST, ONE_GROUP, SEPARATED
from estimators.treatment_weights import balance_of, effective_number, treatment_weights
from estimators.weighted_curve import weighted_incidence, weighted_kaplan_meier

COHORTS = 500


def cohorts(seed, smallest=2, largest=40):
    """(rng, time, cause 0..2) of generated cohorts with ties."""
    rng = np.random.default_rng(seed)
    for _ in range(COHORTS):
        n = int(rng.integers(smallest, largest))
        yield rng, rng.integers(0, 25, n), rng.integers(0, 3, n)


def test_weights_of_one_give_the_unweighted_curves():
    for _, time, cause in cohorts(1):
        ours, plain = weighted_kaplan_meier(time, cause > 0, np.ones(len(time))), kaplan_meier(time, cause > 0)
        for name in plain:
            np.testing.assert_allclose(ours[name].astype(float), plain[name].astype(float), atol=1e-9, err_msg=name)
        ours, plain = weighted_incidence(time, cause, np.ones(len(time)), 2), aalen_johansen(time, cause, 2)
        np.testing.assert_allclose(ours["estimate"], plain["estimate"], atol=1e-12)


def test_a_common_factor_of_the_weights_changes_neither_curve_nor_error_nor_ratio():
    for rng, time, cause in cohorts(2):
        weight = rng.uniform(0.2, 3, len(time))
        one, two = (weighted_kaplan_meier(time, cause > 0, weight * factor) for factor in (1, 7.5))
        for name in ("estimate", "std_err"):
            np.testing.assert_allclose(one[name], two[name], atol=1e-12)


def test_a_patient_of_weight_two_counts_as_two():
    curve = weighted_kaplan_meier([5, 8, 10], [1, 0, 1], [2, 1, 1])
    assert curve["estimate"].tolist() == pytest.approx([1, 0.5, 0.5, 0])
    assert curve["n_risk"].tolist() == [3, 3, 2, 1]


def test_weights_balance_what_they_are_made_of():
    rng = np.random.default_rng(3)
    for _ in range(COHORTS):
        x = np.column_stack([rng.normal(size=200), rng.random(200) < 0.4])
        group = (rng.random(200) < 1 / (1 + np.exp(-0.5 * x[:, 0]))).astype(int)
        weight = treatment_weights(x, group).weight
        means = [np.average(x[group == g], axis=0, weights=weight[group == g]) for g in (0, 1)]
        score = logistic(x, group).probability[:, 1]
        assert abs((group - score).sum()) < 1e-6  # what the maximum promises
        assert np.abs(means[0] - means[1]).max() < np.abs(x[group == 0].mean(0) - x[group == 1].mean(0)).max() + 0.2


def test_weights_without_covariates_are_one():
    found = treatment_weights(np.zeros((6, 0)), [0, 0, 0, 1, 1, 2])
    assert found.weight.tolist() == pytest.approx([1] * 6)
    assert found.effective == pytest.approx((3, 2, 1))


def test_three_groups_of_one_yes_no_covariate_get_the_weights_of_their_shares():
    x = np.array([0, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0])[:, None]
    group = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    shares = [(group[x[:, 0] == v] == g).mean() for v, g in zip(x[:, 0], group, strict=True)]
    assert treatment_weights(x, group).weight == pytest.approx((1 / 3) / np.array(shares))


def test_balance_is_zero_between_equal_groups_and_known_by_hand():
    x, group = np.array([[1.0], [3.0], [2.0], [4.0]]), [0, 0, 1, 1]
    assert balance_of(x, group) == pytest.approx([1 / np.sqrt(2)])
    assert balance_of(np.tile([[1.0], [3.0]], (2, 1)), group) == pytest.approx([0])
    assert np.isnan(balance_of(np.array([[1.0], [1.0], [2.0], [2.0]]), group)).all()
    assert np.isnan(balance_of(x, [0, 0, 0, 1])).all()
    assert effective_number(np.array([1.0, 3.0])) == pytest.approx(1.6)


def test_groups_that_a_covariate_tells_apart_have_a_reason_and_no_weights():
    found = treatment_weights(np.array([[1.0], [2.0], [3.0], [4.0]]), [0, 0, 1, 1])
    assert found.reason == SEPARATED and np.isnan(found.weight).all() and "apart" in found.sentence()
    assert logistic(np.ones((4, 1)), [0, 0, 1, 1]).reason == NO_CONTRAST
    assert logistic(np.ones((4, 1)), [0, 0, 0, 0]).reason == ONE_GROUP
    with pytest.raises(ValueError, match="finite"):
        logistic([[np.nan], [1]], [0, 1])


def test_a_covariate_without_effect_leaves_the_ratio():
    """A covariate that every pair of otherwise equal patients has once as 0 and once as 1, in a model with Breslow's
    ties, tells nothing, and neither does a weight that is the same for all."""
    rng = np.random.default_rng(4)
    for _ in range(COHORTS):
        n = int(rng.integers(15, 30))
        time, group = rng.integers(1, 400, n), rng.integers(0, 2, n)
        event = np.ones(n, bool)
        twice = [np.tile(values, 2) for values in (time, event, group)]
        noise, start = np.repeat([0, 1], n), np.zeros(2 * n, int)
        alone = cox(start, twice[0], twice[1], twice[2], ties="breslow")
        if alone.reason:
            continue
        beside = cox(start, twice[0], twice[1], np.column_stack([twice[2], noise]), ties="breslow")
        assert beside.coef == pytest.approx([alone.coef[0], 0], abs=1e-6)
        weighted = cox(start, *twice, weight=np.full(2 * n, 2.5), ties="breslow")
        assert weighted.coef == pytest.approx(alone.coef, abs=1e-8)


def test_a_weight_that_is_not_above_zero_is_refused():
    for weight in ([1, 0, 1], [1, -1, 1], [1, np.nan, 1]):
        with pytest.raises(ValueError, match="weight must be above 0"):
            cox([0, 0, 0], [1, 2, 3], [1, 1, 1], [0, 1, 0], weight=weight)
        with pytest.raises(ValueError, match="weight must be above 0"):
            weighted_kaplan_meier([1, 2, 3], [1, 1, 1], weight)


def test_holm_is_never_below_the_raw_p_value_and_never_above_bonferroni():
    rng = np.random.default_rng(5)
    for _ in range(COHORTS):
        p = rng.random(int(rng.integers(1, 12))) ** 3
        p[rng.random(len(p)) < 0.1] = np.nan
        corrected, known = holm(p), ~np.isnan(p)
        assert (corrected[known] >= p[known]).all() and (
            corrected[known] <= np.minimum(p[known] * known.sum(), 1)
        ).all()
        assert np.array_equal(np.isnan(corrected), np.isnan(p))
        order = np.argsort(p[known], kind="stable")
        assert (np.diff(corrected[known][order]) >= 0).all()
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.1, 1.2])


def test_an_interaction_is_found_where_the_effect_turns_and_not_where_it_is_one():
    rng = np.random.default_rng(6)
    group, level = rng.integers(0, 2, 600), rng.integers(0, 2, 600)
    start, event = np.zeros(600, int), np.ones(600, bool)
    turned = rng.exponential(np.where(group == level, 100, 300)).round().astype(int) + 1
    same = rng.exponential(np.where(group == 1, 100, 300)).round().astype(int) + 1
    assert time_interaction(start, turned, event, level, group).p_value < 1e-6
    assert time_interaction(start, same, event, level, group).p_value > 0.01
    assert time_interaction(start, same, event, group).p_value < 1e-6
    assert rate_interaction(turned > 150, level, group).p_value < 1e-6


def test_an_interaction_with_few_events_has_a_reason():
    found = time_interaction(np.zeros(8, int), np.arange(1, 9), np.ones(8), [0, 1] * 4, [0, 0, 1, 1] * 2)
    assert found.reason == FEW_EVENTS and found.sentence() == "no p-value: fewer than 5 events per level"
    assert rate_interaction([1, 0] * 4, [0, 1] * 4).reason == FEW_EVENTS
    assert time_interaction(np.zeros(8, int), np.arange(1, 9), np.ones(8), [0] * 8).df == 0
