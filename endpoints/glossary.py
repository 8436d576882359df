"""Every abbreviation that may stand on a screen or in a file, with what it stands for: declared once, endpoints by
their entry in the catalogue, all others in `endpoints.terms`.

`python -m endpoints.glossary` prints docs/glossary.md, `python -m endpoints.glossary readme` the README's table; a test
holds them together.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache

from endpoints.catalogue import CATALOGUE
from endpoints.definitions import OTHERS
from endpoints.response import RESPONSES
from endpoints.terms import PHRASES, TERMS, Term
from endpoints.toxicity import TOXICITIES

SOURCES = {  # of the endpoints that the README names with where they come from
    **dict.fromkeys(("OS", "EFS", "RFS", "DOR"), "ELIANA, ZUMA-3, FELIX"),
    **dict.fromkeys(("CIR", "NRM", "TTHSCT"), "Aalen-Johansen 1978; Gray 1988; EBMT Handbook 2024"),
    "BCA": "Nat Biomed Eng 2025; Pulsipher 2022; Dourthe 2021",
}
ENTRIES = [(entry.paramcd, entry.param) for entries in (CATALOGUE, OTHERS, RESPONSES, TOXICITIES) for entry in entries]
HEADINGS = ("term", "stands for", "what to know", "source")


def _of_entry(paramcd: str, param: str) -> Term:
    """'EFS: event-free survival'; a word of capitals keeps them."""
    words = f"{param[0].lower()}{param[1:]}" if param[1:2].islower() else param
    return Term(paramcd, words, "", SOURCES.get(paramcd, ""))


def _all() -> dict[str, Term]:
    entries = {paramcd: _of_entry(paramcd, param) for paramcd, param in ENTRIES}
    return entries | {term.code: term for term in TERMS}


GLOSSARY = tuple(sorted(_all().values(), key=lambda term: (term.code.lower(), term.code)))
ON_SCREENS = {*SOURCES, *(term.code for term in TERMS)} - {"ADSL", "ADTTE", "AVAL", "CNSR", "RELAPSE"}
CLINICAL = tuple(
    sorted((*PHRASES, *(term for term in GLOSSARY if term.code in ON_SCREENS)), key=lambda term: term.code.lower())
)
IN_FILES = tuple(term for term in GLOSSARY if term.code not in ON_SCREENS)
BY_CODE = {term.code: term for term in GLOSSARY}
WORDS = {code for code in BY_CODE if code.islower()}  # these begin with a capital where a label does


def _pattern(code: str) -> str:
    return f"[{code[0]}{code[0].upper()}]{re.escape(code[1:])}" if code in WORDS else re.escape(code)


_LONGEST_FIRST = map(_pattern, sorted(BY_CODE, key=len, reverse=True))
FOUND = re.compile(rf"(?<![A-Za-z0-9_])(?:{'|'.join(_LONGEST_FIRST)})(?![A-Za-z0-9_])")


@lru_cache(maxsize=4096)
def terms_in(text: str) -> tuple[Term, ...]:
    """The abbreviations of a text in the order in which they first stand there."""
    return tuple(dict.fromkeys(map(_term_of, FOUND.findall(text))))


def _term_of(found: str) -> Term:
    """The entry of what stands in a text, which may begin with a capital there."""
    return BY_CODE.get(found) or BY_CODE[found[0].lower() + found[1:]]


def terms_of(texts: Iterable[str]) -> tuple[Term, ...]:
    """The abbreviations of several texts, each once."""
    return tuple(dict.fromkeys(term for text in texts for term in terms_in(text)))


def glossary() -> str:
    """The document in Markdown."""
    intro = (
        "# Glossary",
        "",
        "Printed from the declarations in `endpoints/` by `python -m endpoints.glossary`. Endpoints are defined in",
        "full in [definitions.md](definitions.md).",
        "",
    )
    files = ("", "## Variable names in files", "")
    return "\n".join((*intro, *_table(CLINICAL), *files, *_table(IN_FILES))) + "\n"


def readme_table() -> str:
    """The terms that come with a source, and every endpoint of the catalogue, as the README's table."""
    named = {entry.paramcd for entry in CATALOGUE}
    return "\n".join(_table([term for term in GLOSSARY if term.source or term.code in named]))


def _table(terms: Iterable[Term]) -> Iterator[str]:
    yield f"| {' | '.join(HEADINGS)} |"
    yield "| --- | --- | --- | --- |"
    yield from (f"| {term.code} | {term.words} | {term.more} | {term.source} |" for term in terms)


if __name__ == "__main__":
    print(readme_table() if sys.argv[1:] == ["readme"] else glossary(), end="")
