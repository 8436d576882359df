"""Sentences that a figure says beside its numbers."""

from endpoints.rules import RULES
from estimators.proportion import clopper_pearson
from pages.parts.sidebar import Cohort

from .result import Estimates, fraction


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
