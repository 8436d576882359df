"""Who asks an analysis from outside gets what this viewer may see; analyses give one another exact numbers."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from analyses.cohort import Cohort
from analyses.result import Result

_depth: ContextVar[int] = ContextVar("depth", default=0)


def outermost(analysis: Callable[[], Any], cohort: Cohort) -> Any:
    """What an analysis gives, without small cells where the viewer may see none and nothing is computed from it."""
    token = _depth.set(_depth.get() + 1)
    try:
        found = analysis()
    finally:
        _depth.reset(token)
    if not cohort.data.smallest or _depth.get() or not isinstance(found, Result):
        return found
    from analyses.small_cells import protected  # knows every kind of result, and they know this

    return protected(found, cohort.data.smallest)
