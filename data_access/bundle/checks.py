"""How a plausibility rule is declared and judged: pure functions over frames, a column at a time.

The import runs the rules on the rows it reads; a data-quality page can run the same rules on the tables it loaded:
`for verdict in judge_all(tables, cutoff): verdict.code, verdict.broken.sum(), verdict.applies.sum()`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from data_access.bundle.problems import ERROR, WARN, Problems, echo_of, masked
from data_access.schema.tables import TABLE, kind_of
from data_access.schema.values import to_text

Masks = tuple[np.ndarray, np.ndarray]  # (the rule applies to the row, the row breaks it)


@dataclass(frozen=True)
class Cohort:
    """Frames by table name, and the cut-off (NaT: not known). A table that is not there has no rows."""

    tables: Mapping[str, pd.DataFrame]
    cutoff: pd.Timestamp
    _memo: dict = field(default_factory=dict)

    def values(self, table: str, name: str) -> pd.Series:
        """One value per row of `table`: its own `column`, `patient.column` of the row's patient, `course.column` of the
        patient's first infused course, or `dataset.data_cutoff`. A birth month is its first day."""
        if "." not in name:
            return _dated(name, self.tables[table][name].reset_index(drop=True))
        owner, column = name.split(".")
        if owner == "dataset":
            return pd.Series(self.cutoff, index=range(len(self.tables[table])), dtype="datetime64[s]")
        source = self._first_courses() if owner == "course" else self._patients()
        place = self._once(f"{owner} of {table}", lambda: source.index.get_indexer(self.tables[table]["patient_id"]))
        values = source[column].reset_index(drop=True).reindex(place).reset_index(drop=True)
        return _dated(column, values)

    def numbers(self, table: str, name: str) -> np.ndarray:
        return self.values(table, name).to_numpy(float, na_value=np.nan)

    def _patients(self) -> pd.DataFrame:
        return self._once("patient", lambda: _by_patient(self.tables["patient"]))

    def _first_courses(self) -> pd.DataFrame:
        return self._once(
            "course",
            lambda: _by_patient(
                self.tables["treatment_course"].dropna(subset="infusion_date").sort_values("infusion_date")
            ),
        )

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._memo:
            self._memo[name] = make()
        return self._memo[name]


def _by_patient(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.dropna(subset="patient_id").drop_duplicates("patient_id").set_index("patient_id")


def _dated(column: str, values: pd.Series) -> pd.Series:
    if column != "birth_month":
        return values
    return pd.to_datetime(values.astype("str") + "-01", format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")


@dataclass(frozen=True)
class Rule:
    """One plausibility rule.

    message: the rule, as "must ..."; protects: what a broken row would falsify; hint: what to do; judge: masks over the
    rows of `table`; needs: the other tables it looks at; evidence: what a column as a whole shows, for a rule that is
    about the column and not about a cell: said once.
    """

    code: str
    severity: str
    table: str
    column: str
    message: str
    protects: str
    hint: str
    judge: Callable[[Cohort], Masks]
    needs: tuple[str, ...] = ()
    secret: bool = False  # the value itself must not be repeated
    evidence: Callable[[Cohort], str] | None = None


@dataclass(frozen=True)
class Verdict:
    """What a rule found in a cohort: its numerator and denominator are the sums of the masks."""

    rule: Rule
    applies: np.ndarray
    broken: np.ndarray


def judge_all(rules: Iterable[Rule], tables: Mapping[str, pd.DataFrame], cutoff: pd.Timestamp) -> list[Verdict]:
    """The verdict of every rule on loaded tables, in the order of the rules."""
    cohort = Cohort(tables, cutoff)
    return [Verdict(rule, *rule.judge(cohort)) for rule in rules]


def packed(verdicts: Sequence[Verdict]) -> dict[str, pd.DataFrame]:
    """The masks of verdicts as frames to keep, by table: two columns a rule, called as `_names` says, a bit a row."""
    columns: dict[str, dict[str, np.ndarray]] = {}
    for place, verdict in enumerate(verdicts):
        masks = zip(_names(place), (verdict.applies, verdict.broken), strict=True)
        columns.setdefault(verdict.rule.table, {}).update({name: np.packbits(mask) for name, mask in masks})
    return {table: pd.DataFrame(bits) for table, bits in columns.items()}


def unpacked(
    rules: Iterable[Rule], kept: Mapping[str, pd.DataFrame], tables: Mapping[str, pd.DataFrame]
) -> list[Verdict]:
    """The verdicts of these rules on these tables, of what `packed` made of them."""

    def mask(rule: Rule, name: str) -> np.ndarray:
        return np.unpackbits(kept[rule.table][name].to_numpy(), count=len(tables[rule.table])).astype(bool)

    return [Verdict(rule, *(mask(rule, name) for name in _names(place))) for place, rule in enumerate(rules)]


def _names(place: int) -> tuple[str, str]:
    return f"applies {place}", f"broken {place}"


def list_broken(verdict: Verdict, cohort: Cohort, lines: np.ndarray, problems: Problems) -> None:
    """Every broken row as a problem, with the value of the rule's column (identifiers masked); a rule about a whole
    column once, with its evidence."""
    rule, at = verdict.rule, np.flatnonzero(verdict.broken)
    if not len(at):
        return
    if rule.evidence is not None:
        _list_column(rule, rule.evidence(cohort), problems)
        return
    frame = cohort.tables[rule.table]
    column = TABLE[rule.table].columns[rule.column]
    echo = echo_of(column) if not rule.secret or kind_of(column) == "month" else masked
    for i, text in zip(at, to_text(column, frame[rule.column].iloc[at]), strict=True):
        problems.add(
            f"{rule.table}.csv",
            rule.code,
            rule.message,
            row=int(lines[i]),
            column=rule.column,
            value=echo(text),
            severity=rule.severity,
            hint=rule.hint,
        )


def _list_column(rule: Rule, evidence: str, problems: Problems) -> None:
    problems.add(
        f"{rule.table}.csv",
        rule.code,
        rule.message,
        column=rule.column,
        value=evidence,
        severity=rule.severity,
        hint=rule.hint,
    )


def in_order(
    code: str, severity: str, table: str, first: str, then: str, protects: str, *, column: str = "", hint: str = ""
) -> Rule:
    """`first` must not be later than `then`, where both are known; names as in Cohort.values."""

    def judge(cohort: Cohort) -> Masks:
        one, other = cohort.values(table, first), cohort.values(table, then)
        return (one.notna() & other.notna()).to_numpy(), (one > other).to_numpy(bool)

    own = column or next(name for name in (then, first) if "." not in name)
    message = f"must not be before {_words(first)}" if own == then else f"must not be after {_words(then)}"
    return Rule(
        code,
        severity,
        table,
        own,
        message,
        protects,
        hint or f"Check both dates: {_words(first)} and {_words(then)}.",
        judge,
        _needs(first, then),
    )


def _words(name: str) -> str:
    return {"course.infusion_date": "the patient's first infusion", "dataset.data_cutoff": "the data cut-off"}.get(
        name, name
    )


def _needs(*names: str) -> tuple[str, ...]:
    owners = {"patient": "patient", "course": "treatment_course"}
    return tuple(dict.fromkeys(owners[name.split(".")[0]] for name in names if name.split(".")[0] in owners))


def within(
    code: str, severity: str, table: str, column: str, low: float, high: float, message: str, protects: str, hint: str
) -> Rule:
    """A number from `low` to `high`, both allowed."""

    def judge(cohort: Cohort) -> Masks:
        values = cohort.numbers(table, column)
        return ~np.isnan(values), (values < low) | (values > high)

    return Rule(code, severity, table, column, message, protects, hint, judge)


def whenever(
    code: str,
    severity: str,
    table: str,
    column: str,
    applies: Callable[[Cohort], np.ndarray],
    breaks: Callable[[Cohort], np.ndarray],
    message: str,
    protects: str,
    hint: str,
    needs=(),
) -> Rule:
    """A rule in two conditions over the rows: when it applies, and what breaks it then."""

    def judge(cohort: Cohort) -> Masks:
        when = np.asarray(applies(cohort), bool)
        return when, when & np.asarray(breaks(cohort), bool)

    return Rule(code, severity, table, column, message, protects, hint, judge, needs)


__all__ = ["ERROR", "WARN", "Cohort", "Rule", "Verdict", "in_order", "judge_all", "list_broken", "whenever", "within"]
