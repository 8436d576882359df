"""B cells over time: status at visits, samples as drawn, the class at a landmark, transgene and IgG at visits."""

from dataclasses import replace

import numpy as np
import pandas as pd

from endpoints.b_cell_aplasia import BLOOD, complete_values, judge_samples, judged_days, losses_of, needs_confirmation
from endpoints.benchmarks import pulsipher_words
from endpoints.codes import words_of
from endpoints.patient_dates import after, days_since, earliest, latest, of_patient
from endpoints.status import (
    DIED,
    IN_DOUBT,
    LOST,
    NOT_ASSESSED,
    NOT_DUE,
    OTHER_THERAPY,
    RELAPSED,
    THERAPY_WITHOUT_REMISSION,
    TRANSPLANTED,
    Class,
    derive_visit_status,
)
from endpoints.study import Study
from endpoints.visits import VISIT, Visit

# Blood is sampled monthly at first: these windows are narrower than month 3 elsewhere, and named by their days.
B_CELL_VISITS = (
    Visit("M1", "Day 14-45", 30, 14, 45),
    Visit("M2", "Day 46-75", 61, 46, 75),
    Visit("M3", "Day 76-120", 91, 76, 120),
    VISIT["M6"],
    VISIT["M9"],
    VISIT["M12"],
)
APLASIA, RECOVERED = Class("aplasia", "In aplasia"), Class("recovered", "B cells above the threshold")
CLASSES = (
    APLASIA,
    RECOVERED,
    *(
        replace(event, label=f"{event.label} before a sample")
        for event in (TRANSPLANTED, OTHER_THERAPY, IN_DOUBT, THERAPY_WITHOUT_REMISSION, RELAPSED, DIED)
    ),
    LOST,
    replace(NOT_ASSESSED, label="No B-cell sample"),
    NOT_DUE,
)
VISIT_WORDS = (
    "Patients in first remission by the end of the window: the B-cell sample nearest the nominal day in the "
    "window, judged by the chosen rule; what happened before it comes first."
)
RECOVERED_BY_LANDMARK, APLASTIC_AT_LANDMARK, NO_SAMPLE = (
    Class("recovered", "B cells recovered by then"),
    Class("aplasia", "Still aplastic"),
    Class("not_assessed", "No usable sample by then"),
)
LANDMARK_CLASSES = (APLASTIC_AT_LANDMARK, RECOVERED_BY_LANDMARK, NO_SAMPLE)
LOCKED = (
    "Loss means B-cell recovery only: where relapse is the outcome, a CD19-positive relapse never counts as loss. "
    "With a rule that asks for confirmation, recovery counts from the confirming sample."
)
DOMAIN_WORDS = (
    "Persistence means different things by costimulatory domain: after a CD28 product long aplasia was not needed for "
    "lasting remissions (axicabtagene ciloleucel in lymphoma)."
)
BETWEEN_WORDS = (
    "Loss between two samples: it lies after the last sample not above the threshold (without one: after infusion) and "
    "by the sample that shows it; without loss aplasia is known up to the last such sample."
)
PUBLISHED = pulsipher_words()
IGG_LOW = 400.0  # mg/dL
METHODS = words_of("car_persistence.method")
SAMPLE_WORDS = {True: "above the threshold", False: "not above the threshold"}
NOT_JUDGED = "not used by the rule"


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
    statuses = pd.DataFrame(
        {
            "USUBJID": course["USUBJID"],
            "TRTSDT": course["TRTSDT"],
            "ADT": chosen["ADT"].where(status == chosen["AVALC"]),
            "AVALC": status,
        }
    )
    return statuses[course["RMSDT"] <= course["TRTSDT"] + pd.Timedelta(days=visit.last)].reset_index(drop=True)


def derive_samples(study: Study) -> pd.DataFrame:
    """Blood samples after day 0: USUBJID ADY PERCENT COUNT BELOW (limit of the assay) OVER (words of the verdict)
    OVERCD (yes, no; missing: not judged)."""
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
            "OVER": over.map(SAMPLE_WORDS).fillna(NOT_JUDGED),
            "OVERCD": over.map({True: "yes", False: "no"}),
        }
    ).sort_values(["USUBJID", "ADY"], ignore_index=True)


def derive_recovery_class(study: Study, day: int) -> pd.DataFrame:
    """USUBJID, GROUP (code of LANDMARK_CLASSES) on `day` after infusion, by the LOCKED definition."""
    n, per_day = len(study.course), _judged_days(study, day)
    losses, _ = losses_of(per_day, needs_confirmation(study.rules))
    recovered, sampled = earliest(losses, n).notna(), earliest(per_day, n).notna()
    code = np.select([recovered, sampled], [RECOVERED_BY_LANDMARK.code, APLASTIC_AT_LANDMARK.code], NO_SAMPLE.code)
    return pd.DataFrame({"USUBJID": study.course["USUBJID"], "GROUP": code})


def derive_unconfirmed(study: Study) -> pd.Series:
    """USUBJID of the patients whose first usable sample is above the threshold of a rule that asks for confirmation,
    which never came for it: in aplasia by the rule, though no sample below it was seen first."""
    if not needs_confirmation(study.rules):
        return study.course["USUBJID"].iloc[:0]
    first = _judged_days(study).drop_duplicates("PT")
    over = study.course.iloc[first.loc[first["OVER"], "PT"]]
    return over.loc[~over["NEVERAP"].astype(bool), "USUBJID"]


def derive_suspected(study: Study, day: int | None = None) -> pd.Series:
    """USUBJID of the patients whose last usable sample (by `day`, if given) is above the threshold and unconfirmed, and
    who had no loss before it: in aplasia by the rule, and counted in words wherever they are shown so."""
    n, per_day = len(study.course), _judged_days(study, day)
    losses, suspected = losses_of(per_day, needs_confirmation(study.rules))
    is_suspected = earliest(suspected, n).notna() & earliest(losses, n).isna()
    return study.course.loc[is_suspected, "USUBJID"]


def _judged_days(study: Study, last_day: int | None = None) -> pd.DataFrame:
    return judged_days(study.tables["b_cell_assessment"], study.course, study.rules, last_day)


def derive_sampling(study: Study) -> pd.DataFrame:
    """How often each patient in the population of aplasia was sampled: USUBJID, SAMPLES (days with a usable sample),
    COMPLETED (of them judged by a computed value), GAP (median days between them; missing with one), LASTDY (day of the
    last, from day 0)."""
    course, per_day = study.course, _judged_days(study)
    gaps = per_day.groupby("PT")["date"].diff() / pd.Timedelta(days=1)
    grouped = per_day.assign(gap=gaps).groupby("PT")
    known = course["BCAFSTDT"].notna() & course["RMSNTXDT"].notna()
    sampling = pd.DataFrame(
        {
            "USUBJID": course["USUBJID"],
            "SAMPLES": grouped["date"].count().reindex(course.index),
            "COMPLETED": grouped["COMPLETED"].sum().reindex(course.index),
            "GAP": grouped["gap"].median().reindex(course.index),
            "LASTDY": days_since(latest(per_day, len(course)), course["TRTSDT"]),
        }
    )[known]
    whole = dict.fromkeys(("SAMPLES", "COMPLETED", "LASTDY"), "int64")
    return sampling.astype(whole).reset_index(drop=True)


def derive_loss_interval(study: Study) -> pd.DataFrame:
    """Between which days loss lies, for the interval-censored estimate: USUBJID LEFT RIGHT (days from day 0) of every
    patient in the population of aplasia.

    LEFT is the last day with a sample not above the threshold before the loss (0: none, never aplastic), RIGHT the day
    of the loss as it is counted; without loss LEFT is the last such sample and RIGHT infinite.
    """
    course, n = study.course, len(study.course)
    per_day = _judged_days(study)
    loss = course["BCALDT"]
    below = per_day[~per_day["OVER"] & ~(per_day["date"] >= of_patient(loss, per_day))]
    left = days_since(latest(below, n), course["TRTSDT"]).fillna(0)
    right = days_since(loss, course["TRTSDT"]).fillna(np.inf)
    known = course["BCAFSTDT"].notna() & course["RMSNTXDT"].notna()
    return pd.DataFrame({"USUBJID": course["USUBJID"], "LEFT": left, "RIGHT": right})[known].reset_index(drop=True)


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
    ).sort_values(["USUBJID", "ADY", "METHOD"], ignore_index=True)


def at_visits(study: Study, table: str, visits=B_CELL_VISITS) -> pd.DataFrame:
    """The rows of a table in the windows, one per patient, visit and (where there is one) method, nearest the nominal
    day: USUBJID VISIT METHOD and the table's columns."""
    rows = after(study.tables[table], study.course["TRTSDT"])
    rows = rows.assign(METHOD=rows["method"].astype("str") if "method" in rows else "")
    parts = []
    for visit in visits:
        window = rows[rows["ADY"].between(visit.first, visit.last)]
        window = window.assign(VISIT=visit.label, distance=(window["ADY"] - visit.nominal).abs())
        parts.append(window.sort_values(["distance", "date"]).drop_duplicates(["PT", "METHOD"]))
    chosen = pd.concat(parts, ignore_index=True)
    return chosen.assign(USUBJID=of_patient(study.course["USUBJID"], chosen))
