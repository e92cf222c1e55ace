import random  # noqa: TID251
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.messages import Address, OutboundMessage, Text
from storage.audit import Broken
from storage.claim import ClaimLostError
from storage.engine import Database
from storage.inbox import InboxRow
from storage.outbox import OutboxRow
from storage.pace import TELEGRAM, Pace, Rate
from storage.schema.runtime import audit
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
CHAT = Address("telegram:1")


def message(key: str, *, to: Address = CHAT, topic: str | None = None) -> OutboundMessage:
    return OutboundMessage(to, key, (Text("hello"),), topic=topic)


def claim(db: Database, now: datetime = NOW, *, limit: int = 9, taker: str = "a") -> Sequence[OutboxRow]:
    return db.run_blocking(
        lambda u: u.outbox.claim(now, channel="telegram", pace=TELEGRAM, limit=limit, taker=taker)
    )


def test_a_vendor_id_is_taken_in_once(db: Database) -> None:
    def append(u: UnitOfWork) -> bool:
        return u.inbox.append("telegram", "1:7", CHAT, b"raw", NOW)

    assert [db.run_blocking(append), db.run_blocking(append)] == [True, False]


def test_nothing_of_a_message_is_readable_in_the_file(db: Database, tmp_path: Path) -> None:
    db.run_blocking(
        lambda u: u.inbox.append("telegram", "1:7", Address("telegram:998877"), b"secret words", NOW)
    )
    db.run_blocking(lambda u: u.outbox.put(message("k", to=Address("telegram:998877")), NOW))
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("scanrelay.db*"))
    assert b"secret words" not in stored
    assert b"998877" not in stored


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seed=st.integers(0, 10**6))
def test_two_workers_take_each_event_once_and_each_chat_in_order(db: Database, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    chats = [Address(f"telegram:{seed}:{n}") for n in range(4)]
    expected = {chat: [f"{seed}:{chat}:{n}" for n in range(dice.randint(0, 5))] for chat in chats}
    arrivals = [vendor_id for ids in expected.values() for vendor_id in ids]
    for chat, ids in expected.items():
        for vendor_id in ids:
            db.run_blocking(lambda u, c=chat, v=vendor_id: u.inbox.append("telegram", v, c, b"", NOW))
    handled: list[str] = []
    held: list[InboxRow] = []
    while len(handled) < len(arrivals):
        if held and dice.random() < 0.5:
            row = held.pop(dice.randrange(len(held)))
            handled.append(row.vendor_id)
            db.run_blocking(lambda u, row=row: u.inbox.done(row, NOW))
        else:
            taker, limit = dice.choice("ab"), dice.randint(1, 3)
            held += db.run_blocking(lambda u, t=taker, n=limit: u.inbox.claim(NOW, limit=n, taker=t))
    assert sorted(handled) == sorted(arrivals)
    for ids in expected.values():
        assert [one for one in handled if one in ids] == ids


def test_an_event_whose_lease_ran_out_belongs_to_the_next_taker(db: Database) -> None:
    db.run_blocking(lambda u: u.inbox.append("telegram", "1", CHAT, b"", NOW))
    (first,) = db.run_blocking(lambda u: u.inbox.claim(NOW, limit=1, taker="a"))
    later = NOW + timedelta(minutes=2)
    (second,) = db.run_blocking(lambda u: u.inbox.claim(later, limit=1, taker="b"))
    with pytest.raises(ClaimLostError):
        db.run_blocking(lambda u: u.inbox.done(first, later))
    db.run_blocking(lambda u: u.inbox.done(second, later))


def test_a_newer_message_of_a_topic_drops_the_one_that_has_not_left(db: Database) -> None:
    for key in ("one", "two"):
        db.run_blocking(lambda u, key=key: u.outbox.put(message(key, topic="progress"), NOW))
    assert [row.message.key for row in claim(db)] == ["two"]


def test_a_message_key_exists_once(db: Database) -> None:
    put = [db.run_blocking(lambda u: u.outbox.put(message("k"), NOW)) for _ in range(2)]
    assert put == [True, False]


def test_a_chat_gets_three_at_once_and_then_one_a_second(db: Database) -> None:
    for n in range(5):
        db.run_blocking(lambda u, n=n: u.outbox.put(message(f"k{n}"), NOW))
    left: list[float] = []
    for tenth in range(40):
        now = NOW + timedelta(seconds=tenth / 10)
        for row in claim(db, now):
            db.run_blocking(lambda u, row=row, now=now: u.outbox.sent(row, now))
            left.append(tenth / 10)
    assert left[2] <= 0.3
    assert left[3:] == [1.0, 2.0]


@given(
    interval=st.integers(1, 5000), burst=st.integers(1, 40), gaps=st.lists(st.integers(0, 4000), max_size=60)
)
def test_no_window_holds_more_than_its_rate_and_one_burst(interval: int, burst: int, gaps: list[int]) -> None:
    rate, next_at, now, sent = Rate(timedelta(milliseconds=interval), burst), None, NOW, []
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        if rate.allowance(next_at, now):
            next_at = rate.after(next_at, now)
            sent.append(now)
    for start in range(len(sent)):
        for end in range(start, len(sent)):
            assert end - start + 1 <= burst + (sent[end] - sent[start]) / rate.interval


def test_a_quoted_reply_finds_the_message_it_answers(db: Database) -> None:
    db.run_blocking(lambda u: u.outbox.put(message("card"), NOW))
    (row,) = claim(db)
    db.run_blocking(lambda u: u.outbox.part_left(row, ["11", "12"], NOW, parts=1))
    found = db.run_blocking(lambda u: u.outbox.find_sent(CHAT, "12"))
    assert found is not None
    assert found.key == "card"
    assert db.run_blocking(lambda u: u.outbox.find_sent(Address("telegram:2"), "12")) is None
    assert db.run_blocking(lambda u: u.outbox.sent_ids("card")) == ("11", "12")


def test_a_due_timer_becomes_one_event_and_is_gone(db: Database) -> None:
    db.run_blocking(lambda u: u.timers.set("page", "case1", NOW))
    assert [db.run_blocking(lambda u: u.timers.sweep(NOW)) for _ in range(2)] == [1, 0]
    (row,) = db.run_blocking(lambda u: u.inbox.claim(NOW, limit=5, taker="a"))
    assert row.vendor_id == f"timer:page:case1:{NOW.isoformat()}"


def test_the_audit_trail_shows_a_changed_and_a_missing_entry(db: Database) -> None:
    for n in range(3):
        db.run_blocking(lambda u, n=n: u.audit.append("p1", "look", "c1", NOW, detail={"n": n}))
    assert db.run_blocking(lambda u: u.audit.verify()) == 3
    db.run_blocking(lambda u: u.connection.execute(update(audit).where(audit.c.seq == 2).values(actor="p2")))
    assert db.run_blocking(lambda u: u.audit.verify()) == Broken(2)
    db.run_blocking(lambda u: u.connection.execute(update(audit).where(audit.c.seq == 2).values(actor="p1")))
    db.run_blocking(lambda u: u.connection.execute(audit.delete().where(audit.c.seq == 3)))
    assert db.run_blocking(lambda u: u.audit.verify()) == Broken(3)


def test_the_whole_bot_keeps_to_its_rate(db: Database) -> None:
    for n in range(6):
        db.run_blocking(lambda u, n=n: u.outbox.put(message(f"k{n}", to=Address(f"telegram:{n}")), NOW))
    pace = Pace(chat=TELEGRAM.chat, whole=Rate(timedelta(seconds=1), 2))
    taken = db.run_blocking(lambda u: u.outbox.claim(NOW, channel="telegram", pace=pace, limit=9, taker="a"))
    assert len(taken) == 2
