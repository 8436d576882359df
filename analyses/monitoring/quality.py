"""How good the data are: every plausibility rule with numerator and denominator, what is missing per variable and
centre,
and what stands behind one page."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, left_out_frame, ungrouped
from analyses.identifiers import among
from analyses.members import memoised
from analyses.monitoring.results import Cells, Counts, Listed
from analyses.result import Outcome
from endpoints.variables import PAGES, VARIABLE, VARIABLES, Missing, derive_missing
from estimators.proportion import proportion

ALL_CENTRES = Outcome("all_centres", "All centres", "other")
MISSING = Outcome("missing", "Missing", "other")
SEVERITIES = {"ERROR": "Error", "WARN": "Warning"}
RATE = ["n_event", "n", "estimate", "conf_low", "conf_high", "reason"]


class VerdictOf(Protocol):
    """A plausibility rule with the rows of its table that it applies to, and those that break it: rules are declared
    where
    data come in, and this room does not know that one."""

    @property
    def rule(self) -> Any:
        """code, severity, table, column, message, protects, secret."""

    @property
    def applies(self) -> np.ndarray:
        """Per row of its table."""

    @property
    def broken(self) -> np.ndarray:
        """Per row of its table."""


def _everybody(cohort: Cohort) -> dict[str, Any]:
    """Whatever the rows say, every patient of the cohort is looked at."""
    alone = ungrouped(cohort)
    patients = alone.patients[["USUBJID", "SITEID", "TRTSDT"]]
    return {"cohort": alone, "n": alone.n, "patients": patients, "left_out": left_out_frame({})}


def plausibility(cohort: Cohort, verdicts: Sequence[VerdictOf]) -> Counts:
    """Per rule how many rows of the cohort's patients it applies to and how many break it. verdicts: of the whole
    database, masks in the order of its rows."""
    own = {name: _of_cohort(cohort, name) for name in {verdict.rule.table for verdict in verdicts}}
    rows = [
        {
            "code": verdict.rule.code,
            "severity": SEVERITIES.get(verdict.rule.severity, verdict.rule.severity),
            "place": f"{verdict.rule.table}.{verdict.rule.column}",
            "rule": verdict.rule.message,
            "protects": verdict.rule.protects,
            "n_broken": int((np.asarray(verdict.broken) & own[verdict.rule.table]).sum()),
            "n_applies": int((np.asarray(verdict.applies) & own[verdict.rule.table]).sum()),
        }
        for verdict in verdicts
    ]
    table = pd.DataFrame(rows)
    rate = proportion(table["n_broken"].to_numpy(np.int64), table["n_applies"].to_numpy(np.int64))
    table = table.assign(share=rate["estimate"], id=[f"{i}:{code}" for i, code in enumerate(table["code"])])
    order = table.sort_values(["n_broken", "severity", "code"], ascending=[False, True, True], ignore_index=True)
    return Counts(numbers=order, **_everybody(cohort))


def _of_cohort(cohort: Cohort, table: str) -> np.ndarray:
    """True per row of a table that belongs to a filtered patient; a reference table's rows belong to everybody."""
    rows = cohort.data.tables[table]
    if "patient_id" not in rows:
        return np.ones(len(rows), bool)
    return among(rows["patient_id"], cohort.patients["USUBJID"])


def broken_rows(cohort: Cohort, verdict: VerdictOf) -> Listed:
    """The rows of the cohort's patients that break one rule."""
    rows = cohort.data.tables[verdict.rule.table]
    broken = np.asarray(verdict.broken) & _of_cohort(cohort, verdict.rule.table)
    hidden = {verdict.rule.column} if verdict.rule.secret else set()
    shown = rows[broken].drop(columns=[name for name in rows if name in hidden and name != "patient_id"])
    if "patient_id" not in shown:
        shown = shown.assign(patient_id="")
    shown = shown.rename(columns={"patient_id": "USUBJID"})
    first = ["USUBJID", *([verdict.rule.column] if verdict.rule.column in shown else [])]
    shown = shown[[*first, *(name for name in shown if name not in first)]].reset_index(drop=True)
    alone = ungrouped(cohort)
    n = shown["USUBJID"][shown["USUBJID"] != ""].nunique()
    others = left_out_frame({"plausible": ("without a row that breaks the rule", alone.n - n)})
    return Listed(
        cohort=alone, n=n, patients=shown, rows=shown, what="have a row that breaks the rule", left_out=others
    )


@memoised
def missingness(cohort: Cohort) -> Cells:
    """Share of missing values per variable and centre, and of all centres."""
    missing, sites = _missing_of(cohort)
    levels = cohort.data.levels(cohort.rules)["centre"]
    present = set(sites)
    table = _rates(pd.concat([_sums(missing, sites), _sums(missing, _everywhere(sites))], ignore_index=True))
    known = set(table["row"])
    return Cells(
        numbers=table,
        cells=table,
        rows=tuple(Outcome(one.code, _label(one.code), "other") for one in VARIABLES if one.code in known),
        columns=(
            ALL_CENTRES,
            *(Outcome(level.code, level.label, "other") for level in levels if level.code in present),
        ),
        rate=MISSING,
        behind=lambda variable, centre: _without(cohort, variable, centre),
        **_everybody(cohort),
    )


def _without(cohort: Cohort, variable: str, centre: str) -> pd.Series:
    """The patients of a centre, or of all, in whose rows the variable is missing."""
    missing, sites = _missing_of(cohort)
    gone = (missing.gone[variable] > 0).to_numpy() & ((sites == centre) | (centre == ALL_CENTRES.code)).to_numpy()
    adsl = cohort.whole.adsl["USUBJID"]
    return adsl[among(adsl, cohort.patients["USUBJID"])][gone]


def _missing_of(cohort: Cohort) -> tuple[Missing, pd.Series]:
    """The counts of the cohort's patients, and their centres."""
    counts = cohort.kept_frames("MISSING", lambda study: vars(derive_missing(study)))
    whole, adsl = Missing(**counts), cohort.whole.adsl
    own = among(adsl["USUBJID"], cohort.patients["USUBJID"])
    return Missing(whole.asked[own], whole.gone[own]), adsl.loc[own, "SITEID"].astype("str")


def _everywhere(sites: pd.Series) -> pd.Series:
    return pd.Series(ALL_CENTRES.code, index=sites.index, dtype="str")


def _sums(missing: Missing, sites: pd.Series) -> pd.DataFrame:
    """VARIABLE SITEID MISSING N of every variable and centre with rows, centres in the order in which they are met."""
    codes, names = pd.factorize(sites)
    parts = [_sums_of(missing.asked[code], missing.gone[code], codes, names) for code in missing.asked]
    named = (part.assign(VARIABLE=code) for code, part in zip(missing.asked, parts, strict=True))
    return pd.concat(named, ignore_index=True)


def _sums_of(asked: pd.Series, gone: pd.Series, codes: np.ndarray, names: pd.Index) -> pd.DataFrame:
    met = pd.unique(codes[asked.to_numpy() > 0])
    counts = {
        name: np.bincount(codes, values, len(names)).astype(int)[met]
        for name, values in (("MISSING", gone), ("N", asked))
    }
    return pd.DataFrame({"SITEID": names[met], **counts})


def _rates(sums: pd.DataFrame) -> pd.DataFrame:
    """row (variable) column (centre) and the share missing."""
    rate = proportion(sums["MISSING"].to_numpy(np.int64), sums["N"].to_numpy(np.int64))
    return pd.concat([sums[["VARIABLE", "SITEID"]].set_axis(["row", "column"], axis=1), rate], axis=1)


def _label(code: str) -> str:
    variable = VARIABLE[code]
    return f"{variable.label} ({variable.when})" if variable.when else variable.label


@memoised
def behind_page(cohort: Cohort, page: str) -> Counts:
    """The variables that a page uses: rows in which each should be known, and how many are missing."""
    missing, sites = _missing_of(cohort)
    codes = list(dict.fromkeys(PAGES[page]))
    asked = Missing(missing.asked[codes], missing.gone[codes])
    table = _rates(_sums(asked, _everywhere(sites))).set_index("row")
    found = table.reindex(codes)
    numbers = pd.DataFrame(
        {
            "variable": [_label(code) for code in codes],
            "place": codes,
            "n_missing": found["n_event"].fillna(0).astype(int).to_numpy(),
            "n_applies": found["n"].fillna(0).astype(int).to_numpy(),
            "share": found["estimate"].to_numpy(float),
        }
    )
    return Counts(numbers=numbers, **_everybody(cohort))
