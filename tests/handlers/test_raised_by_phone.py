"""An owner whose case becomes an emergency is told by every way of the emergency's steps, until he has seen it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.domain.escalation import Policy, Step, Who
from bot.domain.study import Priority
from bot.messages import ChoiceTapped, OutboundMessage
from bot.services.alerts import is_wanted
from storage.unit_of_work import UnitOfWork
from tests.handlers.phone_ward import CHAT, SMS, VOICE, at, minutes, policy, ward_with
from tests.handlers.test_phone_pages import sent
from tests.handlers.ward import Ward, words


@pytest.fixture
def ward(tmp_path: Path, clock: ManualClock) -> Iterator[Ward]:
    by_all = policy(Step(minutes(0), Who.PRIMARY, (CHAT,)), Step(minutes(1), Who.POOL, (SMS, VOICE)))
    for made in ward_with(tmp_path, clock, frozenset({SMS, VOICE})):
        made.db.run_blocking(lambda uow: _put(uow, by_all))
        yield made


def _put(uow: UnitOfWork, by_all: Policy) -> None:
    uow.policies.put(uow.pools.all()[0].id, Priority.EMERGENCY, by_all)


def raised(ward: Ward) -> list[OutboundMessage]:
    """What goes to Dr Rao's phone once the case that she holds is raised."""
    ward.taken_case()
    before = len(sent(ward.db, at(SMS, "rao"))) + len(sent(ward.db, at(VOICE, "rao")))
    ward.says("asha", "emergency")
    found = [*sent(ward.db, at(SMS, "rao")), *sent(ward.db, at(VOICE, "rao"))]
    assert len(found) == before + 2
    return [message for message in found if message.about == "raised_alert"]


def test_the_owner_is_written_to_and_called_at_once(ward: Ward) -> None:
    sms, call = raised(ward)
    assert "sms.raised" in words([sms])
    assert "voice.raised" in words([call])
    assert ward.db.run_blocking(lambda uow: is_wanted(uow, sms) and is_wanted(uow, call))


def test_nobody_is_called_any_more_who_has_seen_it(ward: Ward) -> None:
    _, call = raised(ward)
    ward.happens(ChoiceTapped(at(VOICE, "rao"), "CA1", ward.clock.now(), call.choices[0].action))
    assert "emergency.seen_thanks" in words(ward.heard("rao"))
    assert not ward.db.run_blocking(lambda uow: is_wanted(uow, call))
    ward.passes(minutes=6)
    assert "raised" not in ward.tasks()


def test_a_call_that_reaches_nobody_becomes_a_task(ward: Ward) -> None:
    raised(ward)
    ward.passes(minutes=6)
    assert "raised" in ward.tasks()
