"""Sequential trials: who takes part by hand, weights of a covariate without effect, gates, large cohorts."""

import numpy as np
import pytest

from estimators.cox import cox
from estimators.reasons import FEW_PATIENTS, FEW_PER_COVARIATE
from estimators.sequential_trials import sequential_trials

NEVER = np.inf


def generated(rng, n=80):
    opens = rng.integers(20, 60, n)
    time = opens + rng.integers(1, 300, n)
    change = np.where(rng.random(n) < 0.5, opens + rng.integers(0, 120, n), NEVER)
    closes = np.where(rng.random(n) < 0.3, opens + rng.integers(1, 200, n), NEVER)
    change = np.where(change >= closes, NEVER, change)
    return opens, closes, time, rng.random(n) < 0.6, change


def test_four_patients_by_hand():
    """Transplants on days 40 and 70. On day 40: A is transplanted, B, C eligible; D (remission on day 50) is not yet.
    On day 70: B is transplanted, D eligible, C relapsed on day 60."""
    opens, closes = [30, 30, 30, 50], [NEVER, NEVER, 60, NEVER]
    found = sequential_trials(opens, closes, [200, 150, 90, 300], [1, 0, 1, 1], [40, 70, NEVER, NEVER])
    told = zip(*(found.rows[name].tolist() for name in ("patient", "trial", "stop", "event", "exposed")), strict=True)
    assert sorted(told) == [
        (0, 40, 160, True, True),
        (1, 40, 30, False, False),  # leaves on the day of its own transplant
        (1, 70, 80, False, True),
        (2, 40, 50, True, False),  # the death after relapse stays in its trial
        (3, 70, 230, True, False),
    ]
    assert (found.trials, found.entries, found.every) == (2, 5, 1)
    assert found.effect.reason == FEW_PATIENTS and found.effect.n == (3, 2)


def test_an_event_on_the_day_of_the_exposure_is_one_of_the_not_exposed():
    found = sequential_trials([0, 0], [NEVER, NEVER], [40, 90], [1, 0], [40, 30])
    assert found.rows["exposed"].tolist() == [False, True] and found.rows["event"].tolist() == [True, False]


def test_one_day_for_all_is_the_cox_model_of_two_groups():
    rng = np.random.default_rng(1)
    for _ in range(500):
        n = 60
        time, event, exposed = rng.integers(11, 200, n), rng.random(n) < 0.8, rng.random(n) < 0.5
        change = np.where(exposed, 10, NEVER)
        found = sequential_trials(np.zeros(n, int), np.full(n, NEVER), time, event, change).effect
        if found.reason:
            continue
        fit = cox(np.zeros(n, int), time - 10, event, exposed, cluster=np.arange(n))
        assert (found.hazard_ratio, found.conf_low) == pytest.approx((fit.hazard_ratio[0], fit.conf_low[0]))


def test_covariates_without_effect_leave_the_weights_at_one():
    """Every patient stands twice in the data, once with 0 and once with 1: the covariate says nothing of transplant."""
    rng = np.random.default_rng(2)
    for _ in range(100):
        people = [np.tile(values, 2) for values in generated(rng, 40)]
        plain, weighted = sequential_trials(*people), sequential_trials(*people, np.repeat([0.0, 1.0], 40))
        if weighted.effect.reason:
            continue
        assert weighted.rows["weight"] == pytest.approx(np.ones(len(weighted.rows["weight"])), abs=1e-8)
        assert weighted.effect.hazard_ratio == pytest.approx(plain.effect.hazard_ratio, rel=1e-6)


def test_few_beginnings_a_covariate_give_no_weighted_ratio():
    rng = np.random.default_rng(3)
    people = generated(rng)
    found = sequential_trials(*people, rng.normal(size=(80, 9)))
    assert found.effect.reason == FEW_PER_COVARIATE and np.isnan(found.effect.hazard_ratio)
    assert not sequential_trials(*people).effect.reason


def test_of_too_many_rows_every_kth_trial_is_taken():
    people = generated(np.random.default_rng(4), 200)
    whole, thinned = sequential_trials(*people), sequential_trials(*people, max_rows=1000)
    assert whole.every == 1 and thinned.every > 1 and thinned.entries <= 1200
    assert thinned.trials == int(np.ceil(whole.trials / thinned.every))


def test_missing_days_are_refused():
    with pytest.raises(ValueError, match="never"):
        sequential_trials([0], [np.nan], [5], [1], [NEVER])


def test_nobody_begins():
    found = sequential_trials([0] * 30, [NEVER] * 30, [5] * 30, [1] * 30, [NEVER] * 30, np.zeros((30, 1)))
    assert found.trials == 0 and found.effect.reason == FEW_PATIENTS
