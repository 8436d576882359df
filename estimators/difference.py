"""The difference between two curves at declared times."""

import numpy as np
import pandas as pd

from estimators.inputs import confidence
from estimators.kaplan_meier import estimates_at
from estimators.reasons import DIFFERENT_STARTS, NO_LIMIT
from estimators.wald import wald

SECTION = "Difference at a time"
METHOD = (
    "Difference of two probabilities at a declared time, from the curves' own standard errors (Kaplan-Meier: "
    "Greenwood; cumulative incidence: Aalen-Johansen), with plain interval."
)
REFERENCE = "Klein JP, Logan B, Harhoff M, Andersen PK. Stat Med 2007;26:4505-4519."
COLUMNS = ["time", "reference", "other", "estimate", "std_err", "conf_low", "conf_high"]
COLUMNS += ["reason", "reason_time", "limit_reason"]


def difference_at(reference, other, times, *, conf_level=0.95) -> pd.DataFrame:
    """other - reference at `times` (days): COLUMNS; reference, other: the two probabilities; estimate: their
    difference, -1..1; std_err and limits of it (Wald).

    reference, other: curves of one outcome (Kaplan-Meier, or one outcome of Aalen-Johansen) of different patients. NaN
    with a reason where one of them cannot be read, or where they start on different days: a probability from day 20 on
    is not one from day 31 on; give both the later `start`. No interval where one of them has none.
    """
    a, b = (estimates_at(curve.drop(columns="outcome", errors="ignore"), times) for curve in (reference, other))
    first = a["reason"] != ""
    reason = np.where(first, a["reason"], b["reason"])
    reason_time = np.where(first, a["reason_time"], b["reason_time"])
    if len(reference) and len(other) and reference["time"].iloc[0] != other["time"].iloc[0]:
        reason = np.where(reason == "", DIFFERENT_STARTS, reason)
    known = reason == ""
    estimate = np.where(known, b["estimate"] - a["estimate"], np.nan)
    no_limit = known & ((a["limit_reason"] != "") | (b["limit_reason"] != "")).to_numpy()
    std_err = np.where(known & ~no_limit, np.hypot(a["std_err"], b["std_err"]), np.nan)
    interval = wald(estimate, std_err, confidence(conf_level), -1, 1)
    ends = (reason, reason_time, np.where(no_limit, NO_LIMIT, ""))
    columns = (a["time"], a["estimate"], b["estimate"], estimate, std_err, *interval, *ends)
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
