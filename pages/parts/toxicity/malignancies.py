"""How many get another cancer after CAR-T, which, and does it hold the transgene?"""

from analyses.cohort import Cohort
from analyses.time_to_event.malignancies import malignancy_rows, second_malignancy
from endpoints.malignancies import LIST_WORDS, SECOND_MALIGNANCY
from estimators.aalen_johansen import aalen_johansen
from figures import pictures
from figures.figure import figure_of
from figures.rows import rows_figure
from pages.parts.listed import show_patients
from pages.parts.session.options import choose_option
from pages.parts.show import show


def draw(cohort: Cohort) -> None:
    """Incidence with death competing, and the list."""
    found = second_malignancy(cohort, choose_option("survival_months"))
    show(
        figure_of(
            found,
            SECOND_MALIGNANCY.param,
            *pictures.incidences(found),
            definition=SECOND_MALIGNANCY.definition,
            method=aalen_johansen,
            code="second_malignancy",
        )
    )
    rows = malignancy_rows(cohort)
    title, others = "Second malignancies, patient by patient", "no second malignancy"
    words = {"others": others, "definition": LIST_WORDS, "order": "the earliest after infusion first"}
    show_patients(rows_figure(cohort, title, rows, code="second_malignancies", **words))
