"""Who was taken in by an organisation's file: on first contact she gets what others get at the end of joining.

A number to keep, a test page by every way, and for specialists the contact card. It waits while a patient of hers, or
a doctor's case, is in the way: an emergency has nothing beside it, and a question is answered before the next one.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.people import Person, Role
from bot.domain.study import Priority
from bot.messages import Address, Drawing, Line, OutboundMessage, Text, TimerDue, channel_of
from bot.services import contacts, page_tests
from bot.services.post import post
from storage.unit_of_work import UnitOfWork

FIRST_CONTACT = "first_contact"
"""By person: what joining ends with is due to her."""

IMPORTED = "address.import"
"""On the audit trail of a person: the operator's file gave her an address."""

_LATER = timedelta(minutes=15)


def notice(uow: UnitOfWork, person: Person, address: Address, now: datetime) -> None:
    """She writes, perhaps for the first time from there: then it follows what she is answered now.

    To be called before she is `sessions.heard`.
    """
    if uow.people.heard_at(address) is None and _is_given(uow, person, address):
        uow.timers.set(FIRST_CONTACT, person.id, now, lane=address)


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """Nothing is in the way, or it waits a while longer."""
    if event.timer != FIRST_CONTACT:
        return False
    person = uow.people.get(event.subject)
    if person.revoked or uow.people.contact(person.id) is None:
        return True
    if _is_busy(uow, person):
        uow.timers.set(FIRST_CONTACT, person.id, now + _LATER)
        return True
    test = page_tests.begin(uow, person, now)
    post(uow, person.id, replace(test, body=(*to_keep(uow, person), *test.body)), case=None, now=now)
    _send_card(uow, person, now)
    return True


def to_keep(uow: UnitOfWork, person: Person) -> tuple[Line, ...]:
    """A health worker's way out when the network or this service is down."""
    if not person.is_a(Role.REFERRER):
        return ()
    number = contacts.number_to_call(uow, person.facility_id, but=person.id)
    keep = Text("phones.keep_number", {"number": number}) if number else Text("phones.no_number")
    return (keep,)


def needs_card(uow: UnitOfWork, person: Person) -> bool:
    """Whether a number will call her, which she has to let through at night."""
    return bool(uow.ways) and Role.SPECIALIST in person.roles


def _is_given(uow: UnitOfWork, person: Person, address: Address) -> bool:
    """Whether a file gave her an address of that channel."""
    given = (entry for entry in uow.audit.of(person.id) if entry.action == IMPORTED)
    return any(entry.detail.get("channel") == channel_of(address) for entry in given)


def _send_card(uow: UnitOfWork, person: Person, now: datetime) -> None:
    chat = uow.people.contact(person.id)
    if chat is None or not needs_card(uow, person):
        return
    key = f"person/{person.id}/card/{now.isoformat()}"
    card = OutboundMessage(chat, key, (Text("phones.card"),), drawing=Drawing("contact_card"))
    uow.outbox.put(card, now)


def _is_busy(uow: UnitOfWork, person: Person) -> bool:
    sent = uow.cases.live_of(person.id)
    if uow.cases.drafts_of(person.id) or any(case.priority is Priority.EMERGENCY for case in sent):
        return True
    if Role.SPECIALIST not in person.roles:
        return False
    if any(case.awaits_report for case in uow.cases.held_by(person.id)):
        return True
    return any(person.id in uow.pages.waiting(case.id) for case in uow.cases.live())
