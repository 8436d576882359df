"""Turnbull: the probability of being free of an event whose time is known only to lie between two days."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy  # loads what is asked of it when it is: scipy.optimize takes a fifth of the start

from estimators.inputs import same_length
from estimators.reasons import NO_CONVERGENCE, NO_PATIENTS, words

SECTION = "Interval-censored curve"
METHOD = (
    "Turnbull's nonparametric maximum likelihood estimate for interval-censored times; where in its interval "
    "a step lies is not known, and no confidence interval is given."
)
REFERENCE = (
    "Turnbull BW. J R Stat Soc B 1976;38:290-295. Wang Y. J R Stat Soc B 2007;69:185-198 (how the maximum is found). "
    "Gentleman R, Geyer CJ. Biometrika 1994;81:618-623 (how it is checked)."
)
COLUMNS = ["left", "right", "mass", "estimate_before", "estimate_after"]
CLOSE = 1e-9  # of the derivative per patient that a maximum may leave
EM_STEPS, NEWTON_STEPS = 30, 500
ROUNDING = 1e-14  # of the log-likelihood per patient: no fall
NOTHING = 1e-12  # mass of an interval that has none
RIDGE = 1e-13  # of the squares: columns of intervals that nobody tells apart
FAINT = 1e-6  # of the largest mass: begin without it


@dataclass(frozen=True)
class Turnbull:
    """steps: COLUMNS, a row per interval of days (left, right] in which the curve comes down (right infinite: it never
    does within follow-up), with the curve before and after it; between rows the curve is flat and known. n: patients;
    slope: the largest derivative per patient that is left, 0 at the maximum. No rows where `reason` says why."""

    steps: pd.DataFrame
    n: int
    slope: float = np.nan
    reason: str = ""

    def sentence(self) -> str:
        """Why there is no curve, in words; "" where there is one."""
        return words(self.reason)

    def at(self, times) -> tuple[np.ndarray, np.ndarray]:
        """(low, high), each (k,): the curve at `times`, between which it lies where a time is inside a step."""
        times, steps = np.atleast_1d(np.asarray(times, float)), self.steps
        if steps.empty:
            return np.full(len(times), np.nan), np.full(len(times), np.nan)
        over = steps["right"].to_numpy()[None] <= times[:, None]
        begun = over | (steps["left"].to_numpy()[None] < times[:, None])
        mass = steps["mass"].to_numpy()
        low, high = (np.clip(1 - (mass * held).sum(axis=1), 0, 1) for held in (begun, over))
        return low, high


def turnbull(left, right, *, close=CLOSE) -> Turnbull:
    """The estimate. left, right: (n,) days; the event came after `left` and by `right` (right infinite: not by the last
    look; left = right: on that day). ValueError: missing, negative, unequal lengths, left after right."""
    left, right = np.asarray(left, float), np.asarray(right, float)
    same_length(left=left, right=right)
    if np.isnan(left).any() or np.isnan(right).any() or (left < 0).any() or (left > right).any():
        raise ValueError("left must be known, not negative and not after right, got: rows where it is not")
    if not len(left):
        return Turnbull(pd.DataFrame(columns=COLUMNS), 0, reason=NO_PATIENTS)
    days, begins, ends = _on_a_line(left, right)
    inner_begins, inner_ends = _innermost(begins, ends)
    first = np.searchsorted(inner_begins, begins, side="left")
    last = np.searchsorted(inner_ends, ends, side="right") - 1
    pairs, n = np.unique(np.column_stack([first, last]), axis=0, return_counts=True)
    mass, slope = _maximise(Likelihood(pairs[:, 0], pairs[:, 1], n / len(left), len(inner_begins)), close)
    steps = _steps(days[inner_begins // 2], days[inner_ends // 2], mass)
    return Turnbull(steps, len(left), slope, "" if slope <= 10 * close else NO_CONVERGENCE)


def _on_a_line(left, right):
    """(days, begins, ends): the distinct days, and whole numbers such that each patient's time lies in begin..end, both
    included: day i is 2 i, what comes just after it 2 i + 1."""
    days = np.unique(np.concatenate([left, right]))
    ends = 2 * np.searchsorted(days, right)
    return days, np.where(left == right, ends, 2 * np.searchsorted(days, left) + 1), ends


def _innermost(begins, ends):
    """(begins, ends) of the intervals that can hold mass: from a begin to the next end, without another begin between
    them."""
    begins, ends = np.unique(begins), np.unique(ends)
    nearest = begins[np.searchsorted(begins, ends, side="right") - 1]
    is_first = np.concatenate([[True], nearest[1:] != nearest[:-1]])
    return nearest[is_first], ends[is_first]


def _steps(left, right, mass):
    held = mass > NOTHING
    after = np.maximum(1 - np.cumsum(mass[held]), 0)
    before = np.concatenate([[1.0], after[:-1]])
    return pd.DataFrame(dict(zip(COLUMNS, (left[held], right[held], mass[held], before, after), strict=True)))


@dataclass(frozen=True)
class Likelihood:
    """Patients by the intervals first..last that their time may lie in, with the share of patients; m intervals."""

    first: np.ndarray
    last: np.ndarray
    share: np.ndarray
    m: int

    def probability(self, mass):
        """(pairs,) of what was seen."""
        until = np.concatenate([[0.0], np.cumsum(mass)])
        return until[self.last + 1] - until[self.first]

    def slope(self, mass):
        """(m,) how the log-likelihood per patient rises with the mass of each interval: at the maximum at most 1."""
        with np.errstate(divide="ignore"):
            pull = self.share / self.probability(mass)
        change = np.bincount(self.first, pull, self.m + 1) - np.bincount(self.last + 1, pull, self.m + 1)
        return np.cumsum(change)[: self.m]

    def value(self, mass):
        """The log-likelihood per patient."""
        probability = self.probability(mass)
        return float(self.share @ np.log(probability)) if probability.min() > 0 else -np.inf


def _maximise(of: Likelihood, close):
    """(mass (m,), largest slope above 1): self-consistency steps, then Newton steps over the intervals that have mass
    or would gain by it (Wang's constrained Newton method), until no interval would gain more than `close`."""
    mass = np.full(of.m, 1 / of.m)
    for _ in range(EM_STEPS):
        mass = mass * of.slope(mass)
        mass = mass / mass.sum()
    mass[mass < mass.max() * FAINT] = 0
    mass = mass / mass.sum()
    for _ in range(NEWTON_STEPS):
        slope = of.slope(mass)
        if slope.max() - 1 <= close:
            break
        held = np.flatnonzero((mass > 0) | _peaks(slope))
        mass = _advance(of, mass, held, slope)
    return mass, float(max(of.slope(mass).max() - 1, 0))


def _peaks(slope):
    """The intervals that would gain most among their neighbours."""
    padded = np.concatenate([[-np.inf], slope, [-np.inf]])
    return (slope > 1) & (slope >= padded[:-2]) & (slope >= padded[2:])


def _advance(of: Likelihood, mass, held, slope):
    """The maximum of the quadratic that the log-likelihood is near `mass`, over the intervals `held`; halved while the
    likelihood falls."""
    new = np.zeros(of.m)
    new[held] = _quadratic(of, mass, held, slope)
    gain, value = float(slope @ (new - mass)), of.value(mass)
    for _ in range(40):
        if of.value(new) >= value + gain / 3 - ROUNDING:
            return new
        new, gain = (new + mass) / 2, gain / 2
    return new


def _quadratic(of: Likelihood, mass, held, slope):
    """Least squares with masses that are not negative and add up to 1: S mass near 2, where S has 1 / probability for
    each interval that a patient's time may lie in. From the products of its columns, which running sums give."""
    first, last = np.searchsorted(held, of.first), np.searchsorted(held, of.last, side="right") - 1
    size, some = len(held), first <= last
    pull = (of.share / of.probability(mass) ** 2)[some]
    cells = np.bincount(first[some] * size + last[some], pull, size * size).reshape(size, size)
    within = np.cumsum(np.cumsum(cells[:, ::-1], axis=1)[:, ::-1], axis=0)  # [j, k], j <= k: first <= j and k <= last
    products = np.triu(within) + np.triu(within, 1).T
    products = products - 2 * (slope[held][:, None] + slope[held]) + 5  # less 2 in every row; a row of 1 for the sum
    products[np.diag_indices(size)] += RIDGE * np.trace(products)
    triangle = np.linalg.cholesky(products)
    found, _ = scipy.optimize.nnls(triangle.T, np.linalg.solve(triangle, np.ones(size)))
    return found / found.sum()
