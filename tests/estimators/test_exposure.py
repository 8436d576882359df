"""Curves, test and ratio of an exposure that begins later: generated start-stop rows, by loops; the gate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators.cox import cox
from estimators.exposure_effect import exposure_effect
from estimators.kaplan_meier import kaplan_meier, quantile
from estimators.mantel_byar import mantel_byar
from estimators.reasons import FEW_AT_RISK, FEW_PATIENTS, NO_CONTRAST, NO_PATIENTS, NOT_REACHED
from estimators.simon_makuch import begins_on, simon_makuch, until_few, why_not_drawn

IDENTITIES = settings(max_examples=500, deadline=None, derandomize=True)
PERSON = st.tuples(st.integers(0, 9), st.integers(1, 25), st.booleans(), st.one_of(st.none(), st.integers(1, 30)))


def rows_of(people):
    """start, stop, event, exposed of (entry, time after it, event, change after it)."""
    rows = []
    for entry, length, event, change in people:
        stop = entry + length
        if change is not None and change < length:
            rows += [(entry, entry + change, 0, 0), (entry + change, stop, event, 1)]
        else:
            rows.append((entry, stop, event, 0))
    return np.array(rows, int).T


@IDENTITIES
@given(st.lists(PERSON, min_size=2, max_size=15))
def test_mantel_byar_is_observed_minus_expected_over_its_hypergeometric_variance(people):
    start, stop, event, exposed = rows_of(people)
    observed = expected = variance = 0.0
    for day in sorted(set(stop[event == 1])):
        inside = (start < day) & (day <= stop)
        d, n, n1 = (event * (stop == day)).sum(), inside.sum(), (inside & (exposed == 1)).sum()
        observed, expected = observed + (event * exposed * (stop == day)).sum(), expected + d * n1 / n
        variance += d * (n - d) / (n - 1) * n1 / n * (1 - n1 / n) if n > 1 else 0
    found = mantel_byar(start, stop, event, exposed)
    if variance > 1e-9:
        assert found.statistic == pytest.approx((observed - expected) ** 2 / variance)
        assert dict(zip(found.groups, found.observed, strict=True))["exposed"] == observed
    else:
        assert found.reason


@IDENTITIES
@given(st.lists(PERSON, min_size=2, max_size=15, unique_by=lambda p: p[0] + p[1]))
def test_with_untied_events_it_is_the_score_test_of_the_time_dependent_cox_model(people):
    start, stop, event, exposed = rows_of(people)
    fit = cox(start, stop, event, exposed)
    if not fit.reason:
        test = mantel_byar(start, stop, event, exposed)
        assert fit.score[0] == pytest.approx(test.statistic) and fit.score[2] == pytest.approx(test.p_value)


@IDENTITIES
@given(st.lists(PERSON, min_size=1, max_size=15), st.integers(0, 15))
def test_without_a_change_simon_makuch_is_kaplan_meier_drawn_as_long_as_5_are_at_risk(people, landmark):
    start, stop, event, _ = rows_of([(*p[:3], None) for p in people])
    curve, begins = simon_makuch(stop, event, start, kaplan_meier, landmark), begins_on(stop, start, landmark)
    held = stop > begins
    km = kaplan_meier(stop[held], event[held], np.maximum(start[held], begins), start=begins)
    assert curve.equals(km) and (until_few(curve)["n_risk"] >= 5).all()
    for row in km.itertuples():
        assert row.n_risk == ((np.maximum(start, begins) < row.time) & (row.time <= stop) & held).sum() or (
            row.time == begins
        )


@pytest.mark.parametrize(
    ("exposed", "events", "sentence"),
    [
        (9, 9, "no test and no hazard ratio: fewer than 10 treated (9)"),
        (10, 4, "no test and no hazard ratio: fewer than 5 events in an arm (10 waiting, 4 treated)"),
        (10, 5, ""),
    ],
)
def test_the_gate_withholds_test_and_ratio_with_the_reason(exposed, events, sentence):
    n = 20
    start, stop = np.zeros(n + exposed), np.arange(1, n + exposed + 1)
    treated = np.arange(n + exposed) % 2 == 1
    treated[treated.nonzero()[0][exposed:]] = False
    event = np.zeros(n + exposed, int)
    event[np.flatnonzero(~treated)[:10]] = 1
    event[np.flatnonzero(treated)[:events]] = 1
    found = exposure_effect(start, stop, event, treated)
    assert found.sentence(("waiting", "treated")) == sentence
    assert (found.test is None) == bool(sentence) == np.isnan(found.hazard_ratio)
    assert found.n == (n, exposed) and found.events == (10, events)


def test_few_who_are_not_exposed_are_a_reason_as_few_exposed_are():
    exposed = np.arange(27) % 3 != 0
    found = exposure_effect(np.zeros(27), np.arange(1, 28), np.ones(27), exposed)
    assert found.reason == FEW_PATIENTS and found.sentence(("waiting", "treated")).endswith("fewer than 10 waiting (9)")
    assert found.test is None and np.isnan(found.hazard_ratio)


def test_arms_that_never_meet_have_no_ratio_and_the_reason():
    """All waiting ones have left before the first exposed one enters."""
    start, stop = np.repeat([0, 50], 12), np.concatenate([np.arange(1, 13), np.arange(51, 63)])
    found = exposure_effect(start, stop, np.ones(24), np.repeat([0, 1], 12))
    assert found.reason == NO_CONTRAST and np.isnan(found.hazard_ratio) and found.test is None


def test_a_median_is_read_from_the_whole_curve_also_where_too_few_are_at_risk_to_draw_it():
    whole = simon_makuch(np.arange(1, 15) * 30, np.arange(14) % 2, np.zeros(14, int), kaplan_meier)
    drawn = until_few(whole)
    assert quantile(whole).value > drawn["time"].max() and quantile(drawn).reason == NOT_REACHED
    assert why_not_drawn(whole) == "" and why_not_drawn(whole.iloc[-3:]) == FEW_AT_RISK


def test_nobody_has_no_curve():
    assert why_not_drawn(simon_makuch([], [], [], kaplan_meier, 90)) == NO_PATIENTS
    assert simon_makuch([], [], [], kaplan_meier, 90).empty and begins_on(np.array([], int), np.array([], int)) == 0
