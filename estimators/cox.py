"""Cox regression on (start, stop] rows: hazard ratios of covariates that may change over time."""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from estimators.inputs import codes, confidence, numbers, same_length
from estimators.reasons import NO_CONTRAST, NO_EVENTS, ONE_SIDED, words

SECTION = "Cox regression with time-dependent covariates"
METHOD = (
    "Cox regression on (start, stop] rows, so that a covariate may change over time; Efron's method for tied "
    "days; Wald interval."
)
REFERENCE = (
    "Cox DR. J R Stat Soc B 1972;34:187-220. Efron B. J Am Stat Assoc 1977;72:557-565 (ties). Andersen PK, "
    "Gill RD. Ann Stat 1982;10:1100-1120 (start-stop rows)."
)
TIES = ("efron", "breslow")
CLOSE, MAX_STEPS = 1e-12, 60
FLAT = 1e-10  # of the information per covariate: nothing left to learn a coefficient from


@dataclass(frozen=True)
class Cox:
    """coef, se, hazard_ratio, conf_low, conf_high, z, p_value: (p,) per covariate; var: (p, p). log_likelihood: at 0
    and at coef; score: the score test (statistic, df, p_value). `reason` is the code of why all of these are NaN."""

    n_event: int
    coef: np.ndarray
    se: np.ndarray
    var: np.ndarray
    hazard_ratio: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    z: np.ndarray
    p_value: np.ndarray
    log_likelihood: tuple[float, float]
    score: tuple[float, int, float]
    reason: str = ""

    def sentence(self) -> str:
        """Why there is no ratio, in words; "" where there is one."""
        return words(self.reason)


@dataclass(frozen=True)
class _Sets:
    """Rows in the order of leaving and of entering; per event the place of its day in both, and Efron's fraction."""

    x: np.ndarray
    event: np.ndarray
    by_stop: np.ndarray
    by_start: np.ndarray
    leaves_from: np.ndarray
    enters_from: np.ndarray
    tied: np.ndarray
    fraction: np.ndarray


def cox(start, stop, event, x, *, ties="efron", conf_level=0.95):
    """The fit. start, stop: (n,) days, at risk on start < t <= stop; event: (n,) at stop; x: (n, p) or (n,) covariates.

    A patient whose covariate changes has a row per value. ties: how days with several events are taken. A likelihood
    without a maximum gives NaN with a reason. ValueError: missing, negative, unequal lengths, start not before stop.
    """
    start, stop, event = numbers("start", start), numbers("stop", stop), codes("event", event, 1)
    x = np.asarray(x, float).reshape(len(stop), -1)
    same_length(start=start, stop=stop, event=event)
    if (start >= stop).any():
        raise ValueError(f"start must be before stop, got: {(start >= stop).sum()} rows where it is not")
    if not np.isfinite(x).all() or ties not in TIES:
        raise ValueError(f"x must be finite and ties one of {', '.join(TIES)}, got: {ties}")
    if not event.any():
        return _none(0, x.shape[1], NO_EVENTS)
    centre = x.mean(axis=0)
    return _fit(_sets(start, stop, event.astype(bool), x - centre, ties), int(event.sum()), confidence(conf_level))


def _sets(start, stop, event, x, ties) -> _Sets:
    by_stop, by_start = np.argsort(stop, kind="stable"), np.argsort(start, kind="stable")
    days, tied, d = np.unique(stop[event], return_inverse=True, return_counts=True)
    order = np.argsort(tied, kind="stable")
    within = np.arange(len(order)) - np.repeat(np.cumsum(d) - d, d)
    fraction = np.zeros(len(order))
    fraction[order] = within / np.repeat(d, d) if ties == "efron" else 0
    return _Sets(
        x,
        event,
        by_stop,
        by_start,
        np.searchsorted(stop[by_stop], days, side="left"),
        np.searchsorted(start[by_start], days, side="left"),
        tied,
        fraction,
    )


def _fit(sets: _Sets, n_event: int, conf_level: float) -> Cox:
    beta = np.zeros(sets.x.shape[1])
    at_zero, gradient, information = first = _likelihood(sets, beta)
    value = at_zero
    if _is_flat(information, sets):
        return _none(n_event, len(beta), NO_CONTRAST)
    for _ in range(MAX_STEPS):
        step = np.linalg.solve(information, gradient)
        new, gradient, information, beta = _advance(sets, beta, step, value)
        if _is_flat(information, sets) or np.abs(beta * np.ptp(sets.x, axis=0)).max() > 25:
            return _none(n_event, len(beta), ONE_SIDED)
        done, value = abs(new - value) <= CLOSE * max(1.0, abs(new)), new
        if done:
            return _summary(n_event, beta, information, (at_zero, value), first, conf_level)
    return _none(n_event, len(beta), ONE_SIDED)


def _advance(sets: _Sets, beta, step, value):
    """A Newton step, halved until the likelihood does not fall."""
    for _ in range(30):
        new, gradient, information = _likelihood(sets, beta + step)
        if np.isfinite(new) and new >= value - CLOSE * max(1.0, abs(value)):
            break
        step = step / 2
    return new, gradient, information, beta + step


def _is_flat(information, sets: _Sets) -> bool:
    """Whether a direction of the covariates, on their own scale, carries no information."""
    scale = np.where(np.ptp(sets.x, axis=0) > 0, np.ptp(sets.x, axis=0), 1)
    scaled = information * np.outer(scale, scale)
    return not np.isfinite(scaled).all() or np.linalg.eigvalsh(scaled).min() < FLAT


def _likelihood(sets: _Sets, beta):
    """(log partial likelihood, gradient (p,), information (p, p)); ties as `fraction` says."""
    x, p = sets.x, len(beta)
    eta = x @ beta
    weight = np.exp(eta)
    sums = np.column_stack(
        [weight, x * weight[:, None], (x[:, :, None] * x[:, None, :]).reshape(len(x), -1) * weight[:, None]]
    )
    at_risk = _from(sums[sets.by_stop], sets.leaves_from) - _from(sums[sets.by_start], sets.enters_from)
    here = np.stack([np.bincount(sets.tied, column[sets.event], len(at_risk)) for column in sums.T], axis=1)
    risk = at_risk[sets.tied] - sets.fraction[:, None] * here[sets.tied]
    with np.errstate(divide="ignore", invalid="ignore"):  # a step so far out that weights cancel to 0 is halved
        total, mean = risk[:, 0], risk[:, 1 : p + 1] / risk[:, :1]
        second = (risk[:, p + 1 :] / risk[:, :1]).sum(axis=0).reshape(p, p)
        value = eta[sets.event].sum() - np.log(total).sum()
    return value, (x[sets.event] - mean).sum(axis=0), second - mean.T @ mean


def _from(rows, places):
    """Sums of the rows from each place to the end."""
    tail = np.concatenate([np.cumsum(rows[::-1], axis=0)[::-1], np.zeros((1, rows.shape[1]))])
    return tail[places]


def _summary(n_event, beta, information, log_likelihood, first, conf_level) -> Cox:
    var = np.linalg.inv(information)
    se, margin = np.sqrt(np.diag(var)), ndtri(0.5 + conf_level / 2)
    z = beta / se
    statistic = float(first[1] @ np.linalg.solve(first[2], first[1]))
    score = statistic, len(beta), float(chdtrc(len(beta), statistic))
    return Cox(
        n_event,
        beta,
        se,
        var,
        np.exp(beta),
        np.exp(beta - margin * se),
        np.exp(beta + margin * se),
        z,
        2 * ndtr(-np.abs(z)),
        log_likelihood,
        score,
    )


def _none(n_event: int, p: int, reason: str) -> Cox:
    nothing = np.full(p, np.nan)
    return Cox(
        n_event,
        nothing,
        nothing,
        np.full((p, p), np.nan),
        nothing,
        nothing,
        nothing,
        nothing,
        nothing,
        (np.nan, np.nan),
        (np.nan, p, np.nan),
        reason,
    )
