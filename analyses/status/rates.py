"""Status variables and rates per group: n/N with the exact interval."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd

from analyses.result import Estimates, fraction, group_series, in_groups, kept, left_out_of, refused, remembered
from endpoints.mrd import ABBREVIATIONS as MRD_ABBREVIATIONS
from endpoints.mrd import CLASSES as MRD_CLASSES
from endpoints.mrd import EVERY_ASSAY, NGS_WEIGHT, Assays, derive_mrd
from endpoints.response import ABBREVIATIONS, ENROLLED_DUE, ResponseEndpoint, derive_response
from endpoints.status import NOT_DUE, NOT_INFUSED, THERAPY_WITHOUT_REMISSION, THERAPY_WORDS, Class
from endpoints.visits import Visit
from estimators.proportion import proportion
from pages.parts.session.sidebar import Cohort


def shares_by_group(study: Cohort, rows: pd.DataFrame, classes) -> Estimates:
    """A status variable (USUBJID, AVALC) per group: n, share of those who count, exact interval, for every class."""
    anybody = set(rows["AVALC"])  # a legend that followed the filters would make another picture at every click
    rows = in_groups(study, rows)
    counted = [c for c in classes if c.counts]
    found = Counter(zip(rows["CODE"], rows["AVALC"], strict=True))
    n = np.array([[found[group.code, c.code] for c in counted] for group in study.groups], int)
    shares = proportion(n.ravel(), np.repeat(n.sum(axis=1), len(counted))).rename(
        columns={"n_event": "n", "n": "total", "estimate": "share"}
    )
    shares = shares.assign(
        strata=np.repeat([group.label for group in study.groups], len(counted)),
        outcome=[c.label for c in counted] * len(study.groups),
        order=list(range(len(counted))) * len(study.groups),
        result=[
            fraction(*row)
            for row in shares[["n", "total", "share", "conf_low", "conf_high"]].itertuples(index=False, name=None)
        ],
    )
    away = Counter(rows["AVALC"])
    out = {c.label.lower(): away[c.code] for c in classes if not c.counts and away[c.code]}
    columns = ["strata", "outcome", "result", "n", "total", "share", "conf_low", "conf_high", "reason"]
    return Estimates(
        n=int(n.sum()),
        numbers=shares[columns],
        patients=_status_patients(rows, counted),
        curve=shares[[c.code in anybody for c in counted] * len(study.groups)],
        left_out=left_out_of(study, out),
        series=group_series(study),
    )


def _status_patients(rows: pd.DataFrame, classes) -> pd.DataFrame:
    rows = rows.assign(AVALCAT=rows["AVALC"].map({c.code: c.label for c in classes}))
    columns = ["USUBJID", "GROUP", *(c for c in rows.columns if c not in ("USUBJID", "GROUP", "CODE"))]
    return rows.loc[rows["AVALCAT"].notna(), columns]


def rates_by_group(study: Cohort, rows: pd.DataFrame, rates: dict[str, tuple[pd.Series, pd.Series]]) -> pd.DataFrame:
    """Rates by label: (numerator, denominator) as boolean columns of `rows`. One row per rate and group."""
    marks = {f"event{i}": event & among for i, (event, among) in enumerate(rates.values())}
    marks |= {f"among{i}": among for i, (_, among) in enumerate(rates.values())}
    marked = in_groups(study, rows[["USUBJID"]].assign(**marks))
    arms = [marked[marked["CODE"] == group.code] for group in study.groups]
    n = [(int(arm[f"event{i}"].sum()), int(arm[f"among{i}"].sum())) for i in range(len(rates)) for arm in arms]
    table = proportion(*np.array(n, dtype=int).reshape(-1, 2).T)
    text = [
        fraction(*row)
        for row in table[["n_event", "n", "estimate", "conf_low", "conf_high"]].itertuples(index=False, name=None)
    ]
    return table.assign(
        outcome=[label for label in rates for _ in study.groups],
        strata=[group.label for group in study.groups] * len(rates),
        text=text,
    )


def response_status(study: Cohort, endpoint: ResponseEndpoint) -> pd.DataFrame:
    """The status rows of the whole dataset under the rules, kept between reruns."""
    return kept(study, endpoint.paramcd, lambda whole: derive_response(whole, endpoint))


def response_rates(study: Cohort, endpoint: ResponseEndpoint) -> pd.DataFrame:
    """The declared rates of a response endpoint per group, over every patient whose class counts."""
    rows = response_status(study, endpoint)
    due = rows["AVALC"].isin([c.code for c in endpoint.classes if c.counts])
    return rates_by_group(study, rows, {rate.label: (rows["AVALC"].isin(rate.classes), due) for rate in endpoint.rates})


@remembered
def response(study: Cohort, endpoint: ResponseEndpoint) -> Estimates:
    """All classes of a response definition per group, and its declared rates beneath them in the numbers."""
    found = shares_by_group(study, response_status(study, endpoint), _classes(study, endpoint))
    found = replace(
        found,
        notes=(
            *([ENROLLED_DUE] if study.rules.population == "enrolled" else []),
            *([ABBREVIATIONS] if found.n else []),
            *_therapy_words(found),
        ),
    )
    return with_rates(found, response_rates(study, endpoint))


def _classes(study: Cohort, endpoint: ResponseEndpoint) -> tuple[Class, ...]:
    return tuple(c for c in endpoint.classes if c != NOT_INFUSED or study.rules.population == "enrolled")


def with_rates(found: Estimates, rates: pd.DataFrame) -> Estimates:
    """The shares with rates beneath them: drawn, and first in the numbers."""
    known = set(found.numbers["outcome"])  # a rate of one class stands there already
    rows = rates[~rates["outcome"].isin(known)].rename(
        columns={"n_event": "n", "n": "total", "estimate": "share", "text": "result"}
    )
    numbers = pd.concat([rows, found.numbers], ignore_index=True)[found.numbers.columns]
    return replace(found, numbers=numbers, rates=rates)


def _therapy_words(found: Estimates) -> list[str]:
    """What the short name of a class stands for, where anybody drawn is in it."""
    rows = found.numbers[found.numbers["outcome"] == THERAPY_WITHOUT_REMISSION.label]
    return [THERAPY_WORDS] if rows["n"].sum() else []


def mrd_status(study: Cohort, visit: Visit, assays: Assays = EVERY_ASSAY) -> pd.DataFrame:
    """MRD status rows of the whole dataset at a visit by the given assays, kept between reruns."""
    return kept(study, f"MRD{visit.code}{assays.words}", lambda whole: derive_mrd(assays.of(whole), visit))


def mrd_rates(study: Cohort, visit: Visit, assays: Assays = EVERY_ASSAY) -> pd.DataFrame:
    """MRD-negative remission over all due patients, and over CR/CRi with an assay that did not fail."""
    rows = mrd_status(study, visit, assays)
    due = rows["AVALC"] != NOT_DUE.code
    return rates_by_group(
        study,
        rows,
        {
            "MRD-negative remission, of all due": (rows["MRDNEGRM"], due),
            "MRD-negative, of CR/CRi with an assay": (rows["MRDNEGRM"], rows["USABLE"] & due),
        },
    )


@remembered
def mrd(study: Cohort, visit: Visit, assays: Assays = EVERY_ASSAY) -> Estimates:
    """MRD status at a visit per group, every class, and MRD-negative remission beneath them in the numbers."""
    if study.rules.population != "infused":
        return refused(study, "MRD status is defined for infused patients only. Choose the population Infused.")
    found = shares_by_group(study, mrd_status(study, visit, assays), MRD_CLASSES)
    found = replace(
        found, notes=(*_ngs_note(study, found), *([MRD_ABBREVIATIONS] if found.n else []), *_therapy_words(found))
    )
    return with_rates(found, mrd_rates(study, visit, assays))


def _ngs_note(study: Cohort, found: Estimates) -> tuple[str, ...]:
    """The published weight of any detectable MRD, printed beside NGS only."""
    n = int((found.patients["METHOD"] == "ngs").sum())
    return (f"{NGS_WEIGHT} Here {n} of the assays are NGS.",) if n and study.rules.mrd_cut == "any" else ()
