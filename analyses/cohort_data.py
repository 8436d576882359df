"""CohortData: one version of the cohort database, as one viewer may see it, and what is derived from it once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

import pandas as pd

from analyses.identifiers import kept
from analyses.keeping import Frames, packed, unpacked
from analyses.memory import Memory, canonical
from analyses.version import APP_VERSION
from endpoints.cohort import EVERY_FILTER, FILTER, Level, levels_of, passes
from endpoints.outcome import derive_outcome
from endpoints.rules import Rules
from endpoints.study import Study, derive_study

Levels = Mapping[str, tuple[Level, ...]]
STUDY = "study"  # the name under which it is kept


class Shelf(Protocol):
    """Where frames of one content outlive the server."""

    def take(self, name: str) -> dict[str, pd.DataFrame] | None:
        """What was put there under the name."""

    def put(self, name: str, frames: dict[str, pd.DataFrame]) -> None:
        """Keep frames."""


@dataclass(frozen=True, eq=False)
class CohortData:
    """One version of the cohort database as one viewer may see it. `tables` are shared: never change one in place.

    data_cutoff: the last day that is known; version: of the content, in every key; scope: what this viewer may see, in
    every key, too; memory: where what is derived is kept; shelf: where some of it outlives the server; smallest: counts
    below it are hidden from this viewer (0: none are).
    """

    title: str
    data_cutoff: pd.Timestamp
    version: str
    source: str
    synthetic: bool
    scope: str
    tables: dict[str, pd.DataFrame]
    memory: Memory = field(default_factory=Memory, repr=False)
    shelf: Shelf | None = field(default=None, repr=False)
    smallest: int = 0

    @property
    def identity(self) -> dict[str, Any]:
        """What every key begins with: of which data, seen by whom, computed by what."""
        seen = {"scope": self.scope} | ({"smallest": self.smallest} if self.smallest else {})
        return {"app": APP_VERSION, "version": self.version, "cutoff": self.cutoff_date} | seen

    @property
    def cutoff_date(self) -> str:
        """The data cut-off as printed: YYYY-MM-DD."""
        return self.data_cutoff.date().isoformat()

    def derived(self, rules: Rules, name: str, derive: Callable[[], Any]) -> Any:
        """`derive()`, remembered under version, scope, cut-off, rules and `name`: rules change derivations and are in
        the key, filters narrow afterwards and are not."""
        return self._once(rules, name, lambda: self._kept(rules, name, derive, packed, unpacked))

    def kept_frames(self, rules: Rules, name: str, derive: Callable[[], Frames]) -> Frames:
        """The same of frames that are kept for the next start of the server however small they are."""
        return self._once(rules, name, lambda: self._kept(rules, name, derive, dict, dict))

    def study(self, rules: Rules) -> Study:
        """Everybody in the database, derived under the rules."""
        return self._once(rules, STUDY, lambda: self._derive_study(rules))

    def study_once(self, rules: Rules) -> Study:
        """The same for whoever needs it once: not remembered."""
        return derive_study(self.tables, rules, self.data_cutoff)

    def _once(self, rules: Rules, name: str, derive: Callable[[], Any]) -> Any:
        request = canonical(**self.identity, rules=asdict(rules), derivation=name)
        return self.memory.recall(request, derive, lasting=True)

    def _kept(
        self,
        rules: Rules,
        name: str,
        derive: Callable[[], Any],
        to_frames: Callable[[Any], Frames | None],
        from_frames: Callable[[Frames], Any],
    ) -> Any:
        """`derive()`, or what an earlier start of the server derived."""
        shelf = self._shelf_of(rules)
        if shelf is not None and (kept := shelf.take(name)) is not None:
            return from_frames(kept)
        result = derive()
        if shelf is not None and (frames := to_frames(result)) is not None:
            shelf.put(name, frames)
        return result

    def _derive_study(self, rules: Rules) -> Study:
        shelf = self._shelf_of(rules)
        kept = shelf.take(STUDY) if shelf else None
        study = derive_study(self.tables, rules, self.data_cutoff, kept)
        if shelf and kept is None:
            shelf.put(STUDY, {"adsl": study.adsl, "course": study.course})
        return study

    def _shelf_of(self, rules: Rules) -> Shelf | None:
        """Under the rules that everybody begins with, a start of the server takes what an earlier one derived."""
        return self.shelf if rules == Rules() else None

    def as_known_at(self, cutoff: pd.Timestamp) -> "CohortData":
        """The same content as of an earlier cut-off. Nothing is kept of that: what is kept is of the content's own."""
        return replace(self, data_cutoff=cutoff, shelf=None)

    def population(self, rules: Rules) -> pd.DataFrame:
        """ADSL of the population that the rules ask for: the infused have a day 0. Made once: every run asks."""
        request = canonical(**self.identity, rules=asdict(rules), population=True)
        return self.memory.recall(request, lambda: population_of(self.study(rules)))

    def outcome(self, rules: Rules) -> pd.DataFrame:
        """What the filters of an outcome ask of every ADSL row: derived when the first of them is asked for."""
        return self.derived(rules, "outcome", lambda: derive_outcome(self.study(rules)))

    def levels(self, rules: Rules) -> Levels:
        """The levels of every filter that has some, by the filter's code."""
        return self.derived(
            rules, "levels", lambda: {one.code: levels_of(one, self.study(rules).adsl) for one in EVERY_FILTER}
        )


def population_of(whole: Study) -> pd.DataFrame:
    """ADSL of the population that the rules ask for."""
    return whole.adsl[whole.adsl["TRTSDT"].notna()] if whole.rules.population == "infused" else whole.adsl


def keep_chosen(data: CohortData, rules: Rules, rows: pd.DataFrame, filters: Mapping[str, tuple]) -> pd.DataFrame:
    """The ADSL rows that pass every chosen filter, also one of an outcome, whose columns do not stand in ADSL."""
    return kept(rows, passes(with_outcome(data, rules, rows, filters), filters)) if filters else rows


def with_outcome(data: CohortData, rules: Rules, rows: pd.DataFrame, codes: Iterable[str]) -> pd.DataFrame:
    """The ADSL rows, with the columns that filters of an outcome ask for where one of `codes` is such a filter."""
    return rows.join(data.outcome(rules)) if any(FILTER[code].is_outcome for code in codes) else rows
