"""Transgene persistence, a measurement of its own: levels over time, and detected or not by visit."""

from analyses.course.transgene import ABSENT, DETECTED, persistence_levels
from analyses.status.b_cells import persistence
from analyses.time_to_event.estimate import ungrouped
from charts.courses import courses
from endpoints.b_cell_course import METHODS
from estimators.proportion import proportion
from figures import pictures
from figures.figure import Chart, show
from pages.parts.session.sidebar import Cohort, choose_option

KINDS = (("detected", DETECTED, "filled"), ("absent", ABSENT, "open"))
LEVELS = (
    "Transgene or CAR-T cells in blood by one method: methods are never pooled, nor are units. A separate "
    "measurement from B-cell aplasia. Logarithmic axis. Later therapy or transplant does not end a line."
)
BY_VISIT = (
    "Transgene or CAR-T cells in blood, the sample nearest the visit in its window (month 1: 14-45, 2: 46-75, "
    "3: 76-120, 6: 150-225, 9: 226-315, 12: 316-455). A separate measurement from B-cell aplasia; methods are "
    "never pooled. Of those assayed."
)


def draw(cohort: Cohort) -> None:
    """How much, then how many."""
    draw_levels(cohort)
    found = persistence(cohort)
    show(
        cohort,
        "Transgene detected at visits",
        found,
        *pictures.rates(found.rates if found.n else None, found.series),
        definition=BY_VISIT,
        method=proportion,
        code="persistence",
    )


def draw_levels(cohort: Cohort) -> None:
    """One line per patient on a log scale."""
    method, last = choose_option("persistence_method"), int(choose_option("course_days"))
    found, axis = persistence_levels(cohort, method, last)
    title = f"{METHODS[method]}, {axis.unit}" if axis.unit else METHODS[method]
    charts = (
        (
            Chart(
                courses(KINDS, title, axis.low, axis.high, last),
                found.curve[["USUBJID", "ADY", "VALUE", "KIND", "WORDS"]],
                f"Transgene level of each patient over days from infusion, {title}.",
            ),
        )
        if found.n
        else ()
    )
    show(
        ungrouped(cohort),
        f"Transgene level over time, {METHODS[method]}",
        found,
        *charts,
        definition=LEVELS,
        code=f"persistence_{method}",
    )
