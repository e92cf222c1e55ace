"""What comes in and what goes out, in words that belong to no channel and no language.

Everything here is a frozen value that survives a round trip through JSON (`encode_*`, `decode_*`), because every
arrow that waits is a row. What people wrote or are is inside; storage seals it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Literal, NewType

from pydantic import Field, TypeAdapter

Address = NewType("Address", str)
"""`telegram:123`, `whatsapp:…`: opaque to all but its channel, which is the part before the colon."""


def channel_of(address: Address) -> str:
    """The channel's name in an address."""
    return address.partition(":")[0]


# --- words -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of the catalogues by its msgid; `count` picks the plural and is the placeholder `%(count)d`."""

    msgid: str
    params: Mapping[str, "Param"] = field(default_factory=dict)
    count: int | None = None
    strong: bool = False
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A clinical phrase of the phrasebook by its key, with the values of its placeholders."""

    key: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    explained: bool = False
    """Whether the message says further down what its sign means, where it is not reviewed in the reader's language."""
    kind: Literal["phrase"] = "phrase"


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A person's own words, shown as typed and never translated; `quoted` sets them off as a quotation.

    `language` is theirs, "und" where it is not known, None where nobody has to be told that they are not translated.
    """

    words: str
    quoted: bool = False
    language: str | None = None
    kind: Literal["verbatim"] = "verbatim"


@dataclass(frozen=True, slots=True)
class Ago:
    """How long ago an instant was when the reader gets it; said at send time, so that a repeat says it right."""

    instant: datetime
    kind: Literal["ago"] = "ago"


@dataclass(frozen=True, slots=True)
class At:
    """An instant in the reader's zone."""

    instant: datetime
    kind: Literal["at"] = "at"


@dataclass(frozen=True, slots=True)
class Joined:
    """Several values in one place of a sentence, the empty ones left out."""

    parts: tuple["Param", ...]
    separator: str = ", "
    kind: Literal["joined"] = "joined"


Rich = Annotated[Text | Phrase | Verbatim | Ago | At | Joined, Field(discriminator="kind")]
Param = str | int | Rich
Line = Annotated[Text | Phrase | Verbatim | Joined, Field(discriminator="kind")]


# --- outgoing --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to tap: its label and the action that the tap brings back (`bot.numbering.can_carry` bounds it)."""

    label: Line
    action: str
    row: int = 0
    """Choices with the same row number stand beside each other where the channel has rows."""
    number: int | None = None
    """The number that this choice is itself (an age, days, "3" of a list in the text): typed, it means this one.

    An action that ends in its number takes any other number in its place: `set K7F3X age 5`, typed 37.
    """


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A stored blob to send, by its id; `name` is what the receiver sees for a document, never the sender's name."""

    blob_id: str
    media: Literal["photo", "voice", "document", "video"]
    mime: str
    size: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A file to make at send time: its kind, the blobs it is made of, and words for it.

    A contact sheet is a picture; a contact card is a document with the number that calls, for a phone's own contacts.
    """

    drawing: Literal["contact_sheet", "contact_card"]
    blobs: tuple[str, ...] = ()
    words: tuple[Line, ...] = ()


CARD_TYPE = "text/vcard"
CARD_NAME = "ScanRelay.vcf"
"""What a contact card is called on a phone: at most 20 signs, for WhatsApp."""

Opener = Literal["emergency", "correction", "answer", "case", "message"]
"""What a template says that may go out after a long silence, when a channel takes nothing else."""


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """What to say to one address, not yet how: the adapter chooses keyboard or list, free text or template.

    `key` exists once for ever; it names the effect (`case:<id>/card/<person>/1`). `topic` names a running theme:
    a newer message of the same address and topic drops an older one that has not left yet. `about` says what a
    quoted reply to this message answers. `edits` is the key of an earlier message of ours that this one replaces
    where the channel can (where it can't, an edit with `edit_only` is dropped). `quotes` is the vendor's id of a
    message in the receiver's chat. `opener` is the template that announces it where her session has ended;
    `is_template`: this message is that template itself, its one choice the template's button.
    """

    to: Address
    key: str
    body: tuple[Line, ...]
    choices: tuple[Choice, ...] = ()
    media: tuple[MediaRef, ...] = ()
    drawing: Drawing | None = None
    case_id: str | None = None
    reference: str | None = None
    about: str = ""
    topic: str | None = None
    edits: str | None = None
    edit_only: bool = False
    quotes: str | None = None
    opener: Opener = "message"
    is_template: bool = False


# --- incoming --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it arrived: how its channel finds it again (`file_id`), what the vendor says of it, not its bytes.

    `size` is in bytes, None where the vendor does not say. `channel` is the one it came by: its sender may write from
    another by the time it is fetched. `sent_at`: when it was sent, where it matters and the vendor says it. `address`
    and `message_id` say in which message of which chat it came, so that it can be quoted there.
    """

    media: Literal["photo", "document", "voice", "audio", "video", "animation"]
    file_id: str
    mime: str = ""
    size: int | None = None
    name: str = ""
    channel: str = ""
    sent_at: datetime | None = None
    address: Address | None = None
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A message from a person: words, files or both; `quoted` is the vendor's id of the message it answers."""

    address: Address
    message_id: str
    sent_at: datetime
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    quoted: str | None = None
    album: str | None = None
    edited: bool = False
    kind: Literal["message"] = "message"


@dataclass(frozen=True, slots=True)
class JoinRequested:
    """A deep link was opened: Telegram `/start CODE`, WhatsApp `JOIN CODE`; the code is empty for a bare start."""

    address: Address
    message_id: str
    sent_at: datetime
    code: str = ""
    kind: Literal["join"] = "join"


@dataclass(frozen=True, slots=True)
class ChoiceTapped:
    """A button was tapped. The channel has checked that `action` was made for this address."""

    address: Address
    message_id: str
    sent_at: datetime
    action: str
    tap_id: str = ""
    kind: Literal["tap"] = "tap"


@dataclass(frozen=True, slots=True)
class CallEnded:
    """A call of ours is over: never answered, or heard by somebody or something. A key pressed in it came before."""

    address: Address
    message_id: str
    kind: Literal["call_ended"] = "call_ended"


@dataclass(frozen=True, slots=True)
class TapRefused:
    """A tap whose action was not made by us for this address: forged, foreign or garbled."""

    address: Address
    message_id: str
    sent_at: datetime
    tap_id: str = ""
    kind: Literal["tap_refused"] = "tap_refused"


@dataclass(frozen=True, slots=True)
class UnsupportedReceived:
    """Something that can't be relayed (sticker, place, contact, poll …); `what` is the channel-neutral name."""

    address: Address
    message_id: str
    sent_at: datetime
    what: str = ""
    kind: Literal["unsupported"] = "unsupported"


@dataclass(frozen=True, slots=True)
class ReachabilityChanged:
    """The person blocked the bot, or took the block back."""

    address: Address
    reachable: bool
    kind: Literal["reachability"] = "reachability"


@dataclass(frozen=True, slots=True)
class GroupEntered:
    """The bot was added to a group, or somebody wrote in one: it says one sentence and leaves."""

    address: Address
    kind: Literal["group"] = "group"


@dataclass(frozen=True, slots=True)
class Ignored:
    """An update that asks for nothing (our own echo, a kind we never asked for)."""

    address: Address | None = None
    kind: Literal["ignored"] = "ignored"


@dataclass(frozen=True, slots=True)
class TimerDue:
    """A timer's instant has come. `timer` names the rule, `subject` the row it is about."""

    timer: str
    subject: str
    due_at: datetime
    kind: Literal["timer"] = "timer"


@dataclass(frozen=True, slots=True)
class AttachmentReady:
    """An attachment was fetched and, for a picture, made into a de-identified image; its rows are already there."""

    attachment_id: str
    kind: Literal["attachment_ready"] = "attachment_ready"


@dataclass(frozen=True, slots=True)
class AttachmentRefused:
    """An attachment could not be used; `reason` is a `bot.media_contract.RefusalReason` or of fetching."""

    attachment_id: str
    reason: str
    kind: Literal["attachment_refused"] = "attachment_refused"


@dataclass(frozen=True, slots=True)
class MessageFailed:
    """One of our messages will never leave; `reason` is a `SendFailure` word: blocked, gone, rejected, exhausted."""

    key: str
    to: Address
    reason: str
    case_id: str | None = None
    about: str = ""
    kind: Literal["failed"] = "failed"


@dataclass(frozen=True, slots=True)
class DeliveryReported:
    """The vendor says how far a message of ours has come; reports may be out of order, and `read` may never come.

    `error` says why it failed, empty elsewhere: her session had ended (`window`), she can't be reached there
    (`blocked`), the vendor was too busy (`later`), or it never takes such a message (`rejected`).
    """

    address: Address
    message_id: str
    status: Literal["sent", "delivered", "read", "undelivered", "failed"]
    error: Literal["", "window", "blocked", "later", "rejected"] = ""
    kind: Literal["delivery"] = "delivery"


InboundEvent = Annotated[
    MessageReceived
    | JoinRequested
    | ChoiceTapped
    | CallEnded
    | TapRefused
    | UnsupportedReceived
    | ReachabilityChanged
    | GroupEntered
    | Ignored
    | TimerDue
    | AttachmentReady
    | AttachmentRefused
    | MessageFailed
    | DeliveryReported,
    Field(discriminator="kind"),
]

_EVENT: TypeAdapter[InboundEvent] = TypeAdapter(InboundEvent)
_MESSAGE: TypeAdapter[OutboundMessage] = TypeAdapter(OutboundMessage)


def encode_event(event: InboundEvent) -> bytes:
    """An event as JSON."""
    return _EVENT.dump_json(event)


def decode_event(data: bytes) -> InboundEvent:
    """The event in JSON made by `encode_event`; pydantic's ValidationError for anything else."""
    return _EVENT.validate_json(data)


def encode_message(message: OutboundMessage) -> bytes:
    """A message as JSON."""
    return _MESSAGE.dump_json(message)


def decode_message(data: bytes) -> OutboundMessage:
    """The message in JSON made by `encode_message`; pydantic's ValidationError for anything else."""
    return _MESSAGE.validate_json(data)


# --- what a channel can do -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What handlers may know of a channel, at most."""

    edits: bool
    albums: bool
    tells_delivered: bool
    tells_read: bool
    upload_limit: int
    """Bytes of the largest file that can be fetched from a person."""
    session: timedelta | None = None
    """How long after a person wrote anything may be said to her; None where always. Afterwards: templates only."""
    quotes: bool = False
    """Whether a message can quote one that came from the person."""
    numbers: bool = False
    """Whether choices may stand there as numbers to type; elsewhere a typed number is words like any others."""
