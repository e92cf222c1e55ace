"""Joining by invitation, and what strangers get."""

from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.domain.case import TaskKind
from bot.domain.people import Role
from bot.messages import Address, MessageReceived
from bot.services import people, revoking
from handlers import register
from handlers.state import Idle
from storage.engine import Database
from storage.unit_of_work import UnitOfWork
from tests.handlers.talk import KNOWLEDGE, Talker, invited, joins, post_to

ANYBODY = Address("telegram:77")


@pytest.fixture
def ravi(db: Database, clock: ManualClock) -> Talker:
    return Talker(db, clock, ANYBODY)


def test_a_referrer_joins_with_language_notice_and_name(
    db: Database, clock: ManualClock, ravi: Talker
) -> None:
    assert ravi.opens(invited(db, clock, Role.REFERRER)) == ["join.language", "join.training"]
    assert ravi.actions() == ["join_lang en", "join_lang hi"]
    assert ravi.taps("join_lang hi") == ["join.notice"]
    assert ravi.taps("join_agree") == ["join.name"]
    assert ravi.types("  Ravi   Kumar ") == [
        "join.welcome",
        "help.referrer",
        "phones.no_number",
        "phones.test",
    ]
    person = ravi.person()
    assert (person.name, person.language, person.agreed) == ("Ravi Kumar", "hi", True)
    assert person.is_a(Role.REFERRER)
    assert ravi.state == Idle()


def test_who_is_named_in_the_invitation_only_confirms(db: Database, clock: ManualClock, ravi: Talker) -> None:
    ravi.opens(invited(db, clock, Role.COORDINATOR, name="Ravi Kumar"))
    ravi.taps("join_lang en")
    assert ravi.taps("join_agree") == ["join.name_check"]
    assert ravi.taps("join_name_yes") == ["join.welcome", "help.coordinator", "phones.test"]
    assert ravi.person().name == "Ravi Kumar"


def test_who_is_named_wrongly_types_another_name(db: Database, clock: ManualClock, ravi: Talker) -> None:
    ravi.opens(invited(db, clock, Role.REFERRER, name="Ravi Kumar"))
    ravi.taps("join_lang en")
    ravi.taps("join_agree")
    ravi.types("Ravi Sharma")
    assert ravi.person().name == "Ravi Sharma"


@pytest.mark.parametrize("words", ["1", "yes", "ok", "ठीक है", "हाँ"])
def test_neither_a_number_nor_ok_is_consent(
    db: Database, clock: ManualClock, ravi: Talker, words: str
) -> None:
    ravi.opens(invited(db, clock, Role.REFERRER))
    ravi.taps("join_lang en")
    assert ravi.types(words) == ["join.notice"]
    assert ravi.actions() == ["join_agree", "join_no"]


@pytest.mark.parametrize("words", ["I agree", "सहमत हूँ", "sahmat"])
def test_consent_in_words_is_consent(db: Database, clock: ManualClock, ravi: Talker, words: str) -> None:
    ravi.opens(invited(db, clock, Role.REFERRER))
    ravi.taps("join_lang en")
    assert ravi.types(words) == ["join.name"]


def test_a_specialist_is_not_on_call_before_a_coordinator_has_confirmed(
    db: Database, clock: ManualClock, ravi: Talker
) -> None:
    sunita = joins(db, clock, Role.COORDINATOR, 1, "Sunita")
    ravi.opens(invited(db, clock, Role.SPECIALIST, name="Dr Ravi"))
    ravi.taps("join_lang en")
    ravi.taps("join_agree")
    assert ravi.taps("join_name_yes") == ["join.registration"]
    assert ravi.types("I will look it up") == ["join.registration"]
    assert ravi.types("12345") == ["join.council"]
    assert ravi.types("MMC") == ["join.welcome", "person.waits", "phones.test"]
    assert ravi.person().registration == "MMC 12345"
    assert not ravi.person().is_a(Role.SPECIALIST)
    [task] = post_to(db, sunita.address)
    assert [choice.action for choice in task.choices] == [f"vy {ravi.person().id}", f"vn {ravi.person().id}"]


def test_an_invitation_works_once(db: Database, clock: ManualClock, ravi: Talker) -> None:
    code = invited(db, clock, Role.REFERRER, name="Asha")
    second = Talker(db, clock, Address("telegram:78"))
    for talker in (ravi, second):
        talker.opens(code)
        talker.taps("join_lang en")
        talker.taps("join_agree")
    assert ravi.taps("join_name_yes") == ["join.welcome", "help.referrer", "phones.no_number", "phones.test"]
    assert second.taps("join_name_yes") == ["join.code_used"]
    assert db.run_blocking(lambda uow: uow.people.by_address(second.address)) is None


def test_an_invitation_is_too_old_after_seven_days(db: Database, clock: ManualClock, ravi: Talker) -> None:
    code = invited(db, clock, Role.REFERRER)
    clock.advance(people.INVITE_LIFE)
    assert ravi.opens(code) == ["join.code_expired"]


def test_a_typed_code_opens_the_invitation(db: Database, clock: ManualClock, ravi: Talker) -> None:
    code = invited(db, clock, Role.REFERRER)
    assert ravi.types(f"join {code.upper()}") == ["join.language", "join.training"]


def test_who_does_not_agree_leaves_nothing_and_may_come_back(
    db: Database, clock: ManualClock, ravi: Talker
) -> None:
    code = invited(db, clock, Role.REFERRER)
    ravi.opens(code)
    ravi.taps("join_lang en")
    assert ravi.taps("join_no") == ["join.declined"]
    assert ravi.taps("join_agree") == ["join.open_again"]
    assert ravi.opens(code) == ["join.language", "join.training"]


def test_a_stranger_gets_one_sentence_an_hour(clock: ManualClock, ravi: Talker) -> None:
    assert ravi.types("hello") == ["stranger.only"]
    assert ravi.types("hello?") == []
    clock.advance(timedelta(hours=1, seconds=1))
    assert ravi.types("hello") == ["stranger.only"]


def test_nothing_that_a_stranger_sends_is_kept(db: Database, clock: ManualClock) -> None:
    def visit(uow: UnitOfWork) -> bytes | None:
        now = clock.now()
        uow.inbox.append("telegram", "1", ANYBODY, b"my name is Ravi", now)
        [row] = uow.inbox.claim(now, limit=1, taker="a")
        uow.inbox.current = row
        event = MessageReceived(ANYBODY, "1", now, "my name is Ravi")
        register.meet(uow, event, address=ANYBODY, state=Idle(), knowledge=KNOWLEDGE, now=now)
        [again] = uow.inbox.claim(now + timedelta(minutes=5), limit=1, taker="b")
        return again.raw

    assert db.run_blocking(visit) is None


def test_five_wrong_codes_an_hour_are_answered(clock: ManualClock, ravi: Talker) -> None:
    answers = [ravi.opens("0" * 32) for _ in range(7)]
    assert answers == [["join.code_unknown"]] * 5 + [[], []]
    clock.advance(timedelta(hours=1, seconds=1))
    assert ravi.opens("0" * 32) == ["join.code_unknown"]


def test_who_is_enrolled_gets_one_more_role(db: Database, clock: ManualClock) -> None:
    asha = joins(db, clock, Role.REFERRER, 1, "Asha")
    assert asha.opens(invited(db, clock, Role.COORDINATOR)) == [
        "join.role_added",
        "help.referrer",
        "help.coordinator",
        "phones.no_number",
        "phones.test",
    ]
    assert asha.person().roles == {Role.REFERRER, Role.COORDINATOR}


def test_a_referrer_who_becomes_a_specialist_gives_her_registration(db: Database, clock: ManualClock) -> None:
    asha = joins(db, clock, Role.REFERRER, 1, "Asha")
    assert asha.opens(invited(db, clock, Role.SPECIALIST)) == ["join.role_added", "join.registration"]
    asha.types("777")
    assert asha.types("KMC") == [
        "help.referrer",
        "person.waits",
        "phones.no_number",
        "phones.test",
    ]
    assert asha.person().registration == "KMC 777"
    [task] = db.run_blocking(lambda uow: uow.tasks.pending())
    assert (task.kind, task.subject) == (TaskKind.VERIFY, asha.person().id)


def test_an_open_question_of_joining_holds_up_no_command(db: Database, clock: ManualClock) -> None:
    asha = joins(db, clock, Role.REFERRER, 1, "Asha")
    asha.opens(invited(db, clock, Role.SPECIALIST))
    assert asha.types("help") == ["help.referrer", "person.needs_registration", "commands.any_time"]
    assert asha.actions() == ["reg_again"]
    assert asha.types("cancel") == ["join.later"]
    assert asha.state == Idle()


def test_a_joiner_with_an_emergency_is_told_108(db: Database, clock: ManualClock, ravi: Talker) -> None:
    ravi.opens(invited(db, clock, Role.REFERRER))
    assert ravi.types("emergency") == ["join.emergency"]


def test_who_was_revoked_is_a_stranger_and_can_be_invited_again(db: Database, clock: ManualClock) -> None:
    asha = joins(db, clock, Role.REFERRER, 1, "Asha")
    db.run_blocking(lambda uow: revoking.revoke(uow, asha.person_in(uow), clock.now()))
    assert asha.types("status") == ["stranger.only"]
    again = joins(db, clock, Role.REFERRER, 1, "Asha Devi")
    assert again.person().is_a(Role.REFERRER)


def test_the_audit_trail_knows_ids_only(db: Database, clock: ManualClock) -> None:
    asha = joins(db, clock, Role.REFERRER, 1, "Asha")
    entries = db.run_blocking(lambda uow: uow.audit.of(asha.person_in(uow).id))
    assert [entry.action for entry in entries] == ["person.join", "person.role", "test.begin"]
    assert "Asha" not in repr(entries)


def test_a_language_is_changed_by_a_word_and_a_tap(db: Database, clock: ManualClock) -> None:
    asha = joins(db, clock, Role.REFERRER, 1, "Asha")
    assert asha.types("भाषा") == ["settings.language"]
    assert asha.actions() == ["lang en", "lang hi"]
    assert asha.taps("lang hi") == ["settings.language_set"]
    assert asha.person().language == "hi"
    assert asha.taps("lang xx") == ["settings.language"]
