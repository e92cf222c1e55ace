"""Where a chat takes few messages, plain ones that wait together leave as one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.messages import Address, Choice, MediaRef, OutboundMessage, Text
from storage.engine import Database
from storage.outbox import OutboxRow
from storage.pace import TELEGRAM, WHATSAPP

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
CHAT = Address("whatsapp:+915550000001")
HEAD = Text("case.line", {"reference": "K7F3X"})
CASE, OTHER = "c" * 32, "d" * 32
PICTURE = MediaRef("b", "photo", "image/jpeg", 10)


def news(key: str, *lines: Text, case_id: str | None = CASE) -> OutboundMessage:
    return OutboundMessage(CHAT, key, (HEAD, *lines), case_id=case_id)


def claim(db: Database, now: datetime = NOW) -> Sequence[OutboxRow]:
    return db.run_blocking(
        lambda u: u.outbox.claim(now, channel="whatsapp", pace=WHATSAPP, limit=9, taker="a")
    )


def put(db: Database, *messages: OutboundMessage) -> None:
    for message in messages:
        db.run_blocking(lambda u, message=message: u.outbox.put(message, NOW))


ASKS = replace(news("b", Text("b")), choices=(Choice(Text("yes"), "yes"),))


def test_plain_words_about_a_case_leave_together_and_their_heading_stands_once(db: Database) -> None:
    put(db, news("a", Text("a")), ASKS, news("c", Text("c")))
    (row,) = claim(db)
    assert row.message == replace(ASKS, key="a", body=(HEAD, Text("a"), Text("b")))
    db.run_blocking(lambda u: u.outbox.part_left(row, ("SM1",), NOW, parts=1))
    db.run_blocking(lambda u: u.outbox.sent(row, NOW))
    (last,) = claim(db)
    assert last.message == news("c", Text("c"))


def test_what_was_merged_is_merged_when_it_is_tried_again(db: Database) -> None:
    put(db, news("a", Text("a")), ASKS)
    (row,) = claim(db)
    db.run_blocking(lambda u: u.outbox.retry(row, "x", NOW, unsure=True))
    (again,) = claim(db, NOW + timedelta(seconds=1))
    assert again.message == row.message
    assert again.unsure


@pytest.mark.parametrize(
    "second",
    [
        news("b", Text("b"), case_id=OTHER),
        news("b", Text("b"), case_id=None),
        replace(news("b"), media=(PICTURE,)),
        replace(news("b"), opener="answer"),
        replace(news("b"), is_template=True),
        replace(news("b"), edits="z"),
    ],
)
def test_anything_else_leaves_by_itself(db: Database, second: OutboundMessage) -> None:
    put(db, news("a", Text("a")), second)
    (row,) = claim(db)
    assert row.message == news("a", Text("a"))


@pytest.mark.parametrize("first", [ASKS, replace(news("a"), about="note"), replace(news("a"), opener="case")])
def test_a_question_and_what_somebody_has_to_know_stay_alone(db: Database, first: OutboundMessage) -> None:
    put(db, first, news("z", Text("z")))
    (row,) = claim(db)
    assert row.message == first


def test_a_quick_channel_merges_nothing(db: Database) -> None:
    put(db, news("a", Text("a")), news("b", Text("b")))
    (row,) = db.run_blocking(
        lambda u: u.outbox.claim(NOW, channel="whatsapp", pace=TELEGRAM, limit=9, taker="a")
    )
    assert row.message == news("a", Text("a"))
