"""I01-I06, I10: what somebody who may see no small numbers can learn, whatever is asked in which order."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.coarse import FINEST, at_months
from analyses.cohort import Choice, choose
from analyses.counts import BASE, count_words, n_words, rows_words, shown_count
from analyses.course.flow import at_step, flow
from analyses.course.overview import headline
from analyses.course.states import states
from analyses.course.steps import steps
from analyses.course.tiles import tiles
from analyses.result import Curves, Refusal
from analyses.small_cells import FRAMES, _are_alike, shown
from analyses.status.density import infection_density
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.subgroups import month_by_subgroup
from endpoints.catalogue import EFS, OS, TTHSCT
from endpoints.flow import STEPS
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from figures.tiles import NOT_SHOWN, step_data
from tests.analyses.test_one_value import sample

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


def asked(smallest, by="product", **filters):
    return choose(replace(sample(), smallest=smallest), Choice(by=by, filters=filters))


ASKED = {
    "curve": (lambda one: estimate_endpoint(one, OS, kaplan_meier), ("numbers", "risk")),
    "incidence": (lambda one: estimate_endpoint(one, TTHSCT, aalen_johansen), ("numbers", "risk")),
    "forest at a month": (lambda one: month_by_subgroup(one, EFS, 12), ("rows",)),
    "headline": (headline, ("rows",)),
    "tiles": (tiles, ("rows", "years")),
    "states": (lambda one: states(one, 36), ("numbers", "expected")),
    "densities": (infection_density, ("rows",)),
}
KEYS = ("factor", "strata", "outcome", "measure", "months", "time", "period")


@pytest.mark.parametrize("of", ASKED)
def test_what_is_seen_is_the_exact_number_rounded_and_none_of_something_else(of):
    """A number that is coarse is still that number: of the same group and month, within five patients of it."""
    analysis, names = ASKED[of]
    exact, seen = (analysis(asked(smallest)) for smallest in (0, K))
    for name in names:
        keys = [key for key in KEYS if key in getattr(exact, name)]
        both = getattr(seen, name).merge(getattr(exact, name), on=keys, suffixes=("", "_exact"), validate="1:1")
        assert len(both) == len(getattr(seen, name)) > 0
        for count in {"n", "n_event", "n_risk"} & set(both):
            assert (both[count] - both[f"{count}_exact"]).abs().max() <= BASE / 2
        if "estimate" in both:
            size = both["n"] if "n" in both else both["n_event"]
            known = both["estimate_exact"].notna() & both["estimate"].notna()
            assert (known == both["estimate_exact"].notna()).all()
            off = (both["estimate"].astype(float) - both["estimate_exact"].astype(float)).abs().where(known, 0)
            of_one = both.get("measure", pd.Series("", both.index)).eq("median") * 1.0
            assert (off <= np.maximum(of_one, BASE / size.clip(lower=BASE)) + 0.05).all(), both[off > 0.1]


def test_i03_i05_a_probability_fits_several_counts_of_events_or_none_below_k():
    """Of a group of about n, whatever first events a curve has: what is shown fits no single count from 1 to 7."""
    curve = estimate_endpoint(asked(K), EFS, kaplan_meier).curve
    n = curve.groupby("strata")["n_risk"].transform("max").to_numpy(float)
    step = np.maximum(FINEST, BASE / n)
    for name in ("estimate", "conf_low", "conf_high"):
        left = curve[name].to_numpy(float) / step
        assert np.nanmax(np.abs(left - np.round(left))) * step.max() < 0.02 or (curve[name] == 1).any()
    for size in range(K, 60):
        coarse = max(FINEST, BASE / shown_count(size, K))
        fits = [events for events in range(size) if round(events / size / coarse) == 1]
        assert len(fits) > 1 or not set(fits) & set(range(1, K)), (size, fits)


def test_i05_states_are_read_at_months_and_not_where_few_are_followed():
    seen = states(asked(K), 36).curve
    assert (seen["time"] % 1 == 0).all() and not seen["faded"].any() and len(seen) < len(states(asked(0), 36).curve) / 4


def test_i04_a_rate_of_many_events_of_few_patients_is_hidden():
    cohort = choose(replace(sample(), smallest=60), Choice(by="centre"))
    n = cohort.members.groupby("GROUP")["USUBJID"].nunique()
    few, seen = set(n.index[n < 60]), infection_density(cohort)
    assert few and not few & set(seen.rows["strata"]) and len(seen.rows)


def test_i06_all_or_none_of_a_group_is_flagged():
    """Whoever knows that somebody is in the group knows it of them."""
    codes = {note.code for note in estimate_endpoint(asked(K, ""), OS, kaplan_meier).notes}
    assert "all_or_none" not in codes
    frame = pd.DataFrame({"n_event": [0, 20, 10], "n": [20, 20, 20]})
    assert [_are_alike(frame.iloc[[i]]) for i in range(3)] == [True, True, False]
    assert not _are_alike(pd.DataFrame({"n_event": [0], "n": [0]})) and not _are_alike(pd.DataFrame({"n": [5]}))
    assert "all_or_none" in {note.code for note in flow(asked(K, "")).notes}  # enrolled are all of the enrolled


def test_i01_a_step_with_few_patients_has_neither_a_number_nor_names():
    cohort = asked(K, "")
    assert all(at_step(cohort, step).n % BASE == 0 and at_step(cohort, step).patients.empty for step in STEPS)
    few = choose(replace(sample(), smallest=400), Choice())
    assert isinstance(at_step(few, STEPS[-1]), Refusal) or at_step(few, STEPS[-1]).n >= 400
    told = step_data(steps(flow(choose(replace(sample(), smallest=100), Choice()))))
    assert NOT_SHOWN in [one["n"] for one in told] and "0" not in [one["n"] for one in told]
    why = [one for step in step_data(steps(flow(cohort))) for one in (*step["why"], *step["losses"])]
    assert all(int(one.split()[0].replace(",", "")) % BASE == 0 for one in why)


def test_i02_a_refusal_tells_no_exact_number_of_those_left_out():
    hidden = estimate_endpoint(
        choose(replace(sample(), smallest=505), Choice(filters={"sex": ("female",)})), OS, kaplan_meier
    )
    assert isinstance(hidden, Refusal) and hidden.left_out.empty
    assert not isinstance(estimate_endpoint(asked(K), OS, kaplan_meier), Refusal)


def test_what_is_not_declared_of_a_result_has_no_row():
    seen = month_by_subgroup(asked(K), EFS, 12)
    assert seen.tests.empty and seen.patients.empty
    assert (
        isinstance(curve := estimate_endpoint(asked(K), OS, kaplan_meier), Curves)
        and curve.curve["std_err"].isna().all()
    )


@pytest.mark.parametrize(
    ("n", "beside", "of_rows"), [(0, "n = 0", "0"), (5, "n < 8", "fewer than 8"), (1203, "n = 1205", "about 1205")]
)
def test_a_count_beside_a_name_and_one_of_rows_are_hidden_and_rounded_alike(n, beside, of_rows):
    assert n_words(n, K) == beside and rows_words(n, K) == of_rows
    assert n_words(n, 0) == f"n = {n}" and rows_words(n, 0) == f"{n:,}"


def test_every_frame_that_is_shown_is_declared():
    for kind, names in FRAMES.items():
        assert set(names) <= set(kind.__dataclass_fields__), kind
