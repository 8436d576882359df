"""docs/definitions.md is printed from the declarations, and nothing declared is missing from it."""

from pathlib import Path

from endpoints.definitions import OTHERS, definitions
from endpoints.landmark import ends_when_moved_on
from tests.endpoints.test_guards import declared_endpoints

DOCUMENT = Path(__file__).parents[2] / "docs" / "definitions.md"
OF_ANOTHER = {"RFSFT", "CIRFT"}  # followed through transplant: of an endpoint in it, for the three ways side by side


def test_the_document_is_printed_from_the_declarations():
    assert DOCUMENT.read_text("utf-8") == definitions(), "run: python -m endpoints.definitions > docs/definitions.md"


def test_every_declared_endpoint_is_in_it():
    text = definitions()
    declared = {endpoint.paramcd: endpoint for endpoint in declared_endpoints()}
    missing = {code for code, endpoint in declared.items() if f"({endpoint.paramcd})" not in text}
    assert missing <= OF_ANOTHER, missing
    assert len(OTHERS) > 15
    assert all(f"({ends_when_moved_on(endpoint).paramcd})" not in text for endpoint in OTHERS[:3])
