"""Saved cohorts: a round trip, what is refused and why, what has happened since, and groups that overlap."""

import json
from dataclasses import replace

import pytest

from analyses.cohort import Choice, choose
from analyses.counts import count_words
from analyses.monitoring.saved import FORMAT, NotSaved, SavedCohort, as_json, from_json, saved_of, since_saved
from analyses.status.response import response
from analyses.time_to_event.estimate import estimate_endpoint
from endpoints.catalogue import CIR, OS
from endpoints.cohort import Chosen, n_in_several
from endpoints.response import BEST
from endpoints.rules import Rules
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from figures.figure import figure_of
from figures.notes import overlapping
from tests.analyses.cohorts import data_of, sample, sample_cohort
from tests.literal import date, patient

WOMEN = {"sex": ("female",)}


@pytest.fixture(scope="module")
def levels():
    return sample().levels(Rules())


def file_of(*cohorts, **changes) -> bytes:
    return json.dumps({"format": FORMAT, "cohorts": list(cohorts)} | changes).encode()


def test_a_file_gives_back_what_was_saved_and_the_same_cohort(levels):
    kept = [
        saved_of("Women, strict MRD", sample_cohort(filters=WOMEN | {"age": (0, 25)}, mrd_cut="any")),
        saved_of("Everybody", sample_cohort()),
    ]
    content = as_json(kept)
    read = from_json(content, levels)
    assert as_json(read) == content and [one.name for one in read] == ["Women, strict MRD", "Everybody"]
    again = choose(sample(), read[0].choice())
    assert again.n == kept[0].counts["patients"] and again.rules.mrd_cut == "any" and again.filters["age"] == (0, 25)


def test_no_patient_stands_in_the_file():
    content = as_json([saved_of("Women", sample_cohort(filters=WOMEN))]).decode()
    assert not [name for name in sample().tables["patient"]["patient_id"] if name in content]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe", "must be JSON"),
        (b"[1, 2]", "must say format"),
        (json.dumps({"format": "other", "cohorts": []}).encode(), "must say format"),
        (b" " * 100_001, "at most 100000 bytes, got: 100001"),
        (file_of(*[{"name": f"c{i}"} for i in range(21)]), "at most 20 saved cohorts, got: 21"),
        (file_of({"filters": {}}), "must have a name"),
        (file_of({"name": "  "}), "1 to 60 printable letters"),
        (file_of({"name": "a\u202eb"}), "1 to 60 printable letters"),
        (file_of({"name": "a"}, {"name": "a"}), "must not have one name"),
        (file_of({"name": "a", "filters": []}), "names with values"),
        (file_of({"name": "a", "filters": {"colour": ["red"]}}), "a filter that this dashboard does not have"),
        (file_of({"name": "a", "filters": {"sex": "female"}}), "a filter that this dashboard does not have"),
        (file_of({"name": "a", "filters": {"centre": ["C99"]}}), "Centre has a value that these data do not have"),
        (file_of({"name": "a", "filters": {"age": [30, 10]}}), "two whole numbers, low and high"),
        (file_of({"name": "a", "filters": {"age": [1.5, 10]}}), "two whole numbers, low and high"),
        (file_of({"name": "a", "rules": {"mrd_cut": "rough"}}), "a rule that this dashboard does not have"),
        (file_of({"name": "a", "rules": {"colour": "red"}}), "a rule that this dashboard does not have"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_the_reason(content, reason, levels):
    with pytest.raises(NotSaved, match=reason):
        from_json(content, levels)


def test_since_it_was_saved_says_who_came_and_what_happened():
    one = patient("P1", responses={28: "CR"}, sex="female", last_contact=100)
    relapsed = patient("P1", responses={28: "CR"}, sex="female", relapses=[dict(day=150)], last_contact=200)
    saved = saved_of("Women", choose(data_of(one, cutoff=date(100)), Choice(filters=WOMEN)))
    later = data_of(relapsed, patient("P2", sex="female", death=20), patient("P3", sex="male"), cutoff=date(300))
    assert since_saved(saved, later) == (
        "Since it was saved (data cut-off 2024-04-10): +1 patients, +1 relapses, +1 deaths."
    )
    assert since_saved(saved, data_of(one, cutoff=date(100))).endswith(
        "no change in patients, relapses, transplants or deaths."
    )


def compared(*chosen):
    return choose(sample(), Choice(cohorts=tuple(Chosen(f"saved_{i}", *one) for i, one in enumerate(chosen))))


def test_saved_cohorts_are_groups_that_overlap_and_everybody_is_accounted_for():
    young = {"age": (0, 25)}
    cohort = compared(("Women", WOMEN), ("Up to 25", young))
    women, up_to_25 = (set(sample_cohort(filters=f).patients["USUBJID"]) for f in (WOMEN, young))
    found = estimate_endpoint(cohort, OS, kaplan_meier)
    assert found.n == len(women | up_to_25)
    assert found.left_out.to_dict("records") == [
        {"code": "level:none", "reason": "in none of the compared cohorts", "n": cohort.n - len(women | up_to_25)}
    ]
    assert dict(cohort.members["GROUP"].value_counts()) == {"saved_0": len(women), "saved_1": len(up_to_25)}
    alone = estimate_endpoint(sample_cohort(filters=WOMEN), OS, kaplan_meier).numbers
    ours = found.numbers[found.numbers["strata"] == "saved_0"].reset_index(drop=True)
    assert ours["estimate"].tolist() == pytest.approx(alone["estimate"].tolist(), nan_ok=True)


@pytest.mark.parametrize("kind", ["curve", "incidence", "rates"])
def test_groups_that_share_patients_are_not_tested_and_the_figure_says_how_many(kind):
    cohort = compared(("Women", WOMEN), ("Everybody", {}))
    found = {
        "curve": lambda: estimate_endpoint(cohort, OS, kaplan_meier),
        "incidence": lambda: estimate_endpoint(cohort, CIR, aalen_johansen),
        "rates": lambda: response(cohort, BEST),
    }[kind]()
    n = sample_cohort(filters=WOMEN).n
    figure = figure_of(found, "Outcome", code="x")
    assert found.test is None and found.comparison is None
    [words] = [note.text for note in figure.notes if note.code == "overlap"]
    assert (
        words == f"{n} patients are in more than one of the compared cohorts: no test and no difference between them."
    )


def test_saved_cohorts_without_common_patients_are_tested():
    cohort = compared(("Women", WOMEN), ("Men", {"sex": ("male",)}))
    found = estimate_endpoint(cohort, OS, kaplan_meier)
    assert found.test is not None and found.comparison is not None
    assert not [note for note in figure_of(found, "OS", code="x").notes if note.code == "overlap"]


def test_filters_narrow_every_saved_cohort():
    chosen = (Chosen("saved_0", "Women", WOMEN), Chosen("saved_1", "Everybody", {}))
    cohort = choose(sample(), Choice(filters={"centre": ("C01",)}, cohorts=chosen))
    assert cohort.members["GROUP"].value_counts()["saved_1"] == cohort.n < 509
    assert isinstance(SavedCohort("x").choice(), Choice)


def test_where_small_counts_are_hidden_neither_the_file_nor_what_came_since_has_a_number():
    hidden = replace(sample(), smallest=8)
    saved = saved_of("Women", choose(hidden, Choice(filters=WOMEN)))
    assert saved.counts == {}
    forged = replace(saved, counts={"patients": 0, "RELDT": 1})  # the difference to a made-up count would be exact
    assert since_saved(forged, hidden) == f"Saved at data cut-off {saved.cutoff}."


def test_patients_in_several_saved_cohorts_are_counted_as_they_may_be_seen():
    young = compared(("Women", WOMEN), ("Everybody", {}))
    hidden = replace(young, data=replace(young.data, smallest=8))
    n = n_in_several(hidden.members)
    [note] = overlapping(hidden)
    assert n % 5 and note.text.startswith(f"{count_words(n, 8)} patients") and str(n) not in note.text
