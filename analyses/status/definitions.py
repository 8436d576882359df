"""Response by everybody's definition: the same patients under each, and who differs from ELIANA's best response."""

import pandas as pd

from analyses.cohort import Cohort
from analyses.counted import BY_DEFINITION
from analyses.members import in_groups, left_out_of, memoised, of_group
from analyses.refusal import of_outcome
from analyses.result import Note, Outcome, Rates
from analyses.status.differences import compared
from analyses.status.in_remission_with_mrd import mrd_in_remission
from analyses.status.shares import rates_by_group
from endpoints.response import ENROLLED_DUE
from endpoints.response_definitions import (
    CLASSES,
    DEFINITION,
    DEFINITIONS,
    ELIANA,
    MET,
    REASON_WORDS,
    REASONS,
    Definition,
    derive_by_definition,
)

COLUMNS = ["USUBJID", "GROUP", "TRTSDT", "DEFINITION", "AVALC", "AVALCAT", "DIFFERS", "REASONCD", "REASON"]
LIST = ["USUBJID", "GROUP", "TRTSDT", "DEFINITION", "AVALCAT", "REASON"]
CLASS_WORDS = {one.code: one.label for one in CLASSES}
COUNTED = tuple(one.code for one in CLASSES if one.counts)


def definition_rows(cohort: Cohort) -> pd.DataFrame:
    """The rows of the whole dataset, one per patient and definition, remembered."""
    return cohort.derived("RESPDEF", derive_by_definition)


@memoised
@of_outcome("Response by definition")
def by_definition(cohort: Cohort) -> Rates:
    """Responders per definition and group; beneath them in the numbers how many differ from ELIANA, by reason."""
    rows = definition_rows(cohort)
    parts = {definition: rows[rows["DEFINITION"] == definition.code] for definition in DEFINITIONS}
    met = [rates_by_group(cohort, part, [_responders(d, part)]) for d, part in parts.items()]
    differing = [rates_by_group(cohort, part, _differing(d, part)) for d, part in parts.items() if d != ELIANA]
    rates, differing = pd.concat(met, ignore_index=True), pd.concat(differing, ignore_index=True)
    patients = _counted(cohort, rows)
    n = patients["USUBJID"].nunique()
    return Rates(
        cohort=cohort,
        n=n,
        patients=patients,
        left_out=_left_out(cohort, parts[ELIANA]),
        numbers=pd.concat([rates, differing[differing["n_event"] > 0]], ignore_index=True),
        rates=rates,
        **compared(cohort, rates),
        strata=cohort.groups,
        outcomes=tuple(_outcomes()),
        notes=_notes(cohort, patients) if n else (),
        behind=lambda strata, outcome: _counted_under(cohort, rows, outcome, strata),
    )


def _counted_under(cohort: Cohort, rows: pd.DataFrame, definition: str, strata: str) -> pd.Series:
    """Who of a group counts under a definition."""
    counted = (rows["DEFINITION"] == definition) & rows["AVALC"].isin(COUNTED)
    return of_group(cohort, rows.loc[counted, "USUBJID"], strata)


def _responders(definition: Definition, rows: pd.DataFrame):
    counted = rows["AVALC"].isin(COUNTED)
    return Outcome(definition.code, definition.label, "other"), rows["AVALC"] == MET.code, counted


def _differing(definition: Definition, rows: pd.DataFrame) -> list:
    counted = rows["AVALC"].isin(COUNTED)
    return [
        (Outcome(f"{definition.code}:{reason.code}", "", "other"), rows["REASONCD"] == reason.code, counted)
        for reason in REASONS
    ]


def _outcomes():
    """What can stand in the table: every definition, and every reason to differ under it."""
    for definition in DEFINITIONS:
        yield Outcome(definition.code, definition.label, "other")
    for definition in DEFINITIONS:
        for reason in REASONS:
            yield Outcome(f"{definition.code}:{reason.code}", f"{definition.label}: {reason.words}", "other")


def _counted(cohort: Cohort, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the patients who count, definition by definition, in words."""
    parts = [in_groups(cohort, rows[rows["DEFINITION"] == definition.code]) for definition in DEFINITIONS]
    counted = pd.concat([part[part["AVALC"].isin(COUNTED)] for part in parts], ignore_index=True)
    return counted.assign(AVALCAT=counted["AVALC"].map(CLASS_WORDS))[COLUMNS]


def _left_out(cohort: Cohort, rows: pd.DataFrame) -> pd.DataFrame:
    """Compared patients who do not count yet: the same under every definition."""
    status = in_groups(cohort, rows).drop_duplicates("USUBJID")["AVALC"]
    reasons = {c.code: (c.label.lower(), int((status == c.code).sum())) for c in CLASSES if not c.counts}
    return left_out_of(cohort, reasons)


def _notes(cohort: Cohort, patients: pd.DataFrame) -> tuple[Note, ...]:
    enrolled = cohort.rules.population == "enrolled"
    cannot_say = f"CIBMTR: {DEFINITION['cibmtr'].definition}"
    return (
        BY_DEFINITION,
        *((Note("enrolled_due", ENROLLED_DUE),) if enrolled else ()),
        Note("cannot_say", cannot_say),
        _differ_words(patients),
        *mrd_in_remission(cohort, patients["USUBJID"]),
    )


def _differ_words(patients: pd.DataFrame) -> Note:
    """How many patients differ under any definition, and why under each."""
    once = patients.drop_duplicates(["USUBJID", "DEFINITION"])
    differ = once[once["DIFFERS"]]
    counts = differ.groupby(["DEFINITION", "REASONCD"], sort=False).size()
    told = [
        f"{definition.label}: {', '.join(f'{counts[definition.code, r]} {REASON_WORDS[r]}' for r in reasons)}"
        for definition in DEFINITIONS
        if (reasons := [r.code for r in REASONS if (definition.code, r.code) in counts.index])
    ]
    words = f"{differ['USUBJID'].nunique()} of {once['USUBJID'].nunique()} patients differ from {ELIANA.label}"
    return Note("differ", f"{words}. {'; '.join(told)}." if told else f"{words}.")


@memoised
def differing_rows(cohort: Cohort) -> pd.DataFrame:
    """One row per patient and definition under which the patient differs from ELIANA's best response."""
    patients = _counted(cohort, definition_rows(cohort))
    labels = {definition.code: definition.label for definition in DEFINITIONS}
    differ = patients[patients["DIFFERS"]].assign(DEFINITION=lambda rows: rows["DEFINITION"].map(labels))
    return differ.sort_values(["USUBJID", "DEFINITION"], kind="stable")[LIST].reset_index(drop=True)


def definition_words() -> str:
    """Every definition with its source, for the method note."""
    return " ".join(f"{d.label}: {d.definition.rstrip('.')} ({d.source})." for d in DEFINITIONS)
