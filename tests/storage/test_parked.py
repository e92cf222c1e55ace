"""What waits for its reader to write, and what her channel tells of how far it has come."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.messages import Address, OutboundMessage, Text
from storage.deliveries import Early, Reported
from storage.engine import Database
from storage.outbox import OutboxRow
from storage.pace import Pace, Rate
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
CHAT = Address("whatsapp:+915550000001")
OTHER = Address("whatsapp:+915550000002")
AT_ONCE = Pace(chat=Rate(timedelta(microseconds=1), 99), whole=Rate(timedelta(microseconds=1), 99))


def put(db: Database, key: str, *, to: Address = CHAT, topic: str | None = None, about: str = "") -> None:
    message = OutboundMessage(to, key, (Text("hello"),), topic=topic, about=about, case_id="c" * 32)
    db.run_blocking(lambda u: u.outbox.put(message, NOW))


def claim(db: Database, now: datetime = NOW) -> Sequence[OutboxRow]:
    return db.run_blocking(
        lambda u: u.outbox.claim(now, channel="whatsapp", pace=AT_ONCE, limit=9, taker="a")
    )


def park_all(db: Database) -> list[str]:
    parked = []
    while rows := claim(db):
        for row in rows:
            db.run_blocking(lambda u, row=row: u.outbox.park(row))
            parked.append(row.message.key)
    return parked


def send(db: Database, *vendor_ids: str) -> None:
    (row,) = claim(db)

    def left(uow: UnitOfWork) -> None:
        for number, vendor_id in enumerate(vendor_ids, 1):
            uow.outbox.part_left(row, (vendor_id,), NOW, parts=number)
        uow.outbox.sent(row, NOW)

    db.run_blocking(left)


def reported(db: Database, vendor_id: str, status: str) -> str | None:
    news = tells(db, vendor_id, status)
    return news.message.key if isinstance(news, Reported) else None


def tells(db: Database, vendor_id: str, status: str) -> Reported | Early | None:
    return db.run_blocking(lambda u: u.deliveries.reported(CHAT, vendor_id, status))


def test_what_is_parked_goes_out_in_order_once_its_reader_has_written(db: Database) -> None:
    for key in ("a", "b", "c"):
        put(db, key)
    put(db, "other", to=OTHER)
    assert sorted(park_all(db)) == ["a", "b", "c", "other"]
    assert claim(db, NOW + timedelta(days=3)) == []
    assert db.run_blocking(lambda u: u.outbox.parked()) == 4
    assert db.run_blocking(lambda u: u.outbox.unpark(CHAT, NOW)) == 3
    sent = []
    while rows := claim(db):
        sent += [row.message.key for row in rows]
        db.run_blocking(lambda u, rows=rows: [u.outbox.sent(row, NOW) for row in rows])
    assert sent == ["a", "b", "c"]


def test_what_is_parked_holds_up_nothing_behind_it(db: Database) -> None:
    put(db, "a")
    park_all(db)
    put(db, "template")
    assert [row.message.key for row in claim(db)] == ["template"]


def test_newer_news_drop_parked_ones_of_their_topic(db: Database) -> None:
    put(db, "a", topic="progress")
    park_all(db)
    put(db, "b", topic="progress")
    assert db.run_blocking(lambda u: u.outbox.unpark(CHAT, NOW)) == 0


def test_parked_cards_of_a_case_that_has_an_owner_are_dropped(db: Database) -> None:
    put(db, "card", about="card")
    put(db, "report", about="report")
    park_all(db)
    db.run_blocking(lambda u: u.outbox.drop_parked("c" * 32, "card", NOW))
    db.run_blocking(lambda u: u.outbox.unpark(CHAT, NOW))
    assert [row.message.key for row in claim(db)] == ["report"]


@pytest.mark.parametrize(
    ("reports", "news"),
    [
        (["sent", "delivered", "read"], ["sent", "delivered", "read"]),
        (["read", "delivered", "sent"], ["read", None, None]),
        (["delivered", "sent", "read", "read"], ["delivered", None, "read", None]),
        (["sent", "failed", "delivered"], ["sent", "failed", "delivered"]),
        (["delivered", "failed"], ["delivered", None]),
    ],
)
def test_reports_in_any_order_only_ever_move_a_message_on(
    db: Database, reports: list[str], news: list[str | None]
) -> None:
    put(db, "a")
    send(db, "SM1")
    assert [status if reported(db, "SM1", status) else None for status in reports] == news


def test_a_message_of_two_parts_is_there_when_both_are(db: Database) -> None:
    put(db, "a")
    send(db, "SM1", "SM2")
    assert reported(db, "SM1", "delivered") is None
    assert reported(db, "SM2", "read") is None
    assert reported(db, "SM1", "read") == "a"


def test_a_failed_part_is_told_at_once(db: Database) -> None:
    put(db, "a")
    send(db, "SM1", "SM2")
    assert reported(db, "SM1", "failed") == "a"


def test_a_report_of_nothing_of_ours_is_let_be(db: Database) -> None:
    assert reported(db, "SM9", "delivered") is None


@pytest.mark.parametrize("due_at", [NOW, None])
@pytest.mark.parametrize("arrived", [False, True])
def test_what_did_not_arrive_goes_out_whole_again_and_says_so_where_a_part_may_have(
    db: Database, due_at: datetime | None, *, arrived: bool
) -> None:
    put(db, "a")
    send(db, "SM1", "SM2")
    reported(db, "SM1", "delivered" if arrived else "failed")
    reported(db, "SM2", "failed")
    db.run_blocking(lambda u: u.deliveries.send_again("a", due_at))
    if due_at is None:
        assert claim(db) == []
        db.run_blocking(lambda u: u.outbox.unpark(CHAT, NOW))
    (row,) = claim(db)
    assert (row.message.key, row.parts_sent, row.unsure) == ("a", 0, arrived)


def test_a_report_of_what_is_still_being_sent_comes_too_early(db: Database) -> None:
    put(db, "a")
    (row,) = claim(db)
    assert tells(db, "SM1", "failed") == Early()
    db.run_blocking(lambda u: u.outbox.part_left(row, ("SM1",), NOW, parts=1))
    assert tells(db, "SM1", "failed") == Early()
    db.run_blocking(lambda u: u.outbox.sent(row, NOW))
    assert reported(db, "SM1", "failed") == "a"


def test_what_is_parked_after_its_first_part_failed_goes_out_whole(db: Database) -> None:
    put(db, "a")
    (row,) = claim(db)
    db.run_blocking(lambda u: u.outbox.part_left(row, ("SM1",), NOW, parts=1))
    db.run_blocking(lambda u: u.outbox.park(row))
    assert reported(db, "SM1", "failed") == "a"
    db.run_blocking(lambda u: u.deliveries.send_again("a", None))
    assert claim(db) == []
    db.run_blocking(lambda u: u.outbox.unpark(CHAT, NOW))
    assert [row.parts_sent for row in claim(db)] == [0]


def test_what_waits_for_a_chat_is_abandoned_and_named(db: Database) -> None:
    put(db, "a")
    park_all(db)
    put(db, "b")
    put(db, "c", to=OTHER)
    left = db.run_blocking(lambda u: u.deliveries.abandon(CHAT, NOW))
    assert [message.key for message in left] == ["a", "b"]
    assert db.run_blocking(lambda u: u.outbox.unpark(CHAT, NOW)) == 0
    assert [row.message.key for row in claim(db)] == ["c"]


def test_parked_cards_stay_where_their_case_was_taken(db: Database) -> None:
    put(db, "card", about="card")
    put(db, "other", to=OTHER, about="card")
    park_all(db)
    db.run_blocking(lambda u: u.outbox.drop_parked("c" * 32, "card", NOW, but=[CHAT]))
    assert [db.run_blocking(lambda u, to=to: u.outbox.unpark(to, NOW)) for to in (CHAT, OTHER)] == [1, 0]
