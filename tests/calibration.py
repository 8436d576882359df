"""How near the synthetic cohort comes to what is published: `python -m tests.calibration` prints docs/calibration.md.

Per product and target one published row, the code of our endpoint, the age group, and our number from the committed
CSVs by the app's own endpoints and estimators. Inside the published interval where there is one, else within 10 points.
"""

import csv
from dataclasses import dataclass
from functools import cache

import pandas as pd

from data_access.reading.engine import connect, ensure_sample, open_engine
from data_access.reading.queries import dataset_row, fetch_tables
from endpoints.benchmarks import FILE
from endpoints.catalogue import BCA, EFS, OS
from endpoints.response import BEST, derive_response
from endpoints.rules import DAYS_PER_MONTH, Rules
from endpoints.study import Study, derive_study
from endpoints.time_to_event import derive_tte
from endpoints.toxicity import SEVERE, TOXICITY, derive_toxicity
from estimators.kaplan_meier import estimates_at, kaplan_meier
from estimators.risk_start import first_stable_day

TEN_POINTS = 0.10
PRODUCTS = {
    "TISA": "tisagenlecleucel",
    "BREXU": "brexucabtagene autoleucel",
    "OBE": "obecabtagene autoleucel",
    "CD1922": "CD19/CD22 bispecific CAR-T cells",
    "ALLO": "universal allogeneic CD19 CAR-T cells",
}
AGES = {
    "TISA": "children and young adults",
    "BREXU": "adults",
    "OBE": "adults",
    "CD1922": "children and young adults",
    "ALLO": "all ages",
}
YEARS = {"children and young adults": (0, 26), "adults": (18, 100), "all ages": (0, 100)}  # as beside the charts
TARGETS = (
    "ORR",
    "EFS at 12 months",
    "OS at 12 months",
    "CD19-negative share of relapses",
    "BCA at 6 months",
    "Transplant in remission, of first remissions",
    "Severe CRS",
    "Severe ICANS",
    "Never infused",
)
CODES = ("BOR3M", "EFS", "OS", "CIRCD19", "BCA", "TTHSCT", "CRS", "ICANS", "ADSL")


@dataclass(frozen=True)
class Row:
    """The published row of a target: study, metric, month, subgroup; never infused: from the study's two counts."""

    study: str
    metric: str
    month: str = ""
    subgroup: str = ""


SOURCES: dict[tuple[str, str], Row] = {
    ("TISA", "ORR"): Row("ELIANA_FINAL", "ORR_CR_CRi", "3"),
    ("TISA", "EFS at 12 months"): Row("ELIANA_2018", "EFS", "12"),
    ("TISA", "OS at 12 months"): Row("ELIANA_2018", "OS", "12"),
    ("TISA", "CD19-negative share of relapses"): Row("ELIANA_2018", "CD19neg_of_relapses"),
    ("TISA", "BCA at 6 months"): Row("NBME_BCA", "BCA_probability", "6", "<40% blasts n=90"),
    ("TISA", "Transplant in remission, of first remissions"): Row("ELIANA_UPD", "HSCT_in_remission"),
    ("TISA", "Severe CRS"): Row("CIBMTR_2020", "CRS_ge3", "", "ALL+NHL n=410"),
    ("TISA", "Severe ICANS"): Row("CIBMTR_2020", "neuro_ge3", "", "ALL+NHL n=410"),
    ("TISA", "Never infused"): Row("ELIANA_UPD", "n_enrolled"),
    ("BREXU", "ORR"): Row("ZUMA3_P2", "ORR_CR_CRi"),
    ("BREXU", "OS at 12 months"): Row("ROCCA", "OS", "12"),
    ("BREXU", "Severe CRS"): Row("ROCCA", "CRS_ge3"),
    ("BREXU", "Severe ICANS"): Row("ROCCA", "ICANS_ge3"),
    ("BREXU", "Never infused"): Row("ZUMA3_P2", "n_enrolled"),
    ("OBE", "ORR"): Row("FELIX", "ORR_CR_CRi", "", "cohort 2A n=94"),
    ("OBE", "EFS at 12 months"): Row("FELIX_EBMT25", "EFS", "12"),
    ("OBE", "OS at 12 months"): Row("FELIX", "OS", "12"),
    ("OBE", "Transplant in remission, of first remissions"): Row("FELIX_EBMT25", "HSCT_in_remission_of_responders"),
    ("OBE", "Severe CRS"): Row("FELIX", "CRS_ge3"),
    ("OBE", "Severe ICANS"): Row("FELIX", "ICANS_ge3"),
    ("OBE", "Never infused"): Row("FELIX", "n_enrolled"),
    ("CD1922", "ORR"): Row("AMELIA", "ORR_CR_CRi", "1"),
    ("CD1922", "EFS at 12 months"): Row("AMELIA", "EFS", "12"),
    ("CD1922", "OS at 12 months"): Row("AMELIA", "OS", "12"),
    ("CD1922", "Severe CRS"): Row("CD22_META", "CRS_ge3"),
}
REMARK = {
    ("TISA", "BCA at 6 months"): "CD19 CAR-T cells, product not named",
    ("TISA", "Severe CRS"): "lymphoma included; ELIANA's 46 % is on the Penn scale",
    ("TISA", "Severe ICANS"): "lymphoma included",
    ("BREXU", "EFS at 12 months"): "only progression-free survival among responders is published here",
    ("BREXU", "CD19-negative share of relapses"): "of another CD28 product: 16 % of 25 (MSKCC 2018)",
    ("BREXU", TARGETS[5]): "of another CD28 product: 39 % of responders (MSKCC 2018)",
    ("CD1922", "Severe CRS"): "CD22 and CD19/CD22 CAR-T cells together",
    ("CD1922", "Severe ICANS"): "any grade only: 16 % (Fergusson 2023)",
    ("CD1922", "Never infused"): "of a CD22 product: 4 of 34 enrolled (Pan 2019)",
}
# What would be a row of a target, by the names of the file: no source may be said only where none of these exists.
PUBLISHED_AS = {
    "TISA": ("tisagenlecleucel",),
    "BREXU": ("brexucabtagene autoleucel",),
    "OBE": ("obecabtagene autoleucel",),
    "CD1922": ("AUTO3", "CD22 or CD19/CD22 CARs"),
    "ALLO": ("UCART19", "universal allogeneic CD19 CAR-T cells"),
}
METRICS = dict(
    zip(
        TARGETS,
        (
            ("ORR_CR_CRi", "BOR_CR_CRi"),
            ("EFS",),
            ("OS",),
            ("CD19neg_of_relapses",),
            ("BCA_probability",),
            ("HSCT_in_remission", "HSCT_in_remission_of_responders", "HSCT_after"),
            ("CRS_ge3", "CRS_severe"),
            ("ICANS_ge3", "neuro_ge3"),
            ("n_enrolled",),
        ),
        strict=True,
    )
)


def candidates(product: str, target: str) -> list[str]:
    """Studies of the file with a row of this product and target (survival: at 12 months)."""
    return [
        r["study_id"]
        for r in _file()
        if r["product"] in PUBLISHED_AS[product]
        and r["metric"] in METRICS[target]
        and (target not in ("EFS at 12 months", "OS at 12 months") or r["timepoint_mo"] == "12")
    ]


@cache
def sample() -> Study:
    """The committed cohort under the default rules."""
    with connect(open_engine(ensure_sample())) as connection:
        cutoff, tables = dataset_row(connection).data_cutoff, fetch_tables(connection, "all")
    return derive_study(tables, Rules(), pd.Timestamp(cutoff))


def ours(product: str, target: str) -> tuple[float, int]:
    """(our estimate, patients it is of)."""
    study = sample()
    of = study.adsl["PRODUCT"] == product
    ids = set(study.adsl.loc[of, "USUBJID"])
    course = study.course[of]
    return _OURS[target](study, ids, course)


def _response(study, ids, course):
    rows = derive_response(study, BEST)
    rows = rows[rows["USUBJID"].isin(ids)]
    due = rows["AVALC"].isin([c.code for c in BEST.classes if c.counts and c.code != "not_infused"])
    return float(rows.loc[due, "AVALC"].isin(["CR", "CRi"]).mean()), int(due.sum())


def _at(endpoint, months):
    def read(study, ids, course):
        rows = derive_tte(study.course, endpoint, study.rules).rows
        rows = rows[rows["USUBJID"].isin(ids)]
        entry = rows["ENTRY"].to_numpy() if endpoint.entry else None
        start = None if entry is None else first_stable_day(entry, rows["AVAL"].to_numpy())
        curve = kaplan_meier(rows["AVAL"].to_numpy(), (rows["CNSR"] == 0).to_numpy(), entry, start=start)
        return float(estimates_at(curve, [months * DAYS_PER_MONTH])["estimate"].iloc[0]), len(rows)

    return read


def _cd19(study, ids, course):
    status = course["RELCD19"].dropna()
    known = status[status != "unknown"]
    return float((known == "negative").mean()), len(known)


def _transplant(study, ids, course):
    remission = course["RMSNTXDT"].notna()
    return float(course.loc[remission, "HSCTRMDT"].notna().mean()), int(remission.sum())


def _severe(code):
    def read(study, ids, course):
        rows = derive_toxicity(study, TOXICITY[code], "ASTCT")
        infused = rows[rows["USUBJID"].isin(set(course.loc[course["TRTSDT"].notna(), "USUBJID"]))]
        return float(infused["AVALC"].isin(SEVERE).mean()), len(infused)

    return read


def _never_infused(study, ids, course):
    return float(course["NOTINFDT"].notna().mean()), len(course)


_OURS = dict(
    zip(
        TARGETS,
        (
            _response,
            _at(EFS, 12),
            _at(OS, 12),
            _cd19,
            _at(BCA, 6),
            _transplant,
            _severe("CRS"),
            _severe("ICANS"),
            _never_infused,
        ),
        strict=True,
    )
)


@cache
def _file() -> tuple[dict[str, str], ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def theirs(row: Row) -> tuple[float, float | None, float | None, str]:
    """(estimate, low, high, citation) of the published row."""
    if row.metric == "n_enrolled":
        counts = {r["metric"]: float(r["estimate"]) for r in _file() if r["study_id"] == row.study and r["unit"] == "n"}
        citation = next(r["citation"] for r in _file() if r["study_id"] == row.study)
        return 1 - counts["n_infused"] / counts["n_enrolled"], None, None, citation
    [found] = [
        r
        for r in _file()
        if (r["study_id"], r["metric"], r["timepoint_mo"], r["subgroup"])
        == (row.study, row.metric, row.month, row.subgroup)
    ]
    low, high = (float(found[x]) / 100 if found[x] else None for x in ("ci_low", "ci_high"))
    return float(found["estimate"]) / 100, low, high, found["citation"]


def verdict(product: str, target: str) -> str:
    """inside the interval / within 10 points / no source / OUTSIDE."""
    row = SOURCES.get((product, target))
    if row is None:
        return "no source"
    (estimate, _), (published, low, high, _) = ours(product, target), theirs(row)
    if low is not None and high is not None:
        return "inside the interval" if low <= estimate <= high else "OUTSIDE"
    return "within 10 points" if abs(estimate - published) <= TEN_POINTS else "OUTSIDE"


def lines() -> list[str]:
    """docs/calibration.md."""
    table = [
        "| product | target | endpoint | age group | sample | published | verdict | source |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for product, name in PRODUCTS.items():
        for target, code in zip(TARGETS, CODES, strict=True):
            (estimate, n), row = ours(product, target), SOURCES.get((product, target))
            published, source = "", REMARK.get((product, target), "")
            if row:
                value, low, high, source = theirs(row)
                limits = f" ({100 * low:.0f}-{100 * high:.0f})" if low is not None and high is not None else ""
                published = f"{100 * value:.0f} %{limits}"
                remark = REMARK.get((product, target))
                details = "; ".join(filter(None, (row.subgroup, remark)))
                source = f"{row.study.replace('_', ' ')}: {source}" + (f" ({details})" if details else "")
            shown = f"{100 * estimate:.0f} % (n = {n})" if estimate == estimate else f"- (n = {n})"
            table.append(
                f"| {name} | {target} | {code} | {AGES[product]} | {shown} | {published} | "
                f"{verdict(product, target)} | {source} |"
            )
    return [
        "# Calibration of the sample cohort",
        "",
        (
            "Printed by `python -m tests.calibration`; a test keeps it true. The sample is synthetic: these numbers "
            "say how "
            "near it comes to the literature, nothing of the products."
        ),
        "",
        *table,
        "",
        (
            "Severe: grade 3 or higher on the ASTCT scale, of all infused; the published scales differ. Transplant in "
            "remission: by the cut-off, of patients in first remission. A product that is in nobody's publication here "
            "has no source."
        ),
        "",
    ]


if __name__ == "__main__":
    print("\n".join(lines()), end="")
