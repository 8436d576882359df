"""Transplant followed through, censored, competing: by hand, recounted on the sample in plain loops, identities."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses import counted
from analyses.time_to_event.estimands import estimands
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.outcomes import causes_of
from endpoints.catalogue import EFS, EFSBTX, EFSCT
from endpoints.estimands import ESTIMANDS, QUESTION, QUESTIONS
from endpoints.rules import Rules
from endpoints.time_to_event import EVENT, derive_tte
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import estimates_at, kaplan_meier
from figures import pictures
from tests.analyses.cohorts import cohort, cohort_of, note, notes, row, sample_cohort
from tests.literal import patient, study_of

WAYS = [way.code for way in ESTIMANDS]
LABELS = [way.label for way in ESTIMANDS]
REMISSION = {28: "CR"}
SIX = (
    patient("A", responses=REMISSION, transplants=[dict(day=100)], relapses=[dict(day=200)]),
    patient("B", responses=REMISSION, relapses=[dict(day=150)]),
    patient("C", responses={28: "CR", 400: "CR"}, transplants=[dict(day=120)]),
    patient("D", responses={28: "CR", 390: "CR"}),
    patient("E", responses=REMISSION, death=60),
    patient("F", responses={28: "CR", 395: "CR"}),
)


def at_12(result, group="all"):
    return [row(result, strata=group, outcome=way, months=12)["estimate"] for way in WAYS]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # events on day 60 (of 6), 150 and 200; censored at transplant: 60 of 6, 150 of 3;
        # competing: S before 150 is 3/6
        ("EFS", [1 - 3 / 6, 1 - 5 / 6 * 2 / 3, 1 / 6 + 3 / 6 / 3]),
        ("RFS", [1 - 3 / 6, 1 - 5 / 6 * 2 / 3, 2 / 6]),
        # relapse, E's death competing: followed 2 of 6; censored: 5/6 x 1/3; transplant competing: 3/6 x 1/3
        ("CIR", [2 / 6, 5 / 6 / 3, 1 / 6]),
    ],
)
def test_six_patients_by_hand(code, expected):
    result = estimands(cohort_of(*SIX), QUESTION[code], "follow", "36")
    assert at_12(result) == pytest.approx(expected)
    assert "Transplanted before the event: 2 of 6." in note(result, "transplanted")
    leaving = note(result, "leaving")
    assert ("death in remission counts as an event in all three" in leaving) == (code == "CIR")
    assert leaving.endswith(f"Events of the table are {QUESTION[code].title.lower()} only.")
    assert len(result.numbers) == 9 and result.n == 6


def test_patients_transplanted_first_can_no_longer_fail_and_that_is_said():
    words = " ".join(notes(estimands(cohort(), QUESTION["EFS"], "compete", "36"), "answer"))
    assert "patients transplanted first can no longer fail" in words


def test_the_image_has_the_three_sentences_and_says_whose_interval_the_band_is():
    result = estimands(cohort(), QUESTION["EFS"], "compete", "36")
    on_image = [one.text for one in result.notes if one.on_image and one.code != counted.CODE]
    assert [words.split(": ")[0] for words in on_image] == [*LABELS, "Interval band"]
    assert on_image[-1].startswith("Interval band: Transplant competes, as chosen")
    banded = result.curve.dropna(subset=["conf_low"])
    assert set(banded["outcome"]) == {WAYS[2]}


def test_followed_through_is_the_efs_of_the_curve():
    result = estimands(cohort(by="sex"), QUESTION["EFS"], "follow", "36")
    alone = estimate_endpoint(cohort(by="sex"), EFS, kaplan_meier)
    for group in ("female", "male", "missing"):
        for month in (12, 24, 36):
            free = row(alone, strata=group, months=month)
            failed = row(result, strata=group, months=month, outcome=WAYS[0])
            assert failed[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(
                [1 - free["estimate"], 1 - free["conf_high"], 1 - free["conf_low"]], nan_ok=True
            )
            assert failed[["n", "n_event"]].tolist() == free[["n", "n_event"]].tolist()
            assert failed["n_risk"] == free["n_risk"]


def test_failure_on_the_sample_is_a_recount_in_plain_loops():
    course = sample_cohort().whole.course
    rows = []
    for person in course[course["TRTSDT"].notna()].itertuples():
        failed = min((d for d in (person.FAILDT, person.RELDT, person.DTHDT) if d == d), default=None)
        last = max(person.LDADT, person.TRTSDT) if person.LDADT == person.LDADT else person.TRTSDT
        tx = person.HSCTDT if person.HSCTDT == person.HSCTDT else None
        rows.append([(d - person.TRTSDT).days if d is not None else None for d in (failed, tx, last)])
    limit = 365.25
    follow = [(f, 1) if f is not None else (last, 0) for f, _, last in rows]
    first = [
        (tx, 2) if tx is not None and (f is None or tx < f) else (f, 1) if f is not None else (last, 0)
        for f, tx, last in rows
    ]
    alive = incidence = 1.0
    for day in sorted({d for d, kind in follow if kind and d <= limit}):
        alive *= 1 - sum(d == day and k == 1 for d, k in follow) / sum(d >= day for d, _ in follow)
    free, censored, incidence = 1.0, 1.0, 0.0
    for day in sorted({d for d, kind in first if kind and d <= limit}):
        at_risk = sum(d >= day for d, _ in first)
        failed, moved = (sum(d == day and k == kind for d, k in first) for kind in (1, 2))
        incidence += free * failed / at_risk
        free, censored = free * (1 - (failed + moved) / at_risk), censored * (1 - failed / at_risk)
    expected = [1 - alive, 1 - censored, incidence]
    direct = []
    for endpoint in (EFS, EFSCT, EFSBTX):
        rows_ = derive_tte(course, endpoint, Rules()).rows
        if endpoint.competing:
            curve = aalen_johansen(rows_["AVAL"].to_numpy(), causes_of(rows_, endpoint), 2)
            read = estimates_at(curve[curve["outcome"] == 1].drop(columns="outcome"), [limit])["estimate"]
            direct.append(read.item())
        else:
            curve = kaplan_meier(rows_["AVAL"].to_numpy(), (rows_["CNSR"] == EVENT).to_numpy())
            direct.append(1 - estimates_at(curve, [limit])["estimate"].item())
    assert direct == pytest.approx(expected, abs=1e-12)
    assert at_12(estimands(sample_cohort(), QUESTION["EFS"], "follow", "36")) == pytest.approx(expected, abs=1e-12)
    assert expected[2] < expected[1]


def three_ways(time, cause):
    """One minus Kaplan-Meier censored at cause 2, and the incidence of cause 1 with 2 competing, on days 0 to 61."""
    censored, curve = kaplan_meier(time, cause == 1), aalen_johansen(time, cause, 2)
    competing = curve[curve["outcome"] == 1]
    return [
        values[np.searchsorted(c["time"].to_numpy(), np.arange(62), side="right") - 1]
        for c, values in (
            (censored, 1 - censored["estimate"].to_numpy()),
            (competing, competing["estimate"].to_numpy()),
        )
    ]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 2)), min_size=1, max_size=30))
def test_failure_before_transplant_is_never_more_than_failure_censored_at_it(patients):
    time, cause = np.array(patients).T
    censored, competing = three_ways(time, cause)
    assert (competing <= censored + 1e-12).all()
    censored, competing = three_ways(time, np.where(cause == 2, 0, cause))  # nobody is transplanted
    assert np.allclose(competing, censored, atol=1e-12)


COHORTS, SIZE = 500, 12


def course_of_cohorts(transplanted):
    """Milestones of 500 cohorts of 12: remission on day 28, perhaps relapse, death, transplant; last assessment."""
    one = study_of(patient("P", responses=REMISSION, last_contact=600)).course
    course = one.loc[one.index.repeat(COHORTS * SIZE)].reset_index(drop=True)
    random = np.random.default_rng(7)
    for name in ("RELDT", "DTHDT", "HSCTDT", "LDADT"):
        days = pd.Series(random.integers(28, 60, len(course)), dtype="float64")
        missing = (random.random(len(course)) < 0.5) & (name != "LDADT")
        days = days.mask(missing | (name == "HSCTDT" and not transplanted))
        course[name] = course["TRTSDT"] + pd.to_timedelta(days, unit="D")
    return course.assign(USUBJID=[f"P{i:04d}" for i in range(len(course))])


def test_without_transplants_the_three_coincide_in_every_cohort():
    course = course_of_cohorts(transplanted=False)
    for question in QUESTIONS:
        ways = [derive_tte(course, endpoint, Rules()).rows for endpoint in question.endpoints]
        events = [(rows["AVAL"].to_numpy(), rows["CNSR"].to_numpy()) for rows in ways]
        assert all((time == events[0][0]).all() and (cnsr == events[0][1]).all() for time, cnsr in events)


def test_on_the_day_of_transplant_the_event_counts_and_a_later_one_does_not():
    course = course_of_cohorts(transplanted=True)
    failed, moved = course[["RELDT", "DTHDT"]].min(axis=1), course["HSCTDT"]
    for endpoint in (EFSCT, EFSBTX):
        rows = derive_tte(course, endpoint, Rules()).rows
        assert ((rows["CNSR"] == EVENT) == (failed.notna() & ~(moved < failed))).all()
    assert ((rows["CNSR"] == 2) == (moved.notna() & ~(failed <= moved))).all()


def test_the_chosen_way_has_the_band_and_all_have_numbers_at_risk():
    result = estimands(cohort(), QUESTION["EFS"], "censor", "36")
    assert set(result.curve.loc[result.curve["conf_low"].notna(), "outcome"]) <= {"censor"}
    curve, risk = pictures.estimands(result, "Probability of failure")
    assert list(dict.fromkeys(risk.frame["strata"])) == LABELS == list(dict.fromkeys(curve.frame["strata"]))
    by = estimands(cohort(by="sex"), QUESTION["EFS"], "censor", "36")
    assert len(pictures.estimands(by, "Probability of failure")) == 2 * by.curve["strata"].nunique() == 6


def test_the_enrolled_are_refused_with_the_sentence_of_the_endpoint_that_is_not_theirs():
    result = estimands(cohort(population="enrolled"), QUESTION["EFS"], "follow", "36")
    assert result.n == 0 and "infused patients only" in result.notes[0].text
