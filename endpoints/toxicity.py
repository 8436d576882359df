"""Toxicity: the highest grade of CRS, ICANS, IEC-HS and ICAHT, one scale at a time. "No row" is not "grade 0".

Grades of different scales are never pooled, and whether a patient without an episode had none or was never looked at
is what the course says, not what is missing from a table.
"""

from dataclasses import dataclass

import pandas as pd

from endpoints.codes import MISSING, words_of
from endpoints.patient_dates import days_since, earliest, of_patient
from endpoints.status import NOT_ASSESSED, Class, first_match
from endpoints.study import Study
from endpoints.terms import TERM

SCALE_LABELS = words_of("adverse_event.scale")
SCALES = tuple(SCALE_LABELS)
NONE_RECORDED = Class("none_recorded", "None (assessed)")
GRADES = tuple(Class(f"grade_{n}", f"Grade {n}") for n in range(1, 6))
GRADE_UNKNOWN = Class("grade_unknown", "Grade not recorded")
OTHER_SCALE = Class("other_scale", "Graded on another scale only", counts=False)
NO_SCALE = Class("no_scale", "Scale not recorded", counts=False)
CLASSES = (NONE_RECORDED, *GRADES, GRADE_UNKNOWN, NOT_ASSESSED, OTHER_SCALE, NO_SCALE)
NOT_THERE = {  # how the classes of patients without a gradable episode are left out of figures of those who have one
    NONE_RECORDED.code: "without {code} (assessed)",
    NOT_ASSESSED.code: "not assessed for {code}",
    OTHER_SCALE.code: "with {code} graded on another scale only",
    NO_SCALE.code: "with {code}, scale not recorded",
}
SCALE_WORDS = {
    "ASTCT": TERM["ASTCT"].words,
    "Penn": "University of Pennsylvania",
    "CTCAE": TERM["CTCAE"].words,
    "EHA_EBMT": f"{TERM['EHA'].words} and {TERM['EBMT'].words}",
}
GRADED = tuple(c.code for c in GRADES)
AFFECTED = (*GRADED, GRADE_UNKNOWN.code)
SEVERE = GRADED[2:]
RESOLVED, NO_END, BEFORE_ONSET = "resolved", "no end recorded by the cut-off", "recorded end is before onset"

EPISODES = (
    "Episodes of the index course: onset on or after day 0 and before any later CAR-T infusion, known by the "
    "cut-off (no minimum observation: our convention)."
)


@dataclass(frozen=True)
class Toxicity:
    """A declared toxicity: its code, its words, the kind of its rows, the course's column "was assessed", the scales it
    is graded on, and the days of onset (first, last) that belong to it (None: no limit)."""

    paramcd: str
    param: str
    label: str
    full: str
    kind: str
    assessed: str
    scales: tuple[str, ...]
    days: tuple[int, int | None] = (0, None)
    source: str = ""


CRS = Toxicity(
    "CRS",
    "Cytokine release syndrome (CRS)",
    "CRS",
    TERM["CRS"].words,
    "CRS",
    "crs_assessed",
    ("ASTCT", "Penn", "CTCAE"),
)
ICANS = Toxicity(
    "ICANS",
    "Neurotoxicity (ICANS)",
    "ICANS",
    TERM["ICANS"].words,
    "ICANS",
    "icans_assessed",
    ("ASTCT", "Penn", "CTCAE"),
)
IEC_HS = Toxicity(
    "IECHS",
    "Haemophagocytic lymphohistiocytosis-like syndrome (IEC-HS)",
    "IEC-HS",
    TERM["IEC-HS"].words,
    "IEC_HS",
    "iec_hs_assessed",
    ("ASTCT", "CTCAE"),
    source="Graded as ASTCT 2023.",
)
EARLY_ICAHT = Toxicity(
    "ICAHTE",
    "Early haematotoxicity (ICAHT, day 0-30)",
    "early ICAHT",
    TERM["ICAHT"].words,
    "ICAHT",
    "icaht_assessed",
    ("EHA_EBMT", "CTCAE"),
    days=(0, 30),
    source="Early: onset on day 0-30. Graded as EHA/EBMT (Blood 2023;142:865).",
)
LATE_ICAHT = Toxicity(
    "ICAHTL",
    "Late haematotoxicity (ICAHT, after day 30)",
    "late ICAHT",
    TERM["ICAHT"].words,
    "ICAHT",
    "icaht_assessed",
    ("EHA_EBMT", "CTCAE"),
    days=(31, None),
    source="Late: onset after day 30. Graded as EHA/EBMT (Blood 2023;142:865).",
)
TOXICITIES = (CRS, ICANS, IEC_HS, EARLY_ICAHT, LATE_ICAHT)
TOXICITY = {toxicity.paramcd: toxicity for toxicity in TOXICITIES}
PUBLISHED_AS = {  # neuro: neurotoxicity, graded before ICANS was defined
    toxicity.paramcd: {"ICANS": ("ICANS", "neuro")}.get(toxicity.paramcd, (toxicity.paramcd,))
    for toxicity in TOXICITIES
}


def abbreviations(toxicity: Toxicity, scale: str) -> str:
    """What the two codes of a title stand for."""
    short = toxicity.label.split(" ")[-1]
    return f"Abbreviations: {short}: {toxicity.full}; {SCALE_LABELS[scale]}: {SCALE_WORDS[scale]}."


def grade_definition(toxicity: Toxicity, scale: str) -> str:
    """What stands behind the classes of maximum grade."""
    pooled = (
        "Grades of different scales are never pooled: a patient graded on several stands in the figure of each, with "
        "that scale's grade; one graded on another scale only is left out."
    )
    none = (
        f"{NONE_RECORDED.label}: no episode on any scale, and the course says that {toxicity.label} was looked for; "
        "without an episode there is no scale, so these patients are counted under each."
    )
    unknown = (
        f"{NOT_ASSESSED.label}: no episode, and the course says that it was not looked for, or does not say; shown, "
        "and in no rate."
    )
    highest = f"{toxicity.param}: highest recorded grade on the {SCALE_LABELS[scale]} scale."
    return " ".join(filter(None, (highest, toxicity.source, EPISODES, pooled, none, unknown)))


def episode_definition(toxicity: Toxicity, scale: str) -> str:
    """What stands behind onset and duration."""
    return (
        f"Patients with {toxicity.label} graded on the {SCALE_LABELS[scale]} scale: the episode of the highest grade, "
        f"the first of equal ones. {EPISODES} Onset: days from infusion. Duration: resolution - onset in days, of "
        "episodes with a recorded end; the others are counted beside it, not guessed."
    )


def treatment_definition(toxicity: Toxicity, scale: str) -> str:
    """What stands behind the rates of treatment."""
    return (
        f"Patients with {toxicity.label} on the {SCALE_LABELS[scale]} scale who were treated in any of its episodes. "
        f"{EPISODES} Yes where one episode says so; not recorded where none does and one does not say."
    )


def derive_toxicity(study: Study, toxicity: Toxicity, scale: str) -> pd.DataFrame:
    """One row per infused patient, of the toxicity on one of its scales. Raises ValueError for another scale.

    AVALC class of the maximum grade; SCALE on the patients who have it; of the episode of the highest grade (the first
    of equal ones) ASTDT, ASTDY (days from day 0), AENDT, ADURN (days, missing without a credible end) and AENDESC;
    over all episodes on the scale TOCI and STEROID (yes, no, missing).
    """
    if scale not in toxicity.scales:
        raise ValueError(f"A scale of {toxicity.label} must be one of {', '.join(toxicity.scales)}, got: {scale!r}")
    course, n = study.course, len(study.course)
    episodes = _episodes(study, toxicity)
    on_scale = episodes[episodes["scale"].astype("str") == scale]
    worst = _worst(on_scale, n)
    affected = worst["onset_date"].notna()
    rows = pd.DataFrame(
        {
            "USUBJID": course["USUBJID"],
            "TRTSDT": course["TRTSDT"],
            "PARAMCD": toxicity.paramcd,
            "PARAM": toxicity.param,
            "AVALC": _status(study, toxicity, episodes, worst),
            "SCALE": pd.Series(scale, index=course.index, dtype="str").where(affected),
            "ASTDT": worst["onset_date"],
            "ASTDY": days_since(worst["onset_date"], course["TRTSDT"]),
            **_end(worst),
            "TOCI": _given(on_scale, "tocilizumab", affected),
            "STEROID": _given(on_scale, "steroids", affected),
        }
    )
    return rows[rows["TRTSDT"].notna()].reset_index(drop=True)


def _episodes(study: Study, toxicity: Toxicity) -> pd.DataFrame:
    """Rows of the index course. CRS may begin on day 0; what begins with a later CAR-T belongs to that course."""
    rows, courses = study.tables["adverse_event"], study.tables["treatment_course"]
    day0 = study.course["TRTSDT"]
    later = courses[courses["infusion_date"] > of_patient(day0, courses)]
    next_infusion = earliest(later, len(day0), "infusion_date")
    onset, (first, last) = rows["onset_date"], toxicity.days
    day = days_since(onset, of_patient(day0, rows))
    in_window = (day >= first) if last is None else day.between(first, last)
    return rows[(rows["kind"] == toxicity.kind) & in_window & ~(onset >= of_patient(next_infusion, rows))]


def _worst(rows: pd.DataFrame, n: int) -> pd.DataFrame:
    """By position the episode of the highest recorded grade, the first of equal ones; without any grade the first."""
    order = rows.sort_values(
        ["grade", "onset_date", "adverse_event_id"], ascending=[False, True, True], na_position="last"
    )
    return order.drop_duplicates("PT").set_index("PT").reindex(range(n))


def _status(study: Study, toxicity: Toxicity, episodes: pd.DataFrame, worst: pd.DataFrame) -> pd.Series:
    """A recorded episode speaks for itself, also where the course says that nobody looked for it."""
    patients = pd.Series(range(len(worst)))
    has_scale = episodes["scale"].notna()
    return first_match(
        worst.index,
        *((grade.code, worst["grade"] == n) for n, grade in enumerate(GRADES, start=1)),
        (GRADE_UNKNOWN.code, worst["onset_date"].notna()),
        (OTHER_SCALE.code, patients.isin(episodes.loc[has_scale, "PT"])),
        (NO_SCALE.code, patients.isin(episodes["PT"])),
        (NONE_RECORDED.code, _assessed(study, toxicity)),
        otherwise=NOT_ASSESSED.code,
    )


def _assessed(study: Study, toxicity: Toxicity) -> pd.Series:
    """What the index course says; missing where it does not say."""
    courses = study.tables["treatment_course"]
    infused = courses[courses["infusion_date"].notna()].sort_values(["PT", "course_number"]).drop_duplicates("PT")
    return infused.set_index("PT")[toxicity.assessed].astype("boolean").reindex(range(len(study.course)))


def _end(worst: pd.DataFrame) -> dict[str, pd.Series]:
    """Date and days of the end. An end before the onset is a slip of the pen: shown, and no duration."""
    end, days = worst["resolution_date"], days_since(worst["resolution_date"], worst["onset_date"])
    words = first_match(worst.index, (BEFORE_ONSET, days < 0), (RESOLVED, end.notna()), otherwise=NO_END)
    return {"AENDT": end, "ADURN": days.where(days >= 0), "AENDESC": words.where(worst["onset_date"].notna())}


def _given(rows: pd.DataFrame, column: str, affected: pd.Series) -> pd.Series:
    """yes if any episode says yes, missing if none does and one does not say, else no; nothing without an episode."""
    patients = pd.Series(range(len(affected)))
    yes = rows["PT"][rows[column].astype("boolean").fillna(False)]
    unsaid = rows["PT"][rows[column].isna()]
    return first_match(
        affected.index, ("yes", patients.isin(yes)), (MISSING, patients.isin(unsaid)), otherwise="no"
    ).where(affected)
