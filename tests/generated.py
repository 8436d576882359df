"""Cohorts made at random from a seed, with what breaks analyses: ties, one patient, everybody dead or censored, more
centres than can be compared, two products of one name, entry long after infusion."""

import numpy as np

from analyses.cohort import CohortData
from tests.literal import PRODUCTS, date, patient, tables_of

CUTOFF = 1400
TWINS = (PRODUCTS[0], {**PRODUCTS[1], "name": PRODUCTS[0]["name"]})
SHAPES = ("plain", "ties", "one", "all dead", "all censored", "many centres", "twin products", "late entry", "shuffled")


def generated(seed: int, shape: str = "plain") -> CohortData:
    """A cohort of 1 to 40 patients. The same seed and shape give the same cohort."""
    rng = np.random.default_rng([seed, SHAPES.index(shape)])
    n = 1 if shape == "one" else int(rng.integers(8, 40))
    people = [_patient(f"P{i:03d}", rng, shape) for i in range(n)]
    if shape == "shuffled":
        rng.shuffle(people)
    return CohortData(
        title=f"Generated, {shape}",
        data_cutoff=date(CUTOFF),
        version=f"generated {shape} {seed}",
        source="tests",
        synthetic=True,
        scope="all",
        tables=tables_of(*people, products=TWINS if shape == "twin products" else PRODUCTS),
    )


def _patient(name: str, rng: np.random.Generator, shape: str) -> dict:
    """One course: a response or none, B-cell samples, MRD, perhaps loss, relapse, transplant, therapy, death."""
    day = _days(rng, shape)
    infused = None if rng.random() < 0.08 and shape != "one" else 0
    if infused is None:
        return patient(name, infused=None, not_infused=day(10, 60), reason="manufacturing", last_contact=day(60, 200))
    remission = int(rng.integers(20, 60)) if rng.random() < 0.85 else None
    late = 200 if shape == "late entry" else 0
    end = _end(rng, shape, day)
    return patient(
        name,
        product=str(rng.choice(["TISA", "BREXU"])),
        site_code=f"C{int(rng.integers(1, 10 if shape == 'many centres' else 4)):02d}",
        sex=str(rng.choice(["female", "male"])),
        birth_month=f"{int(rng.integers(1960, 2020))}-01",
        responses=_responses(rng, remission, end["last_contact"]),
        b_cells=_b_cells(rng, (remission or 30) + late, end["last_contact"]),
        mrd=[dict(day=d, result=str(rng.choice(["negative", "positive"])), sensitivity=1e-5) for d in (28, 91, 180)],
        relapses=_maybe(rng, 0.4, day=day(70, 900), cd19_status=str(rng.choice(["positive", "negative"]))),
        transplants=_maybe(rng, 0.3, day=day(60, 300), disease_status="cr_mrd_negative", donor="haploidentical"),
        therapies=_maybe(rng, 0.2, day=day(60, 500), kind="blinatumomab"),
        events=_maybe(rng, 0.6, day=int(rng.integers(1, 10)), grade=int(rng.integers(1, 5))),
        course=dict(crs_assessed=True, icans_assessed=True, blasts_pct_before=float(rng.integers(0, 90))),
        **end,
    )


def _days(rng: np.random.Generator, shape: str):
    """A day drawn between two; with ties only every hundredth."""

    def day(low: int, high: int) -> int:
        drawn = int(rng.integers(low, high))
        return max(100, round(drawn, -2)) if shape == "ties" else drawn

    return day


def _end(rng: np.random.Generator, shape: str, day) -> dict:
    share = {"all dead": 1.0, "all censored": 0.0}.get(shape, 0.4)
    if rng.random() < share:
        death = day(100, 1300)
        return dict(death=death, last_contact=death, cause=str(rng.choice(["leukaemia", "infection"])))
    return dict(last_contact=day(120, CUTOFF))


def _responses(rng: np.random.Generator, remission: int | None, last: int) -> dict:
    if remission is None:
        return {28: "NR"}
    visits = [day for day in (remission, 91, 183, 365, 548, 731) if remission <= day <= last]
    return dict.fromkeys(visits, str(rng.choice(["CR", "CRi"])))


def _b_cells(rng: np.random.Generator, first: int, last: int) -> list[dict]:
    lost = float(rng.integers(90, 900)) if rng.random() < 0.5 else np.inf
    days = [day for day in range(first, last, 60) if rng.random() < 0.8]
    return [dict(day=day, cd19_pct_lymphocytes=6.0 if day >= lost else 0.0) for day in days]


def _maybe(rng: np.random.Generator, share: float, **row) -> list[dict]:
    return [row] if rng.random() < share else []
