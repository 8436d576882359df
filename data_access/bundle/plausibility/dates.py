"""Dates in an order that can be: birth, diagnosis, course, infusion, death, data cut-off."""

import pandas as pd

from data_access.bundle.checks import ERROR, WARN, Cohort, Masks, Rule, in_order, whenever
from data_access.bundle.plausibility.conditions import COURSE, DAY0, given, has, negated
from data_access.schema.tables import BUNDLE_TABLES, columns_of, kind_of

MAX_AGE = 100
SAMPLES = ("mrd_assessment", "b_cell_assessment", "immunoglobulin", "ivig", "car_persistence", "contact")
EVENTS = ("response_assessment", "relapse", "transplant", "subsequent_therapy")

COURSE_ORDER = tuple(
    in_order("course-order", ERROR, COURSE, first, then, "day 0 and every time counted from it")
    for first, then in (
        ("patient.diagnosis_date", "apheresis_date"),
        ("patient.diagnosis_date", "infusion_date"),
        ("enrolment_date", "infusion_date"),
        ("enrolment_date", "not_infused_date"),
        ("apheresis_date", "lymphodepletion_start"),
        ("apheresis_date", "infusion_date"),
        ("lymphodepletion_start", "infusion_date"),
        ("infusion_date", "second_dose_date"),
    )
)


def _age_limits(cohort: Cohort) -> Masks:
    born, infused = cohort.values(COURSE, "patient.birth_month"), cohort.values(COURSE, "infusion_date")
    known = (born.notna() & infused.notna()).to_numpy()
    return known, (infused >= born + pd.DateOffset(years=MAX_AGE + 1)).to_numpy(bool)


def _born_later(cohort: Cohort) -> Masks:
    """Births after enrolment, else apheresis; one that is after infusion, too, is told as that, once."""
    born, infused = cohort.values(COURSE, "patient.birth_month"), cohort.values(COURSE, "infusion_date")
    start = cohort.values(COURSE, "enrolment_date").fillna(cohort.values(COURSE, "apheresis_date"))
    applies = (born.notna() & start.notna() & ~(born > infused)).to_numpy(bool)
    return applies, applies & (born > start).to_numpy(bool)


BIRTH = (
    in_order("birth-after-diagnosis", ERROR, "patient", "birth_month", "diagnosis_date", "age groups"),
    in_order("birth-after-infusion", ERROR, COURSE, "patient.birth_month", "infusion_date", "age groups"),
    Rule(
        "birth-after-enrolment",
        ERROR,
        COURSE,
        "enrolment_date",
        "must not be before patient.birth_month",
        "age groups",
        "Check both dates: patient.birth_month and enrolment_date, or apheresis_date where there is none.",
        _born_later,
        ("patient",),
    ),
    Rule(
        "age-out-of-range",
        ERROR,
        COURSE,
        "infusion_date",
        f"age at infusion must be from 0 to {MAX_AGE} years",
        "age groups",
        "Check birth_month and infusion_date.",
        _age_limits,
        ("patient",),
    ),
)

_DEAD, _DIED = has("patient", "vital_status", "dead"), given("patient", "death_date")
DEATH = (
    whenever(
        "dead-without-date",
        ERROR,
        "patient",
        "vital_status",
        _DEAD,
        negated(_DIED),
        "a dead patient must have a death_date",
        "overall survival",
        "Give death_date.",
    ),
    whenever(
        "death-date-but-not-dead",
        ERROR,
        "patient",
        "death_date",
        _DIED,
        negated(_DEAD),
        "a patient with a death_date must have vital_status dead",
        "overall survival",
        "Set vital_status to dead, or empty death_date.",
    ),
    whenever(
        "cause-without-death",
        WARN,
        "patient",
        "cause_of_death",
        given("patient", "cause_of_death"),
        negated(_DIED),
        "a cause of death must come with a death_date",
        "deaths by cause",
        "Give death_date; without a date the cause does not count.",
    ),
    in_order(
        "last-contact-before-death",
        WARN,
        "patient",
        "death_date",
        "last_contact_date",
        "follow-up",
        hint="Set last_contact_date to the date of death; the death counts as given.",
    ),
    in_order(
        "last-contact-before-infusion",
        WARN,
        COURSE,
        "infusion_date",
        "patient.last_contact_date",
        "follow-up",
        hint="Check both dates; the latest date in any table counts as the last contact.",
    ),
    in_order(
        "after-death",
        WARN,
        "patient",
        "last_contact_date",
        "death_date",
        "follow-up",
        column="last_contact_date",
        hint="Check both dates; the death counts as given.",
    ),
    in_order("after-death", ERROR, COURSE, "infusion_date", "patient.death_date", "overall survival"),
    *(in_order("after-death", ERROR, table, "date", "patient.death_date", "events and censoring") for table in EVENTS),
    *(
        in_order("after-death", ERROR, table, "onset_date", "patient.death_date", "toxicity")
        for table in ("adverse_event", "infection")
    ),
    *(
        in_order(
            "after-death",
            WARN,
            table,
            "date",
            "patient.death_date",
            "follow-up",
            hint="Check both dates: a sample has the date on which it was taken, not that of its report.",
        )
        for table in SAMPLES
    ),
    in_order(
        "after-death",
        WARN,
        "second_malignancy",
        "diagnosis_date",
        "patient.death_date",
        "second malignancies",
        hint="Check both dates; a cancer first found after death is left out of the incidence.",
    ),
)

CUTOFF = tuple(
    in_order(
        "after-cutoff",
        WARN,
        table.name,
        column.name,
        "dataset.data_cutoff",
        "follow-up",
        hint="Check the date and data_cutoff in manifest.json; what is dated later than the cut-off never counts.",
    )
    for table in BUNDLE_TABLES
    for column in columns_of(table)
    if kind_of(column) == "date"
)

BEFORE_INFUSION = (
    in_order(
        "response-before-infusion",
        WARN,
        "response_assessment",
        DAY0,
        "date",
        "response rates",
        hint="Check the date; an assessment before infusion is no response to it and is left out.",
    ),
    *(
        in_order(
            "onset-before-infusion",
            WARN,
            table,
            DAY0,
            column,
            protects,
            hint=f"Check the date; {what} before infusion is left out.",
        )
        for table, column, protects, what in (
            ("adverse_event", "onset_date", "toxicity", "an episode"),
            ("infection", "onset_date", "infections", "an infection"),
            ("second_malignancy", "diagnosis_date", "second malignancies", "a cancer"),
        )
    ),
)
