"""Relapses as events: rows of one day are one event, and an assessment near a row is that row's relapse.

Conventions of the definitions: 4 (assessment and row), 5 (rows of one day).
"""

import pandas as pd

from endpoints.patient_dates import days_since, earliest, of_patient
from endpoints.rules import Rules

SAME_RELAPSE_DAYS = 30  # our convention: an assessment this close to a relapse row speaks of the same relapse
LEVEL_ORDER = ("morphologic", "extramedullary", "molecular")  # the highest level of a day counts
UNKNOWN = "unknown"
STATUSES = ("cd19_status", "cd22_status")
RELAPSE_WORDS = (
    "Relapse: the earlier of a relapse row and a RELAPSE assessment after first remission. An assessment within 30 "
    "days of a row is that relapse and takes its level, CD19, CD22 and site; if that row is molecular and molecular "
    "relapse does not count, neither does the assessment. Rows of one day are one event: the highest level counts, "
    "and what any of them knows is known."
)


def merge_same_day(rows: pd.DataFrame) -> pd.DataFrame:
    """PT date level cd19_status cd22_status cns sites: relapse rows of one day as one event.

    A status is that of the highest level that knows it (missing: unknown to all); cns is true if any row says so;
    sites are all that are named.
    """
    order = rows["level"].astype("str").map({level: n for n, level in enumerate(LEVEL_ORDER)})
    known = {name: _known(rows[name]) for name in STATUSES}
    rows = rows.assign(**known, level=rows["level"].astype("str"), sites=rows["sites"].astype("str"), order=order)
    rows = rows.assign(cns=rows["cns"].astype("boolean")).sort_values(["PT", "date", "order"])
    grouped = rows.groupby(["PT", "date"])
    events = grouped[["level", *STATUSES, "sites"]].first().assign(cns=grouped["cns"].max())
    named = rows[rows["sites"].notna() & rows.duplicated(["PT", "date"], keep=False)]
    if len(named):
        joined = named.groupby(["PT", "date"])["sites"].agg(_joined)
        events["sites"] = joined.reindex(events.index).fillna(events["sites"]).astype("str")
    return events.reset_index()


def _known(status: pd.Series) -> pd.Series:
    text = status.astype("str")
    return text.where(text != UNKNOWN)


def _joined(sites: pd.Series) -> str:
    return ", ".join(dict.fromkeys(sites))


def counts(events: pd.DataFrame, rules: Rules) -> pd.Series:
    """True for the events that count: molecular ones only under the global switch."""
    return (events["level"] != "molecular") | (rules.molecular == "yes")


def counted_relapses(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The relapses of a relapse table that count, rows of one day as one event (columns of `merge_same_day`)."""
    events = merge_same_day(rows)
    return events[counts(events, rules)]


def is_uncounted(responses: pd.DataFrame, events: pd.DataFrame, remission: pd.Series, rules: Rules) -> pd.Series:
    """True per assessment that says RELAPSE of a molecular relapse which does not count.

    An assessment belongs to the rows within 30 days of it on the same side of first remission; it does not count when
    all of them are molecular and the switch is off. events: `merge_same_day` of the rows after day 0.
    """
    assessed = responses.loc[responses["RESPONSE"] == "RELAPSE", ["PT", "date"]].rename_axis("row").reset_index()
    pairs = assessed.merge(events[["PT", "date", "level"]], on="PT", suffixes=("", "_event"))
    pairs = pairs[days_since(pairs["date_event"], pairs["date"]).abs() <= SAME_RELAPSE_DAYS]
    start = of_patient(remission, pairs)
    pairs = pairs[(pairs["date"] > start) == (pairs["date_event"] > start)]
    near, counting = pairs["row"], pairs.loc[counts(pairs, rules), "row"]
    return pd.Series(responses.index.isin(near) & ~responses.index.isin(counting), index=responses.index)


def counted_assessments(
    responses: pd.DataFrame, events: pd.DataFrame, remission: pd.Series, rules: Rules
) -> pd.DataFrame:
    """PT and date of the RELAPSE assessments that count: not those of a molecular relapse that does not."""
    counted = (responses["RESPONSE"] == "RELAPSE") & ~is_uncounted(responses, events, remission, rules)
    return responses.loc[counted, ["PT", "date"]]


def derive_relapse(
    events: pd.DataFrame, assessed: pd.DataFrame, remission: pd.Series, rules: Rules
) -> dict[str, pd.Series]:
    """RELDT, the first relapse after first remission, and what the row within 30 days says of it: level, CD19, CD22,
    cns, sites. events: `merge_same_day`; assessed: `counted_assessments`."""
    n, rows = len(remission), events[counts(events, rules)]
    rows = rows[rows["date"] > of_patient(remission, rows)]
    relapses = pd.concat([assessed[["PT", "date"]], rows[["PT", "date"]]], ignore_index=True)
    date = earliest(relapses[relapses["date"] > of_patient(remission, relapses)], n)
    near = rows[days_since(rows["date"], of_patient(date, rows)) <= SAME_RELAPSE_DAYS]
    row = near.sort_values("date").drop_duplicates("PT").set_index("PT").reindex(range(n))
    text = {"RELLVL": "level", "RELCD19": "cd19_status", "RELCD22": "cd22_status"}
    values = {name: row[column].fillna(UNKNOWN).where(date.notna()) for name, column in text.items()}
    return {"RELDT": date, **values, "RELCNS": row["cns"], "RELSITES": row["sites"].astype("str")}
