"""Landmark and subgroups on the twelve, against counts by hand; number choices in the URL."""

import pandas as pd
import pytest

from analyses.time_to_event.estimate import by_group
from analyses.time_to_event.landmark import classed, landmark
from analyses.time_to_event.subgroups import month_by_subgroup, rate_by_subgroup
from charts.forest import forest, row_key
from endpoints.catalogue import BCA, EFS, OS, RFS, SURVIVAL_ENDPOINTS
from endpoints.cohort import GROUPINGS, Group
from endpoints.landmark import EVENT_BEFORE, NOT_BEYOND, NOT_YET, RELAPSED, restart_at
from endpoints.time_to_event import derive_tte
from estimators.kaplan_meier import estimates_at, kaplan_meier
from pages.parts.session.choices import Reader, encode
from tests.literal import patient
from tests.pages import test_estimate
from tests.pages.test_estimate import cohort
from tests.pages.twelve import INFUSED

EARLY, LATE = Group("a", "Even", 0), Group("b", "Odd", 1)


def reasons(found):
    return dict(zip(found.left_out["USUBJID"], found.left_out["REASON"], strict=True))


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
    course = cohort().study.course
    found = restart_at(derive_tte(course, endpoint, cohort().rules), course, day)
    assert set(found.rows["USUBJID"]) == inside
    assert out.items() <= reasons(found).items()


def test_the_clock_restarts_at_the_landmark():
    course = cohort().study.course
    rows = restart_at(derive_tte(course, RFS, cohort().rules), course, 120).rows.set_index("USUBJID")
    assert rows.loc["P02", "AVAL"] == 200 - 120 and rows.loc["P08", "AVAL"] == 250 - 120
    assert (rows["STARTDT"] == rows["TRTSDT"] + pd.Timedelta(days=120)).all() and (rows["ENTRY"] == 0).all()


def test_an_event_on_the_landmark_day_is_before_it():
    course = cohort().study.course
    found = restart_at(derive_tte(course, OS, cohort().rules), course, 300)  # P10 dies on day 300
    assert reasons(found)["P10"] == EVENT_BEFORE


def test_a_landmark_curve_is_kaplan_meier_of_the_restarted_rows_per_class():
    study = cohort()
    members = pd.DataFrame({"USUBJID": INFUSED, "GROUP": ["a" if int(p[1:]) % 2 == 0 else "b" for p in INFUSED]})
    by = classed(study, "Parity", (EARLY, LATE), members)
    found = landmark(study, EFS, kaplan_meier, 45, by)
    at = found.numbers[(found.numbers["strata"] == "Even") & (found.numbers["months"] == 6)]
    # even and in remission at day 45: P02 event 200, P08 event 250, P10 event 300; days from 45
    curve = kaplan_meier([155, 205, 255], [True, True, True])
    assert at["estimate"].item() == pytest.approx(estimates_at(curve, [182.625])["estimate"].item())
    assert found.n + found.left_out["n"].sum() == study.n
    assert "day 45" in found.x_title


def test_a_landmark_of_the_enrolled_is_refused():
    study = cohort(population="enrolled")
    by = classed(study, "Parity", (EARLY,), pd.DataFrame({"USUBJID": ["P01"], "GROUP": ["a"]}))
    assert "Choose the population Infused" in landmark(study, EFS, kaplan_meier, 45, by).notes[0]


def test_subgroup_rates_are_counts_of_the_level_and_the_first_row_is_the_whole():
    study = cohort()
    rows = study.adsl[["USUBJID"]].reset_index(drop=True)
    event = rows["USUBJID"].isin(["P01", "P02", "P03"])
    among = ~rows["USUBJID"].isin(["P09"])
    found = rate_by_subgroup(study, rows, event, among)
    assert found.numbers.iloc[0][["strata", "n", "n_event"]].tolist() == ["All patients", 9, 3]
    for by in GROUPINGS:
        here = study.adsl.assign(E=event.to_numpy(), A=among.to_numpy())
        here = here[here["A"]]
        part = found.numbers[found.numbers["factor"] == by.label]
        if here[by.column].nunique() > 1:
            assert part["n"].sum() == 9 and part["n_event"].sum() == 3
            assert sorted(part["n"]) == sorted(here[by.column].astype(str).value_counts())
        else:
            assert part.empty


def test_subgroup_survival_is_kaplan_meier_of_the_level():
    study = cohort()
    found = month_by_subgroup(study, OS, 12)
    women = cohort(filters={"sex": ("female",)})
    alone = month_by_subgroup(women, OS, 12).numbers.iloc[0]
    row = found.numbers[(found.numbers["factor"] == "Sex") & (found.numbers["strata"] == "Female")].iloc[0]
    assert row[["n", "n_event"]].tolist() == alone[["n", "n_event"]].tolist()
    assert row["estimate"] == pytest.approx(alone["estimate"], nan_ok=True)


def watched(name, first, lost=None):
    """In remission, and watched, from day `first` on, without B cells until day `lost`."""
    samples = [dict(day=day, cd19_pct_lymphocytes=0.0) for day in (first, *range(90, 700, 60)) if day < (lost or 700)]
    over = [dict(day=lost, cd19_pct_lymphocytes=9.0)] if lost else []
    return patient(name, responses={first: "CR", 690: "CR"}, b_cells=samples + over)


def test_a_subgroup_of_delayed_entry_says_what_the_curve_of_the_same_patients_says(monkeypatch):
    people = [watched("B00", 20, lost=40), *(watched(f"B{i:02d}", 60, 200 if i < 4 else None) for i in range(1, 13))]
    monkeypatch.setattr(test_estimate, "MANY", {one["patient"][0]["patient_id"]: one for one in people})
    study = cohort(patients=tuple(test_estimate.MANY))
    for month in (3, 6, 12):
        numbers = by_group(study, BCA, kaplan_meier).numbers
        curve = numbers[numbers["months"] == month].iloc[0]
        whole = month_by_subgroup(study, BCA, month).numbers.iloc[0]
        assert whole[["estimate", "conf_low"]].tolist() == pytest.approx(
            curve[["estimate", "conf_low"]].tolist(), nan_ok=True
        )
    assert whole["estimate"] == pytest.approx(9 / 12)


@pytest.mark.parametrize("endpoint", [*SURVIVAL_ENDPOINTS, BCA], ids=lambda e: e.paramcd)
def test_every_row_of_a_forest_is_the_curve_of_its_level(endpoint):
    study = cohort()
    forest_rows = month_by_subgroup(study, endpoint, 6).numbers
    for by in GROUPINGS:
        rows = forest_rows[forest_rows["factor"] == by.label].set_index("strata")
        if rows.empty or len(rows) > 6:
            continue
        alone = by_group(compared_by(study, by.code), endpoint, kaplan_meier).numbers
        for row in alone[alone["months"] == 6].itertuples():
            assert rows.loc[row.strata, "estimate"] == pytest.approx(row.estimate, nan_ok=True), (by.label, row.strata)


def test_a_subgroup_that_nobody_reached_the_month_in_says_until_when_in_months():
    last = by_group(cohort(), EFS, kaplan_meier).patients["AVAL"].max()
    table = month_by_subgroup(cohort(), EFS, 36).numbers
    assert table.iloc[0]["reason"] == f"not estimable: last assessment or event at {last / 30.4375:.1f} months"


def test_a_forest_plot_has_a_line_per_subgroup_and_one_per_heading():
    spec = forest((("", "All patients"), ("Sex", "Female"), ("Sex", "Male")), "CR + CRi")
    domain = spec["layer"][1]["encoding"]["y"]["scale"]["domain"]
    assert domain == [row_key("", "All patients"), "Sex\t", "Sex\tFemale", "Sex\tMale"]


@pytest.mark.parametrize("text", ["-1", "1e3", "99999", "x", "", "12.5", "10"])
def test_a_number_out_of_its_declaration_is_refused_with_a_sentence(text):
    reader = Reader({"transplant_landmark": [text]})
    assert reader.state["transplant_landmark"] == 90
    assert reader.problems == [f"Landmark cannot be '{text}'; the default is used."]


def test_a_number_that_is_not_at_its_default_stands_in_the_url():
    state = Reader({"transplant_landmark": ["60"]}).state
    assert state["transplant_landmark"] == 60
    assert encode(state) == {"transplant_landmark": ["60"]}
