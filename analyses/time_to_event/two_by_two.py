"""CD19-positive and CD19-negative relapse by B-cell aplasia and MRD at month 3."""

from dataclasses import replace

import pandas as pd

from analyses.result import NUMBERS, Estimates, among, in_order_of_number, kept, reasons_frame, remembered
from analyses.time_to_event.landmark import classed, landmark, risk_set
from analyses.time_to_event.words import bca_rule, leaving, moved_on, unconfirmed
from charts.theme import series_of_outcomes
from endpoints.catalogue import CIRCD19
from endpoints.two_by_two import CELLS, LANDMARK_DAY, derive_two_by_two
from estimators.aalen_johansen import aalen_johansen
from estimators.simon_makuch import MIN_AT_RISK
from pages.parts.session.sidebar import Cohort

DRAWN = CIRCD19.events[:2]  # CD19-positive, CD19-negative
MONTHS = (6, 12, 24)
EXPLORATORY = (
    "No test: the cells are small and were not randomised. B cells and MRD are those of the landmark day; "
    "what changes later changes no cell."
)


@remembered
def bca_by_mrd(study: Cohort, months: str, is_out: bool = False) -> tuple[Cohort, Estimates]:
    """The four cells from the landmark on. curve: strata the outcome, outcome the cell. Gives the cohort as it is
    compared, too. is_out: without whom a transplant or new therapy reached by then."""
    cells = kept(study, "BCAMRD", derive_two_by_two)
    by = classed(study, "B cells and MRD at month 3", CELLS, cells.loc[cells["GROUP"].notna(), ["USUBJID", "GROUP"]])
    found = landmark(study, CIRCD19, aalen_johansen, LANDMARK_DAY, by, months, MIN_AT_RISK, is_out)
    if study.rules.population != "infused":
        return by, found
    found = replace(found, left_out=_left_out(study, cells, is_out), test=None, tested_by=None)
    few = [note for note in found.notes if note.startswith("Curves end where")]
    if not found.n or found.curve.empty:
        return by, replace(found, notes=tuple(few) if found.n else ())
    words = {source.words: source.words[0].upper() + source.words[1:] for source in DRAWN}
    series = series_of_outcomes((words[source.words], source.code) for source in DRAWN)
    n = found.patients["GROUP"].value_counts()
    drawn = set(found.curve["strata"])
    titles = {cell.label: _title(cell.label, n.get(cell.label, 0), cell.label in drawn) for cell in CELLS}
    curve = found.curve[found.curve["outcome"].isin(list(words.values()))]
    curve = curve.assign(strata=curve["outcome"], outcome=curve["strata"].map(titles))
    empty = pd.DataFrame(
        {
            "outcome": [title for title in titles.values() if title not in set(curve["outcome"])],
            "strata": series[0].label,
            "time": 0.0,
            "faded": False,
        }
    )  # an empty cell keeps its place
    return by, replace(
        found,
        x_title=f"Months from day {LANDMARK_DAY}",
        series=series,
        curve=pd.concat([curve, empty], ignore_index=True),
        numbers=_numbers(found.numbers, list(words.values())),
        outcomes=series_of_outcomes((title, "other") for title in titles.values()),
        notes=(
            *_others(found.patients),
            *few,
            moved_on(study, found.patients, LANDMARK_DAY, is_out),
            *leaving(CIRCD19, has_numbers=False),
            bca_rule(study, is_locked=True),
            *unconfirmed(study, "in aplasia"),
            EXPLORATORY,
        ),
    )


def _title(label: str, n: int, is_drawn: bool) -> str:
    """An empty panel says why it is empty."""
    return f"{label} (n = {n})" if is_drawn else f"{label} (none)" if not n else f"{label} (n = {n}, too few)"


def _numbers(numbers: pd.DataFrame, drawn: list[str]) -> pd.DataFrame:
    is_shown = numbers["months"].isin(MONTHS) | numbers["months"].isna()  # a cell too small for a curve has no month
    rows = numbers[numbers["outcome"].isin(drawn) & is_shown]
    return rows[NUMBERS].reset_index(drop=True)


def _others(patients: pd.DataFrame) -> list[str]:
    """What competes, per cell: the two curves do not show it."""
    events = patients.dropna(subset=["EVNTDESC"])
    kind = events["EVNTDESC"].str.split(":").str[0]
    other = events.assign(KIND=kind)[~kind.isin([source.words for source in DRAWN])]
    counts = {cell.label: other.loc[other["GROUP"] == cell.label, "KIND"].value_counts() for cell in CELLS}
    return [
        f"{cell}, competing: {'; '.join(f'{kind} {n}' for kind, n in part.items())}."
        for cell, part in counts.items()
        if len(part)
    ]


def _left_out(study: Cohort, cells: pd.DataFrame, is_out: bool) -> pd.DataFrame:
    """Everybody of the cohort who is in no cell: not at risk on the day, or at risk and not assessed."""
    everybody, found = study.adsl["USUBJID"], risk_set(study, CIRCD19, LANDMARK_DAY, is_out)
    out = found.left_out["REASON"][among(found.left_out["USUBJID"], everybody)]
    at_risk = among(cells["USUBJID"], found.rows["USUBJID"]) & among(cells["USUBJID"], everybody)
    return reasons_frame(in_order_of_number(out) | in_order_of_number(cells["REASON"][at_risk].dropna()))
