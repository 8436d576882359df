"""The overview in numbers: headline, flow, infusions, follow-up."""

import numpy as np
import pandas as pd

from analyses.result import (
    NUMBERS,
    PATIENTS,
    Estimates,
    fraction,
    group_series,
    in_groups,
    in_order_of_number,
    kept,
    left_out_of,
    patients_of,
    reasons_frame,
    remembered,
    short,
)
from analyses.status.rates import mrd_rates, mrd_status, response_rates, response_status
from analyses.time_to_event.estimate import (
    axis_end,
    by_group,
    count_left_out,
    median_row,
    month_title,
    numbers_at_risk,
    result_words,
    to_draw,
    tte,
)
from analyses.time_to_event.words import bca_rule
from endpoints.catalogue import BCA, CIR, EFS, OS, TTHSCT
from endpoints.cohort import keep
from endpoints.flow import derive_flow
from endpoints.response import BEST, BEST_DAYS, STATUS_M3
from endpoints.rules import DAYS_PER_MONTH
from endpoints.status import NOT_DUE
from endpoints.time_to_event import CENSORED, EVENT, TimeToEvent
from endpoints.visits import M3
from estimators.aalen_johansen import aalen_johansen
from estimators.follow_up import clark_c, reverse_kaplan_meier, under_observation
from estimators.kaplan_meier import kaplan_meier
from estimators.proportion import proportion
from pages.parts.session.sidebar import Cohort

EVERYBODY, REMISSION = "everybody", "first remission"
HEADLINE = (
    (
        BCA,
        kaplan_meier,
        6,
        "B-cell aplasia at 6 months, of remissions",
        "first remission without a transplant before it, and a B-cell sample after it",
    ),
    (EFS, kaplan_meier, 12, "Event-free at 12 months (EFS)", EVERYBODY),
    (OS, kaplan_meier, 12, "Alive at 12 months (OS)", EVERYBODY),
    (CIR, aalen_johansen, 12, "Relapse by 12 months from remission", REMISSION),
    (
        TTHSCT,
        aalen_johansen,
        12,
        "Transplant in remission by 12 months",
        "first remission without a transplant before it",
    ),
)
BEST_DUE, M3_DUE = (f"day {day} reached by the cut-off" for day in (BEST_DAYS[1], M3.last))
DENOMINATORS = {
    "infused": f"Denominators: best response, {BEST_DUE}; month 3 and MRD, day {M3.last} reached; aplasia, first "
    "remission without a transplant before it and a B-cell sample after it; relapse, first remission; "
    "transplant, first remission without a transplant before it; event-free and alive, everybody.",
    "enrolled": f"Denominators: best response, {BEST_DUE} (never infused: from enrolment); month 3, day {M3.last} "
    "reached; event-free and alive, everybody.",
}
HEADLINE_NUMBERS = [
    "outcome",
    "strata",
    "text",
    "n_event",
    "n",
    "among",
    "estimate",
    "conf_low",
    "conf_high",
    "out",
    "reason",
]
FOLLOW_UP_EVENT = (
    "In this figure an event is the end of follow-up of a patient seen alive (a step of the curve); "
    "deaths are censored (a tick)."
)


@remembered
def headline(study: Cohort) -> Estimates:
    """The eight headline numbers per group: HEADLINE_NUMBERS; among: of whom, out: who of the group is not in n."""
    curves = [
        (by_group(study, endpoint, estimator, months=None), month, label)
        for endpoint, estimator, month, label, _ in HEADLINE
    ]
    rows = [
        *_named(
            response_rates(study, BEST),
            0,
            "Best response CR + CRi within 3 months",
            BEST_DUE,
            _not_due(study, response_status(study, BEST)),
        ),
        *_named(
            response_rates(study, STATUS_M3),
            -1,
            "In remission at month 3, transplanted or not",
            M3_DUE,
            _not_due(study, response_status(study, STATUS_M3)),
        ),
        *(
            _named(
                mrd_rates(study, M3),
                0,
                "MRD-negative remission at month 3",
                M3_DUE,
                _not_due(study, mrd_status(study, M3)),
            )
            if study.rules.population == "infused"
            else []
        ),
        *(
            row | {"among": among, "out": _not_in(study, endpoint).get(row["strata"], "")}
            for (found, month, label), (endpoint, *_, among) in zip(curves, HEADLINE, strict=True)
            for row in _at_month(found, month, label)
        ),
    ]
    table, patients = pd.DataFrame(rows, columns=HEADLINE_NUMBERS), patients_of(study)
    return Estimates(
        n=patients["USUBJID"].nunique(),
        numbers=table,
        patients=patients,
        left_out=left_out_of(study, {}),
        rates=table,
        series=group_series(study),
        notes=_headline_notes(study, curves),
        by_row=True,
    )


def _not_due(study: Cohort, status: pd.DataFrame) -> dict[str, str]:
    return _per_group(
        study, status.loc[status["AVALC"] == NOT_DUE.code, ["USUBJID"]].assign(REASON=NOT_DUE.label.lower())
    )


def _not_in(study: Cohort, endpoint: TimeToEvent) -> dict[str, str]:
    return _per_group(study, tte(study, endpoint).left_out)


def _per_group(study: Cohort, left_out: pd.DataFrame) -> dict[str, str]:
    """{group: '107 no first remission; 3 ...'} of rows USUBJID, REASON."""
    rows = in_groups(study, left_out)
    return {
        group: "; ".join(f"{n} {reason}" for reason, n in in_order_of_number(part["REASON"]).items())
        for group, part in rows.groupby("GROUP")
    }


def _headline_notes(study: Cohort, curves: list[tuple[Estimates, int, str]]) -> tuple[str, ...]:
    """A number that is not there says why: the endpoint's own sentence, or that nobody is left for it."""
    refused = tuple(
        next(iter(found.notes), f"{label}: nobody of this cohort is left for it.")
        for found, _, label in curves
        if not found.n
    )
    if study.rules.population == "infused":
        return (DENOMINATORS["infused"], *refused, bca_rule(study))
    return (
        DENOMINATORS["enrolled"],
        "MRD-negative remission is defined for infused patients only. Choose the population Infused.",
        *refused,
    )


def _named(rates: pd.DataFrame, which: int, label: str, among: str, out: dict[str, str]) -> list[dict]:
    """One of several rates under the name it has in the headline."""
    chosen = rates["outcome"].unique()[which]
    return [
        row | {"outcome": label, "among": among, "out": out.get(row["strata"], "")}
        for row in rates.to_dict("records")
        if row["outcome"] == chosen
    ]


def _at_month(found: Estimates, month: int, label: str) -> list[dict]:
    """An estimate at a month per group, of the first outcome: the event of interest."""
    rows = [
        row for row in found.numbers.to_dict("records") if row["months"] == month and row["measure"] == "probability"
    ]
    return [
        row | {"outcome": label, "text": f"n = {row['n']}, {short(row['result'])}"}
        for row in rows
        if row["outcome"] == rows[0]["outcome"]
    ]


FLOW_SHARES = "Shares are of all enrolled patients who pass the filters, infused or not."


@remembered
def flow(study: Cohort) -> Estimates:
    """Enrolled -> apheresed -> infused with the reasons between, of every filtered patient whatever the population."""
    enrolled, month3 = keep(study.study.adsl, study.filters), response_status(study, STATUS_M3)
    whole = kept(study, "flow", lambda found: derive_flow(found.adsl, month3))  # rows of nobody at all are not drawn
    drawn = (whole["n"] > 0) | (whole["kind"] == "stage")
    counts = derive_flow(enrolled, month3)[drawn].reset_index(drop=True)
    table = proportion(counts["n"].to_numpy(), np.full(len(counts), len(enrolled)))
    shares = counts.assign(share=table["estimate"], conf_low=table["conf_low"], conf_high=table["conf_high"])
    text = [share_text(n, share) for n, share in zip(shares["n"], shares["share"], strict=True)]
    numbers = shares[["stage", "kind", "n", "share", "conf_low", "conf_high"]]
    columns = ["USUBJID", "PRODLABEL", "ENRLDT", "APHERDT", "TRTSDT", "NOTINFDT", "NOTINFRS"]
    unseen = len(study.loaded.tables["patient"]) - len(study.study.adsl)
    unknown = f"{unseen} patients of the database have no treatment course by the cut-off and are not counted."
    return Estimates(
        n=len(enrolled),
        numbers=numbers,
        patients=enrolled[columns],
        curve=shares.assign(text=text),
        left_out=reasons_frame({}),
        notes=(FLOW_SHARES, *([unknown] if unseen else [])) if len(enrolled) else (),
    )


def share_text(n: int, share: float) -> str:
    """'3 (< 1 %)': what somebody is in is never 0 %."""
    words = f"{100 * share:.0f}"
    words = "< 1" if n and words == "0" else words
    return f"{n} ({words} %)" if share == share else "0"


@remembered
def infusions(study: Cohort) -> Estimates:
    """Infusions per calendar quarter and group; every quarter between the first and the last is there."""
    rows = in_groups(study, study.adsl.loc[study.adsl["TRTSDT"].notna(), ["USUBJID", "PRODLABEL", "SITEID", "TRTSDT"]])
    quarter = rows["TRTSDT"].dt.to_period("Q")
    periods = pd.period_range(quarter.min(), quarter.max(), freq="Q") if len(rows) else pd.PeriodIndex([], freq="Q")
    counts = pd.crosstab(quarter, rows["GROUP"]).reindex(
        index=periods, columns=[g.label for g in study.groups], fill_value=0
    )
    table = counts.rename_axis(index="period", columns="strata").stack().rename("n").reset_index()
    table["period"] = [f"{p.year} Q{p.quarter}" for p in table["period"]]
    columns = ["USUBJID", "GROUP", "PRODLABEL", "SITEID", "TRTSDT"]
    waiting = int(study.adsl["TRTSDT"].isna().sum())
    out = {"not infused": waiting} if waiting else {}
    return Estimates(
        n=len(rows), numbers=table, patients=rows[columns], left_out=left_out_of(study, out), series=group_series(study)
    )


@remembered
def follow_up(study: Cohort) -> Estimates:
    """Distribution of follow-up (reverse Kaplan-Meier on OS), its median, Clark's C, share still under observation."""
    found = tte(study, OS)
    rows = in_groups(study, found.rows)
    arms = [(group, rows[rows["CODE"] == group.code]) for group in study.groups]
    filled = [(group, arm) for group, arm in arms if len(arm)]
    curves = [
        reverse_kaplan_meier(arm["AVAL"].to_numpy(), (arm["CNSR"] == EVENT).to_numpy()).assign(
            strata=group.label, outcome=1
        )
        for group, arm in filled
    ]
    months = axis_end("all", rows["AVAL"])
    numbers = [
        _follow_up_numbers(group, arm, curve, study.loaded.data_cutoff)
        for (group, arm), curve in zip(filled, curves, strict=True)
    ]
    curve = pd.concat(curves, ignore_index=True) if curves else pd.DataFrame()
    return Estimates(
        n=len(rows),
        numbers=pd.concat(numbers, ignore_index=True) if numbers else pd.DataFrame(columns=NUMBERS),
        patients=rows[PATIENTS],
        left_out=count_left_out(study, found),
        x_max=months,
        x_title=month_title(study, OS),
        curve=to_draw(curve, (("Under observation", "other"),), months),
        risk=numbers_at_risk(_reversed(arms), months),
        series=group_series(study),
        notes=(
            *([FOLLOW_UP_EVENT] if curves else []),
            *(f"{group.label}: no patients." for group, arm in arms if not len(arm)),
        ),
    )


def _reversed(arms) -> list[tuple]:
    """The end of follow-up alive is the event, death is censored: as in the curve above the numbers."""
    return [(group, arm.assign(CNSR=np.where(arm["CNSR"] == EVENT, CENSORED, EVENT))) for group, arm in arms]


def _follow_up_numbers(group, arm: pd.DataFrame, curve: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    time, event = arm["AVAL"].to_numpy(), (arm["CNSR"] == EVENT).to_numpy()
    potential = ((cutoff - arm["STARTDT"]) / pd.Timedelta(days=1)).to_numpy()
    observed = under_observation(time, event, potential, np.array([12, 24]) * DAYS_PER_MONTH)
    shown = observed[["n_event", "n", "estimate", "conf_low", "conf_high"]].itertuples(index=False, name=None)
    observed = observed.assign(
        months=(12, 24),
        measure="under observation, of those due",
        result=[fraction(*row) if row[1] else "nobody due" for row in shown],
    )
    complete = pd.DataFrame(
        [
            {
                "measure": "completeness (Clark's C)",
                "estimate": clark_c(time, event, potential),
                "reason": "a descriptive index, no interval",
            }
        ]
    )
    whole = pd.concat([pd.DataFrame([median_row(curve)]), complete]).assign(n=len(arm))
    whole["result"] = [result_words(row) for row in whole.to_dict("records")]
    rows = pd.concat([whole, observed]).assign(strata=group.label, outcome="Follow-up")
    return rows[[name for name in NUMBERS if name not in ("n_risk", "n_event")]]
