"""What C's allocator is told: freed columns go back to the system, whoever held them last.

glibc raises its threshold for memory of its own mapping with the largest piece that was ever freed, and keeps a heap
per thread: after some large requests the process would keep twice what it uses.
"""

import ctypes
import ctypes.util

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # malloc.h
PIECE = 256 * 1024  # bytes: from here on a piece has a mapping of its own
ARENAS = 2


def give_back_freed_memory() -> None:
    """Fix the thresholds; where the C library has no such settings (musl, macOS), nothing happens."""
    set_option = getattr(ctypes.CDLL(ctypes.util.find_library("c")), "mallopt", None)
    if set_option:
        for option, value in ((_M_MMAP_THRESHOLD, PIECE), (_M_TRIM_THRESHOLD, PIECE), (_M_ARENA_MAX, ARENAS)):
            set_option(option, value)


def return_what_is_free() -> None:
    """Give back at once what is free, after something large."""
    trim = getattr(ctypes.CDLL(ctypes.util.find_library("c")), "malloc_trim", None)
    if trim:
        trim(0)
