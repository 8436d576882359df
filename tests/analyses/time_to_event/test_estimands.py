"""Transplant followed through, censored, competing: by hand, recounted on the sample in plain loops, identities."""

from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.time_to_event.estimands import estimands
from analyses.time_to_event.estimate import causes_of, estimate_endpoint
from analyses.time_to_event.words import on_images
from data_access.reading.engine import connect, ensure_sample, open_engine
from data_access.reading.queries import dataset_row, fetch_tables
from endpoints.catalogue import EFS, EFSBTX, EFSCT
from endpoints.estimands import ESTIMANDS, QUESTION, QUESTIONS
from endpoints.rules import Rules
from endpoints.study import derive_study
from endpoints.time_to_event import EVENT, derive_tte
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import estimates_at, kaplan_meier
from figures import pictures
from tests.analyses.cohorts import cohort
from tests.literal import patient, study_of
from tests.pages.twelve import open_page, visit

LABELS = [way.label for way in ESTIMANDS]
REMISSION = {28: "CR"}
SIX = {
    "A": patient("A", responses=REMISSION, transplants=[dict(day=100)], relapses=[dict(day=200)]),
    "B": patient("B", responses=REMISSION, relapses=[dict(day=150)]),
    "C": patient("C", responses={28: "CR", 400: "CR"}, transplants=[dict(day=120)]),
    "D": patient("D", responses={28: "CR", 390: "CR"}),
    "E": patient("E", responses=REMISSION, death=60),
    "F": patient("F", responses={28: "CR", 395: "CR"}),
}


def at_12(found, group="All patients"):
    rows = found.numbers[(found.numbers["months"] == 12) & (found.numbers["strata"] == group)]
    return rows.set_index("outcome")["estimate"].reindex(LABELS).tolist()


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
def test_six_patients_by_hand(monkeypatch, code, expected):
    monkeypatch.setattr("tests.pages.test_estimate.MANY", SIX)
    study = cohort(patients=tuple(SIX))
    found = estimands(study, QUESTION[code], "follow", "36")
    assert at_12(found) == pytest.approx(expected)
    transplanted, counted = found.notes[-2:]
    assert "Transplanted before the event: 2 of 6." in transplanted
    assert ("death in remission counts as an event in all three" in counted) == (code == "CIR")
    assert counted.endswith(f"Events of the table are {QUESTION[code].title.lower()} only.")
    assert len(found.numbers) == 9 and found.n == 6


def test_the_image_has_the_three_sentences_and_says_whose_interval_the_band_is():
    found = estimands(cohort(), QUESTION["EFS"], "compete", "36")
    there = on_images(found.notes)
    assert [words.split(": ")[0] for words in there] == [*LABELS, "Interval band"]
    assert there[-1].startswith("Interval band: Transplant competes, as chosen")
    banded = found.curve.dropna(subset=["conf_low"])
    assert set(banded["strata"]) == {LABELS[2]}


def test_followed_through_is_the_efs_of_the_curve():
    found = estimands(cohort(by="sex"), QUESTION["EFS"], "follow", "36")
    alone = estimate_endpoint(cohort(by="sex"), EFS, kaplan_meier).numbers
    for group in ("Female", "Male"):
        here = alone[(alone["strata"] == group) & (alone["months"] == 12)].iloc[0]
        mine = found.numbers[
            (found.numbers["strata"] == group)
            & (found.numbers["months"] == 12)
            & (found.numbers["outcome"] == LABELS[0])
        ].iloc[0]
        assert mine[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(
            [1 - here["estimate"], 1 - here["conf_high"], 1 - here["conf_low"]], nan_ok=True
        )


@lru_cache
def sample():
    with connect(open_engine(ensure_sample())) as connection:
        cutoff, tables = dataset_row(connection).data_cutoff, fetch_tables(connection, "all")
    return derive_study(tables, Rules(), pd.Timestamp(cutoff))


def test_failure_on_the_sample_is_a_recount_in_plain_loops():
    course = sample().course
    rows = []
    for row in course[course["TRTSDT"].notna()].itertuples():
        failed = min((d for d in (row.FAILDT, row.RELDT, row.DTHDT) if d == d), default=None)
        last = max(row.LDADT, row.TRTSDT) if row.LDADT == row.LDADT else row.TRTSDT
        tx = row.HSCTDT if row.HSCTDT == row.HSCTDT else None
        rows.append([(d - row.TRTSDT).days if d is not None else None for d in (failed, tx, last)])
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
    found = []
    for endpoint in (EFS, EFSCT, EFSBTX):
        rows_ = derive_tte(course, endpoint, Rules()).rows
        if endpoint.competing:
            curve = aalen_johansen(rows_["AVAL"].to_numpy(), causes_of(rows_, endpoint), 2)
            found.append(estimates_at(curve[curve["outcome"] == 1].drop(columns="outcome"), [limit])["estimate"].item())
        else:
            curve = kaplan_meier(rows_["AVAL"].to_numpy(), (rows_["CNSR"] == EVENT).to_numpy())
            found.append(1 - estimates_at(curve, [limit])["estimate"].item())
    assert found == pytest.approx([1 - alive, 1 - censored, incidence], abs=1e-12)
    app = open_page("survival", survival_figure="estimands")
    table = app.dataframe[0].value
    assert table[table["months"] == 12]["estimate"].tolist() == pytest.approx(found, abs=1e-12)
    assert found[2] < found[1]


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
    found = estimands(cohort(), QUESTION["EFS"], "censor", "36")
    assert set(found.curve.loc[found.curve["conf_low"].notna(), "strata"]) <= {"Censor at transplant"}
    curve, risk = pictures.estimands(found, "Probability of failure")
    assert list(dict.fromkeys(risk.frame["strata"])) == LABELS == list(dict.fromkeys(curve.frame["strata"]))
    by = estimands(cohort(by="sex"), QUESTION["EFS"], "censor", "36")
    assert len(pictures.estimands(by, "Probability of failure")) == 2 * by.curve["outcome"].nunique()


def test_both_pages_draw_it_and_say_what_each_answers():
    app = open_page("relapse", relapse_figure="estimands")
    said = " ".join(c.value for c in app.caption)
    assert all(f"{label}" in said for label in LABELS) and "hypothetical" in said
    assert "Three ways to treat a transplant" in [e.label for e in app.expander]
    app = open_page("survival", survival_figure="estimands", estimand_endpoint="RFS", estimand="compete")
    assert app.subheader[0].value.startswith("Relapse or death, three ways")
    enrolled = visit(app, {"survival_figure": "estimands", "population": "enrolled"})
    assert "infused patients only" in enrolled.info[0].value
