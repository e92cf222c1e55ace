"""A ward whose people have phones, and a policy that calls them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bot.clock import ManualClock
from bot.domain.escalation import Policy, Step, Way, Who
from bot.domain.study import Priority
from bot.ids import Ids
from bot.messages import Address
from storage.engine import open_database
from storage.seal import Keyring
from storage.unit_of_work import UnitOfWork
from tests.handlers.ward import Ward

NUMBERS = {"rao": "+12025550111", "khan": "+12025550112", "sunita": "+12025550121"}
CHAT, SMS, VOICE = Way.CHAT, Way.SMS, Way.VOICE


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def policy(*steps: Step) -> Policy:
    return Policy(steps, minutes(15), minutes(60), minutes(90))


BY_ALL_WAYS = policy(
    Step(minutes(0), Who.POOL, (CHAT, SMS, VOICE)), Step(minutes(20), Who.COORDINATOR, (CHAT, VOICE))
)


def ward_with(path: Path, clock: ManualClock, ways: frozenset[Way]) -> Iterator[Ward]:
    db = open_database(
        f"sqlite:///{path}/scanrelay.db", keyring=Keyring(bytes(range(32))), ids=Ids(seed=7), ways=ways
    )
    db.create_tables()
    ward = Ward(db, clock)
    for name, number in NUMBERS.items():
        add_address(ward, name, f"phone:{number}")
    set_policy(ward, BY_ALL_WAYS)
    yield ward
    db.close()


def add_address(ward: Ward, name: str, address: str) -> None:
    person_id = ward.person_id(name)
    ward.db.run_blocking(lambda uow: uow.people.add_address(person_id, Address(address), ward.clock.now()))


def set_policy(ward: Ward, new: Policy) -> None:
    def put(uow: UnitOfWork) -> None:
        uow.policies.put(uow.pools.all()[0].id, Priority.URGENT, new)

    ward.db.run_blocking(put)


def at(way: Way, name: str) -> Address:
    return Address(f"{way.value}:{NUMBERS[name]}")
