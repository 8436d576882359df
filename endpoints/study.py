"""Study: a cohort database as known at its cut-off, under one set of rules. Everything is derived from it, purely."""

from dataclasses import dataclass

import pandas as pd

from endpoints.adsl import cut_tables, derive_adsl
from endpoints.milestones import derive_milestones
from endpoints.rules import Rules


@dataclass(frozen=True)
class Study:
    """tables: cut at `cutoff`, rows carrying PT. adsl, course: one row per enrolled patient, in the same order."""

    tables: dict[str, pd.DataFrame]
    rules: Rules
    cutoff: pd.Timestamp
    adsl: pd.DataFrame
    course: pd.DataFrame


def derive_study(tables: dict[str, pd.DataFrame], rules: Rules, cutoff: pd.Timestamp) -> Study:
    """Pure: the same tables, rules and cut-off give the same Study. "Today" is the cut-off, never the clock."""
    known = cut_tables(tables, pd.Timestamp(cutoff))
    adsl = derive_adsl(known, rules)
    return Study(known, rules, pd.Timestamp(cutoff), adsl, derive_milestones(known, adsl, rules))
