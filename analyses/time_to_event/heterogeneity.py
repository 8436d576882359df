"""Under a forest: do the levels of a factor differ, or, where two groups are compared, does their difference?"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, in_sentence
from analyses.result import Note
from analyses.words import p_words
from endpoints.cohort import GROUPINGS, MISSING
from estimators.holm import holm
from estimators.interaction import Ratio

TESTS = ["factor", "statistic", "df", "p_value", "p_holm", "reason"]
LEVELS, INTERACTION = "levels", "interaction"
LEVEL = 0.05
PAIR = 2
TOLD = 3  # factors named in the sentence

Test = Callable[[np.ndarray, np.ndarray, np.ndarray | None], Ratio]  # (who takes part, levels, groups)


def tests_of(cohort: Cohort, usubjid: pd.Series, test: Test) -> tuple[str, pd.DataFrame]:
    """(LEVELS or INTERACTION, TESTS per factor with two known levels or more). cohort: as the reader compares it; of
    exactly two groups the interaction is tested, else whether the levels differ. Missing is no level of a test."""
    adsl = cohort.patients.set_index("USUBJID").loc[usubjid]
    group = _two_groups(cohort, usubjid)
    rows = []
    for by in GROUPINGS:
        codes = adsl[by.column].astype(str).to_numpy(object)
        part = codes != MISSING if group is None else (codes != MISSING) & (group >= 0)
        levels = np.unique(codes[part], return_inverse=True)[1]
        if levels.max(initial=0) < 1 or (group is not None and by == cohort.by):
            continue
        found = test(part, levels, None if group is None else group[part])
        rows.append({"factor": by.code, **{name: getattr(found, name) for name in TESTS[1:4]}, "reason": found.reason})
    table = pd.DataFrame(rows, columns=[name for name in TESTS if name != "p_holm"])
    kind = LEVELS if group is None else INTERACTION
    return kind, table.assign(p_holm=holm(table["p_value"].to_numpy(float)))[TESTS]


def _two_groups(cohort: Cohort, usubjid: pd.Series) -> np.ndarray | None:
    """(n,) 0 or 1 of the two compared groups, -1 of neither; None where not exactly two are compared."""
    known = [group.code for group in cohort.groups if group.code != MISSING]
    members = cohort.members[cohort.members["GROUP"].isin(known)]
    if len(known) != PAIR or members["USUBJID"].duplicated().any():
        return None
    place = members.set_index("USUBJID")["GROUP"].map({code: i for i, code in enumerate(known)})
    return place.reindex(usubjid).fillna(-1).to_numpy(int)


def test_note(kind: str, tests: pd.DataFrame, cohort: Cohort) -> tuple[Note, ...]:
    """What the tests found, in a sentence: how many there are, the smallest, what Holm's correction leaves."""
    known = tests[tests["reason"] == ""].sort_values("p_value", kind="stable")
    if known.empty:
        return ()
    labels = {by.code: in_sentence(by.label) for by in GROUPINGS}
    by = f" of {in_sentence(cohort.by.label)}" if kind == INTERACTION and cohort.by else ""
    asked = f"Does the effect{by} differ between levels" if kind == INTERACTION else "Do the levels of a factor differ"
    small = known[known["p_value"] < LEVEL]
    named = "; ".join(f"{labels[row.factor]} {p_words(row.p_value)}" for row in known.head(TOLD).itertuples())
    held = int((known["p_holm"] < LEVEL).sum())
    words = (
        f"{asked}? Likelihood-ratio tests of {len(known)} factors: {len(small)} with p < {LEVEL:g}, {held} after "
        f"Holm's correction. Smallest: {named}."
    )
    return (Note(kind, words, True),)
