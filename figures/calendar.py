"""Due dates as a calendar file: one all-day event per patient and visit (RFC 5545). No name, no free text of the
data."""

import hashlib
from collections.abc import Iterator

import pandas as pd

from figures.labels import LABEL, one_line

LINE = 75  # octets of a line, its break aside
NEVER_EARLIER = "19700101T000000Z"  # the file depends on the data alone: no clock


def calendar_bytes(rows: pd.DataFrame, title: str, cutoff: str) -> bytes:
    """rows: USUBJID SITEID ASSESS VISIT DUEDT FROMDT TODT. The same rows give the same file: the stamp of an event is
    the data cut-off, and its identifier a hash of patient, assessment and visit, so that a newer file replaces it."""
    stamp = cutoff.replace("-", "") + NEVER_EARLIER[8:]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//CAR-T cohort dashboard//EN", f"X-WR-CALNAME:{_text(title)}"]
    events = (line for row in rows.to_dict("records") for line in _event(row, stamp))
    lines = [*head, *events, "END:VCALENDAR"]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode("utf-8")


def _event(row: dict, stamp: str) -> list[str]:
    key = hashlib.sha256(f"{row['USUBJID']}|{row['ASSESSCD']}|{row['VISIT']}".encode()).hexdigest()[:24]
    window = f"{row['FROMDT'].date().isoformat()} to {row['TODT'].date().isoformat()}"
    when = "" if row["FROMDT"] == row["TODT"] else f" Window {window}."
    return [
        "BEGIN:VEVENT",
        f"UID:{key}@car-t-cohort",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{row['DUEDT'].strftime('%Y%m%d')}",
        f"DTEND;VALUE=DATE:{(row['DUEDT'] + pd.Timedelta(days=1)).strftime('%Y%m%d')}",
        f"SUMMARY:{_text(row['USUBJID'] + ': ' + row['ASSESS'] + ', ' + row['VISIT'])}",
        f"DESCRIPTION:{_text('Centre ' + str(row['SITEID']) + '.' + when + ' ' + LABEL)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(words: str) -> str:
    """Text as the format wants it: on one line, its own signs escaped."""
    escaped = one_line(words, 300).replace("\\", "\\\\")
    return escaped.replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> Iterator[str]:
    """A long line goes on behind a space, broken between letters, never inside one."""
    part = ""
    for letter in line:
        if len((part + letter).encode("utf-8")) > LINE:
            yield part
            part = " "
        part += letter
    yield part
