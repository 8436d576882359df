"""Treatment failure: the earliest of three sources, so that its date never jumps."""

import pandas as pd

from endpoints.patient_dates import days_since, earliest, first_of, latest, of_patient, on_or_before
from endpoints.rules import Rules

FAILURE_DAYS = (14, 100)
THERAPY, RELAPSE, NO_REMISSION = "therapy", "relapse", "no_remission"
WORDS = {
    THERAPY: "therapy before remission",
    RELAPSE: "relapse without remission",
    NO_REMISSION: "no remission by day 100",
}
FAILURE_WORDS = (
    "Treatment failure: the earliest of new therapy or transplant before any remission, RELAPSE without remission, "
    "and the last assessment without remission (NR) on day 14-100 when there is no remission by day 100 or the "
    "cut-off; a later remission does not undo it."
)


def derive_failure(
    responses: pd.DataFrame, events: pd.DataFrame, assessed: pd.DataFrame, course: pd.DataFrame, rules: Rules
) -> dict[str, pd.Series]:
    """FAILDT, FAILCD (which source) and FAILDESC. events: relapse rows after day 0, one a day; assessed: the RELAPSE
    assessments that count."""
    day0, remission = course["TRTSDT"], course["RMSDT"]
    therapy = first_of(course["NEWTHDT"], course["HSCTDT"])
    therapy = therapy.where(remission.isna() | (therapy < remission))
    relapse = _relapse_without_remission(events, assessed, course)
    refractory = responses[(responses["RESPONSE"] == "NR") & responses["ADY"].between(*FAILURE_DAYS)]
    no_remission = latest(refractory, len(course))
    no_remission = no_remission.where(~(days_since(remission, day0) <= FAILURE_DAYS[1]))
    date = first_of(therapy, relapse, no_remission)
    code = pd.Series(NO_REMISSION, index=course.index).mask(date == relapse, RELAPSE).mask(date == therapy, THERAPY)
    code = code.where(date.notna()).astype("str")
    if rules.failure == "day0":
        date = day0.where(date.notna())
    return {"FAILDT": date, "FAILCD": code, "FAILDESC": code.map(WORDS)}


def _relapse_without_remission(events: pd.DataFrame, assessed: pd.DataFrame, course: pd.DataFrame) -> pd.Series:
    """None is molecular before remission, whatever the switch."""
    rows = events.loc[events["level"] != "molecular", ["PT", "date"]]
    rows = pd.concat([assessed[["PT", "date"]], rows], ignore_index=True)
    return earliest(rows[on_or_before(rows["date"], of_patient(course["RMSDT"], rows))], len(course))
