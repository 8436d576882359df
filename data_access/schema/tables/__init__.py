"""Every table and column of a cohort database, declared once: type, allowed values, meaning, dated_by.

SELECTs, import checks, frame dtypes, the data dictionary, the REDCap form and the sample data follow from these
declarations. A new column is declared in its table's file, with `since` the next schema version: then that is the
schema version, and older bundles may be without the column.
"""

from data_access.schema.columns import (
    METADATA,
    TYPES,
    allowed_values,
    columns_of,
    dated_by,
    is_level,
    key_of,
    kind_of,
    labels_of,
    meanings_of,
    natural_key_of,
    newest,
    reference_of,
    short_of,
    since,
)
from data_access.schema.tables.courses import TREATMENT_COURSE
from data_access.schema.tables.disease import (
    MRD_ASSESSMENT,
    RELAPSE,
    RESPONSE_ASSESSMENT,
    SUBSEQUENT_THERAPY,
    TRANSPLANT,
)
from data_access.schema.tables.harm import ADVERSE_EVENT, INFECTION, SECOND_MALIGNANCY
from data_access.schema.tables.patients import DATASET, PATIENT, PRODUCT
from data_access.schema.tables.samples import B_CELL_ASSESSMENT, CAR_PERSISTENCE, CONTACT, IMMUNOGLOBULIN, IVIG

__all__ = [
    "BUNDLE_TABLES",
    "DATASET",
    "METADATA",
    "PATIENT",
    "PRODUCT",
    "SCHEMA_VERSION",
    "TABLE",
    "TABLES",
    "TYPES",
    "allowed_values",
    "columns_of",
    "dated_by",
    "is_level",
    "key_of",
    "kind_of",
    "labels_of",
    "meanings_of",
    "natural_key_of",
    "reference_of",
    "short_of",
    "since",
]

BUNDLE_TABLES = (  # in load order: what is referred to comes first; `dataset` has no file
    PRODUCT,
    PATIENT,
    TREATMENT_COURSE,
    RESPONSE_ASSESSMENT,
    MRD_ASSESSMENT,
    B_CELL_ASSESSMENT,
    IMMUNOGLOBULIN,
    IVIG,
    CONTACT,
    CAR_PERSISTENCE,
    RELAPSE,
    TRANSPLANT,
    SUBSEQUENT_THERAPY,
    ADVERSE_EVENT,
    INFECTION,
    SECOND_MALIGNANCY,
)
TABLES = (DATASET, *BUNDLE_TABLES)
SCHEMA_VERSION = newest(TABLES)
TABLE = {table.name: table for table in TABLES}
