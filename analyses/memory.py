"""Memory: what was computed, by request, within a bound of bytes. And the one form in which a request is a key."""

import functools
import json
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Mapping
from copy import copy
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args

import numpy as np
import pandas as pd

MAX_BYTES = 300_000_000
PLAIN = {str, int, float, bool, NoneType}
SMALL = 200  # bytes: what anything costs that is no frame


class Memory:
    """Remembers results by request, up to `max_bytes`; what was asked for longest ago goes first.

    Sessions share it. Two that ask the same at once compute it once. What it gives is a shared copy: see `shared_copy`.
    Results share columns (every figure of a cohort has its patients): a column counts once, whoever holds it.
    """

    def __init__(self, max_bytes: int = MAX_BYTES):
        self._max_bytes, self._bytes = max_bytes, 0
        self._results: OrderedDict[str, tuple[Any, Buffers]] = OrderedDict()
        self._lasting: set[str] = set()
        self._holders: Counter[int] = Counter()  # of each buffer
        self._lock = threading.Lock()
        self._being_computed: dict[Hashable, threading.Lock] = {}

    def begin(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """A version of the data is there: forget what was made of another one. Its own columns are not counted."""
        with self._lock:
            self._results.clear()
            self._lasting.clear()
            self._holders = Counter(buffers_of(dict(tables)).keys())
            self._bytes = 0

    def recall(self, request: str, compute: Callable[[], Any], lasting: bool = False) -> Any:
        """`compute()`, computed once per request while there is room for it. What it raises is not remembered.
        lasting: what many requests are made from goes only when nothing else is left to go."""
        with self._lock:
            if request in self._results:
                return self._found(request)
            turn = self._being_computed.setdefault(request, threading.Lock())
        with turn:
            return self._first_in_turn(request, compute, lasting)

    def _found(self, request: str) -> Any:
        self._results.move_to_end(request)
        return shared_copy(self._results[request][0])

    def _first_in_turn(self, request: str, compute: Callable[[], Any], lasting: bool) -> Any:
        with self._lock:
            if request in self._results:
                return self._found(request)
        try:
            result = compute()
            buffers = buffers_of(result)
            with self._lock:
                if self._added(buffers) <= self._max_bytes:
                    self._lasting |= {request} if lasting else set()
                    self._hold(request, shared_copy(result), buffers)  # whoever asked first may still hold what it got
        finally:
            with self._lock:
                self._being_computed.pop(request, None)
        return shared_copy(result)

    def _hold(self, request: str, result: Any, buffers: "Buffers") -> None:
        self._results[request] = result, buffers
        self._bytes += self._added(buffers)
        self._holders.update(buffers.keys())
        while self._bytes > self._max_bytes:
            oldest = (known for known in self._results if known not in self._lasting)
            self._let_go(next(oldest, next(iter(self._results))))

    def _added(self, buffers: "Buffers") -> int:
        return sum(size for address, size in buffers.items() if not self._holders[address])

    def _let_go(self, request: str) -> None:
        _, buffers = self._results.pop(request)
        self._lasting.discard(request)
        self._holders.subtract(buffers.keys())
        for address, size in buffers.items():
            if not self._holders[address]:
                del self._holders[address]
                self._bytes -= size

    @property
    def bytes_held(self) -> int:
        """How much is remembered, by the estimate of `size_of`."""
        with self._lock:
            return self._bytes


Buffers = dict[int, int]  # address -> bytes


def size_of(result: Any) -> int:
    """About how many bytes a result takes: its frames and arrays, in dicts, tuples and dataclasses, too."""
    return sum(buffers_of(result).values())


def buffers_of(result: Any) -> Buffers:
    """What a result takes, by where it lies: a column that stands in it twice is there once."""
    if isinstance(result, pd.DataFrame):  # without a Series of each column: many figures have forty
        columns = result._iter_column_arrays()
        return {id(result): SMALL} | {address: size for one in columns for address, size in _of_column(one).items()}
    if isinstance(result, pd.Series):
        return {id(result): SMALL} | _of_column(result.array)
    if isinstance(result, np.ndarray):
        return {id(result): SMALL} | _of_array(result)
    own = {id(result): SMALL}
    return own | {address: size for part in _inside(result) for address, size in buffers_of(part).items()}


def _of_column(values: Any) -> Buffers:
    if isinstance(values, np.ndarray):
        return _of_array(values)
    if (chunked := getattr(values, "_pa_array", None)) is not None:  # Arrow's: the arrays around it come and go
        buffers = (buffer for chunk in chunked.chunks for buffer in chunk.buffers() if buffer is not None)
        return {buffer.address: buffer.size for buffer in buffers}
    parts = [getattr(values, name, None) for name in ("_ndarray", "_codes", "_data", "_mask")]
    arrays = [part for part in parts if isinstance(part, np.ndarray)]
    if not arrays:
        return {id(values): int(values.nbytes)}
    return {address: size for one in arrays for address, size in _of_array(one).items()}


def _of_array(array: np.ndarray) -> Buffers:
    return {array.__array_interface__["data"][0]: array.nbytes}


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
        return _twin(result)
    if isinstance(result, dict):
        return {name: shared_copy(value) for name, value in result.items()}
    if type(result) is tuple:
        return tuple(map(shared_copy, result))
    if is_dataclass(result) and not isinstance(result, type):
        return _copied_fields(result)
    return result


def _twin(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy that shares its data. pandas notes every one of them beside the data, and forgets those that are gone at
    five hundred only: of what is handed out for months, that grows by the click. To ask whether any is left makes it
    forget."""
    for noted in (*(block.refs for block in frame._mgr.blocks), *(axis._references for axis in frame.axes)):
        if noted is not None:
            noted.has_reference()
    return frame.copy(deep=False)


def _copied_fields(result: Any) -> Any:
    """Without a second look at what was judged when the result was made."""
    kind: Any = type(result)
    names = _fields_to_copy(kind)
    if not names:
        return result
    held = [(name, getattr(result, name)) for name in names]
    copied = {name: twin for name, value in held if (twin := shared_copy(value)) is not value}
    if not copied:
        return result
    other = copy(result)
    for name, value in copied.items():
        object.__setattr__(other, name, value)
    return other


@functools.cache
def _fields_to_copy(kind: type) -> tuple[str, ...]:
    """Those that may hold a frame, by what they are declared to be: levels, by the hundred, are two texts each."""
    return tuple(p.name for p in fields(kind) if p.metadata.get("copied", True) and not _is_plain(p.type))


def _is_plain(declared: Any) -> bool:
    return declared in PLAIN or (isinstance(declared, UnionType) and set(get_args(declared)) <= PLAIN)


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
