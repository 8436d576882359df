"""Who is chosen by what happened after infusion: lists, baseline and counts follow, no rate or curve is drawn."""

import pytest

from analyses.cohort import Choice, choose
from analyses.course.flow import flow
from analyses.result import REFUSED, Refusal
from analyses.status.baseline import baseline
from analyses.time_to_event.estimate import estimate_endpoint
from endpoints.catalogue import OS
from endpoints.cohort import Chosen
from endpoints.outcome import OUTCOME_FILTERS
from endpoints.rules import Rules
from estimators.kaplan_meier import kaplan_meier
from figures.figure import ROWS
from pages.parts.patients import table
from pages.parts.session.tabs import Tab
from tests.analyses.cohorts import cohort, members_of, sample, sample_cohort
from tests.every_tab import draw, every_tab

FOLLOW = {  # figures that show who somebody is, single patients, or how many: no rate and no curve of an outcome
    *("flow", "baseline", "infusions", "board", "patients", "patient_story", "timeline", "swimmer", "lanes"),
    *("mrd_levels", "b_cells_over_time", "persistence_qpcr", "relapses", "deaths", "second_malignancies"),
    *("salvage_transplants", "transplants_in_doubt", "response_differences"),
    *("attention", "watchlist", "watchlist_counts", "unevaluated", "due_visits", "completeness"),
    *("follow_up_board", "board_cells", "board_names", "plausibility", "plausibility_kept", "missing"),
}
NARROWED = {
    "remission_now": ("yes",),
    "aplasia_months": (0, 5),
    "aplasia_lost": ("m3", "m6"),
    "transplanted": ("in_remission",),
    "mrd_d28": ("negative",),
    "mrd_m3": ("negative", "positive"),
    "mrd_m6": ("negative",),
    "mrd_m12": ("negative",),
}


@pytest.mark.parametrize(
    "filters, kept",
    [
        ({"remission_now": ("yes",)}, {"P01", "P03", "P06", "P09"}),
        ({"transplanted": ("in_remission",)}, {"P03"}),
        ({"transplanted": ("salvage",)}, {"P02"}),
        ({"aplasia_months": (0, 4)}, {"P02", "P09"}),
        ({"aplasia_lost": ("m3",)}, {"P09"}),
        ({"mrd_d28": ("negative",)}, {"P01", "P02", "P06", "P07", "P10"}),
        ({"remission_now": ("yes",), "sex": ("female",)}, {"P01", "P03", "P09"}),
    ],
)
def test_a_filter_of_an_outcome_keeps_the_patients_who_had_it(filters, kept):
    chosen = cohort(filters=filters)
    assert set(chosen.patients["USUBJID"]) == kept == members_of(chosen) and chosen.of_n == 10
    assert set(chosen.patients) == set(cohort().patients), "the columns of an outcome stay beside ADSL"


def test_the_declared_filters_of_an_outcome_are_all_tried():
    assert set(NARROWED) == {one.code for one in OUTCOME_FILTERS}


@pytest.mark.parametrize("code", NARROWED)
def test_under_a_filter_of_an_outcome_no_rate_or_curve_is_drawn_and_the_sentence_names_it_and_why(code):
    chosen = sample_cohort(filters={code: NARROWED[code]}, by="product")
    label = next(one.label for one in OUTCOME_FILTERS if one.code == code)
    assert 0 < chosen.n < chosen.of_n
    shown = set()
    for page, tab in every_tab():
        for figure in draw(tab, chosen, with_specs=False).figures:
            if figure.code in FOLLOW:
                shown.add(figure.code)
                continue
            assert figure.is_refused and not figure.n, (page, tab.code, figure.title)
            assert f"“{label}”" in figure.nobody and "immortal time" in figure.nobody, figure.nobody
    assert {"flow", "baseline", "infusions", "board"} <= shown


def test_the_list_of_patients_follows():
    listed = Tab("list", "Patients", lambda chosen: table.draw(chosen, "course"))
    [figure] = draw(listed, cohort(filters={"transplanted": ("salvage",)})).figures
    assert figure.n == 1 and figure.tables[ROWS]["USUBJID"].tolist() == ["P02"]


def test_every_filter_in_force_is_named_and_the_others_are_not():
    chosen = cohort(filters={"remission_now": ("yes",), "sex": ("female",), "mrd_d28": ("negative",)})
    [words] = [note.text for note in estimate_endpoint(chosen, OS, kaplan_meier).notes if note.code == REFUSED]
    assert words.startswith("Overall survival is not shown while the Outcome filters are on: “In remission now” and")
    assert "“MRD, day 28”" in words and "“Sex”" not in words


def test_everybody_is_accounted_for_and_a_filter_taken_back_draws_again():
    refusal = estimate_endpoint(cohort(filters={"remission_now": ("yes",)}), OS, kaplan_meier)
    assert isinstance(refusal, Refusal) and refusal.left_out["n"].tolist() == [4]
    assert refusal.left_out["reason"].tolist() == ["chosen by what happened after infusion"]
    assert estimate_endpoint(cohort(), OS, kaplan_meier).n == 10


def test_saved_cohorts_that_differ_by_an_outcome_are_listed_and_counted_but_no_curve_compares_them():
    parts = (("in remission", {"remission_now": ("yes",)}), ("not", {"remission_now": ("no",)}))
    cohorts = tuple(Chosen(f"saved_{i}", name, filters) for i, (name, filters) in enumerate(parts))
    compared = choose(sample(), Choice(cohorts=cohorts))
    assert compared.members["GROUP"].value_counts().sum() == compared.n == baseline(compared).n
    refusal = estimate_endpoint(compared, OS, kaplan_meier)
    assert isinstance(refusal, Refusal) and "“In remission now”" in refusal.notes[0].text
    by_sex = tuple(Chosen(f"saved_{i}", sex, {"sex": (sex,)}) for i, sex in enumerate(("female", "male")))
    assert estimate_endpoint(choose(sample(), Choice(cohorts=by_sex)), OS, kaplan_meier).n > 0


def test_baseline_and_flow_count_the_chosen():
    chosen = cohort(filters={"remission_now": ("yes",)})
    assert baseline(chosen).n == 4 and flow(chosen).n == 4


def test_the_enrolled_are_chosen_by_an_outcome_too():
    data = sample()
    enrolled = choose(data, Choice(Rules(population="enrolled"), {"remission_now": ("no",)}))
    infused = choose(data, Choice(Rules(), {"remission_now": ("no",)}))
    assert enrolled.n - infused.n == enrolled.of_n - infused.of_n > 0
