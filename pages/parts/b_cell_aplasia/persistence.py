"""Transgene persistence, a measurement of its own: levels over time, and detected or not by visit."""

from analyses.cohort import Cohort
from analyses.course.transgene import ABSENT, DETECTED, persistence_axis, persistence_levels
from analyses.status.b_cells import persistence
from endpoints.b_cell_course import METHODS
from estimators.proportion import proportion
from figures import rate_pictures
from figures.courses import courses
from figures.figure import figure_of
from figures.labels import written
from pages.parts.b_cell_aplasia.measured import WINDOWS
from pages.parts.session.options import choose_option
from pages.parts.show import show

KINDS = (("detected", DETECTED, "filled"), ("absent", ABSENT, "open"))
LEVELS = (
    "Transgene or CAR-T cells in blood by one method: methods are never pooled, nor are units. A separate "
    "measurement from B-cell aplasia. Logarithmic axis. Later therapy or transplant does not end a line."
)
BY_VISIT = (
    "Transgene or CAR-T cells in blood, the sample nearest the visit in its window. A separate measurement from "
    f"B-cell aplasia; methods are never pooled. Of those assayed. {WINDOWS}"
)


def draw(cohort: Cohort) -> None:
    """How much, then how many."""
    draw_levels(cohort)
    found = persistence(cohort)
    show(
        figure_of(
            found,
            "Transgene detected at visits",
            *rate_pictures.rates(found),
            definition=BY_VISIT,
            method=proportion,
            code="persistence",
        )
    )


def draw_levels(cohort: Cohort) -> None:
    """One line per patient on a log scale."""
    method, last = choose_option("persistence_method"), int(choose_option("course_days"))
    found, axis = persistence_levels(cohort, method, last), persistence_axis(cohort, method)
    title = f"{METHODS[method]}, {written(axis.unit)}" if axis.unit else METHODS[method]
    charts = courses(found, KINDS, title, (axis.low, axis.high), last)
    show(
        figure_of(
            found,
            f"Transgene level over time, {METHODS[method]}",
            *charts,
            definition=LEVELS,
            code=f"persistence_{method}",
        )
    )
