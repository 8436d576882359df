"""Sentences that an endpoint says beside its numbers: the rule in force, what a curve does not tell."""

import pandas as pd

from analyses.result import among, fraction, kept
from endpoints.b_cell_course import derive_unconfirmed
from endpoints.estimands import ANSWERS
from endpoints.landmark import moved_on_by
from endpoints.rules import RULES
from endpoints.time_to_event import TimeToEvent
from estimators.proportion import clopper_pearson
from pages.parts.session.sidebar import Cohort

# Without these a picture cannot be read away from its page.
ON_IMAGES = (
    "Loss: ",
    "Recovery: ",
    "Abbreviations: ",
    "Disease burden: ",
    "Drawn: ",
    "Triangles ",
    "Marks: ",
    "Denominators: ",
    "Shares are ",
    "In this figure ",
    "New therapy, ",
    "Interval band: ",
    *ANSWERS,
    "At risk until ",
)
CD19 = ("positive", "negative", "lineage switch", "unknown")


def on_images(notes: tuple[str, ...]) -> tuple[str, ...]:
    """The sentences without which an image cannot be read away from its page."""
    return tuple(note for note in notes if note.startswith(ON_IMAGES))


def leaving(endpoint: TimeToEvent, has_numbers: bool = True) -> tuple[str, ...]:
    """Which events end being at risk, where several kinds do: the numbers at risk do not tell them apart. has_numbers:
    such numbers stand under the curves."""
    words = "; ".join(dict.fromkeys(source.words for source in endpoint.causes))
    counted = " Numbers under the curves count each of them as an event." if has_numbers else ""
    return (f"At risk until the first of: {words}.{counted}",) if endpoint.competing else ()


def burden_cut(study: Cohort) -> str:
    """What high and low disease burden are: the labels do not change with the rule, so a sentence says it."""
    return f"High disease burden: ≥ {study.rules.burden_cut:g} % blasts before lymphodepletion."


def notes_of(study: Cohort, paramcd: str, rows: pd.DataFrame) -> tuple[str, ...]:
    """What this endpoint's figure says of its ADTTE rows (with GROUP)."""
    if paramcd in ("BCA", "BCACI"):
        return (bca_rule(study), *aplasia_notes(rows))
    return cd19_notes(rows, [g.label for g in study.groups]) if paramcd in ("CIR", "CIRCD19") else ()


def bca_rule(study: Cohort, is_locked: bool = False) -> str:
    """The loss rule in force, in words: it stands on every figure that uses it. is_locked: relapse is the outcome."""
    rule = next(rule for rule in RULES if rule.code == "bca_rule")
    words = rule.words(study.rules.bca_rule)
    count = f": {study.rules.bca_count:g}/µL" if study.rules.bca_rule == "absolute" else ""
    relapse = "counts" if study.rules.bca_relapse == "yes" else "does not count"
    if is_locked:
        return f"Recovery: {words}{count}, by samples only: a CD19-positive relapse is never counted as recovery here."
    return f"Loss: {words}{count}; a CD19-positive relapse {relapse} as loss."


def unconfirmed(study: Cohort, where: str) -> tuple[str, ...]:
    """Under a rule with confirmation: how many stand as aplastic in `where` whose first sample was over the rule."""
    found = kept(study, "BCAUNCONFIRMED", derive_unconfirmed)
    n = int(among(found, study.adsl["USUBJID"]).sum())
    return (
        (
            f"First B-cell sample over the rule but never confirmed: {n} patients of the cohort. Until a later loss is "
            f"confirmed they count as {where}.",
        )
        if n
        else ()
    )


def moved_on(study: Cohort, patients: pd.DataFrame, day: int, is_out: bool) -> str:
    """How many of those at risk on a landmark day had a transplant or new therapy by then: what is known of their B
    cells is from before. They stay in the class it gave, or are left out (`patients`: of the figure, without them)."""
    course = study.study.course
    if is_out:
        return (
            f"At risk on day {day}: {patients['USUBJID'].nunique()}, without whom a transplant or new therapy "
            "reached by then."
        )
    course = course[among(course["USUBJID"], patients["USUBJID"])]
    return (
        f"Of the {len(course)} at risk on day {day}, {int(moved_on_by(course, day).sum())} had been transplanted "
        "or newly treated by then; they are classed by their B cells before that."
    )


def aplasia_notes(rows: pd.DataFrame) -> tuple[str, ...]:
    """Never-aplastic patients and suspected losses among the patients of the figure."""
    never = int(rows["EVNTDESC"].str.contains("never aplastic", na=False).sum())
    suspected = int(rows["CNSDTDSC"].str.contains("suspected loss", na=False).sum())
    return (
        f"Never aplastic (first usable sample already over the rule; counted as loss there): {never}.",
        f"Suspected loss (last sample over the rule, not confirmed; censored there): {suspected}.",
    )


def cd19_notes(rows: pd.DataFrame, labels: list[str]) -> tuple[str, ...]:
    """Per group the shares of CD19 status among relapses with known status; the unknown are printed, not shared out."""
    there = set(rows["GROUP"])
    groups = [label for label in labels if label in there]
    return tuple(
        _cd19_words(rows.loc[rows["GROUP"] == group, "EVNTDESC"].dropna(), group if len(groups) > 1 else "")
        for group in groups
    )


def _cd19_words(events: pd.Series, group: str) -> str:
    n = {word: int(events.str.endswith(f"CD19 {word}").sum()) for word in CD19}
    total = sum(n.values()) - n["unknown"]
    known = (
        [
            f"{word} {fraction(n[word], total, n[word] / total, *(float(x[0]) for x in _limits(n[word], total)))}"
            for word in CD19[:-1]
        ]
        if total
        else ["none"]
    )
    return (
        f"{group + ': ' if group else ''}CD19 status of relapses, of those known: {', '.join(known)}; "
        f"unknown in {n['unknown']}."
    )


def _limits(n: int, total: int):
    return clopper_pearson([n], [total])
