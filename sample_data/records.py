"""What the centres write down: the rows of every table, seen through visits with jitter, gaps and slips.

Every `<table>_rows` function returns a frame with the patient's position `i`, the row's `day` where the table has
one, and the table's columns as they stand in the CSV file (text, or numbers with NaN for missing).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sample_data.parameters import PRODUCTS, SITES, by_product
from sample_data.process import (
    CAUSE,
    CD19,
    CUTOFF,
    CYTOGENETICS,
    NEVER,
    OUTCOME,
    REASON,
    STATUS,
    THERAPY,
    TOXICITY,
    Baseline,
    Fate,
    Way,
    choose,
    draw_baseline,
    draw_fate,
    draw_way,
    lognormal,
    stream,
)

NOMINAL = np.array(
    [28, 56, 91, 122, 152, 183, 274, 365, 456, 548, 639, 731, 913, 1096, 1461, 1826, 2192, 2557, 2922, 3287]
)  # days after infusion
MARROW = np.isin(NOMINAL, (28, 91, 183, 274, 365, 548, 731, 1096, 1461, 1826, 2192, 2557, 2922, 3287))
EARLY_MARROW = np.isin(NOMINAL, (56, 122))  # done when there is no remission yet
SEROLOGY = np.isin(NOMINAL, (28, 56, 91, 183, 365, 548, 731, 1096, 1461))
PERSISTENCE = np.isin(NOMINAL, (28, 56, 91, 183, 274, 365, 548, 731))
FIRST_DAY = -20_000  # births before 1970
ISO = np.append(np.datetime_as_string(np.arange(FIRST_DAY, CUTOFF + 1).astype("datetime64[D]")), "").astype(object)
DONORS = ("matched_related", "matched_unrelated", "mismatched_unrelated", "haploidentical", "cord")
GRAFT_STATUS = ("cr_mrd_negative", "cr_mrd_positive", "cr_mrd_unknown", "not_in_remission")
METHODS = ("flow", "pcr_igtr", "pcr_fusion", "ngs")
SENSITIVITY = np.array([1e-4, 1e-5, 1e-5, 1e-6])  # usual for each method
RESPONSES = ("CR", "CRi", "NR", "RELAPSE", "NE")
CR, CRI, NR, RELAPSE, NE = range(5)
SITES_OF_RELAPSE = ("bone marrow", "bone marrow; CNS", "CNS", "testis", "lymph nodes", "skin")
BRIDGING = ("none", "chemotherapy", "antibody", "steroids", "other")
CAR_METHODS, CAR_UNITS = ("qpcr", "ddpcr", "flow"), ("copies/ug DNA", "copies/ug DNA", "% of T cells")
NOT_RECORDED_LATER = (
    "apheresis_date",
    "not_infused_date",
    "not_infused_reason",
    "bridging_therapy",
    "disease_status_before",
    "burden_date",
    "blasts_pct_before",
    "mrd_level_before",
    "cns_status",
    "extramedullary",
)  # of re-infusions


@dataclass(frozen=True)
class Visits:
    """Attended visits in patient order: position of the patient, position in NOMINAL, day, days since infusion."""

    i: np.ndarray
    v: np.ndarray
    day: np.ndarray
    since: np.ndarray


@dataclass(frozen=True)
class Cohort:
    """One block of patients."""

    base: Baseline
    way: Way
    fate: Fate
    visits: Visits


def draw_cohort(seed: int, block: int, n: int) -> Cohort:
    base = draw_baseline(stream(seed, block, "baseline"), n)
    way = draw_way(stream(seed, block, "way"), base)
    fate = draw_fate(stream(seed, block, "fate"), base, way)
    return Cohort(base, way, fate, draw_visits(stream(seed, block, "visits"), fate))


def draw_visits(rng: np.random.Generator, fate: Fate) -> Visits:
    """Attendance falls with time, after relapse, and in some patients throughout."""
    n, v = len(fate.day0), len(NOMINAL)
    spread = np.minimum(2.2 + NOMINAL * 0.03, 18)
    since = NOMINAL + np.rint(np.clip(rng.standard_normal((n, v)), -1.8, 1.8) * spread).astype(np.int64)
    day = fate.day0[:, None] + since
    chance = np.where(NOMINAL == 28, 0.975, np.where(NOMINAL <= 365, 0.90, 0.82)) * np.ones((n, 1))
    chance = chance * np.where(rng.random((n, 1)) < 0.07, 0.6, 1) * np.where(day > fate.relapse[:, None], 0.45, 1)
    last = np.minimum(fate.seen_until, fate.death - 1)[:, None]
    i, at = np.nonzero((rng.random((n, v)) < chance) & (day <= last))
    return Visits(i, at, day[i, at], since[i, at])


# ---------------------------------------------------------------- how values are written


def iso(day: np.ndarray) -> np.ndarray:
    """ISO date as text; NEVER and days after the cut-off are empty."""
    return ISO[np.where(day <= CUTOFF, day - FIRST_DAY, len(ISO) - 1)]


def text(codes: tuple[str, ...], position: np.ndarray) -> np.ndarray:
    """The code at each position; -1 is empty."""
    return np.array([*codes, ""], dtype=object)[position]


def yes_no(answer: np.ndarray, missing: np.ndarray | bool = False) -> np.ndarray:
    return text(("no", "yes"), np.where(missing, -1, np.asarray(answer).astype(int)))


def blank(values: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """Text with the missing ones empty."""
    return np.where(missing, "", values)


def number(values: np.ndarray, missing: np.ndarray, digits: int = 0) -> np.ndarray:
    """A decimal number rounded to `digits`, as the shortest exact text, so that files are the same everywhere."""
    return np.where(missing, "", np.array([repr(x) for x in np.round(values, digits).astype(float).tolist()], object))


def fraction(values: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """A fraction with two significant digits, written like `number`."""
    written = np.array([repr(float(f"{x:.1e}")) for x in values], dtype=object)
    return np.where(missing, "", written)


def count(values: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """A whole number as text."""
    return np.where(missing, "", np.array([str(x) for x in values.tolist()], dtype=object))


def stack(*frames: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True)


def rare(rng: np.random.Generator, n: int, share: float) -> np.ndarray:
    return rng.random(n) < share


# ---------------------------------------------------------------- patient and course


def patient_rows(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    b, f = c.base, c.fate
    n = len(b.product)
    dead = f.death < NEVER
    born = iso(b.birth).astype("U7").astype(object)
    relapses = (b.relapses < NEVER).sum(axis=1)
    lines = np.maximum(1 + relapses + b.blinatumomab + b.inotuzumab + rng.integers(-1, 2, n), 1)
    return pd.DataFrame(
        {
            "i": np.arange(n),
            "site_code": text(SITES, b.site),
            "sex": text(("male", "female"), b.female.astype(int)),
            "birth_month": blank(born, rare(rng, n, 0.008)),
            "diagnosis_date": blank(iso(b.diagnosis), rare(rng, n, 0.01)),
            "cytogenetic_group": blank(text(CYTOGENETICS, b.cytogenetic), rare(rng, n, 0.05)),
            "down_syndrome": yes_no(b.down, rare(rng, n, 0.03)),
            "prior_lines": count(lines, rare(rng, n, 0.03)),
            "prior_relapses": count(relapses, rare(rng, n, 0.01)),
            "prior_blinatumomab": yes_no(b.blinatumomab, rare(rng, n, 0.03)),
            "prior_inotuzumab": yes_no(b.inotuzumab, rare(rng, n, 0.03)),
            "prior_transplant": yes_no(b.transplant < NEVER, rare(rng, n, 0.015) & (b.transplant == NEVER)),
            "prior_car_t": yes_no(b.car_t, rare(rng, n, 0.02)),
            "followed_elsewhere": yes_no(f.elsewhere, rare(rng, n, 0.02)),
            "last_contact_date": blank(iso(f.known_until), rare(rng, n, 0.01) & ~dead),
            "vital_status": text(("alive", "dead"), dead.astype(int)),
            "death_date": iso(f.death),
            "cause_of_death": blank(text(CAUSE, f.cause), ~dead | rare(rng, n, 0.02)),
        }
    )


def doses(rng: np.random.Generator, c: Cohort, split: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First dose in millions of cells, in all and per kg; a split dose starts low when the marrow is full (FELIX)."""
    n = len(split)
    years = np.clip((c.way.day0.clip(max=CUTOFF) - c.base.birth) / 365.25, 0.5, None)
    weight = np.clip(np.where(years < 18, 6 + 3.1 * years, 72) * np.exp(0.18 * rng.standard_normal(n)), 5, 130)
    per_kg = lognormal(rng, np.maximum(by_product("dose_e6_per_kg", c.base.product), 0.1), 0.3, n)
    cells = np.where(
        split,
        np.where(c.base.blasts > 20, 10.0, 100.0),
        np.minimum(per_kg * weight, by_product("dose_most_e6", c.base.product)),
    )
    return cells, cells / weight


def split_dose(rng: np.random.Generator, c: Cohort) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Planned split dose: whether, the day of its second part (about day 10), its size in millions."""
    n = len(c.base.product)
    split = by_product("dose_e6_per_kg", c.base.product) == 0
    day = c.way.day0 + 9 + rng.integers(0, 4, n)
    given = split & (rng.random(n) < 0.94) & (day < c.fate.death) & (day <= c.fate.seen_until)
    return split, np.where(given, day, NEVER), np.where(c.base.blasts > 20, 400.0, 310.0)


def disease_before(rng: np.random.Generator, c: Cohort, reached: np.ndarray) -> dict:
    """The disease before lymphodepletion; of those never infused little is known."""
    b, n = c.base, len(c.base.product)
    unknown = ~reached & rare(rng, n, 0.7)
    day = np.where(reached, c.way.staged, b.enrolment)
    return {
        "disease_status_before": blank(text(STATUS, b.status), unknown),
        "burden_date": blank(iso(day), unknown),
        "blasts_pct_before": number(b.blasts, unknown | rare(rng, n, 0.05), 1),
        "mrd_level_before": fraction(b.mrd, unknown | rare(rng, n, 0.25)),
        "cns_status": blank(
            text(("CNS1", "CNS2", "CNS3"), choose(rng, np.tile((0.86, 0.09, 0.05), (n, 1)))),
            unknown | rare(rng, n, 0.06),
        ),
        "extramedullary": yes_no(rare(rng, n, 0.13), unknown | rare(rng, n, 0.06)),
    }


def infused_columns(rng: np.random.Generator, c: Cohort, infusion: np.ndarray, whose: np.ndarray) -> dict:
    """Lymphodepletion, dose and whether toxicity was looked for, of courses infused on `infusion` (or NEVER)."""
    n, given = len(whose), infusion < NEVER
    split, second, second_cells = (x[whose] for x in split_dose(rng, c))
    cells, per_kg = (x[whose] for x in doses(rng, c, split_dose(rng, c)[0]))
    second = np.where(given & (infusion == c.way.day0[whose]), second, NEVER)
    return {
        "lymphodepletion": blank(
            text(("flu_cy", "other", "none"), choose(rng, np.tile((0.93, 0.05, 0.02), (n, 1)))),
            ~given | rare(rng, n, 0.02),
        ),
        "lymphodepletion_start": blank(iso(infusion - rng.integers(4, 7, n)), ~given | rare(rng, n, 0.03)),
        "infusion_date": iso(infusion),
        "dose_cells_e6": number(cells, ~given | rare(rng, n, 0.05), 1),
        "dose_per_kg_e6": number(per_kg, ~given | split | rare(rng, n, 0.08), 2),
        "second_dose_date": iso(second),
        "second_dose_cells_e6": number(second_cells, second == NEVER),
        "crs_assessed": yes_no(~rare(rng, n, 0.02), ~given | rare(rng, n, 0.04)),
        "icans_assessed": yes_no(~rare(rng, n, 0.03), ~given | rare(rng, n, 0.05)),
    }


def index_courses(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    w, n = c.way, len(c.base.product)
    reached = w.infusion < NEVER
    stopped = w.stopped < NEVER
    bridging = blank(text(BRIDGING, choose(rng, np.tile((0.22, 0.5, 0.16, 0.07, 0.05), (n, 1)))), rare(rng, n, 0.06))
    return pd.DataFrame(
        {
            "i": np.arange(n),
            "day": c.base.enrolment,
            "product": c.base.product,
            "enrolment": c.base.enrolment,
            "apheresis_date": blank(iso(w.apheresis), rare(rng, n, 0.01)),
            "manufacturing_outcome": blank(text(OUTCOME, w.outcome), rare(rng, n, 0.01) & reached),
            "not_infused_date": iso(w.stopped),
            "not_infused_reason": blank(text(REASON, w.reason), ~stopped),
            "course_intent": "index",
            "bridging_therapy": blank(bridging, ~reached),
            **infused_columns(rng, c, w.infusion, np.arange(n)),
            **disease_before(rng, c, reached),
        }
    )


def second_attempts(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    """A new apheresis after a failed manufacture: the first infused course is then the second one."""
    whose = np.flatnonzero(c.way.second_enrolment < NEVER)
    infusion = c.way.second_infusion[whose]
    reached = infusion < NEVER
    start = c.way.second_enrolment[whose]
    before = {k: np.asarray(v)[whose] for k, v in disease_before(rng, c, c.way.second_infusion < NEVER).items()}
    return pd.DataFrame(
        {
            "i": whose,
            "day": start,
            "product": c.base.product[whose],
            "enrolment": start,
            "apheresis_date": blank(iso(start + 1), start >= CUTOFF),
            "manufacturing_outcome": text(OUTCOME, np.where(reached, 0, 3)),
            "not_infused_date": "",
            "not_infused_reason": "",
            "course_intent": "index",
            "bridging_therapy": "",
            **infused_columns(rng, c, infusion, whose),
            **before,
        }
    )


def later_product(c: Cohort, whose: np.ndarray, cd19_positive: np.ndarray, again: np.ndarray) -> np.ndarray:
    """The same product again, or another one: bispecific where CD19 is lost, else the other label for the age."""
    codes = [p.code for p in PRODUCTS]
    own = c.base.product[whose]
    other = np.where(
        ~cd19_positive | (own != codes.index("CD1922")) & ~c.base.adult[whose],
        codes.index("CD1922"),
        np.where(own == codes.index("BREXU"), codes.index("OBE"), codes.index("BREXU")),
    )
    return np.where(again | (other == own), own, other)


def later_courses(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    """Re-infusion for loss of aplasia or for relapse, or another product after relapse."""
    f = c.fate
    relapsed = (f.rescue_by == -1) & (f.rescue < NEVER)
    whose = np.concatenate([np.flatnonzero(f.reinfusion < NEVER), np.flatnonzero(relapsed)])
    for_loss = np.arange(len(whose)) < (f.reinfusion < NEVER).sum()
    infusion = np.where(for_loss, f.reinfusion[whose], f.rescue[whose])
    positive = (f.cd19[whose] == 0) & (f.relapse[whose] < NEVER)
    again = for_loss | (positive & rare(rng, len(whose), 0.55))
    product = later_product(c, whose, positive, again)
    same = product == c.base.product[whose]
    intent = np.where(for_loss, 0, np.where(same, 1, 2))
    limit = np.where(for_loss, f.loss[whose], f.relapse[whose].clip(max=CUTOFF))
    decided = np.maximum(infusion - rng.integers(14, 30, len(whose)), np.minimum(limit, infusion - 7))
    empty = dict.fromkeys(NOT_RECORDED_LATER, "")
    return pd.DataFrame(
        {
            "i": whose,
            "day": infusion,
            "product": product,
            "enrolment": decided,
            "manufacturing_outcome": "released",
            "course_intent": text(("reinfusion_bca_loss", "reinfusion_relapse", "new_product"), intent),
            **infused_columns(rng, c, infusion, whose),
            **empty,
        }
    )


def treatment_course_rows(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    rows = stack(index_courses(c, rng), second_attempts(c, rng), later_courses(c, rng))
    rows = rows.sort_values(["i", "day"], kind="stable", ignore_index=True)
    rows["course_number"] = (rows.groupby("i").cumcount() + 1).astype("str")
    rows["product_code"] = text(tuple(p.code for p in PRODUCTS), rows["product"].to_numpy())
    rows["enrolment_date"] = blank(
        iso(rows["enrolment"].to_numpy()), rare(rng, len(rows), 0.01) & (rows["apheresis_date"] != "").to_numpy()
    )
    return rows


# ---------------------------------------------------------------- disease


def marrow_visits(c: Cohort) -> np.ndarray:
    """Which visits include a marrow: by schedule, or because there was no remission yet."""
    v = c.visits
    return MARROW[v.v] | (EARLY_MARROW[v.v] & (c.fate.remission[v.i] > c.fate.day0[v.i] + 35))


def in_remission(c: Cohort, i, day) -> np.ndarray:
    """Whether a response assessment on that day finds a remission, the first or a second one."""
    f = c.fate
    return (day >= f.remission[i]) & (day < f.relapse[i]) | (day >= f.second_remission[i])


def draw_response(rng: np.random.Generator, c: Cohort, i, day) -> np.ndarray:
    """Position in RESPONSES at a visit: CRi turns into CR within about three months."""
    f = c.fate
    recovering = f.incomplete[i] & (day < f.remission[i] + 60) | rare(rng, len(i), 0.04)
    status = np.where(in_remission(c, i, day), np.where(recovering, CRI, CR), NR)
    return np.where(rare(rng, len(i), 0.012), NE, status)


def response_frame(rng: np.random.Generator, i, day, response) -> pd.DataFrame:
    """Blasts to match, but for a few slips of CR with 5 % or more."""
    n = len(i)
    remission = (response == CR) | (response == CRI)
    slip = remission & rare(rng, n, 0.003)
    blasts = np.where(slip, rng.uniform(5, 9, n), np.where(remission, 4.4 * rng.beta(1, 4, n), rng.uniform(6, 95, n)))
    extramedullary = (response >= NR) & (response != NE) & rare(rng, n, 0.12)
    return pd.DataFrame(
        {
            "i": i,
            "day": day,
            "response": text(RESPONSES, response),
            "blasts_pct": number(blasts, (response == NE) | rare(rng, n, 0.12), 1),
            "extramedullary": yes_no(extramedullary, rare(rng, n, 0.25)),
        }
    )


def response_assessment_rows(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    marrow = marrow_visits(c)
    i, day = c.visits.i[marrow], c.visits.day[marrow]
    relapsed = np.flatnonzero((c.fate.relapse < NEVER) & rare(rng, len(c.fate.relapse), 0.85))
    at_relapse = response_frame(rng, relapsed, c.fate.relapse[relapsed], np.full(len(relapsed), RELAPSE))
    return stack(at_relapse, response_frame(rng, i, day, draw_response(rng, c, i, day)))


def disease_log10(rng: np.random.Generator, c: Cohort, i, day) -> np.ndarray:
    """log10 of the leukaemic fraction: gone after remission, residual in some, growing back before relapse."""
    f = c.fate
    none = np.full(len(i), -9.0)
    residual = np.where(f.mrd_positive[i], rng.uniform(-5.2, -2.2, len(i)), none)
    residual = np.where(day > f.remission[i] + 120, np.where(f.relapse[i] < NEVER, residual, none), residual)
    lead = np.maximum(f.relapse[i] - f.mrd_return[i], 1)
    growing = -4.8 + 3.6 * np.clip((day - f.mrd_return[i]) / np.where(f.relapse[i] < NEVER, lead, 120), 0, 1)
    remission = np.where((day >= f.mrd_return[i]) & (day <= f.preempted[i] + 30), growing, residual)
    active = (day < f.remission[i]) | (day >= f.relapse[i]) & (day < f.second_remission[i])
    return np.where(active, rng.uniform(-2.2, -0.1, len(i)), remission)


def below_the_marrow_border(level: np.ndarray) -> np.ndarray:
    """Levels over 1 % pressed together below 5 %: with more leukaemic cells in the marrow there is no remission."""
    return np.where(level > 0.01, 0.01 * (np.maximum(level, 0.01) / 0.01) ** 0.33, level)


def choose_method(rng: np.random.Generator, c: Cohort, i: np.ndarray) -> np.ndarray:
    """Position in METHODS: flow or PCR by centre, fusion transcripts in Ph-positive leukaemia, some sequencing."""
    usual = np.where(c.base.site[i] % 3 == 1, 1, 0)
    usual = np.where((c.base.cytogenetic[i] == 0) & rare(rng, len(i), 0.5), 2, usual)
    return np.where(rare(rng, len(i), 0.12), 3, usual)


def mrd_frame(rng: np.random.Generator, c: Cohort, i, day, method, specimen) -> pd.DataFrame:
    """One assay per row: what is below its sensitivity is negative, what is near it not quantifiable."""
    n = len(i)
    worse = 10.0 ** choose(rng, np.tile((0.85, 0.12, 0.03), (n, 1)))
    limit = np.minimum(SENSITIVITY[method] * worse, 1e-3)
    level = 10 ** (disease_log10(rng, c, i, day) + 0.15 * rng.standard_normal(n) - np.where(specimen == 1, 0.8, 0))
    level = np.minimum(np.where(rare(rng, n, 0.02), limit * rng.uniform(1, 4, n), level), 0.98)
    level = np.where(in_remission(c, i, day), below_the_marrow_border(level), level)
    failed = rare(rng, n, 0.015)
    seen, quantified = level >= limit, level >= 2 * limit
    result = np.where(failed, 3, np.where(seen, np.where(quantified | rare(rng, n, 0.3), 1, 2), 0))
    no_level = (result != 1) | rare(rng, n, 0.04)
    return pd.DataFrame(
        {
            "i": i,
            "day": day,
            "specimen": text(("BM", "PB"), specimen),
            "method": text(METHODS, method),
            "result": text(("negative", "positive", "positive_not_quantifiable", "failed"), result),
            "level": fraction(level, no_level),
            "sensitivity": fraction(limit, failed | rare(rng, n, 0.04)),
        }
    )


def mrd_before(rng: np.random.Generator, c: Cohort) -> pd.DataFrame:
    """The assay of the last marrow before lymphodepletion, of those infused."""
    n = len(c.way.staged)
    i = np.flatnonzero((c.way.day0 < NEVER) & rare(rng, n, 0.7))
    method = choose_method(rng, c, i)
    negative = c.base.mrd[i] < SENSITIVITY[method]
    return pd.DataFrame(
        {
            "i": i,
            "day": c.way.staged[i],
            "specimen": "BM",
            "method": text(METHODS, method),
            "result": np.where(negative, "negative", "positive"),
            "level": fraction(c.base.mrd[i], negative),
            "sensitivity": fraction(SENSITIVITY[method], rare(rng, len(i), 0.05)),
        }
    )


def mrd_assessment_rows(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    """A marrow assay at most marrow visits, a second method in some, blood in few, one at relapse."""
    at = np.flatnonzero(marrow_visits(c) & rare(rng, len(c.visits.i), 0.93))
    extra = at[rare(rng, len(at), 0.18)]
    blood = np.flatnonzero(rare(rng, len(c.visits.i), 0.06))
    relapsed = np.flatnonzero((c.fate.relapse < NEVER) & rare(rng, len(c.fate.relapse), 0.6))
    i = np.concatenate([c.visits.i[np.concatenate([at, extra, blood])], relapsed])
    day = np.concatenate([c.visits.day[np.concatenate([at, extra, blood])], c.fate.relapse[relapsed]])
    method = choose_method(rng, c, i)
    method[len(at) : len(at) + len(extra)] = 3
    specimen = np.zeros(len(i), dtype=int)
    specimen[len(at) + len(extra) : len(at) + len(extra) + len(blood)] = 1
    return stack(mrd_before(rng, c), mrd_frame(rng, c, i, day, method, specimen))


def relapses_before(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    i, k = np.nonzero(c.base.relapses < NEVER)
    n = len(i)
    site = choose(rng, np.tile((0.78, 0.09, 0.05, 0.03, 0.04, 0.01), (n, 1)))
    status = choose(rng, np.tile((0.45, 0.01, 0.0, 0.2, 0.34), (n, 1)))
    return pd.DataFrame(
        {
            "i": i,
            "day": c.base.relapses[i, k],
            "level": np.where(site >= 2, "extramedullary", "morphologic"),
            "cns": yes_no((site == 1) | (site == 2), rare(rng, n, 0.1)),
            "sites": blank(text(SITES_OF_RELAPSE, site), rare(rng, n, 0.15)),
            "cd19_status": text((*CD19, "unknown", ""), status),
        }
    )


def relapses_after(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    """A tenth outside the marrow only; CD19 unknown in 6 %, not recorded in 3 %."""
    i = np.flatnonzero((c.fate.relapse < NEVER) & rare(rng, len(c.fate.relapse), 0.97))
    n = len(i)
    site = choose(rng, np.tile((0.80, 0.08, 0.05, 0.03, 0.03, 0.01), (n, 1)))
    lost = choose(rng, np.tile((0.91, 0.06, 0.03), (n, 1)))
    cd19 = np.where(lost == 0, c.fate.cd19[i], 2 + lost)
    return pd.DataFrame(
        {
            "i": i,
            "day": c.fate.relapse[i],
            "level": np.where(site >= 2, "extramedullary", "morphologic"),
            "cns": yes_no((site == 1) | (site == 2), rare(rng, n, 0.06)),
            "sites": blank(text(SITES_OF_RELAPSE, site), rare(rng, n, 0.1)),
            "cd19_status": text((*CD19, "unknown", ""), cd19),
        }
    )


def molecular_relapses(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    """Called by the centre when MRD comes back well before the marrow fails, or is treated."""
    f, n = c.fate, len(c.fate.relapse)
    day = f.mrd_return + rng.integers(3, 14, n)
    end = np.minimum(np.minimum(f.relapse - 14, f.preempted), np.minimum(f.seen_until, f.death - 1))
    called = (day < end) & ((f.relapse < NEVER) | (f.preempted < NEVER)) & (day > f.remission + 20)
    i = np.flatnonzero(called & rare(rng, n, 0.4))
    return pd.DataFrame(
        {
            "i": i,
            "day": day[i],
            "level": "molecular",
            "cns": yes_no(np.zeros(len(i))),
            "sites": "bone marrow",
            "cd19_status": text((*CD19, "unknown"), np.where(rare(rng, len(i), 0.4), 3, f.cd19[i])),
        }
    )


def relapse_rows(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    return stack(relapses_before(c, rng), relapses_after(c, rng), molecular_relapses(c, rng))


# ---------------------------------------------------------------- B cells, immunoglobulins, CAR-T cells


def lost_aplasia(c: Cohort, i, day) -> np.ndarray:
    return day >= c.fate.loss[i]


def b_cell_percent(rng: np.random.Generator, c: Cohort, i, day) -> np.ndarray:
    """CD19-positive cells in percent of lymphocytes: leukaemia before remission, stray values before the loss."""
    n = len(i)
    since_loss = np.clip(day - c.fate.loss[i], 0, 3_000)
    recovered = 3.1 + 13 * (1 - np.exp(-since_loss / 90)) * np.exp(0.3 * rng.standard_normal(n))
    aplastic = np.where(rare(rng, n, 0.7), 0.0, 0.9 * rng.beta(1, 4, n))
    aplastic = np.where(rare(rng, n, 0.012), rng.uniform(3, 6, n), aplastic)
    grafted = (day > c.fate.transplant[i]) & (day > c.fate.transplant[i] + 120)
    leukaemic = (day < c.fate.remission[i]) & rare(rng, n, 0.4)
    normal = np.where(lost_aplasia(c, i, day) | grafted, np.maximum(recovered, 3.1), aplastic)
    return np.where(leukaemic, rng.uniform(0.5, 45, n), normal)


def b_cell_frame(rng: np.random.Generator, c: Cohort, i, day, marrow: bool) -> pd.DataFrame:
    n = len(i)
    percent = b_cell_percent(rng, c, i, day)
    early = day - c.fate.day0[i] < 60
    lymphocytes = lognormal(rng, np.where(early, 480, 1150), 0.45, n)
    below = percent < 0.1
    only_flag = below & rare(rng, n, 0.15)  # some centres report "not detected" and no figure
    no_share, no_count = only_flag | rare(rng, n, 0.05) | marrow, only_flag | rare(rng, n, 0.2) | marrow
    share_of_marrow = np.where(percent >= 3, rng.uniform(1.1, 6, n), 0.35 * rng.beta(1, 4, n) * ~below)
    return pd.DataFrame(
        {
            "i": i,
            "day": day,
            "specimen": "BM" if marrow else "PB",
            "lymphocytes_per_ul": number(lymphocytes, only_flag | rare(rng, n, 0.1) | marrow),
            "cd19_pct_lymphocytes": number(percent, no_share, 2),
            "cd19_per_ul": number(percent * lymphocytes / 100, no_count, 1),
            "normal_b_pct_marrow": number(share_of_marrow, np.full(n, not marrow), 2),
            "below_limit": yes_no(below, rare(rng, n, 0.06) & ~only_flag),
        }
    )


def b_cell_assessment_rows(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    """Blood before lymphodepletion and at most visits until relapse, marrow at a third of the marrow visits."""
    v = c.visits
    until = (v.day < c.fate.relapse[v.i]) & (rare(rng, len(v.i), 0.5) | (v.day < c.fate.transplant[v.i]))
    blood = until & rare(rng, len(v.i), 0.93)
    marrow = until & MARROW[v.v] & (v.day >= c.fate.remission[v.i]) & rare(rng, len(v.i), 0.3)
    before = np.flatnonzero((c.way.day0 < NEVER) & rare(rng, len(c.way.day0), 0.5))
    return stack(
        b_cell_frame(rng, c, before, c.way.staged[before], False),
        b_cell_frame(rng, c, v.i[blood], v.day[blood], False),
        b_cell_frame(rng, c, v.i[marrow], v.day[marrow], True),
    )


def on_replacement(c: Cohort) -> np.ndarray:
    """Who is given immunoglobulins during aplasia: by centre habit, children more often."""
    share = np.where(c.base.adult, 0.35, 0.6)
    return (c.base.site * 7 + c.base.birth) % 100 / 100 < share


def immunoglobulin_rows(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    v = c.visits
    pick = SEROLOGY[v.v] & (v.day < c.fate.relapse[v.i]) & rare(rng, len(v.i), 0.85)
    i, day = v.i[pick], v.day[pick]
    lost, n = lost_aplasia(c, i, day), len(i)
    replaced = on_replacement(c)[i] & ~(day > c.fate.loss[i] + 90)
    expected = np.where(replaced, 640, np.where(lost, 760, 520 - 60 * np.minimum((day - c.fate.day0[i]) / 180, 2)))
    return pd.DataFrame(
        {
            "i": i,
            "day": day,
            "igg_mg_dl": number(lognormal(rng, expected, 0.28, n), rare(rng, n, 0.01)),
            "on_replacement": yes_no(replaced, rare(rng, n, 0.12)),
        }
    )


def ivig_rows(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    """About every four weeks, from month 1 to the return of B cells, at most for 18 months."""
    f, n = c.fate, len(c.fate.day0)
    step = np.arange(19) * 29 + 33
    day = f.day0[:, None] + step + rng.integers(-4, 5, (n, 19))
    end = np.minimum(np.minimum(f.loss + 90, f.relapse), np.minimum(f.seen_until, f.death - 1))
    given = (on_replacement(c) & (f.day0 < NEVER))[:, None] & (day <= end[:, None]) & (rng.random((n, 19)) < 0.85)
    i, at = np.nonzero(given)
    return pd.DataFrame({"i": i, "day": day[i, at]})


def car_persistence_rows(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    """Measured at two thirds of the centres' patients; detected until shortly before B cells return."""
    v, f = c.visits, c.fate
    monitored = rng.random(len(f.day0)) < 0.6
    pick = PERSISTENCE[v.v] & monitored[v.i] & (v.day < f.relapse[v.i]) & rare(rng, len(v.i), 0.85)
    i, day, since, n = v.i[pick], v.day[pick], v.since[pick], int(pick.sum())
    method = np.array([0, 0, 1, 0, 2, 1, 0, 2])[c.base.site[i]]
    detected = (day < f.loss[i] + np.rint(rng.normal(-15, 35, n))) & (rng.random(n) < 0.97 - since / 4000)
    level = lognormal(rng, np.where(method == 2, 6.0, 9000.0) * np.exp(-since / 150), 0.9, n) + 0.05
    return pd.DataFrame(
        {
            "i": i,
            "day": day,
            "method": text(CAR_METHODS, method),
            "detected": yes_no(detected, rare(rng, n, 0.01)),
            "value": number(np.where(detected, level, 0), rare(rng, n, 0.1), 2),
            "unit": text(CAR_UNITS, method),
        }
    )


def contact_rows(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    """Every few months, by telephone when followed elsewhere, and the last one of those alive."""
    f, n = c.fate, len(c.fate.day0)
    start = np.minimum(f.day0, f.known_until)
    steps = np.arange(1, 28) * 130
    day = start[:, None] + steps + rng.integers(-25, 26, (n, 27))
    held = (day < f.known_until[:, None]) & (rng.random((n, 27)) < np.where(f.elsewhere, 0.35, 0.7)[:, None])
    i, at = np.nonzero(held)
    alive = np.flatnonzero(f.death == NEVER)
    return pd.DataFrame({"i": np.concatenate([i, alive]), "day": np.concatenate([day[i, at], f.known_until[alive]])})


# ---------------------------------------------------------------- transplants, later therapy, toxicity


def transplant_frame(rng: np.random.Generator, i, day, status) -> pd.DataFrame:
    n = len(i)
    donor = choose(rng, np.tile((0.27, 0.37, 0.08, 0.22, 0.06), (n, 1)))
    return pd.DataFrame(
        {
            "i": i,
            "day": day,
            "kind": "allogeneic",
            "donor": blank(text(DONORS, donor), rare(rng, n, 0.03)),
            "conditioning_tbi": yes_no(rare(rng, n, 0.62), rare(rng, n, 0.05)),
            "disease_status": text(GRAFT_STATUS, status),
        }
    )


def transplant_rows(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    """Before CAR-T, in remission after it (a few recorded as not in remission), as salvage after relapse."""
    b, f = c.base, c.fate
    before, after, salvage = (np.flatnonzero(x < NEVER) for x in (b.transplant, f.transplant, f.salvage_transplant))
    residual = f.mrd_return[after] < f.transplant[after]
    status = np.where(residual, 1, choose(rng, np.tile((0.86, 0.03, 0.11), (len(after), 1))))
    status = np.where(rare(rng, len(after), 0.03), 3, status)
    rows = stack(
        transplant_frame(
            rng, before, b.transplant[before], choose(rng, np.tile((0.5, 0.2, 0.27, 0.03), (len(before), 1)))
        ),
        transplant_frame(rng, after, f.transplant[after], status),
        transplant_frame(
            rng, salvage, f.salvage_transplant[salvage], choose(rng, np.tile((0.5, 0.25, 0.15, 0.1), (len(salvage), 1)))
        ),
    )
    autologous = (np.arange(len(rows)) < len(before)) & rare(rng, len(rows), 0.02)
    rows.loc[autologous, ["kind", "donor"]] = ["autologous", ""]
    return rows


def maintenance_in_remission(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    """TKI in Ph-positive leukaemia, rarely maintenance chemotherapy, while in remission."""
    f, n = c.fate, len(c.fate.day0)
    tki = c.base.cytogenetic == 0
    day = f.remission + rng.integers(25, 110, n)
    end = np.minimum(np.minimum(f.relapse, f.transplant), np.minimum(f.seen_until, f.death - 1))
    i = np.flatnonzero((day < end) & (f.day0 < NEVER) & (rng.random(n) < np.where(tki, 0.4, 0.02)))
    kind = np.where(tki[i], THERAPY.index("tki"), THERAPY.index("maintenance"))
    return pd.DataFrame({"i": i, "day": day[i], "kind": text(THERAPY, kind)})


def subsequent_therapy_rows(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    """Rescue, therapy for MRD in remission, maintenance; donor lymphocytes need a donor."""
    f = c.fate
    donor = np.minimum(c.base.transplant, f.transplant)
    rescued = np.flatnonzero((f.rescue < NEVER) & (f.rescue_by >= 0))
    by = np.where((f.rescue_by[rescued] == 3) & (donor[rescued] > f.rescue[rescued]), 0, f.rescue_by[rescued])
    treated = np.flatnonzero(f.preempted < NEVER)
    rescue = pd.DataFrame({"i": rescued, "day": f.rescue[rescued], "kind": text(THERAPY, by)})
    early = pd.DataFrame({"i": treated, "day": f.preempted[treated], "kind": text(THERAPY, f.preempted_by[treated])})
    return stack(rescue, early, maintenance_in_remission(c, rng))


def draw_grade(rng: np.random.Generator, any_, severe) -> np.ndarray:
    """0 to 4: severe is 3 or 4; two thirds of the milder ones are grade 1."""
    u, v = rng.random(len(any_)), rng.random(len(any_))
    return np.where(u < severe, np.where(v < 0.72, 3, 4), np.where(u < any_, np.where(v < 0.62, 1, 2), 0))


def toxicity_frame(rng: np.random.Generator, c: Cohort, kind: str, scale, any_, severe, first_day) -> pd.DataFrame:
    """Onset, resolution (a few slips of resolved before onset), treatment; grade 5 where it was the cause of death."""
    f, n = c.fate, len(c.fate.day0)
    fatal = (f.death - f.day0 < 30) & (f.death < NEVER) & (f.cause == TOXICITY) & (kind == "CRS")
    grade = np.where(fatal, 5, draw_grade(rng, any_, severe))
    onset = f.day0 + first_day
    onset = np.where(fatal, np.minimum(onset, f.death - 2), onset)
    resolved = onset + 2 + rng.poisson(2 + grade) - np.where(rare(rng, n, 0.006), 12, 0)
    i = np.flatnonzero((f.day0 < NEVER) & (grade > 0) & (onset <= np.minimum(f.seen_until, f.death - 1)))
    grade, lost = grade[i], rare(rng, len(i), 0.02)
    open_ended = (resolved[i] > np.minimum(f.seen_until, f.death - 1)[i]) | (grade == 5) | rare(rng, len(i), 0.05)
    toci = rng.random(len(i)) < np.array([0, 0.12, 0.55, 0.93, 0.97, 1.0])[grade] * (1.0 if kind == "CRS" else 0.15)
    steroids = rng.random(len(i)) < np.array([0, 0.05, 0.22, 0.65, 0.85, 1.0])[grade] * (1.0 if kind == "CRS" else 1.15)
    return pd.DataFrame(
        {
            "i": i,
            "day": onset[i],
            "kind": kind,
            "grade": count(grade, lost),
            "scale": text(("ASTCT", "Penn", "CTCAE"), scale[i]),
            "onset_date": iso(onset[i]),
            "resolution_date": iso(np.where(open_ended, NEVER, resolved[i])),
            "tocilizumab": yes_no(toci, rare(rng, len(i), 0.04)),
            "steroids": yes_no(steroids, rare(rng, len(i), 0.04)),
        }
    )


def adverse_event_rows(c: Cohort, rng: np.random.Generator) -> pd.DataFrame:
    """ASTCT grades; before mid-2019 tisagenlecleucel centres graded on the Penn scale and CTCAE."""
    b, n = c.base, len(c.base.product)
    old = (by_product("code", b.product) == "TISA") & (c.fate.day0 < 18_050)
    high = np.clip((b.blasts - 35) / 45, -0.8, 1.2)
    crs, crs_bad, icans, icans_bad = (
        by_product(k, b.product) for k in ("crs_any", "crs_severe", "icans_any", "icans_severe")
    )
    crs_any = np.clip(crs * (1 + 0.12 * high), 0, 0.97)
    crs_severe = np.where(old, 0.40, crs_bad) * np.exp(0.8 * high - 0.4)
    start = np.maximum(1 + rng.poisson(np.where(high > 0.3, 2.0, 3.5), n), 1)
    return stack(
        toxicity_frame(rng, c, "CRS", np.where(old, 1, 0), crs_any, crs_severe, start),
        toxicity_frame(
            rng,
            c,
            "ICANS",
            np.where(old, 2, 0),
            icans * np.exp(0.25 * high),
            icans_bad * np.exp(0.5 * high - 0.15),
            start + rng.integers(1, 5, n),
        ),
    )


ROWS = {
    "patient": patient_rows,
    "treatment_course": treatment_course_rows,
    "response_assessment": response_assessment_rows,
    "mrd_assessment": mrd_assessment_rows,
    "b_cell_assessment": b_cell_assessment_rows,
    "immunoglobulin": immunoglobulin_rows,
    "ivig": ivig_rows,
    "contact": contact_rows,
    "car_persistence": car_persistence_rows,
    "relapse": relapse_rows,
    "transplant": transplant_rows,
    "subsequent_therapy": subsequent_therapy_rows,
    "adverse_event": adverse_event_rows,
}
