"""Who the patients are, as known before lymphodepletion."""

from dataclasses import dataclass

import numpy as np

from sample_data.parameters import PRODUCTS, SITE_WEIGHTS, by_product
from sample_data.streams import CUTOFF, NEVER, Draw, choose, lognormal, only, pick, rare, whole

CYTOGENETICS = ("ph_positive", "ph_like", "kmt2a", "hypodiploid", "iamp21", "tp53", "other", "normal", "unknown")
CYTOGENETIC_SHARES = {  # infants after Ghorashian 2022 (KMT2A 76 %); the rest our choice
    "infant": (0.00, 0.03, 0.76, 0.00, 0.00, 0.00, 0.10, 0.06, 0.05),
    "child": (0.04, 0.13, 0.05, 0.04, 0.05, 0.03, 0.36, 0.21, 0.09),
    "adult": (0.25, 0.18, 0.08, 0.06, 0.01, 0.07, 0.19, 0.10, 0.06),
}
PH_POSITIVE, KMT2A = CYTOGENETICS.index("ph_positive"), CYTOGENETICS.index("kmt2a")
STATUS = ("refractory", "relapse", "cr_mrd_positive", "cr_mrd_negative", "unknown")
STATUS_SHARES = (0.16, 0.58, 0.16, 0.07, 0.03)
CR_MRD_POSITIVE, CR_MRD_NEGATIVE = 2, 3


@dataclass(frozen=True)
class Baseline:
    """One value per enrolled patient."""

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
    autologous: np.ndarray  # of the patient's own cells
    relapses: np.ndarray  # (n, 3) days of the relapses before CAR-T, latest first
    soon_after_transplant: np.ndarray  # relapsed within 6 months of it
    blinatumomab: np.ndarray
    inotuzumab: np.ndarray
    car_t: np.ndarray
    status: np.ndarray  # position in STATUS
    blasts: np.ndarray  # percent of marrow cells
    mrd: np.ndarray  # fraction

    @property
    def burden(self) -> np.ndarray:
        """About -1 (in remission) to +1 (marrow full of blasts)."""
        return np.clip((self.blasts - 35) / 45, -0.8, 1.2)


def draw_products(rng: np.random.Generator, n: int) -> np.ndarray:
    """Positions in PRODUCTS in exact quotas, shuffled."""
    edges = np.cumsum([p.patients for p in PRODUCTS])
    return rng.permutation(np.searchsorted(edges, (np.arange(n) + 0.5) / n * edges[-1], side="right"))


def draw_enrolment(rng: np.random.Generator, product: np.ndarray) -> np.ndarray:
    start = by_product("enrols_from", product).astype("datetime64[D]").astype(np.int64)
    return (start + rng.beta(1.3, 1.0, len(product)) * (CUTOFF - start)).astype(np.int64)


def draw_age(draw: Draw, product: np.ndarray) -> np.ndarray:
    """Age at enrolment in years."""
    youngest, oldest, a, b = by_product("age", product).T
    infant = rare(draw("infant"), len(product), by_product("infants", product))
    age = youngest + draw("age").beta(a, b) * (oldest - youngest)
    return np.where(infant, draw("age of an infant").uniform(0.8, 2.95, len(product)), age)


def draw_cytogenetics(rng: np.random.Generator, age: np.ndarray) -> np.ndarray:
    table = np.array([CYTOGENETIC_SHARES[group] for group in ("infant", "child", "adult")])
    return choose(rng, table[np.digitize(age, (3, 18))])


def draw_diagnosis(rng: np.random.Generator, enrolment, birth) -> np.ndarray:
    """At least 200 days before enrolment, and after birth."""
    gap = np.maximum(lognormal(rng, 800, 0.7, len(enrolment)), 200)
    return np.maximum(enrolment - whole(gap), birth + 35)


def draw_relapses_before(draw: Draw, enrolment, diagnosis) -> np.ndarray:
    """(n, 3) days, latest first; refractory patients have none."""
    n, span = len(enrolment), enrolment - diagnosis
    number = pick(draw("relapses before"), (0.14, 0.50, 0.27, 0.09), n)
    last = enrolment - whole(np.minimum(20 + draw("last relapse").gamma(2.0, 15.0, n), span * 0.3))
    middle = diagnosis + whole((last - diagnosis) * draw("relapse before it").uniform(0.45, 0.7, n))
    first = diagnosis + whole((middle - diagnosis) * draw("first relapse").uniform(0.5, 0.8, n))
    return np.stack([only(number > k, day) for k, day in enumerate((last, middle, first))], axis=1)


def draw_transplant_before(draw: Draw, product, diagnosis, relapses) -> np.ndarray:
    """A transplant after which the leukaemia came back: between the last two relapses, median 9 months before."""
    n = len(product)
    last, before = relapses[:, 0], np.where(relapses[:, 1] < NEVER, relapses[:, 1], diagnosis)
    gap = np.minimum(lognormal(draw("transplant to relapse"), 270, 0.8, n), 0.6 * (last - before))
    share = by_product("prior_transplant", product) / 0.86  # 14 % never relapsed
    return only(rare(draw("transplant before"), n, share) & (last < NEVER), last - whole(np.maximum(gap, 30)))


def draw_burden(draw: Draw, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Disease status, marrow blasts in percent, MRD level: below 1 % in remission (ELN 2024)."""
    status = pick(draw("status"), STATUS_SHARES, n)
    active = (status != CR_MRD_POSITIVE) & (status != CR_MRD_NEGATIVE)
    blasts = np.where(active, 5 + 93 * draw("blasts").beta(0.7, 0.9, n), 4.5 * draw("few blasts").beta(1, 2, n))
    in_remission = np.where(status == CR_MRD_NEGATIVE, 0.0, 10 ** draw("mrd in remission").uniform(-4, -2.05, n))
    return status, blasts, np.where(active, blasts / 100 * draw("mrd").uniform(0.7, 1.0, n), in_remission)


def draw_baseline(draw: Draw, n: int) -> Baseline:
    product = draw_products(draw("product"), n)
    enrolment, age = draw_enrolment(draw("enrolment"), product), draw_age(draw, product)
    birth = enrolment - whole(age * 365.25)
    diagnosis = draw_diagnosis(draw("diagnosis"), enrolment, birth)
    relapses = draw_relapses_before(draw, enrolment, diagnosis)
    transplant = draw_transplant_before(draw, product, diagnosis, relapses)
    status, blasts, mrd = draw_burden(draw, n)
    later = enrolment > 17_600  # from 2018 on more patients have had antibodies before
    return Baseline(
        product,
        pick(draw("site"), SITE_WEIGHTS, n),
        rare(draw("female"), n, 0.43),
        enrolment,
        birth,
        diagnosis,
        age >= 18,
        draw_cytogenetics(draw("cytogenetic"), age),
        rare(draw("down"), n, np.where((age >= 3) & (age < 26), 0.05, 0.003)),
        transplant,
        rare(draw("autologous"), n, 0.03),
        relapses,
        (transplant < NEVER) & (relapses[:, 0] - transplant <= 183),
        rare(draw("blinatumomab"), n, np.where(age >= 18, 0.42, 0.28) + 0.08 * later),
        rare(draw("inotuzumab"), n, np.where(age >= 18, 0.25, 0.12)),
        rare(draw("car_t"), n, 0.04),
        status,
        blasts,
        mrd,
    )
