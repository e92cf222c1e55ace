"""Bringing a database to the tables that this code knows.

A new migration: `python -m storage.migrate "what changes"` compares the tables in the code with those that
the migrations make and writes the difference to `storage/migrations/versions/`.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine
from sqlalchemy.exc import OperationalError

from storage.locks import hold
from storage.portable import parse_url
from storage.schema import cases, metadata, people, rotas, runtime

_FOLDER = Path(__file__).parent / "migrations"


def all_tables() -> MetaData:
    """The metadata with every table in it (each module adds its own when imported)."""
    assert all(module.metadata is metadata for module in (cases, people, rotas, runtime))
    return metadata


def upgrade(url: str) -> None:
    """Run the migrations that this database lacks, in one transaction; one process at a time does so."""
    with opened(url) as connection:
        hold(connection, "scanrelay migrations")
        command.upgrade(config_for(connection), "head")


def current(url: str) -> str | None:
    """The revision that this database has; None before the first."""
    with opened(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision that this code needs."""
    return ScriptDirectory(str(_FOLDER)).get_current_head()


def differences(url: str) -> list[object]:
    """What the tables in this database lack or have too much, compared with the code."""
    from_code = all_tables()
    with opened(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, from_code))


def write_revision(message: str) -> None:
    """Write the migration from what the migrations make to what the code says."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/empty.db"
        upgrade(url)
        with opened(url) as connection:
            number = f"{len(list((_FOLDER / 'versions').glob('[0-9]*.py'))) + 1:04}"
            command.revision(config_for(connection), message, autogenerate=True, rev_id=number)


class DatabaseUnreachableError(RuntimeError):
    """No server answers, or it lets nobody in."""


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """A connection in a transaction that is committed at the end; DatabaseUnreachableError."""
    engine = create_engine(parse_url(url))
    try:
        try:
            engine.connect().close()
        except OperationalError as error:
            raise DatabaseUnreachableError("the database server can't be reached") from error
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def config_for(connection: Connection) -> Config:
    """How alembic works on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


if __name__ == "__main__":
    write_revision(sys.argv[1])
