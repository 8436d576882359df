"""What happened to one patient, lane by lane, as marks of the timeline."""

from collections.abc import Iterator

import pandas as pd

from endpoints.codes import sentence_words, words_of
from endpoints.milestones import DONORS, THERAPIES
from endpoints.relapse_events import counted_relapses
from endpoints.timeline_marks import OnePatient, in_words, mark, said

RESPONSES = {"CR": "CR", "CRi": "CRi", "MLFS": "MLFS", "NR": "no_remission", "RELAPSE": "relapsed", "NE": "NE"}
SCALES = words_of("adverse_event.scale")
STATUSES, REASONS = sentence_words("transplant.disease_status"), sentence_words("transplant.reason")
ORGANISMS, MALIGNANCIES = sentence_words("infection.organism_class"), sentence_words("second_malignancy.kind")
TOXICITIES = words_of("adverse_event.kind")
ALWAYS_SAID = ("CRS", "ICANS")  # without an episode their lane says whether anybody looked


def _courses(one: OnePatient) -> Iterator[dict]:
    for course in one.tables["treatment_course"].sort_values("course_number").to_dict("records"):
        name = f"course {course['course_number']}, {course['product_code']}"
        steps = (
            ("enrolment_date", "enrolment", ""),
            ("apheresis_date", "apheresis", ""),
            ("lymphodepletion_start", "lymphodepletion", in_words(course["lymphodepletion"])),
            ("infusion_date", "infusion", in_words(course["dose_cells_e6"], after=" × 10⁶ cells")),
            ("second_dose_date", "second dose", in_words(course["second_dose_cells_e6"], after=" × 10⁶ cells")),
        )
        labels = {"infusion": str(course["product_code"]), "second dose": "dose 2"}
        for column, kind, more in steps:
            if pd.notna(course[column]):
                yield mark(
                    "infusion",
                    course[column],
                    said(f"{kind} ({name})", more),
                    kind=kind,
                    avalc="infusion" if kind in labels else "step",
                    short=labels.get(kind, ""),
                )


def _responses(one: OnePatient) -> Iterator[dict]:
    before = None
    for row in one.rows("response_assessment"):
        code, counted = str(row["response"]), str(row["RESPONSE"])
        words = said(
            f"response {code}",
            f"counted as {counted} under the rules" if counted != code else "",
            in_words(row["blasts_pct"], "blasts ", " %"),
            "extramedullary disease" if row["extramedullary"] is True else "",
        )
        yield mark(
            "response", row["date"], words, kind=code, avalc=RESPONSES[code], short="" if code == before else code
        )
        before = code


def _toxicity(one: OnePatient) -> Iterator[dict]:
    events = one.rows("adverse_event", "onset_date")
    for kind in TOXICITIES:
        episodes = [row for row in events if row["kind"] == kind]
        yield from (_episode(kind, row) for row in episodes)
        if not any(row["onset_date"] >= one.adsl["TRTSDT"] for row in episodes):
            yield from _no_episode(one, kind)


def _episode(kind: str, row: dict) -> dict:
    grade = in_words(row["grade"], "grade ") or "grade unknown"
    end, scale = row["resolution_date"], SCALES.get(row["scale"], "")
    resolved = f"resolved {end.date()}" if pd.notna(end) else "resolution not recorded"
    drugs = [drug for drug in ("tocilizumab", "steroids") if row[drug] is True]
    return mark(
        kind.lower(),
        row["onset_date"],
        said(f"{TOXICITIES[kind]} {grade}", f"{scale} scale" if scale else "", *drugs, resolved),
        kind=kind,
        end=end,
        value=row["grade"],
        unit=scale,
        avalc="episode",
        short=said(grade, scale),
    )


def _no_episode(one: OnePatient, kind: str) -> Iterator[dict]:
    """No row is not grade 0: the index course says whether anybody looked. Of the rarer kinds nothing is said where it
    does not."""
    courses = one.tables["treatment_course"]
    assessed = courses.loc[courses["infusion_date"] == one.adsl["TRTSDT"], f"{kind.lower()}_assessed"].iloc[0]
    words = "not known whether assessed" if pd.isna(assessed) else "none recorded" if assessed else "not assessed"
    if kind in ALWAYS_SAID or pd.notna(assessed):
        text = f"{TOXICITIES[kind]}: {words}"
        yield mark(kind.lower(), one.adsl["TRTSDT"], text, kind=words, avalc="none", short=words)


def _infections(one: OnePatient) -> Iterator[dict]:
    for row in one.rows("infection", "onset_date"):
        organism = ORGANISMS.get(row["organism_class"], "organism not found")
        words = said(f"infection, {organism}", in_words(row["grade"], "grade "), in_words(row["site"]))
        yield mark("infection", row["onset_date"], words, kind=organism, avalc="episode", short=organism)


def _malignancies(one: OnePatient) -> Iterator[dict]:
    for row in one.rows("second_malignancy", "diagnosis_date"):
        kind = MALIGNANCIES.get(row["kind"], "kind not recorded")
        tested = {True: "transgene tested", False: "transgene not tested"}.get(row["transgene_tested"], "")
        shown = {True: "transgene found", False: "transgene not found"}.get(row["transgene_found"], "")
        words = said(f"second malignancy, {kind}", "of T cells" if row["t_cell_origin"] is True else "", tested, shown)
        yield mark("malignancy", row["diagnosis_date"], words, kind=kind, avalc="other", short=kind)


def _therapies(one: OnePatient) -> Iterator[dict]:
    for row in one.rows("subsequent_therapy"):
        kind = str(row["kind"])
        words = THERAPIES[kind]
        yield mark("therapy", row["date"], f"start of {words}", kind=kind, avalc="new_therapy", short=words)


def _transplants(one: OnePatient) -> Iterator[dict]:
    for row in one.rows("transplant"):
        tbi = "with TBI" if row["conditioning_tbi"] is True else ""
        donor, reason = DONORS.get(row["donor"], ""), REASONS.get(row["reason"], "")
        status = STATUSES.get(row["disease_status"], "")
        words = said(f"{row['kind']} transplant", donor, tbi, status, reason)
        yield mark(
            "transplant", row["date"], words, kind=str(row["kind"]), avalc="transplant", short=donor or str(row["kind"])
        )


def _relapses(one: OnePatient) -> Iterator[dict]:
    """Relapse rows, and the derived relapse where only a response assessment speaks of it."""
    rows = one.rows("relapse")
    counted = set(counted_relapses(one.tables["relapse"], one.rules)["date"])
    for row in rows:
        uncounted = row["date"] not in counted
        status = in_words(row["cd19_status"], "CD19 ") or "CD19 unknown"
        words = said(
            f"{row['level']} relapse",
            status,
            in_words(row["cd22_status"], "CD22 "),
            "CNS" if row["cns"] is True else "",
            in_words(row["sites"]),
            "not counted as relapse under the rules" if uncounted else "",
        )
        yield mark(
            "relapse",
            row["date"],
            words,
            kind=str(row["level"]),
            avalc="other" if uncounted else "relapse",
            short=status,
        )
    date = one.course["RELDT"]
    if pd.notna(date) and date not in [row["date"] for row in rows]:
        yield mark(
            "relapse",
            date,
            "relapse by response assessment, level and CD19 unknown",
            kind="assessment",
            avalc="relapse",
            short="CD19 unknown",
        )


def _status(one: OnePatient) -> Iterator[dict]:
    death, contact = one.adsl["DTHDT"], one.adsl["LSTCNTDT"]
    if pd.notna(death):
        cause = one.course["DTHDESC"]
        yield mark("status", death, f"death, {cause}", kind="death", avalc="died", short=f"death: {cause}")
    elif pd.notna(contact):
        undated = "; dead, date unknown" if one.adsl["DTHNODT"] else ""
        yield mark(
            "status",
            contact,
            f"last contact{undated}",
            kind="last contact",
            avalc="contact",
            short=f"last contact{undated}",
        )


LANES = (_courses, _responses, _toxicity, _infections, _therapies, _transplants, _relapses, _malignancies, _status)
