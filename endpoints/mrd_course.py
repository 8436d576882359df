"""MRD over time: every assay with its level, re-emergence after MRD-negative remission, the class known at a
landmark."""

from dataclasses import replace

import pandas as pd

from endpoints.mrd import FAILED, INDETERMINATE, NEGATIVE, POSITIVE, choose_assay, classify
from endpoints.patient_dates import after, earliest, first_of, latest, of_patient, on_or_before
from endpoints.reasons import Reason
from endpoints.sources import DEATH, IN_FIRST_REMISSION, NEW_THERAPY, RELAPSE, TRANSPLANT
from endpoints.status import NOT_ASSESSED, Class
from endpoints.study import Study
from endpoints.time_to_event import Derived, Requirement, Source, TimeToEvent, derive_tte
from endpoints.visits import Visit

DETECTED, AT_LIMIT, NO_LEVEL, NO_PLACE = "detected", "not_detected", "no_level", "no_place"
KIND_WORDS = {
    DETECTED: "Detected, level",
    AT_LIMIT: "Not detected, at its sensitivity",
    NO_LEVEL: "Detected without level, at its sensitivity",
    NO_PLACE: "Failed, or no level and no sensitivity",
}
LANDMARK_CLASSES = (NEGATIVE, INDETERMINATE, POSITIVE, FAILED, Class(NOT_ASSESSED.code, "No MRD assay"))
LANDMARK_WORDS = (
    "Class: the assay of the visit (day {first}-{last}), at the chosen cut-off; patients without one are a class of "
    "their own."
)
LATEST_WORDS = (
    "Class: the latest result dated by the landmark day that did not fail, at the chosen cut-off; of one day "
    "marrow before blood, then the lower sensitivity, then positive. Patients without one are a class of their own."
)

NEVER_NEGATIVE = Reason("never_negative", "never MRD-negative in remission before relapse, transplant or new therapy")

REEMERGENCE = TimeToEvent(
    "MRDRE",
    "Re-emergence of MRD",
    "From the first MRD-negative assay in remission: first assay after it that is positive at the chosen cut-off; "
    "relapse, allogeneic transplant, new therapy and death compete; without any of these censored at the last usable "
    "assay.",
    events=(Source("positive", "MRDPOSDT", "MRD positive again"),),
    competing=(RELAPSE, TRANSPLANT, NEW_THERAPY, DEATH),
    censor=Source("assay", "MRDLASDT", "last usable MRD assay"),
    origin="MRDNEGDT",
    requires=(IN_FIRST_REMISSION, Requirement("MRDNEGDT", NEVER_NEGATIVE)),
)

REEMERGENCE_ANY = replace(
    REEMERGENCE,
    paramcd="MRDREANY",
    param="Re-emergence of MRD at any level",
    definition="From the first MRD-negative assay in remission (at the chosen cut-off): first assay after it that is "
    "positive at any level or not quantifiable; relapse, allogeneic transplant, new therapy and death compete; without "
    "any of these censored at the last usable assay.",
    events=(Source("positive", "MRDPOSDT", "MRD detectable again"),),
)
POSITIVE_RESULTS = ("positive", "positive_not_quantifiable")


def derive_levels(study: Study) -> pd.DataFrame:
    """Every assay after day 0: USUBJID ADY METHOD SPECIMEN RESULT LEVEL SENSITIVITY KIND VALUE (the level, else the
    sensitivity; missing where neither says where the assay lies)."""
    rows = after(study.tables["mrd_assessment"], study.course["TRTSDT"])
    result = rows["result"].astype("str")
    kind = pd.Series(NO_PLACE, index=rows.index, dtype="str")
    detected = result.isin(POSITIVE_RESULTS)
    kind = kind.mask((result == "negative") & rows["sensitivity"].notna(), AT_LIMIT)
    kind = kind.mask(detected & rows["sensitivity"].notna(), NO_LEVEL)
    kind = kind.mask((result == "positive") & (rows["level"] > 0), DETECTED)
    value = rows["level"].where(kind == DETECTED, rows["sensitivity"]).where(kind != NO_PLACE)
    levels = pd.DataFrame(
        {
            "USUBJID": of_patient(study.course["USUBJID"], rows),
            "ADY": rows["ADY"],
            "METHOD": rows["method"].astype("str"),
            "SPECIMEN": rows["specimen"].astype("str"),
            "RESULT": result.str.replace("_", " "),
            "LEVEL": rows["level"],
            "SENSITIVITY": rows["sensitivity"],
            "KIND": kind,
            "VALUE": value,
        }
    )
    return levels.sort_values(["USUBJID", "ADY", "METHOD", "SPECIMEN"], ignore_index=True)


def derive_reemergence(study: Study, endpoint: TimeToEvent = REEMERGENCE) -> Derived:
    """ADTTE of REEMERGENCE (positive at the chosen cut) or REEMERGENCE_ANY (any positive assay)."""
    course, n = study.course, len(study.course)
    rows = after(study.tables["mrd_assessment"], course["TRTSDT"])
    rows = rows.assign(AVALC=classify(rows, study.rules))
    rows = rows[
        rows["AVALC"].notna() & (rows["AVALC"] != FAILED.code) & ~(rows["date"] >= of_patient(course["RELDT"], rows))
    ]
    ended = of_patient(first_of(course["HSCTDT"], course["NEWTHDT"]), rows)
    clear = (rows["AVALC"] == NEGATIVE.code) & (rows["date"] >= of_patient(course["RMSDT"], rows))
    negative = earliest(rows[clear & on_or_before(rows["date"], ended)], n)
    later = rows[rows["date"] > of_patient(negative, rows)]
    at_any_level = endpoint.paramcd == REEMERGENCE_ANY.paramcd
    back = later["result"].isin(POSITIVE_RESULTS) if at_any_level else later["AVALC"] == POSITIVE.code
    again = earliest(later[back], n)
    known = course.assign(MRDNEGDT=negative, MRDPOSDT=again, MRDLASDT=latest(rows, n))
    return derive_tte(known, endpoint, study.rules)


def derive_landmark_class(study: Study, visit: Visit, day: int) -> pd.DataFrame:
    """USUBJID, GROUP (code of LANDMARK_CLASSES): at the visit when `day` is 0, else the latest result by that day."""
    if day == 0:
        status = choose_assay(study, visit)["AVALC"]
    else:
        rows = after(study.tables["mrd_assessment"], study.course["TRTSDT"])
        result = rows["result"].astype("str")
        rows = rows.assign(
            AVALC=classify(rows, study.rules),
            failed=result == "failed",
            negative=result == "negative",
            blood=rows["specimen"] != "BM",
            before=-rows["ADY"],
        )
        rows = rows[(rows["ADY"] <= day) & rows["AVALC"].notna()]
        order = ["failed", "before", "blood", "sensitivity", "negative", "mrd_assessment_id"]
        last = rows.sort_values(order, na_position="last").drop_duplicates("PT")
        status = last.set_index("PT")["AVALC"].reindex(range(len(study.course)))
    codes = [c.code for c in (NEGATIVE, INDETERMINATE, POSITIVE, FAILED)]
    return pd.DataFrame(
        {"USUBJID": study.course["USUBJID"], "GROUP": status.where(status.isin(codes), NOT_ASSESSED.code)}
    )
