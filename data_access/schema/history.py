"""What was loaded when. Not of the cohort: no part of its schema version, content or bundle; an older database is
without it, and gets it with its next import."""

import sqlalchemy as sa

from data_access.schema.columns import column, table

HISTORY_METADATA = sa.MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s"}
)

IMPORT_HISTORY = table(
    "import_history",
    "What was loaded when: one row for each import, kept from import to import.",
    column("import_history_id", "id", "The import: its time, and a lot.", key=True),
    column("imported_at", "timestamp", "When it was loaded (ISO 8601, UTC).", required=True),
    column("content_sha256", "text", "SHA-256 of the content; its first 12 digits are the version.", required=True),
    column("data_cutoff", "date", "Data cut-off.", required=True),
    column("patients", "integer", "Patients.", required=True, low=0),
    column("all_rows", "integer", "Rows of all tables.", required=True, low=0),
    column("warnings", "integer", "Warnings at import.", required=True, low=0),
    column("left_out", "integer", "Rows of the source's datasets that no table took.", required=True, low=0),
    column("set_aside", "integer", "Rows put aside because of errors: they are in no table.", required=True, low=0),
    metadata=HISTORY_METADATA,
)
