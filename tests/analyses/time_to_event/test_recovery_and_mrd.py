"""Recovery with MRD beside it in one model, moved-on patients from a landmark, and what samples cannot say."""

import numpy as np
import pytest

from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.recovery import by_recovery, recovery_landmark, recovery_landmarks
from analyses.time_to_event.recovery_and_mrd import ADJUSTED, BESIDE, UNADJUSTED, adjusted_effects
from analyses.time_to_event.relapse import after_sign
from analyses.time_to_event.time_dependent import ALL_OBSERVATION
from analyses.time_to_event.two_by_two import bca_by_mrd
from endpoints.catalogue import BCA
from estimators.cox import cox
from estimators.kaplan_meier import kaplan_meier
from estimators.reasons import FEW_PER_COVARIATE
from figures import pictures
from figures.numbers import worded
from tests.analyses.cohorts import cohort_of, note, notes, reasons, row
from tests.literal import date, patient

REMISSION = {28: "CR", 700: "CR"}


def b(day, percent):
    return dict(day=day, cd19_pct_lymphocytes=percent)


def assay(day, result):
    return dict(day=day, result=result, level=1e-3 if result == "positive" else None, sensitivity=1e-5)


def person(i):
    """Every second recovers on day 120 + i; every third is MRD-positive from day 100 on; two of three relapse."""
    return dict(
        recovers=120 + i if i % 2 else None, mrd=100 if i % 3 == 0 else None, relapse=200 + 7 * i if i % 4 else None
    )


PEOPLE = [person(i) for i in range(48)]
MANY = tuple(
    patient(
        f"M{i:02d}",
        responses=REMISSION,
        b_cells=[b(40, 0.0), *([b(p["recovers"], 5.0)] if p["recovers"] else [])],
        mrd=[assay(30, "negative"), *([assay(p["mrd"], "positive")] if p["mrd"] else [])],
        relapses=[dict(day=p["relapse"])] if p["relapse"] else [],
        last_contact=710,
    )
    for i, p in enumerate(PEOPLE)
)


def start_stop():
    """(start, stop, event, recovered, positive) rows cut by hand; under observation from day 39 on: the first sample is
    of day 40."""
    rows = []
    for p in PEOPLE:
        end = p["relapse"] or 700
        cuts = sorted({39, *(day for day in (p["recovers"], p["mrd"]) if day and day < end)})
        for begin, stop in zip(cuts, [*cuts[1:], end], strict=True):
            recovered = bool(p["recovers"] and begin >= p["recovers"])
            rows.append(
                (begin, stop, stop == end and bool(p["relapse"]), recovered, bool(p["mrd"] and begin >= p["mrd"]))
            )
    return (np.array(column) for column in zip(*rows, strict=True))


@pytest.fixture(scope="module")
def many():
    return cohort_of(*MANY, cutoff=date(1000))


def test_the_adjusted_ratios_are_those_of_rows_cut_by_hand(many):
    start, stop, event, recovered, positive = start_stop()
    fit = cox(start, stop, event, np.column_stack([recovered, positive]).astype(float))
    effects = adjusted_effects(many)
    for one, place in ((ADJUSTED, 0), (BESIDE, 1)):
        found = effects[one.code]
        assert (found.hazard_ratio, found.conf_low, found.conf_high, found.p_value) == pytest.approx(
            (fit.hazard_ratio[place], fit.conf_low[place], fit.conf_high[place], fit.p_value[place])
        )
    assert sum(effects[BESIDE.code].events) == event.sum() == sum(bool(p["relapse"]) for p in PEOPLE)


def test_ours_stands_beside_the_three_published_ratios_wherever_recovery_is_judged(many):
    effects = adjusted_effects(many)
    ours = f"{effects[UNADJUSTED.code].hazard_ratio:.2f}"
    for result in (
        by_recovery(many, 91, "36"),
        recovery_landmark(many, 183, "36"),
        recovery_landmarks(many, "36"),
        bca_by_mrd(many, "36"),
        after_sign(many, "bca", "36"),
    ):
        printed = note(result, "published")
        assert all(ratio in printed for ratio in ("4.5 (2.03-9.97)", "3.33 (1.44-7.69", "1.27 (0.33-4.79"))
        assert f"unadjusted {ours} (" in note(result, "ours") and "adjusted for the latest MRD" in note(result, "ours")


def test_the_unadjusted_ratio_is_that_of_all_observation_and_both_stand_in_the_table(many):
    result = by_recovery(many, 91, "36")
    whole = row(result, strata=ALL_OBSERVATION)
    assert adjusted_effects(many)[UNADJUSTED.code].hazard_ratio == pytest.approx(whole["estimate"])
    assert row(result, strata=ADJUSTED.code)["estimate"] == adjusted_effects(many)[ADJUSTED.code].hazard_ratio
    assert worded(result)["strata"].tolist()[1:4] == ["Ratio, all observation", ADJUSTED.label, BESIDE.label]
    assert pictures.curves(result, "Cumulative incidence of relapse")


def test_few_relapses_a_covariate_give_the_reason():
    few = cohort_of(*MANY[:20], cutoff=date(1000))
    assert {effect.reason for code, effect in adjusted_effects(few).items() if code != UNADJUSTED.code} == {
        FEW_PER_COVARIATE
    }
    assert "adjusted for the latest MRD not shown: fewer than 10 events a covariate" in note(
        by_recovery(few, 91, "36"), "ours"
    )


MOVED = (
    patient("STAYS", responses=REMISSION, b_cells=[b(40, 0.0)], relapses=[dict(day=400)], last_contact=710),
    patient("BEFORE", responses=REMISSION, b_cells=[b(40, 0.0)], transplants=[dict(day=150)], last_contact=710),
    patient(
        "AFTER",
        responses=REMISSION,
        b_cells=[b(40, 0.0)],
        transplants=[dict(day=250)],
        relapses=[dict(day=300)],
        last_contact=710,
    ),
    patient(
        "NEW",
        responses=REMISSION,
        b_cells=[b(40, 0.0)],
        therapies=[dict(day=260, kind="blinatumomab")],
        relapses=[dict(day=310)],
        last_contact=710,
    ),
)


def test_who_moves_on_after_the_landmark_leaves_then_and_who_did_before_is_left_out():
    chosen = cohort_of(*MOVED, cutoff=date(1000))
    out = recovery_landmark(chosen, 183, "36", exclude_moved_on=True)
    assert out.n == 3 and reasons(out)["transplanted or newly treated by the landmark"] == 1
    ended = out.patients.set_index("USUBJID")[["AVAL", "CNSR", "EVNTCD"]]
    assert ended.loc["AFTER"].tolist() == [250 - 183, 2, "transplant"]
    assert ended.loc["NEW"].tolist() == [260 - 183, 2, "new_therapy"]
    assert ended.loc["STAYS"].tolist() == [400 - 183, 0, "relapse"]
    stay = recovery_landmark(chosen, 183, "36").patients.set_index("USUBJID")
    assert len(stay) == 4
    assert stay.loc["AFTER", ["AVAL", "EVNTCD"]].tolist() == [300 - 183, "relapse"]
    assert "those who are later leave on that day" in note(out, "moved_on")


def test_the_four_landmarks_are_drawn_and_a_later_transplant_competes():
    result = recovery_landmarks(cohort_of(*MOVED, cutoff=date(1000)), "36", exclude_moved_on=True)
    assert [outcome.code for outcome in result.outcomes] == ["day_91", "day_183", "day_274", "day_365"]
    assert "Transplant and new therapy after the landmark compete." in note(result, "not_causal")
    assert "allogeneic transplant; new therapy" in note(result, "leaving")


SUSPECTED = patient("S", responses=REMISSION, b_cells=[b(40, 0.0), b(150, 5.0)], last_contact=710)
CONFIRMED = dict(bca_rule="pct1_abs100_confirmed")


def test_an_unconfirmed_last_sample_is_counted_where_it_is_shown_as_aplasia():
    chosen = cohort_of(SUSPECTED, *MOVED, cutoff=date(1000), **CONFIRMED)
    words = note(recovery_landmark(chosen, 183, "36"), "suspected")
    assert words.startswith("In 1 patient the last B-cell sample by day 183 is above the threshold and unconfirmed")
    assert "'Wait for confirmation of B-cell loss' can take the first sample" in words
    assert not notes(recovery_landmark(chosen, 91, "36"), "suspected")
    first = cohort_of(SUSPECTED, *MOVED, cutoff=date(1000), bca_confirm="no", **CONFIRMED)
    assert not notes(recovery_landmark(first, 183, "36"), "suspected")
    assert note(estimate_endpoint(chosen, BCA, kaplan_meier), "suspected").endswith("take the first sample instead.")


def test_how_often_each_group_was_sampled_stands_beside_the_curve():
    people = (
        patient("A", responses=REMISSION, b_cells=[b(40, 0.0), b(70, 0.0), b(130, 0.0)], last_contact=710, sex="male"),
        patient("B", responses=REMISSION, b_cells=[b(40, 0.0)], last_contact=710, sex="female"),
    )
    alone = note(estimate_endpoint(cohort_of(*people, cutoff=date(1000)), BCA, kaplan_meier), "sampling")
    assert alone.startswith("Sampled: median 2 days with a usable sample (quartiles 1.5-2.5), 45 days apart.")
    by_sex = note(estimate_endpoint(cohort_of(*people, by="sex", cutoff=date(1000)), BCA, kaplan_meier), "sampling")
    assert "Female: median 1 day with a usable sample (quartiles 1-1); Male: median 3 days" in by_sex
