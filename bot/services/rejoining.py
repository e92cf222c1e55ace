"""Somebody who was without a phone joins again: she is who she was, and what waited for her comes to the new one."""

from datetime import datetime

from bot.domain.case import Case, Status
from bot.domain.closing import is_answered
from bot.domain.people import Invite, Person
from bot.messages import Address
from bot.services import contacts, notes, people, revoking, unsent
from storage.unit_of_work import UnitOfWork


def rejoin(
    uow: UnitOfWork, invite: Invite, address: Address, now: datetime, *, shares: bool = False
) -> Person | None:
    """The person whom the invitation names has a new address; None where it holds no more, or she was revoked.

    `shares`: somebody else has the address too.
    """
    person = uow.people.get(invite.person_id) if invite.person_id else None
    if person is None or person.revoked or not invite.is_open(now):
        return None
    if not uow.invites.use(invite.id, by=person.id, now=now):
        return None
    uow.people.agree(person.id, now)
    people.give_phone(uow, person.id, address, now, shares=shares)
    uow.audit.append(person.id, "person.rejoin", person.id, now, detail={"invite": invite.id})
    people.give_role(uow, invite, person.id, now)
    _bring(uow, person, address, now)
    return uow.people.get(person.id)


def is_herself(uow: UnitOfWork, person: Person, invite: Invite) -> bool:
    """Whether who has the phone joined anew under the name of the person for whom the invitation is."""
    if invite.person_id is None:
        return False
    return uow.people.get(invite.person_id).name.casefold() == person.name.casefold()


def become(uow: UnitOfWork, invite: Invite, twin: Person, address: Address, now: datetime) -> Person | None:
    """She had joined anew, as a second person: the phone is the first one's, what the second one sent as well.

    None where the invitation holds no more.
    """
    sent = uow.cases.drafts_of(twin.id), uow.cases.live_of(twin.id)
    if not invite.is_open(now) or invite.person_id is None or uow.people.get(invite.person_id).revoked:
        return None
    for case in (case for cases in sent for case in cases):
        uow.cases.give_to(case, invite.person_id)
        uow.audit.append(twin.id, "case.referrer", case.id, now, detail={"to": invite.person_id})
    person = rejoin(uow, invite, address, now)
    if person is not None:
        revoking.revoke(uow, twin, now, by=person.id)
    return person


def _bring(uow: UnitOfWork, person: Person, address: Address, now: datetime) -> None:
    """What nobody has answered comes to her, and pictures that were not sent go on from here."""
    for case in uow.cases.live_of(person.id):
        if contacts.reader_of(uow, case) == person.id:
            _say_again(uow, case, now)
    for draft in uow.cases.drafts_of(person.id):
        uow.cases.move_draft(draft, address)
        unsent.touched(uow, draft.id, now)


def _say_again(uow: UnitOfWork, case: Case, now: datetime) -> None:
    for question in uow.notes.open_questions(case.id):
        notes.remind(uow, case, question, case.referrer_id, now)
    sent = uow.reports.sent_of(case.id)
    if case.status is Status.REPORTED and sent and not is_answered(sent[-1]):
        revoking.report_again(uow, case, now)
