"""One patient on one day axis: what happened and what was measured, lane by lane, from enrolment on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from endpoints.b_cell_aplasia import BLOOD, complete_values, judge_samples
from endpoints.mrd import CLASSES, CUT, classify
from endpoints.rules import Rules
from endpoints.study import Study

EVENT_LANES = {
    "infusion": "CAR-T",
    "response": "Response",
    "crs": "CRS",
    "icans": "ICANS",
    "therapy": "Therapy",
    "transplant": "Transplant",
    "relapse": "Relapse",
    "status": "Status",
}
BLOOD_PERCENT, BLOOD_COUNT, MARROW_PERCENT = "b_pct", "b_count", "b_marrow"
MEASURED_LANES = {
    "mrd": "MRD",
    BLOOD_PERCENT: "B cells in blood",
    BLOOD_COUNT: "B cells in blood",
    MARROW_PERCENT: "Normal B cells in marrow",
    "igg": "IgG",
    "ivig": "IVIG",
    "persistence": "CAR persistence",
}
LANE_COLUMN = {BLOOD_PERCENT: "cd19_pct_lymphocytes", BLOOD_COUNT: "cd19_per_ul", MARROW_PERCENT: "normal_b_pct_marrow"}
UNITS = {
    BLOOD_PERCENT: "% of lymphocytes",
    BLOOD_COUNT: "per µL",
    MARROW_PERCENT: "% of marrow cells",
    "igg": "mg/dL",
    "mrd": "fraction of cells",
}
METHODS = {
    "flow": "flow",
    "pcr_igtr": "PCR IG/TR",
    "pcr_fusion": "PCR fusion",
    "ngs": "NGS",
    "qpcr": "qPCR",
    "ddpcr": "ddPCR",
}
RESPONSES = {"CR": "CR", "CRi": "CRi", "NR": "no_remission", "RELAPSE": "relapsed", "NE": "NE"}
REPLACEMENT = {True: "replacement", False: "no_replacement"}
OVER, NOT_OVER = "over", "not_over"  # the active rule of loss of B-cell aplasia
LONGEST_BEFORE = 180  # our convention: an older enrolment would leave no room for what follows the infusion
BEFORE_UNKNOWN = 60
COLUMNS = ["ADY", "END_ADY", "LANE", "KIND", "VALUE", "UNIT", "LIMIT", "DETECTED", "AVALC", "SHORT", "WORDS", "DATE"]


@dataclass(frozen=True, eq=False)
class _Patient:
    tables: dict[str, pd.DataFrame]
    adsl: pd.Series
    course: pd.Series
    rules: Rules

    def rows(self, table: str, date: str = "date") -> list[dict]:
        """The dated rows of a table, in time order."""
        rows = self.tables[table]
        return rows[rows[date].notna()].sort_values(date, kind="stable").to_dict("records")


def derive_timeline(study: Study, usubjid: str) -> pd.DataFrame:
    """One row per mark, in time order; empty without an infusion, because then there is no day 0.

    ADY: day from day 0; END_ADY: last day of a span. LANE: a key of EVENT_LANES or MEASURED_LANES (further units of
    persistence: persistence_2, ...). KIND: what it is within the lane (method, therapy, ...). VALUE in UNIT; LIMIT: the
    assay's sensitivity; DETECTED: whether anything was found (missing: not said). AVALC: class code. SHORT: the label
    beside the mark, empty where it repeats. WORDS: everything in words. DATE: datetime64. Raises KeyError for a
    patient who is not in the study.
    """
    position = pd.Index(study.adsl["USUBJID"]).get_loc(usubjid)
    tables = {name: rows[rows["PT"] == position] for name, rows in study.tables.items() if "PT" in rows}
    one = _Patient(tables, study.adsl.iloc[position], study.course.iloc[position], study.rules)
    found = [row for lane in _LANES for row in lane(one)] if pd.notna(one.adsl["TRTSDT"]) else []
    return _framed(pd.DataFrame(found, columns=[*COLUMNS, "END_DATE"]), one.adsl)


def first_day(adsl: pd.Series) -> int:
    """The first day of the axis: enrolment, at most 180 days before day 0; 60 days before it where that is unknown."""
    enrolled = _days(adsl["ENRLDT"], adsl["TRTSDT"])
    return -BEFORE_UNKNOWN if enrolled is None else max(min(enrolled, 0), -LONGEST_BEFORE)


def b_cell_lines(rules: Rules) -> dict[str, tuple[float, str]]:
    """The active rule of loss of B-cell aplasia as lines: lane -> (value, words)."""
    return {
        "pct3_marrow1": {BLOOD_PERCENT: (3.0, "≥ 3 %"), MARROW_PERCENT: (1.0, "≥ 1 %")},
        "pct1_abs100_confirmed": {BLOOD_PERCENT: (1.0, "> 1 %"), BLOOD_COUNT: (100.0, "> 100/µL")},
        "absolute": {BLOOD_COUNT: (rules.bca_count, f"≥ {rules.bca_count:g}/µL")},
    }[rules.bca_rule]


def _framed(rows: pd.DataFrame, adsl: pd.Series) -> pd.DataFrame:
    day = pd.Timedelta(days=1)
    dates, ends = (pd.to_datetime(rows[c]).astype("datetime64[s]") for c in ("DATE", "END_DATE"))
    rows = rows.assign(
        DATE=dates,
        ADY=((dates - adsl["TRTSDT"]) / day).astype("Int32"),
        END_ADY=((ends - adsl["TRTSDT"]) / day).astype("Int32"),
    )
    rows = rows.astype(
        {
            "VALUE": "float64",
            "LIMIT": "float64",
            "DETECTED": "boolean",
            "LANE": "str",
            "KIND": "str",
            "UNIT": "str",
            "AVALC": "str",
            "SHORT": "str",
            "WORDS": "str",
        }
    )
    rows = rows[rows["ADY"] >= first_day(adsl)]
    return rows.sort_values("ADY", kind="stable", ignore_index=True)[COLUMNS]


def _row(
    lane: str,
    date: pd.Timestamp,
    words: str,
    *,
    kind: str = "",
    end: Any = pd.NaT,
    value: Any = None,
    unit: str = "",
    limit: Any = None,
    detected: bool | None = None,
    avalc: str = "",
    short: str = "",
) -> dict:
    return {
        "LANE": lane,
        "DATE": date,
        "END_DATE": end,
        "KIND": kind,
        "WORDS": words,
        "VALUE": _number(value),
        "UNIT": unit,
        "LIMIT": _number(limit),
        "DETECTED": detected,
        "AVALC": avalc,
        "SHORT": short,
    }


def _number(value: Any) -> float:
    return float("nan") if pd.isna(value) else float(value)


def _days(date: pd.Timestamp, origin: pd.Timestamp) -> int | None:
    return None if pd.isna(date) or pd.isna(origin) else (date - origin).days


def _text(value: Any, before: str = "", after: str = "") -> str:
    """A known value in words; nothing for a missing one."""
    if pd.isna(value):
        return ""
    return f"{before}{value:g}{after}" if isinstance(value, float) else f"{before}{str(value).replace('_', ' ')}{after}"


def _said(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


# What happened ----------------------------------------------------------------------------------------------------


def _courses(one: _Patient) -> Iterator[dict]:
    for course in one.tables["treatment_course"].sort_values("course_number").to_dict("records"):
        name = f"course {course['course_number']}, {course['product_code']}"
        steps = (
            ("enrolment_date", "enrolment", ""),
            ("apheresis_date", "apheresis", ""),
            ("lymphodepletion_start", "lymphodepletion", _text(course["lymphodepletion"])),
            ("infusion_date", "infusion", _text(course["dose_cells_e6"], after=" × 10⁶ cells")),
            ("second_dose_date", "second dose", _text(course["second_dose_cells_e6"], after=" × 10⁶ cells")),
        )
        labels = {"infusion": str(course["product_code"]), "second dose": "dose 2"}
        for column, kind, more in steps:
            if pd.notna(course[column]):
                yield _row(
                    "infusion",
                    course[column],
                    _said(f"{kind} ({name})", more),
                    kind=kind,
                    avalc="infusion" if kind in labels else "step",
                    short=labels.get(kind, ""),
                )


def _responses(one: _Patient) -> Iterator[dict]:
    before = None
    for row in one.rows("response_assessment"):
        code = str(row["response"])
        words = _said(
            f"response {code}",
            _text(row["blasts_pct"], "blasts ", " %"),
            "extramedullary disease" if row["extramedullary"] is True else "",
        )
        yield _row(
            "response", row["date"], words, kind=code, avalc=RESPONSES[code], short="" if code == before else code
        )
        before = code


def _toxicity(one: _Patient) -> Iterator[dict]:
    events = one.rows("adverse_event", "onset_date")
    for kind in ("CRS", "ICANS"):
        found = [row for row in events if row["kind"] == kind]
        yield from (_episode(kind, row) for row in found)
        if not any(row["onset_date"] >= one.adsl["TRTSDT"] for row in found):
            yield _no_episode(one, kind)


def _episode(kind: str, row: dict) -> dict:
    grade = _text(row["grade"], "grade ") or "grade unknown"
    end = row["resolution_date"]
    resolved = f"resolved {end.date()}" if pd.notna(end) else "resolution not recorded"
    drugs = [drug for drug in ("tocilizumab", "steroids") if row[drug] is True]
    return _row(
        kind.lower(),
        row["onset_date"],
        _said(f"{kind} {grade}", _text(row["scale"], after=" scale"), *drugs, resolved),
        kind=kind,
        end=end,
        value=row["grade"],
        unit=_text(row["scale"]),
        avalc="episode",
        short=_said(grade, _text(row["scale"])),
    )


def _no_episode(one: _Patient, kind: str) -> dict:
    """No row is not grade 0: the index course says whether anybody looked."""
    courses = one.tables["treatment_course"]
    assessed = courses.loc[courses["infusion_date"] == one.adsl["TRTSDT"], f"{kind.lower()}_assessed"].iloc[0]
    words = "not known whether assessed" if pd.isna(assessed) else "none recorded" if assessed else "not assessed"
    return _row(kind.lower(), one.adsl["TRTSDT"], f"{kind}: {words}", kind=words, avalc="none", short=words)


def _therapies(one: _Patient) -> Iterator[dict]:
    for row in one.rows("subsequent_therapy"):
        kind = str(row["kind"])
        yield _row("therapy", row["date"], f"start of {kind}", kind=kind, avalc="new_therapy", short=kind)


def _transplants(one: _Patient) -> Iterator[dict]:
    for row in one.rows("transplant"):
        tbi = "with TBI" if row["conditioning_tbi"] is True else ""
        words = _said(f"{row['kind']} transplant", _text(row["donor"]), tbi, _text(row["disease_status"]))
        yield _row(
            "transplant",
            row["date"],
            words,
            kind=str(row["kind"]),
            avalc="transplant",
            short=_text(row["donor"]) or str(row["kind"]),
        )


def _relapses(one: _Patient) -> Iterator[dict]:
    """Relapse rows, and the derived relapse where only a response assessment speaks of it."""
    rows = one.rows("relapse")
    for row in rows:
        uncounted = row["level"] == "molecular" and one.rules.molecular == "no"
        status = _text(row["cd19_status"], "CD19 ") or "CD19 unknown"
        words = _said(
            f"{row['level']} relapse",
            status,
            "CNS" if row["cns"] is True else "",
            _text(row["sites"]),
            "not counted as relapse under the rules" if uncounted else "",
        )
        yield _row(
            "relapse",
            row["date"],
            words,
            kind=str(row["level"]),
            avalc="other" if uncounted else "relapse",
            short=status,
        )
    date = one.course["RELDT"]
    if pd.notna(date) and date not in [row["date"] for row in rows]:
        yield _row(
            "relapse",
            date,
            "relapse by response assessment, level and CD19 unknown",
            kind="assessment",
            avalc="relapse",
            short="CD19 unknown",
        )


def _status(one: _Patient) -> Iterator[dict]:
    death, contact = one.adsl["DTHDT"], one.adsl["LSTCNTDT"]
    if pd.notna(death):
        cause = _text(one.adsl["DTHCAUS"]) or "cause unknown"
        yield _row("status", death, f"death, {cause}", kind="death", avalc="died", short=f"death: {cause}")
    elif pd.notna(contact):
        undated = "; dead, date unknown" if one.adsl["DTHNODT"] else ""
        yield _row(
            "status",
            contact,
            f"last contact{undated}",
            kind="last contact",
            avalc="contact",
            short=f"last contact{undated}",
        )


# What was measured ------------------------------------------------------------------------------------------------


def _mrd(one: _Patient) -> Iterator[dict]:
    classes = {c.code: c.label for c in CLASSES}
    rows = one.tables["mrd_assessment"].assign(AVALC=lambda rows: classify(rows, one.rules))
    cut = f"{CUT:g}" if one.rules.mrd_cut == "1e-4" else "any detectable"
    for row in rows[rows["date"].notna()].to_dict("records"):
        result, method, avalc = _text(row["result"]) or "no result", str(row["method"]), _text(row["AVALC"])
        detected = {"negative": False, "positive": True, "positive not quantifiable": True}.get(result)
        words = _said(
            f"MRD {result}",
            _text(row["level"], "level "),
            _text(row["sensitivity"], "sensitivity ") or "sensitivity not stated",
            f"{METHODS[method]}, {row['specimen']}",
            f"{classes.get(row['AVALC'], 'not classed')} (cut {cut})",
        )
        yield _row(
            "mrd",
            row["date"],
            words,
            kind=method,
            value=row["level"] if detected else None,
            unit=UNITS["mrd"],
            limit=row["sensitivity"],
            detected=detected,
            avalc=avalc,
        )


def _b_cells(one: _Patient) -> Iterator[dict]:
    """Blood in the values that the active rule uses; marrow apart. Only what the rule can judge is over or not."""
    samples = complete_values(one.tables["b_cell_assessment"])
    samples = samples.assign(OVER=judge_samples(samples, one.rules)["OVER"].reindex(samples.index))
    for sample in samples[samples["date"].notna()].to_dict("records"):
        in_blood = sample["specimen"] == BLOOD
        lanes = [x for x in b_cell_lines(one.rules) if x != MARROW_PERCENT] if in_blood else [MARROW_PERCENT]
        yield from (row for lane in lanes if (row := _b_cell_row(lane, sample)) is not None)


def _b_cell_row(lane: str, sample: dict) -> dict | None:
    value, below = float(sample[LANE_COLUMN[lane]]), sample["below_limit"] is True
    if pd.isna(value) and not below:
        return None
    judged = "" if pd.isna(sample["OVER"]) else OVER if sample["OVER"] else NOT_OVER
    rule = {OVER: "over the rule", NOT_OVER: "not over the rule"}.get(judged, "not used by the rule")
    words = _said(
        f"{MEASURED_LANES[lane]} {_text(value, after=' ' + UNITS[lane])}".strip(),
        "below the limit of the assay" if below else "",
        rule,
    )
    return _row(
        lane,
        sample["date"],
        words,
        kind=str(sample["specimen"]),
        value=value,
        unit=UNITS[lane],
        detected=not below and value > 0,
        avalc=judged,
    )


def _immunoglobulin(one: _Patient) -> Iterator[dict]:
    for row in one.rows("immunoglobulin"):
        known = pd.notna(row["on_replacement"])
        kind = REPLACEMENT[bool(row["on_replacement"])] if known else "replacement_unknown"
        words = {"replacement": "on replacement", "no_replacement": "not on replacement"}.get(
            kind, "replacement unknown"
        )
        if pd.notna(row["igg_mg_dl"]):
            yield _row(
                "igg",
                row["date"],
                _said(f"IgG {row['igg_mg_dl']:g} mg/dL", words),
                kind=kind,
                value=row["igg_mg_dl"],
                unit=UNITS["igg"],
                detected=True,
                avalc="igg",
            )
    for row in one.rows("ivig"):
        yield _row("ivig", row["date"], "immunoglobulin replacement given", kind="ivig", avalc="ivig")


def _persistence(one: _Patient) -> Iterator[dict]:
    """Values of different units never share an axis: each further unit is a lane of its own."""
    rows = one.rows("car_persistence")
    units = list(dict.fromkeys(_unit(row) for row in rows))
    for row in rows:
        number, unit, value = units.index(_unit(row)) + 1, _unit(row), row["value"]
        known = pd.notna(row["detected"])
        detected = bool(row["detected"]) if known else bool(value > 0) if pd.notna(value) else None
        found = {True: "detected", False: "not detected"}.get(detected, "detection not recorded")
        words = _said(f"CAR persistence by {METHODS[row['method']]}: {found}", f"{_text(value)} {unit}".strip())
        yield _row(
            "persistence" if number == 1 else f"persistence_{number}",
            row["date"],
            words,
            kind=str(row["method"]),
            value=value,
            unit=unit,
            detected=detected,
            avalc="persistence",
        )


def _unit(row: dict) -> str:
    return "" if pd.isna(row["unit"]) else str(row["unit"])


_LANES = (
    _courses,
    _responses,
    _toxicity,
    _therapies,
    _transplants,
    _relapses,
    _status,
    _mrd,
    _b_cells,
    _immunoglobulin,
    _persistence,
)
