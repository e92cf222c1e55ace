"""Numbers for calls and SMS in an organisation's file."""

import pytest

from bot.clock import ManualClock
from bot.domain.escalation import Way
from bot.domain.study import Priority
from bot.messages import Address
from bot.services.organisation import import_org
from bot.services.organisation_export import export
from storage.engine import Database
from storage.unit_of_work import UnitOfWork

FILE = """
[[pool]]
name = "Chest"

[[person]]
name = "Dr Kavita Rao"
roles = ["specialist"]
addresses = ["phone:+12025550111", "telegram:2001"]
pools = ["Chest"]
registration_number = "MMC 2001"
verified = true

[[policy]]
pool = "Chest"
priority = "emergency"
steps = [{ after = "0s", who = "primary", ways = ["chat", "sms", "voice"] }]
"""


def take_in(uow: UnitOfWork, text: str, clock: ManualClock) -> tuple[str, ...]:
    return import_org(uow, text, clock.now()).problems


def test_a_number_stands_beside_the_chat_and_is_never_written_to(db: Database, clock: ManualClock) -> None:
    def look(uow: UnitOfWork) -> None:
        assert take_in(uow, FILE, clock) == ()
        assert take_in(uow, export(uow, clock.now()), clock) == ()
        [rao] = uow.people.all()
        assert uow.people.contact(rao.id) == "telegram:2001"
        assert uow.people.on_phone(rao.id, Way.VOICE) == "voice:+12025550111"
        assert set(uow.people.addresses(rao.id)) == {"phone:+12025550111", "telegram:2001"}

    db.run_blocking(look)


def test_a_policy_keeps_its_ways(db: Database, clock: ManualClock) -> None:
    def look(uow: UnitOfWork) -> None:
        assert take_in(uow, FILE, clock) == ()
        policy = uow.policies.get(uow.pools.all()[0].id, Priority.EMERGENCY)
        assert policy is not None
        assert policy.steps[0].ways == (Way.CHAT, Way.SMS, Way.VOICE)

    db.run_blocking(look)


@pytest.mark.parametrize("number", ["phone:12025550111", "phone:+0123456789", "phone:+1", "sms:+12025550111"])
def test_what_nobody_can_be_called_at_is_told(db: Database, clock: ManualClock, number: str) -> None:
    def look(uow: UnitOfWork) -> None:
        [problem] = take_in(uow, FILE.replace("phone:+12025550111", number), clock)
        assert "phone:+919876543210" in problem
        assert uow.people.by_address(Address("telegram:2001")) is None

    db.run_blocking(look)
