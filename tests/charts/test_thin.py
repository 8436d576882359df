"""Thinning draws the same picture."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charts.theme import MONTHS_BEYOND
from charts.thin import THIN_ABOVE, thin_steps

WIDTH, HEIGHT, X_MAX = 800, 400, 60
X_END = X_MAX * (1 + MONTHS_BEYOND)
VALUES = ["estimate", "conf_low", "conf_high"]


def curve(n: int, seed: int, strata: str = "A", censored: float = 0.3) -> pd.DataFrame:
    """A falling step curve of n rows over 0-70 months, whose band widens and narrows, with gaps in the band."""
    rng = np.random.default_rng(seed)
    estimate = np.cumprod(1 - rng.exponential(1.5 / n, n) * (rng.random(n) < 0.7))
    width = 0.2 * rng.random(n).cumsum() / n
    low = np.where(rng.random(n) < 0.01, np.nan, np.clip(estimate - width, 0, 1))
    return pd.DataFrame(
        {
            "time": np.sort(rng.choice(np.arange(70 * 300), n, replace=False)) / 300,
            "estimate": estimate,
            "conf_low": low,
            "conf_high": np.clip(estimate + width, 0, 1),
            "n_risk": np.arange(n, 0, -1),
            "n_censor": (rng.random(n) < censored).astype(int),
            "strata": strata,
        }
    )


def drawn_at(frame: pd.DataFrame, times: np.ndarray) -> np.ndarray:
    """The values of a step-after curve at given times; a missing value is -1, far from every other."""
    rows = np.searchsorted(frame["time"].to_numpy(), times, side="right") - 1
    return frame[VALUES].fillna(-1).to_numpy()[rows]


def times_leaving_a_pixel_column(frame: pd.DataFrame) -> np.ndarray:
    """The last time in each pixel column of the axis: what the curve is worth there, it is worth up to the next."""
    inside = frame["time"][frame["time"] < X_END]
    return inside.groupby(np.floor(inside / X_END * WIDTH)).last().to_numpy()


def pixels(frame: pd.DataFrame) -> set[tuple[float, float]]:
    """The pixels on which a censor tick stands, inside the axis."""
    rows = frame[(frame["n_censor"] > 0) & (frame["time"] < X_END)]
    return set(zip(np.floor(rows["time"] / X_END * WIDTH), np.floor(rows["estimate"] * HEIGHT), strict=True))


@settings(max_examples=40, deadline=None)
@given(n=st.integers(THIN_ABOVE + 1, 9000), seed=st.integers(0, 2**32 - 1), censored=st.sampled_from([0, 0.02, 1]))
def test_the_thinned_curve_is_within_a_pixel_of_the_full_one_everywhere(n, seed, censored):
    full = curve(n, seed, censored=censored)
    thin = thin_steps(full, X_MAX, WIDTH, HEIGHT)
    leaving = times_leaving_a_pixel_column(full)
    assert np.abs(drawn_at(full, leaving) - drawn_at(thin, leaving)).max() < 1 / HEIGHT
    assert pixels(thin) == pixels(full)


@settings(max_examples=20, deadline=None)
@given(n=st.integers(THIN_ABOVE + 1, 5000), seed=st.integers(0, 2**32 - 1))
def test_kept_rows_are_rows_of_the_curve_unchanged_and_in_order(n, seed):
    full = curve(n, seed)
    thin = thin_steps(full, X_MAX, WIDTH, HEIGHT)
    pd.testing.assert_frame_equal(thin, full.loc[thin.index])
    assert thin.index.is_monotonic_increasing
    assert {full.index[0], full.index[-1]} <= set(thin.index)


def test_a_long_curve_becomes_short():
    assert len(thin_steps(curve(20_000, 1), X_MAX)) < 2000
    assert len(thin_steps(curve(20_000, 1, censored=0), X_MAX)) <= 802


def test_curves_of_up_to_500_rows_are_returned_whole():
    full = curve(THIN_ABOVE, 2)
    pd.testing.assert_frame_equal(thin_steps(full, X_MAX), full)


def test_each_curve_is_thinned_by_itself_whatever_the_order_of_the_rows_between_curves():
    a, b, c = curve(3000, 3, "A"), curve(2500, 4, "B"), curve(10, 5, "C")
    together = thin_steps(pd.concat([a, b, c]).sort_values("time", kind="stable"), X_MAX)
    for strata, full in (("A", a), ("B", b), ("C", c)):
        alone = thin_steps(full, X_MAX)
        pd.testing.assert_frame_equal(together[together["strata"] == strata], alone)


def test_curves_are_told_apart_by_outcome_too():
    first, second = curve(900, 6).assign(outcome=1), curve(900, 7).assign(outcome=2)
    together = thin_steps(pd.concat([first, second], ignore_index=True), X_MAX)
    alone = [thin_steps(x, X_MAX) for x in (first, second)]
    assert together["time"].tolist() == pd.concat(alone)["time"].tolist()


@pytest.mark.parametrize("columns", [["time", "estimate", "conf_low", "conf_high", "n_censor", "strata"]])
def test_no_rows_stay_no_rows(columns):
    empty = pd.DataFrame({c: pd.Series(dtype=float) for c in columns})
    assert thin_steps(empty, X_MAX).empty
