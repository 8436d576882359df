"""What is due next in the cohort, and which dates the registries ask for."""

import pandas as pd

from analyses.cohort import Cohort, ungrouped
from analyses.identifiers import among
from analyses.members import everybody_else, memoised
from analyses.monitoring.results import Listed
from analyses.monitoring.watchlist import as_of, findings
from analyses.refusal import infused_only
from endpoints.due import derive_due, derive_registry
from endpoints.schedule import SCHEDULE, asked_until
from endpoints.watch.findings import alive
from endpoints.watch.rules import WATCH

VISITS, REGISTRY = "visits", "registry"
ENDED = "after relapse, treatment failure, transplant or new therapy, a second infusion included"
WORDS = {VISITS: "have a visit due", REGISTRY: "have a registry date due"}


@memoised
@infused_only("What is due", is_estimate=False)
def due(cohort: Cohort, what: str = VISITS, within: int = 183) -> Listed:
    """Visits of the schedule, or registry dates, that fall due within so many days after the cut-off."""
    rows = cohort.derived(f"DUE {what}", derive_due if what == VISITS else derive_registry)
    rows = rows[among(rows["USUBJID"], cohort.patients["USUBJID"])]
    rows = rows[rows["FROMDT"] <= cohort.data.data_cutoff + pd.Timedelta(days=within)]
    rows = rows.sort_values(["DUEDT", "USUBJID", "ASSESSCD"], ignore_index=True)
    rows = rows.assign(OPEN=rows["OPEN"].map({True: "open now", False: "later"}))
    alone = ungrouped(cohort)
    return Listed(
        cohort=alone,
        n=rows["USUBJID"].nunique(),
        patients=rows,
        rows=rows,
        what=WORDS[what],
        order="the soonest first",
        left_out=everybody_else(alone, rows["USUBJID"], "nothing_due", "with nothing due in that time"),
        notes=(as_of(cohort),),
    )


def of_one_patient(cohort: Cohort, usubjid: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(findings, what is due next) of one patient: RULE FINDING ADT OVERDUE CLOSEDT, and ASSESS VISIT FROMDT DUEDT
    TODT."""
    rows = findings(cohort).rows
    own = rows[rows["USUBJID"] == usubjid]
    own = own.assign(RULE=own["RULECD"].map({code: rule.label for code, rule in WATCH.items()}))
    next_ = cohort.derived(f"DUE {VISITS}", derive_due)
    next_ = next_[next_["USUBJID"] == usubjid]
    columns = ["USUBJID", "ASSESS", "VISIT", "FROMDT", "DUEDT", "TODT"]
    shown = ["USUBJID", "RULE", "FINDING", "ADT", "OVERDUE", "CLOSEDT"]
    return own[shown].reset_index(drop=True), next_[columns].reset_index(drop=True)


def asked_no_more(cohort: Cohort, usubjid: str) -> str:
    """Which assessments of one living patient are no longer asked for, and since when, in a sentence; "": none."""
    course = cohort.whole.course[(cohort.whole.adsl["USUBJID"] == usubjid).to_numpy()]
    ends = {assessment.label: asked_until(course, assessment) for assessment in SCHEDULE}
    ended = {label: day.iloc[0].date().isoformat() for label, day in ends.items() if day.notna().all()}
    if not ended or not alive(course).all():
        return ""
    days = sorted({*ended.values()})
    told = (f"{', '.join(label for label in ended if ended[label] == day)} since {day}" for day in days)
    return f"No longer asked for: {'; '.join(told)} ({ENDED})."
