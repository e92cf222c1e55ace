"""The only way from a person and a case reference to a case; every look goes on the audit trail."""

from datetime import datetime

from bot.domain.case import Case, DeclineReason, Status
from bot.domain.people import Person, Role
from bot.ids import is_reference
from bot.services import contacts
from storage.unit_of_work import UnitOfWork


def case_for(uow: UnitOfWork, actor: Person, reference: str, now: datetime) -> Case | None:
    """The case of a reference if `actor` may see it; None otherwise, told the same as one that does not exist."""
    reference = reference.strip().upper()
    case = uow.cases.by_reference(reference) if is_reference(reference) else None
    if case is None or not may_see(uow, actor, case):
        return None
    uow.audit.append(actor.id, "case.look", case.id, now)
    return case


def case_of_id(uow: UnitOfWork, actor: Person, case_id: str, now: datetime) -> Case | None:
    """As `case_for`, for a case id that came from a stored row (a quoted message, a draft)."""
    case = uow.cases.get(case_id)
    return case_for(uow, actor, case.reference, now)


def may_see(uow: UnitOfWork, actor: Person, case: Case) -> bool:
    """The referrer her own, and who stands in for her; a specialist those she was asked for or holds, or of her pools.

    Coordinators all that were sent.
    """
    if may_answer(uow, case, actor):
        return True
    if case.status is Status.DRAFT:
        return False
    if actor.is_a(Role.COORDINATOR):
        return True
    return actor.is_a(Role.SPECIALIST) and _may_read(uow, actor, case)


def stands_for(uow: UnitOfWork, case: Case, person: Person) -> bool:
    """Whether she may do with a case what its referrer may: she is it, or its second contact while nothing reaches it.

    A draft is its sender's alone.
    """
    if case.referrer_id == person.id:
        return True
    return case.status is not Status.DRAFT and contacts.reader_of(uow, case) == person.id


def may_answer(uow: UnitOfWork, case: Case, person: Person) -> bool:
    """Whether she may say what is done about a report: as its referrer, or as the second contact of the facility.

    An answer to an emergency that its referrer does not read goes to that contact.
    """
    if stands_for(uow, case, person):
        return True
    if case.status not in (Status.REPORTED, Status.CLOSED):
        return False
    contact = contacts.second_contact(uow, case.facility_id, but=case.referrer_id)
    return contact is not None and contact.id == person.id


def _may_read(uow: UnitOfWork, actor: Person, case: Case) -> bool:
    standing = uow.assignments.of(case.id, actor.id)
    if standing is not None:
        # Who knows the patient has said so herself, and sees nothing more of the case.
        return standing.reason is not DeclineReason.KNOWS
    if uow.handovers.offered(case.id, actor.id) is not None:
        return True
    return case.pool_id is not None and actor.id in uow.pools.members(case.pool_id)
