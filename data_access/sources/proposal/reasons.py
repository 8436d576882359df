"""Why a column was not placed, in words; and whether files look like those of another reader."""

import json
import re
from collections.abc import Iterator

from data_access.redcap_forms import FIELDS
from data_access.schema.tables import TABLE, kind_of
from data_access.sources.proposal.looks import Look
from data_access.sources.proposal.names import NAMES, folded, numbered
from data_access.sources.proposal.propose import DatasetGuess, can_be, names_of

LOOKS_LIKE = {"date": "dates", "month": "dates", "code": "our codes", "yes_no": "yes and no"}
DAYS = ("day", "days", "tag", "tage", "studyday", "relday", "dayssinceinfusion", "tageseitinfusion", "jour")
KINDS = re.compile(r"paramcd?|parameter|.*testcd|test|qnam|art|kind|type|untersuchung|event|.*eventname")
REDCAP = {"redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_data_access_group"}
CDISC = ("ADSL", "DM", "ADAE", "ADRS", "ADTTE", "ADLB", "AE", "LB", "RS", "DS")
EXPORT_OF_REDCAP = (
    "This looks like an export of REDCap. --from redcap reads its events and repeating instruments: docs/import.md, "
    "section REDCap; "
)
HINTS = {
    "forms": EXPORT_OF_REDCAP
    + "the project has our forms, so begin with docs/redcap-mapping.toml, not with this file.",
    "redcap": EXPORT_OF_REDCAP + "this is the beginning of such a field map, and --from redcap checks it.",
    "cdisc": "This looks like datasets of CDISC. --from cdisc reads them: docs/import.md, section CDISC datasets, says "
    "what ADTTE and ADRS give and what not; begin with docs/cdisc-mapping.toml.",
}


def why_not(look: Look, guess: DatasetGuess) -> str:
    """Why nothing of ours is proposed for a column of a dataset."""
    if not look.filled:
        return "empty"
    if guess.subject is None:
        return "no column names the patient"
    meant = sorted(_meant(look), key=lambda pair: not can_be(TABLE[pair[0]].columns[pair[1]], look))
    return _reason(look, guess, *meant[0]) if meant else f"the name is not known{_seen(look)}"


def _seen(look: Look) -> str:
    if folded(look.name) in DAYS:
        return ', perhaps a day counted from a date: { day = "...", day_zero = "..." }'
    if KINDS.fullmatch(folded(look.name)) and len(look.values) > 1:
        return f", perhaps what tells rows apart: where = {{ {json.dumps(look.name, ensure_ascii=False)} = [...] }}"
    return ", it looks like dates" if look.dates or look.is_typed_date else ""


def _meant(look: Look) -> Iterator[tuple[str, str]]:
    """(table, column) of each of our columns that the name could mean."""
    names = {folded(look.name), numbered(look.name)[0], folded(look.spoken)}
    yield from ((table, column) for table, column in NAMES if names & set(names_of(table, column)))


def _reason(look: Look, guess: DatasetGuess, table: str, column: str) -> str:
    named, kind = f"named like {table}.{column}", kind_of(TABLE[table].columns[column])
    proposed = guess.table(table)
    if table in guess.elsewhere:
        return f"{named}, which is proposed from {guess.elsewhere[table]}"
    if not can_be(TABLE[table].columns[column], look):
        texts = f": {', '.join(look.values)}" if look.values and kind in ("code", "yes_no") else ""
        return f"{named}, but it does not look like {LOOKS_LIKE.get(kind, 'it')}{texts}"
    if proposed and column in proposed.guesses:
        return f"{named}, which '{proposed.guesses[column].look.name}' fills"
    return f"{named}, but the date of such a row is not here"


def hint_of(guesses: list[DatasetGuess]) -> str:
    """What to do instead, where the files look like those of another reader."""
    return HINTS.get(meant_reader(guesses), "")


def meant_reader(guesses: list[DatasetGuess]) -> str:
    """'forms' for a REDCap project made of our forms, 'redcap' for another one, 'cdisc'; '' for any other tables."""
    headers = [{look.name.lower() for look in guess.looks} for guess in guesses]
    if any(header & REDCAP or _has_status(header) for header in headers):
        return "forms" if any(len(header & set(FIELDS)) > len(header) / 2 for header in headers) else "redcap"
    named = any(guess.place.name in CDISC for guess in guesses)
    return "cdisc" if named and any("usubjid" in header for header in headers) else ""


def _has_status(header: set[str]) -> bool:
    """A record's number, and the status that REDCap adds to every form."""
    return "record_id" in header and any(name.endswith("_complete") for name in header)
