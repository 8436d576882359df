"""CRS, ICANS, IEC-HS, ICAHT, infections and second malignancies."""

import numpy as np
import pandas as pd

from data_access.bundle.checks import ERROR, WARN, Cohort, Masks, Rule, in_order, whenever
from data_access.bundle.plausibility.conditions import COURSE, both, by_objects, given, negated, no, number, yes

EVENT = "adverse_event"
HIGHEST = {  # the highest grade of each kind on each of its scales
    ("CRS", "ASTCT"): 5,
    ("CRS", "CTCAE"): 5,
    ("CRS", "Penn"): 5,
    ("ICANS", "ASTCT"): 5,
    ("ICANS", "CTCAE"): 5,
    ("IEC_HS", "ASTCT"): 5,
    ("IEC_HS", "CTCAE"): 5,
    ("ICAHT", "EHA_EBMT"): 4,
}
EARLY_KINDS = ("CRS", "ICANS")
LATE = pd.Timedelta(days=60)  # our convention: CRS or ICANS do not begin so long after the last cells


def _above_scale(cohort: Cohort) -> np.ndarray:
    kinds, scales = (cohort.tables[EVENT][name].to_numpy(object) for name in ("kind", "scale"))
    highest = np.array([HIGHEST.get(pair, 0) for pair in zip(kinds, scales, strict=True)], float)
    return cohort.numbers(EVENT, "grade") > highest


def _alive(table: str):
    return lambda cohort: cohort.values(table, "patient.death_date").isna().to_numpy()


def _late(cohort: Cohort) -> Masks:
    """CRS and ICANS after an infusion; broken when the last infusion, or second dose, before is too long ago."""
    events, courses = cohort.tables[EVENT].reset_index(drop=True), cohort.tables[COURSE]
    cells = pd.concat(
        [courses[["patient_id", day]].set_axis(["patient_id", "given"], axis=1) for day in _GIVEN]
    ).dropna()
    asked = events.loc[events["kind"].isin(EARLY_KINDS), ["patient_id", "onset_date"]].dropna()
    last = pd.merge_asof(
        by_objects(asked.reset_index(names="row").sort_values("onset_date")),
        by_objects(cells.sort_values("given")),
        left_on="onset_date",
        right_on="given",
        by="patient_id",
    ).dropna(subset="given")
    applies, broken = np.zeros(len(events), bool), np.zeros(len(events), bool)
    applies[last["row"].to_numpy(int)] = True
    broken[last["row"].to_numpy(int)] = last["onset_date"] - last["given"] > LATE
    return applies, broken


_GIVEN = ("infusion_date", "second_dose_date")
_GRADE, _SCALE = given(EVENT, "grade"), given(EVENT, "scale")
EPISODES = (
    in_order(
        "resolved-before-onset",
        WARN,
        EVENT,
        "onset_date",
        "resolution_date",
        "duration of toxicity",
        hint="Check both dates; the episode counts, its duration does not.",
    ),
    whenever(
        "grade-outside-scale",
        WARN,
        EVENT,
        "grade",
        both(_GRADE, _SCALE),
        _above_scale,
        "a grade must exist on its scale: Penn grades CRS only, EHA/EBMT grades ICAHT only, from 1 to 4",
        "toxicity by grade",
        "Check grade and scale.",
    ),
    whenever(
        "grade-without-scale",
        WARN,
        EVENT,
        "scale",
        _GRADE,
        negated(_SCALE),
        "a grade must say its scale",
        "toxicity by grade",
        "Give the scale; grades of different scales are never pooled.",
    ),
    Rule(
        "onset-late",
        WARN,
        EVENT,
        "onset_date",
        f"CRS and ICANS must begin within {LATE.days} days of an infusion",
        "toxicity",
        "Check the date and the kind; the episode counts as recorded.",
        _late,
        (COURSE,),
    ),
    *(
        whenever(
            "grade-5-while-alive",
            ERROR,
            table,
            "grade",
            number(table, "grade", np.equal, 5),
            _alive(table),
            "grade 5 must come with a death_date",
            "toxicity and survival",
            "Check the grade, or give vital_status and death_date.",
            ("patient",),
        )
        for table in (EVENT, "infection")
    ),
    whenever(
        "transgene-without-test",
        WARN,
        "second_malignancy",
        "transgene_found",
        yes("second_malignancy", "transgene_found"),
        no("second_malignancy", "transgene_tested"),
        "a transgene that was found must have been tested for",
        "second malignancies by transgene",
        "Check both; the tumour counts as tested.",
    ),
)
