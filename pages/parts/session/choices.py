"""Every choice of the app as one flat set with one encoding. Pure: sidebar.py keeps, writes and reads it.

A state is a dict code -> value: filters (list of level codes, or (low, high)), rules, `by`, `group` and the choices of
single pages. A URL is a dict parameter -> list of texts; only what is not at its default stands in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analyses.cohort import Levels
from endpoints.b_cell_course import B_CELL_VISITS
from endpoints.b_cell_course import METHODS as PERSISTENCE_METHODS
from endpoints.cohort import FILTERS, GROUPINGS, Filter
from endpoints.estimands import ESTIMANDS
from endpoints.mrd import ASSAY_WORDS, METHODS, SPECIMENS
from endpoints.rules import RULES, Option, Rule, Rules
from endpoints.visits import D28, VISITS
from figures.labels import one_line
from pages.parts.session.model_choices import MODEL_CHOICES

BY, GROUP = "by", "group"


def sentence(words: str) -> str:
    """Words as an option: they begin with a capital."""
    return f"{words[0].upper()}{words[1:]}"


@dataclass(frozen=True)
class LocalChoice:
    """A choice of one page that changes what is shown, never who is in the cohort. No options: the page offers them."""

    code: str
    label: str
    default: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class NumberChoice:
    """A whole number that one page asks for: a landmark day."""

    code: str
    label: str
    default: int
    low: int
    high: int
    unit: str


LOCAL_CHOICES: tuple[LocalChoice, ...] = (
    LocalChoice("survival_endpoint", "Endpoint", "OS"),
    LocalChoice(
        "survival_months",
        "Months shown",
        "36",
        (Option("12", "12"), Option("24", "24"), Option("36", "36"), Option("60", "60"), Option("all", "All")),
    ),
    LocalChoice(
        "mrd_visit",
        "Visit (M: month)",
        "M3",
        tuple(Option(visit.code, visit.label if visit == D28 else visit.code) for visit in VISITS),
    ),
    LocalChoice("board_by", "By", "centre", (Option("centre", "Centre"), Option("quarter", "Quarter of infusion"))),
    LocalChoice(
        "transplant_outcome",
        "Outcome",
        "rfs",
        (Option("os", "Overall survival"), Option("rfs", "Relapse-free survival"), Option("relapse", "Relapse")),
    ),
    LocalChoice(
        "after_by",
        "Compare",
        "status",
        (Option("status", "MRD status at transplant"), Option("why", "Planned or triggered")),
    ),
    LocalChoice(
        "prior_outcome",
        "Outcome",
        "efs",
        (Option("efs", "Event-free survival"), Option("os", "Overall survival"), Option("cir", "Relapse")),
    ),
    LocalChoice(
        "prior_by",
        "Prior transplant",
        "yes_no",
        (Option("yes_no", "Yes / no"), Option("interval", "By months from it to relapse")),
    ),
    LocalChoice("b_cell_visit", "Visit", "M6", tuple(Option(visit.code, visit.label) for visit in B_CELL_VISITS)),
    LocalChoice(
        "persistence_method",
        "Method",
        "qpcr",
        tuple(Option(code, label) for code, label in PERSISTENCE_METHODS.items()),
    ),
    LocalChoice(
        "b_cell_measure", "Value", "percent", (Option("percent", "% of lymphocytes"), Option("count", "Count per µL"))
    ),
    LocalChoice(
        "relapse_sign", "Sign", "bca", (Option("bca", "Loss of B-cell aplasia"), Option("mrd", "MRD positivity"))
    ),
    LocalChoice(
        "relapse_by",
        "Compare",
        "groups",
        (Option("groups", "The compared groups"), Option("cd19", "CD19 status at relapse")),
    ),
    LocalChoice("estimand", "At transplant", "follow", tuple(Option(way.code, way.label) for way in ESTIMANDS)),
    LocalChoice(
        "estimand_endpoint",
        "Endpoint",
        "EFS",
        (Option("EFS", "Event-free survival"), Option("RFS", "Relapse-free survival")),
    ),
    LocalChoice(
        "interval_type",
        "Interval",
        "log-log",
        tuple(Option(code, code) for code in ("log-log", "log", "plain", "logit", "arcsin")),
    ),
    *(LocalChoice(*one) for one in MODEL_CHOICES),
    LocalChoice("survival_axis", "Axis", "survival", (Option("survival", "Survival"), Option("failure", "Failure"))),
    LocalChoice("survival_unit", "Time in", "months", (Option("months", "Months"), Option("days", "Days"))),
    LocalChoice(
        "states_horizon", "Horizon of the expected months", "24", tuple(Option(m, m) for m in ("12", "24", "36", "60"))
    ),
    LocalChoice("forest_month", "At month", "12", tuple(Option(m, m) for m in ("3", "6", "12", "24", "36"))),
    LocalChoice("published", "Published figures", "off", (Option("off", "Off"), Option("on", "On"))),
    LocalChoice(
        "mrd_method",
        "Method",
        "all",
        (Option("all", "All"), *(Option(code, sentence(ASSAY_WORDS[code])) for code in METHODS)),
    ),
    LocalChoice(
        "mrd_specimen",
        "Specimen",
        "all",
        (Option("all", "All"), *(Option(code, sentence(ASSAY_WORDS[code])) for code in SPECIMENS)),
    ),
    LocalChoice("mrd_landmark_visit", "Landmark visit", "D28", (Option("D28", "Day 28"), Option("M3", "Month 3"))),
    LocalChoice(
        "mrd_outcome", "Outcome", "efs", (Option("efs", "Event-free survival"), Option("rfs", "Relapse-free survival"))
    ),
    LocalChoice(
        "course_days",
        "Days after infusion",
        "365",
        (Option("120", "120"), Option("365", "365"), Option("731", "731"), Option("1096", "1,096")),
    ),
    LocalChoice("toxicity", "Toxicity", "CRS", (Option("CRS", "CRS"), Option("ICANS", "ICANS"))),
    LocalChoice(
        "toxicity_scale",
        "Grading scale",
        "ASTCT",
        (Option("ASTCT", "ASTCT"), Option("Penn", "Penn"), Option("CTCAE", "CTCAE")),
    ),
    LocalChoice("icaht_scale", "Grading scale", "EHA_EBMT", (Option("EHA_EBMT", "EHA/EBMT"), Option("CTCAE", "CTCAE"))),
    LocalChoice("iec_hs_scale", "Grading scale", "ASTCT", (Option("ASTCT", "ASTCT"), Option("CTCAE", "CTCAE"))),
    LocalChoice(
        "infection",
        "Infection",
        "any",
        (
            Option("any", "Any"),
            Option("bacterial", "Bacterial"),
            Option("viral", "Viral"),
            Option("fungal", "Fungal"),
            Option("other", "Other organism"),
            Option("mortality", "Infection-related death"),
        ),
    ),
    LocalChoice(
        "bca_view",
        "View",
        "ongoing",
        (
            Option("ongoing", "Ongoing aplasia"),
            Option("between", "Loss between two samples"),
            Option("loss", "Loss and competing events"),
        ),
    ),
    LocalChoice(
        "bca_moved",
        "Transplanted or newly treated before the landmark",
        "out",
        (Option("stay", "Keep (by earlier B-cell status)"), Option("out", "Exclude")),
    ),
    LocalChoice("mrd_again", "Positive again", "cut", (Option("cut", "At the MRD cut"), Option("any", "At any level"))),
    LocalChoice("response_rate", "Rate", "orr", (Option("orr", "CR + CRi"), Option("cr", "CR"))),
    LocalChoice("patient_columns", "Columns", "course"),
    LocalChoice(
        "timeline_days",
        "Days after infusion",
        "all",
        (Option("60", "60"), Option("120", "120"), Option("365", "365"), Option("all", "All")),
    ),
    LocalChoice(
        "relapse_view",
        "Relapse",
        "any",
        (Option("any", "Any relapse"), Option("cd19", "By CD19 status"), Option("nrm", "Non-relapse mortality")),
    ),
)
FIGURES = tuple(
    LocalChoice(f"{page}_figure", "Figure", default)
    for page, default in (
        ("overview", "headline"),
        ("response", "status"),
        ("mrd", "status"),
        ("bca", "curve"),
        ("relapse", "incidence"),
        ("survival", "curve"),
        ("transplant", "landmark"),
        ("toxicity", "grades"),
    )
)
NUMBER_CHOICES = (
    NumberChoice("mrd_landmark", "Landmark", 0, 0, 820, "day; 0: last day of the window"),
    NumberChoice("recovery_start", "Curves from", 91, 30, 730, "day"),
    NumberChoice("bca_landmark", "Landmark", 183, 30, 730, "day"),
    NumberChoice("transplant_landmark", "Landmark", 90, 20, 365, "day"),
    NumberChoice("transplant_start", "Curves from", 90, 0, 365, "day; 0: no landmark"),
)
LOCAL_CHOICES = (*LOCAL_CHOICES, *FIGURES)
_BOTH: tuple[LocalChoice | NumberChoice, ...] = (*LOCAL_CHOICES, *NUMBER_CHOICES)
LOCAL = {c.code: c for c in _BOTH}
RULE = {r.code: r for r in RULES}
GROUPING = {f.code: f for f in GROUPINGS}


def everyone(filter_: Filter) -> Any:
    """The value of a filter that keeps everybody."""
    return (filter_.low, filter_.high) if filter_.is_range else []


def defaults() -> dict[str, Any]:
    """The state of a fresh visit."""
    return (
        {r.code: r.default for r in RULES}
        | {f.code: everyone(f) for f in FILTERS}
        | {BY: "", GROUP: []}
        | {c.code: c.default for c in LOCAL.values()}
    )


def is_offered(rule: Rule, state: Mapping[str, Any]) -> bool:
    """Whether the rule has any effect: some only refine one value of another."""
    return rule.only_when is None or state[rule.only_when[0]] == rule.only_when[1]


def rules_of(state: Mapping[str, Any]) -> Rules:
    """The rules in force: a rule that is not offered is at its default, so that equal derivations have equal keys."""
    return Rules(**{r.code: state[r.code] if is_offered(r, state) else r.default for r in RULES})


def filters_of(state: Mapping[str, Any]) -> dict[str, tuple]:
    """The filters that narrow, in declared order, their codes sorted: the order of clicks makes no other request."""
    return {f.code: tuple(sorted(state[f.code])) for f in FILTERS if state[f.code] != everyone(f)}


def without_lost(state: Mapping[str, Any], levels: Levels) -> tuple[dict[str, Any], list[str]]:
    """The state without the filter values and groups that the data do not have any more, and a sentence for each
    choice that lost some."""
    kept, lost = dict(state), []
    for code, label, offered in _data_choices(state, levels):
        kept[code] = [value for value in state[code] if value in offered]
        gone = sorted(set(state[code]) - set(kept[code]))
        if gone:
            lost.append(f"{label} has no option '{one_line(', '.join(gone))}' any more; it is left out.")
    return kept, lost


def _data_choices(state: Mapping[str, Any], levels: Levels) -> list[tuple[str, str, set[str]]]:
    """(code, label, codes on offer) of every choice among the levels of the data."""
    found = [(f.code, f.label, {level.code for level in levels[f.code]}) for f in FILTERS if not f.is_range]
    return [*found, *((GROUP, "Groups", {level.code for level in levels[by]}) for by in [state[BY]] if by)]
