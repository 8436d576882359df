"""Memory: what was computed, by request, within a bound of bytes. And the one form in which a request is a key."""

import contextlib
import functools
import json
import threading
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from cachetools import LRUCache

MAX_BYTES = 400_000_000
SMALL = 200  # bytes: what anything costs that is no frame


class Memory:
    """Remembers results by request, up to `max_bytes`; what was asked for longest ago goes first.

    Sessions share it. Two that ask the same at once compute it once. What it gives is a shared copy: see `shared_copy`.
    """

    def __init__(self, max_bytes: int = MAX_BYTES):
        self._results: LRUCache[str, Any] = LRUCache(max_bytes, getsizeof=size_of)
        self._lock = threading.Lock()
        self._being_computed: dict[Hashable, threading.Lock] = {}

    def recall(self, request: str, compute: Callable[[], Any]) -> Any:
        """`compute()`, computed once per request while there is room for it. What it raises is not remembered."""
        with self._lock:
            if request in self._results:
                return shared_copy(self._results[request])
            turn = self._being_computed.setdefault(request, threading.Lock())
        with turn:
            return self._first_in_turn(request, compute)

    def _first_in_turn(self, request: str, compute: Callable[[], Any]) -> Any:
        with self._lock:
            if request in self._results:
                return shared_copy(self._results[request])
        try:
            result = compute()
            with self._lock, contextlib.suppress(ValueError):  # larger than the whole memory: not remembered
                self._results[request] = shared_copy(result)  # whoever asked first may still hold what it got
        finally:
            with self._lock:
                self._being_computed.pop(request, None)
        return shared_copy(result)

    def clear(self) -> None:
        """Forget everything: a new version of the data is there."""
        with self._lock:
            self._results.clear()

    @property
    def bytes_held(self) -> int:
        """How much is remembered, by the estimate of `size_of`."""
        with self._lock:
            return int(self._results.currsize)


def size_of(result: Any) -> int:
    """About how many bytes a result takes: its frames and arrays, in dicts, tuples and dataclasses, too."""
    if isinstance(result, pd.DataFrame):
        return int(result.memory_usage(deep=False).sum()) + SMALL
    if isinstance(result, pd.Series):
        return int(result.memory_usage(deep=False)) + SMALL
    if isinstance(result, np.ndarray):
        return result.nbytes + SMALL
    return SMALL + sum(map(size_of, _inside(result)))


def _inside(result: Any) -> list[Any]:
    if isinstance(result, dict):
        return list(result.values())
    if isinstance(result, (tuple, list)):
        return list(result)
    if is_dataclass(result) and not isinstance(result, type):
        return [getattr(result, part.name) for part in fields(result) if part.metadata.get("sized", True)]
    return []


def shared_copy(result: Any) -> Any:
    """The result with every frame in it as a copy that shares its data until one of the two is changed, so that nobody
    can change what another one gets. Looks into dicts, tuples and dataclasses."""
    if result is None or isinstance(result, (str, int, float)):  # most of what it looks at
        return result
    if isinstance(result, pd.DataFrame):
        return result.copy(deep=False)
    if isinstance(result, dict):
        return {name: shared_copy(value) for name, value in result.items()}
    if type(result) is tuple:
        return tuple(map(shared_copy, result))
    if is_dataclass(result) and not isinstance(result, type):
        return _copied_fields(result)
    return result


def _copied_fields(result: Any) -> Any:
    held = [(part.name, getattr(result, part.name)) for part in fields(result) if part.metadata.get("sized", True)]
    copied = {name: copy for name, value in held if (copy := shared_copy(value)) is not value}
    return replace(result, **copied) if copied else result


def canonical(**parts: Any) -> str:
    """One JSON text per content: sorted keys, no spaces. The only form in which a request is a key or hashed.

    A declaration (dataclass) stands as its type and fields, a function as its full name, a partial with its arguments.
    TypeError for anything else that JSON does not know, a function without a name of its own among it.
    """
    return json.dumps(
        parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_in_words
    )


def _in_words(part: Any) -> Any:
    if is_dataclass(part) and not isinstance(part, type):
        return vars(part) | {"": type(part).__qualname__}
    if isinstance(part, functools.partial):
        return {"": part.func, "arguments": part.args, "named": part.keywords}
    if callable(part) and "<" not in getattr(part, "__qualname__", "<"):
        return f"{part.__module__}.{part.__qualname__}"
    raise TypeError(f"A request must be made of texts, numbers, declarations and named functions, got: {type(part)}")
