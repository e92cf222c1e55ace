"""What stands in a chat, for whoever reads a typed number."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import ManualClock
from bot.messages import Address, OutboundMessage, Text
from storage.engine import Database
from storage.outbox import OutboxRow
from storage.pace import TELEGRAM
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
CHAT, OTHER = Address("telegram:1"), Address("telegram:2")


def put(db: Database, key: str, *, to: Address = CHAT, at: datetime = NOW, topic: str | None = None) -> None:
    message = OutboundMessage(to, key, (Text("hello"),), topic=topic)
    db.run_blocking(lambda uow: uow.outbox.put(message, at))


def take(db: Database) -> OutboxRow:
    [row] = db.run_blocking(
        lambda u: u.outbox.claim(NOW, channel="telegram", pace=TELEGRAM, limit=1, taker="a")
    )
    return row


def leaves(db: Database, at: datetime = NOW) -> None:
    """The first message that waits is sent."""
    row = take(db)

    def note(uow: UnitOfWork) -> None:
        uow.outbox.part_left(row, [f"v{row.claim.seq}"], NOW, parts=1)
        uow.outbox.sent(row, at)

    db.run_blocking(note)


def shown(db: Database, since: datetime = NOW) -> list[tuple[str, bool]]:
    messages = db.run_blocking(lambda uow: uow.outbox.shown(CHAT, since))
    return [(one.message.key, one.sent_at is not None) for one in messages]


def test_what_left_and_what_waits_in_order_and_of_this_chat_alone(db: Database) -> None:
    put(db, "a")
    put(db, "b")
    put(db, "c", to=OTHER)
    leaves(db)
    assert shown(db) == [("a", True), ("b", False)]


@pytest.mark.parametrize("back", [timedelta(0), timedelta(seconds=1)])
def test_the_instant_itself_counts_and_what_was_sent_before_does_not(db: Database, back: timedelta) -> None:
    put(db, "a", at=NOW - timedelta(days=2))
    leaves(db, at=NOW - back)
    assert shown(db) == ([] if back else [("a", True)])


def test_what_still_waits_counts_however_old_it_is(db: Database) -> None:
    put(db, "a", at=NOW - timedelta(days=2))
    assert shown(db) == [("a", False)]


def test_what_was_overtaken_or_can_not_leave_stands_nowhere(db: Database) -> None:
    put(db, "a", topic="t")
    put(db, "b", topic="t")
    row = take(db)
    db.run_blocking(lambda uow: uow.outbox.dead(row, "gone", NOW))
    assert shown(db) == []


def test_when_somebody_wrote_last(db: Database, clock: ManualClock) -> None:
    def look(uow: UnitOfWork) -> datetime | None:
        return uow.people.last_seen(CHAT)

    assert db.run_blocking(look) is None
    now = clock.now()
    person_id = db.run_blocking(lambda uow: uow.people.add("Asha", language="en", roles=[], now=now))
    db.run_blocking(lambda uow: uow.people.add_address(person_id, CHAT, now))
    later = now + timedelta(minutes=5)
    db.run_blocking(lambda uow: uow.people.seen(CHAT, later))
    assert db.run_blocking(look) == later
