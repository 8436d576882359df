"""After infusion: remission, B-cell aplasia, transplant, relapse by CD19 status and death in remission, in months since
day 0; infinite when it does not come.
"""

import numpy as np

from sample_data.baseline import KMT2A, Baseline
from sample_data.parameters import DAYS_PER_MONTH, by_product
from sample_data.streams import NEVER, Draw, choose, lognormal, pick, rare

MONTHS = np.arange(120) + 0.5  # mid-points of the monthly steps of every hazard
WHY_TRANSPLANT = ("planned", "mrd", "b_cell_recovery", "other")
PLANNED, FOR_MRD, FOR_B_CELLS, FOR_OTHER = range(4)


def first_time(rng: np.random.Generator, hazard: np.ndarray) -> np.ndarray:
    """Months to the first event of a monthly step hazard (n, months); infinite when it does not come."""
    reached = np.cumsum(hazard, axis=1)
    level = rng.exponential(size=len(hazard))
    step = (reached < level[:, None]).sum(axis=1)
    at = np.minimum(step, hazard.shape[1] - 1)[:, None]
    rest = np.take_along_axis(reached, at, 1)[:, 0] - level
    height = np.take_along_axis(hazard, at, 1)[:, 0]
    inside = 1 - rest / np.where(height > 0, height, 1)
    return np.where(step < hazard.shape[1], step + inside, np.inf)


def draw_remission(draw: Draw, base: Baseline) -> tuple[np.ndarray, np.ndarray]:
    """Month of remission: before the day-28 marrow, late, or never; and whether a marrow before it is empty of blasts
    but hypoplastic (MLFS). High burden makes remission rarer."""
    n, p = len(base.product), by_product("remission", base.product)
    odds = p / (1 - p) * np.exp(0.4 - 0.75 * base.burden - 0.35 * base.soon_after_transplant)
    early = rare(draw("early remission"), n, odds / (1 + odds))
    late = rare(draw("late remission"), n, by_product("late_remission", base.product))
    empty = rare(draw("mlfs"), n, 0.03) & (early | late)
    late_day = np.array([48.0, 78.0, 114.0])[pick(draw("day of late remission"), (0.5, 0.4, 0.1), n)]
    day = np.where(early, draw("day of remission").uniform(15, 20, n), np.where(late, late_day, np.inf))
    return np.where(empty & early, day + 28, day) / DAYS_PER_MONTH, empty


def draw_loss(draw: Draw, base: Baseline) -> np.ndarray:
    """Month in which B cells are back; 2 % never become aplastic."""
    n = len(base.product)
    some_day = 1.1 + lognormal(draw("loss"), by_product("aplasia_months", base.product) - 1.1, 0.75, n)
    loss = np.where(rare(draw("long aplasia"), n, by_product("aplasia_long", base.product)), np.inf, some_day)
    return np.where(rare(draw("never aplastic"), n, 0.02), 0.6, loss)


def draw_transplant(draw: Draw, base: Baseline, remission, loss, mrd_positive) -> dict[str, np.ndarray]:
    """A transplant planned in remission, or prompted by an early return of B cells: month, why, whether intended."""
    n, before = len(remission), base.transplant < NEVER
    share = by_product("transplant", base.product) * np.where(before, 0.5, 1.35) * np.where(mrd_positive, 1.3, 1)
    chosen = rare(draw("transplant"), n, share)
    day = lognormal(draw("transplant day"), by_product("transplant_day", base.product), 0.35, n)
    planned = np.where(chosen, day / DAYS_PER_MONTH, np.inf)
    prompted = (loss < 8) & ~before & rare(draw("prompted"), n, 0.12)
    prompt = np.where(prompted, loss + draw("prompt").uniform(1, 3, n), np.inf)
    why = np.where(mrd_positive & rare(draw("for mrd"), n, 0.6), FOR_MRD, PLANNED)
    why = np.where(prompt < planned, FOR_B_CELLS, np.where(rare(draw("for other"), n, 0.04), FOR_OTHER, why))
    month = np.maximum(np.minimum(planned, prompt), remission + 1.0)
    return {
        "transplant": np.where(np.isfinite(remission), month, np.inf),
        "transplant_why": why,
        "intended": rare(draw("intended"), n, np.where(chosen & (why == PLANNED), 0.9, 0.07)),
    }


def relapse_hazard(base: Baseline, remission, loss, transplant, mrd_positive) -> np.ndarray:
    """(n, months, 3) by CD19 status. Early loss of aplasia raises CD19-positive relapse (Dourthe 2021), MRD at day 28
    CD19-negative relapse, KMT2A the lineage switch; transplant lowers all of them."""
    since = MONTHS - remission[:, None]
    rate, decline = (by_product(k, base.product)[:, None] for k in ("relapse_rate", "relapse_decline"))
    risk = np.exp(0.45 * base.burden + 0.55 * base.soon_after_transplant - 0.15)[:, None]
    total = rate * risk * np.where(since > 0.4, np.exp(-np.maximum(since, 0) / decline), 0)
    total = total * np.where(transplant[:, None] < MONTHS, 0.33, 1)
    negative = by_product("cd19_negative", base.product)[:, None]
    switch = by_product("lineage_switch", base.product)[:, None] * np.where(base.cytogenetic == KMT2A, 6, 0.7)[:, None]
    lost = np.where(loss[:, None] < MONTHS, np.where(loss < 6, 2.4, 1.5)[:, None], 0.8)
    residual = np.where(mrd_positive, 3.0, 0.9)[:, None]
    return np.stack(
        [total * (1 - negative) * lost * np.sqrt(residual), total * negative * residual, total * switch], axis=2
    )


def remission_death_hazard(base: Baseline, transplant) -> np.ndarray:
    """(n, months): infection early, transplant-related death for about a year."""
    since = MONTHS - transplant[:, None]
    grafted = np.where(since > 0, 0.020 * np.exp(-np.maximum(since, 0) / 5), 0)
    age = np.where(base.adult, 1.15, 0.9)[:, None]
    return age * (by_product("death_in_remission", base.product)[:, None] * (0.7 + np.exp(-MONTHS / 4)) + grafted)


def draw_states(draw: Draw, base: Baseline) -> dict[str, np.ndarray]:
    """Every state by name."""
    n = len(base.product)
    dies_early = rare(draw("early death"), n, by_product("early_death", base.product) * (1 + 0.6 * base.burden))
    early = np.where(dies_early, draw("month of early death").uniform(0.15, 0.85, n), np.inf)
    remission, mlfs = draw_remission(draw, base)
    remission = np.where(dies_early, np.inf, remission)
    mrd_positive = ~rare(draw("mrd negative"), n, by_product("mrd_negative", base.product))
    loss = draw_loss(draw, base)
    grafts = draw_transplant(draw, base, remission, loss, mrd_positive)
    hazard = relapse_hazard(base, remission, loss, grafts["transplant"], mrd_positive)
    relapse = first_time(draw("relapse"), hazard.sum(axis=2))
    step = np.minimum(np.where(np.isfinite(relapse), relapse, 0).astype(int), len(MONTHS) - 1)
    quiet = first_time(draw("death in remission"), remission_death_hazard(base, grafts["transplant"]))
    return {
        **grafts,
        "early": early,
        "remission": remission,
        "mlfs": mlfs,
        "mrd_positive": mrd_positive,
        "loss": loss,
        "transplant": np.where(grafts["transplant"] < relapse, grafts["transplant"], np.inf),
        "relapse": np.where(np.isfinite(remission), relapse, np.inf),
        "cd19": choose(draw("cd19"), hazard[np.arange(n), step] + 1e-12),
        "quiet_death": np.where(np.isfinite(remission), np.maximum(quiet, remission + 0.2), np.inf),
    }
