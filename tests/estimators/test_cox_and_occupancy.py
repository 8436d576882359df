"""Cox and state occupancy: identities with other estimators, and where nothing can be estimated."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.aalen_johansen import aalen_johansen
from estimators.cox import cox
from estimators.expected_time import expected_time
from estimators.kaplan_meier import kaplan_meier
from estimators.logrank import logrank
from estimators.occupancy import STAYS, occupancy
from estimators.reasons import AFTER_FOLLOW_UP, NO_CONTRAST, NO_EVENTS, ONE_SIDED

IDENTITIES = settings(max_examples=500, deadline=None, derandomize=True)


@st.composite
def stays(draw, states=4):
    """Patients who move upwards through states and are censored or end in the last one."""
    rows = []
    for patient in range(draw(st.integers(1, 12))):
        day, state = 0, 0
        while True:
            stop = day + draw(st.integers(1, 9))
            to = draw(st.sampled_from([STAYS, *range(state + 1, states)]))
            rows.append((patient, day, stop, state, to))
            if to in (STAYS, states - 1):
                break
            day, state = stop, to
    return pd.DataFrame(rows, columns=["patient", "start", "stop", "origin", "to"])


def of(rows, states=4):
    return occupancy(rows["start"], rows["stop"], rows["origin"], rows["to"], states)


def time_in(rows, horizon, states=4):
    return expected_time(rows["start"], rows["stop"], rows["origin"], rows["to"], states, horizon)


@IDENTITIES
@given(stays())
def test_occupancy_sums_to_one_on_every_day_and_stays_within_0_and_1(rows):
    curve = of(rows)
    assert curve.groupby("time")["estimate"].sum().to_numpy() == pytest.approx(1)
    assert curve["estimate"].between(-1e-12, 1 + 1e-12).all()


@IDENTITIES
@given(stays(states=2))
def test_with_one_absorbing_state_occupancy_is_one_minus_kaplan_meier_with_greenwoods_error(rows):
    curve, km = of(rows, 2), kaplan_meier(rows["stop"], rows["to"] == 1)
    dead = curve[curve["outcome"] == 2]
    assert dead["time"].tolist() == km["time"].tolist()
    assert dead["estimate"].to_numpy() == pytest.approx(1 - km["estimate"].to_numpy(), abs=1e-12)
    known = km["std_err"].notna().to_numpy()
    assert dead["std_err"].to_numpy()[known] == pytest.approx(km["std_err"].to_numpy()[known], abs=1e-9)


@IDENTITIES
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 2)), min_size=1, max_size=15))
def test_with_competing_absorbing_states_occupancy_is_the_cumulative_incidence(ends):
    time, cause = np.array(ends).T
    curve = occupancy(np.zeros(len(time)), time, np.zeros(len(time)), np.where(cause == 0, STAYS, cause), 3)
    incidence = aalen_johansen(time, cause, 2)
    for outcome in (1, 2):
        ours = curve.loc[curve["outcome"] == outcome + 1, "estimate"].to_numpy()
        theirs = incidence.loc[incidence["outcome"] == outcome, "estimate"].to_numpy()
        assert ours == pytest.approx(theirs, abs=1e-12)


@IDENTITIES
@given(stays())
def test_time_in_all_states_is_the_area_under_the_curves_and_adds_up_to_the_horizon(rows):
    curve = of(rows)
    horizon = curve["time"].max() - 0.5 * (curve["time"].max() > 1)
    found = time_in(rows, horizon)
    assert found["estimate"].sum() == pytest.approx(horizon)
    assert found["conf_low"].between(0, horizon).all() and found["conf_high"].between(0, horizon).all()
    for outcome, part in curve.groupby("outcome"):
        steps = part[part["time"] < horizon]
        gaps = np.diff(np.append(steps["time"].to_numpy(float), horizon))
        assert found["estimate"][outcome - 1] == pytest.approx((steps["estimate"].to_numpy() * gaps).sum())


@IDENTITIES
@given(stays(states=2))
def test_with_one_absorbing_state_the_time_before_it_is_the_restricted_mean_with_its_error(rows):
    """Klein & Moeschberger 4.5: the variance is the sum over days of (area to the right)^2 d / (Y (Y - d))."""
    km = kaplan_meier(rows["stop"], rows["to"] == 1)
    horizon = km["time"].max()
    found = time_in(rows, horizon, 2).iloc[0]
    areas = km["estimate"].to_numpy()[:-1] * np.diff(km["time"])
    right = np.append(np.cumsum(areas[::-1])[::-1], 0)
    d, n = km["n_event"].to_numpy(), km["n_risk"].to_numpy()
    held = (d > 0) & (n > d)
    assert found["estimate"] == pytest.approx(areas.sum())
    assert found["std_err"] ** 2 == pytest.approx((right[held] ** 2 * d[held] / (n * (n - d))[held]).sum(), abs=1e-9)


def test_beyond_the_last_follow_up_there_is_no_expected_time():
    found = expected_time([0], [5], [0], [STAYS], 4, 6)
    assert found[["estimate", "std_err", "conf_low", "conf_high"]].isna().all(axis=None)
    assert (found["reason"] == AFTER_FOLLOW_UP).all() and (found["reason_time"] == 5).all()


def test_nobody_has_no_occupancy_and_no_expected_time():
    assert occupancy([], [], [], [], 3).empty and expected_time([], [], [], [], 3, 12).empty


@pytest.mark.parametrize("row", [(5, 5, 0, 1), (0, 5, 0, 0), (0, 5, 3, 1), (0, 5, 0, 4), (-2, 5, 0, 1)])
def test_a_stay_that_cannot_be_is_refused(row):
    with pytest.raises(ValueError, match="must"):
        occupancy(*([value] for value in row), 3)


def test_a_stay_may_begin_before_day_0_so_that_a_move_on_day_0_is_one_of_somebody_at_risk():
    curve = occupancy([-1, 0, -1], [0, 10, 20], [0, 1, 0], [1, 2, STAYS], 3)
    assert curve.query("time == 0")["estimate"].tolist() == [0.5, 0.5, 0]
    assert expected_time([-1, 0, -1], [0, 10, 20], [0, 1, 0], [1, 2, STAYS], 3, 20)["estimate"].tolist() == [10, 5, 5]


def test_rows_may_come_in_any_order():
    rows = pd.DataFrame(
        {
            "patient": [0, 0, 1, 2, 3],
            "start": [0, 3, 0, 0, 0],
            "stop": [3, 7, 5, 3, 9],
            "origin": [0, 1, 0, 0, 0],
            "to": [1, 2, 2, STAYS, STAYS],
        }
    )
    pd.testing.assert_frame_equal(of(rows.sample(frac=1, random_state=1)), of(rows))
    x = [1.0, 0, 0, 1, 1]
    shuffled = rows.assign(x=x).sample(frac=1, random_state=2)
    assert cox(shuffled["start"], shuffled["stop"], shuffled["to"] > 0, shuffled["x"]).coef == pytest.approx(
        cox(rows["start"], rows["stop"], rows["to"] > 0, x).coef
    )


@IDENTITIES
@given(
    st.lists(
        st.tuples(st.integers(0, 15), st.booleans(), st.booleans()),
        min_size=4,
        max_size=20,
        unique_by=lambda row: row[0],
    )
)
def test_without_ties_the_score_test_is_the_mantel_byar_and_log_rank_test(rows):
    time, event, x = (np.array(column) for column in zip(*rows, strict=True))
    found, test = (
        cox(np.zeros(len(time)), time + 1, event, x.astype(float)),
        logrank(time + 1, event, x, min_n=0, min_events=0),
    )
    if not found.reason:
        assert found.score[0] == pytest.approx(test.statistic)


@pytest.mark.parametrize(
    ("start", "stop", "event", "x", "reason"),
    [
        ([0, 0, 0], [1, 2, 3], [0, 0, 0], [0, 1, 0], NO_EVENTS),
        ([0, 0, 0], [1, 2, 3], [1, 1, 0], [1, 1, 1], NO_CONTRAST),
        ([0], [3], [1], [1], NO_CONTRAST),
        ([0, 0, 0, 0], [1, 2, 3, 4], [1, 1, 0, 0], [1, 1, 0, 0], ONE_SIDED),
        ([0, 5], [5, 9], [0, 1], [0, 1], NO_CONTRAST),
    ],
)
def test_a_likelihood_without_a_maximum_is_a_reason_and_no_number(start, stop, event, x, reason):
    found = cox(start, stop, event, x)
    assert found.reason == reason and np.isnan(found.coef).all() and np.isnan(found.p_value).all()


def test_a_patient_who_changes_is_the_same_as_one_cut_in_more_pieces():
    whole = cox([0, 4, 0, 0, 0], [4, 9, 7, 3, 8], [0, 1, 1, 1, 0], [0, 1, 0, 1, 1])
    pieces = cox([0, 2, 4, 6, 0, 0, 0], [2, 4, 6, 9, 7, 3, 8], [0, 0, 0, 1, 1, 1, 0], [0, 0, 1, 1, 0, 1, 1])
    assert pieces.coef == pytest.approx(whole.coef) and pieces.se == pytest.approx(whole.se)


@pytest.mark.parametrize("bad", [dict(start=[2]), dict(stop=[-1]), dict(event=[2]), dict(x=[np.nan])])
def test_impossible_rows_are_refused(bad):
    given_ = dict(start=[0], stop=[1], event=[1], x=[1.0]) | bad
    with pytest.raises(ValueError, match="must"):
        cox(**given_)
