"""The rows of `b_cell_assessment`, `immunoglobulin`, `ivig`, `car_persistence` and `contact`."""

import numpy as np
import pandas as pd

from sample_data.streams import NEVER, Draw, lognormal, rare
from sample_data.visits import MARROW, PERSISTENCE, SEROLOGY, Cohort
from sample_data.writing import number, stack, text, yes_no

CAR_METHODS, CAR_UNITS = ("qpcr", "ddpcr", "flow"), ("copies/ug DNA", "copies/ug DNA", "% of T cells")


def b_cell_percent(draw: Draw, c: Cohort, i, day) -> np.ndarray:
    """CD19-positive cells in percent of lymphocytes: leukaemia before remission, stray values before the loss."""
    n = len(i)
    since_loss = np.clip(day - c.fate.loss[i], 0, 3_000)
    recovered = 3.1 + 13 * (1 - np.exp(-since_loss / 90)) * lognormal(draw("recovered"), 1, 0.3, n)
    aplastic = np.where(rare(draw("none"), n, 0.7), 0.0, 0.9 * draw("aplastic").beta(1, 4, n))
    aplastic = np.where(rare(draw("stray"), n, 0.012), draw("stray value").uniform(3, 6, n), aplastic)
    grafted = day > c.fate.transplant[i] + 120
    leukaemic = (day < c.fate.remission[i]) & rare(draw("leukaemic"), n, 0.4)
    normal = np.where((day >= c.fate.loss[i]) | grafted, np.maximum(recovered, 3.1), aplastic)
    return np.where(leukaemic, draw("leukaemic value").uniform(0.5, 45, n), normal)


def b_cell_frame(draw: Draw, c: Cohort, i, day, marrow: bool) -> pd.DataFrame:
    """A few say "below the limit" beside a value that is over every rule."""
    n = len(i)
    percent = b_cell_percent(draw, c, i, day)
    early = day - c.fate.day0[i] < 60
    lymphocytes = lognormal(draw("lymphocytes"), np.where(early, 480, 1150), 0.45, n)
    below = percent < 0.1
    only_flag = below & rare(draw("only below"), n, 0.15)  # some centres report "not detected" and no figure
    no_share = only_flag | rare(draw("cd19_pct_lymphocytes"), n, 0.05) | marrow
    no_count = only_flag | rare(draw("cd19_per_ul"), n, 0.2) | marrow
    scarce = 0.35 * draw("scarce in marrow").beta(1, 4, n) * ~below
    share_of_marrow = np.where(percent >= 3, draw("in marrow").uniform(1.1, 6, n), scarce)
    said_below = below | (percent >= 3) & rare(draw("said below"), n, 0.006)
    return pd.DataFrame(
        {
            "i": i,
            "day": day,
            "specimen": "BM" if marrow else "PB",
            "lymphocytes_per_ul": number(lymphocytes, only_flag | rare(draw("lymphocytes_per_ul"), n, 0.1) | marrow),
            "cd19_pct_lymphocytes": number(percent, no_share, 2),
            "cd19_per_ul": number(percent * lymphocytes / 100, no_count, 1),
            "normal_b_pct_marrow": number(share_of_marrow, np.full(n, not marrow), 2),
            "below_limit": yes_no(said_below, rare(draw("below_limit"), n, 0.06) & ~only_flag),
        }
    )


def b_cell_assessment_rows(c: Cohort, draw: Draw) -> pd.DataFrame:
    """Blood before lymphodepletion and at most visits until relapse, marrow at a third of the marrow visits. Of some
    patients no B cells are looked at for months."""
    v, f = c.visits, c.fate
    n = len(v.i)
    watched = (v.day < f.relapse[v.i]) & (v.since >= f.b_cells_from[v.i])
    until = watched & (rare(draw("after transplant"), n, 0.5) | (v.day < f.transplant[v.i]))
    blood = until & rare(draw("blood"), n, 0.93)
    marrow = until & MARROW[v.v] & (v.day >= f.remission[v.i]) & rare(draw("marrow"), n, 0.3)
    before = np.flatnonzero(c.infused & rare(draw("before"), len(c), 0.5))
    return stack(
        b_cell_frame(draw, c, before, c.way.staged[before], False),
        b_cell_frame(draw, c, v.i[blood], v.day[blood], False),
        b_cell_frame(draw, c, v.i[marrow], v.day[marrow], True),
    )


def on_replacement(c: Cohort) -> np.ndarray:
    """Who is given immunoglobulins during aplasia: by centre habit, in a third (CIBMTR 2017-2022: 165 of 471)."""
    share = np.where(c.base.adult, 0.30, 0.38)
    return (c.base.site * 7 + c.base.birth) % 100 / 100 < share


def immunoglobulin_rows(c: Cohort, draw: Draw) -> pd.DataFrame:
    v, f = c.visits, c.fate
    pick = SEROLOGY[v.v] & (v.day < f.relapse[v.i]) & rare(draw("measured"), len(v.i), 0.85)
    i, day = v.i[pick], v.day[pick]
    lost, n = day >= f.loss[i], len(i)
    replaced = on_replacement(c)[i] & ~(day > f.loss[i] + 90)
    sinking = 560 - 60 * np.minimum((day - f.day0[i]) / 180, 2)
    expected = np.where(replaced, 690, np.where(lost, 800, sinking))
    return pd.DataFrame(
        {
            "i": i,
            "day": day,
            "igg_mg_dl": number(lognormal(draw("igg"), expected, 0.28, n), rare(draw("igg_mg_dl"), n, 0.01)),
            "on_replacement": yes_no(replaced, rare(draw("on_replacement"), n, 0.12)),
        }
    )


def ivig_rows(c: Cohort, draw: Draw) -> pd.DataFrame:
    """About every four weeks, from month 1 to the return of B cells, at most for 18 months."""
    f, n = c.fate, len(c)
    day = f.day0[:, None] + np.arange(19) * 29 + 33 + draw("jitter").integers(-4, 5, (n, 19))
    end = np.minimum(np.minimum(f.loss + 90, f.relapse), f.last_row)
    due = (on_replacement(c) & c.infused)[:, None] & (day <= end[:, None])
    i, at = np.nonzero(due & (draw("given").random((n, 19)) < 0.85))
    return pd.DataFrame({"i": i, "day": day[i, at]})


def car_persistence_rows(c: Cohort, draw: Draw) -> pd.DataFrame:
    """Measured at two thirds of the centres' patients; detected until shortly before B cells return."""
    v, f = c.visits, c.fate
    monitored = rare(draw("monitored"), len(c), 0.6)
    pick = PERSISTENCE[v.v] & monitored[v.i] & (v.day < f.relapse[v.i]) & rare(draw("measured"), len(v.i), 0.85)
    i, day, since, n = v.i[pick], v.day[pick], v.since[pick], int(pick.sum())
    method = np.array([0, 0, 1, 0, 2, 1, 0, 2])[c.base.site[i]]
    gone = f.loss[i] + np.rint(draw("gone").normal(-15, 35, n))
    detected = (day < gone) & rare(draw("found"), n, 0.97 - since / 4000)
    height = np.where(method == 2, 6.0, 9000.0) * np.exp(-since / 150)
    level = lognormal(draw("height"), height, 0.9, n) + 0.05
    return pd.DataFrame(
        {
            "i": i,
            "day": day,
            "method": text(CAR_METHODS, method),
            "detected": yes_no(detected, rare(draw("detected"), n, 0.01)),
            "value": number(np.where(detected, level, 0), rare(draw("value"), n, 0.1), 2),
            "unit": text(CAR_UNITS, method),
        }
    )


def contact_rows(c: Cohort, draw: Draw) -> pd.DataFrame:
    """Every few months, by telephone when followed elsewhere, and the last one of those alive."""
    f, n = c.fate, len(c)
    start = np.minimum(f.day0, f.known_until)
    day = start[:, None] + np.arange(1, 28) * 130 + draw("jitter").integers(-25, 26, (n, 27))
    chance = np.where(f.elsewhere, 0.35, 0.7)[:, None]
    i, at = np.nonzero((day < f.known_until[:, None]) & (draw("held").random((n, 27)) < chance))
    alive = np.flatnonzero(f.death == NEVER)
    return pd.DataFrame({"i": np.concatenate([i, alive]), "day": np.concatenate([day[i, at], f.known_until[alive]])})
