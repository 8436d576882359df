"""What this installation says about itself: `cohort.toml` beside dashboard.py, or the file that COHORT_CONFIG names."""

import os
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

ROOT = Path(__file__).parents[3]
NAME = "cohort.toml"


class WrongSettings(ValueError):
    """The settings cannot be followed as they are written; says what must change."""


@dataclass(frozen=True)
class Settings:
    """open: the dashboard may listen on an address that other machines reach, although it has no sign-in.

    try_own (of [data]): a visitor may hand over a file to be checked and looked at in that session alone.
    """

    open: bool = False
    try_own: bool = True


SECTIONS = {"data": ("try_own",)}  # table of the file -> the settings that stand in it


def read_settings() -> Settings:
    """The settings of this installation; the defaults where there is no file. Raises WrongSettings."""
    named = os.environ.get("COHORT_CONFIG", "").strip()
    path = Path(named) if named else ROOT / NAME
    if not named and not path.exists():
        return Settings()
    try:
        entries = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WrongSettings(f"The settings must be a readable TOML file, got: {type(error).__name__}.") from None
    return _checked(entries)


def _checked(entries: dict) -> Settings:
    sections = {name: entries[name] for name in SECTIONS if name in entries}
    own = {name for names in SECTIONS.values() for name in names}
    found = _declared({k: v for k, v in entries.items() if k not in SECTIONS}, [f.name for f in fields(Settings)], own)
    for name, section in sections.items():
        if not isinstance(section, dict):
            raise WrongSettings(f"The setting `{name}` must be a table [{name}], got: something else.")
        found |= _declared(section, SECTIONS[name], set())
    return Settings(**found)


def _declared(entries: dict, declared: Iterable[str], elsewhere: set[str]) -> dict[str, bool]:
    known = [name for name in declared if name not in elsewhere]
    for name, value in entries.items():
        if name not in known:
            raise WrongSettings(f"The settings must be among {', '.join([*known, *_tables()])}, got: another one.")
        if not isinstance(value, bool):
            raise WrongSettings(f"The setting `{name}` must be true or false, got: something else.")
    return entries


def _tables() -> list[str]:
    return [f"[{name}] {', '.join(names)}" for name, names in SECTIONS.items()]
