"""Exports of REDCap projects in three shapes, all invented: classic, longitudinal, repeating events."""

import csv
from collections import Counter
from pathlib import Path

from tests.data_access.datasets import COHORT, TISA
from tests.data_access.public_shapes import Shape, course, day

REPEAT = ("redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance")
RESPONSES = '{ "1" = "CR", "2" = "NR", "3" = "NE" }'


def _write(folder: Path, names: tuple[str, ...], rows: list[dict[str, str]]) -> Path:
    folder.mkdir()
    with (folder / "export.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return folder / "export.csv"


def _table(target: str, columns: str, *lines: str) -> str:
    return "\n".join(["[[table]]", f'target = "{target}"', *lines, "[table.columns]", columns, ""])


def _date(number: int) -> str:
    return day(number).isoformat()


def _begun(entries: str = "") -> str:
    return f'{COHORT}{TISA}[redcap]\nrecord_id = "record_id"\nprefix = "R"\n{entries}'


def _patient(n: int) -> dict[str, str]:
    return {"record_id": str(n + 1), "gender": str(n % 2 + 1), "inf_date": _date(n)}


PATIENT = 'patient_id = "record_id"\nsex = { from = "gender", values = { "1" = "male", "2" = "female" } }'
RELAPSE = 'patient_id = "record_id"\ndate = "rel_date"\nlevel = { constant = "morphologic" }'


def classic(folder: Path, patients: int) -> Shape:
    """One row for each record; relapse yes or no with its date, which one record in seven lacks; comments that nobody
    needs; -99 where nobody knows."""
    rows, relapses, undated = [], 0, 0
    for n in range(patients):
        relapsed, dated = n % 3 == 0, n % 7 != 0
        relapses, undated = relapses + (relapsed and dated), undated + (relapsed and not dated)
        more = {"rel_yn": str(int(relapsed)), "rel_date": _date(n + 200) if relapsed and dated else "", "comment": "x"}
        rows.append(_patient(n) | more | {"gender": "-99" if n % 5 == 0 else str(n % 2 + 1)})
    names = ("record_id", "gender", "inf_date", "rel_yn", "rel_date", "comment", "base_complete")
    mapping = (
        _begun('missing_codes = ["-99"]\n[dataset.EXPORT]\nleft_out = { rel_yn = ["0"] }\n')
        + _table("patient", PATIENT)
        + _table("treatment_course", course("record_id", "inf_date"))
        + _table("relapse", RELAPSE, 'where = { rel_yn = "1" }', 'filled = ["rel_date"]')
    )
    found = dict(patient=patients, treatment_course=patients, relapse=relapses)
    told = Counter({"left-out-with-values": undated})
    return Shape(_write(folder, names, rows), "redcap", mapping, found, patients, warnings=told)


def longitudinal(folder: Path, patients: int) -> Shape:
    """An event for the base, two for visits, one that nobody needs; MRD as repeating instrument."""
    rows = []
    for n in range(patients):
        base, record = _patient(n) | {REPEAT[0]: "base_arm_1"}, {"record_id": str(n + 1)}
        visits = [("day28_arm_1", n + 28), ("month3_arm_1", n + 91)]
        rows += [base, record | {REPEAT[0]: "consent_arm_1", "signed": "1"}]
        rows += [record | {REPEAT[0]: event, "visit": _date(at), "resp": str(n % 3 + 1)} for event, at in visits]
        assays = [{"mrd_date": _date(n + 28 * i), "mrd": str(n % 2)} for i in (1, 2)]
        repeats = [{REPEAT[0]: "base_arm_1", REPEAT[1]: "mrd", REPEAT[2]: str(i)} for i in (1, 2)]
        rows += [record | repeat | assay for repeat, assay in zip(repeats, assays, strict=True)]
    names = ("record_id", *REPEAT, "gender", "inf_date", "visit", "resp", "mrd_date", "mrd", "signed")
    assay = (
        'patient_id = "record_id"\ndate = "mrd_date"\nspecimen = { constant = "BM" }\nmethod = { constant = "flow" }\n'
        'sensitivity = { constant = "0.0001" }\n'
        'result = { from = "mrd", values = { "0" = "negative", "1" = "positive" } }'
    )
    visit = f'patient_id = "record_id"\ndate = "visit"\nresponse = {{ from = "resp", values = {RESPONSES} }}'
    mapping = (
        _begun('[dataset.EXPORT]\nleft_out = { redcap_event_name = ["consent_arm_1"] }\n')
        + _table("patient", PATIENT, 'events = ["base_arm_1"]')
        + _table("treatment_course", course("record_id", "inf_date"), 'events = ["base_arm_1"]')
        + _table("response_assessment", visit, 'events = ["day28_arm_1", "month3_arm_1"]')
        + _table("mrd_assessment", assay, 'events = ["base_arm_1"]', 'instrument = "mrd"')
    )
    found = dict(patient=patients, treatment_course=patients, response_assessment=2 * patients)
    found |= dict(mrd_assessment=2 * patients)
    return Shape(_write(folder, names, rows), "redcap", mapping, found, 6 * patients, on_purpose=patients)


def repeating_events(folder: Path, patients: int) -> Shape:
    """A base and an event that repeats for each visit, some visits with a relapse; semicolons."""
    rows, relapses, visits = [], 0, 0
    for n in range(patients):
        rows.append(_patient(n) | {REPEAT[0]: "base_arm_1"})
        for i in range(1, n % 3 + 2):
            relapsed = n % 4 == 0 and i == n % 3 + 1
            relapses, visits = relapses + relapsed, visits + 1
            row = {"record_id": str(n + 1), REPEAT[0]: "visit_arm_1", REPEAT[2]: str(i), "visit": _date(n + 28 * i)}
            rows.append(row | {"resp": "1", "rel_date": _date(n + 28 * i) if relapsed else ""})
    names = ("record_id", *REPEAT, "gender", "inf_date", "visit", "resp", "rel_date")
    source = _write(folder, names, rows)
    source.write_text(source.read_text("utf-8").replace(",", ";"), "utf-8")
    visit = f'patient_id = "record_id"\ndate = "visit"\nresponse = {{ from = "resp", values = {RESPONSES} }}'
    mapping = (
        _begun('separator = ";"\n')
        + _table("patient", PATIENT, 'events = ["base_arm_1"]')
        + _table("treatment_course", course("record_id", "inf_date"), 'events = ["base_arm_1"]')
        + _table("response_assessment", visit, 'events = ["visit_arm_1"]')
        + _table("relapse", RELAPSE, 'events = ["visit_arm_1"]', 'filled = ["rel_date"]')
    )
    found = dict(patient=patients, treatment_course=patients, response_assessment=visits, relapse=relapses)
    return Shape(source, "redcap", mapping, found, patients + visits)


REDCAP_SHAPES = {
    "REDCap, classic": classic,
    "REDCap, longitudinal": longitudinal,
    "REDCap, repeating events": repeating_events,
}
