"""FILTERS and groups, declared: what narrows a cohort and what compares it. Only pre-infusion variables."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

MISSING, UNKNOWN = "missing", "unknown"  # no entry; an entry that says unknown
MAX_GROUPS = 6


@dataclass(frozen=True)
class Level:
    """One option of a filter, one possible group: its code (URL, files) and its words."""

    code: str
    label: str


@dataclass(frozen=True)
class Filter:
    """A declared filter over one ADSL column. `levels` None: the levels are those found in the data.

    `label_column` names the ADSL column with the words of data-found levels; `is_range` draws a slider.
    """

    code: str
    label: str
    column: str
    section: str
    levels: tuple[Level, ...] | None = None
    label_column: str | None = None
    is_range: bool = False
    low: int = 0
    high: int = 100


YES_NO = (Level("yes", "Yes"), Level("no", "No"), Level(MISSING, "Missing"))


def with_missing(*pairs: tuple[str, str]) -> tuple[Level, ...]:
    """Levels from (code, words), and missing as a level of its own."""
    return (*tuple(Level(code, label) for code, label in pairs), Level(MISSING, "Missing"))


AGE_GROUPS = with_missing(
    ("under_3", "< 3 years"),
    ("3_9", "3-9 years"),
    ("10_17", "10-17 years"),
    ("18_25", "18-25 years"),
    ("26_39", "26-39 years"),
    ("40_59", "40-59 years"),
    ("60_plus", "≥ 60 years"),
)
AGE_GROUP_STARTS = (0, 3, 10, 18, 26, 40, 60)

FILTERS = (
    Filter("product", "Product", "PRODUCT", "Product", label_column="PRODLABEL"),
    Filter(
        "target",
        "Target antigens",
        "TARGET",
        "Product",
        with_missing(("CD19", "CD19"), ("CD22", "CD22"), ("CD19+CD22", "CD19 + CD22")),
    ),
    Filter(
        "specificity",
        "Specificity",
        "SPECIF",
        "Product",
        with_missing(("mono", "Monospecific"), ("multi", "Multispecific")),
    ),
    Filter(
        "cell_source",
        "Cell source",
        "CELLSRC",
        "Product",
        with_missing(("autologous", "Autologous"), ("allogeneic", "Allogeneic")),
    ),
    Filter("costimulation", "Costimulatory domain", "COSTIM", "Product"),
    Filter("age", "Age", "AGE", "Patient", is_range=True),
    Filter("age_group", "Age group", "AGEGR", "Patient", AGE_GROUPS),
    Filter(
        "age_25",
        "Age ≤ 25 / > 25",
        "AGE25",
        "Patient",
        with_missing(("to_25", "≤ 25 years"), ("over_25", "> 25 years")),
    ),
    Filter(
        "age_18",
        "Age < 18 / ≥ 18",
        "AGE18",
        "Patient",
        with_missing(("under_18", "< 18 years"), ("from_18", "≥ 18 years")),
    ),
    Filter("sex", "Sex", "SEX", "Patient", with_missing(("female", "Female"), ("male", "Male"))),
    Filter("centre", "Centre", "SITEID", "Patient"),
    Filter("year", "Infusion year", "INFYEAR", "Patient"),
    Filter("down", "Down syndrome", "DOWNSYN", "Patient", YES_NO),
    Filter(
        "disease_status",
        "Disease status before lymphodepletion",
        "DISSTAT",
        "Disease",
        with_missing(
            ("refractory", "Refractory"),
            ("relapse", "Relapse"),
            ("cr_mrd_positive", "CR, MRD-positive"),
            ("cr_mrd_negative", "CR, MRD-negative"),
            (UNKNOWN, "Recorded as unknown"),
        ),
    ),
    Filter(
        "burden",
        "Disease burden",
        "BURDENGR",
        "Disease",
        with_missing(("low", "Low (below the cut)"), ("high", "High (from the cut)")),
    ),
    Filter(
        "cytogenetics",
        "Cytogenetic group",
        "CYTOGR",
        "Disease",
        with_missing(
            ("ph_positive", "Ph+"),
            ("ph_like", "Ph-like"),
            ("kmt2a", "KMT2A"),
            ("hypodiploid", "Hypodiploid"),
            ("iamp21", "iAMP21"),
            ("tp53", "TP53"),
            ("other", "Other"),
            ("normal", "Normal"),
            (UNKNOWN, "Recorded as unknown"),
        ),
    ),
    Filter(
        "cns", "CNS status", "CNSSTAT", "Disease", with_missing(("CNS1", "CNS1"), ("CNS2", "CNS2"), ("CNS3", "CNS3"))
    ),
    Filter("extramedullary", "Extramedullary disease", "EMD", "Disease", YES_NO),
    Filter("prior_transplant", "Prior transplant", "PRIORTX", "Before CAR-T", YES_NO),
    Filter("prior_car_t", "Prior CAR-T", "PRIORCART", "Before CAR-T", YES_NO),
    Filter("prior_blinatumomab", "Prior blinatumomab", "PRIORBLI", "Before CAR-T", YES_NO),
    Filter("prior_inotuzumab", "Prior inotuzumab", "PRIORINO", "Before CAR-T", YES_NO),
)
FILTER = {f.code: f for f in FILTERS}
GROUPINGS = tuple(f for f in FILTERS if not f.is_range)


@dataclass(frozen=True)
class Group:
    """A compared group; `style` (0-5) fixes colour, dash and shape by the declared level, whatever the filter left."""

    code: str
    label: str
    style: int


ALL_PATIENTS = Group("all", "All patients", 0)


def levels_of(filter_: Filter, adsl: pd.DataFrame) -> tuple[Level, ...]:
    """The levels of a filter: declared, or found in the whole (unfiltered) ADSL in sorted order, missing last.

    A range has none.
    """
    if filter_.is_range:
        return ()
    if filter_.levels is not None:
        return filter_.levels
    labels = adsl[filter_.label_column or filter_.column]
    pairs = pd.DataFrame({"code": adsl[filter_.column], "label": labels}, dtype="str")
    found = pairs[pairs["code"] != MISSING].drop_duplicates("code").sort_values("code")
    known = [Level(code, label) for code, label in zip(found["code"], found["label"], strict=True)]
    return (*known, Level(MISSING, "Missing"))


def matches(adsl: pd.DataFrame, filter_: Filter, choice) -> pd.Series:
    """True per ADSL row that the choice keeps: level codes, or (low, high) in years for a range (missing is kept
    only by the full range, so that a narrowed slider never smuggles unknown ages in)."""
    values = adsl[filter_.column]
    if not filter_.is_range:
        return values.astype(str).isin(list(choice))
    low, high = choice
    inside = values.between(low, high)
    return inside | values.isna() if (low, high) == (filter_.low, filter_.high) else inside


def keep(adsl: pd.DataFrame, choices: Mapping[str, object]) -> pd.DataFrame:
    """The ADSL rows that pass every chosen filter; an absent or empty choice keeps everybody."""
    return adsl[passes(adsl, choices)]


def passes(adsl: pd.DataFrame, choices: Mapping[str, object]) -> pd.Series:
    """True per ADSL row that passes every chosen filter."""
    mask = pd.Series(True, index=adsl.index)
    for code, choice in choices.items():
        if choice:
            mask &= matches(adsl, FILTER[code], choice)
    return mask


def count_levels(
    adsl: pd.DataFrame, filter_: Filter, choices: Mapping[str, object], levels: tuple[Level, ...]
) -> pd.DataFrame:
    """Patients per level under all *other* filters: columns code, label, n; 0 included."""
    others = passes(adsl, {code: choice for code, choice in choices.items() if code != filter_.code})
    n = Counter(adsl[filter_.column].astype(str).to_numpy(object)[others.to_numpy()])
    return pd.DataFrame(
        {"code": [x.code for x in levels], "label": [x.label for x in levels], "n": [n[x.code] for x in levels]}
    )


def choose_groups(levels: tuple[Level, ...], picked: tuple[str, ...] = ()) -> tuple[Group, ...]:
    """Groups in declared order. With more than MAX_GROUPS levels the picked ones are compared, by default the first.

    Styles follow the declared level; where a picked pair would share one, the later takes the next free style.
    """
    wanted = [x for x in levels if x.code in picked] if picked else list(levels)
    groups, used = [], set()
    for level in wanted[:MAX_GROUPS]:
        start = levels.index(level) % MAX_GROUPS
        style = next(s % MAX_GROUPS for s in range(start, start + MAX_GROUPS) if s % MAX_GROUPS not in used)
        used.add(style)
        groups.append(Group(level.code, level.label, style))
    return tuple(groups)


def membership(adsl: pd.DataFrame, filter_: Filter | None, groups: tuple[Group, ...]) -> pd.DataFrame:
    """Frame USUBJID, GROUP (group code): many-to-many by design. No filter: everybody is in 'all'."""
    if filter_ is None:
        return pd.DataFrame({"USUBJID": adsl["USUBJID"].to_numpy(), "GROUP": ALL_PATIENTS.code})
    codes = adsl[filter_.column].astype(str)
    inside = codes.isin([g.code for g in groups])
    return pd.DataFrame({"USUBJID": adsl.loc[inside, "USUBJID"].to_numpy(), "GROUP": codes[inside].to_numpy()})


def refuse_overlap(members: pd.DataFrame) -> None:
    """Tests assume independent groups: raise ValueError when a patient is in two of them."""
    n = int(members["USUBJID"].duplicated().sum())
    if n:
        raise ValueError(f"A test needs groups without common patients; {n} are in more than one.")
