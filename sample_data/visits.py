"""One block of patients, and the visits at which the centres see them: with jitter, and gaps."""

from dataclasses import dataclass

import numpy as np

from sample_data.baseline import Baseline, draw_baseline
from sample_data.fate import Fate, draw_fate
from sample_data.streams import NEVER, Draw, rare
from sample_data.way import Way, draw_way

NOMINAL = np.array(
    [28, 56, 91, 122, 152, 183, 274, 365, 456, 548, 639, 731, 913, 1096, 1461, 1826, 2192, 2557, 2922, 3287]
)  # days after infusion
MARROW = np.isin(NOMINAL, (28, 91, 183, 274, 365, 548, 731, 1096, 1461, 1826, 2192, 2557, 2922, 3287))
EARLY_MARROW = np.isin(NOMINAL, (56, 122))  # done when there is no remission yet
SEROLOGY = np.isin(NOMINAL, (28, 56, 91, 183, 365, 548, 731, 1096, 1461))
PERSISTENCE = np.isin(NOMINAL, (28, 56, 91, 183, 274, 365, 548, 731))


@dataclass(frozen=True)
class Visits:
    """Attended visits in patient order: position of the patient, position in NOMINAL, day, days since infusion."""

    i: np.ndarray
    v: np.ndarray
    day: np.ndarray
    since: np.ndarray


@dataclass(frozen=True)
class Cohort:
    """One block of patients."""

    base: Baseline
    way: Way
    fate: Fate
    visits: Visits

    def __len__(self) -> int:
        return len(self.base.product)

    @property
    def infused(self) -> np.ndarray:
        return self.fate.day0 < NEVER


def draw_cohort(seed: int, block: int, n: int) -> Cohort:
    base = draw_baseline(Draw(seed, block, "baseline"), n)
    way = draw_way(Draw(seed, block, "way"), base)
    fate = draw_fate(Draw(seed, block, "fate"), base, way)
    return Cohort(base, way, fate, draw_visits(Draw(seed, block, "visits"), fate))


def draw_visits(draw: Draw, fate: Fate) -> Visits:
    """Attendance falls with time, after relapse, and in some patients throughout; none in the week before a relapse,
    which a visit would have found."""
    n, v = len(fate.day0), len(NOMINAL)
    spread = np.minimum(2.2 + NOMINAL * 0.03, 18)
    jitter = np.clip(draw("jitter").standard_normal((n, v)), -1.8, 1.8)
    since = NOMINAL + np.rint(jitter * spread).astype(np.int64)
    day, relapse = fate.day0[:, None] + since, fate.relapse[:, None]
    chance = np.where(NOMINAL == 28, 0.975, np.where(NOMINAL <= 365, 0.90, 0.82)) * np.ones((n, 1))
    chance = chance * np.where(rare(draw("seldom seen"), n, 0.07), 0.6, 1)[:, None] * np.where(day > relapse, 0.45, 1)
    found = (day >= relapse) | (day < relapse - 7)
    attended = (draw("attended").random((n, v)) < chance) & found & (day <= fate.last_row[:, None])
    i, at = np.nonzero(attended)
    return Visits(i, at, day[i, at], since[i, at])
