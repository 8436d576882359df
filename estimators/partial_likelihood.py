"""The partial likelihood of Cox's model: risk sets, value, derivatives, maximum and residuals.

Shared by Cox regression, the subdistribution model and the test of proportional hazards.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from estimators.reasons import NO_CONTRAST, ONE_SIDED

SECTION = None  # shared by the estimators, computes nothing of its own

CLOSE, MAX_STEPS = 1e-12, 60
FLAT = 1e-10  # of the information per covariate: nothing left to learn a coefficient from
FEW_VALUES = 8  # of a covariate: their sums are counted once, not in every Newton step
FARTHEST = 25  # log ratio over the range of a covariate that only a likelihood without a maximum reaches


@dataclass(frozen=True)
class Lingering:
    """Rows that stay at risk after their end, with weights that fall: row `rows[i]` weighs lasting[j] / at_end[i] on
    event day j, for all j from `since[i]` on. until: (days,) how many of the rows linger by each event day."""

    rows: np.ndarray
    at_end: np.ndarray
    since: np.ndarray
    until: np.ndarray
    lasting: np.ndarray


@dataclass(frozen=True)
class Levels:
    """A covariate of few values (k, 1): what the rows of each value count for among those at risk on each event day and
    among the events of the day, (days, k). Whatever beta is, a sum over a risk set is one over the values."""

    values: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray


@dataclass(frozen=True)
class Sets:
    """Rows (n, p) in the order of leaving and of entering, with what each counts for (n,). Per distinct event day its
    place in both; per row how many event days lie up to its start and stop; per event its day (`tied`), Efron's
    fraction of the day's events, and what it counts for in the day's risk sets (the mean of the day's events)."""

    x: np.ndarray
    event: np.ndarray
    weight: np.ndarray
    by_stop: np.ndarray
    by_start: np.ndarray
    leaves_from: np.ndarray
    enters_from: np.ndarray
    days_by_stop: np.ndarray
    days_by_start: np.ndarray
    tied: np.ndarray
    fraction: np.ndarray
    share: np.ndarray
    lingering: Lingering | None = None

    def sums(self, rows):
        """(days, k): sums of `rows` (n, k) over those at risk on each event day."""
        total = _from(rows[self.by_stop], self.leaves_from)
        if (self.enters_from < len(rows)).any():  # somebody enters after the first event
            total = total - _from(rows[self.by_start], self.enters_from)
        held = self.lingering
        if held is None:
            return total
        before = np.cumsum(rows[held.rows] / held.at_end[:, None], axis=0)
        return total + held.lasting[:, None] * np.concatenate([np.zeros_like(rows[:1]), before])[held.until]

    def per_day(self, rows):
        """(days, k): sums over the events of each day of `rows` (events, k)."""
        return np.stack([np.bincount(self.tied, column, len(self.leaves_from)) for column in rows.T], axis=1)

    @cached_property
    def levels(self) -> Levels | None:
        """The values of a single covariate and their counts, made once for all beta; None where there are too many."""
        if self.x.shape[1] != 1:
            return None
        values, place = np.unique(self.x[:, 0], return_inverse=True)
        if len(values) > FEW_VALUES:
            return None
        rows = (place[:, None] == np.arange(len(values))) * self.weight[:, None]
        return Levels(values[:, None], self.sums(rows), self.per_day(rows[self.event]))

    def at_risk_and_events(self, beta):
        """Per event day (days, 1 + p + p p) over those at risk and over the day's events, who weigh exp(x beta): what
        they weigh, and that times x and times the products of x."""
        if held := self.levels:
            rows = _moments_of(held.values, np.exp(held.values @ beta))
            return held.at_risk @ rows, held.events @ rows
        rows = _moments_of(self.x, self.weight * np.exp(self.x @ beta))
        return self.sums(rows), self.per_day(rows[self.event])


def sets_of(start, stop, event, x, ties, strata=None, lingering=None, weight=None) -> Sets:
    """The risk sets of rows (start, stop]. strata: (n,) whole numbers; strata are laid one after the other on one time
    line, so that no risk set holds rows of two. lingering: a function of the distinct event days giving a Lingering.
    weight: (n,) what each row counts for (None: 1)."""
    weight = np.ones(len(stop)) if weight is None else weight
    if strata is not None:
        span = stop.max() + 2.0  # a start of -1 must not reach the stratum before
        start, stop = strata * span + start, strata * span + stop
    by_stop, by_start = np.argsort(stop, kind="stable"), np.argsort(start, kind="stable")
    days, tied, d = np.unique(stop[event], return_inverse=True, return_counts=True)
    return Sets(
        x,
        event,
        weight,
        by_stop,
        by_start,
        np.searchsorted(stop[by_stop], days, side="left"),
        np.searchsorted(start[by_start], days, side="left"),
        np.searchsorted(days, stop, side="right"),
        np.searchsorted(days, start, side="right"),
        tied,
        _fractions(tied, d) if ties == "efron" else np.zeros(len(tied)),
        (np.bincount(tied, weight[event]) / d)[tied] if len(tied) else np.zeros(0),
        None if lingering is None else lingering(days),
    )


def _fractions(tied, d):
    """0, 1/d, 2/d, ... within the d events of each day."""
    order, fraction = np.argsort(tied, kind="stable"), np.zeros(len(tied))
    fraction[order] = (np.arange(len(order)) - np.repeat(np.cumsum(d) - d, d)) / np.repeat(d, d)
    return fraction


def _from(rows, places):
    """Sums of the rows from each place to the end."""
    back = len(rows) - places  # of the sums from the end, a column at a time: rows lie across the memory
    sums = [np.concatenate([[0.0], np.cumsum(column[::-1])])[back] for column in np.ascontiguousarray(rows.T)]
    return np.stack(sums, axis=1)


def moments(sets: Sets, beta):
    """Per event (total, mean (p,), second moment (p, p)) over those at risk, who weigh exp(x beta); ties as `fraction`
    says."""
    p, (at_risk, events) = len(beta), sets.at_risk_and_events(beta)
    risk = at_risk[sets.tied] - sets.fraction[:, None] * events[sets.tied]
    with np.errstate(divide="ignore", invalid="ignore"):  # a step so far out that weights cancel to 0 is halved
        shares = risk / risk[:, :1]
    return risk[:, 0], shares[:, 1 : p + 1], shares[:, p + 1 :].reshape(-1, p, p)


def _moments_of(x, weight):
    """(n, 1 + p + p p): the weight of each row, times x, times the products of x."""
    products = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    return np.column_stack([weight, x * weight[:, None], products * weight[:, None]])


def likelihood(sets: Sets, beta):
    """(log partial likelihood, gradient (p,), information (p, p))."""
    total, mean, second = moments(sets, beta)
    own, share, x = sets.weight[sets.event], sets.share, sets.x[sets.event]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = own @ (x @ beta) - share @ np.log(total)
    information = np.tensordot(share, second, axes=1) - mean.T @ (share[:, None] * mean)
    return value, own @ x - share @ mean, information


@dataclass(frozen=True)
class Maximum:
    """beta (p,) with the information (p, p) there; log_likelihood: at 0 and at beta; score: the gradient and the
    information at 0. reason: the code of why there is no maximum."""

    beta: np.ndarray
    information: np.ndarray
    log_likelihood: tuple[float, float]
    score: tuple[np.ndarray, np.ndarray]
    reason: str = ""


def maximise(sets: Sets) -> Maximum:
    """Newton steps from 0, halved where the likelihood falls, until it moves by less than 1e-12 of itself."""
    beta = np.zeros(sets.x.shape[1])
    at_zero, gradient, information = likelihood(sets, beta)
    score, value = (gradient, information), at_zero
    if _is_flat(information, sets):
        return Maximum(beta, information, (at_zero, value), score, NO_CONTRAST)
    for _ in range(MAX_STEPS):
        new, gradient, information, beta = _advance(sets, beta, np.linalg.solve(information, gradient), value)
        if _is_flat(information, sets) or np.abs(beta * np.ptp(sets.x, axis=0)).max() > FARTHEST:
            break
        done, value = abs(new - value) <= CLOSE * max(1.0, abs(new)), new
        if done:
            return Maximum(beta, information, (at_zero, value), score)
    return Maximum(beta, information, (at_zero, value), score, ONE_SIDED)


def _advance(sets: Sets, beta, step, value):
    """A Newton step, halved until the likelihood does not fall."""
    for _ in range(30):
        new, gradient, information = likelihood(sets, beta + step)
        if np.isfinite(new) and new >= value - CLOSE * max(1.0, abs(value)):
            break
        step = step / 2
    return new, gradient, information, beta + step


def _is_flat(information, sets: Sets) -> bool:
    """Whether a direction of the covariates, on their own scale, carries no information."""
    scale = np.where(np.ptp(sets.x, axis=0) > 0, np.ptp(sets.x, axis=0), 1)
    scaled = information * np.outer(scale, scale)
    return not np.isfinite(scaled).all() or np.linalg.eigvalsh(scaled).min() < FLAT


def score_residuals(sets: Sets, beta):
    """(n, p): what each row adds to the gradient at beta, its martingale integrated over x - mean, times what the row
    counts for; ties as `fraction` says (an event counts with 1 - fraction in the risk set of its own day)."""
    total, mean, _ = moments(sets, beta)
    step = sets.share / total
    hazard = np.column_stack([step, mean * step[:, None]])  # per event: of the baseline, and of it times the mean
    per_day, own = sets.per_day(hazard), sets.per_day(sets.fraction[:, None] * hazard)
    passed = np.concatenate([np.zeros_like(per_day[:1]), np.cumsum(per_day, axis=0)])
    during = passed[sets.days_by_stop] - passed[sets.days_by_start]
    weight, x = np.exp(sets.x @ beta)[:, None], sets.x
    residuals = -weight * (x * during[:, :1] - during[:, 1:])
    held, shared = sets.event, own[sets.tied]
    residuals[held] += x[held] - mean_of_day(sets, mean)
    residuals[held] += weight[held] * (x[held] * shared[:, :1] - shared[:, 1:])
    if sets.lingering is not None:
        residuals[sets.lingering.rows] -= _after_the_end(sets.lingering, per_day, weight, x)
    return sets.weight[:, None] * residuals


def baseline_hazard(sets: Sets, beta):
    """(days,) the step of the cumulative hazard on each distinct event day (Breslow or Efron, as the sets are), of a
    row whose x is 0."""
    return np.bincount(sets.tied, sets.share / moments(sets, beta)[0], len(sets.leaves_from))


def _after_the_end(held: Lingering, per_day, weight, x):
    left = np.cumsum((held.lasting[:, None] * per_day)[::-1], axis=0)[::-1]
    after = np.concatenate([left, np.zeros_like(per_day[:1])])[held.since] / held.at_end[:, None]
    return weight[held.rows] * (x[held.rows] * after[:, :1] - after[:, 1:])


def mean_of_day(sets: Sets, mean):
    """Per event the mean of its day: over the risk sets that the day's events were taken from."""
    return (sets.per_day(mean) / np.bincount(sets.tied)[:, None])[sets.tied]


def sandwich(sets: Sets, maximum: Maximum, cluster=None):
    """(p, p): the robust variance of beta, the rows of a cluster (n,) taken together (None: each row by itself)."""
    influence = score_residuals(sets, maximum.beta) @ np.linalg.inv(maximum.information)
    if cluster is not None:
        _, place = np.unique(cluster, return_inverse=True)
        influence = np.stack([np.bincount(place, column) for column in influence.T], axis=1)
    return influence.T @ influence
