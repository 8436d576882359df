"""The rows of `adverse_event`, `infection` and `second_malignancy`."""

import numpy as np
import pandas as pd

from sample_data.fate import CRS, ICANS, IEC_HS, INFECTION, SECOND_MALIGNANCY
from sample_data.parameters import INFECTIONS, by_product
from sample_data.streams import NEVER, Draw, lognormal, pick, rare
from sample_data.visits import Cohort
from sample_data.writing import blank, count, iso, stack, text, yes_no

SCALES = ("ASTCT", "Penn", "CTCAE", "EHA_EBMT")
ASTCT, PENN, CTCAE, EHA_EBMT = range(4)
PENN_UNTIL = 17_897  # 2018: before 2019 centres graded tisagenlecleucel on Penn and CTCAE
TOCILIZUMAB = np.array([0, 0.12, 0.55, 0.93, 0.97, 1.0])  # by grade
STEROIDS = np.array([0, 0.05, 0.22, 0.65, 0.85, 1.0])
GIVEN = {"CRS": (1.0, 1.0), "ICANS": (0.15, 1.15), "IEC_HS": (0.5, 1.1), "ICAHT": (0.0, 0.1)}
CAUSES = {"CRS": CRS, "ICANS": ICANS, "IEC_HS": IEC_HS}
ORGANISMS = ("bacterial", "viral", "fungal", "other", "")
SITES = ("blood", "lungs", "upper airways", "gut", "urinary tract", "skin", "central nervous system", "")
MALIGNANCIES = ("myeloid", "lymphoid", "solid", "skin", "other")
LATE_ICAHT = 31


def draw_grade(draw: Draw, kind: str, any_, severe) -> np.ndarray:
    """0 to 4: severe is 3 or 4; two thirds of the milder ones are grade 1."""
    u, v = draw(f"{kind} grade").random(len(any_)), draw(f"{kind} grade within").random(len(any_))
    return np.where(u < severe, np.where(v < 0.72, 3, 4), np.where(u < any_, np.where(v < 0.62, 1, 2), 0))


def fatal(c: Cohort, kind: str) -> np.ndarray:
    f = c.fate
    return (f.death - f.day0 < 30) & (f.death < NEVER) & (f.cause == CAUSES.get(kind, -1))


def episodes(draw: Draw, c: Cohort, kind: str, scale, grade, first_day) -> pd.DataFrame:
    """Onset, resolution (a few slips of resolved before onset), treatment; grade 5 where it was the cause of death."""
    f, n = c.fate, len(c)
    ends = fatal(c, kind)
    grade = np.where(ends, 5, grade)
    onset = np.where(ends, np.minimum(f.day0 + first_day, f.death - 2), f.day0 + first_day)
    lasts = 2 + draw(f"{kind} lasts").poisson(2 + grade) - np.where(rare(draw(f"{kind} slip"), n, 0.006), 12, 0)
    i = np.flatnonzero(c.infused & (grade > 0) & (onset >= f.day0) & (onset <= f.last_row))
    m, grade, resolved = len(i), grade[i], (onset + lasts)[i]
    open_ended = (resolved > f.last_row[i]) | (grade == 5) | rare(draw(f"{kind} resolution_date"), m, 0.05)
    tocilizumab = rare(draw(f"{kind} given tocilizumab"), m, TOCILIZUMAB[grade] * GIVEN[kind][0])
    steroids = rare(draw(f"{kind} given steroids"), m, STEROIDS[grade] * GIVEN[kind][1])
    return pd.DataFrame(
        {
            "i": i,
            "day": onset[i],
            "kind": kind,
            "grade": count(grade, rare(draw(f"{kind} grade missing"), m, 0.02)),
            "scale": text(SCALES, scale[i]),
            "onset_date": iso(onset[i]),
            "resolution_date": iso(np.where(open_ended, NEVER, resolved)),
            "tocilizumab": yes_no(tocilizumab, rare(draw(f"{kind} tocilizumab"), m, 0.04)),
            "steroids": yes_no(steroids, rare(draw(f"{kind} steroids"), m, 0.04)),
        }
    )


def adverse_event_rows(c: Cohort, draw: Draw) -> pd.DataFrame:
    """CRS and ICANS on ASTCT (before 2019 tisagenlecleucel on Penn and CTCAE), IEC-HS after CRS on ASTCT 2023, ICAHT
    early and late on EHA/EBMT; their shares are our choice but for CRS and ICANS."""
    b, n = c.base, len(c)
    old = (by_product("code", b.product) == "TISA") & (c.fate.day0 < PENN_UNTIL)
    shares = {k: by_product(k, b.product) for k in ("crs_any", "crs_severe", "icans_any", "icans_severe")}
    crs_severe = np.where(old, 0.40, shares["crs_severe"]) * np.exp(0.8 * b.burden - 0.4)
    crs = draw_grade(draw, "CRS", np.clip(shares["crs_any"] * (1 + 0.12 * b.burden), 0, 0.97), crs_severe)
    icans_any, icans_severe = shares["icans_any"], shares["icans_severe"]
    icans = draw_grade(draw, "ICANS", icans_any * np.exp(0.25 * b.burden), icans_severe * np.exp(0.5 * b.burden - 0.15))
    hs = draw_grade(draw, "IEC_HS", np.where(crs >= 3, 0.14, 0.012), np.where(crs >= 3, 0.09, 0.005))
    early = draw_grade(draw, "early ICAHT", np.full(n, 0.55), np.clip(0.2 + 0.1 * b.burden, 0, 1))
    late = draw_grade(draw, "late ICAHT", np.where(early >= 3, 0.3, 0.07), np.where(early >= 3, 0.12, 0.02))
    start = np.maximum(1 + draw("CRS onset").poisson(np.where(b.burden > 0.3, 2.0, 3.5), n), 1)
    after = start + draw("ICANS onset").integers(1, 5, n)
    on = {name: np.full(n, scale) for name, scale in (("astct", ASTCT), ("eha", EHA_EBMT))}
    return stack(
        episodes(draw, c, "CRS", np.where(old, PENN, ASTCT), crs, start),
        episodes(draw, c, "ICANS", np.where(old, CTCAE, ASTCT), icans, after),
        episodes(draw, c, "IEC_HS", on["astct"], hs, start + draw("IEC_HS onset").integers(4, 12, n)),
        episodes(draw, c, "ICAHT", on["eha"], early, draw("early ICAHT onset").integers(1, 12, n)),
        episodes(draw, c, "ICAHT", on["eha"], late, LATE_ICAHT + draw("late ICAHT onset").integers(0, 40, n)),
    )


def infection_rows(c: Cohort, draw: Draw) -> pd.DataFrame:
    """By class of organism, most in the first weeks (CIBMTR 2025), fewer later; the one that was the cause of death.
    One of a class and day."""
    rows = stack(*(infections(draw, c, name, *rates) for name, rates in INFECTIONS.items()), deadly(draw, c))
    return rows.drop_duplicates(["i", "day", "organism_class"], ignore_index=True)


def infections(draw: Draw, c: Cohort, organism: str, by_day_100: float, later: float) -> pd.DataFrame:
    """by_day_100: share of infused with one by day 100; later: a year afterwards. Adults have a few more."""
    f, n = c.fate, len(c)
    rate = -np.log(1 - by_day_100) * np.where(c.base.adult, 1.25, 1.0)
    early = draw(f"{organism} early").poisson(rate)
    soon = f.day0[:, None] + draw(f"{organism} early day").gamma(1.2, 22, (n, 3)).astype(np.int64).clip(0, 100)
    late = draw(f"{organism} late").poisson(later * 4, n)
    then = f.day0[:, None] + 101 + (draw(f"{organism} late day").random((n, 5)) * 4 * 365).astype(np.int64)
    day, number = np.hstack([soon, then]), np.hstack([np.arange(3) < early[:, None], np.arange(5) < late[:, None]])
    spared = (day > f.day0[:, None] + 100) & (day > f.loss[:, None] + 120) & (draw("spared").random((n, 8)) < 0.5)
    i, at = np.nonzero(number & c.infused[:, None] & (day <= f.last_row[:, None]) & ~spared)
    grade = pick(draw(f"{organism} grades"), (0.08, 0.42, 0.45, 0.05), len(i)) + 1
    return infection_frame(draw, organism, i, day[i, at], grade)


def deadly(draw: Draw, c: Cohort) -> pd.DataFrame:
    f, n = c.fate, len(c)
    day = f.death - draw("deadly day").integers(3, 16, n)
    i = np.flatnonzero((f.death < NEVER) & (f.cause == INFECTION) & c.infused & (day >= f.day0))
    organism = text(ORGANISMS, pick(draw("deadly organism"), (0.5, 0.2, 0.2, 0.05, 0.05), len(i)))
    return infection_frame(draw, organism, i, day[i], np.full(len(i), 5))


def infection_frame(draw: Draw, organism, i, day, grade) -> pd.DataFrame:
    n = len(i)
    where = pick(draw("site"), (0.27, 0.17, 0.22, 0.12, 0.07, 0.06, 0.02, 0.07), n)
    return pd.DataFrame(
        {
            "i": i,
            "day": day,
            "onset_date": iso(day),
            "organism_class": organism,
            "grade": count(grade, rare(draw("grade"), n, 0.08) & (grade < 5)),
            "site": text(SITES, where),
        }
    )


def second_malignancy_rows(c: Cohort, draw: Draw) -> pd.DataFrame:
    """About one percent a year, our choice; most tumours are tested for the transgene, in almost none it is found."""
    f, n = c.fate, len(c)
    before_death = f.death - 30 - lognormal(draw("before death"), 120, 0.4, n).astype(np.int64)
    day = np.where((f.cause == SECOND_MALIGNANCY) & (f.death < NEVER), before_death, f.second_malignancy)
    i = np.flatnonzero(c.infused & (day > f.day0) & (day <= f.last_row))
    m = len(i)
    kind = pick(draw("kind of cancer"), (0.42, 0.16, 0.24, 0.14, 0.04), m)
    tested, of_t_cells = rare(draw("tested"), m, 0.7), (kind == 1) & rare(draw("of t cells"), m, 0.3)
    found = tested & of_t_cells & rare(draw("found"), m, 0.4)
    return pd.DataFrame(
        {
            "i": i,
            "day": day[i],
            "diagnosis_date": iso(day[i]),
            "kind": text(MALIGNANCIES, kind),
            "t_cell_origin": yes_no(of_t_cells, rare(draw("t_cell_origin"), m, 0.08)),
            "transgene_tested": yes_no(tested, rare(draw("transgene_tested"), m, 0.12) & ~tested),
            "transgene_found": blank(yes_no(found), ~tested),
        }
    )
