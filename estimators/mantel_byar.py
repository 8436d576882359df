"""Mantel-Byar: do patients after a change (a transplant) have the hazard of those not yet changed?"""

import numpy as np
import pandas as pd

from estimators.inputs import numbers
from estimators.logrank import logrank

SECTION = "Mantel-Byar test"
METHOD = (
    "Mantel-Byar test: the log-rank test over risk sets in which a patient counts as not exposed until the "
    "exposure begins and as exposed from then on (start < t <= stop)."
)
REFERENCE = "Mantel N, Byar DP. J Am Stat Assoc 1974;69:81-86."
NOT_EXPOSED, EXPOSED = "not exposed", "exposed"


def mantel_byar(start, stop, event, exposed):
    """A `Test` (see group_test) over the two arms; its n counts rows.

    start, stop: (n,) days, at risk on start < t <= stop (start 0: from the origin on, day 0 included); event: (n,) at
    stop; exposed: (n,) true on the rows after the change. A patient who changes has a row of each. The gate of the
    exposure stands in `exposure_effect`. ValueError: as for the log-rank test.
    """
    arm = pd.Categorical.from_codes(np.asarray(exposed, bool).astype(int), [NOT_EXPOSED, EXPOSED])
    return logrank(numbers("stop", stop), event, arm, numbers("start", start), min_n=0, min_events=0)
