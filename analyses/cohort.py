"""Cohort: the chosen patients, the groups they are compared in, the rules in force. Every analysis takes one."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analyses.chosen import filled, filter_words
from analyses.cohort_data import CohortData, Levels, keep_chosen, with_outcome
from analyses.counts import count_words
from analyses.identifiers import n_distinct, place_among
from analyses.memory import canonical
from endpoints.cohort import (
    ALL_PATIENTS,
    FILTER,
    MAX_GROUPS,
    MISSING,
    Chosen,
    Filter,
    Group,
    Level,
    choose_groups,
    count_levels,
    membership,
    membership_of_chosen,
)
from endpoints.outcome import OUTCOME_FILTERS
from endpoints.rules import Rules
from endpoints.study import Study

NOT_ITS_OWN = {"sized": False, "copied": False}  # of the version, and there whatever is remembered
LEFT_OUT = ["code", "reason", "n"]
SAVED = "saved"  # the code of a comparison of chosen cohorts


@dataclass(frozen=True)
class Choice:
    """What a reader asks for. filters: by code, level codes or (low, high); by: the code of a grouping, "" for none;
    groups: the level codes picked to be compared, none: the first ones; cohorts: compared in place of `by`, each
    within the filters."""

    rules: Rules = field(default_factory=Rules)
    filters: Mapping[str, tuple] = field(default_factory=dict)
    by: str = ""
    groups: tuple[str, ...] = ()
    cohorts: tuple[Chosen, ...] = ()


@dataclass(frozen=True, eq=False)
class Cohort:
    """The chosen patients. Every frame is shared: never change it in place.

    whole: everybody in the database under the rules; patients: ADSL of the filtered patients of the population
    (infused: with a day 0); members: USUBJID, GROUP (group code); left_out_levels: code, reason, n (patients of levels
    that are not compared); emptied: labels of groups without patients; key: canonical JSON of the request; not_by: what
    the reader compares by and one figure does not; otherwise: why somebody is in none of the groups of a class that is
    known at a landmark only; counted_of: the population of a figure that counts another one than the rules ask for.
    outcome: labels of the filters that chose patients or compared cohorts by what happened after infusion.
    is_chosen: this is what the key says; a copy made by `replace` has the key of its origin, and is not.
    """

    data: CohortData = field(metadata=NOT_ITS_OWN)
    whole: Study = field(metadata=NOT_ITS_OWN)
    rules: Rules
    filters: dict[str, tuple]
    filter_words: dict[str, str]
    by: Filter | None
    groups: tuple[Group, ...]
    members: pd.DataFrame
    left_out_levels: pd.DataFrame
    patients: pd.DataFrame
    n: int
    of_n: int
    key: str
    emptied: tuple[str, ...] = ()
    not_by: str = ""
    otherwise: str = ""
    counted_of: str = ""
    outcome: tuple[str, ...] = ()
    is_chosen: bool = field(default=False, init=False)

    def changed_rules(self) -> tuple[str, ...]:
        """The rules that are not at their default, in words: they stand in every title and file."""
        return tuple(f"{rule.label}: {rule.words(value)}" for rule, value in self.rules.changed())

    def who(self) -> str:
        """'82 of 504 infused patients (600 enrolled)': patients who were never infused are named by number."""
        enrolled, infused = counted(self.whole)
        population = self.counted_of or self.rules.population
        other, named = (enrolled, "enrolled") if population == "infused" else (infused, "infused")
        n, of, more = (count_words(count, self.data.smallest) for count in (self.n, self.of_n, other))
        return f"{n} of {of} {population} patients ({more} {named})"

    @cached_property
    def rows_of_groups(self) -> list[np.ndarray]:
        """Per compared group the rows of its members."""
        place = place_among(self.members["GROUP"], [group.code for group in self.groups])
        return [np.flatnonzero(place == i) for i in range(len(self.groups))]

    @property
    def n_compared(self) -> int:
        """Patients in any of the compared groups."""
        return n_distinct(self.members["USUBJID"])

    def derived(self, name: str, derive: Callable[[Study], Any]) -> Any:
        """`derive(whole)`, remembered under dataset, rules and name: a derivation is of everybody, filters come after
        and are not in its key."""
        return self.data.derived(self.rules, name, lambda: derive(self.whole))

    def kept_frames(self, name: str, derive: Callable[[Study], dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
        """The same of frames, which the next start of the server does not derive again."""
        return self.data.kept_frames(self.rules, name, lambda: derive(self.whole))


def counted(whole: Study) -> tuple[int, int]:
    """(enrolled, infused) patients of the whole dataset."""
    return len(whole.adsl), int(whole.adsl["TRTSDT"].notna().sum())


def choose(data: CohortData, choice: Choice = Choice()) -> Cohort:
    """The cohort of a choice. Pure: the same data and choice give the same cohort, made once."""
    request = canonical(**data.identity, choice=choice)
    cohort = replace(data.memory.recall(request, lambda: _chosen(data, choice)), data=data)
    object.__setattr__(cohort, "is_chosen", True)
    return cohort


def _chosen(data: CohortData, choice: Choice) -> Cohort:
    whole, levels = data.study(choice.rules), data.levels(choice.rules)
    everybody, by = data.population(choice.rules), FILTER.get(choice.by)
    patients = keep_chosen(data, choice.rules, everybody, choice.filters)
    groups, emptied = filled(_groups(choice, by, everybody, levels), by, patients)
    cohort = Cohort(
        data=data,
        whole=whole,
        rules=choice.rules,
        filters=dict(choice.filters),
        filter_words=filter_words(choice.filters, levels),
        by=by,
        groups=groups,
        members=membership(patients, by, groups),
        left_out_levels=_left_out_levels(patients, by, groups, levels),
        patients=patients,
        n=len(patients),
        of_n=len(everybody),
        key=_key(data, choice, groups, emptied),
        emptied=emptied,
        outcome=tuple(f.label for f in OUTCOME_FILTERS if f.code in choice.filters),
    )
    return _by_cohorts(cohort, choice) if choice.cohorts else cohort


def _by_cohorts(cohort: Cohort, choice: Choice) -> Cohort:
    """Compared by chosen cohorts: a patient can be in several of them, and in none."""
    asked = {code for one in choice.cohorts for code in one.filters}
    rows = with_outcome(cohort.data, cohort.rules, cohort.patients, asked)
    groups, members = membership_of_chosen(rows, choice.cohorts)
    filled = set(members["GROUP"])
    nowhere = cohort.n - n_distinct(members["USUBJID"])
    return replace(
        cohort,
        by=Filter(SAVED, "Saved cohort", "GROUP", ""),
        groups=tuple(group for group in groups if group.code in filled) or groups,
        emptied=tuple(group.label for group in groups if filled and group.code not in filled),
        members=members,
        left_out_levels=left_out_frame({"level:none": ("in none of the compared cohorts", nowhere)}),
        outcome=tuple(f.label for f in OUTCOME_FILTERS if f.code in {*asked, *cohort.filters}),
    )


def _key(data: CohortData, choice: Choice, groups: tuple[Group, ...], emptied: tuple[str, ...]) -> str:
    return canonical(
        **data.identity,
        rules=asdict(choice.rules),
        filters=dict(choice.filters),
        by=choice.by,
        groups=[group.code for group in groups],
        emptied=emptied,
        **({"cohorts": [asdict(one) for one in choice.cohorts]} if choice.cohorts else {}),
    )


def _groups(choice: Choice, by: Filter | None, everybody: pd.DataFrame, levels: Levels) -> tuple[Group, ...]:
    if by is None:
        return (ALL_PATIENTS,)
    present = present_levels(by, everybody, levels)
    picked = [level.code for level in present if level.code in choice.groups] or [level.code for level in present]
    return choose_groups(levels[by.code], tuple(picked[:MAX_GROUPS]))


def present_levels(by: Filter, everybody: pd.DataFrame, levels: Levels) -> list[Level]:
    """The levels that anybody in the population has: whatever the filters leave, the groups and their colours stay."""
    codes = set(everybody[by.column].astype(str))
    return [level for level in levels[by.code] if level.code in codes]


def _left_out_levels(
    patients: pd.DataFrame, by: Filter | None, groups: tuple[Group, ...], levels: Levels
) -> pd.DataFrame:
    if by is None:
        return left_out_frame({})
    counts = count_levels(patients, by, {}, levels[by.code])
    counts = counts[~counts["code"].isin([group.code for group in groups]) & (counts["n"] > 0)]
    words = [f"{by.label}: {label} is not among the compared groups" for label in counts["label"]]
    return left_out_frame(
        {f"level:{code}": (word, n) for code, word, n in zip(counts["code"], words, counts["n"], strict=True)}
    )


def left_out_frame(counts: Mapping[str, tuple[str, int]]) -> pd.DataFrame:
    """Columns code, reason (words), n, of {code: (words, n)}: who is not in a figure. Reasons of nobody are dropped."""
    rows = [(code, words, int(n)) for code, (words, n) in counts.items() if n]
    codes, reasons, numbers = zip(*rows, strict=True) if rows else ((), (), ())
    columns = (pd.array(codes, dtype="str"), pd.array(reasons, dtype="str"), np.array(numbers, np.int64))
    return pd.DataFrame(dict(zip(LEFT_OUT, columns, strict=True)))


def compared_by(cohort: Cohort, code: str) -> Cohort:
    """The same cohort compared by another declared grouping, whatever the reader compares; missing is left out."""
    by = FILTER[code]
    levels = cohort.data.levels(cohort.rules)[code]
    groups = choose_groups(levels, tuple(level.code for level in levels if level.code != MISSING))
    members = membership(cohort.patients, by, groups)
    missing = cohort.n - len(members)
    return replace(
        cohort,
        by=by,
        groups=groups,
        members=members,
        emptied=(),
        not_by=unused(cohort, by),
        left_out_levels=left_out_frame({"missing": (f"with missing {in_sentence(by.label)}", missing)}),
    )


def ungrouped(cohort: Cohort) -> Cohort:
    """The same cohort as one group, for a figure that compares nothing."""
    return replace(
        cohort,
        by=None,
        groups=(ALL_PATIENTS,),
        members=membership(cohort.patients, None, (ALL_PATIENTS,)),
        emptied=(),
        left_out_levels=left_out_frame({}),
        not_by=unused(cohort),
    )


def unused(cohort: Cohort, by: Filter | None = None) -> str:
    """What the reader compares by, where a figure compares something else (`by`) or nothing."""
    return cohort.not_by if cohort.by is None else "" if cohort.by == by else cohort.by.label


def in_sentence(label: str) -> str:
    """A label inside a sentence: MRD, CNS and B-cell keep their capitals."""
    return label if not label[1:2].islower() else label[0].lower() + label[1:]
