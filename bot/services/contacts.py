"""Who stands in for a referrer whom nothing reaches: the contacts of her facility."""

from bot.domain.case import Case, Status
from bot.domain.people import Facility, Person
from bot.messages import Address, channel_of
from storage.people import PHONE
from storage.unit_of_work import UnitOfWork


def second_contact(uow: UnitOfWork, facility_id: str | None, *, but: str) -> Person | None:
    """The first of a facility's contacts who is enrolled, can be written to, and is not the person `but` (an id)."""
    for contact in _facility(uow, facility_id).contacts:
        person = uow.people.by_address(Address(contact))
        if person is not None and person.id != but and uow.people.contact(person.id) is not None:
            return person
    return None


def number_to_call(uow: UnitOfWork, facility_id: str | None, *, but: str) -> str:
    """The number of a facility's contact to keep and to call (E.164), not that of the person `but`; empty: none."""
    for contact in _facility(uow, facility_id).contacts:
        if channel_of(Address(contact)) == PHONE and not uow.people.is_revoked(Address(contact)):
            person = uow.people.by_address(Address(contact))
            if person is None or person.id != but:
                return contact.partition(":")[2]
    return ""


def reader_of(uow: UnitOfWork, case: Case) -> str:
    """Who gets what is said to a case's referrer (a person's id).

    Herself; where no chat of hers is left (a lost phone), the second contact of the facility that sent it. A draft
    is nobody's but its sender's.
    """
    if case.status is Status.DRAFT or uow.people.contact(case.referrer_id) is not None:
        return case.referrer_id
    other = second_contact(uow, case.facility_id, but=case.referrer_id)
    return other.id if other is not None else case.referrer_id


def _facility(uow: UnitOfWork, facility_id: str | None) -> Facility:
    return uow.facilities.get(facility_id) if facility_id else Facility("", "")
