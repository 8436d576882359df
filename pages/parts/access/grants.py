"""Who may what: a small TOML file, read again when it changes.

    [[grant]]
    group = "cart-clinicians"        # or: user = "ada@example.org"
    roles = ["clinician", "exporter"]
    sites = ["C01", "C02"]           # or: sites = "all"

The first grant that fits counts, alone: who is in two groups has what stands first. Nobody fits by default.
"""

import threading
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pages.parts.access.roles import ROLES
from pages.parts.server.settings import WrongSettings

ALL = "all"
ENTRIES = {"user", "group", "roles", "sites"}


@dataclass(frozen=True)
class Grant:
    """What somebody has. sites: codes, or None for all of them; one of user and group says who."""

    roles: tuple[str, ...]
    sites: tuple[str, ...] | None
    user: str = ""
    group: str = ""

    def fits(self, user: str, groups: Collection[str]) -> bool:
        """Whether it is for this person."""
        return self.user == user if self.user else self.group in groups


def parsed(text: str) -> tuple[Grant, ...]:
    """The grants of a file. Raises WrongSettings: what must change."""
    try:
        entries = tomllib.loads(text)
    except ValueError as error:
        raise WrongSettings(f"The access file must be TOML, got: {type(error).__name__}.") from None
    if set(entries) - {"grant"} or not isinstance(entries.get("grant", []), list):
        raise WrongSettings("The access file must hold [[grant]] tables, got: something else.")
    return tuple(_grant(number, entry) for number, entry in enumerate(entries.get("grant", []), start=1))


def _grant(number: int, entry: Any) -> Grant:
    if not isinstance(entry, dict) or set(entry) - ENTRIES:
        raise WrongSettings(f"Grant {number} must hold user or group, roles and sites, got: something else.")
    roles: Any = entry.get("roles")
    sites: Any = entry.get("sites")
    if not _is_texts(roles) or set(roles) - set(ROLES):
        raise WrongSettings(f"The roles of grant {number} must be among {', '.join(ROLES)}, got: something else.")
    if sites != ALL and not _is_texts(sites):
        raise WrongSettings(f'The sites of grant {number} must be a list of codes or "all", got: something else.')
    who = {name: entry[name] for name in ("user", "group") if name in entry}
    if len(who) != 1 or not all(isinstance(name, str) and name.strip() for name in who.values()):
        raise WrongSettings(f"Grant {number} must say one of user and group, got: none or both.")
    return Grant(tuple(roles), None if sites == ALL else tuple(sorted(set(sites))), **who)


def _is_texts(found: Any) -> bool:
    return isinstance(found, list) and bool(found) and all(isinstance(text, str) and text for text in found)


class AccessFile:
    """The grants of a file as it is now. A file that cannot be followed grants nothing to anybody."""

    def __init__(self, path: Path):
        self._path, self._lock = path, threading.Lock()
        self._signs: tuple | None = None
        self._grants: tuple[Grant, ...] = ()

    def grants(self) -> tuple[Grant, ...]:
        """Raises WrongSettings when the file is gone or not right."""
        try:
            there = self._path.stat()
            signs = there.st_ino, there.st_size, there.st_mtime_ns, there.st_ctime_ns
            with self._lock:
                if signs != self._signs:
                    self._grants, self._signs = parsed(self._path.read_text("utf-8")), signs
                return self._grants
        except (OSError, UnicodeDecodeError) as error:
            raise WrongSettings(f"The access file must be readable, got: {type(error).__name__}.") from None

    def grant_of(self, user: str, groups: Collection[str]) -> Grant | None:
        """The first grant that fits; None: there is none."""
        return next((grant for grant in self.grants() if grant.fits(user, groups)), None)
