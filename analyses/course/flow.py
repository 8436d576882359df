"""The flow from enrolment to month 3, with the reasons between; and who is at each step."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, left_out_frame, ungrouped
from analyses.cohort_data import keep_chosen
from analyses.counted import KNOWN_STATUS
from analyses.members import memoised
from analyses.result import Flow, Note
from analyses.status.response import response_status
from endpoints.flow import STAGES, STEPS, count_stations, stations
from endpoints.response import STATUS_M3
from estimators.proportion import proportion

FLOW_COLUMNS = ["USUBJID", "PRODLABEL", "ENRLDT", "APHERDT", "TRTSDT", "NOTINFDT", "NOTINFRS"]
_STAGES = [stage for stage, _ in STAGES]
FLOW_SHARES = Note("shares", "Shares are of all enrolled patients who pass the filters, infused or not.", True)


@memoised
def flow(cohort: Cohort) -> Flow:
    """Enrolled -> apheresed -> infused with the reasons between, of every filtered patient whatever the population."""
    enrolled = keep_chosen(cohort.data, cohort.rules, cohort.whole.adsl, cohort.filters)
    everywhere = _stations(cohort)
    drawn = everywhere.any().to_numpy() | (count_stations(everywhere)["kind"] == "stage")
    counts = count_stations(everywhere.loc[enrolled.index])[drawn].reset_index(drop=True)
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


def _stations(cohort: Cohort) -> pd.DataFrame:
    """Who of everybody enrolled is counted in each row of the flow (the columns), along the rows of ADSL: of each
    patient by himself, so of a filtered cohort it is these rows."""
    month3 = response_status(cohort, STATUS_M3)
    return cohort.derived(
        "stations", lambda whole: pd.DataFrame(stations(whole.adsl, month3), index=whole.adsl.index)[_STAGES]
    )


def _at_stage(cohort: Cohort, enrolled: pd.DataFrame, stage: str) -> pd.DataFrame:
    """The enrolled whom a row of the flow counts."""
    return enrolled[_stations(cohort).loc[enrolled.index, stage]]


@memoised
def at_step(cohort: Cohort, step: str) -> Flow:
    """The flow with those patients only who are at the step. ValueError for a step that the flow has not."""
    found = flow(cohort)
    if step not in STEPS:
        raise ValueError(f"A step must be one of {', '.join(STEPS)}, got: {step}")
    here = _at_stage(cohort, found.cohort.patients, step)
    others = left_out_frame({"elsewhere": ("not at this step", found.n - len(here))})
    return replace(found, n=len(here), patients=here[FLOW_COLUMNS], left_out=others)
