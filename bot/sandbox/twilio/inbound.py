"""What a person sends, and the form that Twilio posts for it (channels research; messaging/guides/webhook-request)."""

from dataclasses import dataclass, field

from .model import WHATSAPP, Button, ButtonKind, Message, segments
from .people import PhoneSpec
from .signing import Fields

API_VERSION = "2010-04-01"
# Twilio's words for SMS; on WhatsApp it acts on the plain ones only, since people there say "yes" and "end".
_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE"})
_START = frozenset({"START", "UNSTOP"})
_SMS_STOP = _STOP | {"CANCEL", "END", "QUIT"}
_SMS_START = _START | {"YES"}


@dataclass(frozen=True, slots=True)
class File:
    """A file on a phone; `message_type` is WhatsApp's word: image, document, audio, video, sticker."""

    message_type: str
    content_type: str
    data: bytes = field(repr=False)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a phone shared."""

    latitude: float
    longitude: float
    label: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message on a phone that the vendor has not got."""

    text: str = ""
    file: File | None = None
    place: Place | None = None
    reply_to: str = ""
    button: Button | None = None
    kind: ButtonKind = ButtonKind.NONE
    of_template: bool = False
    forwarded: bool = False
    sms: bool = False

    @property
    def bytes(self) -> int:
        """What goes over the phone's network."""
        return len(self.text.encode()) + (len(self.file.data) if self.file else 0)

    @property
    def body(self) -> str:
        """What `Body` says: a document without a caption has its file's name there."""
        if self.button:
            return self.button.title
        named = self.file.name if self.file and self.file.message_type == "document" else ""
        return self.text or named

    @property
    def message_type(self) -> str:
        """What `MessageType` says."""
        if self.button:
            return "button" if self.of_template else "interactive"
        if self.place:
            return "location"
        return self.file.message_type if self.file else "text"


def opt_out(text: str, *, sms: bool) -> bool | None:
    """True for a word that stops all messages, False for one that allows them again."""
    word = text.strip().upper()
    if word in (_SMS_STOP if sms else _STOP):
        return True
    return False if word in (_SMS_START if sms else _START) else None


def inbound_fields(account: str, url: str, message: Message, *, draft: Draft, by: PhoneSpec) -> Fields:
    """The webhook of a person's message; `url` is what paths of the API are put behind."""
    whatsapp = (("ProfileName", by.name), ("WaId", by.number[1:]), ("MessageType", draft.message_type))
    made = [
        ("SmsMessageSid", message.sid),
        ("NumMedia", str(len(message.media))),
        *(whatsapp if message.is_whatsapp else ()),
        ("SmsSid", message.sid),
        ("SmsStatus", "received"),
        ("Body", message.body),
        ("To", message.to),
        ("NumSegments", str(segments(message.body))),
        ("ReferralNumMedia", "0"),
        ("MessageSid", message.sid),
        ("AccountSid", account),
        ("From", message.sender),
        ("ApiVersion", API_VERSION),
    ]
    for place, one in enumerate(message.media):
        where = f"{url}/{API_VERSION}/Accounts/{account}/Messages/{message.sid}/Media/{one.sid}"
        made += [(f"MediaContentType{place}", one.content_type), (f"MediaUrl{place}", where)]
    return (*made, *_extras(draft, message))


def _extras(draft: Draft, message: Message) -> Fields:
    made: list[tuple[str, str]] = []
    if draft.button and draft.kind is ButtonKind.LIST:
        made += [("ListId", draft.button.id), ("ListTitle", draft.button.title)]
    elif draft.button:
        made += [("ButtonText", draft.button.title), ("ButtonPayload", draft.button.id or draft.button.title)]
    if draft.place:
        made += [("Latitude", str(draft.place.latitude)), ("Longitude", str(draft.place.longitude))]
        made += [(name, value) for name, value in _named(draft.place) if value]
    if draft.reply_to:
        made += [("OriginalRepliedMessageSid", draft.reply_to), ("OriginalRepliedMessageSender", message.to)]
    if draft.forwarded:
        made.append(("Forwarded", "true"))
    return tuple(made)


def _named(place: Place) -> Fields:
    return (("Label", place.label), ("Address", place.address))


def status_fields(account: str, message: Message) -> Fields:
    """The status callback of a message as it now is."""
    status = message.status.value
    made = [
        ("ApiVersion", API_VERSION), ("AccountSid", account), ("MessageSid", message.sid),
        ("SmsSid", message.sid), ("MessageStatus", status), ("SmsStatus", status),
        ("To", message.to), ("From", message.sender),
    ]  # fmt: skip
    if message.is_whatsapp:
        made += [("ChannelPrefix", "whatsapp"), ("ChannelToAddress", message.to.removeprefix(WHATSAPP))]
        made += [("EventType", status.upper())] if status in ("delivered", "read") else []
        made.append(("StructuredMessage", "true" if message.content_sid else "false"))
    if message.error:
        made.append(("ErrorCode", str(message.error)))
    return tuple(made)
