"""The plausibility rules, declared. ERROR: the record cannot be true, nothing is loaded. WARN: it is loaded as it is,
listed and counted, and the hint says how the app takes it.
"""

import numpy as np
import pandas as pd

from data_access.bundle.checks import ERROR, WARN, Cohort, Masks, Rule, in_order, whenever, within
from data_access.bundle.identifiers import DIRECT_IDENTIFIERS, RESERVED, SPELLINGS
from data_access.schema.tables import BUNDLE_TABLES, columns_of, kind_of

MRD_CUT = 1e-4  # a negative result needs this sensitivity to count
COARSE = 1e-2  # no assay in use is so coarse: a sensitivity written in percent
MARROW_BORDER = 0.05  # 5 % blasts: with more there is no remission, so that such a level was written in percent
NEAR = pd.Timedelta(days=7)  # our convention: a response assessment so close speaks for the day of an assay
MAX_AGE = 100
REMISSION = ("CR", "CRi")
IN_REMISSION = ("cr_mrd_positive", "cr_mrd_negative")  # before lymphodepletion
HIGHEST = {("CRS", "ASTCT"): 5, ("CRS", "CTCAE"): 5, ("CRS", "Penn"): 5, ("ICANS", "ASTCT"): 5, ("ICANS", "CTCAE"): 5}
SAMPLES = ("mrd_assessment", "b_cell_assessment", "immunoglobulin", "ivig", "car_persistence", "contact")
EVENTS = ("response_assessment", "relapse", "transplant", "subsequent_therapy")
COURSE, DAY0 = "treatment_course", "course.infusion_date"


def _is(table: str, column: str, *codes):
    return lambda cohort: cohort.tables[table][column].isin(codes).to_numpy(bool)


def _yes(table: str, column: str):
    return lambda cohort: cohort.tables[table][column].fillna(False).to_numpy(bool)


def _given(table: str, column: str):
    return lambda cohort: cohort.tables[table][column].notna().to_numpy()


def _both(one, other):
    return lambda cohort: one(cohort) & other(cohort)


def _not(condition):
    return lambda cohort: ~condition(cohort)


def _number(table: str, column: str, compare, limit: float):
    return lambda cohort: compare(cohort.numbers(table, column), limit)


COURSE_ORDER = tuple(
    in_order("course-order", ERROR, COURSE, first, then, "day 0 and every time counted from it")
    for first, then in (
        ("patient.diagnosis_date", "apheresis_date"),
        ("patient.diagnosis_date", "infusion_date"),
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


BIRTH = (
    in_order("birth-after-diagnosis", ERROR, "patient", "birth_month", "diagnosis_date", "age groups"),
    in_order("birth-after-infusion", ERROR, COURSE, "patient.birth_month", "infusion_date", "age groups"),
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

_DEAD, _DIED = _is("patient", "vital_status", "dead"), _given("patient", "death_date")
DEATH = (
    whenever(
        "dead-without-date",
        ERROR,
        "patient",
        "vital_status",
        _DEAD,
        _not(_DIED),
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
        _not(_DEAD),
        "a patient with a death_date must have vital_status dead",
        "overall survival",
        "Set vital_status to dead, or empty death_date.",
    ),
    whenever(
        "cause-without-death",
        WARN,
        "patient",
        "cause_of_death",
        _given("patient", "cause_of_death"),
        _not(_DIED),
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
    in_order("after-death", ERROR, "adverse_event", "onset_date", "patient.death_date", "toxicity"),
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


def _weight(cohort: Cohort) -> Masks:
    per_kg = cohort.numbers(COURSE, "dose_per_kg_e6")
    weight = cohort.numbers(COURSE, "dose_cells_e6") / np.where(per_kg > 0, per_kg, np.nan)
    return ~np.isnan(weight), (weight < 2) | (weight > 250)


_MILLIONS = "Write doses in millions of cells: 200 for 2 x 10^8."
TREATMENT = (
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
    whenever(
        "infused-and-not-infused",
        WARN,
        COURSE,
        "not_infused_date",
        _given(COURSE, "not_infused_date"),
        _given(COURSE, "infusion_date"),
        "a course must not have both infusion_date and not_infused_date",
        "who counts as infused",
        "Empty one of them; a second attempt is a course of its own. It counts as infused.",
    ),
    *(
        whenever(
            "dose-unit",
            ERROR,
            COURSE,
            name,
            _number(COURSE, name, np.greater, 0),
            lambda c, name=name, low=low, high=high: ~_between(c.numbers(COURSE, name), low, high),
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


def _between(values: np.ndarray, low: float, high: float) -> np.ndarray:
    return (values >= low) & (values <= high)


RESPONSE = (
    in_order(
        "response-before-infusion",
        WARN,
        "response_assessment",
        DAY0,
        "date",
        "response rates",
        hint="Check the date; an assessment before infusion is no response to it and is left out.",
    ),
    whenever(
        "remission-with-blasts",
        WARN,
        "response_assessment",
        "blasts_pct",
        _both(_is("response_assessment", "response", *REMISSION), _given("response_assessment", "blasts_pct")),
        _number("response_assessment", "blasts_pct", np.greater_equal, 5),
        "a remission must have fewer than 5 % blasts",
        "response rates",
        "Check both; the response counts as recorded.",
    ),
    whenever(
        "remission-with-extramedullary-disease",
        WARN,
        "response_assessment",
        "extramedullary",
        _both(_is("response_assessment", "response", *REMISSION), _given("response_assessment", "extramedullary")),
        _yes("response_assessment", "extramedullary"),
        "a remission must be without extramedullary disease",
        "response rates",
        "Check both; the response counts as recorded.",
    ),
)


def _mrd(*results):
    return _is("mrd_assessment", "result", *results)


def _in_remission(cohort: Cohort) -> np.ndarray:
    """Assays with a level whose nearest response assessment (within NEAR; of two equally near the earlier) is CR or
    CRi."""
    assays = cohort.tables["mrd_assessment"][["patient_id", "date", "level"]].reset_index(drop=True)
    seen = cohort.tables["response_assessment"][["patient_id", "date", "response"]].dropna()
    nearest = pd.merge_asof(
        assays.dropna().sort_values("date").reset_index(names="row"),
        seen.sort_values("date"),
        on="date",
        by="patient_id",
        direction="nearest",
        tolerance=NEAR,
    )
    found = np.zeros(len(assays), bool)
    found[nearest["row"].to_numpy(int)] = nearest["response"].isin(REMISSION)
    return found


def _mrd_in_remission(table: str, column: str, in_remission, needs=()) -> Rule:
    """A level over 1 is an error already (mrd-in-percent)."""
    fraction = _number(table, column, np.less_equal, 1)
    return whenever(
        "mrd-high-in-remission",
        WARN,
        table,
        column,
        _both(fraction, in_remission),
        _number(table, column, np.greater_equal, MARROW_BORDER),
        f"an MRD level in remission must be below {MARROW_BORDER:g}, which is 5 % of cells",
        "MRD status and levels",
        "Write a fraction of cells: 0.0005 for 0.05 %. If the level is a fraction "
        "already, check the response; both count as recorded.",
        needs,
    )


_LEVEL, _SENSITIVITY = _given("mrd_assessment", "level"), _given("mrd_assessment", "sensitivity")
# What is written in percent is told as that, once, and not compared as a fraction as well.
_COARSE = _number("mrd_assessment", "sensitivity", np.greater_equal, COARSE)
_AS_FRACTION = _both(_SENSITIVITY, _not(_COARSE))
_FRACTION = "Write a fraction of cells: 0.0001 for 0.01 %."
MRD = (
    *(
        within(
            "mrd-in-percent",
            ERROR,
            table,
            column,
            0,
            1,
            "an MRD level must be a fraction, from 0 to 1",
            "MRD status and levels",
            _FRACTION,
        )
        for table, column in (
            ("mrd_assessment", "level"),
            ("mrd_assessment", "sensitivity"),
            (COURSE, "mrd_level_before"),
        )
    ),
    _mrd_in_remission("mrd_assessment", "level", _in_remission, ("response_assessment",)),
    _mrd_in_remission(COURSE, "mrd_level_before", _is(COURSE, "disease_status_before", *IN_REMISSION)),
    whenever(
        "sensitivity-in-percent",
        WARN,
        "mrd_assessment",
        "sensitivity",
        _number("mrd_assessment", "sensitivity", np.less_equal, 1),
        _COARSE,
        f"a sensitivity must be a fraction below {COARSE:g}",
        "MRD status",
        _FRACTION,
    ),
    whenever(
        "mrd-level-below-sensitivity",
        WARN,
        "mrd_assessment",
        "level",
        _both(_mrd("positive"), _both(_LEVEL, _AS_FRACTION)),
        lambda c: c.numbers("mrd_assessment", "level") < c.numbers("mrd_assessment", "sensitivity"),
        "a measured level must not be below the assay's own sensitivity",
        "MRD status at the cut",
        "Below the sensitivity use positive_not_quantifiable without a level, or negative.",
    ),
    whenever(
        "mrd-negative-with-level",
        WARN,
        "mrd_assessment",
        "level",
        _mrd("negative"),
        lambda c: c.numbers("mrd_assessment", "level") > 0,
        "a negative result must have no level above 0",
        "MRD status",
        "Check both; the result counts as recorded.",
    ),
    whenever(
        "mrd-negative-without-sensitivity",
        WARN,
        "mrd_assessment",
        "sensitivity",
        _mrd("negative"),
        _not(_SENSITIVITY),
        "a negative result must say its sensitivity",
        "MRD-negative rates",
        "Give the sensitivity that this assay reached; without it the result counts as not assessable.",
    ),
    whenever(
        "mrd-negative-too-coarse",
        WARN,
        "mrd_assessment",
        "sensitivity",
        _both(_mrd("negative"), _AS_FRACTION),
        _number("mrd_assessment", "sensitivity", np.greater, MRD_CUT),
        f"a negative result must have a sensitivity of {MRD_CUT:g} or better",
        "MRD-negative rates",
        "Check the sensitivity; a coarser assay cannot show MRD negativity and counts as not assessable.",
    ),
)

PERCENTAGES = tuple(
    within(
        "more-than-100-percent",
        ERROR,
        table,
        column,
        0,
        100,
        "a percentage must be from 0 to 100",
        protects,
        "Check the value and its unit.",
    )
    for table, column, protects in (
        (COURSE, "blasts_pct_before", "disease burden"),
        ("response_assessment", "blasts_pct", "response"),
        ("b_cell_assessment", "cd19_pct_lymphocytes", "loss of B-cell aplasia"),
        ("b_cell_assessment", "normal_b_pct_marrow", "loss of B-cell aplasia"),
    )
)


def _before_remission(cohort: Cohort) -> Masks:
    """Relapses after the first infusion of a patient who was in no remission before: none recorded since, and not
    infused in one."""
    dates, day0 = cohort.values("relapse", "date"), cohort.values("relapse", DAY0)
    seen = cohort.tables["response_assessment"]
    seen = seen[seen["response"].isin(REMISSION)].groupby("patient_id")["date"].min()
    first = seen.reindex(cohort.tables["relapse"]["patient_id"]).reset_index(drop=True)
    infused_in = cohort.values("relapse", "course.disease_status_before").isin(IN_REMISSION)
    later = (dates > day0).to_numpy(bool)
    return later, later & ~(first < dates).to_numpy(bool) & ~infused_in.to_numpy(bool)


RELAPSE = (
    Rule(
        "relapse-without-remission",
        WARN,
        "relapse",
        "date",
        "a relapse must follow a remission",
        "relapse and event-free survival",
        "Add the remission, or record no response (NR) instead of a relapse.",
        _before_remission,
        (COURSE, "response_assessment"),
    ),
    in_order("before-diagnosis", ERROR, "relapse", "patient.diagnosis_date", "date", "relapses before infusion"),
    in_order("before-diagnosis", ERROR, "transplant", "patient.diagnosis_date", "date", "prior transplant"),
)


def _above_scale(cohort: Cohort) -> np.ndarray:
    events = cohort.tables["adverse_event"]
    pairs = pd.Series(list(zip(events["kind"].astype("str"), events["scale"].astype("str"), strict=True)), dtype=object)
    return cohort.numbers("adverse_event", "grade") > pairs.map(HIGHEST).fillna(0).to_numpy(float)


def _alive(cohort: Cohort) -> np.ndarray:
    return (cohort.values("adverse_event", "patient.death_date").isna()).to_numpy()


_GRADE, _SCALE = _given("adverse_event", "grade"), _given("adverse_event", "scale")
TOXICITY = (
    in_order(
        "resolved-before-onset",
        WARN,
        "adverse_event",
        "onset_date",
        "resolution_date",
        "duration of CRS and ICANS",
        hint="Check both dates; the episode counts, its duration does not.",
    ),
    whenever(
        "grade-outside-scale",
        WARN,
        "adverse_event",
        "grade",
        _both(_GRADE, _SCALE),
        _above_scale,
        "a grade must exist on its scale; the Penn scale grades CRS only",
        "toxicity by grade",
        "Check grade and scale.",
    ),
    whenever(
        "grade-without-scale",
        WARN,
        "adverse_event",
        "scale",
        _GRADE,
        _not(_SCALE),
        "a grade must say its scale",
        "toxicity by grade",
        "Give the scale; grades of different scales are never pooled.",
    ),
    in_order(
        "onset-before-infusion",
        WARN,
        "adverse_event",
        DAY0,
        "onset_date",
        "toxicity",
        hint="Check the date; an episode before infusion is left out.",
    ),
    whenever(
        "grade-5-while-alive",
        ERROR,
        "adverse_event",
        "grade",
        _number("adverse_event", "grade", np.equal, 5),
        _alive,
        "grade 5 must come with a death_date",
        "toxicity and survival",
        "Check the grade, or give vital_status and death_date.",
        needs=("patient",),
    ),
)

RULES = (
    *DIRECT_IDENTIFIERS,
    *SPELLINGS,
    *RESERVED,
    *BIRTH,
    *COURSE_ORDER,
    *DEATH,
    *CUTOFF,
    *TREATMENT,
    *RESPONSE,
    *MRD,
    *PERCENTAGES,
    *RELAPSE,
    *TOXICITY,
)
