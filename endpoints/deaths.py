"""Deaths: by cause, and a sheet of those within a year of infusion."""

from dataclasses import replace

import pandas as pd

from endpoints.catalogue import OS
from endpoints.codes import UNKNOWN, in_sentence, words_of
from endpoints.patient_dates import days_since
from endpoints.sources import CAUSE_WORDS
from endpoints.study import Study
from endpoints.time_to_event import Derived, Source, derive_tte

CAUSES = words_of("patient.cause_of_death")
WITHIN_DAYS = 365
SHEET_WORDS = (
    f"Deaths by day {WITHIN_DAYS} from infusion: day, recorded cause, whether a relapse or a treatment failure came "
    "before (one on the day of death did), and the product."
)
BY_CAUSE = replace(
    OS,
    paramcd="OSCAUSE",
    param="Death by cause",
    definition="From infusion: death by its recorded cause, each cause competing with the others; alive patients are "
    f"censored at last contact. {CAUSE_WORDS}",
    events=tuple(Source(f"cause_{code}", f"DIED{code.upper()}", in_sentence(words)) for code, words in CAUSES.items()),
    populations=("infused",),
)


def derive_deaths_by_cause(study: Study) -> Derived:
    """ADTTE of BY_CAUSE."""
    course, cause = study.course, _cause(study)
    dates = {f"DIED{code.upper()}": course["DTHDT"].where(cause == code) for code in CAUSES}
    return derive_tte(course.assign(**dates), BY_CAUSE, study.rules)


def derive_deaths(study: Study, within: int | None = WITHIN_DAYS) -> pd.DataFrame:
    """One row per infused patient who died (by day `within`), by day: USUBJID TRTSDT DTHDT DTHDY CAUSE (code)
    RELBEFORE, FAILBEFORE (bool: relapse, treatment failure by then) PRODUCT PRODLABEL."""
    course, adsl = study.course, study.adsl
    deaths = pd.DataFrame(
        {
            "USUBJID": course["USUBJID"],
            "TRTSDT": course["TRTSDT"],
            "DTHDT": course["DTHDT"],
            "DTHDY": days_since(course["DTHDT"], course["TRTSDT"]).astype("Int32"),
            "CAUSE": _cause(study),
            "RELBEFORE": course["RELDT"] <= course["DTHDT"],
            "FAILBEFORE": course["FAILDT"] <= course["DTHDT"],
            "PRODUCT": adsl["PRODUCT"],
            "PRODLABEL": adsl["PRODLABEL"],
        }
    )
    died = deaths["DTHDY"].notna() & (deaths["DTHDY"] >= 0)
    if within is not None:
        died &= (deaths["DTHDY"] <= within).fillna(False)
    return deaths[died].sort_values(["DTHDY", "USUBJID"], ignore_index=True)


def _cause(study: Study) -> pd.Series:
    """The recorded cause of those who died; a missing one is unknown."""
    code = study.course["DTHCD"]
    return code.where(code.isin(list(CAUSES)), UNKNOWN).where(study.course["DTHDT"].notna())
