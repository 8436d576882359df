"""Landmark and subgroups on the twelve, against counts by hand."""

import pandas as pd
import pytest

from analyses.cohort import compared_by
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.landmark import compared_by_landmark_class, landmark
from analyses.time_to_event.subgroups import WHOLE, month_by_subgroup, rate_by_subgroup
from endpoints.catalogue import BCA, EFS, OS, RFS, SURVIVAL_ENDPOINTS
from endpoints.cohort import ALL_PATIENTS, GROUPINGS, Group
from endpoints.landmark import EVENT_BEFORE, NOT_BEYOND, NOT_YET, RELAPSED, restart_at
from endpoints.time_to_event import derive_tte
from estimators.kaplan_meier import estimates_at, kaplan_meier
from estimators.reasons import AFTER_FOLLOW_UP
from tests.analyses.cohorts import cohort, cohort_of, row, sample_cohort
from tests.literal import patient
from tests.pages.twelve import INFUSED

EVEN, ODD = Group("a", "Even", 0), Group("b", "Odd", 1)


def restarted(endpoint, day):
    chosen = cohort()
    return restart_at(derive_tte(chosen.whole.course, endpoint, chosen.rules), chosen.whole.course, day)


def reasons(derived):
    return dict(zip(derived.left_out["USUBJID"], derived.left_out["REASON"], strict=True))


@pytest.mark.parametrize(
    ("endpoint", "day", "inside", "out"),
    [
        # by day 45: P04 never in remission, P05 dead on day 20 without one, P06 last seen on day 40
        (
            OS,
            45,
            {"P01", "P02", "P03", "P07", "P08", "P09", "P10"},
            {"P04": NOT_YET, "P05": NOT_YET, "P06": NOT_BEYOND},
        ),
        (
            OS,
            190,
            {"P01", "P02", "P03", "P08", "P10"},
            {"P04": NOT_YET, "P05": NOT_YET, "P06": NOT_BEYOND, "P07": RELAPSED, "P09": NOT_BEYOND},
        ),
        (RFS, 190, {"P01", "P02", "P03", "P08", "P10"}, {"P06": NOT_BEYOND, "P07": RELAPSED, "P09": NOT_BEYOND}),
    ],
)
def test_the_risk_set_of_a_landmark_is_in_remission_without_event_and_observed_beyond_it(endpoint, day, inside, out):
    derived = restarted(endpoint, day)
    assert set(derived.rows["USUBJID"]) == inside
    assert {patient: reason.words for patient, reason in out.items()}.items() <= reasons(derived).items()


def test_the_clock_restarts_at_the_landmark():
    rows = restarted(RFS, 120).rows.set_index("USUBJID")
    assert rows.loc["P02", "AVAL"] == 200 - 120 and rows.loc["P08", "AVAL"] == 250 - 120
    assert (rows["STARTDT"] == rows["TRTSDT"] + pd.Timedelta(days=120)).all() and (rows["ENTRY"] == 0).all()


def test_an_event_on_the_landmark_day_is_before_it():
    assert reasons(restarted(OS, 300))["P10"] == EVENT_BEFORE.words  # P10 dies on day 300


def test_a_landmark_curve_is_kaplan_meier_of_the_restarted_rows_per_class():
    chosen = cohort()
    members = pd.DataFrame({"USUBJID": INFUSED, "GROUP": ["a" if int(p[1:]) % 2 == 0 else "b" for p in INFUSED]})
    compared = compared_by_landmark_class(chosen, "Parity", (EVEN, ODD), members)
    result = landmark(chosen, EFS, kaplan_meier, 45, compared)
    # even and in remission at day 45: P02 event 200, P08 event 250, P10 event 300; days from 45
    curve = kaplan_meier([155, 205, 255], [True, True, True])
    estimate = row(result, strata="a", months=6)["estimate"]
    assert estimate == pytest.approx(estimates_at(curve, [182.625])["estimate"].item())
    assert result.n + result.left_out["n"].sum() == chosen.n
    assert "day 45" in result.x_title


def test_a_landmark_of_the_enrolled_is_refused():
    chosen = cohort(population="enrolled")
    compared = compared_by_landmark_class(chosen, "Parity", (EVEN,), pd.DataFrame({"USUBJID": ["P01"], "GROUP": ["a"]}))
    result = landmark(chosen, EFS, kaplan_meier, 45, compared)
    assert result.n == 0 and "Choose the population Infused" in result.notes[0].text


def test_subgroup_rates_are_counts_of_the_level_and_the_first_row_is_the_whole():
    chosen = cohort()
    rows = chosen.patients[["USUBJID"]].reset_index(drop=True)
    event = rows["USUBJID"].isin(["P01", "P02", "P03"])
    among = ~rows["USUBJID"].isin(["P09"])
    result = rate_by_subgroup(chosen, rows, event, among)
    assert result.rows.iloc[0][["factor", "strata", "label", "n", "n_event"]].tolist() == [
        WHOLE,
        ALL_PATIENTS.code,
        "Cohort",
        9,
        3,
    ]
    for by in GROUPINGS:
        people = chosen.patients.assign(EVENT=event.to_numpy())[among.to_numpy()]
        part = result.rows[result.rows["factor"] == by.code]
        if people[by.column].nunique() > 1:
            assert part["n"].sum() == 9 and part["n_event"].sum() == 3
            assert sorted(part["n"]) == sorted(people[by.column].astype(str).value_counts())
        else:
            assert part.empty


def test_subgroup_survival_is_kaplan_meier_of_the_level():
    rows = month_by_subgroup(cohort(), OS, 12).rows
    alone = month_by_subgroup(cohort(filters={"sex": ("female",)}), OS, 12).rows.iloc[0]
    women = rows[(rows["factor"] == "sex") & (rows["strata"] == "female")].iloc[0]
    assert women[["n", "n_event"]].tolist() == alone[["n", "n_event"]].tolist() == [5, 1]  # P05 on day 20
    assert women["estimate"] == pytest.approx(alone["estimate"], nan_ok=True)


def watched(name, first, lost=None):
    """In remission, and watched, from day `first` on, without B cells until day `lost`."""
    samples = [dict(day=day, cd19_pct_lymphocytes=0.0) for day in (first, *range(90, 700, 60)) if day < (lost or 700)]
    over = [dict(day=lost, cd19_pct_lymphocytes=9.0)] if lost else []
    return patient(name, responses={first: "CR", 690: "CR"}, b_cells=samples + over)


def test_a_subgroup_of_delayed_entry_says_what_the_curve_of_the_same_patients_says():
    people = [watched("B00", 20, lost=40), *(watched(f"B{i:02d}", 60, 200 if i < 4 else None) for i in range(1, 13))]
    chosen = cohort_of(*people)
    result = estimate_endpoint(chosen, BCA, kaplan_meier)
    for month in (3, 6, 12):
        curve, whole = row(result, months=month), month_by_subgroup(chosen, BCA, month).rows.iloc[0]
        assert whole[["estimate", "conf_low"]].tolist() == pytest.approx(
            curve[["estimate", "conf_low"]].tolist(), nan_ok=True
        )
    assert whole["estimate"] == pytest.approx(9 / 12)  # B00 was lost before 10 were watched


@pytest.mark.parametrize("endpoint", [*SURVIVAL_ENDPOINTS, BCA], ids=lambda e: e.paramcd)
def test_every_row_of_a_forest_is_the_curve_of_its_level(endpoint):
    chosen, compared = cohort(), 0
    forest = month_by_subgroup(chosen, endpoint, 6).rows
    for by in GROUPINGS:
        rows = forest[forest["factor"] == by.code].set_index("strata")
        if rows.empty or len(rows) > 6:
            continue
        alone = estimate_endpoint(compared_by(chosen, by.code), endpoint, kaplan_meier).numbers
        for curve in alone[alone["months"] == 6].itertuples():
            assert rows.loc[curve.strata, "estimate"] == pytest.approx(curve.estimate, nan_ok=True)
            assert rows.loc[curve.strata, ["n", "n_event"]].tolist() == [curve.n, curve.n_event]
            compared += 1
    assert compared > 10


def test_a_subgroup_that_nobody_reached_the_month_in_says_until_when():
    last = estimate_endpoint(cohort(), EFS, kaplan_meier).patients["AVAL"].max()
    whole = month_by_subgroup(cohort(), EFS, 36).rows.iloc[0]
    assert whole["reason"] == AFTER_FOLLOW_UP and whole["reason_time"] == last


@pytest.mark.parametrize("month", [3, 6, 12, 24, 36])
@pytest.mark.parametrize("endpoint", [OS, BCA], ids=lambda e: e.paramcd)
def test_every_row_of_the_forest_of_the_sample_is_the_curve_of_these_patients(endpoint, month):
    """Every level, also of factors with more levels than a figure compares: the cohort filtered to it, alone."""
    chosen, compared = sample_cohort(), 0
    for of_level in month_by_subgroup(chosen, endpoint, month).rows.itertuples():
        filters = {of_level.factor: (of_level.strata,)} if of_level.factor else {}
        curve = row(estimate_endpoint(sample_cohort(filters=filters), endpoint, kaplan_meier), months=month)
        for name in ("estimate", "conf_low", "conf_high"):
            assert getattr(of_level, name) == pytest.approx(curve[name], nan_ok=True), of_level
        for name in ("n", "n_event", "reason"):
            assert getattr(of_level, name) == curve[name], of_level
        compared += 1
    assert compared > 60


def test_the_events_of_a_forest_are_those_by_its_month():
    """Deaths on days 100, 200, ..., 700: three by month 12, all seven by month 24."""
    chosen = cohort_of(
        *(patient(f"E{i}", sex="female" if i % 2 else "male", death=100 * i) for i in range(1, 8)),
        *(patient(f"S{i}", sex="female", last_contact=790) for i in range(3)),
    )
    for month, in_all, women in ((12, 3, 2), (24, 7, 4)):
        rows = month_by_subgroup(chosen, OS, month).rows.set_index("strata")
        assert rows.loc["all", "n_event"] == in_all and rows.loc["all", "n"] == 10
        assert rows.loc["female", "n_event"] == women and rows.loc["male", "n_event"] == in_all - women
        assert rows.loc["all", "estimate"] == pytest.approx(1 - in_all / 10)
