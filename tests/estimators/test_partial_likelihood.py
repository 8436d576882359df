"""The sums over risk sets of a covariate of few values: counted once, and the same as row by row."""

import numpy as np
import pytest

from estimators import partial_likelihood
from estimators.cox import cox
from estimators.fine_gray import fine_gray
from estimators.proportional_hazards import proportional_hazards

N = 300


def rows(seed: int) -> dict[str, np.ndarray]:
    """Start-stop rows with ties, late entry, weights, strata and patients with several rows."""
    rng = np.random.default_rng(seed)
    stop = 30 * rng.integers(1, 30, N)
    return {
        "start": np.where(rng.random(N) < 0.5, 0, rng.integers(0, 30, N)),
        "stop": stop,
        "event": rng.random(N) < 0.5,
        "x": rng.integers(0, 3, N).astype(float),
        "weight": rng.uniform(0.2, 3, N),
        "strata": rng.integers(0, 3, N),
        "cluster": rng.integers(0, N // 2, N),
    }


def numbers_of(seed: int, ties: str) -> np.ndarray:
    held = rows(seed)
    fits = [cox(**held, ties=ties), fine_gray(held["stop"], held["event"] * (1 + held["strata"] % 2), held["x"])]
    tested = proportional_hazards(held["start"], held["stop"], held["event"], held["x"], ties=ties)
    parts = [part for fit in fits for part in (fit.coef, fit.se, fit.log_likelihood, fit.score)]
    return np.concatenate([*parts, tested.statistic, tested.residuals["residual_1"]])


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_sums_over_few_values_are_the_sums_over_rows(ties, monkeypatch):
    for seed in range(5):
        monkeypatch.setattr(partial_likelihood, "FEW_VALUES", 8)
        found = numbers_of(seed, ties)
        monkeypatch.setattr(partial_likelihood, "FEW_VALUES", 0)
        np.testing.assert_allclose(found, numbers_of(seed, ties), rtol=1e-12, atol=1e-12)


def test_a_risk_set_is_counted_once_for_all_newton_steps(monkeypatch):
    """A comparison of two groups fits up to five models, of about five steps each."""
    counted = []
    sums = partial_likelihood.Sets.sums
    monkeypatch.setattr(partial_likelihood.Sets, "sums", lambda self, x: (counted.append(1), sums(self, x))[1])
    held = rows(1)
    cox(held["start"], held["stop"], held["event"], held["x"])
    assert len(counted) == 1
