"""Who is a responder by whose definition? The same patients under every published one, and who differs."""

from analyses.cohort import Cohort
from analyses.status.definitions import by_definition, definition_words, differing_rows
from endpoints.response_definitions import ELIANA, NOTE
from estimators.proportion import proportion
from figures import rate_pictures
from figures.figure import figure_of
from figures.rows import rows_figure
from pages.parts.listed import show_patients
from pages.parts.published import beside_published
from pages.parts.show import show

PUBLISHED = {"ORR_CR_CRi": "eliana", "CR_only": "fda"}
LIST = (
    f"One row per patient and definition under which the patient counts otherwise than under {ELIANA.label}: a "
    "responder there and not here, or the reverse."
)
SAME = "a responder, or none, under every definition alike, or not yet due"


def draw(cohort: Cohort) -> None:
    """Rates per definition, then the patients who differ."""
    found = by_definition(cohort)
    show(
        figure_of(
            found,
            "Response by everybody's definition",
            *beside_published(found, rate_pictures.rates(found), PUBLISHED, "intervals"),
            definition=f"{NOTE} {definition_words()}",
            method=proportion,
            code="response_definitions",
        )
    )
    rows = differing_rows(cohort)
    title, code = f"Patients who differ from {ELIANA.label}", "response_differences"
    words = {"others": SAME, "definition": f"{LIST} {NOTE}", "order": "by patient"}
    show_patients(rows_figure(cohort, title, rows, code=code, **words))
