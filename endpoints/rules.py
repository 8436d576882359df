"""Rules: every choice that changes a derivation, with its default. Filters narrow afterwards; rules re-derive."""

import math
from dataclasses import dataclass, fields
from typing import Any

DAYS_PER_MONTH = 30.4375


@dataclass(frozen=True)
class Option:
    """One allowed value of a rule: the code that stands in URLs and cache keys, the words that stand on screens."""

    code: str
    label: str


@dataclass(frozen=True)
class Rule:
    """A declared choice. `options` is empty for a number between `low` and `high` (in `unit`)."""

    code: str
    label: str
    default: Any
    help: str
    options: tuple[Option, ...] = ()
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    only_when: tuple[str, str] | None = None  # drawn only while rule [0] has value [1]

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest number allowed."""
        return -math.inf if self.low is None else self.low, math.inf if self.high is None else self.high

    def words(self, value) -> str:
        """The value as printed in titles, notes and files."""
        return next(
            (o.label for o in self.options if o.code == value),
            f"{value:g} {self.unit}".strip() if isinstance(value, (int, float)) else str(value),
        )


YES_NO = (Option("no", "No"), Option("yes", "Yes"))

RULES = (
    Rule(
        "population",
        "Population",
        "infused",
        "Infused: day 0 is the infusion. Enrolled: response denominators, OS and EFS count from enrolment.",
        (Option("infused", "Infused"), Option("enrolled", "Enrolled")),
    ),
    Rule(
        "bca_rule",
        "Loss of B-cell aplasia",
        "pct3_marrow1",
        "There is no agreed threshold; every figure that uses this rule states it.",
        (
            Option("pct3_marrow1", "B cells ≥ 3 % of blood lymphocytes or ≥ 1 % normal CD19+ in marrow"),
            Option("pct1_abs100_confirmed", "B cells > 1 % or > 100/µL in blood, confirmed ≥ 7 days later"),
            Option("absolute", "B cells at or above an absolute count in blood"),
        ),
    ),
    Rule(
        "bca_count",
        "Absolute B-cell count",
        100.0,
        "Threshold of the absolute rule.",
        low=1.0,
        high=1000.0,
        step=1.0,
        unit="/µL",
        only_when=("bca_rule", "absolute"),
    ),
    Rule(
        "bca_confirm",
        "Wait for confirmation of B-cell loss",
        "yes",
        "If 'No', the first sample above the threshold counts as loss, confirmed or not.",
        (Option("yes", "Yes"), Option("no", "No, take the first sample")),
        only_when=("bca_rule", "pct1_abs100_confirmed"),
    ),
    Rule(
        "bca_relapse",
        "CD19-positive relapse counts as loss of aplasia",
        "yes",
        "If 'No', the patient is censored at that relapse, as for other relapses.",
        (Option("yes", "Yes"), Option("no", "No")),
    ),
    Rule(
        "mlfs",
        "MLFS counts as remission",
        "no",
        "MLFS: morphologic leukaemia-free state, a marrow without blasts but hypoplastic or aplastic. If 'Yes', it is "
        "a remission like CRi in every endpoint.",
        YES_NO,
    ),
    Rule(
        "mrd_failure",
        "MRD of 1 % or more is no remission (ELN 2024)",
        "no",
        "If 'Yes', a CR or CRi with MRD of 1 % or more within 7 days counts as no remission. ELIANA and the FDA did "
        "not ask this.",
        YES_NO,
    ),
    Rule(
        "mrd_cut",
        "MRD cut-off",
        "1e-4",
        "10⁻⁴ and any quantifiable are the two variants of ELN 2024. Any detectable is stricter than either: every "
        "positive assay is positive.",
        (Option("1e-4", "10⁻⁴"), Option("quantifiable", "Any quantifiable"), Option("any", "Any detectable")),
    ),
    Rule(
        "mrd_sensitivity",
        "Minimum sensitivity of a negative assay",
        "1e-6",
        "Under 'any detectable', an assay is negative only at this sensitivity or better.",
        (Option("1e-6", "10⁻⁶"), Option("1e-5", "10⁻⁵"), Option("1e-4", "10⁻⁴")),
        only_when=("mrd_cut", "any"),
    ),
    Rule(
        "molecular",
        "Molecular relapse counts as relapse",
        "no",
        "Applies to all endpoints: the date of relapse changes everywhere.",
        YES_NO,
    ),
    Rule(
        "failure",
        "Date of treatment failure",
        "last_nr",
        "When documented: the earliest of new therapy or transplant before remission, RELAPSE without remission, and "
        "the last assessment without remission (day 14-100). Or day 0 by convention.",
        (Option("last_nr", "When documented"), Option("day0", "Day 0")),
    ),
    Rule(
        "last_status",
        "Status at last follow-up is an assessment",
        "no",
        "For sources that say so: a registry that asks for relapse in every follow-up but has no visits. If 'Yes', "
        "patients without an event are censored at their last contact, not at the last response or MRD assessment.",
        YES_NO,
    ),
    Rule(
        "maintenance",
        "TKI and maintenance count as new therapy",
        "no",
        "If 'No', they never count, whether begun in remission or before it: Ph-positive patients go on with a TKI.",
        YES_NO,
    ),
    Rule(
        "bridging",
        "Blinatumomab or inotuzumab before a transplant is bridging",
        "no",
        "If 'Yes', either begun at most 60 days before an allogeneic transplant is bridging to it, not new therapy.",
        YES_NO,
    ),
    Rule(
        "burden_cut",
        "Cut-off for high disease burden",
        5.0,
        "Blasts before lymphodepletion; no single cut-off is published.",
        low=1.0,
        high=100.0,
        step=1.0,
        unit="% blasts",
    ),
)


@dataclass(frozen=True)
class Rules:
    """One value per declared rule. Raises ValueError when a value is outside its declaration."""

    population: str = "infused"
    bca_rule: str = "pct3_marrow1"
    bca_count: float = 100.0
    bca_confirm: str = "yes"
    bca_relapse: str = "yes"
    mlfs: str = "no"
    mrd_failure: str = "no"
    mrd_cut: str = "1e-4"
    mrd_sensitivity: str = "1e-6"
    molecular: str = "no"
    failure: str = "last_nr"
    last_status: str = "no"
    maintenance: str = "no"
    bridging: str = "no"
    burden_cut: float = 5.0

    def __post_init__(self):
        for rule in RULES:
            check_rule(rule, getattr(self, rule.code))

    def changed(self) -> tuple[tuple[Rule, Any], ...]:
        """The rules that are not at their default: they stand in every title and file."""
        return tuple((r, getattr(self, r.code)) for r in RULES if getattr(self, r.code) != r.default)


def check_rule(rule: Rule, value) -> None:
    """Raise ValueError, naming the rule and what came, unless `value` is allowed."""
    if rule.options:
        allowed = [o.code for o in rule.options]
        if value not in allowed:
            raise ValueError(f"Rule '{rule.label}' must be one of {', '.join(allowed)}, got: {value!r}")
        return
    low, high = rule.limits
    if not (isinstance(value, (int, float)) and low <= value <= high):
        raise ValueError(f"Rule '{rule.label}' must be a number from {low:g} to {high:g}, got: {value!r}")


if {f.name for f in fields(Rules)} != {r.code for r in RULES}:
    raise TypeError("Rules and RULES must declare the same rules")
