"""A progress bar on a terminal: how far an import is, and with which file."""

import sys
from collections.abc import Callable
from typing import TextIO

Progress = Callable[[str, float], None]  # (what is being done, share done from 0 to 1)
WIDTH = 30


def silent(what: str, share: float) -> None:
    """No progress bar."""


def bar(stream: TextIO = sys.stderr) -> Progress:
    """A bar that redraws its one line; silent where nobody watches (a pipe, a log)."""
    if not stream.isatty():
        return silent

    def draw(what: str, share: float) -> None:
        share = min(max(share, 0.0), 1.0)
        full = round(share * WIDTH)
        end = "\n" if share == 1 else ""
        stream.write(f"\r\x1b[K[{'#' * full}{'.' * (WIDTH - full)}] {share:4.0%} {what}{end}")
        stream.flush()

    return draw
