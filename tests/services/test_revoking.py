"""What becomes of what was hers when a phone is lost or somebody leaves."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.domain.case import Case, TaskKind
from bot.messages import Address
from bot.services import access, revoking, truths
from bot.services.organisation_export import export
from bot.services.tasks import raise_task, take
from storage.engine import Database
from storage.unit_of_work import UnitOfWork
from tests.handlers.phone_ward import NUMBERS, SMS, VOICE, at, ward_with
from tests.handlers.ward import Ward, words


@pytest.fixture
def ward(db: Database, clock: ManualClock) -> Ward:
    return Ward(db, clock)


@pytest.fixture
def phones(tmp_path: Path, clock: ManualClock) -> Iterator[Ward]:
    yield from ward_with(tmp_path, clock, frozenset({SMS, VOICE}))


def loses(ward: Ward, name: str, *addresses: str) -> None:
    """All her addresses, or those that are named."""

    def lose(uow: UnitOfWork) -> None:
        person = ward.person_in(uow, name)
        lost = tuple(map(Address, addresses)) or uow.people.addresses(person.id)
        revoking.lose(uow, person, lost, ward.clock.now())

    ward.db.run_blocking(lose)


def leaves(ward: Ward, name: str) -> None:
    ward.db.run_blocking(lambda uow: revoking.revoke(uow, ward.person_in(uow, name), ward.clock.now()))


def owner(ward: Ward, case: Case) -> str | None:
    return ward.db.run_blocking(lambda uow: uow.assignments.owner(case.id))


def broken(ward: Ward) -> set[str]:
    return {one.truth for one in ward.db.run_blocking(lambda uow: truths.check(uow, ward.clock.now()))}


@pytest.mark.parametrize("go", [loses, leaves])
def test_a_held_case_is_paged_anew_and_its_referrer_told(ward: Ward, go: Callable[[Ward, str], None]) -> None:
    case = ward.taken_case()
    go(ward, "rao")
    assert owner(ward, case) is None
    assert any(card.about == "card" for card in ward.heard("khan"))
    assert "refer.given_back" in words(ward.heard("asha"))
    assert broken(ward) == set()


def test_a_case_whose_owner_was_only_marked_as_revoked_is_found(ward: Ward) -> None:
    ward.taken_case()
    ward.db.run_blocking(lambda uow: uow.people.revoke(ward.person_in(uow, "rao").id, ward.clock.now()))
    assert broken(ward) == {"who owns a live case has an address and may act"}


def test_an_answered_case_becomes_a_task_and_may_be_taken_by_a_colleague(ward: Ward) -> None:
    case = ward.reported_case()
    loses(ward, "rao")
    assert TaskKind.UNOWNED in ward.tasks()
    assert broken(ward) == set()
    ward.taps("khan", f"ack {case.reference}")
    assert owner(ward, case) is not None


def test_words_about_an_answered_case_without_owner_are_the_coordinators(ward: Ward) -> None:
    ward.reported_case()
    report = next(one for one in ward.heard("asha") if one.about == "report")
    loses(ward, "rao")
    assert TaskKind.DELIVERY not in ward.tasks()
    ward.says("asha", "The pain is worse since morning", quoting=report)
    assert TaskKind.DELIVERY in ward.tasks()


def test_a_task_that_was_taken_on_a_lost_phone_is_open_again(ward: Ward) -> None:
    case = ward.sends_case()

    def begin(uow: UnitOfWork) -> None:
        raise_task(uow, TaskKind.NO_ANSWER, case.id, case=uow.cases.get(case.id), now=ward.clock.now())
        task = uow.tasks.of(TaskKind.NO_ANSWER, case.id)
        assert task is not None
        assert take(uow, task, ward.person_in(uow, "sunita"), ward.clock.now())

    ward.db.run_blocking(begin)
    loses(ward, "sunita")
    takers = ward.db.run_blocking(lambda uow: {task.taken_by for task in uow.tasks.pending()})
    assert takers == {None}


def test_where_no_second_contact_is_coordinators_call_about_what_was_not_read(ward: Ward) -> None:
    ward.reported_case()
    loses(ward, "asha")
    assert TaskKind.DELIVERY in ward.tasks()


def test_nobody_else_stands_for_a_referrer_whose_phone_is_there(ward: Ward) -> None:
    case = ward.sends_case()

    def look(uow: UnitOfWork) -> list[bool]:
        people = [ward.person_in(uow, name) for name in ("asha", "khan", "sunita")]
        return [access.stands_for(uow, uow.cases.get(case.id), person) for person in people]

    assert ward.db.run_blocking(look) == [True, False, False]


def test_a_number_that_is_lost_with_its_chat_is_not_called_either(phones: Ward) -> None:
    number = NUMBERS["rao"]

    def give_chat(uow: UnitOfWork) -> None:
        rao = phones.person_in(uow, "rao")
        uow.people.add_address(rao.id, Address(f"whatsapp:{number}"), phones.clock.now())

    phones.db.run_blocking(give_chat)
    loses(phones, "rao", f"whatsapp:{number}")

    def look(uow: UnitOfWork) -> None:
        rao = phones.person_in(uow, "rao")
        assert uow.people.on_phone(rao.id, VOICE) is None
        assert uow.people.by_address(at(VOICE, "rao")) is None
        assert uow.people.contact(rao.id) == phones.address("rao")

    phones.db.run_blocking(look)


def test_a_lost_address_given_to_somebody_holds_again(ward: Ward) -> None:
    address = ward.address("asha")
    loses(ward, "asha")
    khan = ward.person_id("khan")
    ward.db.run_blocking(lambda uow: uow.people.add_address(khan, address, ward.clock.now()))
    assert not ward.db.run_blocking(lambda uow: uow.people.is_revoked(address))
    holder = ward.db.run_blocking(lambda uow: uow.people.by_address(address))
    assert holder is not None
    assert holder.id == khan


def test_who_lost_her_only_phone_is_not_in_the_organisations_file(ward: Ward) -> None:
    loses(ward, "khan")
    text = ward.db.run_blocking(lambda uow: export(uow, ward.clock.now()))
    assert "Dr Khan" not in text
    assert "Dr Rao" in text


def test_every_lost_address_is_on_the_audit_trail_without_itself(ward: Ward) -> None:
    asha = ward.person_id("asha")
    loses(ward, "asha")
    entries = ward.db.run_blocking(lambda uow: uow.audit.of(asha))
    assert [(one.action, dict(one.detail)) for one in entries] == [
        ("address.revoke", {"channel": "telegram"})
    ]
