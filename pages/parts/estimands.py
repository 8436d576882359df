"""Transplant followed through, censored or competing: one control, the three over one another. On two pages."""

from analyses.cohort import Cohort
from analyses.time_to_event.estimands import estimands
from endpoints import estimands as method
from endpoints.estimands import QUESTION
from figures import pictures
from figures.figure import figure_of
from pages.parts.session.options import choose_option
from pages.parts.show import show

EXPLAIN = (
    "All three are drawn; the band of the interval is of the one chosen here. The table has the intervals of all three."
)


def draw(cohort: Cohort, code: str) -> None:
    """The figure of one of QUESTIONS."""
    question = QUESTION[code]
    chosen, months = choose_option("estimand", explain=EXPLAIN), choose_option("survival_months")
    found = estimands(cohort, question, chosen, months)
    definitions = dict.fromkeys(endpoint.definition for endpoint in question.endpoints)
    show(
        figure_of(
            found,
            f"{question.title}, three ways to treat a transplant",
            *pictures.estimands(found, question.axis),
            definition=" ".join(definitions),
            method=method,
            code=f"{code.lower()}_estimands",
        )
    )
