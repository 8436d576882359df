"""Schema version 1, the first: the tables as they were, in SQL that no later change of tables.py touches.

An import makes the tables of its own version, so this runs on an empty database only: to see, in a test, that all
migrations together end in what tables.py declares.
"""

from pathlib import Path

from alembic import op

revision, down_revision = "0001", None


def upgrade() -> None:
    """Statements are separated by an empty line. The driver gets them as they are: the text has % and : in it."""
    bind = op.get_bind()
    text = Path(__file__).with_name(f"0001_{bind.dialect.name}.sql").read_text("utf-8")
    cursor = bind.connection.cursor()
    for statement in text.split("\n\n"):
        cursor.execute(statement)
