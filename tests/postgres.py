"""PostgreSQL for tests: where SCANRELAY_TEST_POSTGRES_URL points, each test has a schema of its own.

    SCANRELAY_TEST_POSTGRES_URL=postgresql://scanrelay@127.0.0.1:5433/postgres

The database must be one for tests: whatever lies in schemas named `test_…` is dropped.
"""

import contextlib
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import make_url

from bot.ids import Ids

VARIABLE = "SCANRELAY_TEST_POSTGRES_URL"
WORLDS = "SCANRELAY_TEST_WORLDS"
"""Set to `postgresql`, the scenarios run there; without it, on SQLite."""

_numbers = itertools.count()


def server_url() -> str | None:
    """Where tests may make schemas; None where nobody said so."""
    return os.environ.get(VARIABLE) or None  # noqa: TID251 - how tests find outside data


@contextmanager
def fresh_schema() -> Iterator[str]:
    """The URL of an empty schema, dropped at the end; skips the test where there is no PostgreSQL."""
    url = server_url()
    if url is None:
        pytest.skip(f"the PostgreSQL half needs {VARIABLE}")
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
        try:
            yield within(url, name)
        finally:
            connection.execute("SET client_min_messages = warning")
            connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


def within(url: str, schema: str) -> str:
    """A URL whose connections see that schema only."""
    parsed = make_url(url).update_query_dict({"options": f"-csearch_path={schema}"})
    return parsed.render_as_string(hide_password=False)


@contextmanager
def world_database() -> Iterator[str | None]:
    """The database of a scenario; None for the SQLite file that the service makes by itself."""
    chosen = os.environ.get(WORLDS)  # noqa: TID251 - how tests find outside data
    with fresh_schema() if chosen == "postgresql" else contextlib.nullcontext() as url:
        yield url


def own_ids(seed: int) -> Ids:
    """Predictable ids, others in each test process: takers' locks are the whole server's, whatever the schema."""
    return Ids(seed + 1_000 * os.getpid())
