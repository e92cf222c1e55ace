"""What the vendor keeps: messages, files and contents, all immutable values."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

WHATSAPP = "whatsapp:"


class Status(StrEnum):
    """Where a message is, as the API says it."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    RECEIVED = "received"


# A message still under way can't be deleted.
UNDER_WAY = frozenset({Status.QUEUED})


@dataclass(frozen=True, slots=True)
class Button:
    """A quick reply or an item of a list; a link has a URL and answers nothing."""

    title: str
    id: str = ""
    description: str = ""
    url: str = ""


class ButtonKind(StrEnum):
    """How a message offers its buttons."""

    NONE = ""
    QUICK_REPLY = "quick-reply"
    LIST = "list-picker"


@dataclass(frozen=True, slots=True)
class MediaFile:
    """One file of a message; the vendor's copy."""

    sid: str
    message_sid: str
    content_type: str
    at: datetime
    data: bytes = field(repr=False)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message in either direction; `sender` and `to` carry the prefix of their channel.

    `shown` is what the phone has on its screen, which is less than `body` when a document came with words;
    `template`: it went as an approved one.
    """

    sid: str
    sender: str
    to: str
    inbound: bool
    at: datetime
    body: str = ""
    status: Status = Status.QUEUED
    error: int = 0
    media: tuple[MediaFile, ...] = ()
    media_url: str = ""
    shown: str = ""
    kind: ButtonKind = ButtonKind.NONE
    list_label: str = ""
    buttons: tuple[Button, ...] = ()
    content_sid: str = ""
    template: bool = False
    variables: tuple[tuple[str, str], ...] = ()
    callback: str = ""
    updated: datetime | None = None
    sent: datetime | None = None

    @property
    def is_whatsapp(self) -> bool:
        """WhatsApp, otherwise SMS."""
        return self.to.startswith(WHATSAPP)

    @property
    def number(self) -> str:
        """The person's number in E.164, without a prefix."""
        return (self.sender if self.inbound else self.to).removeprefix(WHATSAPP)

    @property
    def bytes(self) -> int:
        """Bytes of the text that goes along and of the media, without protocol overhead."""
        text = self.shown if self.media and not self.inbound else self.body
        return len(text.encode()) + sum(len(one.data) for one in self.media)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that the bot did; `phone_seq` counts the effects at one phone, 0 for what had none.

    `channel` is "whatsapp", "sms" or "voice"; `error` is Twilio's number, or what was done to the request.
    """

    seq: int
    at: datetime
    channel: str
    to: str
    phone: str
    phone_seq: int
    sid: str = ""
    text: str = ""
    media: str = ""
    file_name: str = ""
    sha256: str = ""
    bytes: int = 0
    buttons: tuple[str, ...] = ()
    content_sid: str = ""
    error: str = ""


class Sids:
    """Twilio's ids: two letters and 32 hex digits, the same for equal histories of one account."""

    def __init__(self, account: str = "") -> None:
        """From the first."""
        self._made = 0
        self._account = account

    def new(self, prefix: str) -> str:
        """The next one."""
        self._made += 1
        return prefix + hashlib.sha256(f"{self._account}{prefix}{self._made}".encode()).hexdigest()[:32]


def segments(text: str) -> int:
    """How many parts an SMS takes: 160 GSM-7 or 70 UCS-2 characters, 153 or 67 when there are several."""
    one, several = (160, 153) if text.isascii() else (70, 67)
    units = len(text.encode("utf-16-be")) // 2
    return max(1, 1 if units <= one else -(-units // several))
