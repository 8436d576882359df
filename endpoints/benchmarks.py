"""Published figures, to stand beside ours: never tested against, never a pass or a fail.

One fact per row of benchmarks.csv. provenance: V read in the source, V2 in a secondary source, C computed from V.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

FILE = Path(__file__).with_name("benchmarks.csv")
PULSIPHER = "PULSIPHER_2022"
YOUNG, ADULT, MIXED = "young", "adult", "mixed"
AGES = {YOUNG: (0, 26), ADULT: (18, 100)}  # years at infusion that a study's population allows, our reading
STUDY_AGES = {  # everything else is mixed and never drawn
    **dict.fromkeys(
        (
            "ELIANA_2018",
            "ELIANA_UPD",
            "ELIANA_3Y",
            "ELIANA_FINAL",
            "ELIANA_FDA",
            "CIBMTR_2020",
            "CIBMTR_2025",
            "PRWCC_2022",
            "PRWCC_2023",
            "GER_2023",
            "NBME_BCA",
            "CIBMTR_INF_2025",
            "CIBMTR_TOX_471",
            "PULSIPHER_2022",
        ),
        YOUNG,
    ),
    **dict.fromkeys(
        (
            "ZUMA3_P1",
            "ZUMA3_P2",
            "ZUMA3_3Y",
            "ROCCA",
            "FELIX",
            "FELIX_EBMT25",
            "FELIX_FDA",
            "FELIX_24M",
            "ZUMA3_3Y_MSK",
        ),
        ADULT,
    ),
}
METRIC_WORDS = {
    "ORR_CR_CRi": "CR + CRi",
    "CR_only": "CR",
    "MRDneg_among_responders": "MRD-negative, of responders",
    "MRDneg_by_day28_among_responders": "MRD-negative by day 28, of responders",
    "BCA": "B-cell aplasia",
    "CIR": "Relapse",
    "relapse_of_responders": "Relapse, of responders",
    "CD19neg_of_relapses": "CD19-negative, of relapses",
    "CRS_any": "CRS, any grade",
    "CRS_ge3": "CRS, grade ≥ 3",
    "ICANS_any": "ICANS, any grade",
    "ICANS_ge3": "ICANS, grade ≥ 3",
    "neuro_any": "Neurotoxicity, any grade",
    "neuro_ge3": "Neurotoxicity, grade ≥ 3",
    "EFSC": "EFS, censored at transplant",
    "RFSC": "RFS, censored at transplant",
    "infection_any": "Infection",
    "CI_infection_bacterial": "Bacterial infection",
    "CI_infection_viral": "Viral infection",
    "CI_infection_fungal": "Fungal infection",
    "infection_related_mortality": "Infection-related mortality",
    "IgG_below_600": "IgG below 600 mg/dL",
    "IgG_replacement": "On immunoglobulin replacement",
    "ongoing_remission_without_therapy_of_responders": "In remission without further therapy, of responders",
    "CR_with_BCA_d28_after_reinfusion": "CR with B-cell aplasia on day 28 after re-infusion",
    "MRDneg_CR": "MRD-negative CR",
    "HR_relapse_BCR": "B-cell recovery",
    "HR_relapse_MRD": "MRD",
}
CENSORED_TWIN = {"EFS": "EFSC", "RFS": "RFSC", "OS": None}  # a figure censored at transplant is of another endpoint


@dataclass(frozen=True)
class Published:
    """One published figure, in fractions. metric: our endpoint code where it is one, else the metric of the file."""

    study: str
    citation: str
    doi: str
    product: str
    population: str
    metric: str
    month: float | None
    subgroup: str
    estimate: float
    low: float | None
    high: float | None
    of_responders: bool
    note: str
    provenance: str

    @property
    def is_secondary(self) -> bool:
        return self.provenance == "V2"

    @property
    def name(self) -> str:
        """The study with its year, where its name or its citation says one."""
        words, year = self.study.replace("_", " "), re.search(r"\b(?:19|20)\d\d\b", self.citation)
        return f"{words}, {year[0]}" if year and year[0] not in words else words

    @property
    def metric_words(self) -> str:
        return METRIC_WORDS.get(self.metric, self.metric.replace("_", " "))


@dataclass(frozen=True)
class Ratio:
    """One published hazard ratio. month: of the sample that decided the group (missing: none is named)."""

    study: str
    citation: str
    product: str
    metric: str
    month: float | None
    subgroup: str
    estimate: float
    low: float
    high: float
    note: str

    @property
    def words(self) -> str:
        """'3.33 (1.44-7.69, p 0.005)'."""
        return f"{self.estimate:g} ({self.low:g}-{self.high:g}{', ' + self.note if self.note else ''})"


@cache
def ratios() -> tuple[Ratio, ...]:
    """Every hazard ratio of the file, in its order."""
    return tuple(
        Ratio(
            r["study_id"],
            r["citation"],
            r["product"],
            r["metric"],
            _number(r["timepoint_mo"]),
            r["subgroup"],
            float(r["estimate"]),
            float(r["ci_low"]),
            float(r["ci_high"]),
            r["analysis_note"],
        )
        for r in _rows()
        if r["unit"] == "HR" and r["estimate"]
    )


def pulsipher_words() -> str:
    """The three published ratios of relapse after B-cell recovery in one sentence: all of them, never two."""
    known = {(ratio.metric, ratio.month): ratio.words for ratio in ratios() if ratio.study == PULSIPHER}
    return (
        "In print (Pulsipher 2022, tisagenlecleucel, N = 143), hazard ratio of relapse after B-cell recovery within a "
        f"year: {known['HR_relapse_BCR', None]} unadjusted; with marrow NGS-MRD in the model "
        f"{known['HR_relapse_BCR', 1.0]} at day 28, beside MRD {known['HR_relapse_MRD', 1.0]}, and "
        f"{known['HR_relapse_BCR', 3.0]} at month 3, beside MRD {known['HR_relapse_MRD', 3.0]}."
    )


def ngs_weight_words() -> str:
    """What detectable MRD weighs in print: said beside NGS only."""
    known = {ratio.month: ratio.estimate for ratio in ratios() if ratio.metric == "HR_relapse_MRD"}
    return (
        "Detectable MRD has a published weight for NGS after tisagenlecleucel only: hazard ratio for relapse "
        f"{known[1.0]:g} at day 28, {known[3.0]:g} at month 3 (Pulsipher 2022)."
    )


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def published() -> tuple[Published, ...]:
    """Every row of the file in percent, in its order."""
    return tuple(_row(r) for r in _rows() if r["unit"] == "pct" and r["estimate"])


def _row(r: dict[str, str]) -> Published:
    note = "; ".join(filter(None, (r["subgroup"], r["analysis_note"])))
    return Published(
        r["study_id"],
        r["citation"],
        r["doi_or_url"],
        r["product"],
        r["population"],
        _metric(r),
        _number(r["timepoint_mo"]),
        r["subgroup"],
        float(r["estimate"]) / 100,
        _fraction(r["ci_low"]),
        _fraction(r["ci_high"]),
        "responders" in r["metric"],
        note,
        r["provenance"],
    )


def _metric(r: dict[str, str]) -> str:
    note = r["analysis_note"].lower()
    if r["metric"] in CENSORED_TWIN and "censored for" in note and "not censored" not in note:
        return CENSORED_TWIN[r["metric"]] or f"{r['metric']}, censored at transplant"
    return {"BCA_probability": "BCA", "BOR_CR_CRi": "ORR_CR_CRi"}.get(r["metric"], r["metric"])


def _number(text: str) -> float | None:
    return float(text) if text else None


def _fraction(text: str) -> float | None:
    return float(text) / 100 if text else None


def matching(metrics: tuple[str, ...], patients: pd.DataFrame) -> tuple[Published, ...]:
    """The figures of these metrics that may stand beside these patients: all of them got the study's product, and all
    known ages are in the study's age group. patients: ADSL rows."""
    products = set(patients["PRODLABEL"])
    if len(products) != 1:
        return ()
    ages = patients["AGE"].dropna()
    return tuple(p for p in published() if p.metric in metrics and {p.product} == products and _ages_fit(p, ages))


def _ages_fit(figure: Published, ages: pd.Series) -> bool:
    group = STUDY_AGES.get(figure.study, MIXED)
    return group != MIXED and len(ages) > 0 and ages.between(*AGES[group]).all()


def drawable(figures: tuple[Published, ...]) -> tuple[Published, ...]:
    """Without shares of responders and figures of a subgroup: those stand in the table only."""
    return tuple(p for p in figures if not p.of_responders and not p.subgroup)
