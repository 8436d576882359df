"""The overview in numbers: headline, flow, follow-up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, left_out_frame, ungrouped
from analyses.cohort_data import keep_chosen
from analyses.counts import count_words
from analyses.members import in_groups, in_order_of_number, left_out_of, memoised, patients_of, split
from analyses.refusal import of_outcome, refusal
from analyses.result import NUMBERS, PATIENTS, PROBABILITY, Curves, Flow, Headline, Note, Outcome
from analyses.status.differences import tested
from analyses.status.mrd import NEGATIVE_REMISSION, mrd_rates, mrd_status
from analyses.status.mrd import SUBJECT as MRD_SUBJECT
from analyses.status.response import response_rates, response_status
from analyses.time_to_event.estimate import Arm, adtte, axis_end, estimate_endpoint, month_title, reasons_of, stacked_up
from analyses.time_to_event.risk import numbers_at_risk
from analyses.time_to_event.table import median_row
from analyses.time_to_event.words import bca_rule, nobody_in
from endpoints.catalogue import BCA, CIR, EFS, OS, TTHSCT
from endpoints.flow import derive_flow, reaches
from endpoints.response import BEST, BEST_DAYS, STATUS_M3
from endpoints.rules import DAYS_PER_MONTH
from endpoints.status import NOT_DUE
from endpoints.time_to_event import CENSORED, EVENT, TimeToEvent
from endpoints.visits import M3
from estimators.aalen_johansen import aalen_johansen
from estimators.follow_up import clark_c, reverse_kaplan_meier, under_observation
from estimators.kaplan_meier import kaplan_meier
from estimators.proportion import proportion


@dataclass(frozen=True)
class Month:
    """A headline number read off a time-to-event endpoint: its first outcome at `month`, `among` whom."""

    code: str
    label: str
    endpoint: TimeToEvent
    month: int
    among: str

    @property
    def estimator(self):
        """Cumulative incidence where outcomes compete."""
        return aalen_johansen if self.endpoint.competing else kaplan_meier


EVERYBODY, REMISSION = "everybody", "first remission"
MONTHS = (
    Month(
        "aplasia",
        "B-cell aplasia at 6 months, of remissions",
        BCA,
        6,
        "first remission without a transplant before it, and a B-cell sample after it",
    ),
    Month("efs", "Event-free at 12 months (EFS)", EFS, 12, EVERYBODY),
    Month("os", "Alive at 12 months (OS)", OS, 12, EVERYBODY),
    Month("relapse", "Relapse by 12 months from remission", CIR, 12, REMISSION),
    Month(
        "transplant",
        "Transplant in remission by 12 months",
        TTHSCT,
        12,
        "first remission without a transplant before it",
    ),
)
BEST_RATE = Outcome("best", "Best response CR + CRi within 3 months", "other")
M3_RATE = Outcome("remission_m3", "In remission at month 3, transplanted or not", "other")
MRD_RATE = Outcome("mrd_m3", "MRD-negative remission at month 3", "other")
BEST_DUE, M3_DUE = (f"day {day} reached by the cut-off" for day in (BEST_DAYS[1], M3.last))
DENOMINATORS = {
    "infused": f"Denominators: best response, {BEST_DUE}; month 3 and MRD, day {M3.last} reached; aplasia, first "
    "remission without a transplant before it and a B-cell sample after it; relapse, first remission; "
    "transplant, first remission without a transplant before it; event-free and alive, everybody.",
    "enrolled": f"Denominators: best response, {BEST_DUE} (never infused: from enrolment); month 3, day {M3.last} "
    "reached; event-free and alive, everybody.",
}
ROWS = [
    "outcome",
    "strata",
    "n_event",
    "n",
    "among",
    "estimate",
    "conf_low",
    "conf_high",
    "months",
    "out",
    "reason",
    "reason_time",
    "reason_last",
]
FOLLOW_UP_EVENT = Note(
    "event",
    "In this figure an event is the end of follow-up of a patient seen alive (a step of the curve); "
    "deaths are censored (a tick).",
    True,
)
FOLLOWED = Outcome("followed", "Under observation", "other")
UNDER_OBSERVATION, COMPLETENESS = "under_observation", "completeness"
FLOW_COLUMNS = ["USUBJID", "PRODLABEL", "ENRLDT", "APHERDT", "TRTSDT", "NOTINFDT", "NOTINFRS"]
FLOW_SHARES = Note("shares", "Shares are of all enrolled patients who pass the filters, infused or not.", True)


@memoised
@of_outcome("The summary of outcomes")
def headline(cohort: Cohort) -> Headline:
    """The eight headline numbers per group, each with its own denominator."""
    curves = {month: estimate_endpoint(cohort, month.endpoint, month.estimator) for month in MONTHS}
    rows = [*_rates(cohort), *(row for month, result in curves.items() for row in _at_month(cohort, result, month))]
    table, patients = pd.DataFrame(rows, columns=ROWS), patients_of(cohort)
    return Headline(
        cohort=cohort,
        n=patients["USUBJID"].nunique(),
        numbers=table,
        rows=table,
        patients=patients,
        left_out=left_out_of(cohort, {}),
        **tested(cohort, table[table["months"].isna()]),
        strata=cohort.groups,
        outcomes=(BEST_RATE, M3_RATE, MRD_RATE, *(Outcome(month.code, month.label, "other") for month in MONTHS)),
        notes=_headline_notes(cohort, curves),
        by_row=True,
    )


def _rates(cohort: Cohort) -> list[dict]:
    """Response and MRD, each of the patients who are due."""
    best, m3 = (response_rates(cohort, endpoint) for endpoint in (BEST, STATUS_M3))
    rows = [
        *_named(cohort, best, best["outcome"].iloc[0], BEST_RATE, BEST_DUE, response_status(cohort, BEST)),
        *_named(cohort, m3, m3["outcome"].iloc[-1], M3_RATE, M3_DUE, response_status(cohort, STATUS_M3)),
    ]
    if cohort.rules.population != "infused":
        return rows
    mrd = mrd_rates(cohort, M3)
    return [*rows, *_named(cohort, mrd, NEGATIVE_REMISSION.code, MRD_RATE, M3_DUE, mrd_status(cohort, M3))]


def _named(
    cohort: Cohort, rates: pd.DataFrame, code: str, outcome: Outcome, among: str, status: pd.DataFrame
) -> list[dict]:
    """One of several rates under the name it has in the headline."""
    not_due = status.loc[status["AVALC"] == NOT_DUE.code, ["USUBJID"]].assign(REASON=NOT_DUE.label.lower())
    out = _per_group(cohort, not_due)
    return [
        row | {"outcome": outcome.code, "among": among, "out": out.get(row["strata"], "")}
        for row in rates[rates["outcome"] == code].to_dict("records")
    ]


def _at_month(cohort: Cohort, result: Curves, month: Month) -> list[dict]:
    """An estimate at a month per group, of the first outcome: the event of interest."""
    if not result.n:
        return []
    numbers, out = result.numbers, _per_group(cohort, adtte(cohort, month.endpoint).left_out)
    first = numbers["outcome"] == result.outcomes[0].code
    rows = numbers[first & (numbers["months"] == month.month) & (numbers["measure"] == PROBABILITY)]
    return [
        row | {"outcome": month.code, "among": month.among, "out": out.get(row["strata"], "")}
        for row in rows.to_dict("records")
    ]


def _per_group(cohort: Cohort, left_out: pd.DataFrame) -> dict[str, str]:
    """{group code: '107 no first remission; 3 ...'} of rows USUBJID, REASON; a count as the viewer may see it."""
    rows, smallest = in_groups(cohort, left_out), cohort.data.smallest
    return {
        code: "; ".join(f"{count_words(n, smallest)} {why}" for why, n in in_order_of_number(part["REASON"]).items())
        for code, part in rows.groupby("CODE")
    }


def _headline_notes(cohort: Cohort, curves: dict[Month, Curves]) -> tuple[Note, ...]:
    """A number that is not there says why: the endpoint's own sentence, or that nobody is left for it."""
    refused = tuple(
        next(iter(result.notes), Note("nobody", f"{month.label}: no patient in this cohort is eligible for it."))
        for month, result in curves.items()
        if not result.n
    )
    denominators = Note("denominators", DENOMINATORS[cohort.rules.population], True)
    if cohort.rules.population == "infused":
        return (denominators, *refused, bca_rule(cohort))
    return (denominators, Note("mrd_refused", refusal(MRD_SUBJECT)), *refused)


@memoised
def flow(cohort: Cohort) -> Flow:
    """Enrolled -> apheresed -> infused with the reasons between, of every filtered patient whatever the population."""
    enrolled = keep_chosen(cohort.data, cohort.rules, cohort.whole.adsl, cohort.filters)
    month3 = response_status(cohort, STATUS_M3)
    whole = cohort.derived("flow", lambda study: derive_flow(study.adsl, month3))  # rows of nobody at all are not drawn
    drawn = (whole["n"] > 0) | (whole["kind"] == "stage")
    counts = derive_flow(enrolled, month3)[drawn].reset_index(drop=True)
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
        notes=(FLOW_SHARES, *([Note("unseen", words)] if unseen else [])) if len(enrolled) else (),
    )


@memoised
def at_step(cohort: Cohort, step: str) -> Flow:
    """The flow with those patients only who are at the step. ValueError for a step that the flow has not."""
    found = flow(cohort)
    enrolled = found.cohort.patients
    here = enrolled[reaches(enrolled, response_status(cohort, STATUS_M3), step)]
    others = left_out_frame({"elsewhere": ("not at this step", len(enrolled) - len(here))})
    return replace(found, n=len(here), patients=here[FLOW_COLUMNS], left_out=others)


@memoised
@of_outcome("Follow-up")
def follow_up(cohort: Cohort) -> Curves:
    """Distribution of follow-up (reverse Kaplan-Meier on OS), its median, Clark's C, share still under observation."""
    derived = adtte(cohort, OS)
    rows = in_groups(cohort, derived.rows)
    parts = zip(cohort.groups, split(rows, cohort.groups), strict=True)
    arms = [_follow_up_arm(group, part) for group, part in parts]
    filled = [arm for arm in arms if len(arm.rows)]
    months = axis_end("all", rows["AVAL"])
    numbers = [_follow_up_numbers(arm, cohort.data.data_cutoff) for arm in filled]
    return Curves(
        cohort=cohort,
        n=rows["USUBJID"].nunique(),
        numbers=pd.concat(numbers, ignore_index=True) if numbers else pd.DataFrame(columns=NUMBERS),
        patients=rows[PATIENTS],
        left_out=left_out_of(cohort, reasons_of(cohort, derived)),
        strata=tuple(arm.group for arm in filled) or cohort.groups,
        outcomes=(FOLLOWED,),
        curve=stacked_up([arm.curve for arm in filled]),
        risk=numbers_at_risk(filled, months),
        x_max=months,
        x_title=month_title(cohort, OS),
        notes=(*([FOLLOW_UP_EVENT] if filled else []), *nobody_in(arms)),
    )


def _follow_up_arm(group, rows: pd.DataFrame) -> Arm:
    """The end of follow-up alive is the event, death is censored: in the curve and in the numbers under it."""
    curve = reverse_kaplan_meier(rows["AVAL"].to_numpy(), (rows["CNSR"] == EVENT).to_numpy())
    reversed_ = rows.assign(CNSR=np.where(rows["CNSR"] == EVENT, CENSORED, EVENT))
    return Arm(group, rows, 0, reversed_, curve.assign(strata=group.code, outcome=FOLLOWED.code), OS.censor.date)


def _follow_up_numbers(arm: Arm, cutoff: pd.Timestamp) -> pd.DataFrame:
    time, dead = arm.rows["AVAL"].to_numpy(), (arm.rows["CNSR"] == EVENT).to_numpy()
    potential = ((cutoff - arm.rows["STARTDT"]) / pd.Timedelta(days=1)).to_numpy()
    shared = {"strata": arm.group.code, "outcome": FOLLOWED.code}
    complete = {"measure": COMPLETENESS, "estimate": clark_c(time, dead, potential)}
    rows: Sequence[dict] = [shared | {"n": len(arm.rows)} | row for row in (median_row(arm.curve), complete)]
    observed = under_observation(time, dead, potential, np.array([12, 24]) * DAYS_PER_MONTH)
    observed = observed.assign(months=(12, 24), measure=UNDER_OBSERVATION, **shared)
    table = pd.concat([pd.DataFrame(rows), observed], ignore_index=True)
    return table.reindex(columns=[name for name in NUMBERS if name != "n_risk"])
