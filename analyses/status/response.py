"""Response compared by what one figure groups by: burden, remission before, product, day 28; and per subgroup."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from analyses.result import Estimates, left_out_of, refused, remembered
from analyses.status.rates import response, response_status, shares_by_group
from analyses.time_to_event.landmark import classed
from analyses.time_to_event.subgroups import rate_by_subgroup
from analyses.time_to_event.words import burden_cut
from endpoints.burden import BANDS, BEFORE, MADE, burden_band, product_made, remission_before
from endpoints.cohort import FILTER, Group, Level
from endpoints.response import ABBREVIATIONS, BEST, ORR_RATES, STATUS_D28, STATUS_M3, ResponseEndpoint
from endpoints.status import NOT_INFUSED, THERAPY_WORDS
from pages.parts.session.sidebar import Cohort

RATE = {rate.code: rate for rate in ORR_RATES}
GROUPED: dict[str, tuple[str, tuple[Level, ...], Callable[[pd.DataFrame], pd.Series]]] = {
    "cut": ("Disease burden at the chosen cut", FILTER["burden"].levels, lambda adsl: adsl["BURDENGR"]),
    "bands": ("Disease burden in bands", BANDS, burden_band),
    "before": ("Remission before lymphodepletion", BEFORE, remission_before),
    "made": ("Manufacturing outcome", MADE, product_made),
}


@remembered
def response_by(study: Cohort, name: str, endpoint: ResponseEndpoint = BEST) -> tuple[Cohort, Estimates]:
    """A response definition by one of GROUPED, missing as a level. Gives the cohort as it is compared, too."""
    label, levels, derive = GROUPED[name]
    groups = tuple(Group(level.code, level.label, style) for style, level in enumerate(levels))
    adsl = study.adsl
    by = classed(study, label, groups, pd.DataFrame({"USUBJID": adsl["USUBJID"], "GROUP": derive(adsl).astype(str)}))
    found = response(by, endpoint)
    return by, replace(found, notes=(*found.notes, burden_cut(study))) if name == "cut" and found.n else found


@remembered
def response_by_subgroup(study: Cohort, code: str) -> Estimates:
    """One rate of best response in every declared subgroup."""
    rows = response_status(study, BEST)
    counted = rows["AVALC"].isin([c.code for c in BEST.classes if c.counts])
    found = rate_by_subgroup(study, rows, rows["AVALC"].isin(RATE[code].classes), counted)
    return replace(
        found,
        left_out=found.left_out.assign(reason="not yet due"),
        notes=(*found.notes, ABBREVIATIONS) if found.n else found.notes,
    )


@remembered
def transitions(study: Cohort) -> tuple[Cohort, Estimates]:
    """Status at month 3 of those due then, per status at day 28: what became of each."""
    if study.rules.population != "infused":
        return study, refused(
            study, "Transitions are defined for infused patients only. Choose the population Infused."
        )
    early, late = response_status(study, STATUS_D28), response_status(study, STATUS_M3)
    groups = tuple(
        Group(c.code, f"Day 28: {c.label[0].lower() if c.label[1:2].islower() else c.label[0]}{c.label[1:]}", 0)
        for c in STATUS_D28.classes
    )
    due = late.loc[late["AVALC"].isin([c.code for c in STATUS_M3.classes if c.counts]), "USUBJID"]
    members = early[["USUBJID", "AVALC"]].rename(columns={"AVALC": "GROUP"})
    by = classed(study, "Status at day 28", groups, members[members["USUBJID"].isin(due)])
    found = shares_by_group(by, late, [c for c in STATUS_M3.classes if c != NOT_INFUSED])
    waiting = study.n - found.n
    return by, replace(
        found,
        left_out=left_out_of(by, {"not yet due": waiting} if waiting else {}),
        notes=(ABBREVIATIONS, THERAPY_WORDS) if found.n else (),
    )
