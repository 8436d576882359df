"""The flow from enrolment to month 3, with the reasons between; and who is at each step."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, left_out_frame, ungrouped
from analyses.cohort_data import keep_chosen
from analyses.counted import KNOWN_STATUS
from analyses.identifiers import among
from analyses.members import memoised
from analyses.result import Flow, Note
from analyses.status.response import response_status
from endpoints.flow import STEPS, derive_flow, stations
from endpoints.response import STATUS_M3
from estimators.proportion import proportion

FLOW_COLUMNS = ["USUBJID", "PRODLABEL", "ENRLDT", "APHERDT", "TRTSDT", "NOTINFDT", "NOTINFRS"]
FLOW_SHARES = Note("shares", "Shares are of all enrolled patients who pass the filters, infused or not.", True)


@memoised
def flow(cohort: Cohort) -> Flow:
    """Enrolled -> apheresed -> infused with the reasons between, of every filtered patient whatever the population."""
    enrolled = keep_chosen(cohort.data, cohort.rules, cohort.whole.adsl, cohort.filters)
    month3 = response_status(cohort, STATUS_M3)
    drawn = cohort.derived("flow", lambda study: _drawn(study.adsl, month3))
    counts = derive_flow(enrolled, month3[among(month3["USUBJID"], enrolled["USUBJID"])])[drawn].reset_index(drop=True)
    table = proportion(counts["n"].to_numpy(), np.full(len(counts), len(enrolled)))
    limits = {name: table[name] for name in ("conf_low", "conf_high", "reason")}
    stages = counts.assign(share=table["estimate"], total=len(enrolled), **limits)
    unseen = len(cohort.data.tables["patient"]) - len(cohort.whole.adsl)
    words = f"{unseen} patients of the database have no treatment course by the cut-off and are not counted."
    everybody = replace(
        ungrouped(cohort), patients=enrolled, n=len(enrolled), of_n=len(cohort.whole.adsl), counted_of="enrolled"
    )
    return Flow(
        cohort=everybody,
        n=len(enrolled),
        numbers=stages,
        stages=stages,
        patients=enrolled[FLOW_COLUMNS],
        left_out=left_out_frame({}),
        notes=(KNOWN_STATUS, FLOW_SHARES, *([Note("unseen", words)] if unseen else [])) if len(enrolled) else (),
        behind=lambda _, stage: _at_stage(cohort, enrolled, stage)["USUBJID"],
    )


def _drawn(everybody: pd.DataFrame, month3: pd.DataFrame) -> pd.Series:
    """The rows of the flow that anybody in the database is in, and its stages."""
    whole = derive_flow(everybody, month3)
    return (whole["n"] > 0) | (whole["kind"] == "stage")


def _at_stage(cohort: Cohort, enrolled: pd.DataFrame, stage: str) -> pd.DataFrame:
    """The enrolled whom a row of the flow counts."""
    return enrolled[stations(enrolled, response_status(cohort, STATUS_M3))[stage]]


@memoised
def at_step(cohort: Cohort, step: str) -> Flow:
    """The flow with those patients only who are at the step. ValueError for a step that the flow has not."""
    found = flow(cohort)
    if step not in STEPS:
        raise ValueError(f"A step must be one of {', '.join(STEPS)}, got: {step}")
    here = _at_stage(cohort, found.cohort.patients, step)
    others = left_out_frame({"elsewhere": ("not at this step", found.n - len(here))})
    return replace(found, n=len(here), patients=here[FLOW_COLUMNS], left_out=others)
