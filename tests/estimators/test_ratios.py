"""Ratios of hazards beside a comparison: identities on generated cohorts, gates, and where there is none."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from estimators.cox import cox
from estimators.exposure_effect import exposure_effect
from estimators.fine_gray import fine_gray, incidence_effects
from estimators.gray import gray_test
from estimators.mantel_byar import mantel_byar
from estimators.piecewise_hazard_ratio import piecewise_hazard_ratio
from estimators.proportional_hazards import proportional_hazards
from estimators.reasons import DELAYED_ENTRY, FEW_EVENTS, FEW_PATIENTS, NO_CONTRAST, NO_EVENTS
from estimators.super_model import super_model

EXAMPLES = settings(max_examples=100, deadline=None, derandomize=True)
PATIENTS = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 2), st.booleans()), min_size=6, max_size=30)


def columns_of(rows):
    return [np.array(column) for column in zip(*rows, strict=True)]


def arms(n=24, censored=()):
    """time, event, exposed of n patients, every second exposed, an event a day but of the censored."""
    time = np.arange(1, n + 1)
    return time, ~np.isin(time, censored), time % 2 == 0


@EXAMPLES
@given(PATIENTS, st.sampled_from(["efron", "breslow"]))
def test_without_competing_events_fine_gray_is_cox(rows, ties):
    time, cause, x = columns_of(rows)
    event = cause == 1
    found = fine_gray(time, event.astype(int), x, ties=ties)
    fit = cox(np.zeros(len(time)), time, event, x, ties=ties, cluster=np.arange(len(time)))
    assert found.reason == fit.reason and found.n_event == fit.n_event
    for name in ("coef", "se", "hazard_ratio", "conf_low", "conf_high", "p_value", "log_likelihood"):
        assert getattr(found, name) == pytest.approx(getattr(fit, name), nan_ok=True), name


@EXAMPLES
@given(PATIENTS)
def test_fine_gray_solves_its_estimating_equation_written_out_by_patients(rows):
    time, cause, x = columns_of(rows)
    found = fine_gray(time, cause, x, ties="breslow")
    assume(not found.reason)

    def uncensored(day):  # just before the day, the dead of a day leaving before its censorings
        share = 1.0
        for u in sorted({t for t, c in zip(time, cause, strict=True) if c == 0 and t < day}):
            share *= 1 - ((time == u) & (cause == 0)).sum() / ((time > u) | ((time == u) & (cause == 0))).sum()
        return share

    gradient = 0.0
    for t, x_own in zip(time[cause == 1], x[cause == 1], strict=True):
        weight = np.array(
            [
                1.0 if s >= t else uncensored(t) / uncensored(s) if c == 2 else 0.0
                for s, c in zip(time, cause, strict=True)
            ]
        ) * np.exp(x * found.coef[0])
        gradient += x_own - (weight @ x) / weight.sum()
    assert gradient == pytest.approx(0, abs=1e-6)


@EXAMPLES
@given(PATIENTS)
def test_with_a_clear_effect_both_ratios_say_which_group_has_more(rows):
    time, cause, x = columns_of(rows)
    for outcome in (1, 2):
        specific, sub = incidence_effects(time, cause, x, outcome)
        assert specific.n == sub.n == (int((~x).sum()), int(x.sum())) and specific.events == sub.events
        assert (specific.reason in (FEW_PATIENTS, FEW_EVENTS)) == (sub.reason in (FEW_PATIENTS, FEW_EVENTS))


def test_both_ratios_stand_with_their_tests():
    time, _, exposed = arms(40)
    cause = np.where(time % 3 == 0, 2, 1)
    specific, sub = incidence_effects(time, cause, exposed)
    zero = np.zeros(40, int)
    assert specific == exposure_effect(zero, time, cause == 1, exposed)
    assert sub.p_value == gray_test(time, cause, exposed, min_n=0, min_events=0).p_value
    assert sub.hazard_ratio == fine_gray(time, cause, exposed).hazard_ratio[0]


def test_where_everybody_under_observation_had_just_entered_there_is_no_subdistribution_ratio_and_it_is_said():
    """The first patient has its event before anybody else enters: what it tells of later days is not known."""
    time, event, exposed = arms(40)
    entry = np.full(40, 5)
    time[0], event[0], entry[0] = -5, 1, 1
    specific, sub = incidence_effects(time + 9, event, exposed, entry=entry)
    assert specific.reason == "" and sub.reason == DELAYED_ENTRY and np.isnan(sub.hazard_ratio)
    words = "no test and no hazard ratio: on some day everybody under observation had just entered"
    assert sub.sentence() == words


def test_a_subdistribution_ratio_without_competing_events_is_coxs_with_delayed_entry_too():
    rng = np.random.default_rng(11)
    for _ in range(500):
        n = 30
        entry, event, x = rng.integers(0, 12, n), rng.random(n) < 0.7, rng.integers(0, 2, n)
        entry[:2] = 0
        time = np.maximum(entry + rng.integers(1, 60, n), 14)
        fit, plain = fine_gray(time, event.astype(int), x, 1, entry), cox(entry, time, event, x)
        assert fit.reason in (plain.reason, DELAYED_ENTRY)
        if not fit.reason:
            assert fit.coef == pytest.approx(plain.coef, abs=1e-8)


def test_the_gates_are_asked_before_the_subdistribution_ratio():
    time, event, exposed = arms(18)
    assert [effect.reason for effect in incidence_effects(time, event, exposed)] == [FEW_PATIENTS] * 2
    time, event, exposed = arms(40, censored=range(9, 41))
    assert [effect.reason for effect in incidence_effects(time, event, exposed)] == [FEW_EVENTS] * 2


def test_fine_gray_without_events_or_contrast_is_a_reason():
    assert fine_gray([1, 2], [2, 0], [0, 1]).reason == NO_EVENTS
    assert fine_gray([1, 2, 3], [1, 1, 2], [1, 1, 1]).reason == NO_CONTRAST
    with pytest.raises(ValueError, match="x must be finite"):
        fine_gray([1], [1], [np.nan])


@EXAMPLES
@given(PATIENTS)
def test_strata_are_likelihoods_added_up(rows):
    time, stratum, x = columns_of(rows)
    event, start = np.ones(len(time), int), np.zeros(len(time))
    found = cox(start, time, event, x, strata=stratum)
    assume(not found.reason)
    parts = [cox(start[stratum == s], time[stratum == s], event[stratum == s], x[stratum == s]) for s in set(stratum)]
    at_zero = [part.log_likelihood[0] for part in parts if not part.reason]
    if len(at_zero) == len(parts):
        assert found.log_likelihood[0] == pytest.approx(sum(at_zero))
    one = cox(start, time, event, x, strata=np.zeros(len(time)))
    assert one.coef == pytest.approx(cox(start, time, event, x).coef, nan_ok=True)


def test_rows_of_a_patient_taken_together_are_one_row():
    whole = cox([0, 0, 0, 0, 0], [9, 7, 3, 8, 5], [1, 1, 1, 0, 1], [1, 0, 1, 0, 0], cluster=[0, 1, 2, 3, 4])
    pieces = cox(
        [0, 4, 0, 0, 0, 0], [4, 9, 7, 3, 8, 5], [0, 1, 1, 1, 0, 1], [1, 1, 0, 1, 0, 0], cluster=[0, 0, 1, 2, 3, 4]
    )
    assert pieces.se == pytest.approx(whole.se) and pieces.coef == pytest.approx(whole.coef)


def test_an_event_on_day_0_is_one_of_somebody_at_risk():
    early, later = (
        cox([0] * 4, [0, 3, 5, 8], [1, 1, 1, 0], [1, 0, 1, 0]),
        cox([0] * 4, [1, 4, 6, 9], [1, 1, 1, 0], [1, 0, 1, 0]),
    )
    assert early.coef == pytest.approx(later.coef)


def test_from_a_landmark_on_the_rows_of_the_curves_are_compared():
    time, event, exposed = arms(60)
    start = np.where(exposed, time // 2, 0)
    found = exposure_effect(start, time, event, exposed, landmark=10)
    held = time > 10
    rows = np.maximum(start, 10)[held], time[held], event[held], exposed[held]
    assert found == exposure_effect(*rows) and found.test == mantel_byar(*rows)
    assert found.n == (25, 25) and exposure_effect(start, time, event, exposed, landmark=0).n == (30, 30)


# Proportional hazards -------------------------------------------------------------------------------------------------


@EXAMPLES
@given(PATIENTS, st.floats(0.5, 20), st.floats(-5, 5))
def test_the_test_of_proportional_hazards_knows_no_scale_of_the_covariate(rows, scale, shift):
    time, cause, x = columns_of(rows)
    start = np.zeros(len(time))
    found, other = (proportional_hazards(start, time, cause > 0, z) for z in (x.astype(float), x * scale + shift))
    assert found.reason == other.reason
    if not found.reason and 1e-6 < found.statistic[0] < 1e3:
        assert found.statistic == pytest.approx(other.statistic, rel=1e-5, abs=1e-8)
        assert found.overall[0] == pytest.approx(found.statistic[0])


def test_the_scaled_residuals_are_the_log_ratio_on_average_and_come_in_time_order():
    time, event, exposed = arms(40, censored=(3, 8, 30))
    found = proportional_hazards(np.zeros(40), time, event, exposed)
    fit = cox(np.zeros(40), time, event, exposed)
    assert found.residuals["residual_1"].mean() == pytest.approx(fit.coef[0])
    assert found.residuals["time"].is_monotonic_increasing and len(found.residuals) == event.sum()
    assert found.residuals["transformed"].iloc[0] == 0 and found.residuals["transformed"].is_monotonic_increasing


def test_hazards_that_cross_are_not_proportional():
    """Exposed die early or not at all for long, the others in between."""
    time = np.concatenate([np.arange(1, 21), np.arange(80, 100), np.arange(30, 70)])
    exposed = np.repeat([1, 0], 40)
    assert proportional_hazards(np.zeros(80), time, np.ones(80), exposed).p_value[0] < 0.001


def test_no_event_no_contrast_and_another_transform():
    assert proportional_hazards([0, 0], [1, 2], [0, 0], [0, 1]).reason == NO_EVENTS
    nothing = proportional_hazards([0, 0], [1, 2], [1, 1], [1, 1])
    assert nothing.reason == NO_CONTRAST and nothing.residuals.empty and np.isnan(nothing.overall[2])
    assert nothing.sentence().startswith("not estimable: a covariate does not vary")
    with pytest.raises(ValueError, match="transform must be one of km, identity, got: log"):
        proportional_hazards([0], [1], [1], [1], transform="log")


# Piecewise ------------------------------------------------------------------------------------------------------------


def test_without_cuts_the_piece_is_the_whole():
    time, event, exposed = arms(40)
    row = piecewise_hazard_ratio(np.zeros(40), time, event, exposed, []).iloc[0]
    whole = exposure_effect(np.zeros(40), time, event, exposed)
    assert (row["after"], row["hazard_ratio"], row["conf_high"]) == (0, whole.hazard_ratio, whole.conf_high)
    assert np.isnan(row["until"]) and row["n"] == whole.n and row["n_event"] == whole.events


def test_every_event_is_in_one_piece_and_every_piece_has_the_gates():
    time, event, exposed = arms(60)
    found = piecewise_hazard_ratio(np.zeros(60), time, event, exposed, [25, 50])
    assert found["after"].tolist() == [0, 25, 50] and found["n"].tolist() == [(30, 30), (17, 18), (5, 5)]
    assert sum(sum(pair) for pair in found["n_event"]) == 60
    assert found["reason"].tolist() == ["", "", FEW_PATIENTS] and found["hazard_ratio"].isna().tolist() == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("cuts", [[30, 20], [0, 20], [20, 20]])
def test_cuts_must_rise_from_above_0(cuts):
    with pytest.raises(ValueError, match="cuts must rise and lie above 0"):
        piecewise_hazard_ratio([0], [9], [1], [1], cuts)


# Super-model ----------------------------------------------------------------------------------------------------------


def test_of_one_landmark_the_super_model_is_its_landmark_analysis_with_robust_variance():
    time, event, exposed = arms(40, censored=(2, 9, 21))
    found = super_model(time, np.full(40, 90), time, event, exposed)
    fit = cox(np.zeros(40), time, event, exposed, cluster=time)
    assert (found.hazard_ratio, found.p_value) == pytest.approx((fit.hazard_ratio[0], fit.p_value[0]))
    assert found.n == (20, 20) and found.events == (18, 19) and found.test is None


def test_the_same_landmark_twice_adds_nothing():
    """A patient's rows belong together: doubled data are no more data."""
    time, event, exposed = arms(40, censored=(2, 9, 21))
    once = super_model(time, np.full(40, 90), time, event, exposed)
    double = [np.tile(values, 2) for values in (time, event, exposed)]
    twice = super_model(double[0], np.repeat([90, 91], 40), *double)
    names = ("n", "events", "hazard_ratio", "conf_low", "conf_high", "p_value")
    for name in names:
        assert getattr(twice, name) == pytest.approx(getattr(once, name)), name


def test_a_window_ends_observation_and_the_gates_count_patients():
    time, event, exposed = arms(40)
    found = super_model(time, np.full(40, 90), time, event, exposed, window=12)
    assert found.events == (6, 6)
    assert super_model(time, np.full(40, 90), time, event, exposed, window=8).reason == FEW_EVENTS
    rows = [np.tile(values[:18], 3) for values in (time, event, exposed)]
    assert super_model(rows[0], np.repeat([30, 60, 90], 18), *rows).reason == FEW_PATIENTS
