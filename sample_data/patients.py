"""The rows of `patient` and `treatment_course`.

Every `<table>_rows` function of this folder takes a block of patients and its table's streams, and returns a frame with
the patient's position `i`, the row's `day` where the table has one, and the table's columns as they stand in the CSV
file (text, missing empty). A column draws from the stream of its own name.
"""

import numpy as np
import pandas as pd

from sample_data.baseline import CYTOGENETICS, STATUS
from sample_data.fate import CAUSE, CRS, IEC_HS, NOT_TOLD_APART
from sample_data.parameters import PRODUCTS, SITES, by_product
from sample_data.streams import CUTOFF, NEVER, Draw, lognormal, pick, rare
from sample_data.visits import Cohort
from sample_data.way import OUTCOME, REASON
from sample_data.writing import blank, count, fraction, iso, number, stack, text, yes_no

BRIDGING = ("none", "chemotherapy", "antibody", "steroids", "other")
TOLD_APART_FROM = 18_993  # 2022: before it CRS, ICANS and IEC-HS are one cause of death
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
    "transplant_intended",
)  # of re-infusions


def patient_rows(c: Cohort, draw: Draw) -> pd.DataFrame:
    b, n = c.base, len(c)

    def missing(name: str, share: float) -> np.ndarray:
        return rare(draw(name), n, share)

    relapses = (b.relapses < NEVER).sum(axis=1)
    lines = 1 + relapses + b.blinatumomab + b.inotuzumab + draw("more lines").integers(-1, 2, n)
    return pd.DataFrame(
        {
            "i": np.arange(n),
            "site_code": text(SITES, b.site),
            "sex": text(("male", "female"), b.female.astype(int)),
            "birth_month": blank(iso(b.birth).astype("U7").astype(object), missing("birth_month", 0.008)),
            "diagnosis_date": blank(iso(b.diagnosis), missing("diagnosis_date", 0.01)),
            "cytogenetic_group": blank(text(CYTOGENETICS, b.cytogenetic), missing("cytogenetic_group", 0.05)),
            "down_syndrome": yes_no(b.down, missing("down_syndrome", 0.03)),
            "prior_lines": count(np.maximum(lines, 1), missing("prior_lines", 0.03)),
            "prior_relapses": count(relapses, missing("prior_relapses", 0.01)),
            "prior_blinatumomab": yes_no(b.blinatumomab, missing("prior_blinatumomab", 0.03)),
            "prior_inotuzumab": yes_no(b.inotuzumab, missing("prior_inotuzumab", 0.03)),
            **prior_transplant(c, draw),
            "prior_car_t": yes_no(b.car_t, missing("prior_car_t", 0.02)),
            **follow_up(c, draw),
        }
    )


def prior_transplant(c: Cohort, draw: Draw) -> dict:
    """The answers beside the transplant's own row; a few say no although there is one."""
    n, done = len(c), c.base.transplant < NEVER
    denied = done & rare(draw("denied"), n, 0.02)
    kind = text(("allogeneic", "autologous"), c.base.autologous.astype(int))
    return {
        "prior_transplant": yes_no(done & ~denied, rare(draw("prior_transplant"), n, 0.015) & ~done),
        "prior_transplant_kind": blank(kind, ~done | denied | rare(draw("prior_transplant_kind"), n, 0.08)),
    }


def follow_up(c: Cohort, draw: Draw) -> dict:
    f, n, dead = c.fate, len(c), c.fate.death < NEVER
    old = (f.cause >= CRS) & (f.cause <= IEC_HS) & (f.death < TOLD_APART_FROM)
    cause = text(CAUSE, np.where(old, NOT_TOLD_APART, f.cause))
    return {
        "followed_elsewhere": yes_no(f.elsewhere, rare(draw("followed_elsewhere"), n, 0.02)),
        "last_contact_date": blank(iso(f.known_until), rare(draw("last_contact_date"), n, 0.01) & ~dead),
        "vital_status": text(("alive", "dead"), dead.astype(int)),
        "death_date": iso(f.death),
        "cause_of_death": blank(cause, ~dead | rare(draw("cause_of_death"), n, 0.02)),
    }


def doses(draw: Draw, c: Cohort, split: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First dose in millions of cells, in all and per kg; a split dose starts low when the marrow is full (FELIX)."""
    n = len(split)
    years = np.clip((c.way.day0.clip(max=CUTOFF) - c.base.birth) / 365.25, 0.5, None)
    usual = np.where(years < 18, 6 + 3.1 * years, 72)
    weight = np.clip(lognormal(draw("weight"), usual, 0.18, n), 5, 130)
    per_kg = lognormal(draw("dose per kg"), np.maximum(by_product("dose_e6_per_kg", c.base.product), 0.1), 0.3, n)
    cells = np.where(
        split,
        np.where(c.base.blasts > 20, 10.0, 100.0),
        np.minimum(per_kg * weight, by_product("dose_most_e6", c.base.product)),
    )
    return cells, cells / weight


def split_dose(draw: Draw, c: Cohort) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Planned split dose: whether, the day of its second part (about day 10), its size in millions."""
    n = len(c)
    split = by_product("dose_e6_per_kg", c.base.product) == 0
    day = c.way.day0 + 9 + draw("second dose day").integers(0, 4, n)
    given = split & rare(draw("second dose given"), n, 0.94) & (day < c.fate.death) & (day <= c.fate.seen_until)
    return split, np.where(given, day, NEVER), np.where(c.base.blasts > 20, 400.0, 310.0)


def disease_before(draw: Draw, c: Cohort, reached: np.ndarray) -> dict:
    """The disease before lymphodepletion; of those never infused little is known."""
    b, n = c.base, len(c)
    unknown = ~reached & rare(draw("disease not known"), n, 0.7)
    day = np.where(reached, c.way.staged, b.enrolment)
    cns = text(("CNS1", "CNS2", "CNS3"), pick(draw("cns"), (0.86, 0.09, 0.05), n))
    return {
        "disease_status_before": blank(text(STATUS, b.status), unknown),
        "burden_date": blank(iso(day), unknown),
        "blasts_pct_before": number(b.blasts, unknown | rare(draw("blasts_pct_before"), n, 0.05), 1),
        "mrd_level_before": fraction(b.mrd, unknown | rare(draw("mrd_level_before"), n, 0.25)),
        "cns_status": blank(cns, unknown | rare(draw("cns_status"), n, 0.06)),
        "extramedullary": yes_no(
            rare(draw("extramedullary before"), n, 0.13), unknown | rare(draw("extramedullary"), n, 0.06)
        ),
    }


def infused_columns(draw: Draw, c: Cohort, infusion: np.ndarray, whose: np.ndarray) -> dict:
    """Lymphodepletion, dose and what was looked for, of courses infused on `infusion` (or NEVER)."""
    n, given = len(whose), infusion < NEVER
    split, second, second_cells = (x[whose] for x in split_dose(draw, c))
    cells, per_kg = (x[whose] for x in doses(draw, c, by_product("dose_e6_per_kg", c.base.product) == 0))
    second = np.where(given & (infusion == c.way.day0[whose]), second, NEVER)
    regimen = text(("flu_cy", "other", "none"), pick(draw("regimen"), (0.93, 0.05, 0.02), n))
    start = infusion - draw("days before").integers(4, 7, n)

    def looked_for(name: str, no: float, missing: float) -> np.ndarray:
        return yes_no(~rare(draw(f"{name}: no"), n, no), ~given | rare(draw(name), n, missing))

    return {
        "lymphodepletion": blank(regimen, ~given | rare(draw("lymphodepletion"), n, 0.02)),
        "lymphodepletion_start": blank(iso(start), ~given | rare(draw("lymphodepletion_start"), n, 0.03)),
        "infusion_date": iso(infusion),
        "dose_cells_e6": number(cells, ~given | rare(draw("dose_cells_e6"), n, 0.05), 1),
        "dose_per_kg_e6": number(per_kg, ~given | split | rare(draw("dose_per_kg_e6"), n, 0.08), 2),
        "second_dose_date": iso(second),
        "second_dose_cells_e6": number(second_cells, second == NEVER),
        "crs_assessed": looked_for("crs_assessed", 0.02, 0.04),
        "icans_assessed": looked_for("icans_assessed", 0.03, 0.05),
        "iec_hs_assessed": looked_for("iec_hs_assessed", 0.10, 0.15),
        "icaht_assessed": looked_for("icaht_assessed", 0.08, 0.12),
        "transplant_intended": yes_no(c.fate.intended[whose], ~given | rare(draw("transplant_intended"), n, 0.12)),
    }


def index_courses(c: Cohort, draw: Draw) -> pd.DataFrame:
    w, n = c.way, len(c)
    reached, stopped = w.infusion < NEVER, w.stopped < NEVER
    bridging = text(BRIDGING, pick(draw("bridging"), (0.22, 0.5, 0.16, 0.07, 0.05), n))
    outcome_missing = rare(draw("manufacturing_outcome"), n, 0.01) & reached
    return pd.DataFrame(
        {
            "i": np.arange(n),
            "day": c.base.enrolment,
            "product": c.base.product,
            "enrolment": c.base.enrolment,
            "apheresis_date": blank(iso(w.apheresis), rare(draw("apheresis_date"), n, 0.01)),
            "manufacturing_outcome": blank(text(OUTCOME, w.outcome), outcome_missing),
            "not_infused_date": iso(w.stopped),
            "not_infused_reason": blank(text(REASON, w.reason), ~stopped),
            "course_intent": "index",
            "bridging_therapy": blank(bridging, ~reached | rare(draw("bridging_therapy"), n, 0.06)),
            **infused_columns(draw, c, w.infusion, np.arange(n)),
            **disease_before(draw, c, reached),
        }
    )


def second_attempts(c: Cohort, draw: Draw) -> pd.DataFrame:
    """A new apheresis after a failed manufacture: the first infused course is then the second one."""
    whose = np.flatnonzero(c.way.second_enrolment < NEVER)
    infusion, start = c.way.second_infusion[whose], c.way.second_enrolment[whose]
    before = {k: np.asarray(v)[whose] for k, v in disease_before(draw, c, c.way.second_infusion < NEVER).items()}
    return pd.DataFrame(
        {
            "i": whose,
            "day": start,
            "product": c.base.product[whose],
            "enrolment": start,
            "apheresis_date": blank(iso(start + 1), start >= CUTOFF),
            "manufacturing_outcome": text(OUTCOME, np.where(infusion < NEVER, 0, 3)),
            "not_infused_date": "",
            "not_infused_reason": "",
            "course_intent": "index",
            "bridging_therapy": "",
            **infused_columns(draw, c, infusion, whose),
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


def later_courses(c: Cohort, draw: Draw) -> pd.DataFrame:
    """Re-infusion for loss of aplasia or for relapse, or another product after relapse."""
    f = c.fate
    relapsed = (f.rescue_by == -1) & (f.rescue < NEVER)
    whose = np.concatenate([np.flatnonzero(f.reinfusion < NEVER), np.flatnonzero(relapsed)])
    for_loss = np.arange(len(whose)) < (f.reinfusion < NEVER).sum()
    infusion = np.where(for_loss, f.reinfusion[whose], f.rescue[whose])
    positive = (f.cd19[whose] == 0) & (f.relapse[whose] < NEVER)
    again = for_loss | (positive & rare(draw("same product"), len(whose), 0.55))
    product = later_product(c, whose, positive, again)
    intent = np.where(for_loss, 0, np.where(product == c.base.product[whose], 1, 2))
    limit = np.where(for_loss, f.loss[whose], f.relapse[whose].clip(max=CUTOFF))
    ahead = draw("decided").integers(14, 30, len(whose))
    return pd.DataFrame(
        {
            "i": whose,
            "day": infusion,
            "product": product,
            "enrolment": np.maximum(infusion - ahead, np.minimum(limit, infusion - 7)),
            "manufacturing_outcome": "released",
            "course_intent": text(("reinfusion_bca_loss", "reinfusion_relapse", "new_product"), intent),
            **infused_columns(draw, c, infusion, whose),
            **dict.fromkeys(NOT_RECORDED_LATER, ""),
        }
    )


def treatment_course_rows(c: Cohort, draw: Draw) -> pd.DataFrame:
    """A few courses lack the date of enrolment; of a very few infused ones nothing before infusion is dated."""
    rows = stack(index_courses(c, draw), second_attempts(c, draw), later_courses(c, draw))
    rows = rows.sort_values(["i", "day"], kind="stable", ignore_index=True)
    n = len(rows)
    rows["course_number"] = (rows.groupby("i").cumcount() + 1).astype("str")
    rows["product_code"] = text(tuple(p.code for p in PRODUCTS), rows["product"].to_numpy())
    undated = rare(draw("nothing before infusion"), n, 0.004) & (rows["infusion_date"] != "").to_numpy()
    rows["apheresis_date"] = blank(rows["apheresis_date"].to_numpy(), undated)
    missing = rare(draw("enrolment_date"), n, 0.01) & (rows["apheresis_date"] != "").to_numpy()
    rows["enrolment_date"] = blank(iso(rows["enrolment"].to_numpy()), missing | undated)
    return rows
