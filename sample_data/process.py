"""The multi-state process behind the synthetic cohort: who the patients are, their way to infusion, their fate.

Days are whole days since 1970-01-01 (int64); NEVER stands for an event that does not happen. Every function draws from
the generator it is given and depends on nothing else, so that the same seed always gives the same cohort.
"""

import zlib
from dataclasses import dataclass, replace

import numpy as np

from sample_data.parameters import DATA_CUTOFF, DAYS_PER_MONTH, PRODUCTS, SITE_WEIGHTS, by_product

NEVER = 10_000_000
EDITION = 153  # another edition draws other patients from the same seed
CUTOFF = int(DATA_CUTOFF.astype(int))
MONTHS = np.arange(120) + 0.5  # mid-points of the monthly steps of every hazard
CYTOGENETICS = ("ph_positive", "ph_like", "kmt2a", "hypodiploid", "iamp21", "tp53", "other", "normal", "unknown")
CYTOGENETIC_SHARES = {  # infants after Ghorashian 2022 (KMT2A 76 %); the rest our choice
    "infant": (0.00, 0.03, 0.76, 0.00, 0.00, 0.00, 0.10, 0.06, 0.05),
    "child": (0.04, 0.13, 0.05, 0.04, 0.05, 0.03, 0.36, 0.21, 0.09),
    "adult": (0.25, 0.18, 0.08, 0.06, 0.01, 0.07, 0.19, 0.10, 0.06),
}
KMT2A = CYTOGENETICS.index("kmt2a")
STATUS = ("refractory", "relapse", "cr_mrd_positive", "cr_mrd_negative", "unknown")
STATUS_SHARES = (0.16, 0.58, 0.16, 0.07, 0.03)
CR_MRD_POSITIVE, CR_MRD_NEGATIVE = 2, 3
OUTCOME = ("released", "out_of_specification", "failed", "pending")
RELEASED, OUT_OF_SPECIFICATION, FAILED, PENDING = range(4)
REASON = ("manufacturing", "death", "progression", "adverse_event", "remission", "withdrawal", "other")
MANUFACTURING, DEATH = 0, 1
CD19 = ("positive", "negative", "lineage_switch")
CAUSE = ("leukaemia", "crs_icans_hlh", "infection", "transplant_gvhd", "other", "unknown")
LEUKAEMIA, TOXICITY, INFECTION, GVHD = range(4)
THERAPY = ("chemotherapy", "blinatumomab", "inotuzumab", "dli", "tki", "maintenance", "other")
DLI = THERAPY.index("dli")


@dataclass(frozen=True)
class Baseline:
    """One value per enrolled patient, as known before lymphodepletion."""

    product: np.ndarray  # position in PRODUCTS
    site: np.ndarray
    female: np.ndarray
    enrolment: np.ndarray
    birth: np.ndarray
    diagnosis: np.ndarray
    adult: np.ndarray
    cytogenetic: np.ndarray  # position in CYTOGENETICS
    down: np.ndarray
    transplant: np.ndarray  # day of a transplant before CAR-T
    relapses: np.ndarray  # (n, 3) days of the relapses before CAR-T, latest first
    soon_after_transplant: np.ndarray  # relapsed within 6 months of it
    blinatumomab: np.ndarray
    inotuzumab: np.ndarray
    car_t: np.ndarray
    status: np.ndarray  # position in STATUS
    blasts: np.ndarray  # percent of marrow cells
    mrd: np.ndarray  # fraction


@dataclass(frozen=True)
class Way:
    """From enrolment to infusion, or to the decision against it. Positions refer to OUTCOME and REASON."""

    apheresis: np.ndarray
    outcome: np.ndarray
    stopped: np.ndarray  # day of the decision not to infuse the first course
    reason: np.ndarray
    infusion: np.ndarray  # of the first course
    staged: np.ndarray  # last marrow before the lymphodepletion
    second_enrolment: np.ndarray  # new attempt after a failed manufacture
    second_infusion: np.ndarray
    death: np.ndarray  # without infusion

    @property
    def day0(self) -> np.ndarray:
        return np.minimum(self.infusion, self.second_infusion)


@dataclass(frozen=True)
class Fate:
    """What happens after day 0, each as a day; NEVER when it does not happen or is never seen."""

    day0: np.ndarray
    remission: np.ndarray  # latent: the next marrow finds it
    incomplete: np.ndarray  # CRi at first
    mrd_positive: np.ndarray  # at about day 28, in remission
    loss: np.ndarray  # B cells are back
    transplant: np.ndarray  # in remission
    relapse: np.ndarray
    cd19: np.ndarray  # position in CD19
    mrd_return: np.ndarray
    preempted: np.ndarray  # therapy for MRD in remission
    preempted_by: np.ndarray  # position in THERAPY
    reinfusion: np.ndarray  # for loss of aplasia
    rescue: np.ndarray  # therapy after relapse or without remission
    rescue_by: np.ndarray  # position in THERAPY; -1: a further CAR-T course
    second_remission: np.ndarray
    salvage_transplant: np.ndarray
    death: np.ndarray
    cause: np.ndarray  # position in CAUSE
    elsewhere: np.ndarray  # followed by another centre
    seen_until: np.ndarray  # last day of clinical follow-up
    known_until: np.ndarray  # last day on which being alive is documented


def stream(seed: int, block: int, name: str) -> np.random.Generator:
    """Random numbers of one part of one block: a new table never changes the numbers of the others."""
    return np.random.default_rng([seed, block, EDITION, zlib.crc32(name.encode())])


def whole(days: np.ndarray) -> np.ndarray:
    """Whole days; infinite becomes NEVER."""
    return np.where(np.isfinite(days), np.rint(np.where(np.isfinite(days), days, 0)), NEVER).astype(np.int64)


def only(happens: np.ndarray, day: np.ndarray) -> np.ndarray:
    """`day` where it happens, NEVER elsewhere."""
    return np.where(happens & (day < NEVER), day, NEVER).astype(np.int64)


def choose(rng: np.random.Generator, shares: np.ndarray) -> np.ndarray:
    """One position per row of `shares` (n, k), whose rows need not sum to one."""
    cumulative = np.cumsum(shares, axis=1)
    return (rng.random(len(shares))[:, None] * cumulative[:, -1:] > cumulative).sum(axis=1)


def lognormal(rng: np.random.Generator, median, spread: float, n: int) -> np.ndarray:
    return median * np.exp(spread * rng.standard_normal(n))


# ---------------------------------------------------------------- who they are


def draw_products(rng: np.random.Generator, n: int) -> np.ndarray:
    """Positions in PRODUCTS in exact quotas, shuffled."""
    edges = np.cumsum([p.patients for p in PRODUCTS])
    return rng.permutation(np.searchsorted(edges, (np.arange(n) + 0.5) / n * edges[-1], side="right"))


def draw_enrolment(rng: np.random.Generator, product: np.ndarray) -> np.ndarray:
    start = by_product("enrols_from", product).astype("datetime64[D]").astype(np.int64)
    return (start + rng.beta(1.3, 1.0, len(product)) * (CUTOFF - start)).astype(np.int64)


def draw_age(rng: np.random.Generator, product: np.ndarray) -> np.ndarray:
    """Age at enrolment in years."""
    youngest, oldest, a, b = by_product("age", product).T
    infant = rng.random(len(product)) < by_product("infants", product)
    age = youngest + rng.beta(a, b) * (oldest - youngest)
    return np.where(infant, rng.uniform(0.8, 2.95, len(product)), age)


def draw_cytogenetics(rng: np.random.Generator, age: np.ndarray) -> np.ndarray:
    table = np.array([CYTOGENETIC_SHARES[group] for group in ("infant", "child", "adult")])
    return choose(rng, table[np.digitize(age, (3, 18))])


def draw_diagnosis(rng: np.random.Generator, enrolment, birth) -> np.ndarray:
    """At least 200 days before enrolment, and after birth."""
    gap = np.maximum(lognormal(rng, 800, 0.7, len(enrolment)), 200)
    return np.maximum(enrolment - whole(gap), birth + 35)


def draw_relapses_before(rng: np.random.Generator, enrolment, diagnosis) -> np.ndarray:
    """(n, 3) days, latest first; refractory patients have none."""
    n, span = len(enrolment), enrolment - diagnosis
    number = choose(rng, np.tile((0.14, 0.50, 0.27, 0.09), (n, 1)))
    last = enrolment - whole(np.minimum(20 + rng.gamma(2.0, 15.0, n), span * 0.3))
    middle = diagnosis + whole((last - diagnosis) * rng.uniform(0.45, 0.7, n))
    first = diagnosis + whole((middle - diagnosis) * rng.uniform(0.5, 0.8, n))
    return np.stack([only(number > k, day) for k, day in enumerate((last, middle, first))], axis=1)


def draw_transplant_before(rng: np.random.Generator, product, diagnosis, relapses) -> np.ndarray:
    """A transplant after which the leukaemia came back: between the last two relapses, median 9 months before."""
    n = len(product)
    last, before = relapses[:, 0], np.where(relapses[:, 1] < NEVER, relapses[:, 1], diagnosis)
    gap = np.minimum(lognormal(rng, 270, 0.8, n), 0.6 * (last - before))
    transplanted = rng.random(n) < by_product("prior_transplant", product) / 0.86  # 14 % never relapsed
    return only(transplanted & (last < NEVER), last - whole(np.maximum(gap, 30)))


def draw_burden(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Disease status, marrow blasts in percent, MRD level."""
    status = choose(rng, np.tile(STATUS_SHARES, (n, 1)))
    active = (status != CR_MRD_POSITIVE) & (status != CR_MRD_NEGATIVE)
    blasts = np.where(active, 5 + 93 * rng.beta(0.7, 0.9, n), 4.5 * rng.beta(1, 2, n))
    in_remission = np.where(status == CR_MRD_NEGATIVE, 0.0, 10 ** rng.uniform(-4, -1.6, n))
    return status, blasts, np.where(active, blasts / 100 * rng.uniform(0.7, 1.0, n), in_remission)


def draw_baseline(rng: np.random.Generator, n: int) -> Baseline:
    product = draw_products(rng, n)
    enrolment, age = draw_enrolment(rng, product), draw_age(rng, product)
    birth = enrolment - whole(age * 365.25)
    diagnosis = draw_diagnosis(rng, enrolment, birth)
    relapses = draw_relapses_before(rng, enrolment, diagnosis)
    transplant = draw_transplant_before(rng, product, diagnosis, relapses)
    status, blasts, mrd = draw_burden(rng, n)
    later = enrolment > 17_600  # from 2018 on more patients have had antibodies before
    return Baseline(
        product,
        choose(rng, np.tile(SITE_WEIGHTS, (n, 1))),
        rng.random(n) < 0.43,
        enrolment,
        birth,
        diagnosis,
        age >= 18,
        draw_cytogenetics(rng, age),
        rng.random(n) < np.where((age >= 3) & (age < 26), 0.05, 0.003),
        transplant,
        relapses,
        (transplant < NEVER) & (relapses[:, 0] - transplant <= 183),
        rng.random(n) < np.where(age >= 18, 0.42, 0.28) + 0.08 * later,
        rng.random(n) < np.where(age >= 18, 0.25, 0.12),
        rng.random(n) < 0.04,
        status,
        blasts,
        mrd,
    )


# ---------------------------------------------------------------- the way to infusion


def draw_manufacture(rng: np.random.Generator, never, reason) -> np.ndarray:
    """Position in OUTCOME: some products are infused out of specification."""
    u = rng.random(len(never))
    infused = np.where(u < 0.95, RELEASED, OUT_OF_SPECIFICATION)
    unmade = np.where(u < 0.78, FAILED, OUT_OF_SPECIFICATION)
    stopped = np.where(u < 0.55, RELEASED, PENDING)
    return np.where(~never, infused, np.where(reason == MANUFACTURING, unmade, stopped))


def draw_reason(rng: np.random.Generator, product: np.ndarray) -> np.ndarray:
    """Position in REASON; a tenth of the leading reasons give way to the rarer ones."""
    leading = choose(rng, by_product("never_because", product))
    return np.where(rng.random(len(product)) < 0.1, rng.integers(4, 7, len(product)), leading)


def draw_death_uninfused(rng: np.random.Generator, stopped, reason) -> np.ndarray:
    """Deaths of those never infused: at once when death was the reason, else with a median of months."""
    median = np.array([150.0, 1.0, 60.0, 70.0, 900.0, 240.0, 200.0])[reason]
    later = stopped + 3 + whole(rng.exponential(median / np.log(2)))
    return only(stopped < NEVER, np.where(reason == DEATH, stopped, later))


def draw_way(rng: np.random.Generator, base: Baseline) -> Way:
    n = len(base.product)
    median = by_product("vein_to_vein", base.product)
    own = by_product("cell_source", base.product) == "autologous"
    to_infusion = np.maximum(whole(lognormal(rng, median, 0.22, n)), 10)
    apheresis = only(own, base.enrolment + rng.integers(0, 1 + to_infusion // 4))
    never = rng.random(n) < by_product("never_infused", base.product) * 1.04  # some succeed at a second attempt
    reason = draw_reason(rng, base.product)
    stopped = only(never, base.enrolment + whole(to_infusion * rng.uniform(0.5, 1.7, n)))
    again = never & (reason == MANUFACTURING) & own & (rng.random(n) < 0.2)
    second = only(again, stopped + rng.integers(7, 25, n))
    infusion = only(~never, base.enrolment + to_infusion)
    staged = np.minimum(infusion, only(again, second + to_infusion)) - np.minimum(rng.integers(7, 15, n), to_infusion)
    return settle(
        Way(
            only(apheresis <= stopped, apheresis),
            draw_manufacture(rng, never, reason),
            stopped,
            reason,
            infusion,
            staged,
            second,
            only(again, second + to_infusion),
            only(~again, draw_death_uninfused(rng, stopped, reason)),
        )
    )


def settle(way: Way) -> Way:
    """What is not reached at the cut-off is pending, and has no date."""
    waiting = np.minimum(way.infusion, way.stopped) > CUTOFF
    made = (way.infusion - 9 <= CUTOFF) & (way.apheresis <= CUTOFF)
    return replace(
        way,
        apheresis=only(way.apheresis <= CUTOFF, way.apheresis),
        outcome=np.where(waiting & ~made, PENDING, way.outcome),
        stopped=only(way.stopped <= CUTOFF, way.stopped),
        infusion=only(way.infusion <= CUTOFF, way.infusion),
        second_enrolment=only(way.second_enrolment <= CUTOFF, way.second_enrolment),
        second_infusion=only(way.second_infusion <= CUTOFF, way.second_infusion),
        death=only(way.death <= CUTOFF, way.death),
    )


# ---------------------------------------------------------------- after infusion (months since day 0)


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


def burden_score(base: Baseline) -> np.ndarray:
    """About -1 (in remission) to +1 (marrow full of blasts)."""
    return np.clip((base.blasts - 35) / 45, -0.8, 1.2)


def draw_remission(rng: np.random.Generator, base: Baseline) -> np.ndarray:
    """Month of remission: before the day-28 marrow, late, or never. High burden makes it rarer."""
    n, p = len(base.product), by_product("remission", base.product)
    odds = p / (1 - p) * np.exp(0.4 - 0.75 * burden_score(base) - 0.35 * base.soon_after_transplant)
    early = rng.random(n) < odds / (1 + odds)
    late = rng.random(n) < by_product("late_remission", base.product)
    late_day = np.array([48.0, 78.0, 114.0])[choose(rng, np.tile((0.5, 0.4, 0.1), (n, 1)))]
    return np.where(early, rng.uniform(15, 20, n), np.where(late, late_day, np.inf)) / DAYS_PER_MONTH


def draw_loss(rng: np.random.Generator, base: Baseline) -> np.ndarray:
    """Month in which B cells are back; 2 % never become aplastic."""
    n = len(base.product)
    some_day = 1.1 + lognormal(rng, by_product("aplasia_months", base.product) - 1.1, 0.75, n)
    loss = np.where(rng.random(n) < by_product("aplasia_long", base.product), np.inf, some_day)
    return np.where(rng.random(n) < 0.02, 0.6, loss)


def draw_transplant(rng: np.random.Generator, base: Baseline, remission, loss, mrd_positive) -> np.ndarray:
    """Month of a transplant planned in remission, or prompted by an early return of B cells."""
    n, before = len(remission), base.transplant < NEVER
    share = by_product("transplant", base.product) * np.where(before, 0.5, 1.35) * np.where(mrd_positive, 1.3, 1)
    day = lognormal(rng, by_product("transplant_day", base.product), 0.35, n)
    planned = np.where(rng.random(n) < share, day / DAYS_PER_MONTH, np.inf)
    prompted = (loss < 8) & ~before & (rng.random(n) < 0.12)
    month = np.minimum(planned, np.where(prompted, loss + rng.uniform(1, 3, n), np.inf))
    return np.where(np.isfinite(remission), np.maximum(month, remission + 1.0), np.inf)


def relapse_hazard(base: Baseline, remission, loss, transplant, mrd_positive) -> np.ndarray:
    """(n, months, 3) by CD19 status. Early loss of aplasia raises CD19-positive relapse (Dourthe 2021), MRD at day 28
    CD19-negative relapse, KMT2A the lineage switch; transplant lowers all of them."""
    since = MONTHS - remission[:, None]
    rate, decline = (by_product(k, base.product)[:, None] for k in ("relapse_rate", "relapse_decline"))
    risk = np.exp(0.45 * burden_score(base) + 0.55 * base.soon_after_transplant - 0.15)[:, None]
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


def draw_failure_survival(rng: np.random.Generator, base: Baseline, no_remission, switch, second) -> np.ndarray:
    """Months from relapse or failure to death; a second remission holds for good in under half."""
    n = len(second)
    median = by_product("failure_survival", base.product) * np.where(no_remission, 0.8, 1) * np.where(switch, 0.5, 1)
    quick = median / np.log(2) * rng.exponential(size=n)
    slow = np.where(rng.random(n) < 0.45, np.inf, second + 1 + rng.exponential(18 / np.log(2), n))
    return np.where(np.isfinite(second), slow, quick)


def draw_cause(rng: np.random.Generator, early, leukaemic, grafted) -> np.ndarray:
    """Position in CAUSE."""
    shares = np.where(
        early[:, None],
        (0.1, 0.45, 0.35, 0.0, 0.07, 0.03),
        np.where(
            leukaemic[:, None],
            (0.84, 0.01, 0.06, 0.02, 0.02, 0.05),
            np.where(grafted[:, None], (0.0, 0.0, 0.3, 0.6, 0.05, 0.05), (0.0, 0.05, 0.55, 0.0, 0.28, 0.12)),
        ),
    )
    return choose(rng, shares)


def draw_rescue(rng: np.random.Generator, cd19, no_remission) -> np.ndarray:
    """Position in THERAPY, -1 for a further CAR-T course: blinatumomab and re-infusion need CD19."""
    with_cd19 = (0.24, 0.20, 0.22, 0.05, 0.02, 0.0, 0.07, 0.20)
    without = (0.44, 0.0, 0.27, 0.03, 0.02, 0.0, 0.12, 0.12)
    picked = choose(rng, np.where(((cd19 == 0) & ~no_remission)[:, None], with_cd19, without))
    return np.where(picked == len(THERAPY), -1, picked)


def draw_states(rng: np.random.Generator, base: Baseline) -> dict:
    """Remission, aplasia, transplant, relapse by CD19 status and death in remission, in months."""
    n = len(base.product)
    high = 1 + 0.6 * burden_score(base)
    early = np.where(rng.random(n) < by_product("early_death", base.product) * high, rng.uniform(0.15, 0.85, n), np.inf)
    remission = np.where(np.isfinite(early), np.inf, draw_remission(rng, base))
    mrd_positive = rng.random(n) > by_product("mrd_negative", base.product)
    loss = draw_loss(rng, base)
    transplant = draw_transplant(rng, base, remission, loss, mrd_positive)
    hazard = relapse_hazard(base, remission, loss, transplant, mrd_positive)
    relapse = first_time(rng, hazard.sum(axis=2))
    step = np.minimum(np.where(np.isfinite(relapse), relapse, 0).astype(int), len(MONTHS) - 1)
    cd19 = choose(rng, hazard[np.arange(n), step] + 1e-12)
    quiet = np.maximum(first_time(rng, remission_death_hazard(base, transplant)), remission + 0.2)
    quiet_death = np.where(np.isfinite(remission), quiet, np.inf)
    return {
        "early": early,
        "remission": remission,
        "mrd_positive": mrd_positive,
        "loss": loss,
        "transplant": np.where(transplant < relapse, transplant, np.inf),
        "relapse": np.where(np.isfinite(remission), relapse, np.inf),
        "cd19": cd19,
        "quiet_death": quiet_death,
    }


def preempt(rng: np.random.Generator, s: dict) -> dict:
    """MRD comes back before most relapses; in some, therapy for it averts the relapse."""
    n = len(s["relapse"])
    slow = rng.random(n) < 0.65
    lead = np.where(slow, 0.3 + rng.gamma(2.0, 0.9, n), rng.uniform(0, 0.25, n))
    relapses = np.isfinite(s["relapse"])
    first = np.where(relapses, s["remission"], 0) + 0.45
    lead = np.clip(lead, 0, np.maximum(np.where(relapses, s["relapse"], 0) - first, 0))
    back = s["relapse"] - lead
    treated = relapses & (lead > 0.9) & (back > 1.3) & (rng.random(n) < 0.2)
    at = np.where(treated, back + 0.4 * lead, np.inf)
    averted = treated & (rng.random(n) < 0.5)
    by = choose(rng, np.tile((0.18, 0.55, 0.22, 0.0, 0.0, 0.0, 0.05), (n, 1)))
    return {
        **s,
        "mrd_return": back,
        "preempted": at,
        "relapse": np.where(averted, np.inf, s["relapse"]),
        "preempted_by": np.where(s["transplant"] < at, DLI, by),
    }


def after_failure(rng: np.random.Generator, base: Baseline, s: dict) -> dict:
    """Rescue, second remission, salvage transplant, death and its cause."""
    n = len(s["relapse"])
    no_remission = ~np.isfinite(s["remission"])
    failure = np.where(no_remission, 0.95, s["relapse"])
    rescued = np.isfinite(failure) & (rng.random(n) < 0.82)
    wait = np.where(no_remission, 0.2, 0.1) + rng.gamma(2.0, 0.3, n)
    salvaged = rescued & (rng.random(n) < by_product("salvaged", base.product) / 0.82 * np.where(no_remission, 0.6, 1))
    until_second = np.where(salvaged, wait + rng.uniform(1.0, 2.6, n), np.inf)
    grafted = rng.random(n) < np.where(base.transplant < NEVER, 0.3, 0.6)
    graft = np.where(grafted, failure + until_second + rng.uniform(1, 3, n), np.inf)
    survival = draw_failure_survival(rng, base, no_remission, s["cd19"] == 2, until_second)
    quiet = np.where(s["quiet_death"] < s["relapse"], s["quiet_death"], np.inf)
    death = np.minimum(np.minimum(s["early"], quiet), np.where(s["relapse"] > quiet, np.inf, failure + survival))
    death = np.where(no_remission, np.minimum(s["early"], failure + survival), death)
    cause = draw_cause(rng, np.isfinite(s["early"]), failure < death, np.minimum(s["transplant"], graft) < death)
    return {
        **s,
        "rescue": np.where(rescued, failure + wait, np.inf),
        "rescue_by": draw_rescue(rng, s["cd19"], no_remission),
        "second": failure + until_second,
        "graft": graft,
        "death": death,
        "cause": cause,
    }


# ---------------------------------------------------------------- what the centres see


def documented(base: Baseline, way: Way) -> np.ndarray:
    """Latest day on which the way to infusion itself documents the patient."""
    steps = (base.enrolment, way.apheresis, way.stopped, way.second_enrolment, way.day0)
    return np.max([np.where(day < NEVER, day, 0) for day in steps], axis=0)


def draw_follow_up(rng: np.random.Generator, base: Baseline, way: Way, death) -> dict:
    """Loss to follow-up (4 % a year), follow-up elsewhere (a tenth), and the delay until a contact is on file."""
    n, start = len(death), documented(base, way)
    lost = start + 20 + whole(rng.exponential(25 * 365.25, n))
    elsewhere = (way.day0 < NEVER) & (rng.random(n) < 0.14)
    moved = np.where(elsewhere, start + 90 + whole(rng.exponential(500, n)), NEVER)
    alive_until = np.minimum(lost, CUTOFF - np.minimum(whole(rng.exponential(24, n)), 160))
    known = (death <= CUTOFF) & ((death <= lost) | (rng.random(n) < 0.3))
    death = only(known, death)
    known_until = np.maximum(np.minimum(alive_until, CUTOFF), start)
    known_until = np.where(known, death, known_until)
    lost = np.where(known & (lost < death), lost, known_until)
    return {
        "death": death,
        "elsewhere": elsewhere & (moved < known_until),
        "known_until": known_until,
        "seen_until": np.minimum(np.maximum(np.minimum(moved, lost), start), known_until),
    }


def in_order(s: dict) -> dict:
    """Only what comes before the event that ends its chance to happen."""
    end = np.minimum(s["relapse"], s["death"])
    return {
        **s,
        "transplant": np.where(s["transplant"] < end, s["transplant"], np.inf),
        "preempted": np.where(s["preempted"] < s["death"], s["preempted"], np.inf),
    }


def draw_reinfusion(rng: np.random.Generator, base: Baseline, s: dict) -> np.ndarray:
    """Month of a re-infusion of the same product because B cells came back early, in remission."""
    n = len(s["loss"])
    can = np.isin(by_product("code", base.product), ("TISA", "OBE", "CD1922")) & (s["loss"] > 1) & (s["loss"] < 9)
    month = np.where(can & (rng.random(n) < 0.13), s["loss"] + rng.uniform(0.8, 2.5, n), np.inf)
    end = np.minimum(np.minimum(s["transplant"], s["relapse"]), np.minimum(s["preempted"], s["death"]))
    return np.where((month < end) & (s["remission"] < month), month, np.inf)


def draw_fate(rng: np.random.Generator, base: Baseline, way: Way) -> Fate:
    """The whole course after day 0, cut to what the centres see."""
    n = len(base.product)
    s = in_order(after_failure(rng, base, preempt(rng, draw_states(rng, base))))
    s["reinfusion"] = draw_reinfusion(rng, base, s)

    def day(name: str) -> np.ndarray:
        return only(way.day0 < NEVER, way.day0 + np.maximum(whole(s[name] * DAYS_PER_MONTH), 0))

    death = np.where(way.day0 < NEVER, day("death"), way.death)
    seen = draw_follow_up(rng, base, way, death)
    before = np.minimum(seen["seen_until"], seen["death"] - 1)

    def shown(name: str) -> np.ndarray:
        return only(day(name) <= before, day(name))

    uninfused = np.where(rng.random(n) < 0.75, LEUKAEMIA, INFECTION)
    return Fate(
        way.day0,
        day("remission"),
        rng.random(n) < by_product("incomplete", base.product),
        s["mrd_positive"],
        day("loss"),
        shown("transplant"),
        shown("relapse"),
        s["cd19"],
        day("mrd_return"),
        shown("preempted"),
        s["preempted_by"],
        shown("reinfusion"),
        shown("rescue"),
        s["rescue_by"],
        shown("second"),
        shown("graft"),
        seen["death"],
        np.where(way.day0 < NEVER, s["cause"], uninfused),
        seen["elsewhere"],
        seen["seen_until"],
        seen["known_until"],
    )
