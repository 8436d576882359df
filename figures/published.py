"""Published figures beside ours: the marks over a curve or on lines beneath our rates, the citations."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from analyses.cohort import Cohort
from analyses.result import Result
from analyses.words import labels_of
from charts.published import HEADING, MAIN, MARKS, OURS, PUBLISHED, rates_beside, with_marks
from endpoints.benchmarks import Published, drawable, matching
from figures.chart import Chart
from figures.series import series_of

CLOSE = 0.05  # of the axis: numbers nearer than this would cover each other
EXPLAIN = (
    "Published figures of the same product and age group, as open diamonds with their number in the table "
    "below. They "
    "are of other patients, with other follow-up and censoring: no test, no target."
)
RULE = (
    "Published results are shown only if every patient shown received that product and is in the study's age range "
    "(children and young adults to 26 years; adults from 18); beside a compared group, if this holds for that group."
)
NONE = "No published figure matches these patients."
INFUSED = "Published figures here are of infused patients. Choose the population Infused to see them."
ON_IMAGE = "Published figures (open diamonds): of other patients, other follow-up and censoring; no test, no target."
READ_IN = {"V": "source", "V2": "secondary source", "C": "computed from the source"}
COLUMNS = [
    "#",
    "Study",
    "Product",
    "Figure",
    "Month",
    "Published (95 % interval)",
    "Population",
    "Note",
    "Drawn",
    "Source type",
    "Citation",
    "DOI or address",
]
Drawn = Callable[[Published], bool]


@dataclass(frozen=True)
class Line:
    """One line of a chart of rates: a heading, a rate of ours, or a published one."""

    key: str
    label: str
    kind: str
    values: dict


@dataclass(frozen=True, eq=False)
class Beside:
    """Charts with what is published beside them; found: figures of the same product and age group, with the codes of
    the compared groups that each may stand beside; shown: those that are drawn; undrawn: why the others are not."""

    charts: tuple[Chart, ...]
    found: dict[Published, list[str]]
    shown: tuple[Published, ...]
    undrawn: str

    @property
    def table(self) -> pd.DataFrame:
        """COLUMNS, a row per published figure."""
        rows = [
            (
                i,
                p.name,
                p.product,
                p.metric_words,
                p.month,
                _rate(p, 1),
                p.population,
                p.note,
                "yes" if p in self.shown else f"no: {_why_not(p, self.undrawn)}",
                READ_IN[p.provenance],
                p.citation,
                p.doi,
            )
            for i, p in enumerate(self.found, start=1)
        ]
        return pd.DataFrame(rows, columns=COLUMNS)

    @property
    def words(self) -> str:
        """What the table is, and which of its rows have no mark."""
        return f"{RULE} {self._table_only()}".strip() if self.found else f"{NONE} {RULE}"

    def _table_only(self) -> str:
        """Which of the figures the reader will not find on the chart, and why."""
        reasons: dict[str, list[str]] = {}
        for i, p in enumerate(self.found, start=1):
            if p not in self.shown:
                reasons.setdefault(_why_not(p, self.undrawn), []).append(str(i))
        parts = "; ".join(f"{', '.join(numbers)} ({reason})" for reason, numbers in reasons.items())
        return f"In the table only: {parts}." if parts else ""


def with_published(
    result: Result,
    charts: tuple[Chart, ...],
    metrics: dict[str, str],
    over: str,
    drawn: Drawn = lambda _: True,
    undrawn: str = "no place on this chart",
) -> Beside:
    """The charts with marks over the first (a curve) or on lines of the last (intervals). metrics: metric of the file
    -> code of our outcome; drawn: which of the figures may be marks, the others stand in the table only, for the reason
    `undrawn`. For the infused only."""
    found = _found(result.cohort, tuple(metrics))
    shown = [p for p in drawable(tuple(found)) if drawn(p) and (over != "curve" or p.month is not None)]
    if not charts or not shown:
        return Beside(charts, found, (), undrawn)
    number = {figure: i for i, figure in enumerate(found, start=1)}
    labels = labels_of((*result.outcomes, *getattr(result, "rate_outcomes", ())))
    outcomes = {metric: labels.get(code, code) for metric, code in metrics.items()}
    on_image = (ON_IMAGE, *(f"{number[p]}: {_words(p)}" for p in shown))
    if over == "curve":
        marks = {MAIN: charts[0].frame, MARKS: _marks(number, shown, outcomes)}
        marked = Chart(with_marks(charts[0].spec), marks, charts[0].alt, on_image=on_image)
        return Beside((marked, *charts[1:]), found, tuple(shown), undrawn)
    groups = labels_of(result.cohort.groups)
    of_groups = {figure: [groups[code] for code in codes] for figure, codes in found.items()}
    lines = _lines(charts[-1].frame, of_groups, {p: outcomes[p.metric] for p in shown}, number)
    spec = rates_beside(series_of(result.cohort.groups), tuple((line.key, line.label, line.kind) for line in lines))
    marked = Chart(spec, _frame(lines), charts[-1].alt, on_image=on_image)
    return Beside((*charts[:-1], marked), found, tuple(shown), undrawn)


def _found(cohort: Cohort, metrics: tuple[str, ...]) -> dict[Published, list[str]]:
    """The figures that match, each with the codes of the compared groups that it may stand beside."""
    found: dict[Published, list[str]] = {}
    for group in cohort.groups:
        members = cohort.members.loc[cohort.members["GROUP"] == group.code, "USUBJID"]
        for figure in matching(metrics, cohort.patients[cohort.patients["USUBJID"].isin(members)]):
            found.setdefault(figure, []).append(group.code)
    return found


def _lines(
    rates: pd.DataFrame,
    found: dict[Published, list[str]],
    outcome_of: dict[Published, str],
    number: dict[Published, int],
) -> list[Line]:
    """Under each outcome our rates, each with the published ones of its group beneath it; what may stand beside
    several groups comes after all of them."""
    lines: list[Line] = []
    for outcome in dict.fromkeys(rates["outcome"]):
        ours = rates[rates["outcome"] == outcome].to_dict("records")
        theirs = [p for p, of in outcome_of.items() if of == outcome]
        lines += [Line(f"{outcome}\t", outcome, HEADING, {})] if len(ours) > 1 else []
        for row in ours:
            lines.append(_our_line(row, outcome if len(ours) == 1 else row["strata"]))
            lines += [_their_line(p, outcome, number[p]) for p in theirs if found[p] == [row["strata"]]]
        lines += [_their_line(p, outcome, number[p]) for p in theirs if len(found[p]) > 1]
    return lines


def _our_line(row: dict, label: str) -> Line:
    words = f"{row['outcome']}, {row['strata']}: {row['text']}"
    values = {name: row[name] for name in ("strata", "estimate", "conf_low", "conf_high", "text")}
    return Line(f"{row['outcome']}\t{row['strata']}", label, OURS, values | {"WORDS": words})


def _their_line(p: Published, outcome: str, number: int) -> Line:
    values = {
        "estimate": p.estimate,
        "conf_low": p.low,
        "conf_high": p.high,
        "text": _rate(p) if p.low is not None else f"{_rate(p)} (no interval)",
        "WORDS": f"{number}: {_words(p)}",
    }
    secondary = " (secondary source)" if p.is_secondary else ""
    return Line(f"{outcome}\t{number}\t", f"{number}: {p.name}{secondary}", PUBLISHED, values)


def _frame(lines: list[Line]) -> pd.DataFrame:
    rows = [{"key": line.key, "kind": line.kind, "strata": None} | line.values for line in lines if line.values]
    return pd.DataFrame(rows).astype(dict.fromkeys(("estimate", "conf_low", "conf_high"), "float64"))


def _marks(number: dict[Published, int], shown: list[Published], metrics: dict[str, str]) -> pd.DataFrame:
    """One row per mark over a curve; the numbers of marks at one place stand once, side by side."""
    rows = [
        {
            "time": p.month,
            "outcome": metrics[p.metric],
            "estimate": p.estimate,
            "conf_low": p.low,
            "conf_high": p.high,
            "WORDS": f"{number[p]}: {_words(p)}",
            "no": number[p],
        }
        for p in shown
    ]
    frame = pd.DataFrame(rows).astype({"conf_low": "float64", "conf_high": "float64", "time": "float64"})
    return frame.drop(columns="no").assign(numbers=_side_by_side(rows))


def _side_by_side(rows: list[dict]) -> list[str | None]:
    """Per mark the numbers written beside it: marks of one place that nearly touch are named together at the
    highest."""
    written: list[str | None] = [None] * len(rows)
    last = None
    for i in sorted(range(len(rows)), key=lambda i: (rows[i]["outcome"], rows[i]["time"] or 0, -rows[i]["estimate"])):
        here = (rows[i]["outcome"], rows[i]["time"])
        if last is not None and here == last[0] and last[1] - rows[i]["estimate"] < CLOSE:
            written[last[2]] = f"{written[last[2]]}, {rows[i]['no']}"
            last = (here, rows[i]["estimate"], last[2])
        else:
            written[i] = str(rows[i]["no"])
            last = (here, rows[i]["estimate"], i)
    return written


def _rate(p: Published, digits: int = 0) -> str:
    estimate = f"{100 * p.estimate:.{digits}f} %"
    if p.low is None or p.high is None:
        return estimate
    return f"{estimate} ({100 * p.low:.{digits}f}-{100 * p.high:.{digits}f})"


def _words(p: Published) -> str:
    secondary = "from a secondary source" if p.is_secondary else ""
    month = f" at month {p.month:g}" if p.month is not None else ""
    return ", ".join(filter(None, (f"{p.name}: {p.metric_words}{month} {_rate(p)}", p.population, p.note, secondary)))


def _why_not(p: Published, undrawn: str) -> str:
    return "of responders" if p.of_responders else "of a subgroup" if p.subgroup else undrawn
