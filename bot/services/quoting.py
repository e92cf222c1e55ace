"""Which picture a message about a case quotes: the first one that came from the chat that it goes to."""

from dataclasses import replace

from bot.messages import OutboundMessage
from storage.unit_of_work import UnitOfWork


def quoting(uow: UnitOfWork, message: OutboundMessage) -> OutboundMessage:
    """The message with the vendor's id of that picture; as it is where it is of no case or she sent none from there."""
    if message.quotes is not None or message.reference is None or message.case_id is None:
        return message
    if message.edit_only or uow.cases.find(message.case_id) is None:
        return message
    for file in uow.attachments.of_case(message.case_id):
        source = uow.attachments.source(file.id) if file.is_picture else None
        if source is not None and source.address == message.to and source.message_id:
            return replace(message, quotes=source.message_id)
    return message
