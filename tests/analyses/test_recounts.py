"""Figures of the sample cohort against a recount of its files: csv, dates, loops, estimates written out by hand."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from analyses.status.rates import response

from analyses.course.overview import infusions
from analyses.status.toxicity import toxicity_grades
from analyses.time_to_event.estimate import by_group
from analyses.time_to_event.relapse import cd19_by_specificity
from analyses.time_to_event.subgroups import month_by_subgroup
from endpoints.catalogue import CIR, OS, RFS
from endpoints.cohort import ALL_PATIENTS, membership
from endpoints.response import BEST
from endpoints.toxicity import TOXICITY
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from tests.calibration import sample
from tests.pages.test_estimate import cohort

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


def whole():
    """The infused of the sample as a cohort, compared by nothing."""
    study = sample()
    adsl = study.adsl[study.adsl["TRTSDT"].notna()]
    one = cohort()
    loaded = replace(one.loaded, version="the sample", data_cutoff=study.cutoff, tables=study.tables)
    return replace(
        one,
        loaded=loaded,
        study=study,
        adsl=adsl,
        n=len(adsl),
        of_n=len(adsl),
        key="the sample",
        members=membership(adsl, None, (ALL_PATIENTS,)),
    )


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


SUBGROUPS = (
    ("Sex", "Female", lambda p: p["sex"] == "female"),
    ("Prior transplant", "Yes", lambda p: p["prior_transplant"] == "yes"),
    ("Centre", "C03", lambda p: p["site_code"] == "C03"),
    ("Cytogenetic group", "KMT2A", lambda p: p["cytogenetic_group"] == "kmt2a"),
    ("Product", "tisagenlecleucel", lambda p: infusions()[p["patient_id"]][1] == "TISA"),
)


def test_survival_by_subgroup_is_a_recount():
    found = month_by_subgroup(whole(), OS, 12).numbers.set_index(["factor", "strata"])
    people = [p for p in rows("patient") if p["patient_id"] in infusions()]
    for factor, level, belongs in (("", "All patients", lambda p: True), *SUBGROUPS):
        mine = [p for p in people if belongs(p)]
        observed = [
            (
                days(infusions()[p["patient_id"]][0], p["death_date"] or max(dated()[p["patient_id"]])),
                bool(p["death_date"]),
            )
            for p in mine
        ]
        row = found.loc[(factor, level)]
        assert (row["n"], row["n_event"]) == (len(mine), sum(died for _, died in observed)), (factor, level)
        assert row["estimate"] == pytest.approx(product_limit(observed, 12 * MONTH), abs=1e-12), (factor, level)


def remission_of(who, start):
    """First CR or CRi from day 14 on, before new therapy."""
    therapies = [r["date"] for r in of("subsequent_therapy").get(who, ()) if r["date"] > start]
    therapies += [c["infusion_date"] for c in of("treatment_course")[who] if c["infusion_date"] > start]
    first = min(therapies, default="9999")
    return min(
        (
            r["date"]
            for r in of("response_assessment").get(who, ())
            if r["response"] in REMISSIONS and days(start, r["date"]) >= 14 and r["date"] <= min(first, CUTOFF)
        ),
        default=None,
    )


def relapse_of(who, remission):
    """(date, CD19 status) of the first relapse after first remission."""
    marrow = [r for r in of("relapse").get(who, ()) if r["level"] in LEVELS and remission < r["date"] <= CUTOFF]
    seen = [
        r["date"]
        for r in of("response_assessment").get(who, ())
        if r["response"] == "RELAPSE" and remission < r["date"] <= CUTOFF
    ]
    first = min([*(r["date"] for r in marrow), *seen], default=None)
    near = sorted(
        (r["date"], LEVELS.index(r["level"]), r["cd19_status"]) for r in marrow if days(first, r["date"]) <= 30
    )
    return (first, near[0][2] or "unknown" if near else "unknown") if first else (None, None)


def relapse_course(who, start):
    """(days from first remission, cause or None), or nothing without remission."""
    remission = remission_of(who, start)
    if remission is None:
        return None
    relapse, status = relapse_of(who, remission)
    death = of("patient")[who][0]["death_date"]
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
    found = cd19_by_specificity(whole(), "36")[1].numbers
    words = {
        "positive": "CD19-positive relapse",
        "negative": "CD19-negative relapse",
        "lineage_switch": "Lineage switch",
        "unknown": "Relapse, CD19 unknown",
        "death": "Death in remission",
    }
    for code, label in (("mono", "Monospecific"), ("multi", "Multispecific")):
        mine = found[(found["strata"] == label) & (found["months"] == 12)].set_index("outcome")
        assert set(mine["n"]) == {len(observed[code])} and len(observed[code]) > 20
        for cause, outcome in words.items():
            assert mine.loc[outcome, "estimate"] == pytest.approx(
                incidence(observed[code], cause, 12 * MONTH), abs=1e-12
            ), (code, cause)


def test_infusions_per_quarter_are_a_recount():
    mine = Counter(f"{start[:4]} Q{(int(start[5:7]) + 2) // 3}" for start, _ in infusions().values())
    found = infusions(whole()).numbers
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
    found = by_group(whole(), CIR, aalen_johansen).numbers
    free = by_group(whole(), RFS, kaplan_meier).numbers
    for month in (3, 12, 24):
        for cause, outcome in (("relapse", "Relapse"), ("death", "Death in remission")):
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
        remission = remission_of(who, start) or "9999"  # started in remission, a TKI or maintenance ends nothing
        ends = [
            r["date"]
            for r in of("subsequent_therapy").get(who, ())
            if r["date"] > start and not (r["kind"] in ("tki", "maintenance") and r["date"] >= remission)
        ]
        ends += [c["infusion_date"] for c in of("treatment_course")[who] if c["infusion_date"] > start]
        ends += [r["date"] for r in of("transplant").get(who, ()) if r["date"] > start and r["kind"] == "allogeneic"]
        seen = {
            r["response"]
            for r in of("response_assessment").get(who, ())
            if 1 <= days(start, r["date"]) <= 100 and r["date"] <= min(ends, default="9999")
        }
        due += 1
        best["CR" if "CR" in seen else "CRi" if "CRi" in seen else "other"] += 1
    found = response(whole(), BEST).numbers.set_index("outcome")
    assert found.loc["CR", ["n", "total"]].tolist() == [best["CR"], due]
    assert found.loc["CRi", ["n", "total"]].tolist() == [best["CRi"], due]
    assert found.loc["CR + CRi", "share"] == pytest.approx((best["CR"] + best["CRi"]) / due, abs=1e-12)


def test_maximum_grade_of_crs_on_one_scale_is_a_recount():
    highest = {}
    for r in rows("adverse_event"):
        who = r["patient_id"]
        graded = r["kind"] == "CRS" and r["scale"] == "ASTCT" and r["grade"]
        if graded and who in infusions() and infusions()[who][0] <= r["onset_date"] <= CUTOFF:
            highest[who] = max(highest.get(who, 0), int(r["grade"]))
    found = toxicity_grades(whole(), TOXICITY["CRS"], "ASTCT").numbers.set_index("outcome")
    mine = Counter(highest.values())
    assert {grade: int(found.loc[f"Grade {grade}", "n"]) for grade in range(1, 6)} == {g: mine[g] for g in range(1, 6)}
