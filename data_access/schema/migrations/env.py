"""What alembic runs for every command: on the connection, and in the transaction, of who called it."""

from alembic import context

from data_access.schema.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
