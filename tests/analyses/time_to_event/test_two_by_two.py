"""B cells and MRD at month 3, two by two: the cells of literal patients, and a recount of the sample in plain loops."""

import pandas as pd
import pytest

from analyses.time_to_event.two_by_two import bca_by_mrd
from endpoints.two_by_two import CELLS, LANDMARK_DAY, derive_two_by_two
from figures import pictures
from tests.analyses.cohorts import cohort_of, labels, note, notes, reasons, row, sample_cohort
from tests.analyses.time_to_event.sampling import is_over, rows_of
from tests.literal import patient, study_of

REMISSION = {28: "CR", 200: "CR"}
NEGATIVE = dict(day=91, result="negative", sensitivity=1e-5)
POSITIVE = dict(day=91, result="positive", level=1e-3, sensitivity=1e-5)


def b(day, percent):
    return dict(day=day, cd19_pct_lymphocytes=percent)


PEOPLE = {
    "A": patient(
        "A", responses=REMISSION, b_cells=[b(60, 0.0)], mrd=[NEGATIVE], relapses=[dict(day=300, cd19_status="positive")]
    ),
    "B": patient(
        "B",
        responses=REMISSION,
        b_cells=[b(60, 0.0), b(100, 5.0)],
        mrd=[POSITIVE],
        relapses=[dict(day=250, cd19_status="negative")],
    ),
    "C": patient("C", responses=REMISSION, mrd=[NEGATIVE]),
    "D": patient("D", responses=REMISSION, b_cells=[b(60, 0.0)], mrd=[dict(day=91, result="negative")]),
    "E": patient("E", responses=REMISSION, b_cells=[b(60, 0.0)]),
    "F": patient("F", responses={28: "CR"}, b_cells=[b(60, 0.0)], mrd=[NEGATIVE], relapses=[dict(day=100)]),
    "G": patient("G", responses=REMISSION, b_cells=[b(60, 0.0), b(130, 5.0)], mrd=[POSITIVE], death=400),
    "H": patient("H", responses={28: "CR", 500: "CR"}, b_cells=[b(60, 0.0)], mrd=[NEGATIVE]),
}


def five_times(people):
    """Each under five names: a curve of fewer than five is not drawn."""
    return [
        {table: [one | {"patient_id": f"{name}{i}"} for one in rows] for table, rows in tables.items()}
        for name, tables in people.items()
        for i in range(5)
    ]


@pytest.fixture(scope="module")
def five():
    return cohort_of(*five_times(PEOPLE))


def test_who_is_in_which_cell_and_why_others_are_in_none():
    found = derive_two_by_two(study_of(*PEOPLE.values())).set_index("USUBJID")
    assert found["GROUP"].fillna("").tolist() == [
        "aplasia_negative",
        "recovered_positive",
        "",
        "",
        "",
        "aplasia_negative",
        "aplasia_positive",
        "aplasia_negative",
    ]
    assert found.loc[["C", "D", "E"], "REASON"].tolist() == [
        "without a usable B-cell sample by then",
        "MRD indeterminate at month 3",
        "MRD not assessed at month 3",
    ]
    assert found["REASON"].notna().sum() == 3


def test_incidence_in_each_cell_by_hand(five):
    result = bca_by_mrd(five, "36")
    assert result.n == 20  # A, H; B; G: F relapsed by the landmark, C, D, E are not assessed
    assert reasons(result) == {
        "relapsed by the landmark": 5,
        "without a usable B-cell sample by then": 5,
        "MRD indeterminate at month 3": 5,
        "MRD not assessed at month 3": 5,
    }
    # those of A on day 300, of A and H
    assert row(result, strata="aplasia_negative", outcome="relapse_cd19_positive", months=6)["estimate"] == 1 / 2
    assert row(result, strata="aplasia_negative", outcome="relapse_cd19_negative", months=6)["estimate"] == 0
    assert notes(result, "competing") == ["B-cell aplasia, MRD-positive, competing: death in remission 5."]
    assert result.test is None and result.cohort.by.label == "B cells and MRD at month 3"


def test_all_four_cells_keep_their_place_in_the_picture(five):
    result = bca_by_mrd(five, "36")
    words = ("n = 10", "n = 5", "none", "n = 5")
    panels = [f"{cell.label} ({n})" for cell, n in zip(CELLS, words, strict=True)]
    _, *drawn = pictures.small_curves_by_group(result, "Cumulative incidence of relapse")
    assert labels(result.strata) == panels == [chart.panel for chart in drawn]


def test_a_cell_too_small_for_a_curve_keeps_its_numbers():
    result = bca_by_mrd(cohort_of(*PEOPLE.values()), "36")
    assert result.n == 4 and set(result.not_drawn) == {"aplasia_negative", "aplasia_positive", "recovered_positive"}
    assert labels(result.strata)[1] == "B-cell aplasia, MRD-positive (n = 1, too few)"
    alone = row(result, strata="recovered_positive", outcome="relapse_cd19_negative", months=6)  # B, on day 250
    assert (alone["estimate"], alone["n"], alone["n_event"]) == (1, 1, 1)
    assert "Too few to draw: " in note(result, "too_few")


def test_cells_and_relapses_of_the_sample_are_a_recount_in_plain_loops():
    study = sample_cohort().whole
    course, cells = study.course, {}
    samples = rows_of(study, "b_cell_assessment")
    assays = rows_of(study, "mrd_assessment")
    for place, person in enumerate(course.itertuples()):
        if person.TRTSDT != person.TRTSDT:
            continue
        limit = person.TRTSDT + pd.Timedelta(days=LANDMARK_DAY)
        ends = [d for d in (person.RELDT, person.HSCTDT, person.NEWTHDT, person.DTHDT) if d == d]
        over = [
            is_over(s)
            for s in samples.get(place, ())
            if person.RMSDT == person.RMSDT
            and s.date >= max(person.RMSDT, person.TRTSDT + pd.Timedelta(days=14))
            and s.date <= min([limit, *ends])
        ]
        over = [x for x in over if x is not None]
        last = max(person.LDADT, person.RMSDT) if person.LDADT == person.LDADT else person.RMSDT
        event = min((d for d in (person.RELDT, person.DTHDT) if d == d), default=None)
        doubt = person.HSCTNRDT  # a transplant of doubtful status ends observation on its day
        if doubt == doubt and (event is None or doubt < event):
            event, last = None, doubt
        if not limit >= person.RMSDT or (event or last) <= limit or not over:
            continue
        mrd = assay(person, assays.get(place, ()))
        if mrd:
            cell = f"{'recovered' if any(over) else 'aplasia'}_{mrd}"
            positive = event is not None and event == person.RELDT and person.RELCD19 == "positive"
            n, hits = cells.get(cell, (0, 0))
            cells[cell] = n + 1, hits + positive
    result = bca_by_mrd(sample_cohort(), "all")
    numbers = result.numbers.drop_duplicates("strata").set_index("strata")
    assert numbers["n"].to_dict() == {code: n for code, (n, _) in cells.items()}
    assert set(result.not_drawn) == {code for code, (n, _) in cells.items() if n < 5}
    hits = dict.fromkeys(cells, 0)
    codes = {cell.label: cell.code for cell in CELLS}
    for one in result.patients.itertuples():
        hits[codes[one.GROUP]] += one.EVNTCD == "relapse_cd19_positive"
    assert hits == {code: n for code, (_, n) in cells.items()}


def assay(person, assays):
    """negative, positive or None of the assay of month 3: not failed, marrow, nearest day 91, lower sensitivity."""
    near = [a for a in assays if 60 <= (a.date - person.TRTSDT).days <= 120 and a.result == a.result]
    near.sort(
        key=lambda a: (
            a.result == "failed",
            a.specimen != "BM",
            abs((a.date - person.TRTSDT).days - 91),
            a.sensitivity if a.sensitivity == a.sensitivity else 1,
            a.date,
        )
    )
    if not near:
        return None
    chosen = near[0]
    if chosen.result == "negative":
        return "negative" if chosen.sensitivity <= 1e-4 else None
    if chosen.result == "positive":
        return "positive" if chosen.level != chosen.level or chosen.level >= 1e-4 else None
    return None


def test_who_was_transplanted_or_treated_before_the_landmark_is_counted_in_a_sentence():
    def moved(name, **what):
        return patient(name, responses=REMISSION, b_cells=[b(60, 0.0)], mrd=[NEGATIVE], **what)

    chosen = cohort_of(
        *five_times(PEOPLE),
        moved("T", transplants=[dict(day=120, kind="allogeneic")]),
        moved("U", transplants=[dict(day=121, kind="allogeneic")]),
        moved("V", therapies=[dict(day=100, kind="blinatumomab")]),
    )
    stay = bca_by_mrd(chosen, "36")
    assert stay.n == 23 and note(stay, "moved_on").startswith(
        "Of the 23 at risk on day 120, 2 had been transplanted or newly treated by then; "
    )
    without = bca_by_mrd(chosen, "36", exclude_moved_on=True)
    assert without.n == 21 and reasons(without)["transplanted or newly treated by the landmark"] == 2
    assert note(without, "moved_on") == (
        "At risk on day 120: 21, excluding patients transplanted or newly treated by then; those who are later leave "
        "on that day."
    )
