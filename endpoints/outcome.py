"""Filters by what happened after infusion: they narrow lists and counts, and no rate or curve is drawn under one.

Who is chosen by the future had to live to see it (immortal time): analyses refuse such a cohort, and nothing is ever
compared by these variables.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from endpoints.catalogue import BCA
from endpoints.filters import Filter, Level
from endpoints.mrd import CLASSES, derive_mrd
from endpoints.rules import DAYS_PER_MONTH
from endpoints.status import NOT_INFUSED, first_match
from endpoints.study import Study
from endpoints.time_to_event import EVENT, derive_tte
from endpoints.visits import VISIT, Visit

SECTION = "Outcome"
OUTCOME_WORDS = (
    "They narrow patient lists, baseline and counts. No rate or curve is shown under them: the patients they choose "
    "had to live and be followed until then (immortal time). Nothing is compared by them."
)
VISITS = tuple(VISIT[code] for code in ("D28", "M3", "M6", "M12"))
LOST_BEFORE = {3: "Before month 3", 6: "Month 3 to before month 6", 12: "Month 6 to before month 12"}
LOST_LATER, NOT_LOST, NOT_JUDGED = "later", "not_lost", "not_judged"
IN_REMISSION, SALVAGE, OTHER, NONE = "in_remission", "salvage", "other", "none"
LONGEST = 180  # months: patients are followed for fifteen years


def _mrd_filter(visit: Visit) -> Filter:
    levels = tuple(Level(status.code, status.label) for status in (*CLASSES, NOT_INFUSED))
    return Filter(
        f"mrd_{visit.code.lower()}",
        f"MRD, {visit.label.lower()}",
        f"MRD{visit.code}",
        SECTION,
        levels,
        is_outcome=True,
        help=f"As on the MRD page, {visit.window[0].lower()}{visit.window[1:]}, at the chosen cut-off.",
    )


OUTCOME_FILTERS = (
    Filter(
        "remission_now",
        "In remission now",
        "REMNOW",
        SECTION,
        (Level("yes", "Yes"), Level("no", "No")),
        is_outcome=True,
        help="First remission without relapse or death by the data cut-off, as last assessed; a transplant or another "
        "therapy in remission does not end it.",
    ),
    Filter(
        "aplasia_months",
        "B-cell aplasia lost",
        "BCALOSTM",
        SECTION,
        is_range=True,
        high=LONGEST,
        unit="completed months",
        is_outcome=True,
        help="Completed months from infusion to loss of aplasia by the chosen rule: 0 to 5 is loss before month 6.",
    ),
    Filter(
        "aplasia_lost",
        "B-cell aplasia lost, by period",
        "BCALOST",
        SECTION,
        (
            *(Level(f"m{month}", words) for month, words in LOST_BEFORE.items()),
            Level(LOST_LATER, "Month 12 or later"),
            Level(NOT_LOST, "Not lost while observed"),
            Level(NOT_JUDGED, "Cannot be judged (no remission, or no sample in it)"),
        ),
        part_of="aplasia_months",
        is_outcome=True,
    ),
    Filter(
        "transplanted",
        "Allogeneic transplant after infusion",
        "TXAFTER",
        SECTION,
        (
            Level(IN_REMISSION, "In remission"),
            Level(SALVAGE, "After relapse"),
            Level(OTHER, "Before any remission, or status in doubt"),
            Level(NONE, "None"),
        ),
        is_outcome=True,
        help="Of several, one in remission comes first.",
    ),
    *map(_mrd_filter, VISITS),
)


def derive_outcome(study: Study) -> pd.DataFrame:
    """The columns of OUTCOME_FILTERS for every ADSL row, in the same order."""
    course = study.course
    mrd = {f"MRD{visit.code}": derive_mrd(study, visit)["AVALC"].to_numpy() for visit in VISITS}
    columns = {"REMNOW": _in_remission(course), **_aplasia(study), "TXAFTER": _transplanted(course), **mrd}
    return pd.DataFrame(columns, index=study.adsl.index)


def _in_remission(course: pd.DataFrame) -> np.ndarray:
    alive = course["DTHDT"].isna() & ~course["DTHNODT"].astype(bool)
    return np.where(course["RMSDT"].notna() & course["RELDT"].isna() & alive, "yes", "no")


def _aplasia(study: Study) -> dict[str, np.ndarray]:
    """Of the patients and losses of the curve of B-cell aplasia, so that both have the same numbers."""
    infused = replace(study.rules, population="infused")  # whoever was not cannot be judged
    rows = derive_tte(study.course, BCA, infused).rows.set_index("USUBJID").reindex(study.course["USUBJID"])
    lost, months = (rows["CNSR"] == EVENT).to_numpy(), (rows["AVAL"] / DAYS_PER_MONTH).to_numpy()
    periods = [(f"m{month}", pd.Series(lost & (months < month))) for month in LOST_BEFORE]
    known = [*periods, (LOST_LATER, pd.Series(lost)), (NOT_LOST, pd.Series(rows["CNSR"].notna().to_numpy()))]
    state = first_match(pd.RangeIndex(len(rows)), *known, otherwise=NOT_JUDGED)
    return {"BCALOSTM": np.where(lost, np.floor(months), np.nan), "BCALOST": state.to_numpy()}


def _transplanted(course: pd.DataFrame) -> np.ndarray:
    return first_match(
        course.index,
        (IN_REMISSION, course["HSCTRMDT"].notna()),
        (SALVAGE, course["HSCTSVDT"].notna()),
        (OTHER, course["HSCTDT"].notna()),
        otherwise=NONE,
    ).to_numpy()
