"""A phone's number is kept like any address and found by calls and SMS, and is never a chat."""

from contextlib import closing
from datetime import timedelta

from bot.clock import ManualClock
from bot.domain.escalation import Way
from bot.domain.people import Role
from bot.ids import Ids
from bot.messages import Address
from storage.engine import Database, open_database
from storage.schema.people import address as address_table
from storage.seal import Keyring
from storage.unit_of_work import UnitOfWork

NUMBER = "+12025550111"


def _rao(uow: UnitOfWork, clock: ManualClock, *addresses: str) -> str:
    person_id = uow.people.add("Dr Rao", language="en", roles=[Role.SPECIALIST], now=clock.now())
    for address in addresses:
        uow.people.add_address(person_id, Address(address), clock.now())
    return person_id


def test_a_number_is_never_the_chat_to_write_to(db: Database, clock: ManualClock) -> None:
    def look(uow: UnitOfWork) -> None:
        rao = _rao(uow, clock, "telegram:2001")
        uow.people.add_address(rao, Address(f"phone:{NUMBER}"), clock.now())
        assert uow.people.contact(rao) == "telegram:2001"
        uow.people.set_reachable(Address("telegram:2001"), reachable=False)
        assert uow.people.contact(rao) is None
        assert set(uow.people.addresses(rao)) == {"telegram:2001", f"phone:{NUMBER}"}

    db.run_blocking(look)


def test_calls_and_sms_go_to_addresses_that_find_their_person(db: Database, clock: ManualClock) -> None:
    def look(uow: UnitOfWork) -> None:
        rao = _rao(uow, clock, "telegram:2001", f"phone:{NUMBER}")
        for way in (Way.SMS, Way.VOICE):
            address = uow.people.on_phone(rao, way)
            assert address == f"{way.value}:{NUMBER}"
            found = uow.people.by_address(address)
            assert found is not None
            assert found.id == rao
        assert uow.people.by_address(Address("voice:+12025550112")) is None
        assert uow.people.on_phone(_rao(uow, clock, "telegram:2002"), Way.VOICE) is None

    db.run_blocking(look)


def test_a_number_that_refused_an_sms_is_still_called_and_the_chat_goes_on(
    db: Database, clock: ManualClock
) -> None:
    def look(uow: UnitOfWork) -> None:
        rao = _rao(uow, clock, "telegram:2001", f"phone:{NUMBER}")
        uow.people.set_reachable(Address(f"sms:{NUMBER}"), reachable=False)
        assert uow.people.on_phone(rao, Way.VOICE) == f"voice:{NUMBER}"
        assert uow.people.contact(rao) == "telegram:2001"

    db.run_blocking(look)


def test_the_number_stands_nowhere_in_the_open(db: Database, clock: ManualClock) -> None:
    def look(uow: UnitOfWork) -> str:
        _rao(uow, clock, f"phone:{NUMBER}")
        return repr(uow.connection.execute(address_table.select()).all())

    assert NUMBER not in db.run_blocking(look)


def test_an_address_of_a_channel_that_is_not_here_reaches_nobody(url: str, clock: ManualClock) -> None:
    keyring = Keyring(bytes(range(32)))
    with closing(open_database(url, keyring=keyring, ids=Ids(1), chats=frozenset({"telegram"}))) as db:
        db.create_tables()

        def look(uow: UnitOfWork) -> None:
            rao = _rao(uow, clock, "whatsapp:+12025550111")
            assert uow.people.contact(rao) is None
            uow.people.add_address(rao, Address("telegram:2001"), clock.now() - timedelta(days=1))
            assert uow.people.contact(rao) == "telegram:2001"

        db.run_blocking(look)
