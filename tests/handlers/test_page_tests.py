"""The test page: by every way that the service has, each answered for itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.domain.escalation import Way
from bot.domain.people import Role
from bot.messages import Address, ChoiceTapped
from bot.services import page_tests, people
from storage.unit_of_work import UnitOfWork
from tests.handlers.phone_ward import SMS, VOICE, at, ward_with
from tests.handlers.test_phone_pages import sent
from tests.handlers.ward import Ward, actions, words


@pytest.fixture
def ward(tmp_path: Path, clock: ManualClock) -> Iterator[Ward]:
    yield from ward_with(tmp_path, clock, frozenset({SMS, VOICE}))


def begins(ward: Ward) -> list[str]:
    """The test of Dr Rao begins; what her chat lets her tap."""

    def begin(uow: UnitOfWork) -> list[str]:
        letter = page_tests.begin(uow, ward.person_in(uow, "rao"), ward.clock.now())
        return [choice.action for choice in letter.choices]

    return ward.db.run_blocking(begin)


def presses_1(ward: Ward) -> None:
    [call] = sent(ward.db, at(VOICE, "rao"))
    ward.happens(ChoiceTapped(call.to, "CA1", ward.clock.now(), call.choices[0].action))


def trail(ward: Ward, action: str) -> list[str]:
    rao = ward.person_id("rao")
    entries = ward.db.run_blocking(lambda uow: uow.audit.of(rao))
    return [str(one.detail["way"]) for one in entries if one.action == action]


def test_phone_and_chat_are_tested_and_every_way_is_answered(ward: Ward) -> None:
    assert begins(ward) == ["tp chat", "tp sms"]
    [sms], [call] = sent(ward.db, at(SMS, "rao")), sent(ward.db, at(VOICE, "rao"))
    assert words([sms, call]) == ["phones.test_sms", "phones.test_call"]
    assert (actions(sms), actions(call)) == ([], ["tp voice"])
    presses_1(ward)
    ward.taps("rao", "tp sms")
    ward.taps("rao", "tp chat")
    assert words(ward.heard("rao")) == ["phones.came_voice", "phones.came_sms", "phones.came_chat"]
    ward.passes(hours=2)
    assert ward.heard("rao") == []
    assert trail(ward, "test.answer") == ["voice", "sms", "chat"]


def test_only_what_did_not_get_through_is_explained_and_once(ward: Ward) -> None:
    begins(ward)
    ward.taps("rao", "tp chat")
    ward.forget()
    ward.passes(minutes=9)
    assert ward.heard("rao") == []
    ward.passes(minutes=2)
    assert sorted(words(ward.heard("rao"))) == ["phones.missed_sms", "phones.missed_voice"]
    assert sorted(trail(ward, "test.unanswered")) == ["sms", "voice"]
    ward.passes(hours=5)
    assert ward.heard("rao") == []


def test_a_second_tap_counts_once(ward: Ward) -> None:
    begins(ward)
    ward.taps("rao", "tp chat")
    ward.taps("rao", "tp chat")
    assert trail(ward, "test.answer") == ["chat"]


def test_a_confirmed_specialist_is_tested_once_more(ward: Ward) -> None:
    def give_anew(uow: UnitOfWork) -> None:
        people.register(uow, ward.person_in(uow, "rao"), "MMC 77", ward.clock.now())

    ward.db.run_blocking(give_anew)
    ward.forget()
    ward.taps("sunita", f"vy {ward.person_id('rao')}")
    assert words(ward.heard("rao")) == ["person.verified", "phones.test"]
    assert len(sent(ward.db, at(VOICE, "rao"))) == 1


@pytest.mark.parametrize(("ways", "number"), [({VOICE}, "voice:+12025550155"), (set(), None)])
def test_who_joins_by_a_number_is_called_there_where_the_service_calls(
    tmp_path: Path, clock: ManualClock, ways: set[Way], number: str | None
) -> None:
    def join(uow: UnitOfWork) -> Address | None:
        now = clock.now()
        invite = uow.invites.by_code(people.make_invite(uow, Role.COORDINATOR, now=now).code)
        assert invite is not None
        applicant = people.Applicant(Address("whatsapp:+12025550155"), "en", "Ravi")
        person = people.join(uow, invite, applicant, now)
        assert person is not None
        return uow.people.on_phone(person.id, VOICE)

    for ward in ward_with(tmp_path, clock, frozenset(ways)):
        assert ward.db.run_blocking(join) == number
