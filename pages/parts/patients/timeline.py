"""The chosen patient's timeline: events and measurements over one day axis."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from analyses.result import Estimates
from analyses.time_to_event.estimate import ungrouped
from charts.timeline import GLYPHS, Panel, event_lanes, measurements, place_labels
from endpoints.rules import RULES
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
from figures.figure import Chart, show
from figures.labels import one_line
from pages.parts.session.sidebar import Cohort, choose_option

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


def draw(cohort: Cohort, usubjid: str) -> None:
    """Panels over one axis, the rows as a table and as a file."""
    rows = derive_timeline(cohort.whole, usubjid)
    adsl = cohort.patients[cohort.patients["USUBJID"] == usubjid]
    notes = (
        _notes(cohort, rows)
        if len(rows)
        else (f"{usubjid} was not infused by the data cut-off: there is no day 0 to count from. All rows stand below.",)
    )
    found = Estimates(
        n=1,
        numbers=rows[[*IN_WORDS, *(c for c in rows.columns if c not in IN_WORDS)]],
        patients=adsl,
        left_out=cohort.left_out_levels.iloc[:0],
        notes=notes,
        of_one=True,
    )
    charts = _charts(cohort, rows, *_axis(adsl.iloc[0], rows)) if len(rows) else ()
    alone = replace(ungrouped(cohort), not_by="")
    show(alone, f"Timeline of patient {usubjid}", found, *charts, definition=DEFINITION, code="patient_timeline")


def _axis(adsl: pd.Series, rows: pd.DataFrame) -> tuple[int, int]:
    """First and last day shown: all of them, or the first days after the infusion."""
    shown = choose_option("timeline_days")
    last = int(max(rows["ADY"].max(), rows["END_ADY"].fillna(0).max(), SHORTEST_AXIS))
    return first_day(adsl), last if shown == "all" else int(shown)


def _notes(cohort: Cohort, rows: pd.DataFrame) -> tuple[str, ...]:
    rule = next(r for r in RULES if r.code == "bca_rule")
    lanes = set(rows["LANE"])
    b_cells = f"B cells: the dashed line is the active rule, {rule.words(cohort.rules.bca_rule)}; open: none found."
    return (
        *([MRD_NOTE] if "mrd" in lanes else []),
        *([b_cells] if lanes & {BLOOD_PERCENT, BLOOD_COUNT, MARROW_PERCENT} else []),
    )


def _charts(cohort: Cohort, rows: pd.DataFrame, first: int, last: int) -> tuple[Chart, ...]:
    frame = _drawn(rows, first, last)
    panels = _panels(cohort, rows)
    events = Chart(event_lanes(tuple(EVENT_LANES.items()), first, last), frame, _alt(rows, EVENT_LANES))
    return events, *(
        Chart(
            measurements(panel, first, last, with_days=panel is panels[-1]),
            frame,
            f"{panel.title}. {_alt(rows, (panel.lane,))}",
        )
        for panel in panels
    )


def _drawn(rows: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Dates as text: a browser would move a date by its own time zone."""
    ends = [f" to {end}" if pd.notna(end) else "" for end in rows["END_ADY"]]
    days = [f"{day}{end}" for day, end in zip(rows["ADY"], ends, strict=True)]
    return rows[["ADY", "END_ADY", "LANE", "KIND", "VALUE", "LIMIT", "DETECTED", "AVALC"]].assign(
        SHORT=place_labels(rows, first, last).map(one_line),
        WORDS=[one_line(words, 300) for words in rows["WORDS"]],
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
    highest, unit = rows["VALUE"].max(), one_line(next(iter(rows["UNIT"]), ""))
    if lane == "mrd":
        return Panel(
            lane,
            _title("MRD", unit, MRD_SHAPES, rows),
            3e-7,
            1.0,
            (1.0, 1e-2, 1e-4, 1e-6),
            _shapes(MRD_SHAPES),
            scale="log",
            joined="KIND",
        )
    if lane == "igg":
        title = _title("IgG", "mg/dL", REPLACEMENTS, rows) + (", ▼ IVIG given" if has_ivig else "")
        return Panel(
            lane,
            title,
            0,
            _top(IGG_TOPS, highest),
            IGG_TICKS,
            _shapes(REPLACEMENTS),
            above="ivig" if has_ivig else None,
        )
    if lane.startswith("persistence"):
        title = _title("CAR persistence", unit, PERSISTENCE_SHAPES, rows)
        return Panel(
            lane,
            title,
            0,
            _top(PERSISTENCE_TOPS, highest),
            (0, *PERSISTENCE_TOPS),
            _shapes(PERSISTENCE_SHAPES),
            scale="symlog",
            joined="KIND",
        )
    in_counts = lane == BLOOD_COUNT
    return Panel(
        lane,
        f"{MEASURED_LANES[lane]}, {unit}",
        0,
        1000 if in_counts else 100,
        (0, 10, 100, 1000) if in_counts else (0, 1, 3, 10, 30, 100),
        SPECIMENS,
        scale="symlog",
        constant=10.0 if in_counts else 1.0,
        line=b_cell_lines(cohort.rules).get(lane),
    )


def _shapes(declared: Shapes) -> tuple[tuple[str, str], ...]:
    return tuple((kind, shape) for kind, _, shape in declared)


def _title(name: str, unit: str, declared: Shapes, rows: pd.DataFrame) -> str:
    """'MRD, fraction of cells: ● flow, ◆ NGS': a kind keeps its shape whichever others there are."""
    kinds = [f"{GLYPHS[shape]} {label}" for kind, label, shape in declared if kind in set(rows["KIND"])]
    return f"{name}, {unit}: {', '.join(kinds)}" if kinds else f"{name}, {unit}"


def _top(steps: tuple[float, ...], highest: float) -> float:
    return next((step for step in steps if not highest > step), steps[-1])


def _alt(rows: pd.DataFrame, lanes: Iterable[str]) -> str:
    words = (f"day {row.ADY}: {row.WORDS}" for row in rows[rows["LANE"].isin(list(lanes))].itertuples())
    return "; ".join(words)
