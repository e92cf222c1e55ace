"""How far messages have come, as the channel tells, and who hears of it."""

from typing import Literal

import pytest

from bot.clock import ManualClock
from bot.domain.case import Case
from bot.messages import DeliveryReported, OutboundMessage
from bot.services import sessions
from storage.engine import Database
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
