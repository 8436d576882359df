"""The follow-up board: of whom is an assessment due at a visit, done, missed?"""

from dataclasses import replace

import pandas as pd

from endpoints.patient_dates import first_of, no_dates
from endpoints.schedule import RESPONSE, Assessment, derive_done, near
from endpoints.status import NOT_DUE, Class, first_match, not_yet_due
from endpoints.study import Study
from endpoints.visits import M3, Visit

NEAR = near(RESPONSE, M3)  # our convention: an assessment meant for month 3 that came early or late
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


def classes_of(assessment: Assessment, visit: Visit) -> tuple[Class, ...]:
    """The classes in words that fit any visit, each as coded above; contact goes on after relapse and treatment."""
    first, last = near(assessment, visit)
    days = f"day {visit.first}-{visit.last}"
    words = {
        IN_WINDOW.code: f"Done in the window ({days})",
        OUTSIDE.code: f"Done outside it (day {first}-{last})",
        ENDED.code: ENDED.label if assessment.treated else "Died before",
    }
    kept = (one for one in CLASSES if one != TREATED or assessment.treated)
    return tuple(replace(one, label=words.get(one.code, one.label)) for one in kept)


def definition_of(assessment: Assessment, visit: Visit) -> str:
    """How a patient gets into one of the classes, in words."""
    first, last = near(assessment, visit)
    before = f"died or relapsed by day {visit.last} without one; new therapy or allogeneic transplant by then"
    return (
        f"{assessment.label} at {visit.label} of every infused patient, first match: not yet due (day {visit.last} not "
        f"reached by the cut-off); done in the window, day {visit.first}-{visit.last}, whatever the result and "
        f"whatever "
        f"came before it ({assessment.done}); {before if assessment.treated else f'died by day {visit.last}'} without "
        f"one; done outside the window, day {first}-{last} (our convention); missed. Due: all but the not yet due."
    )


def derive_visit_board(study: Study, assessment: Assessment = RESPONSE, visit: Visit = M3) -> pd.DataFrame:
    """USUBJID SITEID TRTSDT AVALC QUARTER (of infusion) of every infused patient."""
    course = study.course
    done = derive_done(study, assessment)

    def assessed(first: int, last: int) -> pd.Series:
        places = done.loc[done["ADY"].between(first, last), "PT"]
        return pd.Series(course.index.isin(places), index=course.index)

    last = course["TRTSDT"] + pd.Timedelta(days=visit.last)
    ended = [name for name in assessment.ends if name != "FAILDT"]
    treated = first_of(no_dates(len(course)), *(course[name] for name in assessment.treated))
    status = first_match(
        course.index,
        (NOT_YET_DUE.code, not_yet_due(course, study.cutoff, visit.last)),
        (IN_WINDOW.code, assessed(visit.first, visit.last)),
        (ENDED.code, first_of(*(course[name] for name in ended)) <= last),
        (TREATED.code, treated <= last),
        (OUTSIDE.code, assessed(*near(assessment, visit))),
        otherwise=MISSED.code,
    )
    rows = pd.DataFrame(
        {
            "USUBJID": course["USUBJID"],
            "SITEID": study.adsl["SITEID"],
            "TRTSDT": course["TRTSDT"],
            "AVALC": status,
            "QUARTER": quarter_of(course["TRTSDT"]),
        }
    )
    return rows[course["TRTSDT"].notna()].reset_index(drop=True)


def derive_board(study: Study) -> pd.DataFrame:
    """The response assessment at month 3: USUBJID SITEID TRTSDT AVALC QUARTER of every infused patient."""
    return derive_visit_board(study)


def quarter_of(dates: pd.Series) -> pd.Series:
    """'2024 Q1'."""
    year, quarter = dates.dt.year.astype("Int32").astype("str"), dates.dt.quarter.astype("Int32").astype("str")
    return year + " Q" + quarter
