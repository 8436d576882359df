"""The proposal itself: which of our tables a dataset may hold, which column is which, and what was not placed."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from data_access.bundle.sheet import Sheet
from data_access.schema.tables import (
    BUNDLE_TABLES,
    PATIENT,
    PRODUCT,
    TABLE,
    allowed_values,
    columns_of,
    key_of,
    kind_of,
)
from data_access.sources.files.csv_file import Form
from data_access.sources.files.found import Place
from data_access.sources.proposal.looks import Look, look_at
from data_access.sources.proposal.names import DATASETS, FLAGS, NAMES, ROW_DATES, folded, meant_by, numbered

ONE_PER_PATIENT = ("patient", "treatment_course")


@dataclass(frozen=True)
class Guess:
    """One of our columns from one of theirs: what is written, and why."""

    column: str
    look: Look
    why: str


@dataclass
class TableGuess:
    """Rows of one of our tables from a dataset. parts: the numbers of columns that stand side by side; distinct: rows
    that come out equal count once."""

    table: str
    guesses: dict[str, Guess] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    distinct: bool = False

    @property
    def absent(self) -> list[str]:
        """Required columns for which nothing was found."""
        table = TABLE[self.table]
        return [
            c.name
            for c in columns_of(table)
            if not c.nullable and c.name not in self.guesses and (c is not key_of(table) or c.name == "patient_id")
        ]


@dataclass
class DatasetGuess:
    """What one dataset may be; subjects: the patients it names; elsewhere: tables that it may hold too, and the dataset
    that they are proposed from; left: the columns that were not placed."""

    place: Place
    form: Form
    looks: list[Look]
    subject: Look | None
    tables: list[TableGuess]
    subjects: frozenset[str] = frozenset()
    elsewhere: dict[str, str] = field(default_factory=dict)

    def table(self, name: str) -> TableGuess | None:
        """The proposal of one of our tables."""
        return next((table for table in self.tables if table.table == name), None)

    @property
    def left(self) -> list[Look]:
        placed = {guess.look.name for table in self.tables for guess in table.guesses.values()}
        placed |= {self.subject.name} if self.subject else set()
        numbers = {n for table in self.tables for n in table.parts}
        sides = {numbered(g.look.name)[0] for t in self.tables if t.parts for g in t.guesses.values()}
        return [
            look
            for look in self.looks
            if look.name not in placed and not (numbered(look.name)[0] in sides and numbered(look.name)[1] in numbers)
        ]


def propose(place: Place, form: Form, sheet: Sheet) -> DatasetGuess:
    """What the names of the columns say of one dataset; numbers and dates must look like it."""
    looks = look_at(sheet)
    subject = _named(looks, NAMES["patient", "patient_id"].split())
    looks = [replace(look, spoken=f"{place.name} {look.name}") for look in looks]
    subject = next((look for look in looks if subject and look.name == subject.name), None)
    tables = [
        guess
        for table in BUNDLE_TABLES
        if table is not PRODUCT
        if (guess := _table(table.name, place.name, looks, subject))
    ]
    at = sheet.header.index(subject.name) if subject else None
    subjects = frozenset() if at is None else frozenset(row[at] for row in sheet.rows if row[at].strip())
    return DatasetGuess(place, form, looks, subject, tables, subjects)


def settle(guesses: list[DatasetGuess]) -> None:
    """Patients and courses of each patient from one dataset: every file of a trial repeats them. Where no dataset looks
    like one of patients, the one that names most of them gives what all others need: who they are."""
    for name in ONE_PER_PATIENT:
        _settle_table(name, guesses)
    named = [guess for guess in guesses if guess.subject]
    if named and not any(guess.table(PATIENT.name) for guess in named):
        most = max(named, key=lambda guess: (len(guess.subjects), _is_one_each(guess)))
        why = f"'{most.subject.name}' names the patient; no dataset looks like one of patients" if most.subject else ""
        found = {"patient_id": Guess("patient_id", most.subject, why)} if most.subject else {}
        most.tables.insert(0, TableGuess(PATIENT.name, found))
    for guess in named:
        if table := guess.table(PATIENT.name):
            table.distinct = not _is_one_each(guess)


def _settle_table(name: str, guesses: list[DatasetGuess]) -> None:
    def rank(guess: DatasetGuess) -> tuple[bool, int]:
        table = guess.table(name)
        return _is_one_each(guess), len(table.guesses) if table else 0

    settled: dict[str, str] = {}  # patient -> dataset
    for guess in sorted((g for g in guesses if g.table(name)), key=rank, reverse=True):
        others = {settled[patient] for patient in guess.subjects if patient in settled}
        if others or (settled and not _is_one_each(guess)):
            guess.elsewhere[name] = min(others or set(settled.values()))
            guess.tables = [table for table in guess.tables if table.table != name]
        else:
            settled |= dict.fromkeys(guess.subjects, guess.place.name)


def _is_one_each(guess: DatasetGuess) -> bool:
    return guess.subject is not None and guess.subject.is_key


def _named(looks: list[Look], names: list[str]) -> Look | None:
    """The column with the most usual of these names, alone or behind the name of its dataset (MRD: Wert)."""
    by_name = {folded(look.spoken or look.name): look for look in reversed(looks)}
    by_name |= {folded(look.name): look for look in reversed(looks)}
    return next((by_name[name] for name in names if name in by_name), None)


def _table(name: str, dataset: str, looks: list[Look], subject: Look | None) -> TableGuess | None:
    """A table is proposed where something of it, besides patient and date, is named in the dataset."""
    if subject is None:
        return None
    guess = TableGuess(name, {"patient_id": Guess("patient_id", subject, f"'{subject.name}' names the patient")})
    for column in columns_of(TABLE[name]):
        look, number = _column(name, column, looks)
        if look is not None and look is not subject:
            guess.guesses[column.name] = Guess(column.name, look, f"the name of '{look.name}'")
            if number:
                guess.parts = _parts(look, looks)
    own = set(guess.guesses) - {"patient_id"}
    if dataset and folded(dataset) in DATASETS.get(name, "").split():
        return _dated(guess, looks)
    if not own or (name == "treatment_course" and "infusion_date" not in own and "enrolment_date" not in own):
        return None
    return _dated(guess, looks) if own - {"date"} or name == "relapse" or guess.parts else _only_dated(guess)


def _only_dated(guess: TableGuess) -> TableGuess | None:
    """A table of which only a date of its own name is there (a column 'HSCT date' among those of a patient)."""
    look = guess.guesses.get("date")
    return guess if look and folded(look.look.name) not in ROW_DATES.split() else None


def _dated(guess: TableGuess, looks: list[Look]) -> TableGuess | None:
    """The date of the row, by its own name or as the one date of a table of visits."""
    date = "date" if "date" in TABLE[guess.table].columns else ""
    if date and date not in guess.guesses and (look := _named(looks, ROW_DATES.split())):
        guess.guesses[date] = Guess(date, look, f"'{look.name}', the date of the row")
    return guess if not date or date in guess.guesses else None


def names_of(table: str, column: str) -> list[str]:
    """Under which names, folded, one of our columns is looked for."""
    return [folded(column), *NAMES[table, column].split()] if (table, column) in NAMES else []


def _column(table: str, column, looks: list[Look]) -> tuple[Look | None, str]:
    """The column with a name of ours, alone or numbered (the first of several)."""
    names = names_of(table, column.name)
    alone = _named([look for look in looks if can_be(column, look)], [name for name in names if name != "date"])
    if alone is not None:
        return alone, ""
    sides = (look for look in looks if can_be(column, look) and numbered(look.name)[1] == "1")
    return next(((look, "1") for look in sides if numbered(look.name)[0] in names), (None, ""))


def can_be(column, look: Look) -> bool:
    """A date must look like one, and a column of codes must have few texts, one of which means a code of ours."""
    if kind_of(column) in ("date", "month"):
        return bool((look.month and kind_of(column) == "month") or look.dates or look.is_typed_date or not look.filled)
    if kind_of(column) in ("code", "yes_no") and look.filled:
        return bool(look.values) and not look.dates and any(code for _, code in values_of(column, look))
    return True


def _parts(look: Look, looks: list[Look]) -> tuple[str, ...]:
    name = numbered(look.name)[0]
    return tuple(n for other, n in (numbered(one.name) for one in looks) if other == name and n)


def values_of(column, look: Look) -> Iterator[tuple[str, str | None]]:
    """(text, our code or None) of each text of a column of codes."""
    allowed = ("yes", "no") if kind_of(column) == "yes_no" else allowed_values(column)
    flag = dict(zip(("yes", "no"), FLAGS.get(folded(look.name), ()), strict=False))
    for value in look.values:
        code = meant_by(value, allowed) or flag.get(meant_by(value, flag) or "")
        yield value, code if code in allowed else None
