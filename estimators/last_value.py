"""Where the last value of a curve holds for good. Every estimator of a curve asks here, and nowhere else."""

import numpy as np

SECTION = None  # shared by the estimators, computes nothing of its own


def holds(n_risk, n_ended):
    """(T,) true on the last day if nobody was left unharmed after it: what happened cannot change any more.

    n_risk: (T,) at risk on each day, over all states that can be left. n_ended: (T,) of these, who had an event that
    nothing follows: of whatever outcome, because a patient who had one can have no other.
    """
    n_risk, n_ended = np.asarray(n_risk), np.asarray(n_ended)
    last = np.arange(len(n_risk)) == len(n_risk) - 1
    return last & (n_risk > 0) & (n_risk == n_ended)
