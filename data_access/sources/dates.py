"""Dates of foreign files as ISO dates: ISO text, declared patterns as dd.mm.yyyy, serial numbers of SAS, Stata and
Excel, 01MAR2020, days from a declared day. Nothing is made up."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, partial

SAS_ZERO = date(1960, 1, 1)
EXCEL_ZERO, EXCEL_1904_ZERO = date(1899, 12, 30), date(1904, 1, 1)  # serial 60, which is no day, is not read
SECONDS = 86_400
NO_DAY = 60
ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9:.,+Zz-]*| [0-9][0-9:.,+Zz-]*)?")
PARTIAL = re.compile(r"[0-9]{4}(-([0-9]{2}|-)?(-([0-9]{2}|-)?)?)?(T.*)?")
DATE9 = re.compile(r"([0-9]{2})([A-Z]{3})([0-9]{4})")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
TOKENS = {  # what a pattern is made of
    "yyyy": "(?P<year>[0-9]{4})",
    "mon": "(?P<mon>[A-Za-z]{3})",
    "mm": "(?P<month>[0-9]{2})",
    "dd": "(?P<day>[0-9]{2})",
    "m": "(?P<month>[0-9]{1,2})",
    "d": "(?P<day>[0-9]{1,2})",
}
MEANT = {"yyyy": "year", "mon": "month", "mm": "month", "m": "month", "dd": "day", "d": "day"}
TIME = r"([ T]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?( ?[AaPp][Mm])?)?"  # a day keeps no time
FULL_DATE = "must be a full date: what is not known is never made up"


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


def of_relative_day(day: str, day_zero: str) -> str:
    """The date of a day counted from day 0: day 1 is the day after, day -1 the day before."""
    if day == "":
        return ""
    if day_zero == "":
        raise CellRefused("no-day-zero", "a relative day must have the date of day 0", day)
    if not re.fullmatch(r"-?[0-9]{1,6}(\.0+)?", day):
        raise CellRefused("not-a-relative-day", "must be a whole number of days from day 0", day)
    return _shifted(date.fromisoformat(day_zero), int(Decimal(day)), day)


def _shifted(start: date, days: int, text: str) -> str:
    try:
        return (start + timedelta(days=days)).isoformat()
    except OverflowError:
        raise CellRefused("not-a-date", "must be a date", text) from None


def to_iso_date(text: str, kind: str, formats: Sequence[str] = (), month: bool = False) -> str:
    """An ISO date (or its month) by the first declared format that reads it; what is no date stays for the loader.

    kind: what the file declares ('date' counts days, 'datetime' seconds); formats: what the mapping declares, first.
    Raises CellRefused for a partial date, for a number of which nobody says what it counts, and with the reason of the
    last format where several are declared and none reads it.
    """
    if text == "":
        return ""
    declared = tuple(formats) or OF_KIND.get(kind, ("iso",))
    if not declared:
        raise CellRefused(
            "no-date-format", "a numeric date must have a date format in the file or in the mapping", text
        )
    iso = _read(text, declared, month)
    return iso[:7] if month and re.fullmatch(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", iso) else iso


def _read(text: str, formats: Sequence[str], month: bool) -> str:
    refused = None
    for name in formats:
        try:
            iso = reader_of(name)(text, month)
        except CellRefused as found:
            refused = found
            continue
        if len(formats) == 1 or is_iso(iso):
            return iso
    if refused is not None:
        raise refused
    return text


def is_iso(text: str) -> bool:
    """Whether it is an ISO date or month, as these readers write them."""
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", text) is not None


@cache
def reader_of(name: str) -> Callable[[str, bool], str]:
    """What reads a format: a name of FORMATS or a pattern. Raises ValueError, saying what a pattern may be."""
    return _TO_ISO[name] if name in _TO_ISO else partial(_by_pattern, _compiled(name), name)


def _compiled(pattern: str) -> re.Pattern[str]:
    """m/d/Y, dd.mm.yyyy, d mon yyyy, mm/yyyy: day, month and a year of four digits, once each, signs between them."""
    parts = re.findall("[A-Za-z]+|[^A-Za-z]+", re.sub(r"\bY\b", "yyyy", pattern))
    tokens = [part.lower() for part in parts if part[0].isalpha()]
    meant = sorted(MEANT.get(token, "") for token in tokens)
    if meant not in (["day", "month", "year"], ["month", "year"]):
        raise ValueError(f"must have day, month and a year of four digits, as dd.mm.yyyy or m/d/Y, got: {pattern}")
    return re.compile("".join(TOKENS.get(part.lower(), re.escape(part)) for part in parts) + TIME)


def _by_pattern(pattern: re.Pattern[str], name: str, text: str, month: bool) -> str:
    found = pattern.fullmatch(text.strip())
    if found is None:
        if PARTIAL.fullmatch(text) or re.fullmatch(r"[0-9]{1,2}[./-][0-9]{4}", text):
            raise CellRefused("partial-date", FULL_DATE, text)
        raise CellRefused("not-a-date", f"must be a date as {name}", text)
    parts = found.groupdict()
    number = MONTHS.index(parts["mon"].upper()) + 1 if parts.get("mon", "").upper() in MONTHS else parts.get("month", 0)
    if "day" not in parts:
        if month:
            return f"{parts['year']}-{int(number):02d}"
        raise CellRefused("partial-date", FULL_DATE, text)
    try:
        return date(int(parts["year"]), int(number), int(parts["day"])).isoformat()
    except ValueError:
        raise CellRefused("not-a-date", f"must be a date as {name}", text) from None


def _iso(text: str, month: bool) -> str:
    full = ISO.fullmatch(text)
    if full:
        return full[1]
    if month and re.fullmatch("[0-9]{4}-[0-9]{2}", text):
        return text
    if PARTIAL.fullmatch(text):
        raise CellRefused("partial-date", FULL_DATE, text)
    return text


def _date9(text: str, _month: bool) -> str:
    parts = DATE9.fullmatch(text.upper())
    if parts and parts[2] in MONTHS:
        return f"{parts[3]}-{MONTHS.index(parts[2]) + 1:02d}-{parts[1]}"
    if re.fullmatch("(UN)?([A-Z]{3})?[0-9]{4}", text.upper()):
        raise CellRefused("partial-date", FULL_DATE, text)
    raise CellRefused("not-a-date", "must be a date as 01MAR2020", text)


def _sas(text: str, _month: bool) -> str:
    if not re.fullmatch(r"-?[0-9]{1,6}", text):
        raise CellRefused("not-a-date", "a SAS date must be a whole number of days since 1960-01-01", text)
    return _shifted(SAS_ZERO, int(text), text)


def _sas_datetime(text: str, _month: bool) -> str:
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]+)?", text):
        raise CellRefused("not-a-date", "a SAS datetime must be a number of seconds since 1960-01-01", text)
    return _shifted(SAS_ZERO, math.floor(Decimal(text) / SECONDS), text)


def _stata_datetime(text: str, _month: bool) -> str:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.0+)?", text):
        raise CellRefused("not-a-date", "a Stata datetime must be a number of milliseconds since 1960-01-01", text)
    return _shifted(SAS_ZERO, math.floor(Decimal(text) / SECONDS / 1000), text)


def _excel(zero: date, text: str, _month: bool) -> str:
    if not re.fullmatch(r"[0-9]{1,6}([.,][0-9]+)?", text) or int(re.split("[.,]", text)[0]) <= NO_DAY:
        raise CellRefused("not-a-date", "an Excel date must be a number of days, above 60", text)
    return _shifted(zero, int(re.split("[.,]", text)[0]), text)


_TO_ISO: dict[str, Callable[[str, bool], str]] = {
    "iso": _iso,
    "date9": _date9,
    "sas": _sas,
    "sas_datetime": _sas_datetime,
    "stata_datetime": _stata_datetime,
    "excel": partial(_excel, EXCEL_ZERO),
    "excel_1904": partial(_excel, EXCEL_1904_ZERO),
}
FORMATS = tuple(_TO_ISO)
OF_KIND = {"date": ("sas",), "datetime": ("sas_datetime",), "stata_datetime": ("stata_datetime",), "number": ()}
