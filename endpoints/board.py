"""The month-3 denominator board: of whom is the assessment due, done, missed?"""

import pandas as pd

from endpoints.patient_dates import after, first_of
from endpoints.status import NOT_DUE, Class, first_match, not_yet_due
from endpoints.study import Study
from endpoints.visits import M3

NEAR = (46, 150)  # our convention: an assessment meant for month 3 that came early or late
IN_WINDOW = Class("in_window", "Done in the window (day 60-120)")
ENDED = Class("ended", "Died or relapsed before")
OUTSIDE = Class("outside", f"Done outside (day {NEAR[0]}-59 or 121-{NEAR[1]})")
MISSED = Class("missed", "Missed")
NOT_YET_DUE = Class(NOT_DUE.code, NOT_DUE.label)
TREATED = Class("treated", "New therapy or transplant before")
CLASSES = (IN_WINDOW, OUTSIDE, ENDED, TREATED, MISSED, NOT_YET_DUE)
DEFINITION = (
    "Response assessment at month 3 of every infused patient, first match: not yet due (day 120 not reached by the "
    "cut-off); done in the window, day 60-120, whatever the result and whatever came before it; died or relapsed by "
    "day 120 without one; new therapy or allogeneic transplant by day 120 without one; "
    f"done outside, day {NEAR[0]}-{NEAR[1]} (our convention); missed. All but the not yet due are due."
)


def derive_board(study: Study) -> pd.DataFrame:
    """USUBJID TRTSDT AVALC QUARTER (of infusion) of every infused patient."""
    course = study.course
    visits = after(study.tables["response_assessment"], course["TRTSDT"])

    def assessed(first: int, last: int) -> pd.Series:
        places = visits.loc[visits["ADY"].between(first, last), "PT"]
        return pd.Series(course.index.isin(places), index=course.index)

    last = course["TRTSDT"] + pd.Timedelta(days=M3.last)
    status = first_match(
        course.index,
        (NOT_YET_DUE.code, not_yet_due(course, study.cutoff, M3.last)),
        (IN_WINDOW.code, assessed(M3.first, M3.last)),
        (ENDED.code, first_of(course["DTHDT"], course["RELDT"]) <= last),
        (TREATED.code, first_of(course["NEWTHDT"], course["HSCTDT"]) <= last),
        (OUTSIDE.code, assessed(*NEAR)),
        otherwise=MISSED.code,
    )
    quarter = (
        course["TRTSDT"].dt.year.astype("Int32").astype("str")
        + " Q"
        + course["TRTSDT"].dt.quarter.astype("Int32").astype("str")
    )
    rows = pd.DataFrame({"USUBJID": course["USUBJID"], "TRTSDT": course["TRTSDT"], "AVALC": status, "QUARTER": quarter})
    return rows[course["TRTSDT"].notna()].reset_index(drop=True)
