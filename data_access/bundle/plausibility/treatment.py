"""Patients and their courses: who is counted, in which order, with what dose."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from data_access.bundle.checks import ERROR, WARN, Cohort, Masks, Rule, in_order, whenever
from data_access.bundle.plausibility.conditions import COURSE, given, number
from data_access.schema.texts import is_in

WEIGHT = (2, 250)  # kg, of a person
COURSE_DATES = ("enrolment_date", "apheresis_date", "infusion_date", "not_infused_date")


def _same_day(cohort: Cohort) -> Masks:
    courses = cohort.tables[COURSE]
    infused = (courses["infusion_date"].notna() & courses["patient_id"].notna()).to_numpy()
    return infused, infused & courses.duplicated(["patient_id", "infusion_date"]).to_numpy()


def _twins(cohort: Cohort) -> Masks:
    """Patients of whom sex, birth month, diagnosis and infusion are all known and all those of another patient."""
    courses = cohort.tables[COURSE]
    same = pd.DataFrame(
        {
            name: cohort.values(COURSE, f"patient.{name}").to_numpy(object)
            for name in ("sex", "birth_month", "diagnosis_date")
        }
    )
    same["infusion_date"] = courses["infusion_date"].to_numpy()
    known = same.notna().all(axis=1) & courses["patient_id"].notna().to_numpy()
    first = (
        courses["patient_id"]
        .where(known.to_numpy())
        .reset_index(drop=True)
        .groupby([same[name] for name in same], dropna=True)
        .transform("first")
    )
    return known.to_numpy(), (known & (first != courses["patient_id"].reset_index(drop=True))).to_numpy(bool)


def _before_the_course_before(cohort: Cohort) -> Masks:
    """Courses with an infusion, after another one with a lower number; broken when infused before any such one."""
    courses = cohort.tables[COURSE].reset_index(drop=True)
    infused = courses.dropna(subset=["patient_id", "course_number", "infusion_date"]).sort_values("course_number")
    latest = infused.groupby("patient_id")["infusion_date"].cummax()
    before = latest.groupby(infused["patient_id"]).shift().reindex(courses.index)
    return before.notna().to_numpy(), (courses["infusion_date"] < before).to_numpy(bool)


def _without_a_course(cohort: Cohort) -> Masks:
    """It cannot be told while a course names a patient who is not there: it may be this one's."""
    patients, named = cohort.tables["patient"]["patient_id"], cohort.tables[COURSE]["patient_id"]
    told = patients.notna().to_numpy() & is_in(named, patients).all()
    return told, told & ~is_in(patients, named)


def _without_a_date(cohort: Cohort) -> np.ndarray:
    return cohort.tables[COURSE][list(COURSE_DATES)].isna().all(axis=1).to_numpy()


def _weight(cohort: Cohort) -> Masks:
    per_kg = cohort.numbers(COURSE, "dose_per_kg_e6")
    weight = cohort.numbers(COURSE, "dose_cells_e6") / np.where(per_kg > 0, per_kg, np.nan)
    return ~np.isnan(weight), ~_between(weight, *WEIGHT) & ~np.isnan(weight)


def _between(values: np.ndarray, low: float, high: float) -> np.ndarray:
    return (values >= low) & (values <= high)


COURSES = (
    Rule(
        "two-infusions-one-day",
        ERROR,
        COURSE,
        "infusion_date",
        "a patient must have one course per day of infusion",
        "day 0 and re-infusions",
        "Keep one course; a planned split dose is second_dose_date.",
        _same_day,
    ),
    Rule(
        "courses-out-of-order",
        ERROR,
        COURSE,
        "infusion_date",
        "a course must not be infused before one with a lower course_number",
        "day 0, which is the infusion of the first course infused",
        "Number the courses of a patient by their dates.",
        _before_the_course_before,
    ),
    Rule(
        "duplicate-patient",
        WARN,
        COURSE,
        "patient_id",
        "two patients must not agree in sex, birth month, diagnosis and infusion",
        "every count: the patient would count twice",
        "If it is one patient reported by two centres, keep one.",
        _twins,
        ("patient",),
    ),
    Rule(
        "patient-without-course",
        WARN,
        "patient",
        "patient_id",
        "a patient must have a treatment course",
        "every count: the patient is in no figure",
        "Add the course, infused or not; a patient without one is left out everywhere.",
        _without_a_course,
        (COURSE,),
    ),
    whenever(
        "course-without-date",
        WARN,
        COURSE,
        "enrolment_date",
        lambda cohort: np.ones(len(cohort.tables[COURSE]), bool),
        _without_a_date,
        "a course must have a date: of enrolment, apheresis, infusion or the decision not to infuse",
        "every figure that counts from enrolment or infusion",
        "Give enrolment_date at least; without any date the patient is left out of every figure over time.",
    ),
    whenever(
        "infused-and-not-infused",
        WARN,
        COURSE,
        "not_infused_date",
        given(COURSE, "not_infused_date"),
        given(COURSE, "infusion_date"),
        "a course must not have both infusion_date and not_infused_date",
        "who counts as infused",
        "Empty one of them; a second attempt is a course of its own. It counts as infused.",
    ),
    in_order(
        "burden-after-infusion",
        WARN,
        COURSE,
        "burden_date",
        "infusion_date",
        "disease burden before treatment",
        column="burden_date",
    ),
)


def _outside(name: str, low: float, high: float) -> Callable[[Cohort], np.ndarray]:
    """Where a number of the course lies outside its limits."""
    return lambda cohort: ~_between(cohort.numbers(COURSE, name), low, high)


_MILLIONS = "Write doses in millions of cells: 200 for 2 x 10^8."
DOSES = (
    *(
        whenever(
            "dose-unit",
            ERROR,
            COURSE,
            name,
            number(COURSE, name, np.greater, 0),
            _outside(name, low, high),
            f"a dose in millions of cells must be from {low:g} to {high:g}",
            "doses",
            _MILLIONS,
        )
        for name, low, high in (
            ("dose_cells_e6", 0.01, 1e5),
            ("second_dose_cells_e6", 0.01, 1e5),
            ("dose_per_kg_e6", 1e-4, 1e4),
        )
    ),
    Rule(
        "dose-against-weight",
        WARN,
        COURSE,
        "dose_per_kg_e6",
        "dose_cells_e6 / dose_per_kg_e6 must be a body weight from 2 to 250 kg",
        "doses",
        _MILLIONS,
        _weight,
    ),
)
