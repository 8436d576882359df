"""The clock set back at the transplant, landmarks side by side, and the start of Simon-Makuch curves: by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analyses.time_to_event.after_transplant import after_transplant, dynamic_landmark
from analyses.time_to_event.maturity import maturity
from analyses.time_to_event.time_dependent import by_transplant
from analyses.time_to_event.transplant import transplant_landmark
from endpoints.after_transplant import AFTER, NOT_EXPOSED, ON_THE_DAY, derive_after
from endpoints.catalogue import CATALOGUE
from endpoints.dynamic_landmark import LANDMARKS
from endpoints.exposure import EXPOSED, exposed_from
from estimators.cox import cox
from estimators.kaplan_meier import estimates_at, kaplan_meier
from estimators.logrank import logrank
from figures import pictures
from pages.parts.session.sidebar import Cohort
from tests.analyses.cohorts import cohort
from tests.charts.reading import layers
from tests.literal import patient, study_of
from tests.pages import test_estimate

REMISSION = {28: "CR"}


def cohort_of(*people, by=None) -> Cohort:
    """Those patients as the chosen cohort, under a dataset version of their own."""
    names = tuple(one["patient"][0]["patient_id"] for one in people)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(test_estimate, "MANY", dict(zip(names, people, strict=True)))
        found = cohort(by=by, patients=names)
    return replace(found, loaded=replace(found.loaded, version="-".join(names)))


def tx(day, status=None):
    return [dict(day=day, disease_status=status)]


TEN = (
    patient("XA", responses=REMISSION, transplants=tx(80, "cr_mrd_negative"), death=200),
    patient(
        "XB", responses=REMISSION, transplants=tx(90, "cr_mrd_positive"), relapses=[dict(day=150)], last_contact=400
    ),
    patient("XC", responses={28: "CR", 300: "CR"}, transplants=tx(100, "cr_mrd_unknown"), last_contact=500),
    patient("XD", responses=REMISSION, transplants=tx(70, "cr_mrd_negative"), death=70),
    patient(
        "XE",
        responses=REMISSION,
        transplants=tx(110, "cr_mrd_negative"),
        last_contact=300,
        therapies=[dict(day=50, kind="blinatumomab")],
    ),
    patient("XF", responses=REMISSION, transplants=tx(75, "not_in_remission"), last_contact=300),
    patient("XG", responses=REMISSION, last_contact=300),
    patient("XH", responses=REMISSION, relapses=[dict(day=60)], transplants=tx(90), last_contact=300),
    patient("XI", responses=REMISSION, transplants=tx(120), last_contact=300),
    patient("XJ", responses={60: "CR"}, transplants=tx(40), last_contact=300),
)


def test_no_two_endpoints_share_the_code_under_which_their_rows_are_kept():
    codes = [e.paramcd for e in (*CATALOGUE, *EXPOSED.values(), *AFTER.values())]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("os", {"XA": (120, 0), "XB": (310, 1), "XC": (400, 1), "XI": (180, 1)}),
        ("rfs", {"XA": (120, 0), "XB": (60, 0), "XC": (200, 1), "XI": (0, 1)}),
        ("relapse", {"XA": (120, 2), "XB": (60, 0), "XC": (200, 1), "XI": (0, 1)}),
    ],
)
def test_time_counts_from_the_transplant_in_remission(outcome, expected):
    study = study_of(*TEN)
    found = derive_after(study.course, AFTER[outcome], study.rules)
    assert {r.USUBJID: (r.AVAL, r.CNSR) for r in found.rows.itertuples()} == expected
    out = found.left_out.set_index("USUBJID")["REASON"].to_dict()
    none = "no allogeneic transplant in remission"
    assert out == {
        "XD": ON_THE_DAY,
        "XE": NOT_EXPOSED,
        "XF": none,
        "XG": none,
        "XH": none,
        "XJ": "first remission only after an allogeneic transplant",
    }


def test_the_figure_after_transplant_compares_the_status_recorded_with_it():
    compared, found = after_transplant(cohort_of(*TEN), "os", "36")
    assert found.n == 4 and compared.by.label == "MRD status at transplant"
    n = found.patients.groupby("GROUP")["USUBJID"].nunique().to_dict()
    assert n == {"MRD-negative": 1, "MRD-positive": 1, "MRD unknown": 1, "Not recorded": 1}
    assert found.curve.empty  # fewer than 5 at risk in every group: a row says so of each, with its patients and deaths
    rows = found.numbers.set_index("strata")
    assert rows["n"].to_dict() == n and rows["n_event"].to_dict() == dict.fromkeys(n, 0) | {"MRD-negative": 1}
    assert set(rows["result"]) == {"not shown: fewer than 5 at risk where the curve would begin"}
    assert any("Not drawn for that reason: MRD-negative, MRD-positive" in note for note in found.notes)
    assert found.risk.groupby("strata")["n_risk"].max().to_dict() == n
    assert found.left_out.set_index("reason")["n"].to_dict() == {
        "no allogeneic transplant in remission": 3,
        ON_THE_DAY: 1,
        NOT_EXPOSED: 1,
        "first remission only after an allogeneic transplant": 1,
    }
    assert found.test.reason.startswith("no p-value: fewer than 10 patients")
    assert found.x_title == "Months from transplant"


def test_among_the_enrolled_the_transplant_figures_say_that_they_are_of_the_infused():
    study = cohort(population="enrolled")
    for found in (
        after_transplant(study, "os", "36")[1],
        dynamic_landmark(study, "os"),
        by_transplant(study, "os", 90, "36"),
    ):
        assert found.n == 0 and found.notes[0].endswith("Choose the population Infused.")


def test_a_transplant_recorded_as_not_in_remission_ends_the_waiting_for_a_later_one():
    study = study_of(
        patient(
            "A",
            responses=REMISSION,
            last_contact=300,
            transplants=[*tx(70, "not_in_remission"), *tx(200, "cr_mrd_negative")],
        )
    )
    assert exposed_from(study.course).isna().all()


# Landmarks side by side ---------------------------------------------------------------------------------------------


def _person(i):
    """Every second is transplanted on day 50 + 2 i (50-162); deaths from day 70 on, thinned in both arms."""
    chosen, dies = i % 2 == 0, i % 3 != 1
    return dict(
        tx=50 + 2 * i if chosen and not (dies and 70 + 9 * i <= 50 + 2 * i) else None,
        death=70 + 9 * i if dies else None,
    )


PEOPLE = [_person(i) for i in range(56)]
FIFTY_SIX = tuple(
    patient(
        f"D{i:02d}",
        responses=REMISSION,
        transplants=tx(p["tx"]) if p["tx"] else [],
        **(dict(death=p["death"]) if p["death"] else dict(last_contact=790)),
    )
    for i, p in enumerate(PEOPLE)
)


def recounted(day):
    """(time, event, exposed) of the risk set at a landmark, patient by patient."""
    rows = [
        ((p["death"] or 790) - day, p["death"] is not None, bool(p["tx"] and p["tx"] <= day))
        for p in PEOPLE
        if (p["death"] or 790) > day
    ]
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def test_each_landmark_is_its_own_cox_regression_of_a_recount():
    table = dynamic_landmark(cohort_of(*FIFTY_SIX), "os").numbers.set_index("strata")
    assert LANDMARKS == (60, 90, 120, 180)
    assert list(table.index) == [*(f"Day {day}" for day in LANDMARKS), "Time-dependent"]
    for day in LANDMARKS:
        time, event, exposed = recounted(day)
        row = table.loc[f"Day {day}"]
        assert row[["n_waiting", "n_exposed"]].tolist() == [(~exposed).sum(), exposed.sum()]
        assert row[["events_waiting", "events_exposed"]].tolist() == [event[~exposed].sum(), event[exposed].sum()]
        if exposed.sum() < 10:
            assert row["reason"] == "fewer than 10 transplanted" and row["result"] == "not shown"
            assert np.isnan(row["estimate"])
            continue
        fit = cox(np.zeros(len(time)), time, event, exposed)
        assert row[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(
            [fit.hazard_ratio[0], fit.conf_low[0], fit.conf_high[0]]
        )
        assert row["p_value"] == pytest.approx(logrank(time, event, exposed).p_value)
    assert {"Day 60", "Day 90"} == set(table.index[table["n_exposed"] < 10])
    whole = by_transplant(cohort_of(*FIFTY_SIX), "os", 90, "36").numbers.iloc[0]
    assert table.loc["Time-dependent", "estimate"] == pytest.approx(whole["estimate"])


def test_who_was_transplanted_before_first_remission_is_not_among_the_not_transplanted():
    """XJ was transplanted on day 40 and came into remission on day 60: in neither arm, as in the other figures."""
    study = cohort_of(*TEN)
    _, found = transplant_landmark(study, "os", 90, "36")
    groups = found.patients.set_index("USUBJID")["GROUP"].to_dict()
    assert groups["XI"] == groups["XF"] == "Not transplanted by day 90" and "XJ" not in groups
    assert found.left_out.set_index("reason")["n"]["first remission only after an allogeneic transplant"] == 1
    side_by_side = dynamic_landmark(study, "os").patients
    assert "XJ" not in set(side_by_side["USUBJID"])


def test_follow_up_of_the_landmarks_counts_from_the_first_and_of_all_times_from_infusion():
    """Everybody is at risk on day 60; who lives was seen last on day 790: 24.0 and 26.0 months later."""
    study = cohort_of(*FIFTY_SIX)
    landmarks, all_times = maturity(study, dynamic_landmark(study, "os")).strip[:2]
    assert landmarks.startswith("Follow-up from the first landmark at which a patient is at risk: median 24.0 months")
    assert all_times.startswith("Follow-up from infusion: median 26.0 months")
    landmarks, all_times = maturity(study, dynamic_landmark(study, "rfs")).strip[:2]
    assert landmarks.startswith("Follow-up from the first landmark at") and all_times.startswith(
        "Follow-up from infusion: "
    )


def test_the_picture_of_landmarks_has_a_fixed_axis_and_says_what_is_withheld():
    found = dynamic_landmark(cohort_of(*FIFTY_SIX), "os")
    [chart] = pictures.ratio_forest(found, "Hazard ratio", "fewer", "more")
    dots = layers(chart.spec, "point")[0]["encoding"]
    assert dots["x"]["scale"] == {"type": "log", "domain": [0.1, 10], "nice": False}
    assert dots["y"]["scale"]["domain"] == list(chart.frame["strata"])
    assert chart.frame["text"].iloc[0] == "not shown"
    assert chart.frame["reason"].iloc[0] == "fewer than 10 transplanted"
    assert chart.frame["counts"].iloc[-1] == "Not yet: {} events of 56\nTransplanted: {} events of {}".format(
        *found.numbers.iloc[-1][["events_waiting", "events_exposed", "n_exposed"]]
    )
    below, above = (layer for layer in layers(chart.spec, "text") if layer["encoding"]["text"].get("value"))
    assert (below["encoding"]["text"]["value"], below["mark"]["align"]) == ("fewer", "right")  # left of the line at 1
    assert (above["encoding"]["text"]["value"], above["mark"]["align"]) == ("more", "left")
    assert any(note.startswith("Day 60: no test and no hazard ratio") for note in found.notes)


def test_who_is_in_no_row_of_the_landmarks_is_left_out_for_the_reason_of_the_time_dependent_figure():
    found = dynamic_landmark(cohort_of(*TEN, patient("XK", responses={28: "NR"}, last_contact=90)), "os")
    assert found.n == 9 and found.left_out.set_index("reason")["n"].to_dict() == {
        "no first remission": 1,
        "first remission only after an allogeneic transplant": 1,
    }


@pytest.mark.parametrize("outcome", ["os", "rfs", "relapse"])
def test_a_cohort_too_small_shows_reasons_and_no_ratio(outcome):
    found = dynamic_landmark(cohort(), outcome)
    assert found.numbers["estimate"].isna().all() and (found.numbers["reason"] != "").all()


# Where Simon-Makuch curves begin and end ----------------------------------------------------------------------------


def test_from_a_landmark_nobody_with_an_event_by_then_is_in_the_curve():
    """Deaths on days 100, 101, ...: the one on the landmark day itself is not of those event-free beyond it."""
    people = [patient(f"S{i:02d}", responses=REMISSION, death=100 + i) for i in range(20)]
    found = by_transplant(cohort_of(*people), "os", 105, "36")
    curve = found.curve[found.curve["strata"] == "Not yet transplanted"]
    assert curve["time"].min() * 30.4375 == pytest.approx(105) and curve["estimate"].iloc[0] == 1
    assert curve["n_risk"].iloc[0] == 14 and curve["n_event"].sum() == 10  # days 106-115; then fewer than 5 are left
    assert curve["time"].max() * 30.4375 == pytest.approx(115) and found.numbers["n"].iloc[0] == 14


def test_without_a_landmark_each_curve_begins_once_enough_are_at_risk():
    found = by_transplant(cohort_of(*FIFTY_SIX), "os", 0, "36")
    begins = found.curve.groupby("strata")["time"].min() * 30.4375
    # 56 are in remission on day 28; the 10th transplant is on day 86 (50, 54, ...) and counts from day 87 on
    exposed = sorted(p["tx"] for p in PEOPLE if p["tx"])
    assert begins["Not yet transplanted"] == pytest.approx(27)
    at_risk = [sum(p["tx"] < day <= (p["death"] or 790) for p in PEOPLE if p["tx"]) for day in range(200)]
    assert begins["Transplanted"] == pytest.approx(next(d for d, n in enumerate(at_risk) if n >= 10) - 1)
    assert len(exposed) > 20 and any(note.startswith("No landmark: each curve begins once 10") for note in found.notes)


def test_the_numbers_at_risk_of_both_arms_are_counted_from_the_patients():
    risk = by_transplant(cohort_of(*FIFTY_SIX), "os", 90, "36").risk
    for arm in ("Not yet transplanted", "Transplanted"):
        for row in risk[risk["strata"] == arm].itertuples():
            day = row.time * 30.4375
            last = [p["death"] or 790 for p in PEOPLE]
            waits = sum(27 < day <= min(end, p["tx"] or end) for p, end in zip(PEOPLE, last, strict=True))
            has = sum(bool(p["tx"]) and p["tx"] < day <= end for p, end in zip(PEOPLE, last, strict=True))
            assert row.n_risk == (waits if arm == "Not yet transplanted" else has)


def test_transplants_that_never_switch_the_arm_are_said():
    found = by_transplant(cohort_of(*TEN), "os", 90, "36")
    assert any(
        note.startswith("Transplanted only after relapse or new therapy") and note.endswith(": 3.")
        for note in found.notes
    )
    assert any(
        note.startswith("Transplanted in remission only on the last day of observation") and note.endswith(": 1.")
        for note in found.notes
    )  # XD
    assert any(note == "No test and no hazard ratio: fewer than 10 transplanted (4)." for note in found.notes)


def test_few_events_in_an_arm_withhold_test_and_ratio_but_not_the_curves():
    people = [
        patient(
            f"V{i:02d}",
            responses=REMISSION,
            transplants=tx(60) if i < 12 else [],
            **(dict(death=200 + i) if i > 11 and i % 4 else dict(last_contact=700)),
        )
        for i in range(40)
    ]
    found = by_transplant(cohort_of(*people), "os", 90, "36")
    assert set(found.curve["strata"]) == {"Not yet transplanted", "Transplanted"} and found.test is None
    assert found.notes[0] == (
        "No test and no hazard ratio: fewer than 5 events in an arm (21 not yet transplanted, 0 transplanted)."
    )


def test_the_curve_after_transplant_is_kaplan_meier_of_a_hand_count():
    compared, found = after_transplant(cohort_of(*FIFTY_SIX), "os", "36")
    held = [p for p in PEOPLE if p["tx"]]
    time, event = [(p["death"] or 790) - p["tx"] for p in held], [p["death"] is not None for p in held]
    assert found.n == len(held) and set(found.numbers["strata"]) == {"Not recorded"}
    row = found.numbers[found.numbers["months"] == 12].iloc[0]
    assert row["estimate"] == pytest.approx(estimates_at(kaplan_meier(time, event), [365.25])["estimate"].item())
    assert pd.isna(found.curve["estimate"]).sum() == 0 and compared.n == 56
