"""The rows of `response_assessment`, `mrd_assessment` and `relapse`."""

import numpy as np
import pandas as pd

from sample_data.baseline import PH_POSITIVE
from sample_data.fate import CD19
from sample_data.parameters import by_product
from sample_data.streams import NEVER, Draw, choose, pick, rare
from sample_data.visits import EARLY_MARROW, MARROW, Cohort
from sample_data.writing import blank, fraction, number, stack, text, yes_no

RESPONSES = ("CR", "CRi", "NR", "RELAPSE", "NE", "MLFS")
CR, CRI, NR, RELAPSE, NE, MLFS = range(6)
METHODS = ("flow", "pcr_igtr", "pcr_fusion", "ngs", "dpcr")
SENSITIVITY = np.array([1e-4, 1e-5, 1e-5, 1e-6, 1e-5])  # usual for each method
PCR, FUSION, NGS, DIGITAL = 1, 2, 3, 4
SITES_OF_RELAPSE = ("bone marrow", "bone marrow; CNS", "CNS", "testis", "lymph nodes", "skin")
ANTIGEN = (*CD19, "unknown", "")
UNKNOWN, EMPTY = 3, 4


def marrow_visits(c: Cohort) -> np.ndarray:
    """Which visits include a marrow: by schedule, or because there was no remission yet."""
    v = c.visits
    return MARROW[v.v] | (EARLY_MARROW[v.v] & (c.fate.remission[v.i] > c.fate.day0[v.i] + 35))


def in_remission(c: Cohort, i, day) -> np.ndarray:
    """Whether a response assessment on that day finds a remission, the first or a second one."""
    f = c.fate
    return (day >= f.remission[i]) & (day < f.relapse[i]) | (day >= f.second_remission[i])


def draw_response(draw: Draw, c: Cohort, i, day) -> np.ndarray:
    """Position in RESPONSES at a visit: CRi turns into CR within about three months. A very few in remission are
    written down as NR, with no word of a relapse."""
    f, n = c.fate, len(i)
    recovering = f.incomplete[i] & (day < f.remission[i] + 60) | rare(draw("incomplete"), n, 0.04)
    found = in_remission(c, i, day)
    before = np.where(f.mlfs[i] & (day < f.remission[i]), MLFS, NR)
    status = np.where(found, np.where(recovering, CRI, CR), before)
    status = np.where(found & rare(draw("written as no remission"), n, 0.003), NR, status)
    return np.where(rare(draw("not evaluable"), n, 0.012), NE, status)


def response_frame(draw: Draw, i, day, response) -> pd.DataFrame:
    """Blasts to match, but for a few slips of CR with 5 % or more."""
    n = len(i)
    without = np.isin(response, (CR, CRI, MLFS))
    slip = without & rare(draw("slip"), n, 0.003)
    few, many = 4.4 * draw("few blasts").beta(1, 4, n), draw("blasts").uniform(6, 95, n)
    blasts = np.where(slip, draw("blasts of a slip").uniform(5, 9, n), np.where(without, few, many))
    outside = np.isin(response, (NR, RELAPSE)) & rare(draw("outside the marrow"), n, 0.12)
    return pd.DataFrame(
        {
            "i": i,
            "day": day,
            "response": text(RESPONSES, response),
            "blasts_pct": number(blasts, (response == NE) | rare(draw("blasts_pct"), n, 0.12), 1),
            "extramedullary": yes_no(outside, rare(draw("extramedullary"), n, 0.25)),
        }
    )


def response_assessment_rows(c: Cohort, draw: Draw) -> pd.DataFrame:
    """At marrow visits and at most relapses; a few much too early to be a remission, and a few on molecular relapse
    alone."""
    f, n, marrow = c.fate, len(c), marrow_visits(c)
    i, day = c.visits.i[marrow], c.visits.day[marrow]
    at_visits = draw_response(draw, c, i, day)
    relapsed = np.flatnonzero((f.relapse < NEVER) & rare(draw("assessed at relapse"), n, 0.85))
    soon = f.day0 + draw("day of an early look").integers(9, 13, n)
    early = np.flatnonzero(c.infused & (soon <= f.last_row) & rare(draw("early look"), n, 0.012))
    called = molecular(c)
    coded = np.flatnonzero((called < NEVER) & rare(draw("molecular coded as relapse"), n, 0.25))
    return response_frame(
        draw,
        np.concatenate([relapsed, coded, i, early]),
        np.concatenate([f.relapse[relapsed], called[coded] + 2, day, soon[early]]),
        np.concatenate([np.full(len(relapsed) + len(coded), RELAPSE), at_visits, np.full(len(early), CR)]),
    )


def disease_log10(draw: Draw, c: Cohort, i, day) -> np.ndarray:
    """log10 of the leukaemic fraction: gone after remission, residual in some, growing back before relapse."""
    f = c.fate
    none = np.full(len(i), -9.0)
    residual = np.where(f.mrd_positive[i], draw("residual").uniform(-5.2, -2.2, len(i)), none)
    residual = np.where(day > f.remission[i] + 120, np.where(f.relapse[i] < NEVER, residual, none), residual)
    lead = np.maximum(f.relapse[i] - f.mrd_return[i], 1)
    growing = -4.8 + 2.7 * np.clip((day - f.mrd_return[i]) / np.where(f.relapse[i] < NEVER, lead, 120), 0, 1)
    remission = np.where((day >= f.mrd_return[i]) & (day <= f.preempted[i] + 30), growing, residual)
    active = (day < f.remission[i]) | (day >= f.relapse[i]) & (day < f.second_remission[i])
    return np.where(active, draw("active").uniform(-2.2, -0.1, len(i)), remission)


def below_failure(level: np.ndarray) -> np.ndarray:
    """Levels over 0.3 % pressed together below 1 %: with more there is no remission (ELN 2024)."""
    return np.where(level > 0.003, np.minimum(0.003 * (np.maximum(level, 0.003) / 0.003) ** 0.33, 0.0095), level)


def choose_method(draw: Draw, c: Cohort, i: np.ndarray) -> np.ndarray:
    """Position in METHODS: flow or PCR by centre, fusion transcripts in Ph-positive leukaemia, some sequencing; PCR has
    become digital in part."""
    n = len(i)
    usual = np.where(c.base.site[i] % 3 == 1, PCR, 0)
    usual = np.where((c.base.cytogenetic[i] == PH_POSITIVE) & rare(draw("fusion"), n, 0.5), FUSION, usual)
    usual = np.where((usual == PCR) & (c.fate.day0[i] > 19_700) & rare(draw("digital"), n, 0.4), DIGITAL, usual)
    return np.where(rare(draw("sequencing"), n, 0.12), NGS, usual)


def mrd_frame(draw: Draw, c: Cohort, i, day, method, specimen) -> pd.DataFrame:
    """One assay per row: what is below its sensitivity is negative, what is near it not quantifiable."""
    n = len(i)
    worse = 10.0 ** pick(draw("worse"), (0.85, 0.12, 0.03), n)
    limit = np.minimum(SENSITIVITY[method] * worse, 1e-3)
    noise = 0.15 * draw("noise").standard_normal(n)
    level = 10 ** (disease_log10(draw, c, i, day) + noise - np.where(specimen == 1, 0.8, 0))
    false = limit * draw("false level").uniform(1, 4, n)
    level = np.minimum(np.where(rare(draw("false positive"), n, 0.02), false, level), 0.98)
    level = np.where(in_remission(c, i, day), below_failure(level), level)
    failed = rare(draw("failed"), n, 0.015)
    seen, quantified = level >= limit, level >= 2 * limit
    positive = np.where(quantified | rare(draw("quantified"), n, 0.3), 1, 2)
    result = np.where(failed, 3, np.where(seen, positive, 0))
    return pd.DataFrame(
        {
            "i": i,
            "day": day,
            "specimen": text(("BM", "PB"), specimen),
            "method": text(METHODS, method),
            "result": text(("negative", "positive", "positive_not_quantifiable", "failed"), result),
            "level": fraction(level, (result != 1) | rare(draw("level"), n, 0.04)),
            "sensitivity": fraction(limit, failed | rare(draw("sensitivity"), n, 0.04)),
        }
    )


def mrd_before(draw: Draw, c: Cohort) -> pd.DataFrame:
    """The assay of the last marrow before lymphodepletion, of those infused."""
    i = np.flatnonzero(c.infused & rare(draw("before"), len(c), 0.7))
    method = choose_method(draw, c, i)
    negative = c.base.mrd[i] < SENSITIVITY[method]
    return pd.DataFrame(
        {
            "i": i,
            "day": c.way.staged[i],
            "specimen": "BM",
            "method": text(METHODS, method),
            "result": np.where(negative, "negative", "positive"),
            "level": fraction(c.base.mrd[i], negative),
            "sensitivity": fraction(SENSITIVITY[method], rare(draw("sensitivity before"), len(i), 0.05)),
        }
    )


def mrd_assessment_rows(c: Cohort, draw: Draw) -> pd.DataFrame:
    """A marrow assay at most marrow visits, a second method in some, blood in few, one at relapse."""
    v, f = c.visits, c.fate
    at = np.flatnonzero(marrow_visits(c) & rare(draw("assayed"), len(v.i), 0.93))
    extra = at[rare(draw("second method"), len(at), 0.18)]
    blood = np.flatnonzero(rare(draw("blood"), len(v.i), 0.06))
    relapsed = np.flatnonzero((f.relapse < NEVER) & rare(draw("at relapse"), len(f.relapse), 0.6))
    visited = np.concatenate([at, extra, blood])
    i, day = np.concatenate([v.i[visited], relapsed]), np.concatenate([v.day[visited], f.relapse[relapsed]])
    method, specimen = choose_method(draw, c, i), np.zeros(len(i), dtype=int)
    method[len(at) : len(at) + len(extra)] = NGS
    specimen[len(at) + len(extra) : len(visited)] = 1
    return stack(mrd_before(draw, c), mrd_frame(draw, c, i, day, method, specimen))


def relapses_before(c: Cohort, draw: Draw) -> pd.DataFrame:
    i, k = np.nonzero(c.base.relapses < NEVER)
    n = len(i)
    site = pick(draw("site before"), (0.78, 0.09, 0.05, 0.03, 0.04, 0.01), n)
    return pd.DataFrame(
        {
            "i": i,
            "day": c.base.relapses[i, k],
            "level": np.where(site >= 2, "extramedullary", "morphologic"),
            "cns": yes_no((site == 1) | (site == 2), rare(draw("cns before"), n, 0.1)),
            "sites": blank(text(SITES_OF_RELAPSE, site), rare(draw("sites before"), n, 0.15)),
            "cd19_status": text(ANTIGEN, pick(draw("cd19 before"), (0.45, 0.01, 0.0, 0.2, 0.34), n)),
            "cd22_status": text(ANTIGEN, pick(draw("cd22 before"), (0.35, 0.02, 0.0, 0.22, 0.41), n)),
        }
    )


def cd22_at_relapse(draw: Draw, c: Cohort, i: np.ndarray) -> np.ndarray:
    """Position in ANTIGEN: lost in a third after a product that targets CD22, seldom after others; our choice."""
    targeted = by_product("target_antigens", c.base.product[i]) == "CD19+CD22"
    shares = np.where(targeted[:, None], (0.55, 0.28, 0.0, 0.08, 0.09), (0.62, 0.04, 0.0, 0.12, 0.22))
    status = choose(draw("cd22_status"), shares)
    return np.where((c.fate.cd19[i] == 2) & (status < UNKNOWN), 2, status)


def relapses_after(c: Cohort, draw: Draw) -> pd.DataFrame:
    """A tenth outside the marrow only; CD19 unknown in 6 %, not recorded in 3 %."""
    i = np.flatnonzero((c.fate.relapse < NEVER) & rare(draw("reported"), len(c.fate.relapse), 0.97))
    n = len(i)
    site = pick(draw("site"), (0.80, 0.08, 0.05, 0.03, 0.03, 0.01), n)
    lost = pick(draw("cd19_status"), (0.91, 0.06, 0.03), n)
    return pd.DataFrame(
        {
            "i": i,
            "day": c.fate.relapse[i],
            "level": np.where(site >= 2, "extramedullary", "morphologic"),
            "cns": yes_no((site == 1) | (site == 2), rare(draw("cns"), n, 0.06)),
            "sites": blank(text(SITES_OF_RELAPSE, site), rare(draw("sites"), n, 0.1)),
            "cd19_status": text(ANTIGEN, np.where(lost == 0, c.fate.cd19[i], 2 + lost)),
            "cd22_status": text(ANTIGEN, cd22_at_relapse(draw, c, i)),
        }
    )


def second_rows(draw: Draw, rows: pd.DataFrame) -> pd.DataFrame:
    """Of some relapses in the marrow a second row of the day, for a site outside it, which says nothing of antigens."""
    marrow = (rows["level"] == "morphologic").to_numpy()
    again = rows[marrow & rare(draw("second row"), len(rows), 0.05)]
    return again.assign(level="extramedullary", sites="CNS", cns="yes", cd19_status="", cd22_status="")


def molecular(c: Cohort) -> np.ndarray:
    """Day on which a centre calls a molecular relapse: MRD is back well before the marrow fails, or is treated."""
    f = c.fate
    day = f.mrd_return + 3 + (f.day0 + c.base.birth) % 11
    end = np.minimum(np.minimum(f.relapse - 30, f.preempted), f.last_row - 3)
    called = (day < end) & ((f.relapse < NEVER) | (f.preempted < NEVER)) & (day > f.remission + 20)
    return np.where(called & ((c.base.birth + c.base.site) % 5 < 2), day, NEVER)


def molecular_relapses(c: Cohort, draw: Draw) -> pd.DataFrame:
    day = molecular(c)
    i = np.flatnonzero(day < NEVER)
    return pd.DataFrame(
        {
            "i": i,
            "day": day[i],
            "level": "molecular",
            "cns": yes_no(np.zeros(len(i))),
            "sites": "bone marrow",
            "cd19_status": text(ANTIGEN, np.where(rare(draw("molecular cd19"), len(i), 0.4), UNKNOWN, c.fate.cd19[i])),
            "cd22_status": "",
        }
    )


def relapse_rows(c: Cohort, draw: Draw) -> pd.DataFrame:
    after = relapses_after(c, draw)
    return stack(relapses_before(c, draw), after, second_rows(draw, after), molecular_relapses(c, draw))
