"""The few statements that SQLite and PostgreSQL spell through different constructs."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import URL, Connection, Executable, Table, make_url
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert


def parse_url(text: str) -> URL:
    """A database URL; a plain `postgresql://` (or `postgres://`) means the driver that is installed."""
    scheme, separator, rest = text.partition("://")
    if scheme in ("postgresql", "postgres"):
        scheme = "postgresql+psycopg"
    return make_url(f"{scheme}{separator}{rest}")


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one of its unique keys is taken; whether it went in."""
    # SQLAlchemy asks PostgreSQL for a generated key and forgets how many rows went in, unless it is told.
    counted = {"preserve_rowcount": True}
    statement = _insert_new(table, connection.dialect.name)
    return connection.execute(statement, dict(values), execution_options=counted).rowcount == 1


@cache  # making the statement costs more than running it
def _insert_new(table: Table, dialect: str) -> Executable:
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    return insert(table).on_conflict_do_nothing()


def upsert(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or give the row with the same primary key these values."""
    connection.execute(_upsert(table, connection.dialect.name, tuple(values)), dict(values))


@cache
def _upsert(table: Table, dialect: str, names: tuple[str, ...]) -> Executable:
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    keys = [column.name for column in table.primary_key]
    statement = insert(table)
    rest = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)
