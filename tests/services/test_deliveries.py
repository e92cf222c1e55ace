"""How far messages have come, as the channel tells, and who hears of it."""

from typing import Literal

import pytest

from bot.clock import ManualClock
from bot.domain.case import Case
from bot.messages import DeliveryReported, InboundEvent, OutboundMessage, decode_event
from bot.services import sessions
from storage.engine import Database
from storage.outbox import OutboxRow
from storage.pace import Pace, Rate
from storage.schema.runtime import outbox
from storage.unit_of_work import UnitOfWork
from tests.handlers.ward import Ward, words

from datetime import timedelta  # isort: skip

AT_ONCE = Pace(chat=Rate(timedelta(microseconds=1), 999), whole=Rate(timedelta(microseconds=1), 999))


@pytest.fixture
def ward(db: Database, clock: ManualClock) -> Ward:
    return Ward(db, clock)


def _all_left(ward: Ward) -> dict[str, str]:
    """Send what waits, each message as one; the vendor's number of each by its key."""
    numbers: dict[str, str] = {}

    def send(uow: UnitOfWork) -> bool:
        now = ward.clock.now()
        rows = uow.outbox.claim(now, channel="telegram", pace=AT_ONCE, limit=99, taker="t")
        for row in rows:
            numbers[row.message.key] = f"v{row.claim.seq}"
            uow.outbox.part_left(row, (f"v{row.claim.seq}",), now, parts=1)
            uow.outbox.sent(row, now)
        return bool(rows)

    while ward.db.run_blocking(send):
        pass
    return numbers


def _taken(ward: Ward, key: str) -> OutboxRow:
    """The row of a key that begins so, being sent; all before it in its chat has left."""
    for _ in range(20):
        for row in ward.db.run_blocking(
            lambda u: u.outbox.claim(ward.clock.now(), channel="telegram", pace=AT_ONCE, limit=9, taker="t")
        ):
            if row.message.key.startswith(key) and row.message.to == ward.address("asha"):
                return row
            _noted(ward, row, f"v{row.claim.seq}")
    raise AssertionError([m.key for m in _waiting(ward)])


def _noted(ward: Ward, row: OutboxRow, number: str) -> None:
    ward.db.run_blocking(lambda u: u.outbox.part_left(row, (number,), ward.clock.now(), parts=1, last=True))


def _hear_again(ward: Ward) -> None:
    """What was put off is told once more."""
    ward.clock.advance(timedelta(seconds=3))

    def events(uow: UnitOfWork) -> list[InboundEvent]:
        rows = uow.inbox.claim(ward.clock.now(), limit=50, taker="test")
        for row in rows:
            uow.inbox.done(row, ward.clock.now())
        return [decode_event(row.raw) for row in rows if row.raw]

    for event in ward.db.run_blocking(events):
        ward.happens(event)


def _report_number(ward: Ward) -> str:
    return next(
        number for key, number in _all_left(ward).items() if key.startswith("report/") and "told" not in key
    )


def _tell(
    ward: Ward,
    number: str,
    status: Literal["delivered", "read", "failed"],
    error: Literal["", "window", "blocked", "later", "rejected"] = "",
) -> None:
    ward.happens(DeliveryReported(ward.address("asha"), number, status, error))


def _waiting(ward: Ward) -> list[OutboundMessage]:
    def look(uow: UnitOfWork) -> list[OutboundMessage]:
        rows = uow.connection.execute(outbox.select().where(outbox.c.due_at.is_not(None)))
        messages = [uow.outbox.message(row.key) for row in rows]
        return [message for message in messages if message is not None]

    return ward.db.run_blocking(look)


@pytest.fixture
def reported(ward: Ward) -> tuple[Case, str]:
    case = ward.reported_case()
    number = _report_number(ward)
    ward.forget()
    return case, number


def test_its_author_sees_that_a_report_has_reached_the_phone_and_then_that_its_chat_was_opened(
    ward: Ward, reported: tuple[Case, str]
) -> None:
    _tell(ward, reported[1], "delivered")
    _tell(ward, reported[1], "read")
    told = [(one.body[-1], one.edit_only) for one in _waiting(ward)]
    assert [(line.msgid, only) for line, only in told if hasattr(line, "msgid")] == [("answer.read", False)]
    assert all(one.edits and one.edits.startswith("report/") for one in _waiting(ward))


def test_what_is_understood_already_is_news_no_more(ward: Ward, reported: tuple[Case, str]) -> None:
    ward.taps("asha", f"un {reported[0].reference} 1")
    _all_left(ward)
    _tell(ward, reported[1], "read")
    assert _waiting(ward) == []


def test_a_report_that_was_not_delivered_becomes_a_task(ward: Ward, reported: tuple[Case, str]) -> None:
    _tell(ward, reported[1], "failed", "rejected")
    assert "delivery" in ward.tasks()


def test_a_report_to_somebody_who_is_gone_makes_her_unreachable(
    ward: Ward, reported: tuple[Case, str]
) -> None:
    _tell(ward, reported[1], "failed", "blocked")
    person = ward.db.run_blocking(lambda uow: ward.person_in(uow, "asha").id)
    assert ward.db.run_blocking(lambda uow: uow.people.contact(person)) is None
    assert "delivery" in ward.tasks()


def test_a_vendor_that_was_busy_gets_it_again(ward: Ward, reported: tuple[Case, str]) -> None:
    _tell(ward, reported[1], "failed", "later")
    ward.passes(minutes=1)
    assert [number for key, number in _all_left(ward).items() if key.startswith("report/")] == [reported[1]]


def test_a_vendor_that_is_busy_for_a_day_is_a_failure_that_somebody_hears_of(
    ward: Ward, reported: tuple[Case, str]
) -> None:
    hours = 0
    while "delivery" not in ward.tasks():
        _tell(ward, reported[1], "failed", "later")
        ward.clock.advance(timedelta(hours=1))
        _all_left(ward)
        hours += 1
        assert hours < 40


def test_a_failure_that_is_told_before_we_know_of_the_sending_is_heard_once_we_do(ward: Ward) -> None:
    case = ward.reported_case()
    row = _taken(ward, "report/")
    _tell(ward, "v-early", "failed", "rejected")
    ward.passes(minutes=1)
    assert "delivery" not in ward.tasks()
    _noted(ward, row, "v-early")
    _hear_again(ward)
    assert "delivery" in ward.tasks()
    assert ward.case(case).is_live


def test_a_report_that_came_after_the_session_waits_and_is_announced(
    ward: Ward, reported: tuple[Case, str]
) -> None:
    _tell(ward, reported[1], "failed", "window")
    (template,) = _waiting(ward)
    assert (template.is_template, template.opener) == (True, "answer")
    number = _all_left(ward)[template.key]
    for status in ("delivered", "read"):
        _tell(ward, number, status)
    assert _waiting(ward) == []
    ward.taps("asha", f"{sessions.OPEN} {reported[0].reference}")
    assert [one.key.partition("/")[0] for one in _waiting(ward)] == ["report"]


def test_a_template_tapped_when_nothing_waits_says_so(ward: Ward, reported: tuple[Case, str]) -> None:
    ward.taps("asha", f"{sessions.OPEN} {reported[0].reference}")
    assert words(ward.heard("asha")) == ["whatsapp.nothing_waits"]
