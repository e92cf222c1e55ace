"""A database, a clock and ids for every test that asks."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from bot.clock import ManualClock
from bot.ids import Ids
from storage.engine import Database, open_database
from storage.seal import Keyring

# A property is about values; how long one example takes on a busy machine says nothing about it.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def ids() -> Ids:
    return Ids(seed=7)


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(bytes(range(32)))


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/scanrelay.db"


@pytest.fixture
def db(url: str, keyring: Keyring, ids: Ids) -> Iterator[Database]:
    database = open_database(url, keyring=keyring, ids=ids)
    database.create_tables()
    yield database
    database.close()
