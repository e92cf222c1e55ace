"""SQLite: one writer, group commit, one service a file."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.ids import Ids
from storage.engine import Database, DatabaseClosedError, open_database
from storage.lockfile import DatabaseTakenError
from storage.seal import Keyring
from storage.unit_of_work import UnitOfWork
from storage.writer import Writer

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@pytest.fixture
def lite(tmp_path: Path, keyring: Keyring, ids: Ids) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path}/scanrelay.db", keyring=keyring, ids=ids)
    database.create_tables()
    yield database
    database.close()


def _set(name: str, uow: UnitOfWork) -> None:
    uow.timers.set(name, "subject", NOW)


async def test_what_is_queued_together_is_committed_together(lite: Database) -> None:
    notices: list[frozenset[str]] = []
    lite.on_commit(notices.append)

    await lite.run_all([lambda u, n=n: _set(f"t{n}", u) for n in range(50)])

    assert notices == [frozenset({"timers"})]


async def test_every_commit_reaches_the_disk(lite: Database) -> None:
    names = ("synchronous", "journal_mode", "foreign_keys", "secure_delete")
    found = await lite.run(
        lambda u: [u.connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]
    )
    assert found == [2, "wal", 1, 1]


def test_a_second_service_is_told_who_has_the_database(
    tmp_path: Path, lite: Database, keyring: Keyring
) -> None:
    with pytest.raises(DatabaseTakenError, match="in use by scanrelay"):
        open_database(f"sqlite:///{tmp_path}/scanrelay.db", keyring=keyring, ids=Ids(1))


def test_the_death_of_the_writer_is_reported(tmp_path: Path, keyring: Keyring) -> None:
    deaths: list[str] = []
    url = f"sqlite:///{tmp_path}/other.db"
    database = open_database(url, keyring=keyring, ids=Ids(1), on_death=lambda: deaths.append("died"))

    def kill(_uow: UnitOfWork) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        database.run_blocking(kill)
    assert isinstance(database._writer, Writer)
    database._writer._thread.join(5)

    assert deaths == ["died"]
    with pytest.raises(DatabaseClosedError):
        database.run_blocking(lambda u: None)
    database.close()
