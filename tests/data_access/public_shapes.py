"""Files in the shapes of public ones, with invented values, and the mapping of each.

`python -m tests.data_access.public_shapes` prints of each: seconds, problems named, rows read, taken and left out.
Names of columns are those of CDISC where it is CDISC, and invented elsewhere.
"""

import datetime
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from data_access.load import check_source
from tests.data_access.datasets import COHORT, TISA, write_csv, write_xpt
from tests.data_access.workbooks import write_workbook

START = datetime.date(2020, 1, 1)


@dataclass(frozen=True)
class Shape:
    """A source and its mapping: the reader, rows per table counted by hand, rows read of all datasets, and the rows
    left out, by whether that was on purpose."""

    source: Path
    reader: str
    mapping: str
    rows: dict[str, int]
    read: int
    on_purpose: int = 0
    unnamed: int = 0
    warnings: Counter = field(default_factory=Counter)


def day(number: int) -> datetime.date:
    return START + datetime.timedelta(days=number)


def table(target: str, dataset: str, columns: str, *lines: str) -> str:
    return "\n".join(
        ["[[table]]", f'target = "{target}"', f'dataset = "{dataset}"', *lines, "[table.columns]", columns, ""]
    )


def course(patient: str, date: str) -> str:
    return (
        f'patient_id = "{patient}"\nproduct_code = {{ constant = "TISA" }}\ncourse_number = {{ constant = 1 }}\n'
        f'infusion_date = "{date}"'
    )


def cdisc_pilot(folder: Path, patients: int) -> Shape:
    """Subjects 01-701-1015 and on, XPT of version 5, SAS dates, CNSR as a number, many AE terms of which one matters,
    and a dataset that nobody needs."""
    draw = random.Random(1)
    ids = [f"01-70{n % 9 + 1}-{1015 + n}" for n in range(patients)]
    dead = [n % 5 == 0 for n in range(patients)]
    death = [day(400 + n).isoformat() if dead[n] else "" for n in range(patients)]
    last = [death[n] or day(500 + n).isoformat() for n in range(patients)]
    write_xpt(
        folder,
        "ADSL",
        dict(
            STUDYID=["CDISCPILOT01"] * patients,
            USUBJID=ids,
            SITEID=[name[3:6] for name in ids],
            SEX=["F" if n % 2 else "M" for n in range(patients)],
            TRTSDT=[day(n).isoformat() for n in range(patients)],
            DTHFL=["Y" if flag else "" for flag in dead],
            DTHDT=death,
            LSTALVDT=last,
        ),
        dates=("TRTSDT", "DTHDT", "LSTALVDT"),
    )
    terms = ["APPLICATION SITE PRURITUS", "DIARRHOEA", "Cytokine release syndrome", "FATIGUE"]
    events = [(ids[n], draw.choice(terms), n + 2) for n in range(patients) for _ in range(3)]
    events = list(dict.fromkeys(events))
    write_xpt(
        folder,
        "ADAE",
        dict(
            USUBJID=[e[0] for e in events],
            AEDECOD=[e[1] for e in events],
            ASTDT=[day(e[2]).isoformat() for e in events],
            AETOXGR=["2"] * len(events),
        ),
        dates=("ASTDT",),
    )
    write_xpt(
        folder,
        "ADTTE",
        dict(
            USUBJID=ids,
            PARAMCD=["TTDE"] * patients,
            CNSR=[float(n % 3 == 0) for n in range(patients)],
            ADT=[day(200 + n).isoformat() for n in range(patients)],
            EVNTDESC=["Relapse" if n % 3 else "Study completion" for n in range(patients)],
        ),
        dates=("ADT",),
    )
    write_xpt(folder, "ADVS", dict(USUBJID=ids, AVAL=[70.0] * patients))
    mapping = (
        f'{COHORT}{TISA}[cdisc]\nprefix = "S"\nnot_read = ["ADVS"]\n[dataset.ADAE]\nleft_out = {{ AEDECOD = "*" }}\n'
        '[dataset.ADTTE]\nleft_out = { CNSR = ["1"] }\n'
        + table(
            "patient",
            "ADSL",
            'patient_id = "USUBJID"\nsite_code = "SITEID"\n'
            'sex = { from = "SEX", values = { F = "female", M = "male" } }\n'
            'vital_status = { from = "DTHFL", values = { Y = "dead", "" = "alive" } }\ndeath_date = "DTHDT"\n'
            'last_contact_date = "LSTALVDT"',
        )
        + table("treatment_course", "ADSL", course("USUBJID", "TRTSDT"))
        + table(
            "adverse_event",
            "ADAE",
            'patient_id = "USUBJID"\nkind = { constant = "CRS" }\nonset_date = "ASTDT"\ngrade = "AETOXGR"\n'
            'scale = { constant = "ASTCT" }',
            'where = { AEDECOD = "Cytokine release syndrome" }',
        )
        + table(
            "relapse",
            "ADTTE",
            'patient_id = "USUBJID"\ndate = "ADT"\nlevel = { constant = "morphologic" }',
            'where = { CNSR = "0" }',
        )
    )
    crs = sum(term == terms[2] for _, term, _ in events)
    relapses = sum(n % 3 != 0 for n in range(patients))
    rows = dict(patient=patients, treatment_course=patients, adverse_event=crs, relapse=relapses)
    left = len(events) - crs + patients - relapses
    quiet = sum(n % 3 == 0 and not dead[n] for n in range(patients))
    told = Counter({"not-assessed-since-infusion": quiet})
    return Shape(folder, "cdisc", mapping, rows, 2 * patients + len(events), on_purpose=left, warnings=told)


def onco(folder: Path, patients: int) -> Shape:
    """Visits by an oncologist's codes (CR, PR, SD, PD, NE), best response beside them, PFS and OS as endpoints."""
    ids = [f"PHARMAVERSE-{n:04d}" for n in range(patients)]
    write_csv(folder, "adsl", dict(USUBJID=ids, TRTSDT=[day(n).isoformat() for n in range(patients)]))
    codes = ("CR", "PR", "SD", "PD", "NE")
    visits = [(ids[n], codes[(n + v) % 5], day(n + 30 * (v + 1))) for n in range(patients) for v in range(3)]
    rows = [("OVR", *visit) for visit in visits] + [("BOR", ids[n], "CR", day(n + 30)) for n in range(patients)]
    write_csv(
        folder,
        "adrs",
        dict(
            PARAMCD=[r[0] for r in rows],
            USUBJID=[r[1] for r in rows],
            AVALC=[r[2] for r in rows],
            ADT=[r[3].isoformat() for r in rows],
        ),
    )
    mapping = (
        f'{COHORT}{TISA}[dataset.ADRS]\nleft_out = {{ PARAMCD = ["BOR"] }}\n'
        + table("patient", "ADSL", 'patient_id = "USUBJID"')
        + table("treatment_course", "ADSL", course("USUBJID", "TRTSDT"))
        + table(
            "response_assessment",
            "ADRS",
            'patient_id = "USUBJID"\ndate = "ADT"\n'
            'response = { from = "AVALC", values = { CR = "CR", PR = "NR", SD = "NR", NE = "NE" } }',
            'where = { PARAMCD = "OVR", AVALC = ["CR", "PR", "SD", "NE"] }',
        )
    )
    progressed = sum(code == "PD" for _, code, _ in visits)
    found = dict(patient=patients, treatment_course=patients, response_assessment=len(visits) - progressed)
    return Shape(
        folder,
        "cdisc",
        mapping,
        found,
        patients + len(rows),
        on_purpose=patients,
        unnamed=progressed,
        warnings=Counter({"left-out": 1 if progressed else 0}),
    )


def registry(folder: Path, patients: int) -> Shape:
    """One row for each patient as a registry exports it: semicolons, dd/mm/yyyy, up to two relapses side by side, best
    response and last follow-up only."""

    def shown(number: int | None) -> str:
        return "" if number is None else day(number).strftime("%d/%m/%Y")

    folder.mkdir()
    names = (
        "UPN;Sex;Birth;Infusion;Best response;Best response date;Relapse 1;Relapse 2;CRS grade;CRS date;Status;Last FU"
    )
    lines, relapses, crs, quiet = [names], 0, 0, 0
    for n in range(patients):
        first, second = (n + 200 if n % 3 == 0 else None), (n + 400 if n % 6 == 0 else None)
        grade = n % 4
        relapses += (first is not None) + (second is not None)
        crs += grade > 0
        best = "CR" if n % 5 else "not evaluated"
        quiet += best != "CR" and first is None
        cells = [
            str(4000 + n),
            "F" if n % 2 else "M",
            f"01/{n % 12 + 1:02d}/2010",
            shown(n),
            best,
            shown(n + 28),
            shown(first),
            shown(second),
            str(grade),
            shown(n + 3) if grade else "",
            "alive",
            shown(n + 600),
        ]
        lines.append(";".join(cells))
    (folder / "export.csv").write_text("\n".join(lines) + "\n", "latin-1")
    mapping = (
        f'{COHORT}{TISA}[tables]\nsubject = "UPN"\nprefix = "E"\nseparator = ";"\nencoding = "latin-1"\n'
        'dates = ["dd/mm/yyyy"]\n[dataset.EXPORT]\nleft_out = { "CRS grade" = ["0"] }\n'
        + table(
            "patient",
            "EXPORT",
            'patient_id = "UPN"\nsex = { from = "Sex", values = { F = "female", M = "male" } }\nbirth_month = "Birth"\n'
            'vital_status = { from = "Status", values = { alive = "alive", dead = "dead" } }\n'
            'last_contact_date = "Last FU"',
        )
        + table("treatment_course", "EXPORT", course("UPN", "Infusion"))
        + table(
            "response_assessment",
            "EXPORT",
            'patient_id = "UPN"\ndate = "Best response date"\n'
            'response = { from = "Best response", values = { CR = "CR", "not evaluated" = "NE" } }',
        )
        + table(
            "relapse",
            "EXPORT",
            'patient_id = "UPN"\ndate = "Relapse {}"\nlevel = { constant = "morphologic" }',
            'for_each = ["1", "2"]\nfilled = ["Relapse {}"]',
        )
        + table(
            "adverse_event",
            "EXPORT",
            'patient_id = "UPN"\nkind = { constant = "CRS" }\ngrade = "CRS grade"\nscale = { constant = "ASTCT" }\n'
            'onset_date = "CRS date"',
            'filled = ["CRS date"]',
        )
    )
    found = dict(
        patient=patients, treatment_course=patients, response_assessment=patients, relapse=relapses, adverse_event=crs
    )
    warnings = Counter({"not-assessed-since-infusion": quiet})
    return Shape(folder, "tables", mapping, found, patients, warnings=warnings)


def workbook(folder: Path, patients: int) -> Shape:
    """A German workbook: a title above the names, decimal commas as text, dd.mm.yyyy as text and as dates, k.A."""
    folder.mkdir()
    rows = [["Auswertung"], ["Nr", "Geschlecht", "Infusion", "Linien"]]
    rows += [
        [n + 1, "w" if n % 2 else "m", day(n) if n % 2 else f"{day(n):%d.%m.%Y}", n % 4 or "k.A."]
        for n in range(patients)
    ]
    assays = [["Nr", "Datum", "Wert", "Ergebnis"]]
    assays += [[n + 1, f"{day(n + 28):%d.%m.%Y}", f"0,00{n % 9 + 1}", "pos"] for n in range(patients)]
    sheets = {"Patienten": rows, "MRD": assays, "Notizen": [["Text"], ["x"]]}
    path = write_workbook(folder / "Kohorte.xlsx", sheets)
    mapping = (
        f'{COHORT}{TISA}[tables]\nsubject = "Nr"\nprefix = "K"\ndecimal = ","\ndates = ["dd.mm.yyyy"]\n'
        'missing = ["k.A."]\nnot_read = ["Notizen"]\n[dataset.Patienten]\nheader = 2\n'
        + table(
            "patient",
            "Patienten",
            'patient_id = "Nr"\nsex = { from = "Geschlecht", values = { w = "female", m = "male" } }\n'
            'prior_lines = "Linien"',
        )
        + table("treatment_course", "Patienten", course("Nr", "Infusion"))
        + table(
            "mrd_assessment",
            "MRD",
            'patient_id = "Nr"\ndate = "Datum"\nspecimen = { constant = "BM" }\nmethod = { constant = "flow" }\n'
            'result = { from = "Ergebnis", values = { pos = "positive" } }\nlevel = { from = "Wert", times = 0.01 }\n'
            'sensitivity = { constant = "0.00001" }',
        )
    )
    return Shape(
        path,
        "tables",
        mapping,
        dict(patient=patients, treatment_course=patients, mrd_assessment=patients),
        2 * patients,
    )


SHAPES: dict[str, Callable[[Path, int], Shape]] = {
    "CDISC pilot": cdisc_pilot,
    "onco ADRS": onco,
    "registry, wide": registry,
    "German workbook": workbook,
}


def checked(shape: Shape, folder: Path):
    """What the import says of a shape."""
    mapping = folder / "m.toml"
    mapping.write_text(shape.mapping, "utf-8")
    return check_source(shape.source, None, shape.reader, mapping)


def main() -> None:
    from tests.data_access.redcap_shapes import REDCAP_SHAPES  # which are made of what is here

    for name, make in (SHAPES | REDCAP_SHAPES).items():
        with tempfile.TemporaryDirectory() as place:
            shape = make(Path(place) / "data", 254)
            start = time.perf_counter()
            done = checked(shape, Path(place))
            seconds = time.perf_counter() - start
        books = done.problems.accounts
        read, taken, left = (sum(getattr(a, n) for a in books) for n in ("read", "taken", "n_left_out"))
        named = dict(done.problems.counts)
        print(f"{name:26}{seconds:6.2f} s  read {read:,}, taken {taken:,}, left out {left:,}; {named}")


if __name__ == "__main__":
    main()
