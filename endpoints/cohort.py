"""Filters and groups, declared: what narrows a cohort and what compares it.

FILTERS are variables known before infusion; those that choose by what happened after it are beside (outcome.py).
"""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from endpoints.codes import MISSING, MISSING_WORDS, pairs_of
from endpoints.filters import AGE_GROUPS, YES_NO, Filter, Level, with_missing
from endpoints.outcome import OUTCOME_FILTERS

MAX_GROUPS = 6
UNPRINTABLE = ("Cc", "Cn", "Cs", "Zl", "Zp")  # categories of characters without a sign of their own
CONTROL_PICTURES = 0x2400  # the sign of a control character is its number from here


def _coded(code: str, label: str, column: str, section: str, words: str) -> Filter:
    """A filter whose levels are the declared codes of a database column, `table.column`."""
    return Filter(code, label, column, section, with_missing(*pairs_of(words)))


PRIOR_TRANSPLANT = with_missing(
    ("allogeneic", "Allogeneic"), ("autologous", "Autologous only"), ("no", "No"), ("unknown", "Yes, kind unknown")
)
PRIOR_WORDS = (
    "A dated transplant or CAR-T infusion before day 0 is a prior one, also where the record says no (our convention)."
)
FILTERS = (
    Filter("product", "Product", "PRODUCT", "Product", label_column="PRODLABEL"),
    _coded("target", "Target antigens", "TARGET", "Product", "product.target_antigens"),
    _coded("specificity", "Specificity", "SPECIF", "Product", "product.specificity"),
    _coded("cell_source", "Cell source", "CELLSRC", "Product", "product.cell_source"),
    _coded("costimulation", "Costimulatory domain", "COSTIM", "Product", "product.costimulatory_domain"),
    Filter("age", "Age", "AGE", "Patient", is_range=True, unit="years"),
    Filter("age_group", "Age group", "AGEGR", "Patient", AGE_GROUPS, part_of="age"),
    Filter(
        "age_25",
        "Age ≤ 25 / > 25",
        "AGE25",
        "Patient",
        with_missing(("to_25", "≤ 25 years"), ("over_25", "> 25 years")),
        part_of="age",
    ),
    Filter(
        "age_18",
        "Age < 18 / ≥ 18",
        "AGE18",
        "Patient",
        with_missing(("under_18", "< 18 years"), ("from_18", "≥ 18 years")),
        part_of="age",
    ),
    _coded("sex", "Sex", "SEX", "Patient", "patient.sex"),
    Filter("centre", "Centre", "SITEID", "Patient"),
    Filter("year", "Infusion year", "INFYEAR", "Patient"),
    Filter("down", "Down syndrome", "DOWNSYN", "Patient", YES_NO),
    _coded(
        "disease_status",
        "Disease status before lymphodepletion",
        "DISSTAT",
        "Disease",
        "treatment_course.disease_status_before",
    ),
    Filter(
        "burden",
        "Disease burden",
        "BURDENGR",
        "Disease",
        with_missing(("low", "Low (< cut-off)"), ("high", "High (≥ cut-off)")),
    ),
    Filter("blasts", "Blasts before lymphodepletion", "BURDEN", "Disease", is_range=True, unit="%"),
    _coded("cytogenetics", "Cytogenetic group", "CYTOGR", "Disease", "patient.cytogenetic_group"),
    _coded("cns", "CNS status", "CNSSTAT", "Disease", "treatment_course.cns_status"),
    Filter("extramedullary", "Extramedullary disease", "EMD", "Disease", YES_NO),
    Filter("prior_transplant", "Prior transplant", "PRIORTX", "Before CAR-T", PRIOR_TRANSPLANT),
    Filter("prior_car_t", "Prior CAR-T", "PRIORCART", "Before CAR-T", YES_NO),
    Filter("prior_blinatumomab", "Prior blinatumomab", "PRIORBLI", "Before CAR-T", YES_NO),
    Filter("prior_inotuzumab", "Prior inotuzumab", "PRIORINO", "Before CAR-T", YES_NO),
    Filter("transplant_intended", "Transplant intended at infusion", "TXINTENT", "Before CAR-T", YES_NO),
)
EVERY_FILTER = (*FILTERS, *OUTCOME_FILTERS)
FILTER = {f.code: f for f in EVERY_FILTER}
GROUPINGS = tuple(f for f in FILTERS if not f.is_range)


@dataclass(frozen=True)
class Group:
    """A compared group; `style` (0-5) fixes colour, dash and shape by the declared level, whatever the filter left."""

    code: str
    label: str
    style: int


ALL_PATIENTS = Group("all", "Cohort", 0)  # the chosen patients: filters may have left some of all


def levels_of(filter_: Filter, adsl: pd.DataFrame) -> tuple[Level, ...]:
    """The levels of a filter: declared, or found in the whole (unfiltered) ADSL in sorted order, missing last.

    Levels found in the data whose words are equal, or are those of the missing, have their code beside the words, which
    are printable. A range has none.
    """
    if filter_.is_range:
        return ()
    if filter_.levels is not None:
        return filter_.levels
    labels = adsl[filter_.label_column or filter_.column]
    pairs = pd.DataFrame({"code": adsl[filter_.column], "label": labels}, dtype="str")
    known = pairs[pairs["code"] != MISSING].drop_duplicates("code").sort_values("code")
    known = known.assign(label=known["label"].map(printable), shown=known["code"].map(printable))
    same = known["label"].duplicated(keep=False) | (known["label"].str.casefold() == MISSING_WORDS.casefold())
    words = known["label"].mask(same, known["label"] + " (" + known["shown"] + ")")
    if words.duplicated().any():  # the words of one are those of another with its code
        words = known["label"] + " (" + known["shown"] + ")"
    levels = [Level(code, label) for code, label in zip(known["code"], words, strict=True)]
    return (*levels, Level(MISSING, MISSING_WORDS))


def printable(words: str) -> str:
    """The words with a visible sign for each character that has none (control characters, other ends of a line): a
    blank in its place could make two names one, and charts and images stop at some of them."""
    if words.isprintable():
        return words
    return "".join(_sign(letter) if unicodedata.category(letter) in UNPRINTABLE else letter for letter in words)


def _sign(letter: str) -> str:
    """Another one for every character, so that two names stay two."""
    return chr(CONTROL_PICTURES + ord(letter)) if ord(letter) < ord(" ") else f"\\u{ord(letter):04x}"


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
    return adsl[passes(adsl, choices)] if choices else adsl


def passes(adsl: pd.DataFrame, choices: Mapping[str, object]) -> pd.Series:
    """True per ADSL row that passes every chosen filter. Filters of an outcome need their columns in `adsl`."""
    mask = pd.Series(True, index=adsl.index)
    for code, choice in choices.items():
        if choice:
            mask &= matches(adsl, FILTER[code], choice)
    return mask


def count_levels(
    adsl: pd.DataFrame, filter_: Filter, choices: Mapping[str, object], levels: tuple[Level, ...]
) -> pd.DataFrame:
    """Patients per level under all *other* filters, those of the same control aside: columns code, label, n; 0
    included."""
    others = passes(adsl, {code: choice for code, choice in choices.items() if not share_control(code, filter_.code)})
    n = Counter(adsl[filter_.column].astype(str).to_numpy(object)[others.to_numpy()])
    return pd.DataFrame(
        {"code": [x.code for x in levels], "label": [x.label for x in levels], "n": [n[x.code] for x in levels]}
    )


def share_control(code: str, other: str) -> bool:
    """Whether two filters stand in one control, so that choosing in one takes the other back."""
    return FILTER[code].control == FILTER[other].control


def encode_levels(adsl: pd.DataFrame, levels: Mapping[str, tuple[Level, ...]]) -> dict[str, np.ndarray]:
    """{filter code: (n,) which of its levels each row has, -1 for none}: texts are read once, not for every count."""
    return {code: _place(adsl[FILTER[code].column], [level.code for level in levels[code]]) for code in levels}


def _place(values: pd.Series, codes: list[str]) -> np.ndarray:
    place = pd.Index(codes, dtype=object).get_indexer(values.astype(str).to_numpy(object))
    return place.astype(np.min_scalar_type(-len(codes) - 1))


def count_every_level(
    adsl: pd.DataFrame,
    choices: Mapping[str, object],
    levels: Mapping[str, tuple[Level, ...]],
    encoded: Mapping[str, np.ndarray] | None = None,
) -> dict[str, list[int]]:
    """{filter code: n per level}, as `count_levels` counts, of all filters in `levels`: who passes which filter is
    asked once, not once per filter. encoded: of the same rows and levels, where they are known (`encode_levels`)."""
    places = encode_levels(adsl, levels) if encoded is None else encoded
    failed = {code: ~matches(adsl, FILTER[code], choice).to_numpy() for code, choice in choices.items() if choice}
    times = np.sum([*failed.values(), np.zeros(len(adsl), int)], axis=0)
    return {code: _count_known(places[code], times - _of_control(failed, code), len(levels[code])) for code in levels}


def _of_control(failed: Mapping[str, np.ndarray], code: str) -> np.ndarray | int:
    """How many of the conditions of a filter's own control each row fails."""
    return sum((rows.astype(int) for other, rows in failed.items() if share_control(other, code)), start=0)


def _count_known(place: np.ndarray, fails: np.ndarray, n: int) -> list[int]:
    counted: list[int] = np.bincount(place[(fails == 0) & (place >= 0)], minlength=n).tolist()
    return counted


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
        same_texts = adsl["USUBJID"].reset_index(drop=True)  # not copied: what was looked up of them is known
        return pd.DataFrame({"USUBJID": same_texts}, copy=False).assign(GROUP=ALL_PATIENTS.code)
    codes = adsl[filter_.column].astype(str)
    inside = codes.isin([g.code for g in groups])
    return pd.DataFrame({"USUBJID": adsl.loc[inside, "USUBJID"].to_numpy(), "GROUP": codes[inside].to_numpy()})


@dataclass(frozen=True)
class Chosen:
    """One of several cohorts that are compared as groups: its code and words, and its filters as in `keep`."""

    code: str
    label: str
    filters: Mapping[str, tuple]


def membership_of_chosen(adsl: pd.DataFrame, chosen: tuple[Chosen, ...]) -> tuple[tuple[Group, ...], pd.DataFrame]:
    """The groups of chosen cohorts, at most MAX_GROUPS, and USUBJID, GROUP: a patient can be in several."""
    chosen = chosen[:MAX_GROUPS]
    parts = [
        pd.DataFrame({"USUBJID": keep(adsl, one.filters)["USUBJID"].to_numpy(), "GROUP": one.code}) for one in chosen
    ]
    groups = tuple(Group(one.code, one.label, style) for style, one in enumerate(chosen))
    return groups, pd.concat(parts, ignore_index=True)


def n_in_several(members: pd.DataFrame) -> int:
    """Patients in more than one group: tests and differences assume groups without common patients, and are not
    made."""
    return int(members.loc[members["USUBJID"].duplicated(), "USUBJID"].nunique())
