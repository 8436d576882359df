"""How many processors a product of matrices takes: one.

OpenBLAS shares the product of two long columns among all processors and lets them wait for one another in a loop. One
product takes a fraction of a millisecond; with other sessions at work the waiting costs ten times as much, and a Cox
model makes hundreds. Sums of one processor have one order, too: a number does not depend on the machine.
"""

import ctypes
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

SETTERS = ("scipy_openblas_set_num_threads64_", "scipy_openblas_set_num_threads", "openblas_set_num_threads")


def one_processor_per_product() -> None:
    """Tell the libraries that come with numpy and scipy; with another one (MKL, Accelerate) nothing happens."""
    for library in libraries():
        if set_threads := first_of(library, SETTERS):
            set_threads(1)


def libraries() -> Iterator[ctypes.CDLL]:
    """The OpenBLAS of each package, where its wheel brings one."""
    for package in ("numpy", "scipy"):
        spec = find_spec(package)
        folder = Path(str(spec and spec.origin)).parent.parent / f"{package}.libs"
        for path in sorted(folder.glob("*openblas*")):
            yield ctypes.CDLL(str(path))


def first_of(library: ctypes.CDLL, names: tuple[str, ...]) -> Callable | None:
    """The function of a library that has one of the names; None without."""
    return next((getattr(library, name) for name in names if hasattr(library, name)), None)
