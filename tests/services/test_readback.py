"""An answer that nobody taps on: whose phone rings when, and what ends it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import ManualClock
from bot.domain.case import Case
from bot.domain.people import Facility
from bot.messages import Address, ChoiceTapped, OutboundMessage, Verbatim
from bot.services.alerts import is_wanted
from storage.schema.runtime import outbox
from storage.unit_of_work import UnitOfWork
from tests.handlers.phone_ward import SMS, VOICE, add_address, ward_with
from tests.handlers.ward import Ward, actions, words

ASHA, CONTACT = "+12025550131", "+12025550141"


@pytest.fixture
def ward(tmp_path: Path, clock: ManualClock) -> Iterator[Ward]:
    yield from ward_with(tmp_path, clock, frozenset({SMS, VOICE}))


def works_at(ward: Ward, *contacts: str) -> None:
    """Asha's facility has these contacts."""

    def put(uow: UnitOfWork) -> None:
        facility_id = uow.facilities.put(Facility("", "PHC Rampur", contacts=contacts))
        uow.people.set_facility(ward.person_in(uow, "asha").id, facility_id)

    ward.db.run_blocking(put)


def answered(ward: Ward, urgency: str = "emergency") -> Case:
    """Asha's case with an answer of that urgency, which nobody has tapped on; what was said before is forgotten."""
    case = ward.reported_case(urgency=urgency)
    ward.forget()
    return case


def on_phones(ward: Ward) -> list[OutboundMessage]:
    """What was to go to phones about answers, oldest first."""

    def look(uow: UnitOfWork) -> list[OutboundMessage]:
        keys = uow.connection.execute(select(outbox.c.key).order_by(outbox.c.seq)).scalars().all()
        found = [uow.outbox.message(key) for key in keys]
        return [one for one in found if one is not None and one.about == "answer_alert"]

    return ward.db.run_blocking(look)


def wanted(ward: Ward, messages: list[OutboundMessage]) -> list[OutboundMessage]:
    return ward.db.run_blocking(lambda uow: [one for one in messages if is_wanted(uow, one)])


def addresses(ward: Ward) -> list[str]:
    return [str(one.to) for one in on_phones(ward)]


def test_after_five_minutes_her_phone_gets_an_sms_and_a_call(ward: Ward) -> None:
    add_address(ward, "asha", f"phone:{ASHA}")
    case = answered(ward)
    ward.passes(minutes=4, seconds=59)
    assert addresses(ward) == []
    ward.passes(seconds=1)
    sms, call = on_phones(ward)
    assert [str(sms.to), str(call.to)] == [f"sms:{ASHA}", f"voice:{ASHA}"]
    assert words([sms, call]) == ["sms.answer_emergency", "voice.answer_emergency"]
    assert actions(call) == [f"rd {case.reference}"]
    assert "loop.push" in words(ward.heard("asha"))


def test_a_phone_hears_nothing_of_the_patient_and_nothing_of_the_answer(ward: Ward) -> None:
    add_address(ward, "asha", f"phone:{ASHA}")
    works_at(ward, f"phone:{CONTACT}")
    case = answered(ward)
    ward.passes(minutes=20)
    assert len(on_phones(ward)) == 4
    for message in on_phones(ward):
        [line] = message.body
        params = getattr(line, "params", {})
        assert set(params.values()) <= {case.reference}
        assert not any(isinstance(value, Verbatim) for value in params.values())


def test_then_the_second_contact_of_her_facility_then_a_coordinator(ward: Ward) -> None:
    add_address(ward, "asha", f"phone:{ASHA}")
    works_at(ward, f"phone:{CONTACT}")
    answered(ward)
    ward.passes(minutes=7, seconds=59)
    assert addresses(ward) == [f"sms:{ASHA}", f"voice:{ASHA}"]
    ward.passes(seconds=1)
    assert addresses(ward)[2:] == [f"sms:{CONTACT}", f"voice:{CONTACT}"]
    assert "unread" not in ward.tasks()
    ward.passes(minutes=3)
    assert "unread" in ward.tasks()


def test_without_a_phone_and_a_contact_a_coordinator_is_asked_at_once(ward: Ward) -> None:
    answered(ward)
    ward.passes(minutes=5)
    assert addresses(ward) == []
    assert "unread" in ward.tasks()


def test_a_tap_in_between_ends_it_and_what_waits_does_not_leave(ward: Ward) -> None:
    add_address(ward, "asha", f"phone:{ASHA}")
    works_at(ward, f"phone:{CONTACT}")
    case = answered(ward)
    ward.passes(minutes=5)
    waiting = on_phones(ward)
    assert wanted(ward, waiting) == waiting
    ward.taps("asha", f"dg {case.reference} 1")
    assert wanted(ward, waiting) == []
    ward.passes(minutes=30)
    assert len(on_phones(ward)) == 2
    assert "unread" not in ward.tasks()


def test_a_key_in_the_call_ends_the_ringing_and_shows_the_answer(ward: Ward) -> None:
    add_address(ward, "asha", f"phone:{ASHA}")
    works_at(ward, f"phone:{CONTACT}")
    case = answered(ward)
    ward.passes(minutes=5)
    ward.forget()
    ward.happens(
        ChoiceTapped(Address(f"voice:{ASHA}"), "CA1", ward.clock.now(), f"rd {case.reference}"),
    )
    shown = ward.heard("asha")[-1]
    assert f"dg {case.reference} 1" in actions(shown)
    ward.passes(minutes=4)
    assert len(on_phones(ward)) == 2
    ward.passes(minutes=1)
    assert "loop.push" in words(ward.heard("asha"))


def test_an_urgent_or_routine_answer_rings_nobody(ward: Ward) -> None:
    add_address(ward, "asha", f"phone:{ASHA}")
    answered(ward, urgency="within_hours 6")
    ward.passes(hours=3)
    assert addresses(ward) == []
    assert "not_understood" in ward.tasks()


def test_a_correction_rings_like_an_emergency(ward: Ward) -> None:
    add_address(ward, "asha", f"phone:{ASHA}")
    case = answered(ward, urgency="routine")
    ward.taps("rao", f"co {case.reference} content")
    ward.answers(case, "on the other one")
    ward.taps("rao", f"rs {case.reference} {ward.draft(case)}")
    ward.passes(minutes=5)
    assert words(on_phones(ward)) == ["sms.answer_correction", "voice.answer_correction"]


def test_until_a_coordinator_takes_it_up_the_case_always_says_when_something_happens(ward: Ward) -> None:
    case = answered(ward)
    for _ in range(12):
        ward.passes(minutes=4)
        after = ward.case(case).next_action_at
        assert after is not None
        assert after >= ward.clock.now()
