"""Phones with WhatsApp as the page and outside tests see them: the fields of Telegram's phones and a few more."""

import io
from datetime import datetime
from functools import lru_cache

from PIL import Image

from .model import Json
from .twilio.calls import Call
from .twilio.inbound import Draft, File
from .twilio.model import ButtonKind, MediaFile, Message
from .twilio.phone import Entry, State, WhatsAppPhone
from .twilio.vendor import TwilioVendor

_KINDS = {"image": "photo", "audio": "voice", "video": "video", "sticker": "sticker"}


def whatsapp_phone_json(phone: WhatsAppPhone, vendor: TwilioVendor) -> Json:
    """One phone as `GET /phones` shows it; `blocked`: she asked for no more messages.

    `window` is WhatsApp's 24 hours: `closes` is null for who never wrote. `call` rings or is spoken now; `sms` and
    `calls` count all there are.
    """
    spec, line = phone.spec, phone.line
    address = f"whatsapp:{spec.number}"
    return {
        "id": spec.id, "name": spec.name, "role": spec.role, "language": spec.language,
        "channel": "whatsapp", "address": address, "number": spec.number, "telegram_id": None,
        "shown": spec.shown, "started": True,
        "airplane": phone.airplane, "slow": phone.slow, "blocked": address in vendor.opted_out,
        "bytes_sent": phone.bytes_sent, "bytes_received": phone.bytes_received,
        "unread": phone.unread, "seq": phone.count, "typing": False, "notice": None, "keyboard": [],
        "window": _window(phone, vendor), "call": call_json(line.now) if line.now else None,
        "sms": len(phone.sms), "calls": len(line.calls),
    }  # fmt: skip


def _window(phone: WhatsAppPhone, vendor: TwilioVendor) -> Json:
    closes, now = vendor.windows.closes(phone.spec.number), vendor.now()
    left = max(0.0, (closes - now).total_seconds()) if closes else 0.0
    return {"open": left > 0, "closes": _iso(closes), "seconds_left": round(left)}


def whatsapp_entry_json(entry: Entry, phone: WhatsAppPhone) -> Json:
    """One message on a phone; `message_id` is its sid, null until the vendor has it.

    A list has its items in `buttons`, a row each, and what opens it in `list_label`. `read`: the bot was told so.
    `template`: it went as an approved one.
    """
    message, draft = entry.message, entry.draft
    text = _typed(draft) if draft else message.shown if message else ""
    return {
        "seq": entry.seq, "changed": entry.changed, "message_id": entry.sid or None,
        "direction": "sent" if entry.mine else "received", "from": phone.spec.id if entry.mine else "bot",
        "state": "received" if entry.state is State.READ else entry.state.value,
        "read": entry.state is State.READ and phone.read_receipts,
        "progress": 0.0 if entry.state in (State.WAITING, State.RECEIVING) else 1.0,
        "time": _iso(entry.at), "text": text, "entities": [],
        "buttons": _buttons(message), "list_label": _list_label(message),
        "template": bool(message and message.template),
        "media": _media(entry, phone), "extra": _extra(draft), "album": None,
        "reply_to": _quote(draft.reply_to, phone) if draft else None, "edited": False, "deleted": False,
        "reaction": None, "bytes": draft.bytes if draft else message.bytes if message else 0,
    }  # fmt: skip


def call_json(call: Call) -> Json:
    """A call on a phone: `heard` is what was said so far, `waits_for_key` whether it listens to the keys."""
    return {
        "sid": call.sid, "status": call.status.value, "from": call.request.sender,
        "time": _iso(call.rang or call.at), "answered": _iso(call.answered), "ended": _iso(call.ended),
        "seconds": call.seconds, "heard": list(call.heard), "waits_for_key": call.gather is not None,
        "digits": call.digits, "picked_up": call.picked_up, "declined": call.declined,
    }  # fmt: skip


def sms_json(seq: int, message: Message) -> Json:
    """An SMS that a phone received; `seq` counts from 1."""
    return {
        "seq": seq, "message_id": message.sid, "from": message.sender, "time": _iso(message.at),
        "text": message.body, "bytes": message.bytes,
    }  # fmt: skip


def file_of(entry: Entry) -> File | MediaFile | None:
    """The file of a message, whoever sent it."""
    if entry.draft:
        return entry.draft.file
    return entry.message.media[0] if entry.message and entry.message.media else None


def _typed(draft: Draft) -> str:
    return draft.button.title if draft.button else draft.text


def _buttons(message: Message | None) -> list[list[Json]]:
    return [
        [
            {
                "text": one.title, "data": one.id or None, "url": one.url or None,
                "description": one.description or None,
            }
        ]
        for one in (message.buttons if message else ())
    ]  # fmt: skip


def _list_label(message: Message | None) -> str | None:
    return message.list_label if message and message.kind is ButtonKind.LIST else None


def _media(entry: Entry, phone: WhatsAppPhone) -> Json | None:
    file = file_of(entry)
    if file is None:
        return None
    url = f"/phones/{phone.spec.id}/media/{entry.seq}"
    kind = _KINDS.get(file.message_type if isinstance(file, File) else file.content_type.partition("/")[0])
    width, height = _size(file.data) if kind == "photo" else (0, 0)
    return {
        "kind": kind or "document", "url": url, "thumb_url": url, "file_name": file.name or None,
        "mime_type": file.content_type, "bytes": len(file.data), "width": width, "height": height,
        "duration": 0,
    }  # fmt: skip


@lru_cache(maxsize=256)
def _size(data: bytes) -> tuple[int, int]:
    """Width and height, from the header alone."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except OSError:
        return 0, 0


def _extra(draft: Draft | None) -> Json | None:
    place = draft.place if draft else None
    if place is None:
        return None
    return {"kind": "location", "latitude": place.latitude, "longitude": place.longitude}


def _quote(sid: str, phone: WhatsAppPhone) -> Json | None:
    quoted = phone.entry_of(sid) if sid else None
    if quoted is None:
        return None
    media = _media(quoted, phone)
    text = _typed(quoted.draft) if quoted.draft else quoted.message.shown if quoted.message else ""
    return {"message_id": sid, "text": text, "media": media["kind"] if media else None, "mine": quoted.mine}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
