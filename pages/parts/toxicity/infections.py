"""How many get an infection, of which organisms, how often, and who dies of one?"""

from analyses.cohort import Cohort
from analyses.status.density import infection_density
from analyses.time_to_event.infections import ENDPOINTS, MORTALITY, infection
from endpoints.infections import DENSITY_WORDS
from estimators.aalen_johansen import aalen_johansen
from estimators.person_time_rate import person_time_rate
from figures import pictures, rate_pictures
from figures.figure import figure_of
from pages.parts.published import beside_published
from pages.parts.session.options import choose_option
from pages.parts.show import show

PUBLISHED = {
    "any": {"infection_any": "infection"},
    "bacterial": {"CI_infection_bacterial": "infection"},
    "viral": {"CI_infection_viral": "infection"},
    "fungal": {"CI_infection_fungal": "infection"},
    MORTALITY: {"infection_related_mortality": "death_infection"},
}


def draw(cohort: Cohort) -> None:
    """First infection of a class, or death of one, with what competes; then how often, per 100 person-days."""
    code, months = choose_option("infection"), choose_option("survival_months")
    endpoint, found = ENDPOINTS[code], infection(cohort, code, months)
    charts = pictures.incidences(found)
    if code in PUBLISHED:
        charts = beside_published(
            found, charts, PUBLISHED[code], "curve", lambda p: p.month is not None and p.month <= found.x_max
        )
    show(
        figure_of(
            found,
            endpoint.param,
            *charts,
            definition=endpoint.definition,
            method=aalen_johansen,
            code=f"infection_{code}",
        )
    )
    _draw_density(cohort)


def _draw_density(cohort: Cohort) -> None:
    found = infection_density(cohort)
    show(
        figure_of(
            found,
            "Infections per 100 person-days",
            *rate_pictures.densities(found, "Infections per 100 person-days"),
            definition=DENSITY_WORDS,
            method=person_time_rate,
            code="infection_density",
        )
    )
