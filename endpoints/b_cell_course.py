"""B cells over time: status at visits, samples as drawn, the class at a landmark, transgene and IgG at visits."""

import numpy as np
import pandas as pd

from endpoints.b_cell_aplasia import BLOOD, FIRST_SAMPLE_DAY, complete_values, judge_samples, losses_of
from endpoints.milestones import after
from endpoints.patient_dates import days_since, earliest, first_of, of_patient, on_or_before
from endpoints.status import (
    BEYOND,
    DIED,
    NOT_DUE,
    OTHER_THERAPY,
    RELAPSED,
    THERAPY_WITHOUT_REMISSION,
    TRANSPLANTED,
    Class,
    derive_visit_status,
)
from endpoints.study import Study
from endpoints.visits import Visit

B_CELL_VISITS = (
    Visit("M1", "Month 1", 30, 14, 45),
    Visit("M2", "Month 2", 61, 46, 75),
    Visit("M3", "Month 3", 91, 76, 120),
    Visit("M6", "Month 6", 183, 150, 225),
    Visit("M9", "Month 9", 274, 226, 315),
    Visit("M12", "Month 12", 365, 316, 455),
)
APLASIA, RECOVERED = Class("aplasia", "In aplasia"), Class("recovered", "B cells over the rule")
CLASSES = (APLASIA, RECOVERED, TRANSPLANTED, OTHER_THERAPY, THERAPY_WITHOUT_REMISSION, RELAPSED, DIED, *BEYOND, NOT_DUE)
VISIT_WORDS = (
    "Patients in first remission by the end of the window: the B-cell sample nearest the nominal day in the "
    "window, judged by the chosen rule; what happened before it comes first."
)
EARLY, ONGOING, UNKNOWN = (
    Class("recovered", "B cells recovered by then"),
    Class("aplasia", "Still aplastic"),
    Class("not_assessed", "No usable sample by then"),
)
LANDMARK_CLASSES = (ONGOING, EARLY, UNKNOWN)
LOCKED = (
    "Loss means B-cell recovery only: where relapse is the outcome, a CD19-positive relapse never counts as "
    "loss. "
    "With a rule that asks for confirmation, recovery counts from the confirming sample."
)
PUBLISHED = (
    "In print: B-cell recovery within a year, hazard ratio for relapse 4.5 (2.03-9.97); at month 3 with MRD "
    "in the "
    "model 1.27 (0.33-4.79), not significant (Pulsipher 2022)."
)
CONFIRMED_RULE, NEVER_ENDS = "pct1_abs100_confirmed", 10**6
IGG_LOW = 400.0  # mg/dL
METHODS = {"qpcr": "qPCR", "ddpcr": "ddPCR", "flow": "Flow cytometry"}


def derive_b_cell_status(study: Study, visit: Visit) -> pd.DataFrame:
    """USUBJID TRTSDT ADT AVALC of every patient in first remission by the end of the window."""
    course = study.course
    rows = judge_samples(after(study.tables["b_cell_assessment"], course["TRTSDT"]), study.rules)
    rows = rows[rows["ADY"].between(visit.first, visit.last) & (rows["date"] >= of_patient(course["RMSDT"], rows))]
    rows = rows.assign(distance=(rows["ADY"] - visit.nominal).abs(), below=~rows["OVER"])
    nearest = rows.sort_values(["distance", "date", "below"]).drop_duplicates("PT").set_index("PT")
    nearest = nearest.reindex(range(len(course)))
    chosen = pd.DataFrame(
        {
            "ADT": nearest["date"].astype("datetime64[s]"),
            "AVALC": nearest["OVER"].map({True: RECOVERED.code, False: APLASIA.code}).astype("str"),
        }
    )
    status = derive_visit_status(course, visit, study.cutoff, chosen)
    found = pd.DataFrame(
        {
            "USUBJID": course["USUBJID"],
            "TRTSDT": course["TRTSDT"],
            "ADT": chosen["ADT"].where(status == chosen["AVALC"]),
            "AVALC": status,
        }
    )
    return found[course["RMSDT"] <= course["TRTSDT"] + pd.Timedelta(days=visit.last)].reset_index(drop=True)


def derive_samples(study: Study) -> pd.DataFrame:
    """Blood samples after day 0: USUBJID ADY PERCENT COUNT BELOW (limit of the assay) OVER (missing: not judged)."""
    rows = complete_values(after(study.tables["b_cell_assessment"], study.course["TRTSDT"]))
    rows = rows[rows["specimen"] == BLOOD]
    over = judge_samples(rows, study.rules)["OVER"].reindex(rows.index)
    return pd.DataFrame(
        {
            "USUBJID": of_patient(study.course["USUBJID"], rows),
            "ADY": rows["ADY"],
            "PERCENT": rows["cd19_pct_lymphocytes"],
            "COUNT": rows["cd19_per_ul"],
            "BELOW": rows["below_limit"].astype("boolean").fillna(False).astype(bool),
            "OVER": over.map({True: "over the rule", False: "not over the rule"}).fillna("not used by the rule"),
        }
    ).sort_values(["USUBJID", "ADY"], ignore_index=True)


def derive_recovery_class(study: Study, day: int) -> pd.DataFrame:
    """USUBJID, GROUP (code of LANDMARK_CLASSES) on `day` after infusion, by the LOCKED definition."""
    n, per_day = len(study.course), _judged_days(study, day)
    losses, _ = losses_of(per_day, needs_confirmation=study.rules.bca_rule == CONFIRMED_RULE)
    recovered, sampled = earliest(losses, n).notna(), earliest(per_day, n).notna()
    code = np.select([recovered, sampled], [EARLY.code, ONGOING.code], UNKNOWN.code)
    return pd.DataFrame({"USUBJID": study.course["USUBJID"], "GROUP": code})


def derive_unconfirmed(study: Study) -> pd.Series:
    """USUBJID of the patients whose first usable sample is over a rule that asks for confirmation, which never came for
    it: in aplasia by the rule, though no sample below it was seen first."""
    if study.rules.bca_rule != CONFIRMED_RULE:
        return study.course["USUBJID"].iloc[:0]
    first = _judged_days(study, NEVER_ENDS).drop_duplicates("PT")
    over = study.course.iloc[first.loc[first["OVER"], "PT"]]
    return over.loc[~over["NEVERAP"].astype(bool), "USUBJID"]


def _judged_days(study: Study, last_day: int) -> pd.DataFrame:
    """PT date OVER of every day with a usable sample in first remission from day 14 to `last_day`, in order."""
    course = study.course
    judged = judge_samples(study.tables["b_cell_assessment"], study.rules)
    judged = judged[judged["date"] >= of_patient(course["RMSDT"], judged)]
    ady = days_since(judged["date"], of_patient(course["TRTSDT"], judged))
    ends = first_of(course["RELDT"], course["HSCTDT"], course["NEWTHDT"], course["DTHDT"])
    judged = judged[ady.between(FIRST_SAMPLE_DAY, last_day) & on_or_before(judged["date"], of_patient(ends, judged))]
    return judged.groupby(["PT", "date"], as_index=False)["OVER"].any().sort_values(["PT", "date"])


def derive_persistence(study: Study) -> pd.DataFrame:
    """Every measurement of CAR-T cells or transgene after day 0: USUBJID ADY METHOD UNIT LEVEL DETECTED."""
    rows = after(study.tables["car_persistence"], study.course["TRTSDT"])
    return pd.DataFrame(
        {
            "USUBJID": of_patient(study.course["USUBJID"], rows),
            "ADY": rows["ADY"],
            "METHOD": rows["method"].astype("str"),
            "UNIT": rows["unit"].astype("str").fillna(""),
            "LEVEL": rows["value"],
            "DETECTED": rows["detected"].astype("boolean"),
        }
    ).sort_values(["USUBJID", "ADY"], ignore_index=True)


def at_visits(study: Study, table: str, visits=B_CELL_VISITS) -> pd.DataFrame:
    """The rows of a table in the windows, one per patient, visit and (where there is one) method, nearest the nominal
    day: USUBJID VISIT METHOD and the table's columns."""
    rows = after(study.tables[table], study.course["TRTSDT"])
    rows = rows.assign(METHOD=rows["method"].astype("str") if "method" in rows else "")
    parts = []
    for visit in visits:
        here = rows[rows["ADY"].between(visit.first, visit.last)]
        here = here.assign(VISIT=visit.label, distance=(here["ADY"] - visit.nominal).abs())
        parts.append(here.sort_values(["distance", "date"]).drop_duplicates(["PT", "METHOD"]))
    found = pd.concat(parts, ignore_index=True)
    return found.assign(USUBJID=of_patient(study.course["USUBJID"], found))
