"""Second primary malignancy after infusion: followed for life."""

import pandas as pd

from endpoints.codes import sentence_words
from endpoints.patient_dates import days_since, earliest, of_patient
from endpoints.sources import DEATH, LAST_CONTACT
from endpoints.study import Study
from endpoints.time_to_event import Derived, Source, TimeToEvent, derive_tte

KINDS = sentence_words("second_malignancy.kind")
SECOND_MALIGNANCY = TimeToEvent(
    "SPM",
    "Second malignancy",
    "From infusion: first other cancer found after day 0, followed for life, whatever was given later; death competes; "
    "without either censored at last contact.",
    events=(Source("second_malignancy", "SPMDT", "second malignancy", "SPMDESC", "SPMCD"),),
    competing=(DEATH,),
    censor=LAST_CONTACT,
)
LIST_WORDS = (
    "Every second malignancy found after day 0: kind, whether of T cells, whether the tumour was tested for the "
    "transgene, and whether it was found (missing: not recorded)."
)


def derive_second_malignancy(study: Study) -> Derived:
    """ADTTE of SECOND_MALIGNANCY."""
    course, rows = study.course, _rows(study)
    first = rows.drop_duplicates("PT").set_index("PT").reindex(course.index)
    kind = first["kind"].astype("str")
    known = course.assign(SPMDT=earliest(rows, len(course), "diagnosis_date"), SPMCD=kind, SPMDESC=kind.map(KINDS))
    return derive_tte(known, SECOND_MALIGNANCY, study.rules)


def derive_malignancies(study: Study) -> pd.DataFrame:
    """One row per second malignancy after day 0, by day: USUBJID TRTSDT ADT ADY KIND TCELL TESTED FOUND (boolean)
    PRODLABEL."""
    course, rows = study.course, _rows(study)
    listed = pd.DataFrame(
        {
            "USUBJID": of_patient(course["USUBJID"], rows),
            "TRTSDT": of_patient(course["TRTSDT"], rows),
            "ADT": rows["diagnosis_date"],
            "ADY": rows["ADY"].astype("Int32"),
            "KIND": rows["kind"].astype("str"),
            "TCELL": rows["t_cell_origin"].astype("boolean"),
            "TESTED": rows["transgene_tested"].astype("boolean"),
            "FOUND": rows["transgene_found"].astype("boolean"),
            "PRODLABEL": of_patient(study.adsl["PRODLABEL"], rows),
        }
    )
    return listed.sort_values(["ADY", "USUBJID"], ignore_index=True)


def _rows(study: Study) -> pd.DataFrame:
    rows = study.tables["second_malignancy"]
    ady = days_since(rows["diagnosis_date"], of_patient(study.course["TRTSDT"], rows))
    return rows.assign(ADY=ady)[ady > 0].sort_values(["PT", "diagnosis_date", "kind"]).reset_index(drop=True)
