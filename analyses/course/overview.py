"""The overview in numbers: headline, follow-up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.cohort import Cohort
from analyses.counted import AT_A_GLANCE, AT_A_GLANCE_WITHOUT_MRD
from analyses.counts import count_words
from analyses.identifiers import n_distinct
from analyses.members import (
    in_groups,
    in_order_of_number,
    left_out_of,
    memoised,
    of_group,
    patients_of,
    rows_of_groups,
    split,
)
from analyses.refusal import of_outcome, refusal
from analyses.result import NUMBERS, PATIENTS, Curves, Headline, Note, Outcome
from analyses.status.differences import tested
from analyses.status.mrd import NEGATIVE_REMISSION, mrd, mrd_rates, mrd_status
from analyses.status.mrd import SUBJECT as MRD_SUBJECT
from analyses.status.response import response, response_rates, response_status
from analyses.time_to_event.estimate import Arm, adtte, axis_end, estimate_endpoint, month_title, reasons_of, stacked_up
from analyses.time_to_event.outcomes import first_curves, read_first
from analyses.time_to_event.risk import names_at_risk, numbers_at_risk
from analyses.time_to_event.table import median_row
from analyses.time_to_event.words import bca_rule, nobody_in
from analyses.words import labels_of
from endpoints.catalogue import BCA, CIR, EFS, OS, TTHSCT
from endpoints.response import BEST, BEST_DAYS, STATUS_M3
from endpoints.rules import DAYS_PER_MONTH
from endpoints.status import NOT_DUE
from endpoints.time_to_event import CENSORED, EVENT, TimeToEvent
from endpoints.visits import M3
from estimators.aalen_johansen import aalen_johansen
from estimators.follow_up import clark_c, reverse_kaplan_meier, under_observation
from estimators.kaplan_meier import kaplan_meier


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


@memoised
@of_outcome("The summary of outcomes")
def headline(cohort: Cohort) -> Headline:
    """The eight headline numbers per group, each with its own denominator."""
    read = {month: [row for row in at_month(cohort, month) if row["n"]] for month in MONTHS}
    rows = [*_rates(cohort), *(row for month, found in read.items() for row in _told(cohort, month, found))]
    table, patients = pd.DataFrame(rows, columns=ROWS), patients_of(cohort)
    return Headline(
        cohort=cohort,
        n=n_distinct(patients["USUBJID"]),
        numbers=table,
        rows=table,
        patients=patients,
        left_out=left_out_of(cohort, {}),
        **tested(cohort, table[table["months"].isna()]),
        strata=cohort.groups,
        outcomes=(BEST_RATE, M3_RATE, MRD_RATE, *(Outcome(month.code, month.label, "other") for month in MONTHS)),
        notes=_headline_notes(cohort, [month for month, found in read.items() if not found]),
        by_row=True,
        behind=lambda strata, outcome: behind_number(cohort, strata, outcome),
    )


def behind_number(cohort: Cohort, strata: str, outcome: str) -> pd.Series:
    """Who is in the denominator of a headline number in a group: whoever is in the figure of its own."""
    month = next((one for one in MONTHS if one.code == outcome), None)
    if month:
        return of_group(cohort, adtte(cohort, month.endpoint).rows["USUBJID"], strata)
    own = {BEST_RATE.code: BEST, M3_RATE.code: STATUS_M3}
    result = response(cohort, own[outcome]) if outcome in own else mrd(cohort, M3)
    label = labels_of(cohort.groups)[strata]
    return result.patients.loc[result.patients["GROUP"] == label, "USUBJID"]


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


def at_month(cohort: Cohort, month: Month) -> list[dict]:
    """The first outcome of the endpoint, the event of interest, at its month: a row per group, also of nobody. The
    number that the whole figure of the endpoint has. Nothing where the endpoint is not defined for the population."""
    endpoint = month.endpoint
    if cohort.rules.population not in endpoint.populations:
        return []
    rows = adtte(cohort, endpoint).rows
    arms = rows_of_groups(cohort, rows["USUBJID"])
    curves = first_curves(rows, arms, endpoint, month.estimator)
    said = {"outcome": month.code, "months": month.month, "reason_last": endpoint.censor.date}
    return [
        read_first(curve, month.month * DAYS_PER_MONTH) | said | {"n": len(arm), "strata": group.code}
        for group, arm, curve in zip(cohort.groups, arms, curves, strict=True)
    ]


def _told(cohort: Cohort, month: Month, read: list[dict]) -> list[dict]:
    """The rows of a month with whom they count, and whom not."""
    out = _per_group(cohort, adtte(cohort, month.endpoint).left_out) if read else {}
    return [row | {"among": month.among, "out": out.get(row["strata"], "")} for row in read]


def _per_group(cohort: Cohort, left_out: pd.DataFrame) -> dict[str, str]:
    """{group code: '107 no first remission; 3 ...'} of rows USUBJID, REASON; a count as the viewer may see it."""
    reasons, parts = left_out["REASON"].to_numpy(object), rows_of_groups(cohort, left_out["USUBJID"])
    counted = {
        group.code: in_order_of_number(reasons[np.sort(rows)]) for group, rows in zip(cohort.groups, parts, strict=True)
    }
    smallest = cohort.data.smallest
    return {
        code: "; ".join(f"{count_words(n, smallest)} {reason}" for reason, n in counts.items())
        for code, counts in counted.items()
    }


def _headline_notes(cohort: Cohort, without: Sequence[Month]) -> tuple[Note, ...]:
    """A number that is not there says why: the endpoint's own sentence, or that nobody is left for it."""
    curves = {month: estimate_endpoint(cohort, month.endpoint, month.estimator) for month in without}
    refused = tuple(
        next(iter(result.notes), Note("nobody", f"{month.label}: no patient in this cohort is eligible for it."))
        for month, result in curves.items()
    )
    denominators = Note("denominators", DENOMINATORS[cohort.rules.population], True)
    if cohort.rules.population == "infused":
        return (AT_A_GLANCE, denominators, *refused, bca_rule(cohort))
    return (AT_A_GLANCE_WITHOUT_MRD, denominators, Note("mrd_refused", refusal(MRD_SUBJECT)), *refused)


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
        behind=names_at_risk(filled),
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
