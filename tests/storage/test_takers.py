"""PostgreSQL: what a dead process had taken is taken up, and a living one that lost its connection is left alone."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.clock import ManualClock
from bot.ids import Ids
from bot.messages import Address, OutboundMessage, Text
from bot.workers.takeover import TakeOver
from storage import presence
from storage.claim import Claim, ClaimLostError
from storage.engine import Database
from storage.inbox import InboxRow
from storage.pace import TELEGRAM
from storage.unit_of_work import UnitOfWork
from tests.storage.test_threads import end_connection
from tests.workers.test_workers import Bench

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def until(true: Callable[[], bool]) -> None:
    """Soon it is so."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def fill_queues(uow: UnitOfWork) -> None:
    uow.inbox.append("t", "1", Address("telegram:1"), b"raw", NOW)
    uow.outbox.put(OutboundMessage(Address("telegram:1"), "k", (Text("hello"),)), NOW)
    uow.work.put("fetch", "k", "a", NOW)


def take_all(now: datetime, taker: str, uow: UnitOfWork) -> list[object]:
    return [
        *uow.inbox.claim(now, limit=9, taker=taker),
        *uow.outbox.claim(now, channel="telegram", pace=TELEGRAM, limit=9, taker=taker),
        *uow.work.claim("fetch", now, limit=9, taker=taker),
    ]


async def look(takeover: TakeOver, times: int, now: datetime = NOW) -> int:
    return sum([await takeover.step(now + n * SECOND) for n in range(times)])


def taken_by(database: Database) -> str:
    """The name of a process that took all there is."""
    taker = database.appear()
    database.run_blocking(fill_queues)
    assert len(database.run_blocking(partial(take_all, NOW, taker))) == 3
    return taker


def event_of(taker: str) -> InboxRow:
    return InboxRow(Claim(1, taker, 1), "t", "1", b"raw", NOW)


def is_seen(database: Database) -> bool:
    return database.is_seen


def vanish(database: Database) -> None:
    """It lives on, and nobody sees it."""
    assert database._presence is not None
    database._presence.close()


async def test_what_a_dead_process_had_taken_is_due_after_two_looks(shared: Sequence[Database]) -> None:
    taken_by(shared[0])
    shared[0].close()
    takeover = TakeOver(shared[1])
    assert await look(takeover, 1) == 0
    assert await look(takeover, 1, NOW + SECOND) == 3
    assert await look(takeover, 2, NOW + 2 * SECOND) == 0
    rows = shared[1].run_blocking(partial(take_all, NOW + 2 * SECOND, "b"))
    assert [getattr(row, "unsure", None) for row in rows] == [None, True, None]


async def test_what_a_living_process_has_taken_stays_with_it(shared: Sequence[Database]) -> None:
    taken_by(shared[0])
    assert await look(TakeOver(shared[1]), 5) == 0


async def test_a_process_that_lost_its_connection_is_back_before_it_is_given_up(
    shared: Sequence[Database],
) -> None:
    taken_by(shared[0])
    held = shared[0]._presence
    assert held is not None
    end_connection(held.backend)
    takeover = TakeOver(shared[1])
    await takeover.step(NOW)
    until(lambda: shared[0].is_seen and shared[1].run_blocking(lambda u: not u.takers.missing(NOW)))
    assert await look(takeover, 3, NOW + SECOND) == 0


async def test_a_process_without_its_lock_knows_that_it_may_be_given_up(shared: Sequence[Database]) -> None:
    taker = taken_by(shared[0])
    held = shared[0]._presence
    assert held is not None
    assert is_seen(shared[0])
    with taking_over(shared[1], taker):
        end_connection(held.backend)
        until(lambda: not shared[0].is_seen)
        await asyncio.sleep(0.5)
        assert not is_seen(shared[0])
    until(lambda: shared[0].is_seen)


@contextmanager
def taking_over(database: Database, taker: str) -> Iterator[None]:
    """Another process waits for the lock, has it as soon as it is free, and keeps it until the end."""
    go_on = threading.Event()

    def take(uow: UnitOfWork) -> None:
        uow.connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": presence.lock_of(taker)})
        go_on.wait(10)

    taking = database.submit(take)
    yield
    go_on.set()
    taking.result(20)


async def test_a_server_that_stays_silent_makes_a_process_hold_back(
    shared: Sequence[Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    shared[0].appear()
    assert is_seen(shared[0])
    monkeypatch.setattr(presence, "_SEEN_SECONDS", -1.0)
    assert not is_seen(shared[0])


async def test_a_process_that_may_be_given_up_sends_nothing_until_it_is_seen_again(
    shared: Sequence[Database], clock: ManualClock, ids: Ids, tmp_path: Path
) -> None:
    bench = Bench(shared[0], clock, ids, tmp_path)
    shared[0].appear()
    vanish(shared[0])
    bench.put("hello")
    await bench.quiet(seconds=5)
    assert bench.channel.texts() == []
    shared[0].appear()
    await bench.quiet(seconds=10)
    assert bench.channel.texts() == ["hello"]


async def test_who_was_given_up_stores_nothing_once_another_has_the_event(shared: Sequence[Database]) -> None:
    row = event_of(taken_by(shared[0]))
    vanish(shared[0])
    assert await look(TakeOver(shared[1]), 2) == 3
    shared[1].run_blocking(partial(take_all, NOW + SECOND, "b"))
    with pytest.raises(ClaimLostError):
        shared[0].run_blocking(lambda u: u.inbox.done(row, NOW))


async def test_who_was_given_up_may_still_settle_what_nobody_has_taken_again(
    shared: Sequence[Database],
) -> None:
    row = event_of(taken_by(shared[0]))
    vanish(shared[0])
    assert await look(TakeOver(shared[1]), 2) == 3
    shared[0].run_blocking(lambda u: u.inbox.done(row, NOW))
    assert shared[1].run_blocking(lambda u: u.inbox.claim(NOW + SECOND, limit=9, taker="b")) == []


async def test_two_processes_that_look_at_once_release_once(shared: Sequence[Database]) -> None:
    shared[0].run_blocking(fill_queues)
    shared[0].run_blocking(partial(take_all, NOW, "gone"))
    both = [TakeOver(database) for database in shared]
    counts = [await asyncio.gather(*(one.step(NOW + n * SECOND) for one in both)) for n in range(4)]
    assert sum(map(sum, counts)) == 3


def test_an_earlier_message_does_not_wait_for_a_later_one_of_a_dead_process(
    shared: Sequence[Database],
) -> None:
    """It was committed after the later one was taken; the two would wait for each other for ever."""
    lane = Address("telegram:1")
    numbered, go_on = threading.Event(), threading.Event()

    def slow(uow: UnitOfWork) -> None:
        uow.inbox.append_hashed("internal", "early", uow.sealer.lookup(lane), b"", NOW)
        numbered.set()
        go_on.wait(10)

    shared[0].run_blocking(lambda u: u.inbox.append("t", "other", Address("telegram:2"), b"raw", NOW))
    early = shared[0].submit(slow)
    numbered.wait(10)
    shared[1].run_blocking(lambda u: u.inbox.append("t", "late", lane, b"", NOW))
    assert len(shared[1].run_blocking(lambda u: u.inbox.claim(NOW, limit=5, taker="gone"))) == 2
    go_on.set()
    early.result()
    shared[1].run_blocking(lambda u: u.takers.release("gone", NOW))
    order = []
    for _ in range(2):
        rows = shared[0].run_blocking(lambda u: u.inbox.claim(NOW, limit=5, taker="b"))
        order += [row.vendor_id for row in rows if row.vendor_id != "other"]
        for row in rows:
            shared[0].run_blocking(lambda u, row=row: u.inbox.done(row, NOW))
    assert order == ["early", "late"]
