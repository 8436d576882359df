"""The chosen patient's timeline: events and measurements over one day axis."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from analyses.cohort import Cohort, left_out_frame, ungrouped
from analyses.result import Note, Result
from analyses.time_to_event.words import rule_in_force
from charts.day_axis import COLOURS
from charts.timeline import GLYPHS, Panel, event_lanes, measurements, place_labels
from endpoints.timeline import (
    BLOOD_COUNT,
    BLOOD_PERCENT,
    EVENT_LANES,
    MARROW_PERCENT,
    MEASURED_LANES,
    METHODS,
    b_cell_lines,
    derive_timeline,
    first_day,
)
from figures.chart import Chart
from figures.figure import Figure, figure_of
from figures.labels import one_line, written
from figures.notes import beyond

SHORTEST_AXIS = 30
DEFINITION = (
    "One row per event or measurement, from enrolment (at most 180 days before day 0; 60 days where it is "
    "unknown) to the last known day. Day 0 is the first infusion. What is earlier stands in the table of "
    "all rows below."
)
MRD_NOTE = (
    "MRD: filled marks detected, open marks not detected, drawn at the assay's sensitivity; a short line: the "
    "sensitivity of that assay; at the foot: no level and no sensitivity, or failed. Colour: class at the "
    "chosen cut."
)
MRD_ENDS = (3e-7, 1.0)
IGG_TOPS, IGG_TICKS = (1000, 2000, 5000), (0, 500, 1000, 2000, 5000)
IN_WORDS = ["ADY", "DATE", "WORDS"]  # first in the table: what follows are codes
PERSISTENCE_TOPS = (10, 100, 1_000, 10_000, 100_000, 1_000_000)
Shapes = tuple[tuple[str, str, str], ...]  # kind, label, shape
SPECIMENS = (("PB", "circle"), ("BM", "circle"))
MRD_SHAPES = tuple(
    (method, METHODS[method], shape)
    for method, shape in (("flow", "circle"), ("pcr_igtr", "square"), ("pcr_fusion", "triangle-up"), ("ngs", "diamond"))
)
PERSISTENCE_SHAPES = tuple(
    (method, METHODS[method], shape) for method, shape in (("qpcr", "square"), ("ddpcr", "diamond"), ("flow", "circle"))
)
REPLACEMENTS = (
    ("replacement", "on replacement", "triangle-up"),
    ("no_replacement", "not on replacement", "circle"),
    ("replacement_unknown", "replacement unknown", "square"),
)


CLASSES = {  # what a colour stands for, in the order of the legend
    "step": "Enrolment, apheresis, lymphodepletion",
    "infusion": "CAR-T infusion",
    "CR": "CR",
    "CRi": "CRi",
    "MLFS": "MLFS",
    "no_remission": "No remission",
    "NE": "Not evaluable",
    "relapsed": "Relapse",
    "relapse": "Relapse",
    "episode": "Toxicity or infection",
    "none": "No episode recorded",
    "new_therapy": "New therapy",
    "transplant": "Transplant",
    "died": "Death",
    "contact": "Last contact",
    "other": "Second malignancy, relapse that does not count",
    "negative": "MRD-negative",
    "positive": "MRD-positive",
    "indeterminate": "MRD indeterminate",
    "failed": "MRD assay failed",
    "over": "B cells above the threshold",
    "not_over": "B cells below the threshold",
    "igg": "IgG",
    "ivig": "IVIG given",
    "persistence": "CAR persistence",
    "": "Not classed",
}


def class_words(present: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(code, words) per colour of the classes that are drawn: classes of one colour are told together."""
    drawn = set(present)
    told: dict[str, dict[str, str]] = {}
    for code in (code for code in CLASSES if code in drawn):
        told.setdefault(COLOURS[code], {}).setdefault(CLASSES[code], code)
    return tuple((next(iter(words.values())), "; ".join(words)) for words in told.values())


def timeline_figure(cohort: Cohort, usubjid: str, shown: str) -> Figure:
    """One patient: panels over one axis, and the rows as a table. shown: how many days after infusion, or "all"."""
    rows = derive_timeline(cohort.whole, usubjid)
    patient = cohort.patients[cohort.patients["USUBJID"] == usubjid]
    first, last = _axis(patient.iloc[0], rows, shown) if len(rows) else (0, SHORTEST_AXIS)
    result = Result(
        cohort=replace(ungrouped(cohort), not_by=""),
        n=1,
        numbers=rows[[*IN_WORDS, *(column for column in rows.columns if column not in IN_WORDS)]],
        patients=patient,
        left_out=left_out_frame({}),
        notes=tuple(_notes(cohort, rows, last)) if len(rows) else (_never_infused(usubjid),),
        of_one=True,
    )
    charts = _charts(cohort, rows, first, last) if len(rows) else ()
    title = f"Timeline of patient {usubjid}"
    return figure_of(result, title, *charts, definition=DEFINITION, code="patient_timeline")


def _never_infused(usubjid: str) -> Note:
    words = f"{usubjid} was not infused by the data cut-off: there is no day 0 to count from. All rows stand below."
    return Note("never_infused", words)


def _axis(patient: pd.Series, rows: pd.DataFrame, shown: str) -> tuple[int, int]:
    """First and last day shown: all of them, or the first days after the infusion."""
    last = int(max(rows["ADY"].max(), rows["END_ADY"].fillna(0).max(), SHORTEST_AXIS))
    return first_day(patient), last if shown == "all" else int(shown)


def _notes(cohort: Cohort, rows: pd.DataFrame, last: int) -> Iterator[Note]:
    lanes = set(rows["LANE"])
    if "mrd" in lanes:
        yield Note("mrd", MRD_NOTE)
    if lanes & {BLOOD_COUNT, BLOOD_PERCENT, MARROW_PERCENT}:
        words = f"B cells: the dashed line is the active rule, {rule_in_force(cohort)}; open: none found."
        yield Note("b_cells", words)
    if later := int((rows["ADY"] > last).sum()):
        yield Note("later", f"After day {last}, and so not drawn: {later} rows; the table has them.")


def _charts(cohort: Cohort, rows: pd.DataFrame, first: int, last: int) -> tuple[Chart, ...]:
    frame = _drawn(rows, first, last)
    panels = _panels(cohort, rows)
    spec = event_lanes(tuple(EVENT_LANES.items()), first, last, class_words(frame["AVALC"]))
    events = Chart(spec, frame, _alt(rows, EVENT_LANES))
    return events, *(
        Chart(
            measurements(panel, first, last, with_days=panel is panels[-1]),
            frame,
            f"{panel.title}. {_alt(rows, (panel.lane,))}",
            notes=_beyond(rows[(rows["LANE"] == panel.lane) & (rows["ADY"] <= last)], panel),
        )
        for panel in panels
    )


def _beyond(rows: pd.DataFrame, panel: Panel) -> tuple[Note, ...]:
    """Values that the axis of their panel does not reach; on a logarithmic one nothing stands at or below 0."""
    values = rows["VALUE"] if panel.scale != "log" else rows.loc[rows["VALUE"] > 0, "VALUE"]
    return beyond(values, panel.low, panel.high, f"the axis of {panel.title.partition(':')[0]}")


def _drawn(rows: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Dates as text: a browser would move a date by its own time zone."""
    ends = [f" to {end}" if pd.notna(end) else "" for end in rows["END_ADY"]]
    days = [f"{day}{end}" for day, end in zip(rows["ADY"], ends, strict=True)]
    return rows[["ADY", "END_ADY", "LANE", "KIND", "VALUE", "LIMIT", "DETECTED", "AVALC"]].assign(
        SHORT=place_labels(rows, first, last).map(one_line),
        WORDS=[written(one_line(words, 300)) for words in rows["WORDS"]],
        DAY_TEXT=days,
        DATE_TEXT=rows["DATE"].dt.strftime("%Y-%m-%d"),
    )


def _panels(cohort: Cohort, rows: pd.DataFrame) -> list[Panel]:
    """A panel per lane that this patient has measurements in, in declared order."""
    lanes = [*MEASURED_LANES, *sorted(x for x in set(rows["LANE"]) if x.startswith("persistence_"))]
    present = [x for x in lanes if x in set(rows["LANE"])]
    if "ivig" in present:
        present = (
            [x for x in present if x != "ivig"] if "igg" in present else ["igg" if x == "ivig" else x for x in present]
        )
    return [_panel(cohort, lane, rows[rows["LANE"] == lane], "ivig" in set(rows["LANE"])) for lane in present]


def _panel(cohort: Cohort, lane: str, rows: pd.DataFrame, has_ivig: bool) -> Panel:
    """rows: of the lane."""
    ticks: tuple[float, ...]
    highest, unit = rows["VALUE"].max(), written(one_line(next(iter(rows["UNIT"]), "")))
    if lane == "mrd":
        title, ticks = _title("MRD", unit, MRD_SHAPES, rows), (1.0, 1e-2, 1e-4, 1e-6)
        return Panel(lane, title, *MRD_ENDS, ticks, _shapes(MRD_SHAPES), scale="log", joined="KIND")
    if lane == "igg":
        title, above = _title("IgG", "mg/dL", REPLACEMENTS, rows), "ivig" if has_ivig else None
        title += ", ▼ IVIG given" if has_ivig else ""
        return Panel(lane, title, 0, _top(IGG_TOPS, highest), IGG_TICKS, _shapes(REPLACEMENTS), above=above)
    if lane.startswith("persistence"):
        title, ticks = _title("CAR persistence", unit, PERSISTENCE_SHAPES, rows), (0, *PERSISTENCE_TOPS)
        top, shapes = _top(PERSISTENCE_TOPS, highest), _shapes(PERSISTENCE_SHAPES)
        return Panel(lane, title, 0, top, ticks, shapes, scale="symlog", joined="KIND")
    return _b_cell_panel(lane, unit, b_cell_lines(cohort.rules).get(lane))


def _b_cell_panel(lane: str, unit: str, line: tuple[float, str] | None) -> Panel:
    """Counts or percentages of B cells, with the line of the rule in force where it reads them."""
    in_counts = lane == BLOOD_COUNT
    top, constant = (1000, 10.0) if in_counts else (100, 1.0)
    ticks = (0, 10, 100, 1000) if in_counts else (0, 1, 3, 10, 30, 100)
    title = f"{MEASURED_LANES[lane]}, {unit}"
    return Panel(lane, title, 0, top, ticks, SPECIMENS, scale="symlog", constant=constant, line=line)


def _shapes(declared: Shapes) -> tuple[tuple[str, str], ...]:
    return tuple((kind, shape) for kind, _, shape in declared)


def _title(name: str, unit: str, declared: Shapes, rows: pd.DataFrame) -> str:
    """'MRD, fraction of cells: ● flow, ◆ NGS': a kind keeps its shape whichever others there are."""
    kinds = [f"{GLYPHS[shape]} {label}" for kind, label, shape in declared if kind in set(rows["KIND"])]
    return f"{name}, {unit}: {', '.join(kinds)}" if kinds else f"{name}, {unit}"


def _top(steps: tuple[float, ...], highest: float) -> float:
    return next((step for step in steps if not highest > step), steps[-1])


def _alt(rows: pd.DataFrame, lanes: Iterable[str]) -> str:
    words = (f"day {row.ADY}: {written(row.WORDS)}" for row in rows[rows["LANE"].isin(list(lanes))].itertuples())
    return "; ".join(words)
