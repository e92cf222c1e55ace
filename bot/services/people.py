"""Joining, roles, registrations and invitations: every change is on the audit trail, with ids only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.case import TaskKind
from bot.domain.people import Invite, Person, Role
from bot.messages import Address, Choice, Line, Text, Verbatim
from bot.services import page_tests
from bot.services.post import Letter, post
from bot.services.sessions import give_address
from bot.services.tasks import close_verification, raise_task
from storage.people import PHONE
from storage.unit_of_work import UnitOfWork

INVITE_LIFE = timedelta(days=7)

Links = tuple[tuple[str, str], ...]
"""By channel, the deep link that a code is appended to."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """What somebody told while joining; `registration` (council and number) is the specialists'.

    `shares`: somebody else has the address too.
    """

    address: Address
    language: str
    name: str
    registration: str = ""
    shares: bool = False


@dataclass(frozen=True, slots=True)
class InviteLinks:
    """An invitation as it is passed on, once: only the code's hash is kept. Empty for a channel without link."""

    code: str
    telegram: str = ""
    whatsapp: str = ""


# --- joining


def join(uow: UnitOfWork, invite: Invite, applicant: Applicant, now: datetime) -> Person | None:
    """Enrol somebody who has agreed; None where the invitation was used or has expired meanwhile."""
    if not invite.is_open(now):
        return None
    person_id = uow.people.add(
        applicant.name, language=applicant.language, roles=(), facility_id=invite.facility_id, now=now
    )
    if not uow.invites.use(invite.id, by=person_id, now=now):
        uow.people.revoke(person_id, now)
        return None
    uow.people.agree(person_id, now)
    give_phone(uow, person_id, applicant.address, now, shares=applicant.shares)
    uow.audit.append(person_id, "person.join", person_id, now, detail={"invite": invite.id})
    give_role(uow, invite, person_id, now)
    if applicant.registration:
        register(uow, uow.people.get(person_id), applicant.registration, now)
    return uow.people.get(person_id)


def give_phone(uow: UnitOfWork, person_id: str, address: Address, now: datetime, *, shares: bool) -> None:
    """An address of hers from now on, with others where it is `shares`, and its number where she can be called."""
    holder = uow.people.by_address(address) if shares else None
    if holder is not None:
        uow.sharing.share(address, with_id=person_id, owner_id=holder.id)
        uow.sharing.choose(address, person_id, now)
        uow.audit.append(person_id, "phone.share", holder.id, now)
    else:
        give_address(uow, person_id, address, now)
    _give_number(uow, person_id, address, now)


def _give_number(uow: UnitOfWork, person_id: str, address: Address, now: datetime) -> None:
    """Who writes by a number can be called there, where the service calls and the number is nobody else's."""
    number = address.partition(":")[2]
    phone = Address(f"{PHONE}:{number}")
    if uow.ways and number.startswith("+") and uow.people.by_address(phone) is None:
        give_address(uow, person_id, phone, now)


def accept(uow: UnitOfWork, invite: Invite, person: Person, now: datetime) -> Person | None:
    """Give somebody who is enrolled what an invitation holds; None where it can't be used any more."""
    if not invite.is_open(now) or not uow.invites.use(invite.id, by=person.id, now=now):
        return None
    give_role(uow, invite, person.id, now)
    if invite.facility_id is not None:
        uow.people.set_facility(person.id, invite.facility_id)
    return uow.people.get(person.id)


def give_role(uow: UnitOfWork, invite: Invite, person_id: str, now: datetime) -> None:
    """What an invitation holds, beside what she has."""
    uow.people.add_role(person_id, invite.role)
    if invite.pool_id is not None:
        uow.pools.add_member(invite.pool_id, person_id)
    uow.audit.append(person_id, "person.role", person_id, now, detail={"role": invite.role.value})


# --- registrations


def register(uow: UnitOfWork, person: Person, registration: str, now: datetime) -> None:
    """Take a specialist's registration and ask the coordinators to confirm it."""
    uow.people.set_registration(person.id, registration)
    uow.audit.append(person.id, "person.registration", person.id, now)
    uow.tasks.close_silently(TaskKind.VERIFY, person.id, now)
    raise_task(uow, TaskKind.VERIFY, person.id, case=None, now=now)


def confirm_registration(uow: UnitOfWork, by: Person, person: Person, now: datetime) -> bool:
    """A coordinator confirms it, the specialist is told; False where there is nothing (left) to confirm."""
    if not _may_judge(by, person) or person.verified:
        return False
    uow.people.verify(person.id, by=by.id, now=now)
    uow.audit.append(by.id, "person.verify", person.id, now)
    close_verification(uow, person.id, by, now)
    letter = Letter(key=f"person/{person.id}/verified/{now.isoformat()}", body=(Text("person.verified"),))
    post(uow, person.id, letter, case=None, now=now)
    post(uow, person.id, page_tests.begin(uow, person, now), case=None, now=now)
    return True


def refuse_registration(uow: UnitOfWork, by: Person, person: Person, now: datetime) -> bool:
    """A coordinator can't confirm it, the specialist may give it again; False where it is confirmed."""
    if not _may_judge(by, person) or person.verified:
        return False
    uow.audit.append(by.id, "person.refuse", person.id, now)
    close_verification(uow, person.id, by, now)
    letter = Letter(
        key=f"person/{person.id}/refused/{now.isoformat()}",
        body=(Text("person.not_verified", {"name": Verbatim(by.name)}),),
        choices=(register_choice(),),
    )
    post(uow, person.id, letter, case=None, now=now)
    return True


def _may_judge(by: Person, person: Person) -> bool:
    """Nobody confirms herself."""
    return by.is_a(Role.COORDINATOR) and by.id != person.id and bool(person.registration)


# --- invitations


def make_invite(
    uow: UnitOfWork,
    role: Role,
    *,
    now: datetime,
    facility_id: str | None = None,
    pool_id: str | None = None,
    name: str = "",
    again: Person | None = None,
    by: Person | None = None,
    links: Links = (),
) -> InviteLinks:
    """A new invitation for one person; `again`: she is enrolled already. `by` None is the operator."""
    code = uow.invites.add(
        role,
        now=now,
        lifetime=INVITE_LIFE,
        facility_id=facility_id,
        pool_id=pool_id,
        name=again.name if again else name,
        person_id=again.id if again else None,
        created_by=by.id if by else None,
    )
    invite = uow.invites.by_code(code)
    assert invite is not None
    uow.audit.append(by.id if by else "operator", "invite.make", invite.id, now, detail={"role": role.value})
    whole = {channel: f"{beginning}{code}" for channel, beginning in links if beginning}
    return InviteLinks(code, telegram=whole.get("telegram", ""), whatsapp=whole.get("whatsapp", ""))


# --- what they are told


def help_lines(person: Person) -> tuple[Line, ...]:
    """What she can do here, for each of her roles, and what a specialist who is not confirmed waits for."""
    lines: list[Line] = [Text(f"help.{role.value}") for role in Role if person.is_a(role)]
    if Role.SPECIALIST in person.roles and not person.verified:
        lines.append(Text("person.waits" if person.registration else "person.needs_registration"))
    return tuple(lines)


def help_choices(person: Person) -> tuple[Choice, ...]:
    """What a specialist who is not confirmed can do about it; a coordinator may have a phone to take out."""
    missing = Role.SPECIALIST in person.roles and not person.registration
    lost = (Choice(Text("phones.lost"), "lp", 1),) if person.is_a(Role.COORDINATOR) else ()
    return ((register_choice(), *lost)) if missing else lost


def register_choice() -> Choice:
    """Giving the registration (again)."""
    return Choice(Text("person.register"), "reg_again")
