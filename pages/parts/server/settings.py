"""What this installation says about itself: `cohort.toml` beside dashboard.py, or the file that COHORT_CONFIG names."""

import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

ROOT = Path(__file__).parents[3]
NAME = "cohort.toml"


class WrongSettings(ValueError):
    """The settings cannot be followed as they are written; says what must change."""


@dataclass(frozen=True)
class Settings:
    """open: the dashboard may listen on an address that other machines reach, although it has no sign-in."""

    open: bool = False


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
    declared = {field.name: field.type for field in fields(Settings)}
    for name, value in entries.items():
        if name not in declared:
            raise WrongSettings(f"The settings must be among {', '.join(declared)}, got: another one.")
        if not isinstance(value, bool):
            raise WrongSettings(f"The setting `{name}` must be true or false, got: something else.")
    return Settings(**entries)
