"""The swimmer plot: one lane per patient from infusion on, coloured by state, with what happened as marks."""

import pandas as pd

from analyses.cohort import Cohort, left_out_frame, ungrouped
from analyses.identifiers import among
from analyses.members import memoised
from analyses.monitoring.results import Lanes
from analyses.refusal import infused_only
from analyses.result import Note, Outcome
from endpoints.patient_dates import days_since
from endpoints.response import BEST, derive_response
from endpoints.states import STATES, derive_stays

PER_PAGE = 40
ORDERS = {"follow_up": "Follow-up", "response": "Best response", "product": "Product", "age": "Age"}
KINDS = (
    Outcome("RMSDT", "First remission", "CR"),
    Outcome("BCALOSDT", "B cells back", "recovered"),
    Outcome("HSCTDT", "Allogeneic transplant", "transplant"),
    Outcome("NEWTHDT", "New therapy", "new_therapy"),
    Outcome("RELDT", "Relapse", "relapse"),
    Outcome("DTHDT", "Death", "death"),
)
DEFINITION = (
    "One lane per infused patient from day 0 to death or last contact. Colour: the state, never left backwards "
    "(relapsed "
    "or failed, transplanted, in remission by B cells). Marks: first remission, B cells above the threshold, "
    "allogeneic "
    "transplant, new therapy, relapse, death. An arrow: alive at last contact. Sorted as chosen, then by follow-up."
)


@memoised
@infused_only("The swimmer plot", is_estimate=False)
def swimmer(cohort: Cohort, order: str, page: int = 1) -> Lanes:
    """The lanes of one page of PER_PAGE patients; every patient counts and is in the files."""
    stays, alone = cohort.derived("STAYS", derive_stays), ungrouped(cohort)
    ids = _ordered(cohort, order)
    n_pages = max(1, -(-len(ids) // PER_PAGE))
    page = min(page, n_pages)
    drawn = ids[(page - 1) * PER_PAGE : page * PER_PAGE]
    everybody = stays[among(stays["USUBJID"], ids)]
    course = cohort.whole.course.set_index("USUBJID").loc[ids.tolist()]
    own = stays[among(stays["USUBJID"], drawn)] if len(drawn) else stays.iloc[:0]
    codes = {i: state.code for i, state in enumerate(STATES)}
    own = own.assign(START=own["START"].clip(lower=0), STATE=own["STATE"].map(codes))
    own = own[own["START"] < own["STOP"]]
    last = days_since(course["LSTCNTDT"].fillna(course["DTHDT"]), course["TRTSDT"])
    return Lanes(
        cohort=alone,
        n=len(ids),
        patients=_patients(course),
        left_out=left_out_frame({"not_infused": ("not infused", alone.n - len(ids))}),
        numbers=_time_in_states(everybody),
        stays=own[["USUBJID", "START", "STOP", "STATE"]].reset_index(drop=True),
        marks=_marks(course.loc[drawn.tolist()]),
        order=tuple(drawn),
        goes_on=tuple(course.index[(course["DTHDT"].isna() & ~course["DTHNODT"].astype(bool)).to_numpy()]),
        kinds=KINDS,
        outcomes=tuple(Outcome(state.code, state.label) for state in STATES),
        last_day=int(max(last.max(), 30)) if len(ids) else 30,
        notes=(_drawn(len(drawn), len(ids), page, n_pages),) if n_pages > 1 else (),
    )


def n_pages(cohort: Cohort) -> int:
    """How many pages of lanes the cohort has."""
    return max(1, -(-int(cohort.patients["TRTSDT"].notna().sum()) // PER_PAGE))


def _ordered(cohort: Cohort, order: str) -> pd.Series:
    """USUBJID of the infused patients from top to bottom."""
    patients = cohort.patients[cohort.patients["TRTSDT"].notna()]
    contact = cohort.whole.course.set_index("USUBJID")["LSTCNTDT"].reindex(patients["USUBJID"]).to_numpy()
    follow_up = -days_since(pd.Series(contact, index=patients.index), patients["TRTSDT"])
    key = {
        "follow_up": lambda: follow_up,
        "product": lambda: patients["PRODLABEL"],
        "age": lambda: patients["AGE"],
        "response": lambda: _response_place(cohort, patients),
    }[order]()
    rows = pd.DataFrame({"USUBJID": patients["USUBJID"], "key": key, "follow_up": follow_up})
    return rows.sort_values(["key", "follow_up", "USUBJID"], na_position="last")["USUBJID"].reset_index(drop=True)


def _response_place(cohort: Cohort, patients: pd.DataFrame) -> pd.Series:
    status = cohort.derived(BEST.paramcd, lambda whole: derive_response(whole, BEST)).set_index("USUBJID")["AVALC"]
    place = {one.code: i for i, one in enumerate(BEST.classes)}
    return status.reindex(patients["USUBJID"]).map(place).set_axis(patients.index)


def _marks(course: pd.DataFrame) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {"USUBJID": course.index, "ADY": days_since(course[kind.code], course["TRTSDT"]), "KIND": kind.code}
        )
        for kind in KINDS
    ]
    marks = pd.concat(parts, ignore_index=True).dropna(subset="ADY")
    return marks[marks["ADY"] >= 0].astype({"ADY": "int64"}).reset_index(drop=True)


def _patients(course: pd.DataFrame) -> pd.DataFrame:
    dates = ["TRTSDT", *(kind.code for kind in KINDS), "LSTCNTDT"]
    return course[dates].rename_axis("USUBJID").reset_index()


def _time_in_states(stays: pd.DataFrame) -> pd.DataFrame:
    """Patients who were ever in each state and their days in it."""
    days = stays["STOP"] - stays["START"].clip(lower=0)
    grouped = stays.assign(DAYS=days).groupby("STATE").agg(n=("USUBJID", "nunique"), person_time=("DAYS", "sum"))
    table = grouped.reindex(range(len(STATES) - 1), fill_value=0)
    return table.assign(outcome=[state.code for state in STATES[:-1]]).reset_index(drop=True)


def _drawn(drawn: int, n: int, page: int, pages: int) -> Note:
    words = f"Drawn: {drawn} of {n} patients, page {page} of {pages}; the file has all."
    return Note("drawn", words, True)
