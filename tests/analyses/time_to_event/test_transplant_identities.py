"""Generated cohorts: what must hold of transplant as a time-dependent exposure and of the states, whatever the course.

Courses are made as milestone frames, so that the protocol's own split, landmark and states run on them; the other side
of every identity is counted with plain loops. The protocol derives a whole dataset at once, so that 20 cohorts share
one derivation: 25 examples are 500 cohorts. On rows alone the same identities have 500 examples in tests/estimators.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.course.states import Stays, _curve, _expected
from analyses.time_to_event.after_transplant import exposed_by
from analyses.time_to_event.time_dependent import arm_from
from analyses.time_to_event.transplant import OUTCOMES
from endpoints.after_transplant import AFTER, derive_after
from endpoints.cohort import ALL_PATIENTS
from endpoints.exposure import ARMS, EXPOSED, TRANSPLANTED, exposed_from, split_at_transplant
from endpoints.landmark import restart_at
from endpoints.rules import Rules
from endpoints.states import STATES, derive_stays
from endpoints.time_to_event import derive_tte
from estimators.cox import cox
from estimators.kaplan_meier import kaplan_meier
from estimators.mantel_byar import mantel_byar
from estimators.risk_start import first_stable_day
from estimators.simon_makuch import until_few
from tests.literal import DAY0

IDENTITIES = settings(max_examples=25, deadline=None, derandomize=True)
COHORTS, LANDMARK = 20, 40
SEED = st.integers(0, 2**32 - 1)
DATES = [
    "TRTSDT",
    "RMSDT",
    "RMSNTXDT",
    "HSCTDT",
    "HSCTRMDT",
    "HSCTNRDT",
    "NEWTHDT",
    "RELDT",
    "DTHDT",
    "LSTCNTDT",
    "LDADT",
    "FAILDT",
    "BCALOSDT",
    "BCAFSTDT",
    "ENRLDT",
]


def datasets(seed, therapies=False) -> pd.DataFrame:
    """Milestones of COHORTS cohorts of 1 to 12 patients; the first three letters of USUBJID are the cohort."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 13, COHORTS)
    days = pd.DataFrame([_days(*_person(rng), therapies) for _ in range(sizes.sum())], columns=DATES, dtype=float)
    names = [f"c{cohort:02d}-{i}" for cohort, size in enumerate(sizes) for i in range(size)]
    return _course(days).assign(USUBJID=names)


def _person(rng):
    """(remission, then days after it: transplant, relapse, end; dead, sample); None: never."""
    tx, relapse, sample = (None if rng.random() < 0.3 else int(rng.integers(0, 61)) for _ in range(3))
    return int(rng.integers(14, 41)), tx, relapse, int(rng.integers(0, 91)), bool(rng.random() < 0.5), sample


def cohorts_of(frame):
    """(cohort, its rows)."""
    return frame.groupby(frame["USUBJID"].str[:3])


def _days(remission, tx, relapse, end, dead, sample, therapies):
    """One patient's days, in the order of DATES. Nothing is dated after the end; a transplant is in remission when it
    comes before the relapse."""
    end = remission + end
    tx = remission + tx if tx is not None and remission + tx <= end else None
    relapse = remission + relapse + 1 if relapse is not None and remission + relapse + 1 <= end else None
    in_remission = tx if tx is not None and (relapse is None or tx < relapse) else None
    lost = remission + sample if sample is not None and remission + sample <= end else None
    therapy = remission + 5 if therapies and sample is not None and remission + 5 <= end else None
    return (
        0,
        remission,
        remission,
        tx,
        in_remission,
        None,
        therapy,
        relapse,
        end if dead else None,
        end,
        end,
        None,
        lost,
        remission,
        None,
    )


def _course(days: pd.DataFrame) -> pd.DataFrame:
    stamps = np.datetime64(DAY0, "s") + (days.fillna(0).to_numpy() * 86400).astype("timedelta64[s]")
    frame = pd.DataFrame(np.where(days.isna(), np.datetime64("NaT"), stamps), columns=DATES)
    return frame.assign(
        DTHNODT=False, DTHDESC="", DTHCD="", RELDESC="", RELCD="", NEVERAP=days["BCALOSDT"] == days["BCAFSTDT"]
    )


def hand_curve(rows, event, landmark):
    """{day: S} of the whole curve, by loops; conditional on being event-free beyond the landmark."""
    surviving, found = 1.0, {}
    held = [
        (max(r.ENTRY, landmark), r.AVAL, e) for r, e in zip(rows.itertuples(), event, strict=True) if landmark < r.AVAL
    ]
    for day in sorted({time for _, time, _ in held}):
        at_risk = sum(entry < day <= time for entry, time, _ in held)
        surviving *= 1 - sum(e for _, time, e in held if time == day) / at_risk
        found[day] = surviving
    return found


@IDENTITIES
@given(SEED, st.sampled_from(["os", "rfs"]), st.booleans(), st.integers(14, 100))
def test_split_curves_test_landmark_and_set_back_clock_are_of_the_same_patients(seed, outcome, therapies, day):
    course = datasets(seed, therapies)
    whole = derive_tte(course, EXPOSED[outcome], Rules())
    rows, never = split_at_transplant(whole, course), split_at_transplant(whole, course.assign(HSCTRMDT=pd.NaT))
    the_split_keeps_every_day_and_event_and_an_event_on_the_day_waits(course, whole.rows, rows)
    if outcome == "rfs":
        the_landmark_has_the_patients_at_risk_beyond_the_day(course, rows, day)
    if not therapies:
        the_clock_set_back_has_the_days_and_events_of_the_transplanted_arm(course, rows, outcome)
    for _, one in cohorts_of(rows):
        curves_are_products_over_who_is_in_the_arm(one, outcome)
        mantel_byar_is_the_score_test_of_cox(one)
    for _, one in cohorts_of(never):
        without_transplants_the_curve_is_kaplan_meier(one, outcome)


def the_split_keeps_every_day_and_event_and_an_event_on_the_day_waits(course, whole, rows):
    assert (rows["AVAL"] - rows["ENTRY"]).sum() == (whole["AVAL"] - whole["ENTRY"]).sum()
    assert sorted(rows.loc[rows["CNSR"] != 1, "USUBJID"]) == sorted(whole.loc[whole["CNSR"] != 1, "USUBJID"])
    on = (exposed_from(course) - course["TRTSDT"]).dt.days.set_axis(course["USUBJID"])[rows["USUBJID"]].to_numpy()
    exposed = (rows["ARM"] == TRANSPLANTED.code).to_numpy()
    assert (rows["ENTRY"] < rows["AVAL"]).all() and (rows["ENTRY"].to_numpy() == on)[exposed].all()
    assert not (rows["AVAL"].to_numpy() > on)[~exposed].any()


def curves_are_products_over_who_is_in_the_arm(rows, outcome):
    for arm in arms_of(rows, outcome, LANDMARK):
        whole = curve_of(arm.curve)
        assert whole == pytest.approx(hand_curve(arm.rows, arm.rows["CNSR"] == 0, LANDMARK))
        drawn = curve_of(until_few(arm.curve))
        assert drawn == pytest.approx(while_five_are_at_risk(whole, arm.rows))


def arms_of(rows, outcome, landmark):
    """The two arms of split rows, as the figure has them."""
    return [arm_from(rows[rows["ARM"] == arm.code], arm, EXPOSED[outcome], landmark) for arm in ARMS]


def curve_of(curve):
    """{day: S} after the beginning."""
    return dict(zip(curve["time"][1:], curve["estimate"][1:], strict=True)) if len(curve) else {}


def while_five_are_at_risk(whole, rows):
    """The part of a curve {day: S} before the first day with fewer than 5 at risk; nothing if it begins with fewer."""
    n_risk = {day: sum(max(r.ENTRY, LANDMARK) < day <= r.AVAL for r in rows.itertuples()) for day in whole}
    begins = sum(max(r.ENTRY, LANDMARK) <= LANDMARK < r.AVAL for r in rows.itertuples())
    few = min((day for day, n in n_risk.items() if n < 5), default=None)
    return {day: s for day, s in whole.items() if begins >= 5 and (few is None or day < few)}


def without_transplants_the_curve_is_kaplan_meier(rows, outcome):
    assert set(rows["ARM"]) == {"waiting"} and rows["USUBJID"].is_unique
    waiting, other = (arm.curve for arm in arms_of(rows, outcome, 0))
    start = max(first_stable_day(rows["ENTRY"], rows["AVAL"]) - 1, 0)
    held = rows[rows["AVAL"] > start]
    km = kaplan_meier(held["AVAL"], held["CNSR"] == 0, held["ENTRY"].clip(lower=start), start=start)
    assert other.empty and waiting["estimate"].tolist() == pytest.approx(km["estimate"].tolist())
    assert waiting["time"].tolist() == km["time"].tolist()


def mantel_byar_is_the_score_test_of_cox(rows):
    """On days with one event; ties are in tests/estimators."""
    event, exposed = (rows["CNSR"] == 0).to_numpy(), (rows["ARM"] == TRANSPLANTED.code).to_numpy()
    if rows.loc[event, "AVAL"].duplicated().any():
        return
    fit = cox(rows["ENTRY"], rows["AVAL"], event, exposed)
    if not fit.reason:
        test = mantel_byar(rows["ENTRY"], rows["AVAL"], event, exposed)
        assert fit.score[0] == pytest.approx(test.statistic) and fit.score[2] == pytest.approx(test.p_value)


def the_landmark_has_the_patients_at_risk_beyond_the_day(course, arms, day):
    """Relapse-free survival: who is in remission and event-free beyond the landmark is at risk in one of the arms."""
    rows = restart_at(derive_tte(course, OUTCOMES["rfs"][0], Rules()), course, day).rows
    exposed = exposed_by(course, rows["USUBJID"], day)
    remission = (course["RMSDT"] - course["TRTSDT"]).dt.days.set_axis(course["USUBJID"])[arms["USUBJID"]].to_numpy()
    beyond = arms[(arms["ENTRY"] <= day) & (arms["AVAL"] > day) & (remission <= day)]
    in_arm = {arm: set(part["USUBJID"]) for arm, part in beyond.groupby("ARM")}
    assert set(rows["USUBJID"][exposed]) == in_arm.get("transplanted", set())
    assert set(rows["USUBJID"][~exposed]) == in_arm.get("waiting", set())


def the_clock_set_back_has_the_days_and_events_of_the_transplanted_arm(course, arms, outcome):
    arm = arms[arms["ARM"] == TRANSPLANTED.code].set_index("USUBJID")
    after = derive_after(course, AFTER[outcome], Rules()).rows.set_index("USUBJID")
    after = after[after["AVAL"] > 0]  # seen last on the very day: no time in the arm
    assert (arm["AVAL"] - arm["ENTRY"]).to_dict() == after["AVAL"].to_dict()
    assert arm["CNSR"].to_dict() == after["CNSR"].to_dict()


def stays_of(course):
    return derive_stays(SimpleNamespace(course=course, rules=Rules()))


@IDENTITIES
@given(SEED)
def test_states_sum_to_one_at_every_time_and_their_expected_months_to_the_horizon(seed):
    for _, rows in cohorts_of(stays_of(datasets(seed))):
        curve = _curve(rows)
        expected = _expected(Stays(ALL_PATIENTS, rows, curve), 1)
        assert curve.groupby("time")["estimate"].sum().to_numpy() == pytest.approx(1)
        if expected["reason"].eq("").all():
            assert expected["estimate"].sum() == pytest.approx(1)
            assert (expected["conf_low"] <= expected["estimate"] + 1e-9).all()
            assert (expected["estimate"] <= expected["conf_high"] + 1e-9).all()


@IDENTITIES
@given(SEED)
def test_with_death_alone_the_occupancy_of_dead_is_the_cumulative_incidence_of_death(seed):
    course = datasets(seed)
    alive = ["TRTSDT", "LSTCNTDT", "DTHDT"]
    course = course.assign(**{name: pd.NaT for name in DATES if name not in alive}, NEVERAP=False)
    course = course.astype(dict.fromkeys(DATES, "datetime64[s]"))
    stays, ends = (
        stays_of(course),
        course.assign(DAY=(course["LSTCNTDT"] - course["TRTSDT"]).dt.days, DEAD=course["DTHDT"].notna()),
    )
    people = dict(iter(cohorts_of(ends)))
    for name, rows in cohorts_of(stays):
        dead = _curve(rows).query(f"outcome == {len(STATES)}").set_index("time")["estimate"]
        day, died, surviving = people[name]["DAY"].to_numpy(), people[name]["DEAD"].to_numpy(), 1.0
        for t in np.unique(day):
            surviving *= 1 - (died & (day == t)).sum() / (day >= t).sum()
            assert dead.loc[:t].iloc[-1] == pytest.approx(1 - surviving)
