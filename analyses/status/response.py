"""Response per group: the declared definitions, by what one figure groups by, per subgroup, day 28 to month 3."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from analyses.cohort import Cohort, in_sentence
from analyses.counted import BEST_RESPONSE, TRANSITIONS, counted_in_response
from analyses.members import left_out_of, memoised
from analyses.refusal import infused_only, of_outcome
from analyses.result import Forest, Note, Outcome, Shares
from analyses.status.in_remission_with_mrd import mrd_in_remission
from analyses.status.shares import behind_rates, rates_by_group, shares_by_group, therapy_note, with_rates
from analyses.time_to_event.landmark import compared_by_landmark_class
from analyses.time_to_event.subgroups import rate_by_subgroup
from analyses.time_to_event.words import burden_cut
from endpoints.burden import BANDS, BEFORE, MADE, burden_band, product_made, remission_before
from endpoints.cohort import FILTER, Group, Level
from endpoints.response import (
    ABBREVIATIONS,
    BEST,
    ENROLLED_DUE,
    ORR_RATES,
    STATUS_D28,
    STATUS_M3,
    Rate,
    ResponseEndpoint,
    derive_response,
)
from endpoints.status import NOT_DUE, NOT_INFUSED, THERAPY_WORDS, Class

SUBJECT = "Response"
RATE = {rate.code: rate for rate in ORR_RATES}
DUE = "due"  # the column of who counts, beside one for each rate
ABBREVIATED = Note("abbreviations", ABBREVIATIONS, True)
GROUPED: dict[str, tuple[str, tuple[Level, ...], Callable[[pd.DataFrame], pd.Series]]] = {
    "cut": ("Disease burden at the chosen cut-off", FILTER["burden"].levels or (), lambda adsl: adsl["BURDENGR"]),
    "bands": ("Disease burden in bands", BANDS, burden_band),
    "before": ("Remission before lymphodepletion", BEFORE, remission_before),
    "made": ("Manufacturing outcome", MADE, product_made),
}


def response_status(cohort: Cohort, endpoint: ResponseEndpoint) -> pd.DataFrame:
    """The status rows of the whole dataset under the rules, remembered."""
    return cohort.derived(endpoint.paramcd, lambda whole: derive_response(whole, endpoint))


def rate_outcome(rate: Rate) -> Outcome:
    """What a declared rate is; one of a single class has that class's code, since the class says the same."""
    code = rate.classes[0] if len(rate.classes) == 1 else rate.code
    return Outcome(code, rate.label, "other", rate.classes)


def response_rates(cohort: Cohort, endpoint: ResponseEndpoint) -> pd.DataFrame:
    """The declared rates of a response endpoint per group, over every patient whose class counts."""
    return rates_by_group(cohort, *_rates_of(cohort, endpoint))


def _rates_of(cohort: Cohort, endpoint: ResponseEndpoint) -> tuple[pd.DataFrame, list]:
    rows = response_status(cohort, endpoint)
    due = [c.code for c in endpoint.classes if c.counts]
    asked = {DUE: due} | {rate.code: rate.classes for rate in endpoint.rates}
    are = cohort.derived(
        f"{endpoint.paramcd}RATES", lambda _: pd.DataFrame({code: rows["AVALC"].isin(of) for code, of in asked.items()})
    )
    return rows, [(rate_outcome(rate), are[rate.code], are[DUE]) for rate in endpoint.rates]


@memoised
@of_outcome(SUBJECT)
def response(cohort: Cohort, endpoint: ResponseEndpoint) -> Shares:
    """All classes of a response definition per group, and its declared rates beneath them in the numbers."""
    result = shares_by_group(cohort, response_status(cohort, endpoint), _classes(cohort, endpoint))
    enrolled = [Note("enrolled_due", ENROLLED_DUE)] if cohort.rules.population == "enrolled" else []
    in_remission = mrd_in_remission(cohort, result.patients["USUBJID"])
    counted = (counted_in_response(endpoint),) if result.n else ()
    result = replace(
        result, notes=(*counted, *enrolled, *in_remission, *([ABBREVIATED] if result.n else []), *therapy_note(result))
    )
    behind = behind_rates(cohort, *_rates_of(cohort, endpoint))
    return with_rates(result, response_rates(cohort, endpoint), [rate_outcome(rate) for rate in endpoint.rates], behind)


def _classes(cohort: Cohort, endpoint: ResponseEndpoint) -> tuple[Class, ...]:
    return tuple(c for c in endpoint.classes if c != NOT_INFUSED or cohort.rules.population == "enrolled")


@memoised
@of_outcome(SUBJECT)
def response_by(cohort: Cohort, name: str, endpoint: ResponseEndpoint = BEST) -> Shares:
    """A response definition by one of GROUPED, missing as a level."""
    label, levels, derive = GROUPED[name]
    groups = tuple(Group(level.code, level.label, style) for style, level in enumerate(levels))
    codes = derive(cohort.patients).astype(str)
    members = pd.DataFrame({"USUBJID": cohort.patients["USUBJID"], "GROUP": codes})
    result = response(compared_by_landmark_class(cohort, label, groups, members), endpoint)
    return replace(result, notes=(*result.notes, burden_cut(cohort))) if name == "cut" and result.n else result


@memoised
@of_outcome(SUBJECT)
def response_by_subgroup(cohort: Cohort, code: str) -> Forest:
    """One rate of best response in every declared subgroup."""
    rows = response_status(cohort, BEST)
    counted = rows["AVALC"].isin([c.code for c in BEST.classes if c.counts])
    event = rows["AVALC"].isin(RATE[code].classes)
    result = rate_by_subgroup(cohort, rows, event, counted, NOT_DUE.label.lower())
    in_remission = mrd_in_remission(cohort, result.patients["USUBJID"])
    return replace(
        result, notes=(BEST_RESPONSE, *result.notes, *in_remission, ABBREVIATED) if result.n else result.notes
    )


@memoised
@infused_only("Day 28 to month 3")
def transitions(cohort: Cohort) -> Shares:
    """Status at month 3 of those due then, per status at day 28: what became of each."""
    early, late = response_status(cohort, STATUS_D28), response_status(cohort, STATUS_M3)
    groups = tuple(Group(c.code, f"Day 28: {in_sentence(c.label)}", 0) for c in STATUS_D28.classes)
    due = late.loc[late["AVALC"].isin([c.code for c in STATUS_M3.classes if c.counts]), "USUBJID"]
    members = early[["USUBJID", "AVALC"]].rename(columns={"AVALC": "GROUP"})
    compared = compared_by_landmark_class(cohort, "Status at day 28", groups, members[members["USUBJID"].isin(due)])
    classes = [c for c in STATUS_M3.classes if c != NOT_INFUSED]
    waiting = cohort.n - compared.members["USUBJID"].nunique()
    left_out = left_out_of(compared, {NOT_DUE.code: (NOT_DUE.label.lower(), waiting)})
    result = shares_by_group(compared, late, classes, left_out)
    in_remission = mrd_in_remission(cohort, result.patients["USUBJID"])
    notes = (TRANSITIONS, *in_remission, ABBREVIATED, Note("therapy", THERAPY_WORDS))
    return replace(result, notes=notes if result.n else ())
