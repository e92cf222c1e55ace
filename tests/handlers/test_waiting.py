"""What waits for people who have not written for long: whom it reaches in the end, and whom it never does."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.domain.people import Role
from bot.messages import Address, ChoiceTapped, InboundEvent, MessageFailed, ReachabilityChanged, decode_event
from bot.services import revoking, sessions
from storage.pace import Pace, Rate
from storage.schema.runtime import outbox
from storage.unit_of_work import UnitOfWork
from tests.handlers.phone_ward import SMS, VOICE, at, ward_with
from tests.handlers.ward import Ward

AT_ONCE = Pace(chat=Rate(timedelta(microseconds=1), 999), whole=Rate(timedelta(microseconds=1), 999))


@pytest.fixture
def ward(tmp_path: Path, clock: ManualClock) -> Iterator[Ward]:
    yield from ward_with(tmp_path, clock, frozenset({SMS, VOICE}))


def park_all(ward: Ward) -> None:
    """Everybody's chat takes nothing but templates now."""

    def park(uow: UnitOfWork) -> bool:
        rows = uow.outbox.claim(ward.clock.now(), channel="telegram", pace=AT_ONCE, limit=99, taker="t")
        for row in rows:
            uow.outbox.park(row)
        return bool(rows)

    while ward.db.run_blocking(park):
        pass


def waiting(ward: Ward, name: str, *, state: str = "parked") -> list[str]:
    """The keys of what somebody has not got, without the person at their end."""

    def look(uow: UnitOfWork) -> list[str]:
        rows = uow.connection.execute(outbox.select().where(outbox.c.state == state).order_by(outbox.c.seq))
        found = [message for row in rows if (message := uow.outbox.message(row.key)) is not None]
        return [one.key.rpartition("/")[0] for one in found if one.to == ward.address(name)]

    return ward.db.run_blocking(look)


def events(ward: Ward) -> list[InboundEvent]:
    """What the service has told itself."""

    def look(uow: UnitOfWork) -> list[InboundEvent]:
        found: list[InboundEvent] = []
        while rows := uow.inbox.claim(ward.clock.now(), limit=50, taker="test"):
            for row in rows:
                uow.inbox.done(row, ward.clock.now())
            found += [decode_event(row.raw) for row in rows if row.raw]
        return found

    return ward.db.run_blocking(look)


def test_who_takes_a_case_by_a_key_in_a_call_still_gets_its_card_and_the_others_do_not(ward: Ward) -> None:
    case = ward.sends_case()
    park_all(ward)
    ward.happens(ChoiceTapped(at(VOICE, "rao"), "CA1", ward.clock.now(), f"ack {case.reference}"))
    assert any("/card/" in key for key in waiting(ward, "rao"))
    assert not any("/card/" in key for key in waiting(ward, "khan"))


def test_of_the_reminders_of_a_case_only_the_newest_waits(ward: Ward) -> None:
    ward.sends_case()
    for _ in range(4):
        park_all(ward)
        ward.passes(minutes=20)
    park_all(ward)
    cards = [key for key in waiting(ward, "rao") if "/card/" in key]
    assert len(cards) == 2


def revoke(ward: Ward, name: str) -> None:
    ward.db.run_blocking(lambda u: revoking.revoke(u, ward.person_in(u, name), ward.clock.now()))


def test_nothing_that_waited_reaches_somebody_who_was_revoked_and_it_counts_as_failed(ward: Ward) -> None:
    ward.sends_case()
    park_all(ward)
    cards = waiting(ward, "rao")
    revoke(ward, "rao")
    ward.says("rao", "hello")
    assert waiting(ward, "rao") == []
    assert [key for key in waiting(ward, "rao", state="new") if "/card/" in key] == []
    failed = [event.key.rpartition("/")[0] for event in events(ward) if isinstance(event, MessageFailed)]
    # Her phone does not ring either.
    assert sorted(failed) == sorted([*cards, f"{cards[0]}/sms", f"{cards[0]}/voice"])


def test_what_was_being_sent_when_its_reader_was_revoked_does_not_follow_her_word(ward: Ward) -> None:
    ward.sends_case()
    rows = ward.db.run_blocking(
        lambda u: u.outbox.claim(ward.clock.now(), channel="telegram", pace=AT_ONCE, limit=99, taker="t")
    )
    revoke(ward, "rao")
    for row in rows:
        ward.db.run_blocking(lambda u, row=row: u.outbox.park(row))
    assert waiting(ward, "rao") != []
    ward.happens(ReachabilityChanged(ward.address("rao"), reachable=True))
    assert waiting(ward, "rao") == waiting(ward, "rao", state="new") == []
    assert "card" in [event.about for event in events(ward) if isinstance(event, MessageFailed)]


def test_what_waits_at_an_address_does_not_reach_whom_the_address_is_given_to(ward: Ward) -> None:
    ward.sends_case()
    park_all(ward)
    chat = ward.address("rao")

    def move(uow: UnitOfWork) -> int:
        now = ward.clock.now()
        other = uow.people.add("Dr Iyer", language="en", roles=[Role.SPECIALIST], now=now)
        sessions.give_address(uow, other, chat, now)
        return sessions.heard(uow, chat, now)

    assert ward.db.run_blocking(move) == 0


def test_an_address_that_is_told_again_keeps_what_waits_there(ward: Ward) -> None:
    ward.sends_case()
    park_all(ward)
    chat = Address(ward.address("rao"))
    before = waiting(ward, "rao")
    ward.db.run_blocking(
        lambda u: sessions.give_address(u, ward.person_in(u, "rao").id, chat, ward.clock.now())
    )
    assert waiting(ward, "rao") == before != []
