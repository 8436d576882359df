"""CR and then NR without a RELAPSE between: no event, and so counted in words where relapse is the question."""

import pandas as pd

from endpoints.patient_dates import after, of_patient
from endpoints.study import Study

ASKED = ("EFS", "EFSC", "EFSCT", "RFS", "RFSC", "RFSCT", "CIR", "CIRCD19", "CIRCT")  # what a relapse would have changed


def derive_nr_after_remission(study: Study) -> pd.Series:
    """USUBJID of the patients with an assessment NR after first remission and no relapse by its day."""
    course = study.course
    rows = after(study.tables["response_assessment"], course["TRTSDT"])
    rows = rows[rows["response"] == "NR"]
    later = (rows["date"] > of_patient(course["RMSDT"], rows)) & ~(rows["date"] >= of_patient(course["RELDT"], rows))
    return course.loc[course.index.isin(rows.loc[later, "PT"]), "USUBJID"]
