"""Abbreviations for a reader: each explains itself where it stands, in a file and on a page of its own."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

import pandas as pd

from analyses.result import Note
from endpoints.glossary import CLINICAL, FOUND, HEADINGS, IN_FILES, terms_of
from endpoints.terms import Term
from figures.chart import Chart

WORDS_OF_NOTE = "abbreviations"  # the code of a figure's own note on abbreviations
FILE_NAMES = "Variable names in files"
MANY = 60  # different texts of a column that are looked at: codes and labels, not remarks
IN_EVERY_LINE = {"CI"}
LONGEST = 120  # letters of such a text


def explained(text: str) -> str:
    """The text as inert HTML: pointing at an abbreviation, or moving to it by keyboard, shows what it stands for. Where
    one stands twice, the keyboard stops at the first; at one that every line has it does not stop."""
    parts, at, seen = [], 0, set[str]()
    for found in FOUND.finditer(text):
        [term] = terms_of((found[0],))
        stops = term.code not in seen and term.code not in IN_EVERY_LINE
        parts += [escape(text[at : found.start()]), _abbr(found[0], term, stops)]
        at = found.end()
        seen.add(term.code)
    return "".join((*parts, escape(text[at:])))


def _abbr(text: str, term: Term, stops: bool) -> str:
    stop = ' tabindex="0"' if stops else ""
    return f'<abbr class="term" data-words="{escape(meaning(term))}"{stop}>{escape(text)}</abbr>'


def meaning(term: Term) -> str:
    """'complete remission (neutrophils ≥ 1,000/µL, platelets ≥ 100,000/µL)'"""
    return f"{term.words} ({term.more})" if term.more else term.words


def help_words(*texts: str) -> str:
    """What the abbreviations of a label, a menu or a title stand for, for its help: '' where there are none."""
    return "; ".join(f"{term.code}: {meaning(term)}" for term in terms_of(texts))


def words_of_pictures(charts: Iterable[Chart]) -> Iterator[str]:
    """What stands in the pictures of a figure: panels, titles of axes and legends, the labels they are made of."""
    for chart in charts:
        yield chart.panel
        yield from _written(chart.spec)


def _written(spec: Any) -> Iterator[str]:
    for name, part in spec.items() if isinstance(spec, dict) else ():
        if name == "title" and isinstance(part, str | list):
            yield part if isinstance(part, str) else " ".join(part)
        elif isinstance(part, list) and name == "domain":
            yield from (label for label in part if isinstance(label, str))
        else:
            yield from _written(part)
    for part in spec if isinstance(spec, list) else ():
        yield from _written(part)


def abbreviation_lines(lines: Iterable[str], table: pd.DataFrame, notes: Iterable[Note]) -> list[str]:
    """One line for a file with the abbreviations in it that its own notes do not explain."""
    told = " ".join(note.text for note in notes if note.code == WORDS_OF_NOTE)
    found = [term for term in terms_of((*lines, *_texts(table))) if f" {term.code}: " not in told]
    return [f"Abbreviations: {'; '.join(f'{term.code}: {term.words}' for term in found)}."] if found else []


def _texts(table: pd.DataFrame) -> Iterable[str]:
    """Names and labels of a table: of columns with many different texts, none."""
    yield from map(str, table.columns)
    for column in (table.iloc[:, place] for place in range(table.shape[1])):
        if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)):
            words = column.dropna().unique()
            yield from (str(word)[:LONGEST] for word in words if len(words) <= MANY)


def found_terms(words: str, terms: tuple[Term, ...] = CLINICAL) -> tuple[Term, ...]:
    """The entries that have these words in any of their parts; all of them where nothing is asked."""
    asked = words.casefold().strip()
    return tuple(term for term in terms if asked in " ".join((term.code, meaning(term), term.source)).casefold())


def glossary_page(words: str = "") -> str:
    """Clinical terms that have these words, and folded beneath them the variable names in files; without any entry a
    sentence. What is searched for is not hidden."""
    clinical, in_files = found_terms(words, CLINICAL), found_terms(words, IN_FILES)
    if not clinical and not in_files:
        return '<p class="remarks">No entry has these words.</p>'
    fold = f"<details{' open' * bool(words.strip())}><summary>{FILE_NAMES} ({len(in_files)})</summary>"
    folded = f"{fold}{glossary_table(in_files)}</details>" if in_files else ""
    return f"{glossary_table(clinical) if clinical else ''}{folded}"


def glossary_table(terms: tuple[Term, ...]) -> str:
    """Entries of the glossary as an HTML table."""
    head = "".join(f'<th scope="col">{escape(name.capitalize())}</th>' for name in HEADINGS)
    rows = (
        f'<tr><th scope="row">{escape(term.code)}</th>'
        f"<td>{escape(term.words)}</td><td>{escape(term.more)}</td><td>{escape(term.source)}</td></tr>"
        for term in terms
    )
    return f'<table class="plain terms"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
