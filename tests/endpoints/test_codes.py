"""The words of codes stand once: the codes are those of the database's declaration, and no level has a second list."""

import pandas as pd
import pytest

from data_access.schema.tables import BUNDLE_TABLES, TABLE, allowed_values, columns_of
from endpoints import relapse, timeline, toxicity
from endpoints.baseline import BASELINE
from endpoints.codes import MISSING, RECORDED_AS_MISSING, WORDS, in_sentence, words_of
from endpoints.cohort import FILTER, FILTERS, Level, levels_of
from endpoints.known_tables import SINCE_2, complete_tables
from endpoints.mrd import METHODS
from tests.endpoints.reading import cohort
from tests.literal import PRODUCTS, patient, tables_of

NOT_SHOWN = {"product.status", "patient.vital_status", "treatment_course.course_intent", "dataset.dataset_id"}
CODED = {
    f"{table.name}.{column.name}": allowed_values(column)
    for table in BUNDLE_TABLES
    for column in columns_of(table)
    if allowed_values(column)
}
MADE_FROM_ROWS = {"BURDENGR", "AGEGR", "AGE25", "AGE18", "PRIORTX", "TXINTENT", "SEX"}


@pytest.mark.parametrize("column", sorted(CODED.keys() - NOT_SHOWN))
def test_every_code_of_the_database_has_its_words_here(column):
    assert set(words_of(column)) == set(CODED[column])


def test_no_words_stand_for_a_column_that_is_not_declared():
    assert set(WORDS) <= set(CODED)


@pytest.mark.parametrize("column", sorted(WORDS))
def test_no_two_codes_of_a_column_share_their_words(column):
    words = list(words_of(column).values())
    assert len(set(words)) == len(words) and MISSING not in words_of(column)


def test_levels_of_filters_and_of_table_1_are_the_declared_codes_and_missing():
    declared = {frozenset(codes) for codes in CODED.values()} | {frozenset({"yes", "no"})}
    own = [f.levels for f in FILTERS if f.levels and f.column not in MADE_FROM_ROWS]
    own += [variable.levels for variable in BASELINE if variable.levels]
    for levels in own:
        assert levels[-1] == Level(MISSING, "Missing")
        assert frozenset(level.code for level in levels[:-1]) in declared, levels


def test_classes_over_codes_are_the_declared_codes():
    assert [c.code for c in relapse.CD19] == list(CODED["relapse.cd19_status"])
    assert set(relapse.LEVELS) == {*CODED["relapse.level"], "unknown"}
    assert set(relapse.CAUSES) == set(CODED["patient.cause_of_death"])
    assert set(toxicity.SCALES) == set(CODED["adverse_event.scale"])
    assert {t.kind for t in toxicity.TOXICITIES} == set(CODED["adverse_event.kind"])
    assert {code for codes in METHODS.values() for code in codes} == set(CODED["mrd_assessment.method"])
    assert {*CODED["mrd_assessment.method"], *CODED["car_persistence.method"]} == set(timeline.METHODS)


def test_words_inside_a_sentence_keep_the_capitals_of_abbreviations():
    words = ["Haploidentical", "CRS", "MRD-negative", "Ph+", "DLI", "Other therapy", "Transplant or GVHD"]
    lowered = ["haploidentical", "CRS", "MRD-negative", "Ph+", "DLI", "other therapy", "transplant or GVHD"]
    assert [in_sentence(word) for word in words] == lowered


# Levels found in the data


def labels(code, *patients, products=PRODUCTS):
    adsl = cohort(*patients).adsl
    adsl = adsl.assign(PRODLABEL="tisagenlecleucel") if products is None else adsl
    return [(level.code, level.label) for level in levels_of(FILTER[code], adsl)]


def test_two_products_of_one_name_have_their_codes_beside_it():
    found = labels("product", patient("P1", product="TISA"), patient("P2", product="BREXU"), products=None)
    assert found == [("BREXU", "tisagenlecleucel (BREXU)"), ("TISA", "tisagenlecleucel (TISA)"), ("missing", "Missing")]


def test_a_centre_called_missing_is_not_pooled_with_the_patients_without_a_centre():
    found = labels("centre", *(patient("P1", site_code=code) for code in ("missing", "Missing", "C01", None)))
    assert found == [
        ("C01", "C01"),
        ("Missing", "Missing (Missing)"),
        (RECORDED_AS_MISSING, RECORDED_AS_MISSING),
        ("missing", "Missing"),
    ]


def test_labels_are_unique_even_where_one_is_another_with_its_code():
    adsl = pd.DataFrame({"PRODUCT": ["X", "Y", "Z"], "PRODLABEL": ["A", "A", "A (X)"]})
    found = [level.label for level in levels_of(FILTER["product"], adsl)]
    assert len(set(found)) == 4


# Tables of schema version 1


def test_what_schema_version_2_added_is_missing_in_a_study_of_version_1():
    tables = tables_of(patient("P1", responses={28: "CR"}, relapses=[dict(day=200)]))
    old = {name: rows for name, rows in tables.items() if name not in ("infection", "second_malignancy")}
    old = {name: rows.drop(columns=list(SINCE_2.get(name, ())), errors="ignore") for name, rows in old.items()}
    completed = complete_tables(old)
    for name, columns in SINCE_2.items():
        assert set(columns) <= set(completed[name])
        assert set(columns) <= {column.name for column in columns_of(TABLE[name])}
    assert "cd22_status" not in old["relapse"]
