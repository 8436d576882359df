"""Texts that came out wrong, names that stand twice, and codes that newer ones have replaced."""

import pandas as pd

from data_access.bundle.checks import WARN, Cohort, Masks, Rule, whenever
from data_access.bundle.plausibility.conditions import given, has
from data_access.schema.tables import BUNDLE_TABLES, columns_of, is_level, kind_of
from data_access.schema.texts import contains

# UTF-8 that was read as Latin-1 or cp1252 (Ã¼ for ü, â€“ for a dash), and the sign for what could not be read.
MOJIBAKE = "Ã[\u0080-¿ŠŒŽšœžŸƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|Â[\u0080-¿]|â€|â‚¬|ï»¿|\ufffd"


def _garbled(table: str, column: str):
    def judge(cohort: Cohort) -> Masks:
        texts = cohort.tables[table][column]
        return texts.notna().to_numpy(), contains(texts, MOJIBAKE)

    return judge


GARBLED = tuple(
    Rule(
        "garbled-text",
        WARN,
        table.name,
        column.name,
        "must be text in the encoding it was written in",
        "names on screens and in files, and groups that would stand twice",
        "Export again as UTF-8, or declare the encoding of the source; the text is loaded as it is.",
        _garbled(table.name, column.name),
    )
    for table in BUNDLE_TABLES
    for column in columns_of(table)
    if (kind_of(column) in ("text", "pseudonym") or is_level(column)) and not column.foreign_keys
)


def _one_name(cohort: Cohort) -> Masks:
    names = cohort.tables["product"]["name"].reset_index(drop=True)
    known = names.notna().to_numpy()
    return known, known & pd.Series(names.str.casefold().str.strip()).duplicated().to_numpy(bool)


ONE_NAME = (
    Rule(
        "two-products-of-one-name",
        WARN,
        "product",
        "name",
        "two products must not have one name",
        "comparisons by product: they stay two groups",
        "If it is one product, give its patients one product_code; if not, give each its own name.",
        _one_name,
    ),
)

OLD_CODES = (
    whenever(
        "old-code",
        WARN,
        "patient",
        "cause_of_death",
        given("patient", "cause_of_death"),
        has("patient", "cause_of_death", "crs_icans_hlh"),
        "a cause of death must be one of those told apart since schema version 2",
        "deaths by cause: CRS, ICANS and IEC-HS cannot be told apart",
        "Write crs, icans or iec_hs; the old code stays readable and is counted as it is.",
    ),
)
