"""Response, relapse and transplant: what contradicts what, and how the app takes it."""

import numpy as np
import pandas as pd

from data_access.bundle.checks import ERROR, WARN, Cohort, Masks, Rule, in_order, whenever
from data_access.bundle.plausibility.conditions import (
    COURSE,
    DAY0,
    IN_REMISSION,
    REMISSION,
    both,
    given,
    has,
    nearby,
    no,
    number,
    rows_of,
    yes,
)

WITHOUT_BLASTS = (*REMISSION, "MLFS")
THAT_RELAPSE = pd.Timedelta(days=30)  # our convention: an assessment so close to a relapse row is that relapse

RESPONSE = (
    whenever(
        "remission-with-blasts",
        WARN,
        "response_assessment",
        "blasts_pct",
        both(has("response_assessment", "response", *WITHOUT_BLASTS), given("response_assessment", "blasts_pct")),
        number("response_assessment", "blasts_pct", np.greater_equal, 5),
        "CR, CRi and MLFS must have fewer than 5 % blasts",
        "response rates",
        "Check both; the response counts as recorded.",
    ),
    whenever(
        "remission-with-extramedullary-disease",
        WARN,
        "response_assessment",
        "extramedullary",
        both(has("response_assessment", "response", *REMISSION), given("response_assessment", "extramedullary")),
        yes("response_assessment", "extramedullary"),
        "a remission must be without extramedullary disease",
        "response rates",
        "Check both; the response counts as recorded.",
    ),
)


def _before_remission(cohort: Cohort) -> Masks:
    """Relapses after the first infusion of a patient who was in no remission before: none recorded since, and not
    infused in one."""
    dates, day0 = cohort.values("relapse", "date"), cohort.values("relapse", DAY0)
    seen = cohort.tables["response_assessment"]
    seen = seen[seen["response"].isin(REMISSION)].groupby("patient_id")["date"].min()
    first = seen.reindex(cohort.tables["relapse"]["patient_id"]).reset_index(drop=True)
    infused_in = cohort.values("relapse", "course.disease_status_before").isin(IN_REMISSION)
    later = (dates > day0).to_numpy(bool)
    return later, later & ~(first < dates).to_numpy(bool) & ~infused_in.to_numpy(bool)


def _beside_molecular(cohort: Cohort) -> Masks:
    """RELAPSE assessments with a relapse row so close that they are that relapse; broken when each such row is
    molecular."""
    rows = cohort.tables["response_assessment"].reset_index(drop=True)
    coded = rows.loc[rows["response"].eq("RELAPSE").to_numpy(bool), ["patient_id", "date"]].dropna()
    molecular, other = (
        nearby(coded, found.assign(found=True), "nearest", tolerance=THAT_RELAPSE)["found"].notna()
        for found in _relapses(cohort)
    )
    applies, broken = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
    applies[coded.index], broken[coded.index] = molecular | other, molecular & ~other
    return applies, broken


def _relapses(cohort: Cohort) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The molecular rows and all others, each patient_id and date."""
    rows = rows_of(cohort, "relapse", "level")
    molecular = rows["level"].eq("molecular").to_numpy(bool)
    return rows.loc[molecular, ["patient_id", "date"]], rows.loc[~molecular, ["patient_id", "date"]]


def _states(cohort: Cohort) -> pd.DataFrame:
    """What each dated row says of the leukaemia, by date: patient_id, date, said (remission, NR, relapse).

    Of one day the relapse counts last: nothing of the day can come after it. Molecular rows say nothing.
    """
    seen = rows_of(cohort, "response_assessment", "response")
    said = seen["response"].astype("str").replace(dict.fromkeys(REMISSION, "remission") | {"RELAPSE": "relapse"})
    seen = seen[["patient_id", "date"]].assign(said=said)
    rows = _relapses(cohort)[1].assign(said="relapse")
    every = pd.concat([seen[said.isin(["remission", "NR", "relapse"])], rows], ignore_index=True)
    return every.assign(last=every["said"] == "relapse").sort_values(["date", "last"], kind="stable")


def _no_remission_after_one(cohort: Cohort) -> Masks:
    """NR assessments after the first infusion; broken where what was said last before that day was a remission."""
    rows = cohort.tables["response_assessment"].reset_index(drop=True)
    after = (cohort.values("response_assessment", "date") > cohort.values("response_assessment", DAY0)).to_numpy(bool)
    applies = after & rows["response"].eq("NR").to_numpy(bool)
    states = _states(cohort)
    first = cohort.tables[COURSE].groupby("patient_id")["infusion_date"].min()
    states = states[states["date"].to_numpy() > first.reindex(states["patient_id"]).to_numpy()].drop(columns="last")
    before = nearby(rows.loc[applies, ["patient_id", "date"]], states, "backward", allow_exact_matches=False)
    relapsed_that_day = nearby(
        rows.loc[applies, ["patient_id", "date"]],
        states[states["said"] == "relapse"],
        "backward",
        tolerance=pd.Timedelta(0),
    )
    broken = np.zeros(len(rows), bool)
    broken[before.index] = (before["said"] == "remission") & relapsed_that_day["said"].isna()
    return applies, broken


RELAPSE = (
    Rule(
        "relapse-without-remission",
        WARN,
        "relapse",
        "date",
        "a relapse must follow a remission",
        "relapse and event-free survival",
        "Add the remission, or record no response (NR) instead of a relapse.",
        _before_remission,
        (COURSE, "response_assessment"),
    ),
    Rule(
        "relapse-beside-molecular",
        WARN,
        "response_assessment",
        "response",
        "a RELAPSE must not stand within 30 days of a relapse row that is only molecular",
        "relapse, in every endpoint",
        "Check the level; as it stands both are one molecular relapse, which counts only when the dashboard is set so.",
        _beside_molecular,
        ("relapse",),
    ),
    Rule(
        "no-remission-after-remission",
        WARN,
        "response_assessment",
        "response",
        "no remission (NR) must not follow a remission without a relapse between them",
        "relapse and event-free survival",
        "If the leukaemia came back, write RELAPSE; NR after a remission is no event.",
        _no_remission_after_one,
        (COURSE, "relapse"),
    ),
    in_order("before-diagnosis", ERROR, "relapse", "patient.diagnosis_date", "date", "relapses before infusion"),
)


def _between_remissions(cohort: Cohort) -> Masks:
    """Transplants after the first infusion recorded as not in remission; broken between two remissions without relapse
    or NR between them."""
    rows = cohort.tables["transplant"].reset_index(drop=True)
    later = (cohort.values("transplant", "date") > cohort.values("transplant", DAY0)).to_numpy(bool)
    applies = later & rows["disease_status"].eq("not_in_remission").to_numpy(bool)
    states, at = _states(cohort).drop(columns="last"), rows.loc[applies, ["patient_id", "date"]]
    before = nearby(at, states, "backward")["said"]
    after = nearby(at, states.iloc[::-1].sort_values("date", kind="stable"), "forward", allow_exact_matches=False)
    broken = np.zeros(len(rows), bool)
    broken[at.index] = (before == "remission") & (after["said"] == "remission")
    return applies, broken


def _before_day0(cohort: Cohort) -> np.ndarray:
    """Transplants before the first infusion; of those never infused, before the first enrolment."""
    courses, rows = cohort.tables[COURSE], cohort.tables["transplant"]
    infused = courses.groupby("patient_id")["infusion_date"].min()
    start = infused.fillna(courses.groupby("patient_id")["enrolment_date"].min())
    return (rows["date"].to_numpy() < start.reindex(rows["patient_id"]).to_numpy()).astype(bool)


_EARLIER = both(given("transplant", "date"), _before_day0)
TRANSPLANT = (
    in_order("before-diagnosis", ERROR, "transplant", "patient.diagnosis_date", "date", "prior transplant"),
    whenever(
        "prior-transplant-row-beside-no",
        WARN,
        "transplant",
        "date",
        _EARLIER,
        lambda cohort: cohort.values("transplant", "patient.prior_transplant").eq(False).fillna(False).to_numpy(bool),
        "a transplant before the first infusion must not stand beside prior_transplant no",
        "prior transplant",
        "Check both; a dated row beats the no.",
        ("patient", COURSE),
    ),
    whenever(
        "prior-transplant-of-another-kind",
        WARN,
        "transplant",
        "kind",
        both(_EARLIER, has("transplant", "kind", "allogeneic")),
        lambda cohort: cohort.values("transplant", "patient.prior_transplant_kind").eq("autologous").to_numpy(bool),
        "an allogeneic transplant before the first infusion must not stand beside prior_transplant_kind autologous",
        "prior transplant",
        "Write allogeneic where there was one of each kind; a dated row beats the answer.",
        ("patient", COURSE),
    ),
    whenever(
        "prior-transplant-kind-without-one",
        WARN,
        "patient",
        "prior_transplant_kind",
        given("patient", "prior_transplant_kind"),
        no("patient", "prior_transplant"),
        "prior_transplant_kind must not stand beside prior_transplant no",
        "prior transplant",
        "Empty the kind, or write yes.",
    ),
    Rule(
        "transplant-status-in-doubt",
        WARN,
        "transplant",
        "disease_status",
        "a transplant not in remission must not stand between two remissions",
        "transplant in remission, relapse-free survival, B-cell aplasia",
        "Check the status; as it stands the transplant is no exposure and ends observation on its day.",
        _between_remissions,
        (COURSE, "response_assessment", "relapse"),
    ),
)
