"""The words of every declared code of the database: other modules take them from here.

They are declared with the codes, and printed into words.csv by `python -m data_access.dictionary --write`; a test holds
both together.
"""

import csv
from pathlib import Path

MISSING, UNKNOWN = "missing", "unknown"  # no entry; an entry that says unknown
MISSING_WORDS = "Missing"
RECORDED_AS_MISSING = "missing (as recorded)"  # a value of the data that is spelt like the reserved code

SPECIMENS = {"BM": "Bone marrow", "PB": "Peripheral blood"}
WORDS_FILE = Path(__file__).with_name("words.csv")


def _read_words() -> dict[str, dict[str, str]]:
    """`table.column` -> code -> words, in declared order."""
    words: dict[str, dict[str, str]] = {}
    with WORDS_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            words.setdefault(row["column"], {})[row["code"]] = row["words"]
    return words


WORDS = _read_words()

PROPER = ("Ph+", "Ph-like", "Penn")


def words_of(column: str) -> dict[str, str]:
    """Code -> words of a column, `table.column`, in declared order."""
    return WORDS[column]


def pairs_of(column: str) -> tuple[tuple[str, str], ...]:
    """(code, words) of a column, in declared order."""
    return tuple(WORDS[column].items())


def in_sentence(words: str) -> str:
    """Words as they stand inside a sentence: 'Haploidentical' loses its capital, CRS, MRD-negative and Ph+ do not."""
    return words[0].lower() + words[1:] if words[1:2].islower() and words not in PROPER else words


def sentence_words(column: str) -> dict[str, str]:
    """Code -> words as they stand inside a sentence."""
    return {code: in_sentence(words) for code, words in WORDS[column].items()}
