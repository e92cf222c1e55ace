"""A webhook's form becomes an inbound event: nothing is asked of the vendor, no profile name is taken.

Fields as in twilio.com/docs/messaging/guides/webhook-request and …/whatsapp; more may come without notice.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import parse_qsl

from bot.channels.actions import ActionSigner
from bot.channels.base import Envelope, Malformed
from bot.channels.twilio.errors import why
from bot.messages import (
    Address,
    Attachment,
    ChoiceTapped,
    DeliveryReported,
    Ignored,
    InboundEvent,
    JoinRequested,
    MessageReceived,
    ReachabilityChanged,
    TapRefused,
    UnsupportedReceived,
)

PREFIX = "whatsapp:"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_FIELDS = 500

# Words that stop and start messages where Twilio's own opt-out is not set up; `START` of a stranger is a greeting,
# so it is told as a bare start, which makes a known person reachable too.
_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "OPTOUT"})
_START = frozenset({"START", "UNSTOP"})

_Status = Literal["sent", "delivered", "read", "undelivered", "failed"]
_STATUSES: Mapping[str, _Status] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "undelivered",
    "failed": "failed",
}

# `MessageType` of what can't be relayed, by the channel-neutral name.
_UNSUPPORTED = {
    "location": "location",
    "contacts": "contact",
    "sticker": "sticker",
    "order": "unknown",
    "reaction": "unknown",
    "unsupported": "unknown",
}

_Media = Literal["photo", "document", "voice", "audio", "video", "animation"]
_STICKER = "image/webp"
_CONTACT = frozenset({"text/vcard", "text/x-vcard", "text/directory"})


Form = Mapping[str, str]


def read_envelope(raw: bytes) -> Envelope:
    """The envelope of a form: `MessageSid`, for a status `MessageSid:status`; Malformed if it is neither."""
    form = _form(raw)
    message, status = _sid(form), _status(form)
    if not message:
        raise Malformed("no MessageSid")
    who = _person(form)
    if who is None:
        raise Malformed("nobody on WhatsApp")
    return Envelope(f"{message}:{status}" if status else message, who)


def read_event(raw: bytes, signer: ActionSigner) -> InboundEvent:
    """The event in a form; `Ignored` for whatever asks for nothing, Malformed if it is no form at all.

    The webhook has no time of its own: `sent_at` is its `DateSent` where there is one (a form of `recent`), else the
    epoch.
    """
    form = _form(raw)
    address, message_id = _person(form), _sid(form)
    if address is None or not message_id:
        return Ignored(address)
    if status := _status(form):
        known = _STATUSES.get(status)
        return Ignored(address) if known is None else _report(address, message_id, known, form)
    return _message(address, message_id, form, signer)


def _form(raw: bytes) -> Form:
    """The fields that say something, the first where one comes twice: signed forms have each once."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Malformed("not a form") from None
    return dict(reversed(pairs))


def _sid(form: Form) -> str:
    return form.get("MessageSid") or form.get("SmsMessageSid") or form.get("SmsSid") or ""


def _status(form: Form) -> str:
    """`MessageStatus` is there in status callbacks only, unless it says that a message was received."""
    status = form.get("MessageStatus", "").lower()
    return "" if status in ("receiving", "received") else status


def _person(form: Form) -> Address | None:
    """Who is at the other end: a message comes from her, a status is about a message to her."""
    other = form.get("To" if _status(form) else "From", "")
    return Address(other) if other.startswith(PREFIX) and len(other) > len(PREFIX) else None


def _report(address: Address, message_id: str, status: _Status, form: Form) -> InboundEvent:
    code = form.get("ErrorCode", "")
    failed = status in ("undelivered", "failed")
    reason = why(int(code) if code.isdecimal() else 0) if failed else ""
    return DeliveryReported(address, message_id, status, reason)


def _message(address: Address, message_id: str, form: Form, signer: ActionSigner) -> InboundEvent:
    sent_at = _sent_at(form)
    if payload := form.get("ButtonPayload") or form.get("ListId"):
        return _tap(address, message_id, sent_at, payload, signer)
    text = form.get("Body", "")
    attachment = _attachment(form)
    reachable = _reachable(form, text) if attachment is None else None
    if reachable is not None:
        return ReachabilityChanged(address, reachable=reachable)
    if what := _unsupported(form, attachment):
        return UnsupportedReceived(address, message_id, sent_at, what)
    if attachment is None and not text.strip():
        return UnsupportedReceived(address, message_id, sent_at, "unknown")
    if attachment is None and (code := _join_code(text)) is not None:
        return JoinRequested(address, message_id, sent_at, code)
    return MessageReceived(
        address,
        message_id,
        sent_at,
        text,
        () if attachment is None else (attachment,),
        quoted=form.get("OriginalRepliedMessageSid") or None,
    )


def _tap(
    address: Address, message_id: str, sent_at: datetime, payload: str, signer: ActionSigner
) -> InboundEvent:
    """A template's own button has a payload that is no action of ours: it opens the window, and is refused as old."""
    action = signer.verify(address, payload)
    if action is None:
        return TapRefused(address, message_id, sent_at)
    return ChoiceTapped(address, message_id, sent_at, action)


def _sent_at(form: Form) -> datetime:
    try:
        at = parsedate_to_datetime(form.get("DateSent", ""))
    except (ValueError, OverflowError):
        return _EPOCH
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _reachable(form: Form, text: str) -> bool | None:
    """`OptOutType` is STOP or START in every language; the bare word counts where Twilio leaves it to us."""
    kind = form.get("OptOutType", "").upper()
    if kind in ("STOP", "START"):
        return kind == "START"
    return False if text.strip().upper() in _STOP else None


def _join_code(text: str) -> str | None:
    """The code of `JOIN CODE`, empty for a bare start, None for anything else."""
    words = text.split()
    if len(words) == 1 and words[0].upper() in _START:
        return ""
    return words[1] if len(words) == 2 and words[0].upper() == "JOIN" else None


# --- files --------------------------------------------------------------------------------------------------


def _attachment(form: Form) -> Attachment | None:
    """The one file of a message; its URL is how it is found again."""
    url = form.get("MediaUrl0", "")
    if not url or form.get("NumMedia", "1") == "0":
        return None
    mime = form.get("MediaContentType0", "").partition(";")[0].strip().lower()
    return Attachment(_media(form, mime), url, mime)


def _media(form: Form, mime: str) -> _Media:
    """What the person meant: a document stays one whatever is in it; recorded voices are Opus in Ogg."""
    if form.get("MessageType", "").lower() == "document":
        return "document"
    match mime.partition("/")[0]:
        case "image":
            return "photo"
        case "audio":
            return "voice" if mime in ("audio/ogg", "audio/opus") else "audio"
        case "video":
            return "video"
        case _:
            return "document"


def _unsupported(form: Form, attachment: Attachment | None) -> str:
    """A forwarded message is not its sender's own: it is answered, never relayed as if it were."""
    if form.get("Forwarded", "").lower() == "true" or form.get("FrequentlyForwarded", "").lower() == "true":
        return "forwarded"
    if form.get("Latitude") and form.get("Longitude"):
        return "location"
    if attachment is not None and attachment.mime in _CONTACT:
        return "contact"
    kind = form.get("MessageType", "").lower()
    if attachment is not None and attachment.mime == _STICKER and kind != "document":
        return "sticker"
    return _UNSUPPORTED.get(kind, "")
