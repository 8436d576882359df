"""What was measured in one patient, lane by lane, as marks of the timeline."""

from collections.abc import Iterator

import pandas as pd

from endpoints.b_cell_aplasia import BLOOD, complete_values, judge_samples
from endpoints.codes import words_of
from endpoints.mrd import CLASSES, CUT, classify
from endpoints.rules import RULES, Rules
from endpoints.timeline_marks import OnePatient, in_words, mark, said

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
METHODS = words_of("mrd_assessment.method") | words_of("car_persistence.method") | {"flow": "flow"}
REPLACEMENT = {True: "replacement", False: "no_replacement"}
OVER, NOT_OVER = "over", "not_over"  # the active rule of loss of B-cell aplasia
CUT_RULE = next(rule for rule in RULES if rule.code == "mrd_cut")


def b_cell_lines(rules: Rules) -> dict[str, tuple[float, str]]:
    """The active rule of loss of B-cell aplasia as lines: lane -> (value, words)."""
    return {
        "pct3_marrow1": {BLOOD_PERCENT: (3.0, "≥ 3 %"), MARROW_PERCENT: (1.0, "≥ 1 %")},
        "pct1_abs100_confirmed": {BLOOD_PERCENT: (1.0, "> 1 %"), BLOOD_COUNT: (100.0, "> 100/µL")},
        "absolute": {BLOOD_COUNT: (rules.bca_count, f"≥ {rules.bca_count:g}/µL")},
    }[rules.bca_rule]


def _mrd(one: OnePatient) -> Iterator[dict]:
    classes = {c.code: c.label for c in CLASSES}
    rows = one.tables["mrd_assessment"].assign(AVALC=lambda rows: classify(rows, one.rules))
    cut = f"{CUT:g}" if one.rules.mrd_cut == "1e-4" else CUT_RULE.words(one.rules.mrd_cut).lower()
    for row in rows[rows["date"].notna()].to_dict("records"):
        result, method, avalc = in_words(row["result"]) or "no result", str(row["method"]), in_words(row["AVALC"])
        detected = {"negative": False, "positive": True, "positive not quantifiable": True}.get(result)
        words = said(
            f"MRD {result}",
            in_words(row["level"], "level "),
            in_words(row["sensitivity"], "sensitivity ") or "sensitivity not stated",
            f"{METHODS[method]}, {row['specimen']}",
            f"{classes.get(row['AVALC'], 'not classed')} (cut-off {cut})",
        )
        yield mark(
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


def _b_cells(one: OnePatient) -> Iterator[dict]:
    """Blood in the values that the active rule uses, else in the one it has; marrow apart. Only what the rule can judge
    is above the threshold or not."""
    samples = complete_values(one.tables["b_cell_assessment"])
    samples = samples.assign(OVER=judge_samples(samples, one.rules)["OVER"].reindex(samples.index))
    for sample in samples[samples["date"].notna()].to_dict("records"):
        in_blood = sample["specimen"] == BLOOD
        lanes = [x for x in b_cell_lines(one.rules) if x != MARROW_PERCENT] if in_blood else [MARROW_PERCENT]
        others = [x for x in (BLOOD_PERCENT, BLOOD_COUNT) if x not in lanes] if in_blood else []
        marks = [one_mark for lane in lanes if (one_mark := _b_cell_mark(lane, sample)) is not None]
        yield from marks or [one_mark for lane in others if (one_mark := _b_cell_mark(lane, sample)) is not None]


def _b_cell_mark(lane: str, sample: dict) -> dict | None:
    value, below = float(sample[LANE_COLUMN[lane]]), sample["below_limit"] is True
    if pd.isna(value) and not below:
        return None
    judged = "" if pd.isna(sample["OVER"]) else OVER if sample["OVER"] else NOT_OVER
    rule = {OVER: "above the threshold", NOT_OVER: "not above the threshold"}.get(judged, "not used by the rule")
    words = said(
        f"{MEASURED_LANES[lane]} {in_words(value, after=' ' + UNITS[lane])}".strip(),
        "below the limit of the assay" if below else "",
        rule,
    )
    return mark(
        lane,
        sample["date"],
        words,
        kind=str(sample["specimen"]),
        value=value,
        unit=UNITS[lane],
        detected=not below and value > 0,
        avalc=judged,
    )


def _immunoglobulin(one: OnePatient) -> Iterator[dict]:
    for row in one.rows("immunoglobulin"):
        known = pd.notna(row["on_replacement"])
        kind = REPLACEMENT[bool(row["on_replacement"])] if known else "replacement_unknown"
        words = {"replacement": "on replacement", "no_replacement": "not on replacement"}.get(
            kind, "replacement unknown"
        )
        if pd.notna(row["igg_mg_dl"]):
            yield mark(
                "igg",
                row["date"],
                said(f"IgG {row['igg_mg_dl']:g} mg/dL", words),
                kind=kind,
                value=row["igg_mg_dl"],
                unit=UNITS["igg"],
                detected=True,
                avalc="igg",
            )
    for row in one.rows("ivig"):
        yield mark("ivig", row["date"], "immunoglobulin replacement given", kind="ivig", avalc="ivig")


def _persistence(one: OnePatient) -> Iterator[dict]:
    """Values of different units never share an axis: each further unit is a lane of its own."""
    rows = one.rows("car_persistence")
    units = list(dict.fromkeys(_unit(row) for row in rows))
    for row in rows:
        number, unit, value = units.index(_unit(row)) + 1, _unit(row), row["value"]
        known = pd.notna(row["detected"])
        detected = bool(row["detected"]) if known else bool(value > 0) if pd.notna(value) else None
        detection = "detection not recorded" if detected is None else "detected" if detected else "not detected"
        words = said(f"CAR persistence by {METHODS[row['method']]}: {detection}", f"{in_words(value)} {unit}".strip())
        yield mark(
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


LANES = (_mrd, _b_cells, _immunoglobulin, _persistence)
