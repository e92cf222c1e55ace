import asyncio
from datetime import UTC, datetime

import pytest

from storage.engine import Database
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


async def test_reading_cannot_write(db: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only"):
        await db.read(lambda u: _set("x", u))


async def test_a_reader_sees_nothing_before_the_commit(db: Database) -> None:
    seen: list[object] = []

    def write(uow: UnitOfWork) -> None:
        _set("x", uow)
        seen.append(db._pool.submit(db._read, lambda u: u.timers.next_due()).result())

    await db.run(write)
    assert seen == [None]


async def test_a_cancelled_wait_stops_nobody_else(db: Database) -> None:
    waiting = asyncio.ensure_future(db.run(lambda u: _set("x", u)))
    waiting.cancel()
    assert await db.run(lambda u: 1) == 1


def test_a_transaction_that_waits_for_another_is_told_so_and_does_not_hang(db: Database) -> None:
    with pytest.raises(RuntimeError, match="can't wait"):
        db.run_blocking(lambda _u: db.run_blocking(lambda _v: None))
