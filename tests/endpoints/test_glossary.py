"""Every abbreviation has one entry, and documents are printed from the entries."""

import re
from pathlib import Path

import pytest

from endpoints.catalogue import CATALOGUE
from endpoints.glossary import BY_CODE, ENTRIES, GLOSSARY, glossary, readme_table, terms_in
from endpoints.terms import TERM, TERMS, stands_for

ROOT = Path(__file__).parents[2]


def test_the_documents_are_printed_from_the_declarations():
    assert (ROOT / "docs" / "glossary.md").read_text("utf-8") == glossary(), (
        "run: python -m endpoints.glossary > docs/glossary.md"
    )
    assert readme_table() in (ROOT / "README.md").read_text("utf-8"), "paste: python -m endpoints.glossary readme"


def test_a_code_is_declared_once():
    codes = [term.code for term in TERMS]
    assert len(codes) == len(set(codes))
    assert [term.code for term in GLOSSARY] == sorted(BY_CODE, key=lambda code: (code.lower(), code))
    assert {e.paramcd for e in CATALOGUE} <= {code for code, _ in ENTRIES} <= set(BY_CODE)


@pytest.mark.parametrize("term", GLOSSARY, ids=lambda term: term.code)
def test_an_entry_says_more_than_its_code_and_fits_a_row(term):
    assert term.words and term.words != term.code
    assert "|" not in f"{term.code}{term.words}{term.more}{term.source}"
    assert not re.search(r"[.;]$", term.words)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("MRD-negative CR/CRi by CD19+", ["MRD", "CR", "CRi", "CD19"]),
        ("IEC-HS and HLH", ["IEC-HS", "HLH"]),
        ("EFSCT is not EFS, nor EFSC; EFS again", ["EFSCT", "EFS", "EFSC"]),
        ("CAR-T cells, CRIME, XCR, CR2, CAR_T, crs", ["CAR-T"]),
        ("(OS)", ["OS"]),
        ("", []),
    ],
)
def test_abbreviations_are_found_as_whole_words_each_once(text, codes):
    assert [term.code for term in terms_in(text)] == codes


def test_an_abbreviation_that_is_not_declared_is_an_error():
    assert stands_for("MRD") == f"MRD: {TERM['MRD'].words}"
    with pytest.raises(KeyError):
        stands_for("XYZ")
