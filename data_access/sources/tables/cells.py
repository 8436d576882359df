"""The text of one of our cells, from a row of a dataset: mapped, converted and dated as declared, or refused."""

import datetime
import re
from decimal import Decimal, InvalidOperation

from data_access.schema.tables import kind_of
from data_access.sources.dates import CellRefused, of_relative_day, of_study_day, to_iso_date
from data_access.sources.files.cells import SOME_DATES
from data_access.sources.tables.compare import as_compared
from data_access.sources.tables.dataset import Dataset, Datasets
from data_access.sources.tables.declared import EVERY_OTHER, Day, Pseudonyms, Source

AS_TEXT = ("", "text", SOME_DATES)
SPECIAL_MISSING = re.compile(r"\.[A-Z_]")
WHOLE = re.compile(r"([+-]?[0-9]+)\.0*")
COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?")


class Row:
    """One row of a dataset, and the rows of its subject in others."""

    def __init__(self, datasets: Datasets, dataset: str, index: int, subject: str):
        self._datasets, self._name, self._index, self._subject = datasets, dataset, index, subject

    def place_of(self, name: str) -> tuple[Dataset, int | None, str]:
        """(dataset, row, variable) of a variable of this row or, as NAME.VARIABLE, of the subject's one row there."""
        lookup, variable = self._datasets.names.split(name)
        if not lookup:
            return self._datasets[self._name], self._index, variable
        other, rows = self._datasets.lookups[lookup]
        return self._datasets[other], rows.get(self._subject), variable

    def text(self, name: str) -> str:
        """The cell of a variable; nothing where the subject has no row."""
        dataset, index, variable = self.place_of(name)
        return "" if index is None else dataset.cell(index, variable)


def cell_of(column, source: Source, row: Row) -> str:
    """The text of one cell for the loader. Raises CellRefused."""
    if source.constant is not None:
        return source.constant
    if source.day is not None:
        return _of_day(source, source.day, row)
    dataset, _, variable = row.place_of(source.variable)
    text = row.text(source.variable)
    text = "" if text in source.missing else text
    if source.values is not None:
        compared = as_compared(text, dataset.options.form.decimal)
        if compared in source.values:
            return source.values[compared]
        if _known(text) and EVERY_OTHER in source.values:
            return source.values[EVERY_OTHER]
        if text:
            raise CellRefused("unmapped-value", "must be a value that the mapping file maps", text)
    _known(text)
    if kind_of(column) == "pseudonym":
        return _pseudonym(text, dataset.options.pseudonyms)
    if kind_of(column) in ("date", "month") and text:
        return _date(text, source, dataset, variable, month=kind_of(column) == "month")
    if kind_of(column) in ("number", "integer") and text:
        return _number(column, source, text, dataset, row)
    return text


def _of_day(source: Source, day: Day, row: Row) -> str:
    counted = _known(_without(source, row.text(day.variable)))
    if isinstance(day.start, datetime.date):
        start = day.start.isoformat()
    else:
        dataset, _, variable = row.place_of(day.start)
        start = _date(_known(row.text(day.start)), source, dataset, variable)
    return (of_relative_day if day.zero else of_study_day)(counted, start)


def _date(text: str, source: Source, dataset: Dataset, variable: str, month: bool = False) -> str:
    """By the column's formats, else by what the file itself declares, else by the dataset's formats."""
    kind = dataset.kind(variable)
    formats = source.formats or (dataset.options.dates if kind in AS_TEXT else ())
    if kind == SOME_DATES and formats:
        formats = (*formats, "iso")
    return to_iso_date(text, kind, formats, month=month)


def _without(source: Source, text: str) -> str:
    return "" if text in source.missing else text


def _pseudonym(text: str, pseudonyms: Pseudonyms) -> str:
    """Nothing but letters may be a name: it must be declared that such identifiers are codes."""
    if text and pseudonyms.prefix and not pseudonyms.letters_are_codes and not any(c.isdigit() for c in text):
        raise CellRefused("only-letters", "an identifier without a digit must be declared to be a code", text)
    return pseudonyms.of(text)


def _known(text: str) -> str:
    if SPECIAL_MISSING.fullmatch(text):
        raise CellRefused(
            "special-missing", "a special missing value must be mapped: it says why, which must not be lost", text
        )
    return text


def _number(column, source: Source, text: str, dataset: Dataset, row: Row) -> str:
    """With a point, in our unit. A number that is none stays for the loader, which says so."""
    decimal = dataset.options.form.decimal
    if decimal == ",":
        if re.fullmatch(r"[+-]?[0-9]+\.[0-9]+", text):
            raise CellRefused("decimal-point", "must have the decimal comma that the mapping file declares", text)
        text = text.replace(",", ".") if COMMA.fullmatch(text) else text
    factor = source.times
    if source.unit:
        unit = row.text(source.unit)
        if unit not in source.factors:
            raise CellRefused("unknown-unit", "must be a unit that the mapping file has a factor for", unit)
        factor = source.factors[unit]
    text = text if factor is None else _times(text, factor)
    whole = WHOLE.fullmatch(text) if kind_of(column) == "integer" else None
    return whole[1] if whole else text


def _times(text: str, factor: Decimal) -> str:
    """Exact decimal arithmetic: 0.01 % is 0.0001, not 0.00009999."""
    try:
        return repr(float(Decimal(text) * factor))
    except InvalidOperation:
        return text
