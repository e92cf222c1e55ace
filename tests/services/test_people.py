"""Joining, roles, registrations and invitations as the services see them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.clock import ManualClock
from bot.domain.people import Invite, Person, Role
from bot.messages import Address, Text
from bot.services import people
from storage.engine import Database
from storage.unit_of_work import UnitOfWork

LINKS = (("telegram", "https://t.me/b?start="), ("whatsapp", "https://wa.me/1?text=JOIN%20"))


def enrolled(uow: UnitOfWork, now: datetime, role: Role, number: int = 1, registration: str = "") -> Person:
    """Somebody who has joined by an invitation."""
    invite = uow.invites.by_code(people.make_invite(uow, role, now=now).code)
    assert invite is not None
    applicant = people.Applicant(Address(f"telegram:{number}"), "en", f"Person {number}", registration)
    person = people.join(uow, invite, applicant, now)
    assert person is not None
    return person


def test_an_invitation_carries_a_link_for_each_channel(db: Database, clock: ManualClock) -> None:
    made = db.run_blocking(lambda uow: people.make_invite(uow, Role.REFERRER, now=clock.now(), links=LINKS))
    assert made.telegram == f"https://t.me/b?start={made.code}"
    assert made.whatsapp == f"https://wa.me/1?text=JOIN%20{made.code}"


def test_an_invitation_is_on_the_audit_trail_without_its_code(db: Database, clock: ManualClock) -> None:
    def look(uow: UnitOfWork) -> str:
        made = people.make_invite(uow, Role.REFERRER, now=clock.now(), name="Asha")
        invite = uow.invites.by_code(made.code)
        assert invite is not None
        [entry] = uow.audit.of(invite.id)
        assert (entry.actor, entry.action) == ("operator", "invite.make")
        return repr(entry).replace(made.code, "LEAK").replace("Asha", "LEAK")

    assert "LEAK" not in db.run_blocking(look)


@pytest.mark.parametrize("wait", [timedelta(0), people.INVITE_LIFE - timedelta(seconds=1)])
def test_two_who_join_with_one_invitation_have_one_winner(
    db: Database, clock: ManualClock, wait: timedelta
) -> None:
    def race(uow: UnitOfWork) -> list[Person | None]:
        invite = uow.invites.by_code(people.make_invite(uow, Role.REFERRER, now=clock.now()).code)
        assert invite is not None
        now = clock.advance(wait)
        return [people.join(uow, invite, _applicant(number), now) for number in (1, 2)]

    first, second = db.run_blocking(race)
    assert first is not None
    assert second is None
    assert db.run_blocking(lambda uow: uow.people.by_address(Address("telegram:2"))) is None


def _applicant(number: int) -> people.Applicant:
    return people.Applicant(Address(f"telegram:{number}"), "en", "Asha")


def test_who_is_enrolled_keeps_what_she_had(db: Database, clock: ManualClock) -> None:
    def add(uow: UnitOfWork) -> Person | None:
        asha = enrolled(uow, clock.now(), Role.REFERRER)
        pool = uow.pools.put("Chest", timezone="Asia/Kolkata", specialties=("chest",))
        code = people.make_invite(uow, Role.SPECIALIST, now=clock.now(), pool_id=pool).code
        invite: Invite | None = uow.invites.by_code(code)
        assert invite is not None
        changed = people.accept(uow, invite, asha, clock.now())
        assert people.accept(uow, invite, asha, clock.now()) is None
        assert uow.pools.of_person(asha.id) == (pool,)
        return changed

    changed = db.run_blocking(add)
    assert changed is not None
    assert changed.roles == {Role.REFERRER, Role.SPECIALIST}
    assert not changed.is_a(Role.SPECIALIST)


Judge = Callable[[UnitOfWork, Person, Person, datetime], bool]


@pytest.mark.parametrize("judge", [people.confirm_registration, people.refuse_registration])
def test_only_another_coordinator_judges_a_registration_and_only_once(
    db: Database, clock: ManualClock, judge: Judge
) -> None:
    now = clock.now()

    def look(uow: UnitOfWork) -> None:
        rao = enrolled(uow, now, Role.SPECIALIST, 1, "MMC 1")
        khan = enrolled(uow, now, Role.SPECIALIST, 2, "MMC 2")
        sunita = enrolled(uow, now, Role.COORDINATOR, 3)
        assert not judge(uow, khan, rao, now)
        assert not judge(uow, rao, rao, now)
        assert judge(uow, sunita, rao, now)
        assert [task.subject for task in uow.tasks.pending()] == [khan.id]
        people.confirm_registration(uow, sunita, uow.people.get(rao.id), now)
        assert not judge(uow, sunita, uow.people.get(rao.id), now)

    db.run_blocking(look)


def test_a_changed_registration_has_to_be_confirmed_again(db: Database, clock: ManualClock) -> None:
    now = clock.now()

    def look(uow: UnitOfWork) -> Person:
        rao = enrolled(uow, now, Role.SPECIALIST, 1, "MMC 1")
        people.confirm_registration(uow, enrolled(uow, now, Role.COORDINATOR, 2), rao, now)
        people.register(uow, uow.people.get(rao.id), "MMC 2", now)
        assert [task.subject for task in uow.tasks.pending()] == [rao.id]
        return uow.people.get(rao.id)

    assert not db.run_blocking(look).is_a(Role.SPECIALIST)


def test_help_names_what_each_role_can_do(db: Database, clock: ManualClock) -> None:
    def look(uow: UnitOfWork) -> list[tuple[object, ...]]:
        now = clock.now()
        return [people.help_lines(enrolled(uow, now, role, number)) for number, role in enumerate(Role)]

    assert db.run_blocking(look) == [
        (Text("help.referrer"),),
        (Text("person.needs_registration"),),
        (Text("help.coordinator"),),
    ]
