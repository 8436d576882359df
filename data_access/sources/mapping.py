"""The mapping file of a reader: what the source does not say about the cohort, declared in TOML.

All readers share `[cohort]` (title, data_cutoff, source, synthetic) and one `[[product]]` per CAR-T product; each has
its own part beside them.
"""

import datetime
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from data_access.bundle.problems import Problems, shown
from data_access.private import AnyFile
from data_access.schema.tables import PRODUCT, columns_of


class YesOrTexts:
    """The type of an entry that is true or false, or a list of texts."""


PLACEHOLDER = "TO FILL IN"  # how a text begins that a proposal leaves to its reader
FACTS = {"title": str, "data_cutoff": datetime.date, "source": str, "synthetic": bool}
WORDS = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    datetime.date: "a date as 2024-06-30",
    list: "a list of texts",
    object: "a text or a list of texts",
    dict: "a table",
    YesOrTexts: "true or false, or a list of texts",
}


@dataclass(frozen=True)
class Cohort:
    """The dataset's own facts and its products: (line in the mapping file, row) each."""

    file: str
    title: str
    data_cutoff: datetime.date
    source: str
    synthetic: bool
    products: tuple[tuple[int, dict[str, str]], ...]


def read_mapping(path: AnyFile, problems: Problems) -> dict | None:
    """The TOML of a mapping file, decimal numbers exact; None, and a problem, when it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except FileNotFoundError:
        problems.add(path.name, "no-mapping", "the mapping file must exist, got: none")
    except (OSError, ValueError) as error:
        said = str(error) if isinstance(error, tomllib.TOMLDecodeError) else type(error).__name__
        problems.add(path.name, "not-toml", f"the mapping file must be TOML in UTF-8: {shown(said)}")
    return None


def has_placeholders(file: str, mapping: dict, problems: Problems) -> bool:
    """Whether what a proposal left to be filled in is still there; each is named."""
    names = list(_placeholders(mapping, ""))
    for name in names:
        problems.add(file, "placeholder", "what the proposal left open must be filled in", column=shown(name))
    return bool(names)


def _placeholders(entry, name: str) -> Iterator[str]:
    """The names of the entries, as cohort.title."""
    if isinstance(entry, str) and entry.startswith(PLACEHOLDER):
        yield name
    elif isinstance(entry, (dict, list)):
        pairs = entry.items() if isinstance(entry, dict) else [(n, item) for n, item in enumerate(entry, 1)]
        for part, item in pairs:
            yield from _placeholders(item, f"{name}.{part}" if name else str(part))


def cohort_of(path: AnyFile, mapping: dict, problems: Problems) -> Cohort | None:
    """`[cohort]` and `[[product]]` of a mapping; None, and problems, when they are not as declared."""
    before, file = problems.total, path.name
    facts = table_of(mapping, "cohort", file, problems)
    check_entries(facts, FACTS, "cohort", file, problems, required=tuple(FACTS))
    products = _products(path, mapping, problems)
    return Cohort(file, **facts, products=products) if problems.total == before else None


def table_of(mapping: dict, name: str, file: str, problems: Problems) -> dict:
    """A `[name]` table of the mapping; empty when it is not there."""
    found = mapping.get(name, {})
    if isinstance(found, dict):
        return found
    problems.add(file, "mapping-entry", f"'{name}' must be a table [{name}]")
    return {}


def check_entries(
    entries: dict, types: Mapping[str, type], where: str, file: str, problems: Problems, required: tuple[str, ...] = ()
) -> None:
    """Every entry must be declared, with its type; those required must be there."""
    for name, value in entries.items():
        if name not in types:
            problems.add(file, "mapping-entry", f"[{where}] must not have the entry", column=shown(name))
        elif not _is(value, types[name]):
            problems.add(
                file,
                "mapping-entry",
                f"[{where}] must have {WORDS[types[name]]} here",
                column=name,
                value=shown(str(value)),
            )
    for name in required:
        if name not in entries:
            problems.add(
                file, "mapping-entry", f"[{where}] must have {WORDS[types[name]]} here, got: nothing", column=name
            )


def _is(value, type_: type) -> bool:
    if type_ is object:
        return isinstance(value, str) or _is(value, list)
    if type_ is YesOrTexts:
        return isinstance(value, bool) or _is(value, list)
    if type_ is list:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return type(value) is type_


def _products(path: AnyFile, mapping: dict, problems: Problems) -> tuple[tuple[int, dict[str, str]], ...]:
    """One row per [[product]], with the line of its heading; the loader checks the values."""
    products = mapping.get("product", [])
    if not isinstance(products, list) or not all(isinstance(product, dict) for product in products):
        problems.add(path.name, "mapping-entry", "products must be written as [[product]]")
        return ()
    names = {column.name: str for column in columns_of(PRODUCT)}
    for product in products:
        check_entries(product, names, "[product]", path.name, problems, required=("product_code",))
    lines = [
        n
        for n, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1)
        if line.partition("#")[0].strip() == "[[product]]"
    ]
    if len(lines) != len(products):  # written inline, as product = [{...}]
        lines = [1] * len(products)
    return tuple(zip(lines, products, strict=True))
