"""A proposal as the text of a mapping file: valid TOML, a comment for each guess, a list of what is not placed."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from data_access.schema.tables import TABLE, allowed_values, kind_of
from data_access.sources.mapping import PLACEHOLDER
from data_access.sources.proposal.looks import Look
from data_access.sources.proposal.propose import DatasetGuess, Guess, TableGuess, values_of
from data_access.sources.proposal.reasons import hint_of, meant_reader, why_not

EVENT = "redcap_event_name"
HEAD = """# Proposed by python -m data_access.suggest: every line with "guess" is one. Mend it, fill in what could not
# be known (until then the import refuses it by name), and check it with
#   python -m data_access.load SOURCE --from {reader} --mapping THIS.toml --check
# Nothing here has been imported. docs/import.md says what each entry means.
"""
FACTS = f"""
[cohort]
title = "{PLACEHOLDER}: what the screens call the cohort"
data_cutoff = "{PLACEHOLDER}: a date without quotes, as 2024-06-30: the day up to which the data are complete"
source = "{PLACEHOLDER}: where the data come from, in words"
synthetic = false           # true only for invented patients
"""
NO_PRODUCT = f"""
[[product]]                 # not known: one for each CAR-T product
product_code = "{PLACEHOLDER}: a short code, as TISA"
name = "{PLACEHOLDER}: the name, as tisagenlecleucel"
"""


@dataclass(frozen=True)
class Style:
    """How the reader that is meant calls the section for all datasets and two of its entries; dataset: what it calls
    its one dataset, which no [[table]] need name."""

    reader: str = "tables"
    subject: str = "subject"
    missing: str = "missing"
    dataset: str = ""


TABLES, PROJECT = Style(), Style("redcap", "record_id", "missing_codes", "EXPORT")


def text_of(guesses: list[DatasetGuess], others: Iterable[str] = ()) -> str:
    """The mapping file. others: names of what stands beside the datasets and cannot be read."""
    told = [_comment(f"{name}: no file of tables, so nothing of it can be read") for name in others]
    return "\n".join([*_lines(guesses), *told]) + "\n"


def _lines(guesses: list[DatasetGuess]) -> Iterator[str]:
    used = [guess for guess in guesses if guess.tables]
    hint = hint_of(guesses)
    style = PROJECT if meant_reader(guesses) == "redcap" and len(guesses) == 1 else TABLES
    yield HEAD.format(reader=style.reader) + (f"#\n{_comment(hint)}\n" if hint else "") + FACTS
    yield from _products(used)
    yield from _general(used, [guess for guess in guesses if not guess.tables], style)
    for guess in used:
        yield from _dataset(guess, used, style)
    for guess in used:
        for table in guess.tables:
            yield from _table(guess, table, style)
    yield from ("", "# ---- not placed: map these, or leave them out ----")
    for guess in guesses:
        yield from _left(guess)


def _left(guess: DatasetGuess) -> Iterator[str]:
    """What was not placed of a dataset, and why: a line for each reason."""
    by_reason: dict[str, list[str]] = {}
    for look in guess.left:
        by_reason.setdefault(why_not(look, guess), []).append(look.name)
    for why, names in by_reason.items():
        yield _comment(f"{guess.place.name}: {', '.join(names)}: {why}")


def _products(used: list[DatasetGuess]) -> Iterator[str]:
    """A product for each text of the column that names it; else one to be filled in."""
    courses = [table for guess in used if (table := guess.table("treatment_course"))]
    codes = [code for t in courses if "product_code" in t.guesses for code in t.guesses["product_code"].look.values]
    for code in dict.fromkeys(codes):
        yield f"[[product]]\nproduct_code = {_quoted(code)}    # guess: a text of the column that names the product\n"
    if not codes:
        yield NO_PRODUCT


def _comment(text: str) -> str:
    """One line, whatever the names of the columns hold."""
    return "# " + " ".join(text.split())


def _general(used: list[DatasetGuess], unused: list[DatasetGuess], style: Style) -> Iterator[str]:
    subjects = Counter(guess.subject.name for guess in used if guess.subject)
    yield f"[{style.reader}]"
    if subjects:
        subject = _quoted(subjects.most_common(1)[0][0])
        yield f"{style.subject} = {subject}    # guess: the column that names the patient"
    if any(guess.subject and guess.subject.begins_with_digit for guess in used):
        yield 'prefix = "S"    # guess: identifiers begin with a digit, pseudonyms with a letter'
    looks = (look for guess in used for look in guess.looks if look.name not in subjects)  # 99 may be a patient
    missing = sorted({code for look in looks for code in look.missing})
    if missing:
        yield f"{style.missing} = {_list(missing)}    # guess: these look like codes for 'not known'"
    if unused:
        names = _list([guess.place.name for guess in unused])
        yield f"# not_read = {names}    # nothing of these was recognised: take them, or say here that they stay out"
    yield ""


def _dataset(guess: DatasetGuess, used: list[DatasetGuess], style: Style) -> Iterator[str]:
    lines = []
    subjects = Counter(one.subject.name for one in used if one.subject)
    if guess.subject and guess.subject.name != subjects.most_common(1)[0][0]:
        lines.append(f"subject = {_quoted(guess.subject.name)}    # guess")
    if guess.form.header > 1:
        lines.append(f"header = {guess.form.header}    # guess: the first line as wide as any")
    if guess.form.separator != ",":
        lines.append(f"separator = {_quoted(guess.form.separator)}")
    if guess.form.encoding != "utf-8":
        lines.append(f'encoding = "{guess.form.encoding}"    # guess: it is not UTF-8')
    if any(look.has_commas for look in guess.looks):
        lines.append('decimal = ","    # guess: numbers have commas')
    formats = _formats(guess.looks)
    if formats:
        lines.append(f"dates = {_list(formats)}    # guess: fits every date seen{_doubt(guess.looks)}")
    yield from _strangers(guess, used)
    yield from (f"[dataset.{_quoted(style.dataset or guess.place.name)}]", *lines, "") if lines else ()


def _strangers(guess: DatasetGuess, used: list[DatasetGuess]) -> Iterator[str]:
    """How many patients of a dataset are not among the patients: identifiers are often written in two ways."""
    patients = [one for one in used if one.table("patient")]
    known = frozenset[str]().union(*(one.subjects for one in patients))
    strangers = len(guess.subjects - known)
    if strangers and patients:
        names = ", ".join(one.place.name for one in patients)
        yield _comment(
            f"{guess.place.name}: {strangers} of its {len(guess.subjects)} patients are not in {names}. Are "
            "identifiers written in another way there? prefix and case can be said for each dataset"
        )


def _formats(looks: Iterable[Look]) -> list[str]:
    """One format for each column of dates that is not ISO; the fewest that fit them all."""
    texts = [look for look in looks if look.dates and "iso" not in look.dates and not look.is_typed_date]
    chosen: list[str] = []
    for look in texts:
        if not set(look.dates) & set(chosen):
            chosen.append(look.dates[0])
    return [*chosen, "iso"] if chosen and any("iso" in look.dates for look in looks) else chosen


def _doubt(looks: Iterable[Look]) -> str:
    slashes = [look for look in looks if {"m/d/Y"} & set(look.dates) and {"d/m/Y"} & set(look.dates)]
    return "; day and month could be the other way round: check" if slashes else ""


def _table(guess: DatasetGuess, table: TableGuess, style: Style) -> Iterator[str]:
    parts = bool(table.parts)
    yield from ("[[table]]", f'target = "{table.table}"')
    yield from _events(guess) if style.dataset else (f"dataset = {_quoted(guess.place.name)}",)
    if table.distinct:
        yield "distinct = true    # guess: a patient has several rows, which must agree"
    if parts:
        yield f"for_each = {_list(table.parts)}    # guess: columns side by side"
    if date := _date_of(table):
        yield f"filled = [{_quoted(_name(date.look.name, parts))}]    # guess: without this date there is no row"
    yield "[table.columns]"
    for column, one in table.guesses.items():
        why = _comment(f"guess: {one.why}{_unplaced(table.table, one)}")
        yield f"{column} = {_entry(table.table, one, parts)}    {why}"
    if table.table == "treatment_course" and "course_number" not in table.guesses:
        yield "course_number = { constant = 1 }    # guess: one course for each patient"
    for name in table.absent:
        if name != "course_number":
            yield f'# {name} = {{ constant = "..." }}    # required, not found: {_how(table.table, name)}'
    yield ""


def _events(guess: DatasetGuess) -> Iterator[str]:
    """The events of a longitudinal project, all of them: which hold these rows, its data manager knows."""
    events = next((look.values for look in guess.looks if look.name == EVENT), ())
    if events:
        yield f"events = {_list(events)}    # guess: every event; leave those that hold these rows"


def _date_of(table: TableGuess) -> Guess | None:
    """Without which there is no row. A course may be one that was never infused, where its enrolment is known."""
    found = table.guesses
    infused = None if "enrolment_date" in found else found.get("infusion_date")
    return found.get("date") or infused or found.get("onset_date")


def _how(table: str, name: str) -> str:
    """What may stand in a column that no variable gives."""
    allowed = ", ".join(allowed_values(TABLE[table].columns[name]))
    code = f"the same in every row, one of {allowed}" if allowed else "the same in every row"
    return f"name a variable, or write {code}; or take this [[table]] out"


def _name(name: str, parts: bool) -> str:
    """With {} in the place of the number, where columns stand side by side."""
    return name.rstrip("123456789") + "{}" if parts and name[-1:].isdigit() else name


def _entry(table: str, guess: Guess, parts: bool) -> str:
    column, name = TABLE[table].columns[guess.column], _quoted(_name(guess.look.name, parts))
    if kind_of(column) == "month" and guess.look.month and not guess.look.dates:
        return f"{{ from = {name}, format = {_quoted(guess.look.month)} }}"
    if kind_of(column) not in ("code", "yes_no") or not guess.look.values:
        return name
    pairs = [f"{_quoted(text)} = {_quoted(code)}" for text, code in values_of(column, guess.look) if code]
    return f"{{ from = {name}, values = {{ {', '.join(pairs)} }} }}"


def _unplaced(table: str, guess: Guess) -> str:
    """The texts of a column of codes that mean none of ours: the import refuses them until they are mapped."""
    column = TABLE[table].columns[guess.column]
    codes = values_of(column, guess.look) if kind_of(column) in ("code", "yes_no") else ()
    texts = [text for text, code in codes if code is None]
    return f"; not placed: {', '.join(texts)}" if texts else ""


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    """A TOML string; JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\\x7f", "\\\\u007f")
