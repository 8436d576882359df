"""The variables of the database that figures are made of: where each stands, when it should be known, and which pages
use
it. What is missing is counted here and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from endpoints.patient_dates import of_patient, rows_per_patient
from endpoints.study import Study


@dataclass(frozen=True)
class Variable:
    """table and column in the database; label; applies: of which rows the value should be known (none: of all), and the
    same in words."""

    table: str
    column: str
    label: str
    applies: Callable[[pd.DataFrame], pd.Series] | None = None
    when: str = ""

    @property
    def code(self) -> str:
        """'table.column'."""
        return f"{self.table}.{self.column}"


def _result(*results: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda rows: rows["result"].astype("str").isin(results)


def _specimen(code: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda rows: rows["specimen"].astype("str") == code


def _given(column: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda rows: rows[column].notna()


PATIENT, COURSE = "patient", "treatment_course"
VARIABLES = (
    Variable(PATIENT, "birth_month", "Birth month"),
    Variable(PATIENT, "sex", "Sex"),
    Variable(PATIENT, "cytogenetic_group", "Cytogenetic group"),
    Variable(PATIENT, "down_syndrome", "Down syndrome"),
    Variable(PATIENT, "prior_transplant", "Prior transplant"),
    Variable(PATIENT, "prior_car_t", "Prior CAR-T"),
    Variable(PATIENT, "prior_blinatumomab", "Prior blinatumomab"),
    Variable(PATIENT, "prior_inotuzumab", "Prior inotuzumab"),
    Variable(PATIENT, "vital_status", "Vital status"),
    Variable(PATIENT, "last_contact_date", "Date of last contact"),
    Variable(PATIENT, "followed_elsewhere", "Followed elsewhere"),
    Variable(
        PATIENT, "death_date", "Date of death", lambda rows: rows["vital_status"].astype("str") == "dead", "of the dead"
    ),
    Variable(PATIENT, "cause_of_death", "Cause of death", _given("death_date"), "of the dead"),
    Variable(COURSE, "enrolment_date", "Date of enrolment"),
    Variable(COURSE, "manufacturing_outcome", "Manufacturing outcome"),
    Variable(
        COURSE, "disease_status_before", "Disease status before lymphodepletion", _given("infusion_date"), "infused"
    ),
    Variable(COURSE, "blasts_pct_before", "Blasts before lymphodepletion", _given("infusion_date"), "infused"),
    Variable(COURSE, "cns_status", "CNS status", _given("infusion_date"), "infused"),
    Variable(COURSE, "extramedullary", "Extramedullary disease", _given("infusion_date"), "infused"),
    Variable(COURSE, "lymphodepletion", "Lymphodepletion", _given("infusion_date"), "infused"),
    Variable(COURSE, "transplant_intended", "Transplant intended", _given("infusion_date"), "infused"),
    Variable(COURSE, "crs_assessed", "Whether CRS was assessed", _given("infusion_date"), "infused"),
    Variable(COURSE, "icans_assessed", "Whether ICANS was assessed", _given("infusion_date"), "infused"),
    Variable("response_assessment", "response", "Response"),
    Variable("response_assessment", "blasts_pct", "Blasts at response"),
    Variable("mrd_assessment", "result", "MRD result"),
    Variable("mrd_assessment", "level", "MRD level", _result("positive"), "of positive assays"),
    Variable("mrd_assessment", "sensitivity", "MRD sensitivity", _result("negative"), "of negative assays"),
    Variable("b_cell_assessment", "lymphocytes_per_ul", "Lymphocytes", _specimen("PB"), "in blood"),
    Variable("b_cell_assessment", "cd19_pct_lymphocytes", "B cells, % of lymphocytes", _specimen("PB"), "in blood"),
    Variable("b_cell_assessment", "normal_b_pct_marrow", "Normal B cells in marrow", _specimen("BM"), "in marrow"),
    Variable("immunoglobulin", "igg_mg_dl", "IgG"),
    Variable("immunoglobulin", "on_replacement", "On replacement"),
    Variable("car_persistence", "detected", "CAR detected"),
    Variable("relapse", "cd19_status", "CD19 at relapse"),
    Variable("relapse", "sites", "Sites of relapse"),
    Variable("transplant", "donor", "Donor"),
    Variable("transplant", "disease_status", "Disease status at transplant"),
    Variable("transplant", "reason", "Reason for the transplant"),
    Variable("adverse_event", "grade", "Grade"),
    Variable("adverse_event", "resolution_date", "Date of resolution"),
    Variable("infection", "organism_class", "Organism"),
    Variable("second_malignancy", "transgene_tested", "Transgene tested"),
)
VARIABLE = {variable.code: variable for variable in VARIABLES}
_OUTCOME = ("patient.last_contact_date", "patient.vital_status", "patient.death_date", "patient.cause_of_death")
PAGES = {  # page, by the code of its choice of figure -> the variables that its figures use
    "overview": ("treatment_course.enrolment_date", "treatment_course.manufacturing_outcome", "patient.birth_month"),
    "response": ("response_assessment.response", "treatment_course.blasts_pct_before", "mrd_assessment.level"),
    "mrd": ("mrd_assessment.result", "mrd_assessment.level", "mrd_assessment.sensitivity"),
    "bca": (
        "b_cell_assessment.cd19_pct_lymphocytes",
        "b_cell_assessment.lymphocytes_per_ul",
        "b_cell_assessment.normal_b_pct_marrow",
        "immunoglobulin.igg_mg_dl",
        "immunoglobulin.on_replacement",
        "car_persistence.detected",
    ),
    "relapse": ("relapse.cd19_status", "relapse.sites", "response_assessment.response", *_OUTCOME),
    "survival": (*_OUTCOME, "response_assessment.response"),
    "transplant": (
        "transplant.donor",
        "transplant.disease_status",
        "transplant.reason",
        "treatment_course.transplant_intended",
        "patient.prior_transplant",
        *_OUTCOME,
    ),
    "toxicity": (
        "treatment_course.crs_assessed",
        "treatment_course.icans_assessed",
        "adverse_event.grade",
        "adverse_event.resolution_date",
        "infection.organism_class",
        "second_malignancy.transgene_tested",
    ),
    "follow": ("patient.last_contact_date", "patient.followed_elsewhere", "mrd_assessment.result"),
    "programme": _OUTCOME,
}
DEFINITION = (
    "Rows of the patients shown, up to the data cut-off, in which the variable should be known, and those in which it "
    "is "
    "not. Of assessments and events: those after infusion."
)
WHOLE_TABLES = ("patient", "treatment_course")


@dataclass(frozen=True)
class Missing:
    """A row per patient in the order of ADSL, a column per variable (code). asked: rows in which it should be known;
    gone: those of them in which it is not."""

    asked: pd.DataFrame
    gone: pd.DataFrame


def derive_missing(study: Study) -> Missing:
    """What is missing of everybody, counted."""
    tables = {table: _rows(study, table) for table in dict.fromkeys(variable.table for variable in VARIABLES)}
    counts = {one.code: _count(one, tables[one.table], len(study.adsl)) for one in VARIABLES}
    asked, gone = (pd.DataFrame({code: both[i] for code, both in counts.items()}) for i in (0, 1))
    return Missing(asked, gone)


def _count(variable: Variable, rows: pd.DataFrame, n: int) -> tuple[np.ndarray, np.ndarray]:
    known = (
        np.ones(len(rows), bool) if variable.applies is None else variable.applies(rows).fillna(False).to_numpy(bool)
    )
    gone = known & rows[variable.column].isna().to_numpy()
    return _narrow(rows_per_patient(rows["PT"][known], n)), _narrow(rows_per_patient(rows["PT"][gone], n))


def _narrow(counts: np.ndarray) -> np.ndarray:
    """In the smallest type that holds them all: there are four million of 100,000 patients."""
    return counts.astype(np.min_scalar_type(counts.max(initial=0)))


def _rows(study: Study, table: str) -> pd.DataFrame:
    rows = study.tables[table]
    if table in WHOLE_TABLES:
        return rows
    date = next(name for name in ("date", "onset_date", "diagnosis_date") if name in rows)
    return rows[rows[date] > of_patient(study.course["TRTSDT"], rows)]
