"""Steps that name a call or an SMS: who is reached how, what a key does, and when nobody is called any more."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import ManualClock
from bot.domain.case import Case, Status, TaskKind
from bot.domain.escalation import Step, Who
from bot.messages import Address, CallEnded, ChoiceTapped, MessageFailed, OutboundMessage, TapRefused
from bot.services.alerts import is_wanted
from bot.services.tasks import raise_task
from storage.engine import Database
from storage.schema.cases import page
from storage.schema.runtime import outbox, outbox_sent
from storage.unit_of_work import UnitOfWork
from tests.handlers.phone_ward import (
    NUMBERS,
    SMS,
    VOICE,
    add_address,
    at,
    minutes,
    policy,
    set_policy,
    ward_with,
)
from tests.handlers.ward import Ward, actions, words


@pytest.fixture
def ward(tmp_path: Path, clock: ManualClock) -> Iterator[Ward]:
    yield from ward_with(tmp_path, clock, frozenset({SMS, VOICE}))


@pytest.fixture
def chat_only(tmp_path: Path, clock: ManualClock) -> Iterator[Ward]:
    """The same people and the same policy where neither calls nor SMS are configured."""
    yield from ward_with(tmp_path, clock, frozenset())


def sent(db: Database, to: Address) -> list[OutboundMessage]:
    def look(uow: UnitOfWork) -> list[OutboundMessage]:
        keys = uow.connection.execute(select(outbox.c.key).order_by(outbox.c.seq)).scalars().all()
        found = [uow.outbox.message(key) for key in keys]
        return [message for message in found if message is not None and message.to == to]

    return db.run_blocking(look)


def by_phone(ward: Ward) -> list[str]:
    """Everything that goes to a phone, by address."""

    def look(uow: UnitOfWork) -> list[str]:
        keys = uow.connection.execute(select(outbox.c.key).order_by(outbox.c.seq)).scalars().all()
        found = [uow.outbox.message(key) for key in keys]
        return [str(m.to) for m in found if m is not None and m.to.startswith(("sms:", "voice:", "phone:"))]

    return ward.db.run_blocking(look)


def presses(ward: Ward, name: str, action: str) -> None:
    ward.happens(ChoiceTapped(at(VOICE, name), "CA1", ward.clock.now(), action))


def hangs_up(ward: Ward, name: str) -> None:
    """The newest call to somebody is over."""
    call = sent(ward.db, at(VOICE, name))[-1]

    def leave(uow: UnitOfWork) -> str:
        row = uow.connection.execute(
            select(outbox.c.seq, outbox.c.lane).where(outbox.c.key == call.key)
        ).one()
        vendor_id = f"CA{row.seq}"
        values = {"outbox_seq": row.seq, "ordinal": 0, "lane": row.lane, "vendor_message_id": vendor_id}
        uow.connection.execute(outbox_sent.insert().values(values))
        return vendor_id

    ward.happens(CallEnded(call.to, ward.db.run_blocking(leave)))


def owner(ward: Ward, case: Case) -> str | None:
    return ward.db.run_blocking(lambda uow: uow.assignments.owner(case.id))


def pages(ward: Ward, case: Case, name: str) -> dict[str, str]:
    """State of somebody's pages by way."""
    person_id = ward.person_id(name)

    def look(uow: UnitOfWork) -> dict[str, str]:
        query = select(page.c.way, page.c.state).where(
            page.c.case_id == case.id, page.c.person_id == person_id
        )
        return {row.way: row.state for row in uow.connection.execute(query)}

    return ward.db.run_blocking(look)


def test_a_step_reaches_by_every_way_it_names_and_by_phone_without_the_patient(ward: Ward) -> None:
    case = ward.sends_case()
    [card] = ward.heard("rao")
    assert f"ack {case.reference}" in actions(card)
    [sms], [call] = sent(ward.db, at(SMS, "rao")), sent(ward.db, at(VOICE, "rao"))
    assert words([sms, call]) == ["sms.urgent", "voice.urgent"]
    assert (actions(sms), actions(call)) == ([], [f"ack {case.reference}", f"dec {case.reference}"])
    assert pages(ward, case, "rao") == {"chat": "waiting", "sms": "waiting", "voice": "waiting"}


def test_without_calls_and_sms_the_same_policy_goes_by_chat_alone(chat_only: Ward) -> None:
    case = chat_only.sends_case()
    assert len(chat_only.heard("rao")) == 1
    chat_only.passes(minutes=25)
    assert by_phone(chat_only) == []
    assert chat_only.case(case).status is Status.OPEN
    assert "unowned" in chat_only.tasks()


def test_who_has_no_number_is_reached_by_chat(ward: Ward) -> None:
    set_policy(ward, policy(Step(minutes(0), Who.POOL, (VOICE,))))
    add_address(ward, "sunita", f"phone:{NUMBERS['rao']}")
    case = ward.sends_case()
    assert len(ward.heard("rao")) == 1
    assert pages(ward, case, "rao") == {"chat": "waiting"}


def test_a_call_brings_the_card_along_once(ward: Ward) -> None:
    call_again = (Step(minutes(0), Who.POOL, (VOICE,)), Step(minutes(5), Who.POOL, (VOICE,)))
    set_policy(ward, policy(*call_again))
    ward.sends_case()
    assert len(ward.heard("rao")) == 1
    ward.passes(minutes=6)
    assert ward.heard("rao") == []
    assert len(sent(ward.db, at(VOICE, "rao"))) == 2


def test_key_1_takes_the_case_and_the_chat_tells_so(ward: Ward) -> None:
    case = ward.sends_case()
    ward.forget()
    presses(ward, "rao", f"ack {case.reference}")
    assert owner(ward, case) == ward.person_id("rao")
    assert "duty.yours" in words(ward.heard("rao"))
    assert len(sent(ward.db, at(VOICE, "rao"))) == 1


def test_who_presses_too_late_reads_in_her_chat_who_was_faster(ward: Ward) -> None:
    case = ward.sends_case()
    ward.taps("khan", f"ack {case.reference}")
    ward.forget()
    presses(ward, "rao", f"ack {case.reference}")
    assert words(ward.heard("rao"))[-2:] == ["card.taken", "Dr Khan"]
    assert owner(ward, case) == ward.person_id("khan")


def test_key_2_declines(ward: Ward) -> None:
    case = ward.sends_case()
    ward.forget()
    presses(ward, "rao", f"dec {case.reference}")
    assert "duty.declined" in words(ward.heard("rao"))
    assert set(pages(ward, case, "rao").values()) == {"ended"}


def test_a_coordinator_who_presses_1_takes_the_task(ward: Ward) -> None:
    ward.sends_case()
    ward.passes(minutes=21)
    [call] = sent(ward.db, at(VOICE, "sunita"))
    assert words([call]) == ["voice.unowned"]
    ward.forget()
    presses(ward, "sunita", actions(call)[0])
    assert ward.heard("sunita") != []
    assert not ward.db.run_blocking(lambda uow: is_wanted(uow, call))


def test_a_task_that_nobody_takes_rings_again_and_only_while_nobody_does(ward: Ward) -> None:
    ward.sends_case()
    ward.passes(minutes=26)
    [first, again] = sent(ward.db, at(VOICE, "sunita"))
    assert words([first, again]) == ["voice.unowned", "voice.unowned"]
    presses(ward, "sunita", actions(again)[0])
    assert not ward.db.run_blocking(lambda uow: is_wanted(uow, again))
    ward.passes(minutes=25)
    assert len(sent(ward.db, at(VOICE, "sunita"))) == 2


def test_a_task_about_an_answer_rings_in_other_words(ward: Ward) -> None:
    case = ward.taken_case()
    ward.db.run_blocking(
        lambda uow: raise_task(uow, TaskKind.REPORT_LATE, case.id, case=case, now=ward.clock.now())
    )
    ward.passes(minutes=6)
    [call] = sent(ward.db, at(VOICE, "sunita"))
    assert words([call]) == ["voice.task"]
    assert ward.db.run_blocking(lambda uow: is_wanted(uow, call))
    ward.taps("sunita", actions(call)[0])
    assert not ward.db.run_blocking(lambda uow: is_wanted(uow, call))


def test_a_call_is_not_placed_any_more_once_somebody_has_the_case(ward: Ward) -> None:
    case = ward.sends_case()
    [call] = sent(ward.db, at(VOICE, "rao"))
    assert ward.db.run_blocking(lambda uow: is_wanted(uow, call))
    ward.taps("khan", f"ack {case.reference}")
    assert not ward.db.run_blocking(lambda uow: is_wanted(uow, call))
    [news] = [m for m in ward.heard("asha") if "refer.has_it" in words([m])]
    assert ward.db.run_blocking(lambda uow: is_wanted(uow, news))


def test_who_declined_in_her_chat_is_not_called_any_more(ward: Ward) -> None:
    case = ward.sends_case()
    [call], [other] = sent(ward.db, at(VOICE, "rao")), sent(ward.db, at(VOICE, "khan"))
    ward.taps("rao", f"dec {case.reference}")
    assert not ward.db.run_blocking(lambda uow: is_wanted(uow, call))
    assert ward.db.run_blocking(lambda uow: is_wanted(uow, other))


def test_when_all_were_called_in_vain_the_next_step_comes_at_once(ward: Ward) -> None:
    case = ward.sends_case()
    hangs_up(ward, "rao")
    assert ward.tasks() == []
    hangs_up(ward, "khan")
    assert ward.tasks() == ["unowned"]
    presses(ward, "rao", f"ack {case.reference}")
    assert owner(ward, case) == ward.person_id("rao")


def test_a_call_that_ends_after_its_key_changes_nothing(ward: Ward) -> None:
    case = ward.sends_case()
    presses(ward, "rao", f"dec {case.reference}")
    hangs_up(ward, "rao")
    assert ward.tasks() == []
    hangs_up(ward, "khan")
    assert ward.tasks() == ["unowned"]


def test_an_end_that_is_told_late_hastens_nothing(ward: Ward) -> None:
    later = (Step(minutes(20), Who.COORDINATOR), Step(minutes(40), Who.COORDINATOR))
    set_policy(ward, policy(Step(minutes(0), Who.POOL, (VOICE,)), *later))
    case = ward.sends_case()
    presses(ward, "rao", f"dec {case.reference}")
    hangs_up(ward, "khan")
    before = ward.case(case)
    assert ward.tasks() == ["unowned"]
    hangs_up(ward, "rao")
    after = ward.case(case)
    assert (after.round, after.step, after.next_action_at) == (
        before.round,
        before.step,
        before.next_action_at,
    )


def test_a_number_that_does_not_exist_leaves_her_chat_as_it_is(ward: Ward) -> None:
    case = ward.sends_case()
    [sms] = sent(ward.db, at(SMS, "rao"))
    ward.happens(MessageFailed(sms.key, sms.to, "blocked", sms.case_id, sms.about))
    assert pages(ward, case, "rao") == {"chat": "waiting", "sms": "failed", "voice": "waiting"}
    assert ward.tasks() == []
    ward.taps("rao", f"ack {case.reference}")
    assert owner(ward, case) == ward.person_id("rao")


def test_nobody_is_called_back_for_keys_that_mean_nothing(ward: Ward) -> None:
    ward.sends_case()
    before = len(by_phone(ward))
    stranger = Address("voice:+12025550199")
    ward.happens(ChoiceTapped(stranger, "CA9", ward.clock.now(), "ack K7F3X"))
    ward.happens(TapRefused(stranger, "CA9", ward.clock.now()))
    ward.happens(CallEnded(stranger, "CA9"))
    assert len(by_phone(ward)) == before


def test_a_chat_that_is_blocked_leaves_the_sms_and_no_call(ward: Ward) -> None:
    ward.db.run_blocking(lambda uow: uow.people.set_reachable(ward.address("rao"), reachable=False))
    case = ward.sends_case()
    assert pages(ward, case, "rao") == {"chat": "failed", "sms": "waiting"}
    assert sent(ward.db, at(VOICE, "rao")) == []
