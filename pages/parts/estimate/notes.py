"""Sentences that an endpoint says beside its numbers: the rule in force, what a curve does not tell."""

import pandas as pd

from endpoints.patient_dates import first_of
from endpoints.rules import RULES
from estimators.proportion import clopper_pearson
from pages.parts.estimate.result import among, fraction
from pages.parts.sidebar import Cohort

ON_IMAGES = ("Loss: ", "Recovery: ", "Abbreviations: ")  # without these a picture cannot be read away from its page
CD19 = ("positive", "negative", "lineage switch", "unknown")


def on_images(notes: tuple[str, ...]) -> tuple[str, ...]:
    """The sentences that an image needs beside its title."""
    return tuple(note for note in notes if note.startswith(ON_IMAGES))


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
        return f"Recovery: {words}{count}; samples only, whatever the rule says of a CD19-positive relapse."
    return f"Loss: {words}{count}; a CD19-positive relapse {relapse} as loss."


def moved_on(study: Cohort, patients: pd.DataFrame, day: int) -> str:
    """How many of those at risk on a landmark day had a transplant or new therapy by then: what is known of their B
    cells is from before, and they stay in the class it gave."""
    course = study.study.course
    course = course[among(course["USUBJID"], patients["USUBJID"])]
    by_then = first_of(course["HSCTDT"], course["NEWTHDT"]) <= course["TRTSDT"] + pd.Timedelta(days=day)
    return (f"Of the {len(course)} at risk on day {day}, {int(by_then.sum())} had been transplanted or newly treated "
            "by then; they are classed by their B cells before that.")


def aplasia_notes(rows: pd.DataFrame) -> tuple[str, ...]:
    """Never-aplastic patients and suspected losses among the patients of the figure."""
    never = int(rows["EVNTDESC"].str.contains("never aplastic", na=False).sum())
    suspected = int(rows["CNSDTDSC"].str.contains("suspected loss", na=False).sum())
    return (f"Never aplastic (first usable sample already over the rule; counted as loss there): {never}.",
            f"Suspected loss (last sample over the rule, not confirmed; censored there): {suspected}.")


def cd19_notes(rows: pd.DataFrame, labels: list[str]) -> tuple[str, ...]:
    """Per group the shares of CD19 status among relapses with known status; the unknown are printed, not shared out."""
    there = set(rows["GROUP"])
    groups = [label for label in labels if label in there]
    return tuple(_cd19_words(rows.loc[rows["GROUP"] == group, "EVNTDESC"].dropna(), group if len(groups) > 1 else "")
                 for group in groups)


def _cd19_words(events: pd.Series, group: str) -> str:
    n = {word: int(events.str.endswith(f"CD19 {word}").sum()) for word in CD19}
    total = sum(n.values()) - n["unknown"]
    known = [f"{word} {fraction(n[word], total, n[word] / total, *(float(x[0]) for x in _limits(n[word], total)))}"
             for word in CD19[:-1]] if total else ["none"]
    return f"{group + ': ' if group else ''}CD19 status of relapses, of those known: {', '.join(known)}; " \
           f"unknown in {n['unknown']}."


def _limits(n: int, total: int):
    return clopper_pearson([n], [total])
