"""Random numbers, one stream for each thing that is drawn, and the few distributions that the generator uses.

Days are whole days since 1970-01-01 (int64); NEVER stands for an event that does not happen.
"""

import hashlib
from dataclasses import dataclass, field

import numpy as np

from sample_data.parameters import DATA_CUTOFF

NEVER = 10_000_000
EDITION = 126  # another edition draws other patients from the same seed
CUTOFF = int(DATA_CUTOFF.astype(int))


@dataclass(frozen=True)
class Draw:
    """The streams of one part of one block: `draw("sex")` is a generator that nothing else draws from.

    part: a table, or a step of the process; name: a column of the table, or what is drawn. A new column, drawn by its
    own name, changes no other one. Asking again for a name goes on with its stream.
    """

    seed: int
    block: int
    part: str
    _streams: dict[str, np.random.Generator] = field(default_factory=dict)

    def __call__(self, name: str) -> np.random.Generator:
        if name not in self._streams:
            self._streams[name] = np.random.default_rng([self.seed, self.block, EDITION, self._key(name)])
        return self._streams[name]

    def _key(self, name: str) -> int:
        return int.from_bytes(hashlib.sha256(f"{self.part}.{name}".encode()).digest()[:8], "big")


def whole(days: np.ndarray) -> np.ndarray:
    """Whole days; infinite becomes NEVER."""
    return np.where(np.isfinite(days), np.rint(np.where(np.isfinite(days), days, 0)), NEVER).astype(np.int64)


def only(happens: np.ndarray, day: np.ndarray) -> np.ndarray:
    """`day` where it happens, NEVER elsewhere."""
    return np.where(happens & (day < NEVER), day, NEVER).astype(np.int64)


def choose(rng: np.random.Generator, shares: np.ndarray) -> np.ndarray:
    """One position per row of `shares` (n, k), whose rows need not sum to one."""
    cumulative = np.cumsum(shares, axis=1)
    return (rng.random(len(shares))[:, None] * cumulative[:, -1:] > cumulative).sum(axis=1)


def pick(rng: np.random.Generator, shares: tuple[float, ...], n: int) -> np.ndarray:
    """Positions by the same shares for all."""
    return choose(rng, np.tile(shares, (n, 1)))


def lognormal(rng: np.random.Generator, median, spread: float, n: int) -> np.ndarray:
    return median * np.exp(spread * rng.standard_normal(n))


def rare(rng: np.random.Generator, n: int, share) -> np.ndarray:
    """True for about that share."""
    return rng.random(n) < share
