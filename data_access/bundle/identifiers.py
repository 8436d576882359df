"""Names, record numbers and the like have no place in a cohort; one centre spelled in two ways would count as two, and
one called "missing" would be pooled with the patients of whom no centre is known.

Patterns find what is typical, not everything: a centre stays responsible for what it exports.
"""

import re
import unicodedata

import pandas as pd

from data_access.bundle.checks import ERROR, WARN, Cohort, Masks, Rule
from data_access.schema.tables import BUNDLE_TABLES, columns_of, is_level, kind_of
from data_access.schema.texts import contains

# Patterns that both Python and RE2 (behind pandas text columns) read alike.
RECORD_NUMBER = (
    r"(?i:(?:^|[^a-z])(?:mrn|ipp|nhs|ssn|nir|kvnr|bsn|ahv|hosp(?:ital)?[ _-]?(?:no|nr|id))[ :#._-]*"
    r"[0-9]{3,})"
)
EMAIL = r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"
SPOKEN_NAME = r"(?:^|[^A-Za-z])(?:Mr|Mrs|Ms|Miss|Mme|Mlle|Monsieur|Madame|Herr|Frau)\.? +[A-ZÀ-Þ]"
PHONE = r"(?:\+|\b0)[0-9](?:[ ./()-]?[0-9]){8,}"
BIRTH_DATE = r"(?i:\b(?:born|dob|née? le|geb\.?|geboren)[^0-9a-z]{0,6}[0-9]{1,4}[./-][0-9]{1,2})"
DAY = re.compile("(?<![0-9])([12][0-9]{3})[-._/]?(0[1-9]|1[0-2])[-._/]?(?:0[1-9]|[12][0-9]|3[01])(?![0-9])")
ONLY_LETTERS = r"^[^0-9]{3,}$"
LOOKS = {
    "pseudonym": (RECORD_NUMBER, EMAIL, ONLY_LETTERS),
    "id": (RECORD_NUMBER, EMAIL),
    "text": (RECORD_NUMBER, EMAIL, SPOKEN_NAME, PHONE, BIRTH_DATE),
}
FORBIDDEN_COLUMNS = re.compile(
    "name|mrn|address|street|phone|email|birth_?date|date_of_birth|dob|ssn|insurance|zip"
    "|postcode|record_?(no|number)|initials",
    re.I,
)
MISSING = "missing"  # the level of those of whom a value is not known
# Letters of other scripts that look like Latin ones, after case folding.
TWINS = str.maketrans("авекмнорстухіјѕԁӏαβεικνορτυχ", "abekmhopctyxijsdlabeikvoptux")


def _looks(table: str, column: str, patterns: tuple[str, ...]):
    together = re.compile("|".join(patterns)).pattern

    def judge(cohort: Cohort) -> Masks:
        texts = cohort.tables[table][column]
        given = texts.notna().to_numpy()
        return given, given & contains(texts, together)

    return judge


def _birth_date_inside(cohort: Cohort) -> Masks:
    """A pseudonym that spells the patient's own birth month with a day after it holds the birth date.

    The month alone may be chance: running numbers pass through every year and month.
    """
    patients = cohort.tables["patient"]
    names, months = (patients[name].astype(object) for name in ("patient_id", "birth_month"))
    known = (patients["patient_id"].notna() & patients["birth_month"].notna()).to_numpy()
    inside = known.copy()
    inside[known] = [
        any(f"{year}-{born}" == month for year, born in DAY.findall(name))
        for name, month in zip(names[known], months[known], strict=True)
    ]
    return known, inside


_RULE = "must hold no name, record number, birth date or address"
_HINT = "Replace it by a pseudonym that only your centre can resolve; the app has no place for it."
DIRECT_IDENTIFIERS = (
    *(
        Rule(
            "direct-identifier",
            ERROR,
            table.name,
            column.name,
            _RULE,
            "the patients' privacy",
            _HINT,
            _looks(table.name, column.name, LOOKS[kind_of(column)]),
            secret=True,
        )
        for table in BUNDLE_TABLES
        for column in columns_of(table)
        if kind_of(column) in LOOKS and (not column.foreign_keys)
    ),
    Rule(
        "direct-identifier",
        ERROR,
        "patient",
        "patient_id",
        _RULE,
        "the patients' privacy",
        _HINT,
        _birth_date_inside,
        secret=True,
    ),
)


def skeleton(text: str) -> str:
    """What a reader sees of a code: without case, spaces, punctuation, invisible characters, and foreign twins."""
    folded = unicodedata.normalize("NFKD", text).casefold().translate(TWINS)
    return "".join(c for c in folded if c.isalnum())


def _spelled_twice(table: str, column: str):
    def judge(cohort: Cohort) -> Masks:
        texts = cohort.tables[table][column]
        counts = texts.value_counts()
        seen = pd.Series([skeleton(text) for text in counts.index], index=counts.index, dtype="str")
        rarer = seen[seen.duplicated()].index
        return texts.notna().to_numpy(), texts.isin(rarer).to_numpy(bool)

    return judge


def _written_twice(cohort: Cohort) -> Masks:
    """Pseudonyms that differ from an earlier one in case or blanks only; hyphens and points may tell patients apart."""
    texts = cohort.tables["patient"]["patient_id"]
    same = texts.str.replace(r"\s", "", regex=True).str.casefold()
    return texts.notna().to_numpy(), (texts.notna() & same.duplicated()).to_numpy(bool)


SPELLINGS = (
    *(
        Rule(
            "spelled-in-two-ways",
            WARN,
            table,
            column,
            "two codes must differ in more than case, spaces, punctuation or look-alike letters",
            "comparisons: one group would stand as two",
            "Write one code for one thing; each spelling is a group of its own.",
            _spelled_twice(table, column),
        )
        for table, column in (("patient", "site_code"), ("product", "product_code"))
    ),
    Rule(
        "spelled-in-two-ways",
        WARN,
        "patient",
        "patient_id",
        "two pseudonyms must differ in more than case or blanks",
        "every count: one patient would count as two",
        "Write one pseudonym for one patient; each spelling is a patient of its own.",
        _written_twice,
    ),
)


def _called_missing(table: str, column: str):
    def judge(cohort: Cohort) -> Masks:
        texts = cohort.tables[table][column]
        reserved = [text for text in texts.dropna().unique() if skeleton(text) == MISSING]
        return texts.notna().to_numpy(), texts.isin(reserved).to_numpy(bool)

    return judge


RESERVED = tuple(
    Rule(
        "reserved-word",
        ERROR,
        table.name,
        column.name,
        "must not be the word 'missing', which is reserved for what is not known",
        "comparisons: such a group would be pooled with those of whom nothing is known",
        "Leave the cell empty where it is not known, or give the group another code or name.",
        _called_missing(table.name, column.name),
    )
    for table in BUNDLE_TABLES
    for column in columns_of(table)
    if is_level(column)
)
