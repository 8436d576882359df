"""Typed values of a file as text cells: the shortest decimal text that gives a number back, ISO dates, yes and no."""

import datetime
import math

DATES, SOME_DATES = "iso", "iso_or_text"  # the kind of a column of dates, and of one of dates and texts
EXACT = 1e15  # below it a float holds every whole number and writes it without an exponent


def text_of(value, decimal: str = ".") -> str:
    """A cell. A number has the decimal mark that the mapping declares, so that one rule reads all cells of a column;
    a date keeps its time only where it has one; what is missing is empty."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value).replace(".", decimal)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def number_text(value: float) -> str:
    """The shortest text of a number; a whole one without a point."""
    return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
