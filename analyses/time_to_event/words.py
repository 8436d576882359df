"""What a time-to-event figure says beside its numbers: the rule in force, what a curve does not tell, the test.

Each sentence is a Note with a code; nothing is ever found by its words.
"""

import pandas as pd

from analyses.cohort import Cohort
from analyses.identifiers import among
from analyses.result import Curves, Note
from analyses.time_to_event.sampling import SWITCH_WORDS, sampling
from analyses.words import labels_of, p_words, share_words
from endpoints.b_cell_aplasia import NEVER_APLASTIC
from endpoints.b_cell_course import derive_unconfirmed
from endpoints.catalogue import SUSPECTED_LOSS
from endpoints.codes import UNKNOWN, in_sentence, words_of
from endpoints.landmark import MOVED, moved_on_by
from endpoints.nr_after_remission import ASKED, derive_nr_after_remission
from endpoints.rules import DAYS_PER_MONTH, RULES
from endpoints.time_to_event import CENSORED, EVENT, TimeToEvent
from estimators.group_test import Test

CD19_KNOWN = {
    f"cd19_{code}": in_sentence(words) for code, words in words_of("relapse.cd19_status").items() if code != UNKNOWN
}

ENTERED = {"RMSDT": "first remission", "BCAFSTDT": "the first usable B-cell sample"}  # by milestone of delayed entry


def notes_of_curves(result: Curves, arms, endpoint: TimeToEvent) -> tuple[Note, ...]:
    """Everything that the curves of an endpoint say of themselves."""
    cohort = result.cohort
    return (
        *nobody_in(arms),
        *test_notes(result, endpoint),
        *early_events(arms, endpoint),
        *leaving(endpoint),
        *never_seen(result, endpoint),
        *too_few(result),
        *notes_of_endpoint(cohort, endpoint.paramcd, arms),
    )


def nobody_in(arms) -> tuple[Note, ...]:
    """The groups that nobody is in; of one group alone the figure says itself that nobody is left."""
    empty = [arm.group for arm in arms if not len(arm.rows)]
    return tuple(Note("no_patients", f"{group.label}: no patients.") for group in empty if len(arms) > 1)


def test_notes(result: Curves, endpoint: TimeToEvent) -> tuple[Note, ...]:
    """The test in words, or why there is none."""
    if result.test is not None:
        return (Note("test", test_words(result.test, endpoint, labels_of(result.strata))),)
    if len(result.strata) > 1 and endpoint.competing and endpoint.entry:
        return (Note("no_test", "No test is shown: Gray's test is not defined for delayed entry."),)
    return ()


def test_words(test: Test, endpoint: TimeToEvent, labels: dict[str, str]) -> str:
    """'Log-rank test over 2 groups: p = 0.042 (not adjusted; groups were not randomised).'"""
    name = f"Gray's test for {endpoint.events[0].words}" if endpoint.competing else "Log-rank test"
    if test.reason:
        return f"{name}: {test.sentence(labels)}."
    return f"{name} over {len(test.groups)} groups: {p_words(test.p_value)} (not adjusted; groups were not randomised)."


def early_events(arms, endpoint: TimeToEvent) -> tuple[Note, ...]:
    """With delayed entry a curve begins once enough patients are at risk; what happened before is said, not drawn."""
    late = [arm for arm in arms if len(arm.rows)]
    if not endpoint.entry or not late:
        return ()
    before = sum(int(((arm.rows["AVAL"] < arm.start) & (arm.rows["CNSR"] != CENSORED)).sum()) for arm in late)
    starts = ", ".join(f"{arm.group.label}, day {arm.start}" for arm in late)
    apart = " Curves that start on different days are not to be compared at one height." if _differ(late) else ""
    return (
        Note(
            "starts",
            f"Time at risk starts at {ENTERED[endpoint.entry]}. A curve starts when 10 patients (or half the group) "
            f"are at risk: {starts}. Patients with an event before that day, in n but not in the curve: {before}."
            f"{apart}",
        ),
    )


def _differ(arms) -> bool:
    return len({arm.start for arm in arms}) > 1


def leaving(endpoint: TimeToEvent, has_numbers: bool = True) -> tuple[Note, ...]:
    """Which events end being at risk, where several kinds do: the numbers at risk do not tell them apart. has_numbers:
    such numbers stand under the curves."""
    words = "; ".join(dict.fromkeys(source.words for source in endpoint.causes))
    counted = " Where events stand under the curves, each of these is one." if has_numbers else ""
    return (Note("leaving", f"At risk until the first of: {words}.{counted}", True),) if endpoint.competing else ()


def never_seen(result: Curves, endpoint: TimeToEvent) -> tuple[Note, ...]:
    """The outcomes that nobody of the figure had in the months shown: they have no picture of their own."""
    if not endpoint.competing:
        return ()
    inside = result.curve["time"] <= result.x_max * DAYS_PER_MONTH
    seen = set(result.curve.loc[inside & (result.curve["n_event"] > 0), "outcome"])
    unseen = [outcome.label for outcome in result.outcomes if outcome.code not in seen]
    words = "; ".join(in_sentence(label) for label in unseen)
    return (Note("never_seen", f"No such event within the time shown: {words}."),) if unseen else ()


def too_few(result: Curves) -> tuple[Note, ...]:
    """Where curves end, and which are not drawn at all."""
    labels = labels_of(result.strata)
    missing = ", ".join(labels[code] for code in result.not_drawn)
    return few_words(result.min_at_risk, missing)


def few_words(min_at_risk: int, not_drawn: str) -> tuple[Note, ...]:
    """not_drawn: the labels of the curves that would begin with fewer at risk."""
    drawn = f" Too few to draw: {not_drawn}." if not_drawn else ""
    words = f"Curves stop when fewer than {min_at_risk} patients are at risk.{drawn}"
    return (Note("too_few", words),) if min_at_risk else ()


def notes_of_endpoint(cohort: Cohort, paramcd: str, arms) -> tuple[Note, ...]:
    """What this endpoint's figure says of its ADTTE rows."""
    paramcd = paramcd.removesuffix(MOVED)
    if paramcd in ("BCA", "BCACI"):
        rows = pd.concat([arm.rows for arm in arms], ignore_index=True)
        return (bca_rule(cohort), *aplasia_notes(rows), *sampling(cohort, arms))
    unsaid = nr_after_remission(cohort, pd.concat([arm.rows["USUBJID"] for arm in arms])) if paramcd in ASKED else ()
    return (*(cd19_notes(arms) if paramcd in ("CIR", "CIRCD19") else ()), *unsaid)


def nr_after_remission(cohort: Cohort, patients: pd.Series) -> tuple[Note, ...]:
    """How many of these patients have NR after a remission and no relapse in the data: it is no event."""
    found = cohort.derived("NRAFTER", derive_nr_after_remission)
    n = int(among(found, patients).sum())
    words = (
        f"In {n} patient{'s' * (n != 1)} an assessment says no remission (NR) after a remission, and no relapse is "
        "recorded: this is no event here. If the leukaemia came back, record RELAPSE."
    )
    return (Note("nr_after_remission", words),) if n else ()


def bca_rule(cohort: Cohort, is_locked: bool = False) -> Note:
    """The loss rule in force, in words: it stands on every figure that uses it. is_locked: relapse is the outcome."""
    words = rule_in_force(cohort)
    if is_locked:
        locked = "by samples only: a CD19-positive relapse is never counted as recovery here"
        return Note("bca_rule", f"Recovery: {words}, {locked}.", True)
    relapse = "counts" if cohort.rules.bca_relapse == "yes" else "does not count"
    return Note("bca_rule", f"Loss: {words}; a CD19-positive relapse {relapse} as loss.", True)


def rule_in_force(cohort: Cohort) -> str:
    """The B-cell threshold that is chosen."""
    rule = next(rule for rule in RULES if rule.code == "bca_rule")
    count = f": {cohort.rules.bca_count:g}/µL" if cohort.rules.bca_rule == "absolute" else ""
    return f"{rule.words(cohort.rules.bca_rule)}{count}"


def burden_cut(cohort: Cohort) -> Note:
    """What high and low disease burden are: the labels do not change with the rule, so a sentence says it."""
    words = f"High disease burden: ≥ {cohort.rules.burden_cut:g} % blasts before lymphodepletion."
    return Note("burden_cut", words, True)


def unconfirmed(cohort: Cohort, counted_as: str) -> tuple[Note, ...]:
    """Under a rule with confirmation: how many count as `counted_as` whose first sample was above the threshold."""
    patients = cohort.derived("BCAUNCONFIRMED", derive_unconfirmed)
    n = int(among(patients, cohort.patients["USUBJID"]).sum())
    words = (
        f"In {n} patient{'s' * (n != 1)} the first B-cell sample was above the threshold but never confirmed; they "
        f"count as {counted_as} until loss is confirmed."
    )
    return (Note("unconfirmed", words),) if n else ()


def moved_on(cohort: Cohort, patients: pd.DataFrame, day: int, exclude_moved_on: bool) -> Note:
    """How many of those at risk on a landmark day had a transplant or new therapy by then: what is known of their B
    cells is from before. They keep the class it gave, or are left out (`patients`: of the figure, without them)."""
    course = cohort.whole.course
    if exclude_moved_on:
        n = patients["USUBJID"].nunique()
        words = (
            f"At risk on day {day}: {n}, excluding patients transplanted or newly treated by then; those who are later "
            "leave on that day."
        )
        return Note("moved_on", words)
    course = course[among(course["USUBJID"], patients["USUBJID"])]
    moved = int(moved_on_by(course, day).sum())
    words = (
        f"Of the {len(course)} at risk on day {day}, {moved} had been transplanted or newly treated by then; they are "
        "grouped by their B cells before that."
    )
    return Note("moved_on", words)


def aplasia_notes(rows: pd.DataFrame) -> tuple[Note, ...]:
    """Never-aplastic patients and suspected losses among the patients of the figure."""
    never = int((rows["DETAILCD"] == NEVER_APLASTIC).sum())
    suspected = int((rows["CNSCD"] == SUSPECTED_LOSS.code).sum())
    return (
        Note(
            "never_aplastic",
            f"Never aplastic (first usable sample already above the threshold; counted as loss there): {never}.",
        ),
        Note(
            "suspected",
            f"Suspected loss (last sample above threshold, unconfirmed; censored at that sample): {suspected}."
            + (f" {SWITCH_WORDS}" if suspected else ""),
        ),
    )


def cd19_notes(arms) -> tuple[Note, ...]:
    """Per group the shares of CD19 status among relapses with known status; the unknown are printed, not shared out."""
    filled = [arm for arm in arms if len(arm.rows)]
    return tuple(
        Note("cd19", _cd19_words(arm.rows, f"{arm.group.label}: " if len(filled) > 1 else "")) for arm in filled
    )


def _cd19_words(rows: pd.DataFrame, group: str) -> str:
    status = rows.loc[rows["CNSR"] == EVENT, "DETAILCD"]
    n = {code: int((status == code).sum()) for code in CD19_KNOWN}
    total = sum(n.values())
    told = (f"{label} {share_words(n[code], total)}" for code, label in CD19_KNOWN.items())
    known = ", ".join(told) if total else "none"
    unknown = int((~status.isin(list(n))).sum())
    return f"{group}CD19 status of relapses, of those known: {known}; unknown in {unknown}."
