"""I01-I06, I08, I10: what somebody who may see no small numbers can learn, whatever is asked in which order."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.counts import BASE, count_words, shown_count
from analyses.small_cells import FRAMES, at_months, shown

K = 8


@pytest.mark.parametrize("n", range(14))
def test_i01_cells_around_the_threshold(n):
    seen = shown_count(n, K)
    assert (seen is None) == (0 < n < K)
    assert seen is None or (seen % BASE == 0 and abs(seen - n) <= BASE / 2)
    assert count_words(n, K) == {0: "0"}.get(n, "fewer than 8" if n < K else f"about {seen}")
    assert shown_count(n, 0) == n and count_words(n, 0) == str(n)


def test_i10_no_three_permitted_counts_tell_a_count_below_k_exactly():
    """Three groups of patients that filters can tell apart, every sum of them a permitted request: of all sizes that
    give the same three answers, none has a small count alone."""
    most = 23  # of a group; what might be larger is not judged, since all of it is not there
    sizes = np.array(list(itertools.product(range(most), repeat=3)))
    sums = [sizes[:, list(part)].sum(axis=1) for n in (1, 2, 3) for part in itertools.combinations(range(3), n)]
    answers = [np.array([-1 if (s := shown_count(int(n), K)) is None else s for n in one]) for one in sums]
    for asked in itertools.combinations(range(len(sums)), 3):
        said = pd.DataFrame({i: answers[i] for i in asked})
        group = said.groupby(list(asked)).ngroup().to_numpy()
        largest = pd.Series(sizes.max(axis=1)).groupby(group).max() < most - BASE
        for counted in sums:
            values = pd.Series(counted).groupby(group).agg(["min", "max"])
            alone = values[(values["min"] == values["max"]) & values["min"].between(1, K - 1) & largest]
            assert alone.empty, (asked, alone)


@st.composite
def classes(draw):
    """Classes that add up to their total, of one or two groups, as a result has them."""
    rows = []
    for stratum in ("A", "B")[: draw(st.integers(1, 2))]:
        counts = draw(st.lists(st.integers(0, 40), min_size=2, max_size=6))
        rows += [dict(strata=stratum, outcome=f"o{i}", n=n, total=sum(counts)) for i, n in enumerate(counts)]
    return pd.DataFrame(rows).assign(share=lambda f: f["n"] / f["total"].clip(lower=1), conf_low=0.0, conf_high=1.0)


@settings(max_examples=200, deadline=None)
@given(classes())
def test_i01_i02_i04_no_hidden_class_is_shown_or_follows_from_the_others(frame):
    seen = shown(frame, K)
    exact = frame.set_index(["strata", "outcome"])
    for row in seen.to_dict("records"):
        n, total = exact.loc[(row["strata"], row["outcome"]), ["n", "total"]]
        assert not 0 < n < K and not 0 < total - n < K and (n == 0 or row["n"] % BASE == 0)
        assert row["share"] != row["share"] or row["share"] == pytest.approx(min(row["n"], row["total"]) / row["total"])
    for stratum, rows in frame.groupby("strata"):
        hidden = rows[~rows["outcome"].isin(seen.loc[seen["strata"] == stratum, "outcome"])]
        left = rows[rows["n"] > 0].drop(hidden.index, errors="ignore")
        assert len(hidden) != 1 or left.empty, "one hidden class is the total less the others"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=8))
def test_i04_rates_of_few_are_not_shown_and_the_others_are_of_rounded_counts(pairs):
    frame = pd.DataFrame([dict(strata=str(i), n_event=min(p), n=max(p)) for i, p in enumerate(pairs)])
    frame = frame.assign(estimate=frame["n_event"] / frame["n"].clip(lower=1), conf_low=0.0, conf_high=1.0, reason="")
    seen = shown(frame, K)
    for row in seen.to_dict("records"):
        event, n = frame.loc[int(row["strata"]), ["n_event", "n"]]
        assert not 0 < event < K and not 0 < n < K and not 0 < n - event < K
        assert row["estimate"] != row["estimate"] or row["estimate"] == pytest.approx(
            min(row["n_event"], row["n"]) / row["n"]
        )


def test_i05_a_curve_is_read_at_months_and_does_not_say_who_left_when():
    curve = pd.DataFrame(
        dict(strata="A", time=[0, 3, 17, 29, 40, 61], estimate=[1.0, 0.99, 0.98, 0.97, 0.96, 0.95])
    ).assign(n_risk=[100, 99, 98, 97, 50, 20], n_event=1, n_censor=2, conf_low=0.9, conf_high=1.0)
    months = at_months(curve)
    assert months["time"].tolist() == [0, 30, 61, 91] and months["estimate"].tolist() == [1.0, 0.97, 0.96, 0.95]
    assert months["n_event"].sum() == 0 and months["n_censor"].sum() == 0


def test_every_frame_that_is_shown_is_declared():
    for kind, names in FRAMES.items():
        assert set(names) <= set(kind.__dataclass_fields__), kind
