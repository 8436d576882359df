"""Dates of foreign files as ISO dates: ISO text, SAS numbers, 01MAR2020, study days. Nothing is made up."""

import math
import re
from datetime import date, timedelta
from decimal import Decimal

SAS_ZERO = date(1960, 1, 1)
SECONDS = 86_400
ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9:.,+Zz-]*)?")
PARTIAL = re.compile(r"[0-9]{4}(-([0-9]{2}|-)?(-([0-9]{2}|-)?)?)?(T.*)?")
DATE9 = re.compile(r"([0-9]{2})([A-Z]{3})([0-9]{4})")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


class CellRefused(Exception):
    """A cell that cannot be taken: a code, the rule, and what came."""

    def __init__(self, code: str, message: str, value: str):
        super().__init__(message)
        self.code, self.message, self.value = code, message, value


def of_study_day(day: str, day_one: str) -> str:
    """The date of a study day: day 1 is the first day, the day before it is -1, there is no day 0 (SDTM)."""
    if day == "":
        return ""
    if day_one == "":
        raise CellRefused("no-day-one", "a study day must have the date of day 1", day)
    if not re.fullmatch(r"-?[1-9][0-9]{0,5}", day):
        raise CellRefused("not-a-study-day", "must be a whole number other than 0", day)
    return _shifted(date.fromisoformat(day_one), int(day) - (int(day) > 0), day)


def _shifted(start: date, days: int, text: str) -> str:
    try:
        return (start + timedelta(days=days)).isoformat()
    except OverflowError:
        raise CellRefused("not-a-date", "must be a date", text) from None


def to_iso_date(text: str, kind: str, format_: str, month: bool = False) -> str:
    """An ISO date (or its month) from ISO text, a SAS number or 01MAR2020; what is not a date stays for the loader.

    kind: what the file declares ('date' counts days, 'datetime' seconds); format_: what the mapping declares, first.
    Raises CellRefused for a partial date, and for a number of which nobody says what it counts.
    """
    if text == "":
        return ""
    found = format_ or {"date": "sas", "datetime": "sas_datetime", "number": ""}.get(kind, "iso")
    if not found:
        raise CellRefused(
            "no-date-format", "a numeric date must have a date format in the file or in the mapping", text
        )
    iso = _TO_ISO[found](text, month)
    return iso[:7] if month and re.fullmatch(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", iso) else iso


def _iso(text: str, month: bool) -> str:
    full = ISO.fullmatch(text)
    if full:
        return full[1]
    if month and re.fullmatch("[0-9]{4}-[0-9]{2}", text):
        return text
    if PARTIAL.fullmatch(text):
        raise CellRefused("partial-date", "must be a full date: what is not known is never made up", text)
    return text


def _date9(text: str, _month: bool) -> str:
    parts = DATE9.fullmatch(text.upper())
    if parts and parts[2] in MONTHS:
        return f"{parts[3]}-{MONTHS.index(parts[2]) + 1:02d}-{parts[1]}"
    if re.fullmatch("(UN)?([A-Z]{3})?[0-9]{4}", text.upper()):
        raise CellRefused("partial-date", "must be a full date: what is not known is never made up", text)
    raise CellRefused("not-a-date", "must be a date as 01MAR2020", text)


def _sas(text: str, _month: bool) -> str:
    if not re.fullmatch(r"-?[0-9]{1,6}", text):
        raise CellRefused("not-a-date", "a SAS date must be a whole number of days since 1960-01-01", text)
    return _shifted(SAS_ZERO, int(text), text)


def _sas_datetime(text: str, _month: bool) -> str:
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]+)?", text):
        raise CellRefused("not-a-date", "a SAS datetime must be a number of seconds since 1960-01-01", text)
    return _shifted(SAS_ZERO, math.floor(Decimal(text) / SECONDS), text)


_TO_ISO = {"iso": _iso, "date9": _date9, "sas": _sas, "sas_datetime": _sas_datetime}
