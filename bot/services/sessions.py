"""Channels that let a bot speak freely only for a while after a person wrote: what waits, and what announces it.

What can't be said now is parked in the outbox. A template goes out instead, once for each time something of weight is
put (a page, a reminder, a report, a task) and once a silence for everything else; whatever she writes or taps lets
all of it go, in its order. Where no template may be sent either, whoever sent the message is told as of any that fails.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messages import Address, Choice, MessageFailed, OutboundMessage, Text
from storage.unit_of_work import UnitOfWork

OPEN = "open"
"""The verb of a template's button."""

TASK = "task"
"""What a message to coordinators is about that nobody else will see to: it never passes for the news of a silence."""

_MARGIN = timedelta(minutes=2)
"""The vendor's clock and ours differ, and a message takes its time to get there."""


@dataclass(frozen=True, slots=True)
class Session:
    """What is known of a chat: how long its channel lets a bot speak (None: always), and when she wrote last."""

    length: timedelta | None
    heard_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether anything may be said now."""
        if self.length is None:
            return True
        return self.heard_at is not None and now < self.heard_at + self.length - _MARGIN


def opener(message: OutboundMessage, heard_at: datetime | None, created_at: datetime) -> OutboundMessage:
    """The template that announces a message put at `created_at` to somebody last heard at `heard_at`.

    Pure, and the same key for messages that need one template only: a card and its pictures, all news of one silence.
    """
    silence = heard_at.isoformat() if heard_at else "never"
    about = message.case_id or message.to
    is_news = message.opener == "message" and message.about != TASK
    news = silence if is_news else created_at.isoformat()
    reference = message.reference or ""
    return OutboundMessage(
        to=message.to,
        key=f"opener/{message.opener}/{about}/{message.to}/{news}",
        body=(Text(f"whatsapp.{message.opener}", {"reference": reference}),),
        choices=(Choice(Text("whatsapp.open"), f"{OPEN} {reference}".strip()),),
        case_id=message.case_id,
        reference=message.reference,
        about=message.about,
        opener=message.opener,
        is_template=True,
    )


def announce(uow: UnitOfWork, message: OutboundMessage, created_at: datetime, now: datetime) -> None:
    """Put the template for a parked message, unless one is there for it."""
    uow.outbox.put(opener(message, uow.people.heard_at(message.to), created_at), now)


def heard(uow: UnitOfWork, address: Address, now: datetime) -> int:
    """Somebody wrote: what waited for that goes out; how much it is.

    Nothing from a lost phone, nor to somebody who was revoked.
    """
    uow.people.seen(address, now)
    freed = uow.outbox.unpark(address, now)
    person = uow.people.by_address(address) if freed else None
    if freed and (person.revoked if person is not None else uow.people.is_revoked(address)):
        abandon(uow, address, now)
        return 0
    return freed


def abandon(uow: UnitOfWork, address: Address, now: datetime) -> None:
    """Who has this address must not get what waits for it: whoever sent it is told as of any that fails."""
    for message in uow.deliveries.abandon(address, now):
        failed(uow, message, now)


def failed(uow: UnitOfWork, message: OutboundMessage, now: datetime) -> None:
    """A message that will never leave: whoever sent it is told as of any that fails."""
    event = MessageFailed(message.key, message.to, "gone", case_id=message.case_id, about=message.about)
    lane = Address(f"case:{message.case_id}") if message.case_id else message.to
    uow.inbox.append_event(event, f"failed:{message.key}", lane, now)


def give_address(uow: UnitOfWork, person_id: str, address: Address, now: datetime) -> None:
    """One more address; one that another person had moves to her, and what waits there for that person does not."""
    holder = uow.people.by_address(address)
    if holder is not None and holder.id != person_id:
        abandon(uow, address, now)
    uow.people.add_address(person_id, address, now)
