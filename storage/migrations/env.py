"""Alembic's entry: runs migrations on the connection that `storage.migrate` opened."""

from alembic import context
from sqlalchemy import Connection

from storage.migrate import all_tables

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=all_tables(),
    # SQLite can't alter most things in place: alembic copies the table instead.
    render_as_batch=True,
    compare_type=True,
    user_module_prefix="storage.schema.",
)
with context.begin_transaction():
    context.run_migrations()
