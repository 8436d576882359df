"""Which assays speak in the figures of this page."""

from endpoints.mrd import Assays
from pages.parts.session.options import choose_option


def choose_assays() -> Assays:
    """Method and specimen."""
    return Assays(choose_option("mrd_method"), choose_option("mrd_specimen"))
