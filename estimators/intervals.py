"""Pointwise confidence limits for a survival or incidence probability from its standard error (delta method).

Kalbfleisch & Prentice (1980) for log-log, Klein & Moeschberger (2003), section 4.3, for log and arcsin.
"""

import numpy as np
from scipy.special import expit, logit, ndtri

SECTION = None  # shared by the estimators, computes nothing of its own

ROUNDING = 1e-12  # an incidence this near 1 is 1
WIDEST = 700.0  # exp of more overflows; the limits are 0 and 1 long before


def limits(conf_type, estimate, std_err, conf_level=0.95):
    """(low, high), each of shape (T,). NaN where no limit exists: estimate or variance degenerate (0 or 1).

    estimate: (T,) proportions 0..1. std_err: (T,) on the same scale. conf_type: one of CONF_TYPES.
    """
    if conf_type not in CONF_TYPES:
        raise ValueError(f"conf_type must be one of {', '.join(CONF_TYPES)}, got: {conf_type}")
    z = ndtri(0.5 + conf_level / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = CONF_TYPES[conf_type](estimate, z * std_err)
    return low, high


def _plain(p, d):
    return np.maximum(p - d, 0), np.minimum(p + d, 1)


def _log(p, d):
    return p * np.exp(-d / p), np.minimum(p * np.exp(d / p), 1)


def _log_log(p, d):
    p = np.where(p > 1 - ROUNDING, 1, p)
    width = np.minimum(d / np.abs(p * np.log(p)), WIDEST)  # incidence 1: limits 1 and 1, as tidycmprsk prints
    return p ** np.exp(width), p ** np.exp(-width)


def _logit(p, d):
    width = d / (p * (1 - p))
    return expit(logit(p) - width), expit(logit(p) + width)


def _arcsin(p, d):
    angle, width = np.arcsin(np.sqrt(p)), d / (2 * np.sqrt(p * (1 - p)))
    return np.sin(np.maximum(angle - width, 0)) ** 2, np.sin(np.minimum(angle + width, np.pi / 2)) ** 2


CONF_TYPES = {"log-log": _log_log, "log": _log, "plain": _plain, "logit": _logit, "arcsin": _arcsin}
