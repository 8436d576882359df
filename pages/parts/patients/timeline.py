"""The chosen patient's timeline: events and measurements over one day axis."""

from analyses.cohort import Cohort
from figures.timeline import timeline_figure
from pages.parts.session.options import choose_option
from pages.parts.show import show


def draw(cohort: Cohort, usubjid: str) -> None:
    """Panels over one axis, the rows as a table and as a file."""
    show(timeline_figure(cohort, usubjid, choose_option("timeline_days")))
