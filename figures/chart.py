"""One picture of a figure: a specification and the data beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analyses.result import Note

PANELS_ABREAST = 2
EVERYBODY = ""  # a total is of whatever value


@dataclass(frozen=True, eq=False)
class Chart:
    """A Vega-Lite spec without data, its frame (or several, by dataset name), what it shows in words, what an image of
    it must say besides, and what the figure says because it is drawn so (notes). One with a panel's name stands beside
    the next one; every other has its row. picks: {column of the frame: column of the figure's patients} of marks that
    stand for patients: pressed, they show them. codes: {column of the frame: {its value: that of the patients}} where
    the two differ; EVERYBODY of a total. members: USUBJID of those that a mark stands for, where their rows do not say
    it; None of a mark that is not drawn. says: how a mark is spoken of, where its values do not say it."""

    spec: dict[str, Any]
    frame: pd.DataFrame | dict[str, pd.DataFrame]
    alt: str = ""
    panel: str = ""
    on_image: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    picks: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    members: Callable[[Mapping[str, Any]], pd.Series | None] | None = None
    says: Callable[[Mapping[str, Any]], str] | None = None

    def behind(self, mark: Mapping[str, Any]) -> dict[str, Any]:
        """{column of the figure's patients: value} of a mark, given as {column of the frame: value}."""
        told = {column: mark.get(column) for column in self.picks}
        return {
            self.picks[column]: self.codes.get(column, {}).get(value, value)
            for column, value in told.items()
            if isinstance(value, str | int | float)
        }

    def narrowed(self, patients: pd.DataFrame, mark: Mapping[str, Any]) -> pd.DataFrame | None:
        """The rows of the figure's patients behind a mark as `behind` gives it; None where it is not a mark of this
        chart."""
        if not mark or not {*mark} <= {*self.picks.values()}:
            return None
        if self.members is not None:
            members = self.members(mark) if len(mark) == len(self.picks) else None
            return None if members is None else patients[patients["USUBJID"].isin(members)]
        for column, value in mark.items():
            patients = patients[patients[column] == value] if value != EVERYBODY else patients
        return patients

    def words_of(self, mark: Mapping[str, Any]) -> str:
        """What is written over the names behind a mark."""
        if self.says is not None:
            return self.says(mark)
        return ", ".join(value for value in mark.values() if value != EVERYBODY) or "Everybody"

    def marks(self) -> list[dict[str, Any]]:
        """Every mark that can be pressed, as `behind` gives it, in the order of the frame."""
        frames = self.frame.values() if isinstance(self.frame, dict) else (self.frame,)
        rows = next((frame[[*self.picks]] for frame in frames if self.picks and {*self.picks} <= {*frame}), None)
        return [] if rows is None else [self.behind(mark) for mark in rows.drop_duplicates().to_dict("records")]


def rows_of(charts: Sequence[Chart]) -> list[list[Chart]]:
    """The charts in rows: panels two abreast, every other alone."""
    rows: list[list[Chart]] = []
    for chart in charts:
        if chart.panel and rows and rows[-1][0].panel and len(rows[-1]) < PANELS_ABREAST:
            rows[-1].append(chart)
        else:
            rows.append([chart])
    return rows
