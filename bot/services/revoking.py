"""A lost phone, or somebody who left: what was hers there and waits goes to whoever can see to it, at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.case import AssignmentState, Case, Status, TaskKind
from bot.domain.closing import is_answered
from bot.domain.escalation import PHONE_WAYS
from bot.domain.people import Person
from bot.messages import Address, MessageReceived, OutboundMessage, Text, channel_of, decode_event
from bot.services import assignments, contacts, escalations, notes, readback
from bot.services.post import Letter, post, stand_in_line
from bot.services.sessions import failed
from bot.services.tasks import give, raise_task
from storage.people import PHONE
from storage.unit_of_work import UnitOfWork

_SAID_AGAIN = (readback.REPORT, notes.QUESTION)
"""What a stand-in gets whole from its report or note, so that it need not be passed on as well."""


def lose(
    uow: UnitOfWork, person: Person, lost: Sequence[Address], now: datetime, *, by: str = "operator"
) -> None:
    """Addresses of hers hold no more; `by` is who said so (an id). She is told where she still has a chat.

    Without a chat she is, until she joins again, as good as one who was revoked. So is everybody who shared the phone.
    """
    lost = _of_one_phone(uow, person, lost)
    users = users_of(uow, person, lost)
    for address in lost:
        _unheard(uow, address, users, now)
        uow.people.revoke_address(address, now)
        uow.conversations.clear(address)
        detail: dict[str, str | int] = {"channel": channel_of(address)}
        uow.audit.append(by, "address.revoke", person.id, now, detail=detail)
    for address in lost:
        _empty(uow, person, address, now)
    for one in users:
        _is_without(uow, one, lost, now)


def users_of(uow: UnitOfWork, person: Person, lost: Sequence[Address]) -> tuple[Person, ...]:
    """She and all who share one of these addresses with her; she is the first."""
    others = dict.fromkeys(one for address in lost for one in uow.sharing.users(address) if one != person.id)
    found = tuple(uow.people.get(one) for one in others)
    return (person, *(one for one in found if not one.revoked))


def _unheard(uow: UnitOfWork, address: Address, users: Sequence[Person], now: datetime) -> None:
    """Words of which it was not said who wrote them: coordinators ask each who may have, for one of them did.

    They are shown to nobody: whose patient they are about is not known either.
    """
    held = (decode_event(one) for one in uow.sharing.take_held(address))
    if any(isinstance(one, MessageReceived) and (one.text.strip() or one.attachments) for one in held):
        for user in users:
            raise_task(uow, TaskKind.UNHEARD, user.id, case=None, now=now)


def _is_without(uow: UnitOfWork, person: Person, lost: Sequence[Address], now: datetime) -> None:
    _unsent(uow, person, lost, now)
    if uow.people.contact(person.id) is None:
        _let_go(uow, person, now)
        return
    letter = Letter(key=f"person/{person.id}/lost/{now.isoformat()}", body=(Text("phones.removed"),))
    post(uow, person.id, letter, case=None, now=now)


def revoke(uow: UnitOfWork, person: Person, now: datetime, *, by: str = "operator") -> None:
    """She may do nothing any more, and gets nothing of what still waits for her."""
    uow.people.revoke(person.id, now)
    uow.audit.append(by, "person.revoke", person.id, now)
    addresses = uow.people.addresses(person.id)
    for address in addresses:
        # On a shared phone what is open may be with somebody else.
        if (writer := uow.people.by_address(address)) is not None and writer.id == person.id:
            uow.conversations.clear(address)
        _empty(uow, person, address, now)
    _unsent(uow, person, addresses, now)
    uow.tasks.close_silently(TaskKind.VERIFY, person.id, now)
    _let_go(uow, person, now)
    for address in addresses:
        others = [one for one in users_of(uow, person, (address,)) if one.id != person.id]
        uow.sharing.leave(address, person.id)
        if len(others) == 1:
            # Who is left is asked no more who writes: what waited for that may be hers.
            _unheard(uow, address, others, now)


def _of_one_phone(uow: UnitOfWork, person: Person, lost: Sequence[Address]) -> Sequence[Address]:
    """A number's chat goes with its calls: whoever has the phone could take cases by a key."""
    numbers = {address.partition(":")[2] for address in lost}
    return [one for one in uow.people.addresses(person.id) if one in lost or _number(one) in numbers]


def _number(address: Address) -> str:
    number = address.partition(":")[2]
    return number if number.startswith("+") else ""


# --- what waits in the outbox -------------------------------------------------------------------------------


def _empty(uow: UnitOfWork, person: Person, address: Address, now: datetime) -> None:
    """What waits for an address goes to her other chat, or to who stands in for her; the rest has failed."""
    users = users_of(uow, person, (address,))
    for lane in _lanes(address):
        for message in uow.deliveries.abandon(lane, now):
            whose = next((one for one in users if message.key.endswith(one.id)), person)
            if channel_of(lane) in PHONE_WAYS or not _pass_on(uow, whose, message, now):
                failed(uow, message, now)


def _lanes(address: Address) -> tuple[Address, ...]:
    """Where messages to it wait: calls and SMS to a phone each by their own way."""
    channel, _, number = address.partition(":")
    return tuple(Address(f"{way}:{number}") for way in PHONE_WAYS) if channel == PHONE else (address,)


def _pass_on(uow: UnitOfWork, person: Person, message: OutboundMessage, now: datetime) -> bool:
    """Whether nobody has to be told that it failed."""
    if message.edit_only or message.is_template:
        return True
    again = replace(message, key=f"{message.key}/instead/{now.isoformat()}", edits=None, quotes=None)
    if (own := uow.people.contact(person.id)) is not None:
        return uow.outbox.put(replace(again, to=own), now)
    case = uow.cases.find(message.case_id) if message.case_id else None
    reader = contacts.reader_of(uow, case) if case and case.referrer_id == person.id else person.id
    chat = uow.people.contact(reader)
    if case is None or chat is None:
        return False
    if message.about in _SAID_AGAIN:
        return True
    return uow.outbox.put(replace(again, to=chat, body=(stand_in_line(uow, case), *message.body)), now)


# --- what was hers ------------------------------------------------------------------------------------------


def _let_go(uow: UnitOfWork, person: Person, now: datetime) -> None:
    """Nothing reaches her any more: each case of hers goes to the next, as does every task that she took."""
    for case in uow.cases.held_by(person.id, Status.OPEN, Status.REPORTED):
        _release(uow, case, person, now)
    for case in uow.cases.live():
        _no_longer_asked(uow, case, person, now)
    for case in uow.cases.live_of(person.id):
        _to_stand_in(uow, case, now)
    _give_tasks_back(uow, person, now)


def _unsent(uow: UnitOfWork, person: Person, lost: Sequence[Address], now: datetime) -> None:
    """Pictures that she was about to send from there: coordinators have to ask her for them."""
    for draft in uow.cases.drafts_of(person.id):
        has_pictures = any(attachment.is_picture for attachment in uow.attachments.of_case(draft.id))
        if has_pictures and draft.address in lost:
            raise_task(uow, TaskKind.UNSENT, draft.id, case=draft, now=now)


def _release(uow: UnitOfWork, case: Case, person: Person, now: datetime) -> None:
    """Before the report it is paged anew; after it, what is still to be done or asked is the coordinators'."""
    if assignments.give_back(uow, case, person, now):
        return
    uow.assignments.end(case.id, person.id, AssignmentState.RELEASED, now)
    uow.audit.append(person.id, "case.released", case.id, now)
    raise_task(uow, TaskKind.UNOWNED, case.id, case=case, now=now)


def _no_longer_asked(uow: UnitOfWork, case: Case, person: Person, now: datetime) -> None:
    standing = uow.assignments.of(case.id, person.id)
    if standing is not None and standing.state is AssignmentState.OFFERED:
        uow.assignments.end(case.id, person.id, AssignmentState.EXPIRED, now)
    if person.id in uow.pages.waiting(case.id):
        escalations.answered(uow, case, person.id, "failed", now)


def _to_stand_in(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """What she may not have read goes to the second contact; where there is none, coordinators have to call."""
    questions = uow.notes.open_questions(case.id)
    sent = uow.reports.sent_of(case.id)
    unread = case.status is Status.REPORTED and bool(sent) and not is_answered(sent[-1])
    if contacts.reader_of(uow, case) == case.referrer_id:
        if unread or questions:
            raise_task(uow, TaskKind.DELIVERY, case.id, case=case, now=now)
        return
    for question in questions:
        if uow.timers.due_at(notes.NOTE_DUE, question.id) is not None:
            uow.timers.set(notes.NOTE_DUE, question.id, now, lane=escalations.lane(case))
    if unread:
        report_again(uow, case, now)


def report_again(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """The newest report with all that belongs to it, to be understood by who reads it now."""
    newest = uow.reports.sent_of(case.id)[-1]
    letter = readback.report_letter(uow, case, newest)
    key = f"{letter.key}/reader/{now.isoformat()}"
    post(uow, case.referrer_id, replace(letter, key=key), case=case, now=now)
    for attachment in uow.attachments.of_subject(newest.id):
        notes.post_file(uow, case, attachment, f"{key}/{attachment.id}", case.referrer_id, now)


def _give_tasks_back(uow: UnitOfWork, person: Person, now: datetime) -> None:
    """A coordinator's: what she had taken is for all of them again."""
    for task in uow.tasks.pending():
        if task.taken_by == person.id and not give(uow, task, person, now):
            # Nobody else is there to ask now: it stays in the list, for whoever comes.
            uow.tasks.give_back(task.id, person.id, now)
