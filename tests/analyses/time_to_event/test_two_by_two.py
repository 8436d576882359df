"""B cells and MRD at month 3, two by two: the cells of literal patients, and a recount of the sample in plain loops."""

from functools import lru_cache

import pandas as pd

from analyses.time_to_event.two_by_two import bca_by_mrd
from data_access.reading.engine import connect, ensure_sample, open_engine
from data_access.reading.queries import dataset_row, fetch_tables
from endpoints.rules import Rules
from endpoints.study import derive_study
from endpoints.two_by_two import CELLS, LANDMARK_DAY, derive_two_by_two
from figures import pictures
from tests.analyses.cohorts import cohort
from tests.literal import patient, study_of
from tests.pages.twelve import open_page

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


FIVE = {
    f"{name}{i}": {table: [row | {"patient_id": f"{name}{i}"} for row in rows] for table, rows in one.items()}
    for name, one in PEOPLE.items()
    for i in range(5)
}  # a curve of fewer than five is not drawn


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


def test_incidence_in_each_cell_by_hand(monkeypatch):
    monkeypatch.setattr("tests.pages.test_estimate.MANY", FIVE)
    by, found = bca_by_mrd(cohort(patients=tuple(FIVE)), "36")
    assert found.n == 20  # A, H; B; G: F relapsed by the landmark, C, D, E are not assessed
    assert dict(zip(found.left_out["reason"], found.left_out["n"], strict=True)) == {
        "relapsed by the landmark": 5,
        "without a usable B-cell sample by then": 5,
        "MRD indeterminate at month 3": 5,
        "MRD not assessed at month 3": 5,
    }
    at = found.numbers[found.numbers["months"] == 6].set_index(["strata", "outcome"])["estimate"]
    assert at[("B-cell aplasia, MRD-negative", "CD19-positive relapse")] == 1 / 2  # those of A on day 300, of A and H
    assert at[("B-cell aplasia, MRD-negative", "CD19-negative relapse")] == 0
    assert "B-cell aplasia, MRD-positive, competing: death in remission 5." in found.notes
    assert found.test is None and by.by.label == "B cells and MRD at month 3"


def test_all_four_cells_keep_their_place_in_the_picture(monkeypatch):
    monkeypatch.setattr("tests.pages.test_estimate.MANY", FIVE)
    found = bca_by_mrd(cohort(patients=tuple(FIVE)), "36")[1]
    words = ("n = 10", "n = 5", "none", "n = 5")
    panels = [f"{cell.label} ({n})" for cell, n in zip(CELLS, words, strict=True)]
    _, *drawn = pictures.small_curves(found)
    assert [outcome.label for outcome in found.outcomes] == panels == [chart.panel for chart in drawn]


@lru_cache
def sample():
    with connect(open_engine(ensure_sample())) as connection:
        cutoff, tables = dataset_row(connection).data_cutoff, fetch_tables(connection, "all")
    return derive_study(tables, Rules(), pd.Timestamp(cutoff))


def test_cells_and_relapses_of_the_sample_are_a_recount_in_plain_loops():
    study = sample()
    course, cells = study.course, {}
    samples = rows_of(study, "b_cell_assessment")
    assays = rows_of(study, "mrd_assessment")
    for place, row in enumerate(course.itertuples()):
        if row.TRTSDT != row.TRTSDT:
            continue
        limit = row.TRTSDT + pd.Timedelta(days=LANDMARK_DAY)
        ends = [d for d in (row.RELDT, row.HSCTDT, row.NEWTHDT, row.DTHDT) if d == d]
        over = [
            is_over(s)
            for s in samples.get(place, ())
            if row.RMSDT == row.RMSDT
            and s.date >= max(row.RMSDT, row.TRTSDT + pd.Timedelta(days=14))
            and s.date <= min([limit, *ends])
        ]
        over = [x for x in over if x is not None]
        last = max(row.LDADT, row.RMSDT) if row.LDADT == row.LDADT else row.RMSDT
        event = min((d for d in (row.RELDT, row.DTHDT) if d == d), default=None)
        if not limit >= row.RMSDT or (event or last) <= limit or not over:
            continue
        mrd = assay(row, assays.get(place, ()))
        if mrd:
            cell = f"{'recovered' if any(over) else 'aplasia'}_{mrd}"
            positive = event is not None and event == row.RELDT and row.RELCD19 == "positive"
            n, hits = cells.get(cell, (0, 0))
            cells[cell] = n + 1, hits + positive
    table = open_page("b_cell_aplasia", bca_figure="with_mrd", survival_months="all").dataframe[0].value
    labels = {cell.code: cell.label for cell in CELLS}
    for code, (n, _) in cells.items():
        if n < 5:
            assert set(table.loc[table["strata"] == labels[code], "result"]) == {"not shown"}
        assert table.loc[table["strata"] == labels[code], "n"].iloc[0] == n
    found = estimate_of_sample(study)
    kinds = found.groupby("GROUP")["EVNTDESC"].agg(lambda x: x.str.startswith("CD19-positive", na=False).sum())
    assert {labels[code]: hits for code, (_, hits) in cells.items()} == kinds.to_dict()


def estimate_of_sample(study):
    from endpoints.catalogue import CIRCD19
    from endpoints.landmark import restart_at
    from endpoints.time_to_event import derive_tte

    rows = restart_at(derive_tte(study.course, CIRCD19, study.rules), study.course, LANDMARK_DAY).rows
    cells = derive_two_by_two(study).set_index("USUBJID")["GROUP"].map({c.code: c.label for c in CELLS})
    return rows.assign(GROUP=rows["USUBJID"].map(cells)).dropna(subset=["GROUP"])


def rows_of(study, table):
    found = {}
    for row in study.tables[table].itertuples():
        found.setdefault(row.PT, []).append(row)
    return found


def is_over(s):
    """3 % of lymphocytes in blood, 1 % of marrow; None: the sample says neither."""
    if s.below_limit is not pd.NA and s.below_limit:
        return False
    if s.specimen == "BM":
        return s.normal_b_pct_marrow >= 1 if s.normal_b_pct_marrow == s.normal_b_pct_marrow else None
    percent = s.cd19_pct_lymphocytes
    if percent != percent and s.lymphocytes_per_ul > 0:
        percent = 100 * s.cd19_per_ul / s.lymphocytes_per_ul
    return percent >= 3 if percent == percent else None


def assay(row, assays):
    """negative, positive or None of the assay of month 3: not failed, marrow, nearest day 91, lower sensitivity."""
    near = [a for a in assays if 60 <= (a.date - row.TRTSDT).days <= 120 and a.result == a.result]
    near.sort(
        key=lambda a: (
            a.result == "failed",
            a.specimen != "BM",
            abs((a.date - row.TRTSDT).days - 91),
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


def test_who_was_transplanted_or_treated_before_the_landmark_is_counted_in_a_sentence(monkeypatch):
    def moved(name, **what):
        return {name: patient(name, responses=REMISSION, b_cells=[b(60, 0.0)], mrd=[NEGATIVE], **what)}

    many = {
        **FIVE,
        **moved("T", transplants=[dict(day=120, kind="allogeneic")]),
        **moved("U", transplants=[dict(day=121, kind="allogeneic")]),
        **moved("V", therapies=[dict(day=100, kind="blinatumomab")]),
    }
    monkeypatch.setattr("tests.pages.test_estimate.MANY", many)
    _, found = bca_by_mrd(cohort(patients=tuple(many)), "36")
    assert any(
        note.startswith("Of the 23 at risk on day 120, 2 had been transplanted or newly treated by then; ")
        for note in found.notes
    )
