"""What this installation says about itself: `cohort.toml` beside dashboard.py, or the file that COHORT_CONFIG names."""

import os
import stat
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
NAME = "cohort.toml"
LOCAL, OIDC, HEADER = "local", "oidc", "header"
SHORTEST_SECRET = 32  # letters
READABLE_BY_OTHERS = stat.S_IROTH | stat.S_IWOTH
KINDS = {bool: "true or false", str: "a text", int: "a whole number"}


class WrongSettings(ValueError):
    """The settings cannot be followed as they are written; says what must change."""


@dataclass(frozen=True)
class Settings:
    """open: the dashboard may listen on an address that other machines reach, although nobody signs in.

    sign_in: local (nobody), oidc (a provider of OpenID Connect) or header (a proxy says who it is); access: the file
    that says who may what; user, groups: the claims, or the headers, that say who somebody is; proxy_secret: the file
    with the words by which the proxy is known; small_cells: counts from 1 to one less are hidden from those who may
    see no exact numbers; files_per_hour: as many as somebody who is signed in may take; try_own (of [data]): a visitor
    may hand over a file to be checked and looked at in that session alone.
    """

    open: bool = False
    sign_in: str = LOCAL
    access: str = ""
    user: str = ""
    groups: str = ""
    proxy_secret: str = ""
    small_cells: int = 8
    files_per_hour: int = 200
    try_own: bool = True

    @property
    def user_name(self) -> str:
        """The claim or header that says who it is."""
        return self.user or ("sub" if self.sign_in == OIDC else "x-forwarded-user")

    @property
    def groups_name(self) -> str:
        """The claim or header that says which groups somebody is in."""
        return self.groups or ("groups" if self.sign_in == OIDC else "x-forwarded-groups")


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
    return _possible(Settings(**found))


def _possible(settings: Settings) -> Settings:
    if settings.sign_in not in (LOCAL, OIDC, HEADER):
        raise WrongSettings("The setting `sign_in` must be local, oidc or header, got: something else.")
    if settings.small_cells < 1:
        raise WrongSettings("The setting `small_cells` must be at least 1, got: less.")
    if settings.files_per_hour < 1:
        raise WrongSettings("The setting `files_per_hour` must be at least 1, got: less.")
    return settings


def _declared(entries: dict, declared: Iterable[str], elsewhere: set[str]) -> dict[str, Any]:
    kinds = {field.name: type(field.default) for field in fields(Settings)}
    known = [name for name in declared if name not in elsewhere]
    for name, value in entries.items():
        if name not in known:
            raise WrongSettings(f"The settings must be among {', '.join([*known, *_tables()])}, got: another one.")
        if type(value) is not kinds[name]:
            raise WrongSettings(f"The setting `{name}` must be {KINDS[kinds[name]]}, got: something else.")
    return entries


def _tables() -> list[str]:
    return [f"[{name}] {', '.join(names)}" for name, names in SECTIONS.items()]


def secret_of(path: Path) -> str:
    """The words by which a proxy is known. Raises WrongSettings: no such file, too short, or open to everybody."""
    try:
        words, mode = path.read_text("utf-8").strip(), path.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSettings(
            f"The setting `proxy_secret` must name a readable file, got: {type(error).__name__}."
        ) from None
    if len(words) < SHORTEST_SECRET or mode & READABLE_BY_OTHERS:
        raise WrongSettings(
            f"The proxy's secret must have at least {SHORTEST_SECRET} letters and its file must be closed to others, "
            "got: something else."
        )
    return words
