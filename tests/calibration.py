"""How near the synthetic cohort comes to what is published: `python -m tests.calibration` prints docs/calibration.md.

Per product and target one published row, the code of our endpoint, the age group, and our number from the committed
CSVs by the app's own endpoints and estimators. Inside the published interval where there is one, else within 10 points.
"""

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from data_access.reading.engine import connect, ensure_sample, open_engine
from data_access.reading.queries import fetch_tables
from endpoints.benchmarks import FILE
from endpoints.catalogue import BCA, EFS, OS
from endpoints.response import BEST, derive_response
from endpoints.rules import DAYS_PER_MONTH, Rules
from endpoints.study import Study, derive_study
from endpoints.time_to_event import derive_tte
from endpoints.toxicity import AFFECTED, NONE_RECORDED, SEVERE, TOXICITY, derive_toxicity
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import estimates_at, kaplan_meier
from estimators.risk_start import first_stable_day

TEN_POINTS, DAY_100 = 0.10, 100
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
    "Infection by day 100",
    "Bacterial infection by day 100",
    "Viral infection by day 100",
    "Fungal infection by day 100",
    "IgG below 600 mg/dL by day 100",
    "Immunoglobulin replacement by day 100",
)
CODES = (
    *("BOR3M", "EFS", "OS", "CIRCD19", "BCA", "TTHSCT", "CRS", "ICANS", "ADSL"),
    *("infection",) * 4,
    *("immunoglobulin", "ivig"),
)


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
    ("TISA", "Severe CRS"): Row("CIBMTR_TOX_471", "CRS_ge3"),
    ("TISA", "Severe ICANS"): Row("CIBMTR_TOX_471", "ICANS_ge3"),
    ("TISA", "Never infused"): Row("ELIANA_UPD", "n_enrolled"),
    ("TISA", TARGETS[9]): Row("CIBMTR_INF_2025", "infection_any", "3.3"),
    ("TISA", TARGETS[10]): Row("CIBMTR_INF_2025", "CI_infection_bacterial", "3.3"),
    ("TISA", TARGETS[11]): Row("CIBMTR_INF_2025", "CI_infection_viral", "3.3"),
    ("TISA", TARGETS[12]): Row("CIBMTR_INF_2025", "CI_infection_fungal", "3.3"),
    ("TISA", TARGETS[13]): Row("CIBMTR_TOX_471", "IgG_below_600"),
    ("TISA", TARGETS[14]): Row("CIBMTR_TOX_471", "IgG_replacement"),
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
    ("TISA", "Severe CRS"): "our limits: 15 to 22 %; ELIANA's 46 % is on the Penn scale",
    ("TISA", TARGETS[13]): "time of the measurement not said",
    ("TISA", TARGETS[14]): "time not said",
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
            ("infection_any",),
            ("CI_infection_bacterial",),
            ("CI_infection_viral",),
            ("CI_infection_fungal",),
            ("IgG_below_600",),
            ("IgG_replacement",),
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


LIMITS = {("TISA", "Severe CRS"): (0.15, 0.22)}  # of our own, around a published figure without an interval


@cache
def tables() -> dict[str, pd.DataFrame]:
    """The committed cohort as it is read."""
    with connect(open_engine(ensure_sample())) as connection:
        return fetch_tables(connection, "all")


@cache
def sample() -> Study:
    """The committed cohort under the default rules."""
    return derive_study(tables(), Rules(), pd.Timestamp(tables()["dataset"]["data_cutoff"].iloc[0]))


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
    """As on the page: of those graded on the scale, or looked at and without an episode."""

    def read(study, ids, course):
        rows = derive_toxicity(study, TOXICITY[code], "ASTCT")
        rows = rows[rows["USUBJID"].isin(ids) & rows["AVALC"].isin((*AFFECTED, NONE_RECORDED.code))]
        return float(rows["AVALC"].isin(SEVERE).mean()), len(rows)

    return read


def _infused(course):
    return course.loc[course["TRTSDT"].notna(), ["USUBJID", "TRTSDT", "DTHDT", "LSTCNTDT"]].set_index("USUBJID")


def _by_day_100(table, date, course, rows=None):
    """Day of each infused patient's first row from day 0 on, missing after day 100."""
    rows, infused = tables()[table] if rows is None else rows, _infused(course)
    day = (rows[date] - rows["patient_id"].map(infused["TRTSDT"])).dt.days
    first = day[(day >= 0) & (day <= DAY_100)].groupby(rows["patient_id"]).min()
    return infused, first.reindex(infused.index)


def _infection(organism=None):
    """Cumulative incidence of the first infection, death competing."""

    def read(study, ids, course):
        rows = tables()["infection"]
        rows = rows if organism is None else rows[rows["organism_class"] == organism]
        infused, day = _by_day_100("infection", "onset_date", course, rows)
        died = infused["DTHDT"].notna() & day.isna()
        time = day.fillna((infused["DTHDT"].fillna(infused["LSTCNTDT"]) - infused["TRTSDT"]).dt.days)
        cause = np.select([day.notna(), died], [1, 2], 0)
        curve = aalen_johansen(time.to_numpy(float), cause, 2)
        return float(curve[(curve["outcome"] == 1) & (curve["time"] <= DAY_100)]["estimate"].max()), len(infused)

    return read


def _low_igg(study, ids, course):
    rows = tables()["immunoglobulin"].dropna(subset="igg_mg_dl")
    measured = _by_day_100("immunoglobulin", "date", course, rows)[1]
    low = _by_day_100("immunoglobulin", "date", course, rows[rows["igg_mg_dl"] < 600])[1]
    return float(low.notna().sum() / measured.notna().sum()), int(measured.notna().sum())


def _replacement(study, ids, course):
    infused, day = _by_day_100("ivig", "date", course)
    return float(day.notna().mean()), len(infused)


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
            _infection(),
            *map(_infection, ("bacterial", "viral", "fungal")),
            _low_igg,
            _replacement,
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
    if (product, target) in LIMITS:
        low, high = LIMITS[product, target]
        return f"from {100 * low:.0f} to {100 * high:.0f} %" if low <= estimate <= high else "OUTSIDE"
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
            "Severe: grade 3 or higher, of those graded on the ASTCT scale or looked at and without an episode; the "
            "published scales differ. Transplant in remission: by the cut-off, of patients in first remission. "
            "Infections: cumulative incidence, death competing. IgG: lowest value from day 0 to 100, of those "
            "measured. Replacement: a dose by day 100, of the infused. A product that is in nobody's publication here "
            "has no source."
        ),
        "",
    ]


if __name__ == "__main__":
    print("\n".join(lines()), end="")
