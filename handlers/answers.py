"""The answer to an event: where it goes, what is put into the outbox, and in which language it is read."""

from datetime import datetime

from bot.domain.case import Case
from bot.messages import (
    Address,
    AttachmentReady,
    AttachmentRefused,
    ChoiceTapped,
    InboundEvent,
    JoinRequested,
    MessageFailed,
    MessageReceived,
    OutboundMessage,
    TapRefused,
    TimerDue,
    UnsupportedReceived,
)
from bot.services.wording import headed
from handlers.state import Idle, decode_state, encode_state
from handlers.turn import NOTHING, Reply, Say
from storage.unit_of_work import UnitOfWork


def answer(uow: UnitOfWork, address: Address, reply: Reply, now: datetime) -> None:
    """Put a reply into the outbox, and keep what is open with her now."""
    if reply is NOTHING:
        return
    for message in reply.says:
        uow.outbox.put(_outbound(address, message, f"reply/{uow.ids.new()}"), now)
    if reply.state is None:
        return
    if isinstance(reply.state, Idle):
        uow.conversations.clear(address)
    else:
        uow.conversations.save(address, encode_state(reply.state), now)


def _outbound(address: Address, message: Say, key: str) -> OutboundMessage:
    return OutboundMessage(
        to=address,
        key=message.key or key,
        body=headed(message.body) if message.reference else message.body,
        choices=message.choices,
        media=message.media,
        drawing=message.drawing,
        case_id=message.case_id,
        reference=message.reference,
        about=message.about,
        topic=message.topic,
        quotes=message.quotes,
    )


def address_of(event: InboundEvent) -> Address:
    """From where a person's event came; LookupError for one that nobody sent."""
    address = address_or_none(event)
    if address is None:
        raise LookupError(event.kind)
    return address


def address_or_none(event: InboundEvent) -> Address | None:
    """From where an event came, where a person sent it."""
    match event:
        case (
            MessageReceived(address=address)
            | JoinRequested(address=address)
            | ChoiceTapped(address=address)
            | TapRefused(address=address)
            | UnsupportedReceived(address=address)
        ):
            return address
        case _:
            return None


def language_of(uow: UnitOfWork, address: Address) -> str:
    """In which language somebody reads; one who is joining in the language she has chosen."""
    person = uow.people.by_address(address)
    if person is not None:
        return person.language
    state = decode_state(uow.conversations.load(address))
    return state.language if state.kind == "joining" else "en"


def case_of_event(uow: UnitOfWork, event: InboundEvent) -> Case | None:
    """The case that something which happens by itself is about."""
    match event:
        case TimerDue(subject=subject):
            return uow.cases.find(subject)
        case AttachmentReady(attachment_id=attachment_id) | AttachmentRefused(attachment_id=attachment_id):
            return uow.cases.find(uow.attachments.get(attachment_id).case_id)
        case MessageFailed(case_id=str(case_id)):
            return uow.cases.find(case_id)
        case _:
            return None
