"""The schedule of assessments, declared: which assessment is asked for at which visit. The watchlist, the follow-up
board
and the list of what is due next all read it here.

Marrow with MRD as in ELIANA's schedule; contact yearly to year 15 (EMA, CIBMTR); the windows of B cells, IgG and
contact
are our convention.
"""

from dataclasses import dataclass

import pandas as pd

from endpoints.b_cell_course import B_CELL_VISITS
from endpoints.known_tables import ROW_DATE
from endpoints.patient_dates import days_since, first_of, of_patient
from endpoints.study import Study
from endpoints.visits import VISITS, Visit

RELAPSE_ENDS = ("DTHDT", "RELDT", "FAILDT")
TREATMENT_ENDS = ("NEWTHDT", "HSCTDT")
YEAR = 365.25
HALF_YEAR = 182
CONTACT_YEARS = range(3, 16)


@dataclass(frozen=True)
class Assessment:
    """What is asked for at a visit. ends: the milestones after which it is asked for no more (and treated: those of
    another treatment)."""

    code: str
    label: str
    visits: tuple[Visit, ...]
    done: str
    ends: tuple[str, ...] = RELAPSE_ENDS
    treated: tuple[str, ...] = TREATMENT_ENDS

    @property
    def visit(self) -> dict[str, Visit]:
        """Its visits by code."""
        return {visit.code: visit for visit in self.visits}


def _year(year: int) -> Visit:
    nominal = round(YEAR * year)
    return Visit(f"Y{year}", f"Year {year}", nominal, nominal - HALF_YEAR, nominal + HALF_YEAR)


IGG_VISITS = tuple(visit for visit in B_CELL_VISITS if visit.code != "M9")
RESPONSE = Assessment("response", "Marrow (response)", VISITS, "any response assessment")
MRD = Assessment("mrd", "MRD", VISITS, "an MRD assay that did not fail")
B_CELLS = Assessment("b_cells", "B cells", B_CELL_VISITS, "any B-cell sample")
IGG = Assessment("igg", "IgG", IGG_VISITS, "an IgG value")
CONTACT = Assessment(
    "contact", "Contact", tuple(map(_year, CONTACT_YEARS)), "any dated entry of the patient", ("DTHDT",), ()
)
SCHEDULE = (MRD, RESPONSE, B_CELLS, IGG, CONTACT)
ASSESSMENT = {assessment.code: assessment for assessment in SCHEDULE}
DEFINITION = (
    "A visit is due once its window has closed by the data cut-off. Marrow, MRD, B cells and IgG are asked for until "
    "relapse, treatment failure, another treatment (new therapy or allogeneic transplant) or death; contact until "
    "death "
    "(our convention)."
)


def schedule_words() -> pd.DataFrame:
    """The declaration as a table: assessment, visit, nominal day, window, what counts as done."""
    rows = [
        (one.label, visit.label, visit.nominal, f"day {visit.first}-{visit.last}", one.done)
        for one in SCHEDULE
        for visit in one.visits
    ]
    return pd.DataFrame(rows, columns=["assessment", "visit", "nominal_day", "window", "done"])


def near(assessment: Assessment, visit: Visit) -> tuple[int, int]:
    """First and last day on which an assessment meant for the visit, but early or late, still lies: between the windows
    beside it (our convention)."""
    place = assessment.visits.index(visit)
    first = assessment.visits[place - 1].last + 1 if place else 1
    is_last = place + 1 == len(assessment.visits)
    last = visit.last + (visit.last - visit.first) // 2 if is_last else assessment.visits[place + 1].first
    return min(first, visit.first), max(last, visit.last)


def derive_done(study: Study, assessment: Assessment) -> pd.DataFrame:
    """PT, date and ADY (days from day 0) of every time the assessment was done after day 0."""
    rows = _DONE[assessment.code](study)
    ady = days_since(rows["date"], of_patient(study.course["TRTSDT"], rows))
    return rows.assign(ADY=ady)[ady > 0]


def _responses(study: Study) -> pd.DataFrame:
    return _dated(study.tables["response_assessment"])


def _assays(study: Study) -> pd.DataFrame:
    rows = study.tables["mrd_assessment"]
    return _dated(rows[rows["result"].notna() & (rows["result"].astype("str") != "failed")])


def _samples(study: Study) -> pd.DataFrame:
    return _dated(study.tables["b_cell_assessment"])


def _igg(study: Study) -> pd.DataFrame:
    rows = study.tables["immunoglobulin"]
    return _dated(rows[rows["igg_mg_dl"].notna()])


def _contacts(study: Study) -> pd.DataFrame:
    """Every dated entry is a contact, as for last contact."""
    dated = [_dated(study.tables[table], date) for table, date in ROW_DATE.items()]
    return pd.concat([*dated, _dated(study.tables["patient"], "last_contact_date")], ignore_index=True)


def _dated(rows: pd.DataFrame, date: str = "date") -> pd.DataFrame:
    return rows.loc[rows[date].notna(), ["PT", date]].rename(columns={date: "date"})


_DONE = {"response": _responses, "mrd": _assays, "b_cells": _samples, "igg": _igg, "contact": _contacts}


def asked_until(course: pd.DataFrame, assessment: Assessment) -> pd.Series:
    """The day from which the assessment is asked for no more, NaT while it still is. Dead without a date: day 0."""
    ends = first_of(*(course[name] for name in (*assessment.ends, *assessment.treated)))
    return ends.mask(course["DTHNODT"].astype(bool), course["TRTSDT"])
