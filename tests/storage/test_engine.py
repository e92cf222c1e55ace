import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.ids import Ids
from storage.engine import Database, DatabaseClosedError, open_database
from storage.lockfile import DatabaseTakenError
from storage.seal import Keyring
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def _set(name: str, uow: UnitOfWork) -> None:
    uow.timers.set(name, "subject", NOW)


async def test_a_function_that_raises_undoes_only_its_own_changes(db: Database) -> None:
    def broken(uow: UnitOfWork) -> None:
        _set("broken", uow)
        raise ValueError("no")

    outcomes = await db.run_all([lambda u: _set("one", u), broken, lambda u: _set("two", u)])

    assert [type(outcome) for outcome in outcomes] == [type(None), ValueError, type(None)]
    kept = await db.read(lambda u: [u.timers.due_at(name, "subject") for name in ("one", "broken", "two")])
    assert kept == [NOW, None, NOW]


async def test_what_is_queued_together_is_committed_together(db: Database) -> None:
    notices: list[frozenset[str]] = []
    db.on_commit(notices.append)

    await db.run_all([lambda u, n=n: _set(f"t{n}", u) for n in range(50)])

    assert notices == [frozenset({"timers"})]


async def test_every_commit_reaches_the_disk(db: Database) -> None:
    names = ("synchronous", "journal_mode", "foreign_keys", "secure_delete")
    found = await db.run(lambda u: [u.connection.execute(text(f"PRAGMA {name}")).scalar() for name in names])
    assert found == [2, "wal", 1, 1]


async def test_reading_cannot_write(db: Database) -> None:
    with pytest.raises(Exception, match="readonly"):
        await db.read(lambda u: _set("x", u))


async def test_a_reader_sees_nothing_before_the_commit(db: Database) -> None:
    seen: list[object] = []

    def write(uow: UnitOfWork) -> None:
        _set("x", uow)
        seen.append(db._pool.submit(db._read, lambda u: u.timers.next_due()).result())

    await db.run(write)
    assert seen == [None]


def test_a_second_service_is_told_who_has_the_database(
    tmp_path: Path, db: Database, keyring: Keyring
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
    assert database._writer is not None
    database._writer._thread.join(5)

    assert deaths == ["died"]
    with pytest.raises(DatabaseClosedError):
        database.run_blocking(lambda u: None)
    database.close()


async def test_a_cancelled_wait_does_not_stop_the_writer(db: Database) -> None:
    waiting = asyncio.ensure_future(db.run(lambda u: _set("x", u)))
    waiting.cancel()
    assert await db.run(lambda u: 1) == 1


def test_a_transaction_that_waits_for_another_is_told_so_and_does_not_hang(db: Database) -> None:
    with pytest.raises(RuntimeError, match="can't wait"):
        db.run_blocking(lambda _u: db.run_blocking(lambda _v: None))
