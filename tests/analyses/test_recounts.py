"""Figures of the sample cohort against a recount of its files: csv, dates, loops, estimates written out by hand."""

import csv
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from analyses.course.infusions import infusions as infusions_by_quarter
from analyses.status.response import response
from analyses.status.toxicity import toxicity_grades
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.relapse import cd19_by_specificity
from analyses.time_to_event.subgroups import month_by_subgroup
from endpoints.catalogue import CIR, OS, RFS
from endpoints.response import BEST
from endpoints.toxicity import TOXICITY
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from tests.analyses.cohorts import sample_cohort

SAMPLE = Path(__file__).parents[2] / "sample_data"
MONTH, CUTOFF = 30.4375, "2026-09-30"
REMISSIONS, EVALUABLE = ("CR", "CRi"), ("CR", "CRi", "NR", "RELAPSE")
LEVELS = ("morphologic", "extramedullary")


@cache
def rows(table):
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def of(table):
    """Patient -> rows."""
    found = {}
    for row in rows(table):
        found.setdefault(row["patient_id"], []).append(row)
    return found


def days(first, last):
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


@cache
def infusions():
    """Patient -> (date, product) of the first infused course."""
    found = {}
    for course in sorted(rows("treatment_course"), key=lambda r: int(r["course_number"])):
        if course["infusion_date"]:
            found.setdefault(course["patient_id"], (course["infusion_date"], course["product_code"]))
    return found


@cache
def dated():
    """Patient -> every date of every table, by (table, column)."""
    found = {}
    for path in SAMPLE.glob("*.csv"):
        for row in rows(path.stem):
            for name, value in row.items():
                is_date = name == "date" or name.endswith(("_date", "_start"))
                if row.get("patient_id") and is_date and value and value <= CUTOFF:
                    found.setdefault(row["patient_id"], []).append(value)
    return found


def product_limit(observed, at):
    """Survival at `at` days of (days, died) pairs."""
    survival = 1.0
    for t in sorted({d for d, died in observed if died and d <= at}):
        survival *= 1 - sum(d == t and died for d, died in observed) / sum(d >= t for d, _ in observed)
    return survival


def incidence(observed, cause, at):
    """Aalen-Johansen incidence of `cause` by `at` of (days, cause or None) pairs."""
    survival, total = 1.0, 0.0
    for t in sorted({d for d, why in observed if why and d <= at}):
        at_risk = sum(d >= t for d, _ in observed)
        total += survival * sum(d == t and why == cause for d, why in observed) / at_risk
        survival *= 1 - sum(d == t and why is not None for d, why in observed) / at_risk
    return total


def is_after_allogeneic_transplant(patient):
    """Before day 0: a dated row, or the recorded kind of a prior transplant that is not denied."""
    who = patient["patient_id"]
    dated = [r for r in of("transplant").get(who, ()) if r["date"] < infusions()[who][0] and r["kind"] == "allogeneic"]
    return bool(dated) or (patient["prior_transplant_kind"] == "allogeneic" and patient["prior_transplant"] != "no")


SUBGROUPS = (
    ("sex", "female", lambda p: p["sex"] == "female"),
    ("prior_transplant", "allogeneic", is_after_allogeneic_transplant),
    ("centre", "C03", lambda p: p["site_code"] == "C03"),
    ("cytogenetics", "kmt2a", lambda p: p["cytogenetic_group"] == "kmt2a"),
    ("product", "TISA", lambda p: infusions()[p["patient_id"]][1] == "TISA"),
)


def test_survival_by_subgroup_is_a_recount():
    found = month_by_subgroup(sample_cohort(), OS, 12).numbers.set_index(["factor", "strata"])
    people = [p for p in rows("patient") if p["patient_id"] in infusions()]
    for factor, level, belongs in (("", "all", lambda p: True), *SUBGROUPS):
        mine = [p for p in people if belongs(p)]
        observed = [
            (
                days(infusions()[p["patient_id"]][0], p["death_date"] or max(dated()[p["patient_id"]])),
                bool(p["death_date"]),
            )
            for p in mine
        ]
        row = found.loc[(factor, level)]
        deaths = sum(died and day <= 12 * MONTH for day, died in observed)
        assert (row["n"], row["n_event"]) == (len(mine), deaths), (factor, level)
        assert row["estimate"] == pytest.approx(product_limit(observed, 12 * MONTH), abs=1e-12), (factor, level)


def new_therapies(who, start):
    """Starts of what counts as new therapy after day 0: TKI and maintenance never do, an autologous transplant does."""
    given = [r for r in of("subsequent_therapy").get(who, ()) if r["kind"] not in ("tki", "maintenance")]
    given += [r for r in of("transplant").get(who, ()) if r["kind"] == "autologous"]
    starts = [r["date"] for r in given] + [c["infusion_date"] for c in of("treatment_course")[who]]
    return [day for day in starts if day > start]


def remission_of(who, start):
    """First CR or CRi from day 14 on, before new therapy."""
    first = min(new_therapies(who, start), default="9999")
    return min(
        (
            r["date"]
            for r in of("response_assessment").get(who, ())
            if r["response"] in REMISSIONS and days(start, r["date"]) >= 14 and r["date"] <= min(first, CUTOFF)
        ),
        default=None,
    )


def relapse_of(who, remission):
    """(date, CD19 status) of the first relapse after first remission. A RELAPSE assessment is that of the rows within
    30 days of it; where all of these are molecular, it does not count."""
    found = [r for r in of("relapse").get(who, ()) if remission < r["date"] <= CUTOFF]
    marrow = [r for r in found if r["level"] in LEVELS]
    seen = []
    for r in of("response_assessment").get(who, ()):
        near = [row["level"] for row in found if abs(days(r["date"], row["date"])) <= 30]
        if r["response"] == "RELAPSE" and remission < r["date"] <= CUTOFF and set(near) != {"molecular"}:
            seen.append(r["date"])
    first = min([*(r["date"] for r in marrow), *seen], default=None)
    near = sorted(
        (r["date"], LEVELS.index(r["level"]), r["cd19_status"]) for r in marrow if days(first, r["date"]) <= 30
    )
    known = [status for day, _, status in near if day == near[0][0] and status not in ("", "unknown")]
    return (first, known[0] if known else "unknown") if first else (None, None)


def doubtful_transplant(who, remission):
    """The first allogeneic transplant after first remission that is recorded as not in remission."""
    rows_ = [r for r in of("transplant").get(who, ()) if r["kind"] == "allogeneic" and r["date"] >= remission]
    return min((r["date"] for r in rows_ if r["disease_status"] == "not_in_remission"), default="9999")


def relapse_course(who, start):
    """(days from first remission, cause or None), or nothing without remission."""
    remission = remission_of(who, start)
    if remission is None:
        return None
    relapse, status = relapse_of(who, remission)
    death = of("patient")[who][0]["death_date"]
    doubt = doubtful_transplant(who, remission)
    if doubt <= CUTOFF and doubt < min(relapse or "9999", death or "9999"):
        return days(remission, doubt), None
    if relapse:
        return days(remission, relapse), status
    if death:
        return days(remission, death), "death"
    assessed = [r["date"] for r in of("response_assessment").get(who, ()) if r["response"] in EVALUABLE]
    assessed += [r["date"] for r in of("mrd_assessment").get(who, ()) if r["result"] not in ("", "failed")]
    return days(remission, max(d for d in assessed if d <= CUTOFF)), None


def test_relapse_by_cd19_status_and_specificity_is_a_recount():
    kind = {r["product_code"]: r["specificity"] for r in rows("product")}
    observed = {"mono": [], "multi": []}
    for who, (start, product) in infusions().items():
        course = relapse_course(who, start)
        if course:
            observed[kind[product]].append(course)
    found = cd19_by_specificity(sample_cohort(), "36").numbers
    words = {
        "positive": "relapse_cd19_positive",
        "negative": "relapse_cd19_negative",
        "lineage_switch": "relapse_lineage_switch",
        "unknown": "relapse_unknown",
        "death": "death",
    }
    for code in ("mono", "multi"):
        mine = found[(found["strata"] == code) & (found["months"] == 12)].set_index("outcome")
        assert set(mine["n"]) == {len(observed[code])} and len(observed[code]) > 20
        for cause, outcome in words.items():
            assert mine.loc[outcome, "estimate"] == pytest.approx(
                incidence(observed[code], cause, 12 * MONTH), abs=1e-12
            ), (code, cause)


def test_infusions_per_quarter_are_a_recount():
    mine = Counter(f"{start[:4]} Q{(int(start[5:7]) + 2) // 3}" for start, _ in infusions().values())
    found = infusions_by_quarter(sample_cohort()).numbers
    assert {r.period: r.n for r in found.itertuples() if r.n} == dict(mine)
    quarters = sorted(mine)
    years = range(int(quarters[0][:4]), int(quarters[-1][:4]) + 1)
    every = [f"{year} Q{q}" for year in years for q in (1, 2, 3, 4)]
    assert found["period"].tolist() == every[every.index(quarters[0]) : every.index(quarters[-1]) + 1]


@cache
def courses():
    return [course for who, (start, _) in infusions().items() if (course := relapse_course(who, start))]


def test_incidence_of_relapse_and_relapse_free_survival_are_a_recount():
    relapse = [(d, "relapse" if why not in (None, "death") else why) for d, why in courses()]
    found = estimate_endpoint(sample_cohort(), CIR, aalen_johansen).numbers
    free = estimate_endpoint(sample_cohort(), RFS, kaplan_meier).numbers
    for month in (3, 12, 24):
        for cause, outcome in (("relapse", "relapse"), ("death", "death")):
            row = found[(found["outcome"] == outcome) & (found["months"] == month)].iloc[0]
            assert row["estimate"] == pytest.approx(incidence(relapse, cause, month * MONTH), abs=1e-12)
        row = free[free["months"] == month].iloc[0]
        mine = product_limit([(d, why is not None) for d, why in relapse], month * MONTH)
        assert (row["n"], row["estimate"]) == (len(relapse), pytest.approx(mine, abs=1e-12))


def test_best_response_within_3_months_is_a_recount():
    due, best = 0, Counter()
    for who, (start, _) in infusions().items():
        if days(start, CUTOFF) < 100:
            continue
        ends = new_therapies(who, start)
        ends += [r["date"] for r in of("transplant").get(who, ()) if r["date"] > start and r["kind"] == "allogeneic"]
        seen = {
            r["response"]
            for r in of("response_assessment").get(who, ())
            if 14 <= days(start, r["date"]) <= 100 and r["date"] <= min(ends, default="9999")
        }  # a CR or CRi before day 14 is no remission
        due += 1
        best["CR" if "CR" in seen else "CRi" if "CRi" in seen else "other"] += 1
    found = response(sample_cohort(), BEST).numbers.set_index("outcome")
    assert found.loc["CR", ["n", "total"]].tolist() == [best["CR"], due]
    assert found.loc["CRi", ["n", "total"]].tolist() == [best["CRi"], due]
    assert found.loc["orr", "share"] == pytest.approx((best["CR"] + best["CRi"]) / due, abs=1e-12)


def test_maximum_grade_of_crs_on_one_scale_is_a_recount():
    highest = {}
    for r in rows("adverse_event"):
        who = r["patient_id"]
        graded = r["kind"] == "CRS" and r["scale"] == "ASTCT" and r["grade"]
        if graded and who in infusions() and infusions()[who][0] <= r["onset_date"] <= CUTOFF:
            highest[who] = max(highest.get(who, 0), int(r["grade"]))
    found = toxicity_grades(sample_cohort(), TOXICITY["CRS"], "ASTCT").numbers.set_index("outcome")
    mine = Counter(highest.values())
    assert {grade: int(found.loc[f"grade_{grade}", "n"]) for grade in range(1, 6)} == {g: mine[g] for g in range(1, 6)}
