"""What was read, verified and derived once, kept beside the database so that a restart does none of it again.

An Arrow file for its owner alone, hidden beside an SQLite database (an import, a rollback and a purge remove it with
whatever else stands there), in the user's cache folder for a server or where nothing can be written beside. It counts
only while its SHA-256, the content hash, the version of the app and the signs of change of the database are those
written down when it was made; these stand in the user's state folder, so that whoever can write beside the database
cannot make numbers of his own.
"""

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from data_access.private import FOLDER, left_beside, make_folder, take_place, unnamed_folder, write_text
from data_access.reading.arrow import from_arrow, to_arrow

APP = "cart-cohort-dashboard"
ENDING = ".kept"


def user_folder(variable: str, usual: str) -> Path:
    """The app's folder in a folder of the user's: the one that the variable names, or the usual one in his home.
    Raises OSError, RuntimeError where there is none."""
    chosen = Path(os.environ.get(variable) or Path.home() / usual) / APP
    make_folder(chosen)
    chosen.chmod(FOLDER)
    return chosen


def cache_folder() -> Path:
    """For what can be made again."""
    return user_folder("XDG_CACHE_HOME", ".cache")


def state_folder() -> Path:
    """For what must not be forgotten between two starts."""
    return user_folder("XDG_STATE_HOME", ".local/state")


@dataclass(frozen=True)
class Shelf:
    """What is kept of one content of one database, as one version of the app made it. database: which, without its
    password; made: content hash, app version and signs of change."""

    database: sa.URL
    made: tuple

    def take(self, name: str) -> dict[str, pd.DataFrame] | None:
        """The frames put there under that name; None when there are none that can be trusted."""
        with suppress(OSError, RuntimeError, KeyError, pa.ArrowInvalid):
            content = self._trusted(name)
            return None if content is None else from_arrow(content)
        return None

    def has(self, name: str) -> bool:
        """Whether `take` would find something."""
        with suppress(OSError, RuntimeError, KeyError):
            return self._trusted(name) is not None
        return False

    def put(self, name: str, frames: Mapping[str, pd.DataFrame], keys: Collection[str] = ()) -> None:
        """Keep frames under a name, in the place of what an older content or app had there. Where no file can be
        written, nothing is kept and everything works as slowly as the first time."""
        with suppress(OSError, RuntimeError):
            content = to_arrow(frames, keys)
            for left in left_beside(self._file(name)):
                left.unlink()
            with unnamed_folder() as aside:
                with (aside / name).open("wb") as file:
                    file.write(content)
                with (aside / name).open("rb") as file:
                    take_place(file.fileno(), self._file(name))
            with write_text(self._note(name)) as file:
                json.dump({"made": self._words(), "sha256": hashlib.sha256(content).hexdigest()}, file)

    def _trusted(self, name: str) -> bytes | None:
        with suppress(ValueError):
            note = json.loads(self._note(name).read_text("utf-8"))
            if note["made"] == self._words():
                content = self._file(name).read_bytes()
                return content if hashlib.sha256(content).hexdigest() == note["sha256"] else None
        return None

    def _words(self) -> list[str]:
        return list(map(str, self.made))

    def _file(self, name: str) -> Path:
        """Named as `left_beside` finds it."""
        is_file = self.database.get_backend_name() == "sqlite"
        path = Path(str(self.database.database)).resolve() if is_file else cache_folder() / "server"
        if not os.access(path.parent, os.W_OK | os.X_OK):
            path = cache_folder() / path.name
        return path.with_name(f".{path.name}.{self._digest(name)}{ENDING}")

    def _note(self, name: str) -> Path:
        return state_folder() / f"{self._digest(name)}.json"

    def _digest(self, name: str) -> str:
        address = self.database.render_as_string(hide_password=True)
        return hashlib.sha256(json.dumps([address, name]).encode()).hexdigest()[:32]
