"""Study: a cohort database as known at its cut-off, under one set of rules. Everything is derived from it, purely."""

from dataclasses import dataclass

import pandas as pd

from endpoints.adsl import derive_adsl
from endpoints.counted_response import count_responses
from endpoints.known_tables import cut_tables
from endpoints.milestones import derive_milestones
from endpoints.rules import Rules

Kept = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Study:
    """tables: cut at `cutoff`, rows carrying PT (assessments also what they count as, RESPONSE and REMISSION). adsl,
    course: one row per enrolled patient, in the same order."""

    tables: dict[str, pd.DataFrame]
    rules: Rules
    cutoff: pd.Timestamp
    adsl: pd.DataFrame
    course: pd.DataFrame


def derive_study(
    tables: dict[str, pd.DataFrame], rules: Rules, cutoff: pd.Timestamp, kept: Kept | None = None
) -> Study:
    """Pure: the same tables, rules and cut-off give the same Study. "Today" is the cut-off, never the clock.

    kept: adsl and course of this same request where they were derived before."""
    known = cut_tables(tables, pd.Timestamp(cutoff))
    responses = count_responses(known["response_assessment"], known["mrd_assessment"], rules)
    known = known | {"response_assessment": responses}
    derived = kept or derive_patients(known, rules)
    return Study(known, rules, pd.Timestamp(cutoff), derived["adsl"], derived["course"])


def derive_patients(known: dict[str, pd.DataFrame], rules: Rules) -> Kept:
    """The frames of a row per patient: adsl, course."""
    adsl = derive_adsl(known, rules)
    return {"adsl": adsl, "course": derive_milestones(known, adsl, rules)}
