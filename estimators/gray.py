"""Gray's test: do groups differ in the cumulative incidence of one outcome when others compete?"""

import numpy as np

from estimators.aalen_johansen import tied_variance
from estimators.group_test import MIN_EVENTS, MIN_N, Scores, compare
from estimators.inputs import codes, compared, numbers, same_length
from estimators.intervals import ROUNDING
from estimators.risk_sets import risk_sets

SECTION = "Gray's test"
METHOD = "Gray's test of equal cumulative incidence (rho = 0)."
REFERENCE = "Gray RJ. A class of K-sample tests for comparing the cumulative incidence. Ann Stat 1988;16:1141-1154."


def gray_test(time, cause, group, outcome=1, *, exclude=(), min_n=MIN_N, min_events=MIN_EVENTS):
    """Test of equal cumulative incidence of `outcome` over the groups; a `Test` (see group_test).

    time: (n,) days. cause: (n,) 0 = censored, positive codes = outcomes. group, exclude and gates (events of `outcome`)
    as for the log-rank test. No delayed entry: the test is defined for patients observed from the origin.
    ValueError on bad input.
    """
    time, cause = numbers("time", time), numbers("cause", cause)
    same_length(time=time, cause=cause)
    if np.ndim(outcome) or outcome < 1:
        raise ValueError(f"outcome must be a positive code, got: {outcome}")
    part, groups, group = compared(group, time, exclude)
    kind = codes("cause", np.where(cause == 0, 0, np.where(cause == outcome, 1, 2)), 2)[part]
    counts = risk_sets(time[part], kind, 3, group=group, groups=len(groups))
    held = counts.exits[:, :, 1:].any(axis=(1, 2))
    own, other, n_risk = counts.exits[held, :, 1], counts.exits[held, :, 2], counts.n_risk[held]
    scores = _scores(own, other, n_risk)
    return compare(groups, np.bincount(group, minlength=len(groups)), scores, min_n, min_events)


def _scores(own, other, n_risk) -> Scores:
    """Observed and expected events under one common incidence. All inputs (T, G) on the days with events.

    Notation of the paper: S_k Kaplan-Meier of any event in group k, G_k = 1 - F_k, h_k = Y_k / S_k(t-);
    R_k = h_k G_k(t-) is the risk set of the subdistribution, F the pooled incidence.
    """
    at_risk = np.maximum(n_risk, 1)
    after = np.cumprod(1 - (own + other) / at_risk, axis=0)
    before = _left(after, 1.0)
    scale = np.divide(n_risk, before, out=np.zeros(before.shape), where=before > 0)
    incidence = np.cumsum(before * own / at_risk, axis=0)
    modified = scale * (1 - _left(incidence, 0.0))
    events, total = own.sum(axis=1), scale.sum(axis=1)
    hazard = np.divide(events, modified.sum(axis=1), out=np.zeros(len(events)), where=events > 0)
    pooled = np.cumsum(np.divide(events, total, out=np.zeros(len(events)), where=events > 0))
    variance = _variance(own, other, n_risk, before, after, scale, pooled)
    has_own = events > 0
    return Scores(own.sum(axis=0), hazard @ modified, variance, modified[has_own], events[has_own])


def _variance(own, other, n_risk, before, after, scale, pooled):
    """Variance of the scores from their martingale representation.

    Score i = sum over k of the integral of (a_ik(t) + C_ik - c_ik(t)) d(F_k - F), with
    a_ik = h_i (1[i = k] - h_k / h.), c_ik(t) the integral of a_ik dF / (1 - F(t-)) up to t and C_ik its end.
    An own event in group k at t then weighs S_k(t-) / Y_k x (a_ik + (C_ik - c_ik) (1 - (1 - F) / S_k)),
    a competing one S_k(t-) / Y_k x (C_ik - c_ik) (1 - F) / S_k. Own events have the pooled intensity,
    competing ones their group's; both with the correction for ties.
    """
    step, free = np.diff(pooled, prepend=0.0), 1 - _left(pooled, 0.0)
    has_rest = np.abs(free) > ROUNDING  # nobody is left to have the outcome where the pooled incidence is 1
    share = np.divide(scale, scale.sum(axis=1, keepdims=True), out=np.zeros_like(scale), where=scale > 0)
    a = scale[:, :, None] * (np.eye(scale.shape[1]) - share[:, None, :])
    c = np.cumsum(a * np.divide(step, free, out=np.zeros_like(step), where=has_rest)[:, None, None], axis=0)
    rest = c[-1:] - c
    ratio = np.divide(1 - pooled[:, None], after, out=np.ones(after.shape), where=after > 0)
    own_weight = a + rest * (1 - ratio)[:, None, :]
    own_spread, other_spread = _spreads(own, other, n_risk, before, scale, step)
    other_spread = np.where(after > 0, other_spread, 0)
    return np.einsum("tik,tjk,tk->ij", own_weight, own_weight, own_spread) + np.einsum(
        "tik,tjk,tk->ij", rest, rest, other_spread * ratio**2
    )


def _spreads(own, other, n_risk, before, scale, step):
    """Variances (T, G) of S_k(t-) dM_k / Y_k for own events (pooled intensity) and for competing ones."""
    at_risk, events = np.maximum(n_risk, 1), own.sum(axis=1, keepdims=True)
    total = scale.sum(axis=1, keepdims=True) * before  # the risk set all groups would form at this group's survival
    tied = np.divide(total - events, total - 1, out=np.ones(total.shape), where=(events > 1) & (total > 1 + ROUNDING))
    present = n_risk > 0
    own_spread = np.where(present, before * step[:, None] * tied / at_risk, 0)
    return own_spread, np.where(present, (before / at_risk) ** 2 * tied_variance(other, at_risk), 0)


def _left(values, first):
    """Left-continuous version of a right-continuous path (T, ...): shifted by one day, starting at `first`."""
    return np.concatenate([np.full_like(values[:1], first), values[:-1]])
