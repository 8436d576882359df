"""First infection by organism class, and infection-related mortality, per compared group."""

from dataclasses import replace

from analyses.cohort import Cohort
from analyses.refusal import infused_only
from analyses.members import memoised
from analyses.result import Curves
from analyses.status.density import NOT_RECORDED
from analyses.time_to_event.estimate import estimate_adtte
from endpoints.infections import INFECTION_MORTALITY, INFECTIONS, derive_infection
from endpoints.time_to_event import TimeToEvent
from estimators.aalen_johansen import aalen_johansen

MORTALITY = "mortality"
ENDPOINTS = INFECTIONS | {MORTALITY: INFECTION_MORTALITY}


@memoised
@infused_only("Infection")
def infection(cohort: Cohort, code: str, months: str) -> Curves:
    """Cumulative incidence of one of ENDPOINTS with what competes."""
    endpoint: TimeToEvent = ENDPOINTS[code]
    derived = cohort.derived(endpoint.paramcd, lambda whole: derive_infection(whole, endpoint))
    result = estimate_adtte(cohort, endpoint, derived, aalen_johansen, months, "Months from infusion")
    return replace(result, notes=(NOT_RECORDED, *result.notes)) if result.n and code != MORTALITY else result
