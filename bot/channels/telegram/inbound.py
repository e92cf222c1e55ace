"""A Telegram update becomes an inbound event: nothing is asked of the vendor, no profile name is taken."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

import telegram
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from bot.channels.actions import ActionSigner
from bot.channels.base import Envelope, Malformed
from bot.messages import (
    Address,
    Attachment,
    ChoiceTapped,
    GroupEntered,
    Ignored,
    InboundEvent,
    JoinRequested,
    MessageReceived,
    ReachabilityChanged,
    TapRefused,
    UnsupportedReceived,
)

_DAMAGED = (TypeError, ValueError, KeyError, AttributeError, OverflowError, OSError, TelegramError)
"""What PTB raises for JSON that has an update's outline and something else inside."""

_Named = Literal["animation", "document", "audio", "video"]
_NamedFile = telegram.Animation | telegram.Document | telegram.Audio | telegram.Video

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAR_FUTURE = 1 << 33

# Where an update keeps its chat. Telegram hands on the taps of one user in order, so their lane is the user's
# private chat, whose id is the user's.
_CHAT_PATHS = (
    ("message", "chat"),
    ("edited_message", "chat"),
    ("callback_query", "from"),
    ("my_chat_member", "chat"),
    ("channel_post", "chat"),
    ("edited_channel_post", "chat"),
)

# What cannot be relayed, by Telegram's field; a venue also has a location, a game may have a text.
_UNSUPPORTED = (
    "sticker", "venue", "location", "contact", "poll", "dice", "game", "story", "checklist", "paid_media",
    "invoice", "giveaway", "gift", "unique_gift",
)  # fmt: skip

_PRESENT = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.RESTRICTED)


def address_of(chat_id: int) -> Address:
    """The address of a chat."""
    return Address(f"telegram:{chat_id}")


def read_envelope(raw: bytes, bot_id: str) -> Envelope:
    """The envelope of an update: `<bot_id>:<update_id>` and its chat's lane; Malformed if it is no update."""
    update = _read_json(raw)
    number = update.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise Malformed("no update_id")
    return Envelope(f"{bot_id}:{number}", address_of(_chat_id(update)))


def _read_json(raw: bytes) -> dict[str, object]:
    try:
        update = json.loads(raw)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(update, dict):
        raise Malformed("not an object")
    return update


def _chat_id(update: dict[str, object]) -> int:
    for outer, inner in _CHAT_PATHS:
        part = update.get(outer)
        chat = part.get(inner) if isinstance(part, dict) else None
        number = chat.get("id") if isinstance(chat, dict) else None
        if isinstance(number, int):
            return number
    return 0


def read_event(raw: bytes, signer: ActionSigner) -> InboundEvent:
    """The event in an update; Malformed if it is none, `Ignored` for whatever asks for nothing."""
    data = _read_json(raw)
    try:
        update = telegram.Update.de_json(data, None)
        return _event(update, signer)
    except _DAMAGED:
        return _not_understood(data)


def _not_understood(update: dict[str, object]) -> InboundEvent:
    """A private message that PTB can't read (mostly of a newer Bot API) is answered; the rest is let be."""
    match update.get("message"):
        case {
            "message_id": int(message_id),
            "date": int(date),
            "chat": {"id": int(chat_id), "type": "private"},
            "from": {"is_bot": False},
        } if 0 <= date < _FAR_FUTURE:
            sent_at = datetime.fromtimestamp(date, UTC)
            return UnsupportedReceived(address_of(chat_id), str(message_id), sent_at, "unknown")
        case _:
            return Ignored()


def _event(update: telegram.Update, signer: ActionSigner) -> InboundEvent:
    if update.callback_query is not None:
        return _tap(update.callback_query, signer)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    message = update.message or update.edited_message
    if message is not None:
        return _message(message, edited=update.message is None)
    post = update.channel_post or update.edited_channel_post
    return GroupEntered(address_of(post.chat.id)) if post is not None else Ignored()


def _tap(query: telegram.CallbackQuery, signer: ActionSigner) -> InboundEvent:
    """A tap carries no time of its own: `sent_at` is when the message with the button was sent."""
    address = address_of(query.from_user.id)
    message_id, sent_at = "", _EPOCH
    if query.message is not None:
        message_id, sent_at = str(query.message.message_id), query.message.date
    action = signer.verify(address, query.data or "")
    if action is None:
        return TapRefused(address, message_id, sent_at, query.id)
    return ChoiceTapped(address, message_id, sent_at, action, query.id)


def _membership(change: telegram.ChatMemberUpdated) -> InboundEvent:
    present = change.new_chat_member.status in _PRESENT
    address = address_of(change.chat.id)
    if change.chat.type == ChatType.PRIVATE:
        return ReachabilityChanged(address, reachable=present)
    # Our own leaving is told too; answering it would fail and come round again.
    return GroupEntered(address) if present else Ignored(address)


def _message(message: telegram.Message, *, edited: bool) -> InboundEvent:
    address = address_of(message.chat.id)
    attachments = tuple(_attachments(message))
    text = message.text or message.caption or ""
    what = _unsupported(message)
    if (message.from_user is not None and message.from_user.is_bot) or not (attachments or text or what):
        return Ignored(address)
    if message.chat.type != ChatType.PRIVATE:
        return GroupEntered(address)
    message_id = str(message.message_id)
    if what:
        return UnsupportedReceived(address, message_id, message.date, what)
    if (code := _start_code(text)) is not None and not attachments:
        return JoinRequested(address, message_id, message.date, code)
    quoted = message.reply_to_message
    return MessageReceived(
        address,
        message_id,
        message.date,
        text,
        attachments,
        quoted=None if quoted is None else str(quoted.message_id),
        album=message.media_group_id,
        edited=edited,
    )


def _unsupported(message: telegram.Message) -> str:
    """A forwarded message is not its sender's own: it is answered, never relayed as if it were."""
    if message.forward_origin is not None:
        return "forwarded"
    known = next((what for what in _UNSUPPORTED if getattr(message, what)), "")
    # PTB keeps fields that are newer than itself here: a new kind of message gets an honest answer too.
    newer = bool(message.api_kwargs) and not (message.text or message.caption or message.effective_attachment)
    return known or ("unknown" if newer else "")


def _start_code(text: str) -> str | None:
    """The code of `/start CODE` (also `/start@bot CODE`), empty for a bare start, None for anything else."""
    command, _, code = text.strip().partition(" ")
    return code.strip() if command.partition("@")[0] == "/start" else None


def _attachments(message: telegram.Message) -> Iterator[Attachment]:
    if message.photo:
        largest = max(message.photo, key=lambda size: (size.width * size.height, size.file_size or 0))
        yield Attachment("photo", largest.file_id, "image/jpeg", largest.file_size)
    if message.animation is not None:
        yield _named("animation", message.animation)
    elif message.document is not None:  # an animation comes as a document too, for old clients
        yield _named("document", message.document)
    if message.voice is not None:
        yield Attachment(
            "voice", message.voice.file_id, message.voice.mime_type or "", message.voice.file_size
        )
    if message.audio is not None:
        yield _named("audio", message.audio)
    if message.video is not None:
        yield _named("video", message.video)
    if message.video_note is not None:
        yield Attachment("video", message.video_note.file_id, "video/mp4", message.video_note.file_size)


def _named(media: _Named, file: _NamedFile) -> Attachment:
    return Attachment(media, file.file_id, file.mime_type or "", file.file_size, file.file_name or "")
