"""What does transplant do to the estimate of failure? EFS or RFS, followed through it, censored at it, competing."""

from analyses.cohort import Cohort
from pages.parts import estimands
from pages.parts.session.options import choose_option


def draw(cohort: Cohort) -> None:
    """Three curves of failure."""
    estimands.draw(cohort, choose_option("estimand_endpoint"))
