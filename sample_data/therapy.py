"""The rows of `transplant` and `subsequent_therapy`."""

import numpy as np
import pandas as pd

from sample_data.baseline import PH_POSITIVE
from sample_data.fate import THERAPY
from sample_data.states import FOR_B_CELLS, FOR_MRD, FOR_OTHER, WHY_TRANSPLANT
from sample_data.streams import NEVER, Draw, pick, rare
from sample_data.visits import Cohort
from sample_data.writing import blank, stack, text, yes_no

DONORS = ("matched_related", "matched_unrelated", "mismatched_unrelated", "haploidentical", "cord")
GRAFT_STATUS = ("cr_mrd_negative", "cr_mrd_positive", "cr_mrd_unknown", "not_in_remission")
NOT_IN_REMISSION = 3
BLINATUMOMAB, INOTUZUMAB = THERAPY.index("blinatumomab"), THERAPY.index("inotuzumab")


def transplant_frame(draw: Draw, i, day, status, why) -> pd.DataFrame:
    n = len(i)
    donor = pick(draw("donor of all"), (0.27, 0.37, 0.08, 0.22, 0.06), n)
    return pd.DataFrame(
        {
            "i": i,
            "day": day,
            "kind": "allogeneic",
            "donor": blank(text(DONORS, donor), rare(draw("donor"), n, 0.03)),
            "conditioning_tbi": yes_no(rare(draw("tbi"), n, 0.62), rare(draw("conditioning_tbi"), n, 0.05)),
            "disease_status": text(GRAFT_STATUS, status),
            "reason": blank(text(WHY_TRANSPLANT, why), (why >= 0) & rare(draw("reason"), n, 0.08)),
        }
    )


def transplant_rows(c: Cohort, draw: Draw) -> pd.DataFrame:
    """Before CAR-T; in remission after it (a few recorded as not in remission, a very few autologous); without any
    remission; as salvage after relapse."""
    b, f = c.base, c.fate
    days = (b.transplant, f.transplant, f.early_transplant, f.salvage_transplant)
    before, after, early, salvage = (np.flatnonzero(day < NEVER) for day in days)
    residual = f.mrd_return[after] < f.transplant[after]
    status = np.where(residual, 1, pick(draw("status"), (0.86, 0.03, 0.11), len(after)))
    status = np.where(rare(draw("status in doubt"), len(after), 0.05), NOT_IN_REMISSION, status)
    rows = stack(
        transplant_frame(
            draw,
            before,
            b.transplant[before],
            pick(draw("status before"), (0.5, 0.2, 0.27, 0.03), len(before)),
            np.full(len(before), -1),
        ),
        transplant_frame(draw, after, f.transplant[after], status, f.transplant_why[after]),
        transplant_frame(
            draw, early, f.early_transplant[early], np.full(len(early), NOT_IN_REMISSION), f.transplant_why[early]
        ),
        transplant_frame(
            draw,
            salvage,
            f.salvage_transplant[salvage],
            pick(draw("status at salvage"), (0.5, 0.25, 0.15, 0.1), len(salvage)),
            np.full(len(salvage), FOR_OTHER),
        ),
    )
    own = np.concatenate([b.autologous[before], rare(draw("own cells"), len(rows) - len(before), 0.025)])
    rows.loc[own, ["kind", "donor"]] = ["autologous", ""]
    return rows


def therapy(i: np.ndarray, day: np.ndarray, by: np.ndarray) -> pd.DataFrame:
    """Starts on `day` of those patients; by: position in THERAPY."""
    return pd.DataFrame({"i": i, "day": day[i], "kind": text(THERAPY, by)})


def maintenance(c: Cohort, draw: Draw) -> pd.DataFrame:
    """TKI in Ph-positive leukaemia, in some before the first remission is seen, rarely maintenance chemotherapy."""
    f, n = c.fate, len(c)
    positive = c.base.cytogenetic == PH_POSITIVE
    day = f.remission + draw("maintenance").integers(25, 110, n)
    soon = positive & rare(draw("tki at once"), n, 0.15)
    day = np.where(soon, f.day0 + draw("tki day").integers(8, 15, n), day)
    end = np.minimum(np.minimum(f.relapse, f.transplant), f.last_row)
    share = np.where(positive, 0.4, 0.02)
    i = np.flatnonzero((day < end) & c.infused & (soon | rare(draw("maintained"), n, share)))
    return therapy(i, day, np.where(positive[i], THERAPY.index("tki"), THERAPY.index("maintenance")))


def bridging(c: Cohort, draw: Draw) -> pd.DataFrame:
    """An antibody in the weeks before a transplant for MRD or for B cells."""
    f, n = c.fate, len(c)
    day = f.transplant - draw("bridging").integers(20, 56, n)
    why = np.isin(f.transplant_why, (FOR_MRD, FOR_B_CELLS))
    i = np.flatnonzero((f.transplant < NEVER) & why & (day > f.remission + 12) & rare(draw("bridged"), n, 0.5))
    return therapy(i, day, np.where(rare(draw("bridged by inotuzumab"), len(i), 0.3), INOTUZUMAB, BLINATUMOMAB))


def subsequent_therapy_rows(c: Cohort, draw: Draw) -> pd.DataFrame:
    """Rescue, therapy for MRD in remission, bridging, maintenance; donor lymphocytes need a donor."""
    f = c.fate
    donor = np.minimum(c.base.transplant, f.transplant)
    rescued = np.flatnonzero((f.rescue < NEVER) & (f.rescue_by >= 0))
    by = np.where((f.rescue_by[rescued] == 3) & (donor[rescued] > f.rescue[rescued]), 0, f.rescue_by[rescued])
    treated = np.flatnonzero(f.preempted < NEVER)
    return stack(
        therapy(rescued, f.rescue, by),
        therapy(treated, f.preempted, f.preempted_by[treated]),
        bridging(c, draw),
        maintenance(c, draw),
    )
