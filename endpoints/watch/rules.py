"""WATCHLIST: the seven declared rules. A row states findings with dates and values, and recommends nothing."""

import pandas as pd

from endpoints.b_cell_course import IGG_LOW
from endpoints.schedule import DEFINITION as SCHEDULE_WORDS
from endpoints.schedule import SCHEDULE
from endpoints.study import Study
from endpoints.watch.fields import KEY_FIELDS, missing_fields
from endpoints.watch.findings import KEY, Findings, WatchRule
from endpoints.watch.remission import DECISION_DAYS, EARLY_MONTHS, b_cell_recovery, before_decision, mrd_detectable
from endpoints.watch.supportive import IVIG_DAYS, low_igg
from endpoints.watch.visits import CONTACT_DAYS, no_contact, overdue

CLOSES = "Closed by relapse, allogeneic transplant, new therapy or death."
WATCHLIST = (
    WatchRule(
        "mrd",
        "MRD detectable in remission",
        "In remission, and the latest assay that did not fail is positive at any level, whatever the MRD cut-off of "
        "the "
        "figures. Re-emerged: an assay since infusion was negative. Persistent: none was. Rising: at least 1 log above "
        f"the lowest level since infusion by the same method. {CLOSES}",
        (
            ("reemerged", "Re-emerged"),
            ("rising", "Rising by 1 log or more"),
            ("persistent", "Persistent since infusion"),
        ),
        mrd_detectable,
        closes=True,
    ),
    WatchRule(
        "b_cells",
        "B-cell recovery in remission",
        "In remission, and B cells above the threshold of the active rule. Confirmed: a second sample above it at "
        "least "
        f"7 days later and none below between; else suspected. Early: before {EARLY_MONTHS} months. {CLOSES}",
        (
            ("early_confirmed", f"Confirmed, before {EARLY_MONTHS} months"),
            ("early_suspected", f"Suspected, before {EARLY_MONTHS} months"),
            ("late_confirmed", f"Confirmed, from {EARLY_MONTHS} months on"),
            ("late_suspected", f"Suspected, from {EARLY_MONTHS} months on"),
        ),
        b_cell_recovery,
        closes=True,
    ),
    WatchRule(
        "overdue",
        "Assessment overdue",
        "The window of a visit has closed without the assessment, and none of its kind was done since the window "
        "opened; "
        f"days overdue count from the close of the first such window. {SCHEDULE_WORDS} Patients followed elsewhere are "
        "counted apart.",
        tuple((one.code, one.label) for one in SCHEDULE),
        overdue,
        order="the longest overdue first",
    ),
    WatchRule(
        "decision",
        f"In remission, transplant-naive, day {DECISION_DAYS[0]}-{DECISION_DAYS[1]}",
        f"In remission between day {DECISION_DAYS[0]} and day {DECISION_DAYS[1]}, without an allogeneic transplant "
        f"before "
        f"or after infusion. {CLOSES}",
        (("in_time", f"Day {DECISION_DAYS[0]}-{DECISION_DAYS[1]}"),),
        before_decision,
        closes=True,
        order=f"the nearest to day {DECISION_DAYS[1]} first",
    ),
    WatchRule(
        "igg",
        f"IgG {IGG_LOW:g} mg/dL or less, not replaced",
        f"The latest IgG since infusion is {IGG_LOW:g} mg/dL or less and recorded as not on replacement. A value at "
        f"most "
        f"{IVIG_DAYS} days after an IVIG dose is marked. Where replacement is not recorded the rule cannot be "
        f"evaluated.",
        (("low", "Not on replacement"), ("after_ivig", f"Within {IVIG_DAYS} days of IVIG")),
        low_igg,
    ),
    WatchRule(
        "contact",
        f"No contact for more than {CONTACT_DAYS} days",
        f"Not known to have died, and no dated entry in the last {CONTACT_DAYS} days before the cut-off (our "
        f"convention).",
        (("silent", "No contact"),),
        no_contact,
        order="the longest without contact first",
    ),
    WatchRule(
        "field",
        "Key field missing",
        "A field that figures need is not recorded: " + "; ".join(one.label for one in KEY_FIELDS) + ".",
        tuple((one.code, one.label) for one in KEY_FIELDS),
        missing_fields,
    ),
)
WATCH = {rule.code: rule for rule in WATCHLIST}
ORDER = "by rule and kind, then the oldest date first"
AS_OF = "Findings as of {cutoff}; later events are not in this file. No row does not mean no problem."
RERUN_WORDS = (
    "Compared with the findings at {earlier}: the same rules over the rows dated up to then. What carries no date of "
    "its "
    "own counts from the date of its event, and results that were entered late are included."
)


def derive_watchlist(study: Study) -> Findings:
    """Every finding of every rule in everybody infused, open and closed, sorted by rule, patient and date."""
    found = [(rule, rule.derive(study)) for rule in WATCHLIST]
    rows = pd.concat([one.rows.assign(RULECD=rule.code) for rule, one in found], ignore_index=True)
    unevaluated = pd.concat([one.unevaluated.assign(RULECD=rule.code) for rule, one in found], ignore_index=True)
    place = rows["RULECD"].map({rule.code: place for place, rule in enumerate(WATCHLIST)})
    rows = rows.assign(RULE=place).sort_values(["RULE", "PLACE", "ADT", *KEY], ignore_index=True)
    return Findings(rows.drop(columns=["RULE"]), unevaluated)
