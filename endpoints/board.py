"""The follow-up board: of whom is an assessment due at a visit, done, missed?"""

from dataclasses import replace

import numpy as np
import pandas as pd

from endpoints.patient_dates import days_since, first_of, no_dates
from endpoints.schedule import RESPONSE, Assessment, derive_done, near
from endpoints.status import NOT_DUE, Class
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


def derive_boards(study: Study, assessment: Assessment) -> pd.DataFrame:
    """USUBJID SITEID TRTSDT QUARTER (of infusion) of every infused patient, and a column with the class at each visit
    of
    the assessment, named by the visit's code."""
    course = study.course
    done = derive_done(study, assessment)
    place, day = done["PT"].to_numpy(), done["ADY"].to_numpy()
    reached = (study.cutoff - course["TRTSDT"]) / pd.Timedelta(days=1)
    ended = _day(course, *(name for name in assessment.ends if name != "FAILDT"))
    treated = _day(course, *assessment.treated)

    def assessed(first: int, last: int) -> np.ndarray:
        found = np.zeros(len(course), bool)
        found[place[(day >= first) & (day <= last)]] = True
        return found

    def classes(visit: Visit) -> np.ndarray:
        cases = (
            (NOT_YET_DUE.code, ~(reached >= visit.last)),
            (IN_WINDOW.code, assessed(visit.first, visit.last)),
            (ENDED.code, ended <= visit.last),
            (TREATED.code, treated <= visit.last),
            (OUTSIDE.code, assessed(*near(assessment, visit))),
        )
        codes, applies = zip(*cases, strict=True)
        return np.select([np.asarray(one, bool) for one in applies], codes, MISSED.code)

    frame = pd.DataFrame(
        {
            "USUBJID": course["USUBJID"],
            "SITEID": study.adsl["SITEID"],
            "TRTSDT": course["TRTSDT"],
            "QUARTER": quarter_of(course["TRTSDT"]),
            **{visit.code: pd.Series(classes(visit), dtype="str") for visit in assessment.visits},
        }
    )
    return frame[course["TRTSDT"].notna()].reset_index(drop=True)


def _day(course: pd.DataFrame, *dates: str) -> pd.Series:
    """Day from day 0 of the first of these dates, NaN without."""
    first = first_of(no_dates(len(course)), *(course[name] for name in dates))
    return days_since(first, course["TRTSDT"])


def derive_board(study: Study) -> pd.DataFrame:
    """The response assessment at month 3: USUBJID SITEID TRTSDT AVALC QUARTER of every infused patient."""
    return at_visit(derive_boards(study, RESPONSE), M3.code)


def at_visit(boards: pd.DataFrame, visit: str) -> pd.DataFrame:
    """USUBJID SITEID TRTSDT QUARTER AVALC: the class at one visit of what `derive_boards` gives."""
    return boards[["USUBJID", "SITEID", "TRTSDT", "QUARTER"]].assign(AVALC=boards[visit])


def quarter_of(dates: pd.Series) -> pd.Series:
    """'2024 Q1'."""
    year, quarter = dates.dt.year.astype("Int32").astype("str"), dates.dt.quarter.astype("Int32").astype("str")
    return year + " Q" + quarter
