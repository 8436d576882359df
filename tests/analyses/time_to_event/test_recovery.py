"""Relapse before and after B-cell recovery: split by hand, ratio from hand-made rows, a recount of the sample."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.time_to_event.recovery import by_recovery, recovery_landmark, recovery_landmarks
from analyses.time_to_event.time_dependent import ALL_OBSERVATION, RATIO
from endpoints.b_cell_course import PUBLISHED, derive_recovery_class
from endpoints.exposure import split_at
from endpoints.recovery import ARMS, LANDMARKS, RELAPSE_BY_RECOVERY, SWITCH, derive_by_recovery
from endpoints.relapse import known_recovery
from estimators.aalen_johansen import aalen_johansen
from estimators.cox import cox
from estimators.kaplan_meier import estimates_at
from estimators.logrank import logrank
from figures import pictures
from tests.analyses.cohorts import cohort, cohort_of, labels, note, notes, row, sample_cohort
from tests.analyses.time_to_event.sampling import is_over, rows_of
from tests.literal import patient, study_of

REMISSION = {28: "CR"}


def b(day, percent):
    return dict(day=day, cd19_pct_lymphocytes=percent)


def split(*patients, **rules):
    rows = derive_by_recovery(study_of(*patients, **rules)).rows
    return {(r.USUBJID, r.ARM): (r.ENTRY, r.AVAL, r.CNSR) for r in rows.itertuples()}


def test_a_patient_counts_as_recovered_from_the_day_after_the_sample_that_shows_it():
    assert split(patient("A", responses=REMISSION, b_cells=[b(60, 0.0), b(150, 5.0)], relapses=[dict(day=300)])) == {
        ("A", "aplastic"): (59, 150, 1),
        ("A", "recovered"): (150, 300, 0),
    }


def test_whose_first_sample_is_over_the_rule_is_recovered_from_the_next_day_on():
    assert split(patient("B", responses={28: "CR", 200: "CR"}, b_cells=[b(60, 5.0)])) == {
        ("B", "aplastic"): (59, 60, 1),
        ("B", "recovered"): (60, 200, 1),
    }


def test_relapse_on_the_day_of_recovery_belongs_to_the_not_recovered():
    assert split(patient("C", responses=REMISSION, b_cells=[b(60, 0.0), b(150, 5.0)], relapses=[dict(day=150)])) == {
        ("C", "aplastic"): (59, 150, 0)
    }


@pytest.mark.parametrize(
    "change", [dict(transplants=[dict(day=100)]), dict(therapies=[dict(day=100, kind="blinatumomab")])]
)
def test_transplant_and_new_therapy_compete_and_later_samples_are_not_of_the_product(change):
    assert split(patient("D", responses=REMISSION, b_cells=[b(60, 0.0), b(150, 5.0)], **change)) == {
        ("D", "aplastic"): (59, 100, 2)
    }


def test_with_a_rule_that_asks_for_confirmation_exposure_starts_at_the_confirming_sample():
    one = patient("E", responses=REMISSION, b_cells=[b(60, 0.0), b(150, 5.0), b(160, 5.0)], relapses=[dict(day=300)])
    assert split(one, bca_rule="pct1_abs100_confirmed")[("E", "recovered")] == (160, 300, 0)


@pytest.mark.parametrize("counts", ["yes", "no"])
def test_a_cd19_positive_relapse_never_counts_as_recovery(counts):
    one = patient("F", responses=REMISSION, b_cells=[b(60, 0.0)], relapses=[dict(day=200, cd19_status="positive")])
    assert split(one, bca_relapse=counts) == {("F", "aplastic"): (59, 200, 0)}


def test_without_a_usable_sample_a_patient_is_left_out_with_the_reason():
    found = derive_by_recovery(study_of(patient("G", responses=REMISSION), patient("H", responses={28: "NR"})))
    assert found.left_out["REASON"].tolist() == ["no usable B-cell sample after first remission", "no first remission"]


def many(n=36):
    """Every second recovers on day 120 + 2 i; relapses in both arms, some on tied days."""
    return [
        patient(
            f"M{i:02d}",
            responses={28: "CR", 700: "CR"},
            b_cells=[b(40, 0.0), *([b(120 + 2 * i, 5.0)] if i % 2 else [])],
            relapses=[dict(day=200 + 10 * (i // 2))] if i % 3 else [],
        )
        for i in range(n)
    ]


@pytest.fixture(scope="module")
def thirty_six():
    return cohort_of(*many())


def assert_effect(ratio, start, stop, event, exposed):
    """The row of the table is Cox's regression of these rows."""
    fit = cox(start, stop, event, exposed)
    assert ratio[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(
        [fit.hazard_ratio[0], fit.conf_low[0], fit.conf_high[0]]
    )


def test_test_and_ratio_are_those_of_hand_made_start_stop_rows(thirty_six):
    result = by_recovery(thirty_six, 183, "36")
    rows = []
    for i in range(36):
        stop, event = (200 + 10 * (i // 2), 1) if i % 3 else (700, 0)
        rows += [(39, 120 + 2 * i, 0, 0), (120 + 2 * i, stop, event, 1)] if i % 2 else [(39, stop, event, 0)]
    start, stop, event, exposed = np.array(rows).T
    assert_effect(row(result, strata=ALL_OBSERVATION), start, stop, event, exposed)
    shown = stop > 183
    start, stop, event, exposed = np.maximum(start, 183)[shown], stop[shown], event[shown], exposed[shown]
    assert_effect(row(result, strata=RATIO), start, stop, event, exposed)
    assert result.test.p_value == pytest.approx(logrank(stop, event, exposed, start).p_value)
    of_arm = exposed == 1
    curve = aalen_johansen(stop[of_arm], event[of_arm], 1, start[of_arm], start=183)
    year = row(result, months=12, strata=ARMS[1].code)["estimate"]
    assert year == pytest.approx(estimates_at(curve.drop(columns="outcome"), [365.25])["estimate"].item())
    assert note(result, "published") == PUBLISHED
    assert "4.5 (2.03-9.97)" in PUBLISHED and "1.27 (0.33-4.79" in PUBLISHED


def test_every_landmark_is_the_landmark_figure_of_its_day(thirty_six):
    result = recovery_landmarks(thirty_six, "36")
    assert [outcome.code for outcome in result.outcomes] == [f"day_{day}" for day in LANDMARKS]
    assert labels(result.outcomes) == [
        "From month 3 (day 91)",
        "From month 6 (day 183)",
        "From month 9 (day 274)",
        "From month 12 (day 365)",
    ]
    for day in LANDMARKS:
        alone = recovery_landmark(thirty_six, day, "36").numbers
        alone = alone[(alone["outcome"] == "relapse") & (alone["months"] == 12)].set_index("strata")
        of_day = result.numbers[(result.numbers["outcome"] == f"day_{day}") & (result.numbers["months"] == 12)]
        for name in ("estimate", "n", "n_event", "n_risk"):
            assert of_day.set_index("strata")[name].to_dict() == pytest.approx(alone[name].to_dict(), nan_ok=True)
    # by day 183: recovered 120 + 2 i <= 183, odd i: 1, 3, ..., 31; nobody has relapsed by then
    stop = np.array([200 + 10 * (i // 2) if i % 3 else 700 for i in range(36)])
    event, exposed = np.array([int(i % 3 > 0) for i in range(36)]), np.array([i % 2 and i <= 31 for i in range(36)])
    ratio = row(result, outcome="day_183", strata=RATIO)
    assert_effect(ratio, np.zeros(36), stop - 183, event, exposed)
    assert (ratio["n"], ratio["n_event"]) == (36, event.sum())
    # nobody has recovered by day 91
    assert "From month 3 (day 91): No test and no hazard ratio: fewer than 10 recovered (0)." in notes(result, "effect")
    _, *drawn = pictures.small_curves(result)
    assert [chart.panel for chart in drawn] == labels(result.outcomes)


def test_few_recovered_give_no_test_and_the_reason():
    result = by_recovery(cohort(), 91, "36")
    assert result.test is None and note(result, "published") == PUBLISHED
    assert note(result, "effect").startswith("No test and no hazard ratio: fewer than 10")


def test_the_sample_is_a_recount_in_plain_loops():
    study, rows = sample_cohort().whole, []
    samples = rows_of(study, "b_cell_assessment")
    for place, person in enumerate(study.course.itertuples()):
        if person.RMSNTXDT != person.RMSNTXDT:
            continue
        ends = [d for d in (person.RELDT, person.DTHDT, person.HSCTDT, person.NEWTHDT) if d == d]
        first_day = max(person.RMSDT, person.TRTSDT + pd.Timedelta(days=14))
        judged = sorted(
            (s.date, is_over(s))
            for s in samples.get(place, ())
            if is_over(s) is not None and first_day <= s.date and (not ends or s.date <= min(ends))
        )
        if not judged:
            continue
        days = [
            (d - person.TRTSDT).days for d in (judged[0][0], min(ends) if ends else max(person.LDADT, person.TRTSDT))
        ]
        entry, stop, event = days[0] - 1, days[1], bool(ends) and min(ends) == person.RELDT
        recovered = next(((d - person.TRTSDT).days for d, over in judged if over), None)
        if stop <= entry:
            continue
        if recovered is None or recovered >= stop:
            rows.append((entry, stop, event, 0))
        else:
            rows += [(entry, recovered, 0, 0), (recovered, stop, event, 1)]
    start, stop, event, exposed = np.array(rows, float).T
    result = by_recovery(sample_cohort(), 91, "36")
    ratio = row(result, strata=ALL_OBSERVATION)
    assert ratio["n"] == result.n == (exposed == 0).sum() and ratio["n_event"] == event.sum()
    assert_effect(ratio, start, stop, event.astype(int), exposed)
    shown = stop > 91
    start, stop, event, exposed = np.maximum(start, 91)[shown], stop[shown], event[shown], exposed[shown]
    ratio = row(result, strata=RATIO)
    assert ratio["n_event"] == event.sum()
    assert_effect(ratio, start, stop, event.astype(int), exposed)


@pytest.mark.parametrize("rule", ["pct3_marrow1", "pct1_abs100_confirmed", "absolute"])
def test_recovered_by_a_landmark_is_the_day_of_recovery_by_then(rule):
    study = sample_cohort(bca_rule=rule).whole
    day = (known_recovery(study) - study.course["TRTSDT"]).dt.days
    for landmark in (60, *LANDMARKS, 365):
        known = derive_recovery_class(study, landmark)["GROUP"] == "recovered"
        assert (known == (day <= landmark)).all()


ROWS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 40), st.integers(0, 2), st.integers(0, 90)), min_size=1, max_size=12
)


@settings(max_examples=500, deadline=None)
@given(ROWS)
def test_cutting_keeps_every_day_at_risk_and_every_event(patients):
    """(entry, days at risk, CNSR, day of the change from entry + 1 on; late ones never happen)."""
    entry, length, cnsr, wait = np.array(patients).T
    day0 = pd.Series(pd.Timestamp("2024-01-01"), index=range(len(entry))).astype("datetime64[s]")
    rows = pd.DataFrame(
        {
            "STARTDT": day0,
            "ADT": day0,
            "ENTRY": entry,
            "AVAL": entry + length,
            "CNSR": cnsr,
            "CAUSE": np.where(cnsr == 1, 0, 1),
            "EVNTCD": "relapse",
            "EVNTDESC": "x",
            "CNSCD": "assessment",
            "CNSDTDSC": "y",
            "DETAILCD": pd.NA,
        }
    )
    found = split_at(rows, day0 + pd.to_timedelta(entry + 1 + wait, unit="D"), ARMS, SWITCH)
    assert (found["AVAL"] - found["ENTRY"]).sum() == length.sum() and (found["AVAL"] > found["ENTRY"]).all()
    assert (found["CNSR"] != 1).sum() == (cnsr != 1).sum()
    exposed = found[found["ARM"] == ARMS[1].code]
    assert len(exposed) == (1 + wait < length).sum() == (found["CNSDTDSC"] == SWITCH).sum()


def test_with_nobody_recovered_the_curve_is_the_incidence_with_delayed_entry():
    people = [
        patient(f"N{i:02d}", responses=REMISSION, b_cells=[b(40, 0.0)], relapses=[dict(day=100 + 5 * i)])
        for i in range(40)
    ]
    result = by_recovery(cohort_of(*people), 91, "36")
    six = row(result, months=6, strata=ARMS[0].code)["estimate"]
    assert six == pytest.approx(sum(100 + 5 * i <= 182 for i in range(40)) / 40)
    assert notes(result, "no_patients") == ["B cells recovered: no patients."]
    assert note(result, "too_few") == "Curves stop when fewer than 5 patients are at risk."


def test_the_population_enrolled_is_refused_with_a_sentence():
    result = by_recovery(cohort(population="enrolled"), 91, "36")
    assert result.n == 0 and "infused patients only" in result.notes[0].text
    assert RELAPSE_BY_RECOVERY.populations == ("infused",)
