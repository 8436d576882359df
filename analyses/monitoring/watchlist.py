"""Who needs somebody to look: the findings of the declared rules in the cohort, what is new in them, what could not be
evaluated."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, CohortData, ungrouped
from analyses.identifiers import NUMBERS, among, kept, place_among
from analyses.members import everybody_else, memoised
from analyses.monitoring.results import Counts, Listed
from analyses.refusal import infused_only
from analyses.result import Note, Outcome
from endpoints.study import Study
from endpoints.watch.findings import CLOSED_BY, KEY, Findings
from endpoints.watch.rules import AS_OF, ORDER, RERUN_WORDS, WATCH, WATCHLIST, derive_watchlist

ALL, OPEN, NEW, CLOSED = "all", "open", "new", "closed"
WORDS = {OPEN: "an open", NEW: "a new", CLOSED: "a closed"}
SUBJECT = "The watchlist"
SHOWN = [
    "USUBJID",
    "SITEID",
    "RULE",
    "KINDWD",
    "ADT",
    "OVERDUE",
    "TXNAIVE",
    "FINDING",
    "ADY",
    "ELSEWHERE",
    "ISNEW",
    "CLOSEDT",
    "CLOSEDBY",
    "PRODLABEL",
    "RULECD",
    "KIND",
]
COUNTED = [*KEY, *(name for name in ("CLOSEDT", "ELSEWHERE", "TXNAIVE") if name not in KEY)]
RULES = tuple(Outcome(rule.code, rule.label, "other") for rule in WATCHLIST)


def findings(cohort: Cohort) -> Findings:
    """Every finding in everybody infused, open and closed, with its words, remembered."""
    return Findings(**cohort.kept_frames("WATCHLIST", _found))


def _found(whole: Study) -> dict[str, pd.DataFrame]:
    found = derive_watchlist(whole)
    return {"rows": _texts(_in_words(found.rows)), "unevaluated": _texts(found.unevaluated)}


def _texts(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.astype({name: "str" for name, dtype in rows.dtypes.items() if pd.api.types.is_object_dtype(dtype)})


def _in_words(rows: pd.DataFrame) -> pd.DataFrame:
    kinds = {(rule.code, code): words for rule in WATCHLIST for code, words in rule.kinds}
    pairs = zip(rows["RULECD"].to_numpy(object), rows["KIND"].to_numpy(object), strict=True)
    words = {
        "RULE": rows["RULECD"].map({rule.code: rule.label for rule in WATCHLIST}),
        "KINDWD": [kinds[pair] for pair in pairs],
        "CLOSEDBY": rows["CLOSEDBY"].map(CLOSED_BY),
    }
    return rows.assign(**words)


def as_known_at(cohort: Cohort, days_before: int) -> Cohort:
    """The same request asked of what was dated up to an earlier cut-off: pure, by the dates that columns declare."""
    data = _data_as_known_at(cohort, days_before)
    return replace(cohort, data=data, whole=data.study_once(cohort.rules))


def _data_as_known_at(cohort: Cohort, days_before: int) -> CohortData:
    return cohort.data.as_known_at(cohort.data.data_cutoff - pd.Timedelta(days=days_before))


def findings_before(cohort: Cohort, days_before: int) -> Findings:
    """The findings as of an earlier cut-off. They are remembered, not the study they are of: it takes as much memory as
    that of the content's own cut-off, which it would drive out."""
    data = _data_as_known_at(cohort, days_before)
    return Findings(
        **data.kept_frames(cohort.rules, "WATCHLIST", lambda: _found(as_known_at(cohort, days_before).whole))
    )


def as_of(cohort: Cohort) -> Note:
    """The sentence of every such screen."""
    return Note("as_of", AS_OF.format(cutoff=cohort.data.cutoff_date), True)


def _rerun(cohort: Cohort, since: int) -> tuple[Note, ...]:
    earlier = cohort.data.data_cutoff - pd.Timedelta(days=since)
    return (Note("rerun", RERUN_WORDS.format(earlier=earlier.date().isoformat())),) if since else ()


def rows_of_cohort(cohort: Cohort, since: int = 0) -> pd.DataFrame:
    """The findings of the filtered patients in words, with ISNEW (yes, no; "" where nothing is compared): an open one
    that was not there `since` days before the cut-off."""
    return _of_cohort(cohort, findings(cohort).rows, since)


def _of_cohort(cohort: Cohort, rows: pd.DataFrame, since: int) -> pd.DataFrame:
    rows = kept(rows, among(rows["USUBJID"], cohort.patients["USUBJID"]), "RULECD").reset_index(drop=True)
    return rows.assign(ISNEW=_is_new(cohort, rows, since) if since else "")


def _is_new(cohort: Cohort, rows: pd.DataFrame, since: int) -> pd.Series:
    """Told apart by patient, rule and item: a finding that goes from suspected to confirmed is not a new one."""
    before = findings_before(cohort, since).rows
    before = before[before["CLOSEDT"].isna()]
    known = pd.MultiIndex.from_frame(rows[KEY].astype(str)).isin(pd.MultiIndex.from_frame(before[KEY].astype(str)))
    return pd.Series(~known & rows["CLOSEDT"].isna().to_numpy(), index=rows.index).map({True: "yes", False: "no"})


@memoised
@infused_only(SUBJECT, is_estimate=False)
def watchlist(cohort: Cohort, rule: str = ALL, kind: str = ALL, which: str = OPEN, since: int = 0) -> Listed:
    """The findings of a rule, or of one kind of it: open, new since an earlier cut-off, or closed."""
    rows = rows_of_cohort(cohort, since)
    is_open = rows["CLOSEDT"].isna()
    kept = {OPEN: is_open, CLOSED: ~is_open, NEW: is_open & (rows["ISNEW"] == "yes")}[which]
    shown = rows[kept & _is(rows["RULECD"], rule) & _is(rows["KIND"], kind)][SHOWN].reset_index(drop=True)
    alone = ungrouped(cohort)
    return Listed(
        cohort=alone,
        n=shown["USUBJID"].nunique(),
        patients=shown,
        rows=shown,
        what=f"have {WORDS[which]} finding",
        order=ORDER if rule == ALL else WATCH[rule].order,
        left_out=everybody_else(alone, shown["USUBJID"], "without", "without such a finding"),
        numbers=_counts(cohort, rows, since),
        outcomes=RULES,
        notes=(as_of(cohort), *_rerun(cohort, since)),
    )


def patients_by_kind(cohort: Cohort, rule: str, which: str = OPEN, since: int = 0) -> dict[str, int]:
    """Patients with such a finding of a rule, by kind and in all (ALL): one may have several kinds."""
    found = watchlist(cohort, rule, ALL, which, since)
    kinds = found.patients.drop_duplicates(["USUBJID", "KIND"])["KIND"].value_counts() if found.n else {}
    return {code: int(kinds.get(code, 0)) for code, _ in WATCH[rule].kinds} | {ALL: found.n}


def _is(codes: pd.Series, asked: str) -> pd.Series:
    return (codes == asked) | (asked == ALL)


@memoised
@infused_only(SUBJECT, is_estimate=False)
def counts(cohort: Cohort, since: int = 0) -> Counts:
    """Per rule: open findings, patients, of them followed elsewhere, transplant-naive, new, closed, not evaluated."""
    rows, alone = _of_cohort(cohort, findings(cohort).rows[COUNTED], since), ungrouped(cohort)
    flagged = kept(rows, rows["CLOSEDT"].isna())
    columns = ["USUBJID", "SITEID", "PRODLABEL", "TRTSDT"]
    patients = kept(cohort.patients, among(cohort.patients["USUBJID"], flagged["USUBJID"]))[columns]
    return Counts(
        cohort=alone,
        n=len(patients),
        patients=patients,
        left_out=everybody_else(alone, patients["USUBJID"], "without", "without an open finding"),
        numbers=_counts(cohort, rows, since),
        outcomes=RULES,
        notes=(as_of(cohort), *_rerun(cohort, since)),
    )


def _counts(cohort: Cohort, rows: pd.DataFrame, since: int) -> pd.DataFrame:
    """Findings and patients per rule. A patient may have several findings of one: pairs of both are counted once."""
    rule, ([patient], n_known) = _place_of_rules(rows), NUMBERS(rows["USUBJID"])
    is_open, elsewhere, naive, new = (
        found.to_numpy(bool)
        for found in (rows["CLOSEDT"].isna(), *(rows[name] == "yes" for name in ("ELSEWHERE", "TXNAIVE", "ISNEW")))
    )

    def findings_of(kept: np.ndarray) -> np.ndarray:
        return np.bincount(rule[kept], minlength=len(WATCHLIST))

    def patients_of(kept: np.ndarray) -> np.ndarray:
        return np.bincount(np.unique(rule[kept] * n_known + patient[kept]) // max(n_known, 1), minlength=len(WATCHLIST))

    columns = {
        "n_findings": findings_of(is_open),
        "n": patients_of(is_open),
        "n_here": patients_of(is_open & ~elsewhere),
        "n_elsewhere": patients_of(is_open & elsewhere),
        "n_naive": patients_of(is_open & naive),
        **({"n_new": findings_of(new)} if since else {}),
        "n_closed": findings_of(~is_open),
        "n_unevaluated": np.bincount(_place_of_rules(_unevaluated(cohort)), minlength=len(WATCHLIST)),
    }
    return pd.DataFrame({"outcome": [one.code for one in WATCHLIST]} | columns)


def _place_of_rules(rows: pd.DataFrame) -> np.ndarray:
    """The place of each row's rule among WATCHLIST."""
    return place_among(rows["RULECD"], [one.code for one in WATCHLIST])


def _unevaluated(cohort: Cohort) -> pd.DataFrame:
    rows = findings(cohort).unevaluated
    return kept(rows, among(rows["USUBJID"], cohort.patients["USUBJID"]), "RULECD").reset_index(drop=True)


@memoised
@infused_only(SUBJECT, is_estimate=False)
def unevaluated(cohort: Cohort) -> Listed:
    """Whom a rule could not evaluate, and why: a row per patient and rule."""
    rows, alone = _unevaluated(cohort), ungrouped(cohort)
    rows = rows.assign(RULE=rows["RULECD"].map({code: rule.label for code, rule in WATCH.items()}))
    shown = rows[["USUBJID", "SITEID", "RULE", "REASON", "RULECD", "REASONCD"]]
    return Listed(
        cohort=alone,
        n=shown["USUBJID"].nunique(),
        patients=shown,
        rows=shown,
        what="have a rule that could not be evaluated",
        order="by rule",
        left_out=everybody_else(alone, shown["USUBJID"], "evaluated", "evaluated by every rule"),
        numbers=shown.groupby(["RULECD", "REASON"], sort=False)
        .size()
        .rename("n")
        .reset_index()
        .rename(columns={"RULECD": "outcome", "REASON": "reason"}),
        outcomes=RULES,
        notes=(as_of(cohort),),
    )
