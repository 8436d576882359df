"""The plausibility rules as two lists: what somebody must look at, and what was checked and is as it must be."""

import pandas as pd

BROKEN = ["rule", "rows", "severity", "protects", "place", "code", "n_broken", "n_applies", "share", "id"]
KEPT = ["rule", "n_applies", "if_broken", "protects", "place", "code"]
IF_BROKEN = {"Error": "the file is refused", "Warning": "a warning"}


def broken_rules(numbers: pd.DataFrame) -> pd.DataFrame:
    """The rules that a row breaks. numbers: as of `plausibility`."""
    rows = _in_full(numbers[numbers["n_broken"] > 0])
    told = [f"{n} of {of}" for n, of in zip(rows["n_broken"], rows["n_applies"], strict=True)]
    return rows.assign(rows=told)[BROKEN].reset_index(drop=True)


def kept_rules(numbers: pd.DataFrame) -> pd.DataFrame:
    """The rules that no row breaks, with how many rows were checked: nothing of them is an error."""
    rows = _in_full(numbers[numbers["n_broken"] == 0])
    return rows.assign(if_broken=rows["severity"].replace(IF_BROKEN))[KEPT].reset_index(drop=True)


def _in_full(rows: pd.DataFrame) -> pd.DataFrame:
    """A rule says what it is about: 'MRD assessment, date: must not be after death'."""
    told = [f"{_place(place)}: {rule}" for place, rule in zip(rows["place"], rows["rule"], strict=True)]
    return rows.assign(rule=told)


def _place(column: str) -> str:
    """'mrd_assessment.sensitivity' -> 'MRD assessment, sensitivity'"""
    words = [ACRONYMS.get(word, word) for word in column.replace(".", ", ").replace("_", " ").split(" ")]
    return " ".join([words[0][0].upper() + words[0][1:], *words[1:]])


ACRONYMS = {word.lower(): word for word in ("MRD", "CNS", "TBI", "VCN")} | {
    "igg": "IgG",
    "cd19": "CD19",
    "b": "B",
    "ul": "µL",
}
