"""Cox regression on (start, stop] rows: hazard ratios of covariates that may change over time."""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from estimators.inputs import codes, confidence, numbers, same_length
from estimators.partial_likelihood import Maximum, maximise, sandwich, sets_of
from estimators.reasons import NO_EVENTS, words

SECTION = "Cox regression with time-dependent covariates"
METHOD = (
    "Cox regression on (start, stop] rows, so that a covariate may change over time; Efron's method for tied "
    "days; Wald interval."
)
REFERENCE = (
    "Cox DR. J R Stat Soc B 1972;34:187-220. Efron B. J Am Stat Assoc 1977;72:557-565 (ties). Andersen PK, "
    "Gill RD. Ann Stat 1982;10:1100-1120 (start-stop rows). Lin DY, Wei LJ. J Am Stat Assoc 1989;84:1074-1078 "
    "(robust variance)."
)
TIES = ("efron", "breslow")


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


def cox(start, stop, event, x, *, strata=None, cluster=None, weight=None, ties="efron", conf_level=0.95) -> Cox:
    """The fit. start, stop: (n,) days, at risk on start < t <= stop (start 0: from the origin on, day 0 included);
    event: (n,) at stop; x: (n, p) or (n,) covariates.

    A patient whose covariate changes has a row per value. strata: (n,) labels, each with a hazard of its own. cluster:
    (n,) labels of what belongs together (a patient's rows): then variance, limits and p-values are robust. weight: (n,)
    what each row counts for, above 0; the variance is robust then, too, the weights taken as known. ties: how days with
    several events are taken. A likelihood without a maximum gives NaN with a reason.
    ValueError: missing, negative, unequal lengths, start not before stop, a weight that is not above 0.
    """
    start, stop, event, x = rows_of(start, stop, event, x, ties)
    if not event.any():
        return no_fit(0, x.shape[1], NO_EVENTS)
    weight = _weights(weight, stop)
    centred = x - np.average(x, axis=0, weights=weight)
    sets = sets_of(start, stop, event, centred, ties, _places("strata", strata, stop), weight=weight)
    maximum = maximise(sets)
    if maximum.reason:
        return no_fit(int(event.sum()), x.shape[1], maximum.reason)
    groups = _places("cluster", cluster, stop)
    is_robust = cluster is not None or weight is not None
    var = sandwich(sets, maximum, groups) if is_robust else np.linalg.inv(maximum.information)
    return fit_of(int(event.sum()), maximum, var, confidence(conf_level))


def rows_of(start, stop, event, x, ties):
    """The rows as arrays: start (-1 where from the origin on), stop (n,), event (n,) bool, x (n, p); ValueError for one
    that cannot be."""
    start, stop, event = numbers("start", start), numbers("stop", stop), codes("event", event, 1)
    x = np.asarray(x, float).reshape(len(stop), -1)
    same_length(start=start, stop=stop, event=event)
    start = np.where(start == 0, -1, start)
    if (start >= stop).any():
        raise ValueError(f"start must be before stop, got: {(start >= stop).sum()} rows where it is not")
    if not np.isfinite(x).all() or ties not in TIES:
        raise ValueError(f"x must be finite and ties one of {', '.join(TIES)}, got: {ties}")
    return start, stop, event.astype(bool), x


def _places(name, labels, stop):
    """(n,) the place of each label among the distinct ones; None for None."""
    if labels is None:
        return None
    labels = np.asarray(labels)
    same_length(**{"stop": stop, name: labels})
    return np.unique(labels, return_inverse=True)[1]


def _weights(weight, stop):
    """(n,) what each row counts for; None for None."""
    if weight is None:
        return None
    weight = np.asarray(weight, float)
    same_length(stop=stop, weight=weight)
    if not (np.isfinite(weight).all() and (weight > 0).all()):
        raise ValueError(f"weight must be above 0, got: {(~(weight > 0)).sum()} rows where it is not")
    return weight


def fit_of(n_event: int, maximum: Maximum, var, conf_level: float) -> Cox:
    """What is said of a maximum with the variance `var` (p, p) of its coefficients."""
    beta, se, margin = maximum.beta, np.sqrt(np.diag(var)), ndtri(0.5 + conf_level / 2)
    gradient, information = maximum.score
    statistic = float(gradient @ np.linalg.solve(information, gradient))
    with np.errstate(over="ignore"):  # nearly separated groups: a limit beyond every number is infinite
        ratio, low, high = np.exp(beta), np.exp(beta - margin * se), np.exp(beta + margin * se)
    return Cox(
        n_event,
        beta,
        se,
        var,
        ratio,
        low,
        high,
        beta / se,
        2 * ndtr(-np.abs(beta / se)),
        maximum.log_likelihood,
        (statistic, len(beta), float(chdtrc(len(beta), statistic))),
    )


def no_fit(n_event: int, p: int, reason: str) -> Cox:
    """A fit of p covariates that has no number."""
    none = np.full(p, np.nan)
    square, pair = np.full((p, p), np.nan), (np.nan, np.nan)
    return Cox(n_event, none, none, square, none, none, none, none, none, pair, (np.nan, p, np.nan), reason)
