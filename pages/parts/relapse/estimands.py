"""What does transplant do to the estimate of relapse? Followed through it, censored at it, competing."""

from analyses.cohort import Cohort
from pages.parts import estimands


def draw(cohort: Cohort) -> None:
    """Three curves of relapse, death in remission competing in each."""
    estimands.draw(cohort, "CIR")
