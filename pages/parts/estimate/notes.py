"""Estimates that say more than their numbers: the rule in force, what a curve does not tell."""

from dataclasses import replace

from endpoints.rules import RULES
from endpoints.time_to_event import TimeToEvent
from estimators.aalen_johansen import aalen_johansen
from estimators.proportion import clopper_pearson
from pages.parts.estimate.by_group import by_group
from pages.parts.estimate.result import Estimates, fraction
from pages.parts.sidebar import Cohort


def aplasia(study: Cohort, endpoint: TimeToEvent, estimator, months: str) -> Estimates:
    """An aplasia endpoint with the loss rule in force and the patients the curve alone does not tell of."""
    found = by_group(study, endpoint, estimator, months)
    return replace(found, notes=(*found.notes, bca_rule(study), *aplasia_notes(study))) if found.n else found


def relapse(study: Cohort, endpoint: TimeToEvent, months: str) -> Estimates:
    """Incidence of relapse with the shares of CD19 status among the relapses that are in it."""
    found = by_group(study, endpoint, aalen_johansen, months)
    return replace(found, notes=(*found.notes, *cd19_notes(found))) if found.n else found


def bca_rule(study: Cohort) -> str:
    """The loss rule in force, in words: it stands on every figure that uses it."""
    rule = next(rule for rule in RULES if rule.code == "bca_rule")
    words = rule.words(study.rules.bca_rule)
    count = f": {study.rules.bca_count:g}/µL" if study.rules.bca_rule == "absolute" else ""
    relapse = "counts" if study.rules.bca_relapse == "yes" else "does not count"
    return f"Loss: {words}{count}; a CD19-positive relapse {relapse} as loss."


def aplasia_notes(study: Cohort) -> tuple[str, ...]:
    """Never-aplastic patients and suspected losses of the cohort, which the curve alone does not tell."""
    course = study.study.course
    course = course[course["USUBJID"].isin(study.adsl["USUBJID"])]
    never, suspected = int(course["NEVERAP"].sum()), int(course["BCASUSDT"].notna().sum())
    return (f"Never aplastic (first usable sample already over the rule; counted as loss there): {never}.",
            f"Suspected loss (last sample over the rule, not confirmed; censored there): {suspected}.")


def cd19_notes(found: Estimates) -> tuple[str, ...]:
    """Shares of CD19 status among relapses with known status; the unknown are printed, not shared out."""
    status = found.patients["EVNTDESC"].dropna()
    known = {"positive": 0, "negative": 0, "lineage switch": 0, "unknown": 0}
    known |= {word: int(status.str.endswith(f"CD19 {word}").sum()) for word in known}
    total = sum(known.values()) - known["unknown"]
    if not total:
        return (f"CD19 status at relapse: known for none, unknown for {known['unknown']}.",)
    words = [f"{word} {fraction(n, total, n / total, *(float(x[0]) for x in clopper_pearson([n], [total])))}"
             for word, n in known.items() if word != "unknown"]
    return (f"CD19 status of relapses with known status: {', '.join(words)}; unknown in {known['unknown']}.",)
