"""Infections after infusion: incidence by organism class, infection-related mortality, density per 100 person-days."""

from dataclasses import replace

import numpy as np
import pandas as pd

from endpoints.codes import MISSING, in_sentence, pairs_of
from endpoints.patient_dates import days_since, earliest, of_patient
from endpoints.sources import CAUSE_WORDS, DEATH, LAST_CONTACT
from endpoints.status import Class
from endpoints.study import Study
from endpoints.time_to_event import Derived, Source, TimeToEvent, derive_tte

SPLIT_DAY = 100  # density to day 100 and after it (CIBMTR 2025)
PERIODS = (Class("to_100", f"Day 0-{SPLIT_DAY}"), Class("after_100", f"After day {SPLIT_DAY}"))
ANY = "any"
ORGANISMS = (*(Class(*pair) for pair in pairs_of("infection.organism_class")), Class(MISSING, "Organism not found"))
ROWS_WORDS = (
    "Infections with onset on or after day 0, known by the cut-off, whatever was given later; several rows of one day "
    "and class are one."
)
DENSITY_WORDS = (
    f"Infections per 100 person-days, to day {SPLIT_DAY} and after it (CIBMTR 2025). {ROWS_WORDS} Person-days run from "
    "day 0 to last contact or death."
)
DEATH_BY_INFECTION = replace(DEATH, code="death_infection", date="DTHINFDT", words="infection-related death")
OTHER_DEATH = replace(DEATH, date="DTHNINDT", words="death from another cause")


def _first(code: str, words: str) -> TimeToEvent:
    param = "First infection" if code == ANY else f"First {in_sentence(words)} infection"
    return TimeToEvent(
        f"INF{code.upper()}",
        param,
        f"From infusion: {in_sentence(param)} (also one that turns out fatal, from its onset: how many die "
        "of one is told as infection-related mortality); infection-related death and death from another cause without "
        f"one before it compete; without any of these censored at last contact. {ROWS_WORDS} {CAUSE_WORDS}",
        events=(Source("infection", f"INF{code.upper()}DT", "infection"),),
        competing=(DEATH_BY_INFECTION, OTHER_DEATH),
        censor=LAST_CONTACT,
    )


INFECTIONS = {ANY: _first(ANY, "Any")} | {
    code: _first(code, {"other": "Other-organism"}.get(code, words))
    for code, words in pairs_of("infection.organism_class")
}
INFECTION_MORTALITY = TimeToEvent(
    "INFMORT",
    "Infection-related mortality",
    "From infusion: death whose recorded cause is infection; death from another cause competes; alive patients are "
    f"censored at last contact. {CAUSE_WORDS}",
    events=(DEATH_BY_INFECTION,),
    competing=(OTHER_DEATH,),
    censor=LAST_CONTACT,
)


def derive_infection(study: Study, endpoint: TimeToEvent) -> Derived:
    """ADTTE of one of INFECTIONS or of INFECTION_MORTALITY."""
    course, rows = study.course, _rows(study)
    by_infection = course["DTHCD"] == "infection"
    dates = {"DTHINFDT": course["DTHDT"].where(by_infection), "DTHNINDT": course["DTHDT"].where(~by_infection)}
    for code in INFECTIONS:
        of_class = rows if code == ANY else rows[rows["CLASS"] == code]
        dates[f"INF{code.upper()}DT"] = earliest(of_class, len(course), "onset_date")
    return derive_tte(course.assign(**dates), endpoint, study.rules)


def derive_density(study: Study) -> pd.DataFrame:
    """One row per infused patient, period and organism class (and `any`): USUBJID PERIOD CLASS N (infections) DAYS
    (person-days of the period). Sums over patients give the density: 100 * N / DAYS."""
    course, rows = study.course, _rows(study)
    days = days_since(course["LSTCNTDT"], course["TRTSDT"]).clip(lower=0)
    lengths = {"to_100": days.clip(upper=SPLIT_DAY), "after_100": (days - SPLIT_DAY).clip(lower=0)}
    rows = rows.assign(PERIOD=np.where(rows["ADY"] <= SPLIT_DAY, "to_100", "after_100"))
    parts = []
    for code in (ANY, *(organism.code for organism in ORGANISMS)):
        of_class = rows.drop_duplicates(["PT", "onset_date"]) if code == ANY else rows[rows["CLASS"] == code]
        for period, length in lengths.items():
            n = of_class[of_class["PERIOD"] == period].groupby("PT").size().reindex(course.index, fill_value=0)
            part = {"USUBJID": course["USUBJID"], "PERIOD": period, "CLASS": code, "N": n, "DAYS": length}
            parts.append(pd.DataFrame(part)[course["TRTSDT"].notna()])
    return pd.concat(parts, ignore_index=True).astype({"N": "int64", "DAYS": "int64"})


def _rows(study: Study) -> pd.DataFrame:
    """Infections from day 0 on with ADY and CLASS (`missing`: no organism found), one per patient, day and class."""
    rows = study.tables["infection"]
    rows = rows.assign(
        ADY=days_since(rows["onset_date"], of_patient(study.course["TRTSDT"], rows)),
        CLASS=rows["organism_class"].astype("str").fillna(MISSING),
    )
    rows = rows[rows["ADY"] >= 0].sort_values(["PT", "onset_date", "CLASS"])
    return rows.drop_duplicates(["PT", "onset_date", "CLASS"]).reset_index(drop=True)
