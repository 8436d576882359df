"""Every choice of a single page: declared here, drawn by options.py, read and written by the address."""

from endpoints.b_cell_course import B_CELL_VISITS
from endpoints.b_cell_course import METHODS as PERSISTENCE_METHODS
from endpoints.estimands import ESTIMANDS
from endpoints.mrd import ASSAY_WORDS, METHODS, SPECIMENS
from endpoints.rules import Option
from endpoints.visits import VISITS
from pages.parts.session.declared import LocalChoice, NumberChoice
from pages.parts.session.model_choices import MODEL_CHOICES
from pages.parts.session.monitoring import MONITORING, MONITORING_NUMBERS

LAST_DAYS = {visit.code: visit.last for visit in VISITS}  # of each visit's window


def sentence(words: str) -> str:
    """Words as an option: they begin with a capital."""
    return f"{words[0].upper()}{words[1:]}"


LOCAL_CHOICES: tuple[LocalChoice, ...] = (
    LocalChoice("survival_endpoint", "Endpoint", "OS", plain=True),
    LocalChoice(
        "survival_months",
        "Months shown",
        "36",
        (*(Option(m, f"{m} months") for m in ("12", "24", "36", "60")), Option("all", "All months")),
        plain=True,
    ),
    LocalChoice("mrd_visit", "Visit", "M3", tuple(Option(visit.code, visit.label) for visit in VISITS), plain=True),
    LocalChoice("board_by", "By", "centre", (Option("centre", "Centre"), Option("quarter", "Quarter of infusion"))),
    LocalChoice(
        "transplant_outcome",
        "Outcome",
        "rfs",
        (Option("os", "Overall survival"), Option("rfs", "Relapse-free survival"), Option("relapse", "Relapse")),
        plain=True,
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
        plain=True,
    ),
    LocalChoice(
        "prior_by",
        "Prior transplant",
        "yes_no",
        (Option("yes_no", "Yes / no"), Option("interval", "By months from it to relapse")),
    ),
    LocalChoice(
        "b_cell_visit", "Visit", "M6", tuple(Option(visit.code, visit.label) for visit in B_CELL_VISITS), plain=True
    ),
    LocalChoice(
        "persistence_method",
        "Method",
        "qpcr",
        tuple(Option(code, label) for code, label in PERSISTENCE_METHODS.items()),
    ),
    LocalChoice(
        "b_cell_measure",
        "Value",
        "percent",
        (Option("percent", "% of lymphocytes"), Option("count", "Count per µL")),
        rare=True,
        plain=True,
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
        plain=True,
    ),
    LocalChoice(
        "interval_type",
        "Interval",
        "log-log",
        tuple(Option(code, code) for code in ("log-log", "log", "plain", "logit", "arcsin")),
        rare=True,
    ),
    *MODEL_CHOICES,
    LocalChoice(
        "survival_axis", "Axis", "survival", (Option("survival", "Survival"), Option("failure", "Failure")), rare=True
    ),
    LocalChoice("survival_unit", "Time in", "months", (Option("months", "Months"), Option("days", "Days")), rare=True),
    LocalChoice(
        "states_horizon",
        "Horizon of the expected months",
        "24",
        tuple(Option(m, m) for m in ("12", "24", "36", "60")),
        rare=True,
    ),
    LocalChoice(
        "forest_month",
        "At month",
        "12",
        tuple(Option(m, f"At month {m}") for m in ("3", "6", "12", "24", "36")),
        plain=True,
    ),
    LocalChoice(
        "forest_rows",
        "Characteristics",
        "main",
        (Option("main", "Those that matter most"), Option("all", "All characteristics")),
    ),
    LocalChoice("published", "Published figures", "off", (Option("off", "Off"), Option("on", "On")), rare=True),
    LocalChoice(
        "mrd_method",
        "Method",
        "all",
        (Option("all", "All"), *(Option(code, sentence(ASSAY_WORDS[code])) for code in METHODS)),
        rare=True,
    ),
    LocalChoice(
        "mrd_specimen",
        "Specimen",
        "all",
        (Option("all", "All"), *(Option(code, sentence(ASSAY_WORDS[code])) for code in SPECIMENS)),
        rare=True,
    ),
    LocalChoice("mrd_landmark_visit", "Landmark visit", "D28", (Option("D28", "Day 28"), Option("M3", "Month 3"))),
    LocalChoice(
        "mrd_outcome",
        "Outcome",
        "efs",
        (Option("efs", "Event-free survival"), Option("rfs", "Relapse-free survival")),
        plain=True,
    ),
    LocalChoice(
        "course_days",
        "Days after infusion",
        "365",
        (Option("120", "120"), Option("365", "365"), Option("731", "731"), Option("1096", "1,096")),
    ),
    LocalChoice("toxicity", "Toxicity", "CRS", (Option("CRS", "CRS"), Option("ICANS", "ICANS")), plain=True),
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
        plain=True,
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
        plain=True,
    ),
    LocalChoice(
        "bca_moved",
        "Transplanted or newly treated before the landmark",
        "out",
        (Option("stay", "Keep (by earlier B-cell status)"), Option("out", "Exclude")),
        rare=True,
    ),
    LocalChoice("mrd_again", "Positive again", "cut", (Option("cut", "At the MRD cut"), Option("any", "At any level"))),
    LocalChoice("response_rate", "Rate", "orr", (Option("orr", "CR + CRi"), Option("cr", "CR")), plain=True),
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
        plain=True,
    ),
)
VIEW = LocalChoice(
    "details",
    "Numbers, method and files under every figure",
    "closed",
    (Option("closed", "Open on request"), Option("open", "Always open")),
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
        ("patients", "list"),
        ("watchlist", "findings"),
        ("follow", "board"),
        ("programme", "board"),
        ("quality", "rules"),
        ("data", "loaded"),
        ("administration", "log"),
    )
)
NUMBER_CHOICES = (
    *MONITORING_NUMBERS,
    NumberChoice("mrd_landmark", "Landmark", 0, 0, 820, "day", zero_of="mrd_landmark_visit", zeros=LAST_DAYS),
    NumberChoice("recovery_start", "Curves from", 91, 30, 730, "day"),
    NumberChoice("bca_landmark", "Landmark", 183, 30, 730, "day"),
    NumberChoice("transplant_landmark", "Landmark", 90, 20, 365, "day"),
    NumberChoice("transplant_start", "Curves from", 90, 0, 365, "day"),
)
LOCAL_CHOICES = (*LOCAL_CHOICES, *MONITORING, VIEW, *FIGURES)
_BOTH: tuple[LocalChoice | NumberChoice, ...] = (*LOCAL_CHOICES, *NUMBER_CHOICES)
LOCAL = {c.code: c for c in _BOTH}
