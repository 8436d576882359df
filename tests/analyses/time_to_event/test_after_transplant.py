"""The clock set back at the transplant, landmarks side by side, and the start of Simon-Makuch curves: by hand."""

import numpy as np
import pandas as pd
import pytest

from analyses.time_to_event.after_transplant import ALL_LANDMARKS, ALL_TIMES, after_transplant, dynamic_landmark
from analyses.time_to_event.curve import steps
from analyses.time_to_event.maturity import maturity
from analyses.time_to_event.time_dependent import ALL_OBSERVATION, RATIO, by_transplant
from analyses.time_to_event.transplant import not_in_remission_rows, transplant_landmark
from endpoints.after_transplant import AFTER, NOT_EXPOSED, ON_THE_DAY, derive_after
from endpoints.catalogue import CATALOGUE
from endpoints.dynamic_landmark import LANDMARKS
from endpoints.exposure import EXPOSED, exposed_from
from estimators.cox import cox
from estimators.kaplan_meier import estimates_at, kaplan_meier
from estimators.logrank import logrank
from estimators.reasons import FEW_EVENTS, FEW_PATIENTS
from estimators.super_model import super_model
from figures import pictures, rate_pictures
from figures.figure import figure_of
from figures.numbers import worded
from tests.analyses.cohorts import DAYS_PER_MONTH, cohort, cohort_of, n_of, note, notes, reasons, row
from tests.charts.reading import layers
from tests.literal import patient, study_of

REMISSION = {28: "CR"}
WAITING, HELD = "waiting", "transplanted"  # the arms


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
    derived = derive_after(study.course, AFTER[outcome], study.rules)
    assert {r.USUBJID: (r.AVAL, r.CNSR) for r in derived.rows.itertuples()} == expected
    out = derived.left_out.set_index("USUBJID")["REASON"].to_dict()
    none = "no allogeneic transplant in remission"
    assert out == {
        "XD": ON_THE_DAY.words,
        "XE": NOT_EXPOSED.words,
        "XF": none,
        "XG": none,
        "XH": none,
        "XJ": "first remission only after an allogeneic transplant",
    }


def test_the_figure_after_transplant_compares_the_status_recorded_with_it():
    result = after_transplant(cohort_of(*TEN), "os", "36")
    assert result.n == 4 and result.cohort.by.label == "MRD status at transplant"
    n = result.patients.groupby("GROUP")["USUBJID"].nunique().to_dict()
    assert n == {"MRD-negative": 1, "MRD-positive": 1, "MRD unknown": 1, "Not recorded": 1} == n_of(result)
    assert reasons(result) == {
        "no allogeneic transplant in remission": 3,
        ON_THE_DAY.words: 1,
        NOT_EXPOSED.words: 1,
        "first remission only after an allogeneic transplant": 1,
    }
    assert result.test.reason == FEW_PATIENTS
    assert "no p-value: fewer than 10 patients" in note(result, "test")
    assert result.x_title == "Months from transplant"


def test_groups_too_small_for_a_curve_keep_their_numbers():
    result = after_transplant(cohort_of(*TEN), "os", "36")
    assert steps(result, 1.0).empty and set(result.not_drawn) == {group.code for group in result.strata}
    assert "Too few to draw: MRD-negative, MRD-positive" in note(result, "too_few")
    assert result.risk.groupby("strata")["n_risk"].max().to_dict() == {group.code: 1 for group in result.strata}
    alone = row(result, strata="cr_mrd_negative", months=6)  # XA dies 120 days after the transplant
    assert (alone["estimate"], alone["n"], alone["n_event"]) == (0, 1, 1)
    others = result.numbers[result.numbers["strata"] != "cr_mrd_negative"]
    assert set(others["n_event"]) == {0}


def test_among_the_enrolled_the_transplant_figures_say_that_they_are_of_the_infused():
    chosen = cohort(population="enrolled")
    for result in (
        after_transplant(chosen, "os", "36"),
        dynamic_landmark(chosen, "os"),
        by_transplant(chosen, "os", 90, "36"),
    ):
        assert result.n == 0 and result.notes[0].text.endswith("Choose the population Infused.")


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


@pytest.fixture(scope="module")
def fifty_six():
    return cohort_of(*FIFTY_SIX)


def recounted(day):
    """(time, event, exposed) of the risk set at a landmark, patient by patient."""
    rows = [
        ((p["death"] or 790) - day, p["death"] is not None, bool(p["tx"] and p["tx"] <= day))
        for p in PEOPLE
        if (p["death"] or 790) > day
    ]
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def test_each_landmark_is_its_own_cox_regression_of_a_recount(fifty_six):
    result = dynamic_landmark(fifty_six, "os")
    table, shown = result.rows.set_index("strata"), worded(result).set_index("strata")
    assert LANDMARKS == (60, 90, 120, 180)
    assert list(shown.index) == [*(f"Day {day}" for day in LANDMARKS), "All landmarks, one ratio", "Time-dependent"]
    for day in LANDMARKS:
        time, event, exposed = recounted(day)
        of_day = table.loc[f"day_{day}"]
        assert of_day[["n_waiting", "n_exposed"]].tolist() == [(~exposed).sum(), exposed.sum()]
        assert of_day[["events_waiting", "events_exposed"]].tolist() == [event[~exposed].sum(), event[exposed].sum()]
        if exposed.sum() < 10:
            assert of_day["reason"] == FEW_PATIENTS and np.isnan(of_day["estimate"])
            assert shown.loc[f"Day {day}", "result"] == "not shown"
            assert shown.loc[f"Day {day}", "reason"] == "not shown: fewer than 10 patients in an arm"
            continue
        fit = cox(np.zeros(len(time)), time, event, exposed)
        assert of_day[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(
            [fit.hazard_ratio[0], fit.conf_low[0], fit.conf_high[0]]
        )
        assert of_day["p_value"] == pytest.approx(logrank(time, event, exposed).p_value)
    assert {"day_60", "day_90"} == set(table.index[table["n_exposed"] < 10])


def test_the_one_number_over_all_landmarks_is_the_stratified_model_of_the_recounts(fifty_six):
    parts = [(day, *recounted(day)) for day in LANDMARKS]
    time, event, exposed = (np.concatenate([part[place] for part in parts]) for place in (1, 2, 3))
    landmark = np.concatenate([np.full(len(part[1]), part[0]) for part in parts])
    who = np.concatenate([[i for i, p in enumerate(PEOPLE) if (p["death"] or 790) > day] for day in LANDMARKS])
    fit = super_model(who, landmark, time, event, exposed)
    result = dynamic_landmark(fifty_six, "os")
    found = result.rows.set_index("strata").loc[ALL_LANDMARKS.code]
    assert found[["n_waiting", "n_exposed"]].tolist() == list(fit.n)
    assert found[["estimate", "conf_low", "conf_high", "p_value"]].tolist() == pytest.approx(
        [fit.hazard_ratio, fit.conf_low, fit.conf_high, fit.p_value]
    )
    ratio = f"{fit.hazard_ratio:.2f} (95 % CI {fit.conf_low:.2f} to {fit.conf_high:.2f})"
    words = note(result, "one_number")
    assert words.startswith("Over the landmark days 60, 90, 120, 180 together, hazard ratio of transplanted against ")
    assert f" not yet transplanted: {ratio}; p" in words


def test_the_one_number_of_few_says_why_there_is_none():
    words = note(dynamic_landmark(cohort_of(*TEN), "os"), "one_number")
    assert words.startswith(
        "Over the landmark days 60, 90, 120, 180 together: no test and no hazard ratio: fewer than 10"
    )


def test_planned_and_triggered_transplants_are_apart():
    people = (
        patient("P", responses=REMISSION, transplants=[dict(day=80, reason="planned")], last_contact=400),
        patient("M", responses=REMISSION, transplants=[dict(day=90, reason="mrd")], last_contact=400),
        patient("B", responses=REMISSION, transplants=[dict(day=95, reason="b_cell_recovery")], last_contact=400),
        patient("N", responses=REMISSION, transplants=tx(90), last_contact=400),
    )
    result = after_transplant(cohort_of(*people), "os", "36", "why")
    assert n_of(result) == {
        "Planned at infusion": 1,
        "Triggered (MRD, B-cell recovery, other)": 2,
        "Reason not recorded": 1,
    }
    assert result.cohort.by.label == "reason for the transplant"


def test_deaths_and_person_days_after_relapse_are_told_of_both_sides():
    people = (
        patient("A", responses=REMISSION, relapses=[dict(day=128)], death=228),
        patient("B", responses=REMISSION, death=228),
        patient("C", responses=REMISSION, transplants=tx(128), relapses=[dict(day=178)], death=228),
        patient("D", responses=REMISSION, last_contact=228),
    )
    words = note(by_transplant(cohort_of(*people), "os", 0, "36"), "after_relapse")
    # not yet: 200 + 200 + 100 + 200 days from first remission, 100 of them after relapse; transplanted: 100, 50 of them
    assert words == (
        "Relapsed patients stay on their side. After relapse come: not yet transplanted, 1 of 2 deaths and 14 % of the "
        "person-days; transplanted, 1 of 1 deaths and 50 % of the person-days."
    )
    later = note(by_transplant(cohort_of(*people), "os", 128, "36"), "after_relapse")
    assert "of what is observed beyond day 128: not yet transplanted, 1 of 2 deaths and 33 %" in later
    assert not notes(by_transplant(cohort_of(*people), "rfs", 0, "36"), "after_relapse")


def test_transplants_recorded_as_not_in_remission_are_listed_with_what_the_course_says():
    rows = not_in_remission_rows(cohort_of(*TEN))
    assert rows[["USUBJID", "WHYCD", "MRDTX"]].to_numpy().tolist() == [
        ["XF", "transplant_in_doubt", "Not in remission"]
    ]


def test_the_time_dependent_row_is_the_ratio_of_all_observation(fifty_six):
    all_times = dynamic_landmark(fifty_six, "os").rows.set_index("strata").loc[ALL_TIMES.code]
    whole = row(by_transplant(fifty_six, "os", 90, "36"), strata=ALL_OBSERVATION)
    for name in ("estimate", "conf_low", "conf_high"):
        assert all_times[name] == pytest.approx(whole[name])


def test_the_ratio_of_the_curves_is_that_of_the_rows_beyond_the_landmark(fifty_six):
    """Who died by day 90 is in neither arm of the curves; who was transplanted by then enters on day 90."""
    rows = []
    for p in PEOPLE:
        stop, event, change = p["death"] or 790, p["death"] is not None, p["tx"]
        parts = [(27, change, False, False), (change, stop, event, True)] if change else [(27, stop, event, False)]
        rows += [(max(start, 90), end, dies, arm) for start, end, dies, arm in parts if end > 90]
    start, stop, event, exposed = (np.array(column) for column in zip(*rows, strict=True))
    fit = cox(start, stop, event, exposed)
    result = by_transplant(fifty_six, "os", 90, "36")
    ratio = row(result, strata=RATIO)
    assert ratio[["estimate", "conf_low", "conf_high"]].tolist() == pytest.approx(
        [fit.hazard_ratio[0], fit.conf_low[0], fit.conf_high[0]]
    )
    assert result.test.p_value == pytest.approx(logrank(stop, event, exposed, start).p_value)
    assert ratio["n_event"] == event.sum() < sum(p["death"] is not None for p in PEOPLE)
    assert f"{fit.hazard_ratio[0]:.2f}" in note(result, "effect")
    assert "over the time that the curves show" in note(result, "effect")
    assert "over all follow-up" in note(result, "effect_all")


def test_who_was_transplanted_before_first_remission_is_not_among_the_not_transplanted():
    """XJ was transplanted on day 40 and came into remission on day 60: in neither arm, as in the other figures."""
    chosen = cohort_of(*TEN)
    result = transplant_landmark(chosen, "os", 90, "36")
    groups = result.patients.set_index("USUBJID")["GROUP"].to_dict()
    assert groups["XI"] == groups["XF"] == "Not transplanted by day 90" and "XJ" not in groups
    assert reasons(result)["first remission only after an allogeneic transplant"] == 1
    side_by_side = dynamic_landmark(chosen, "os").patients
    assert "XJ" not in set(side_by_side["USUBJID"])


@pytest.mark.parametrize("outcome", ["os", "rfs"])
def test_follow_up_of_the_landmarks_counts_from_the_first_and_of_all_times_from_infusion(fifty_six, outcome):
    """Everybody is at risk on day 60; who lives was seen last on day 790: 24.0 and 26.0 months later."""
    landmarks, all_times = maturity(dynamic_landmark(fifty_six, outcome))[:2]
    assert landmarks.since == " from the first landmark at which a patient is at risk"
    assert all_times.since == " from infusion"
    if outcome == "os":
        assert landmarks.median == pytest.approx((790 - 60) / DAYS_PER_MONTH)
        assert all_times.median == pytest.approx(790 / DAYS_PER_MONTH)


def test_the_picture_of_landmarks_has_a_fixed_axis_and_says_what_is_withheld(fifty_six):
    result = dynamic_landmark(fifty_six, "os")
    [chart] = rate_pictures.ratio_forest(result, "Hazard ratio", "fewer", "more")
    dots = layers(chart.spec, "point")[0]["encoding"]
    assert dots["x"]["scale"] == {"type": "log", "domain": [0.1, 10], "nice": False}
    assert dots["y"]["scale"]["domain"] == list(chart.frame["strata"])
    assert chart.frame["text"].iloc[0] == "not shown"
    assert chart.frame["reason"].iloc[0] == "not shown: fewer than 10 patients in an arm"
    assert chart.frame["counts"].iloc[-1] == "Not yet: {} events of 56\nTransplanted: {} events of {}".format(
        *result.rows.iloc[-1][["events_waiting", "events_exposed", "n_exposed"]]
    )
    below, above = (layer for layer in layers(chart.spec, "text") if layer["encoding"]["text"].get("value"))
    assert (below["encoding"]["text"]["value"], below["mark"]["align"]) == ("fewer", "right")  # left of the line at 1
    assert (above["encoding"]["text"]["value"], above["mark"]["align"]) == ("more", "left")
    exposed = sum(bool(p["tx"] and p["tx"] <= 60) for p in PEOPLE if (p["death"] or 790) > 60)
    assert notes(result, "withheld")[0] == (
        f"Day 60: no test and no hazard ratio: fewer than 10 transplanted ({exposed})."
    )


def test_who_is_in_no_row_of_the_landmarks_is_left_out_for_the_reason_of_the_time_dependent_figure():
    result = dynamic_landmark(cohort_of(*TEN, patient("XK", responses={28: "NR"}, last_contact=90)), "os")
    assert result.n == 9 and reasons(result) == {
        "no first remission": 1,
        "first remission only after an allogeneic transplant": 1,
    }


@pytest.mark.parametrize("outcome", ["os", "rfs", "relapse"])
def test_a_cohort_too_small_shows_reasons_and_no_ratio(outcome):
    table = dynamic_landmark(cohort(), outcome).rows
    assert table["estimate"].isna().all() and (table["reason"] != "").all()


# Where Simon-Makuch curves begin and end ----------------------------------------------------------------------------


def test_from_a_landmark_nobody_with_an_event_by_then_is_in_the_curve():
    """Deaths on days 100, 101, ...: the one on the landmark day itself is not of those event-free beyond it."""
    people = [patient(f"S{i:02d}", responses=REMISSION, death=100 + i) for i in range(20)]
    result = by_transplant(cohort_of(*people), "os", 105, "36")
    curve = result.curve[result.curve["strata"] == WAITING]
    assert curve["time"].min() == 105 and curve["estimate"].iloc[0] == 1
    assert curve["n_risk"].iloc[0] == 14 and curve["n_event"].sum() == 14 and curve["time"].max() == 119
    drawn = steps(result, 1.0)
    assert drawn["n_event"].sum() == 10  # days 106-115; then fewer than 5 are left
    assert drawn["time"].max() * DAYS_PER_MONTH == pytest.approx(115)
    six = row(result, strata=WAITING, months=6)
    assert (six["estimate"], six["n_event"], six["n"]) == (0, 14, 14)  # read from the whole curve, of its patients
    assert (row(result, strata=RATIO)["n"], row(result, strata=ALL_OBSERVATION)["n"]) == (14, 20) and result.n == 20


def test_from_a_landmark_that_nobody_reaches_there_is_no_curve_and_everybody_is_accounted_for():
    result = by_transplant(cohort(), "os", 790, "36")
    assert result.curve.empty and steps(result, 1.0).empty and result.n + sum(reasons(result).values()) == 10
    assert result.numbers["strata"].tolist() == [RATIO, ALL_OBSERVATION]
    assert row(result, strata=RATIO)["n"] == 0 and row(result, strata=ALL_OBSERVATION)["n"] == result.n
    assert pictures.curves(result, "Overall survival") == () and not worded(result).empty
    figure = figure_of(result, "Overall survival", code="os")
    assert figure.n == result.n and figure.csv("numbers", {})


def test_without_a_landmark_each_curve_begins_once_enough_are_at_risk(fifty_six):
    result = by_transplant(fifty_six, "os", 0, "36")
    begins = result.curve.groupby("strata")["time"].min()
    # 56 are in remission on day 28; the 10th transplant is on day 86 (50, 54, ...) and counts from day 87 on
    exposed = sorted(p["tx"] for p in PEOPLE if p["tx"])
    assert begins[WAITING] == 27
    at_risk = [sum(p["tx"] < day <= (p["death"] or 790) for p in PEOPLE if p["tx"]) for day in range(200)]
    starts = next(day for day, n in enumerate(at_risk) if n >= 10) - 1
    assert begins[HELD] == starts and len(exposed) > 20
    words = note(result, "starts")
    assert words.startswith("No landmark: each curve starts when 10 patients")
    assert f"not yet transplanted after day 27, transplanted after day {starts}" in words
    assert words.endswith("Curves that start on different days are not to be compared at one height.")


def test_the_numbers_at_risk_of_both_arms_are_counted_from_the_patients_beyond_the_landmark(fifty_six):
    risk = by_transplant(fifty_six, "os", 90, "36").risk
    for arm in (WAITING, HELD):
        for under in risk[risk["strata"] == arm].itertuples():
            day = under.time * DAYS_PER_MONTH
            last = [p["death"] or 790 for p in PEOPLE]
            waits = sum(90 < day <= min(end, p["tx"] or end) for p, end in zip(PEOPLE, last, strict=True))
            has = sum(bool(p["tx"]) and max(p["tx"], 90) < day <= end for p, end in zip(PEOPLE, last, strict=True))
            assert under.n_risk == (waits if arm == WAITING else has)
    assert set(risk.loc[risk["time"] <= 2, "n_risk"]) == {0} and set(risk.loc[risk["time"] == 0, "opens"]) == {91}


def test_transplants_that_never_switch_the_arm_are_said():
    result = by_transplant(cohort_of(*TEN), "os", 90, "36")
    others = note(result, "other_transplants")
    assert others.startswith("Transplanted only after relapse or new therapy") and others.endswith(": 3.")
    late = note(result, "late_transplants")
    assert late.startswith("Transplanted in remission only on the last day of observation") and late.endswith(": 1.")
    # XD died on the day of transplant
    assert note(result, "effect_all") == (
        "No test and no hazard ratio: fewer than 10 transplanted (4), over all follow-up."
    )


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
    result = by_transplant(cohort_of(*people), "os", 90, "36")
    assert set(steps(result, 1.0)["strata"]) == {WAITING, HELD} and result.test is None
    assert row(result, strata=RATIO)["reason"] == row(result, strata=ALL_OBSERVATION)["reason"] == FEW_EVENTS
    assert note(result, "effect") == (
        "No test and no hazard ratio: fewer than 5 events in an arm (21 not yet transplanted, 0 transplanted), "
        "over the time that the curves show."
    )


def test_the_curve_after_transplant_is_kaplan_meier_of_a_hand_count(fifty_six):
    result = after_transplant(fifty_six, "os", "36")
    held = [p for p in PEOPLE if p["tx"]]
    time, event = [(p["death"] or 790) - p["tx"] for p in held], [p["death"] is not None for p in held]
    assert result.n == len(held) and set(result.numbers["strata"]) == {"missing"}
    assert [group.label for group in result.strata] == ["Not recorded"]
    year = row(result, months=12)["estimate"]
    assert year == pytest.approx(estimates_at(kaplan_meier(time, event), [365.25])["estimate"].item())
    drawn = pictures.curves(result, "Overall survival")[0].frame
    assert pd.isna(drawn["estimate"]).sum() == 0 and result.cohort.n == 56
