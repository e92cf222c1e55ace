"""What the vendor keeps: people, chats, files and messages, all immutable values."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


class MediaKind(StrEnum):
    """The kinds of file that a message carries; the value is the field's name in the Bot API."""

    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    VIDEO = "video"
    AUDIO = "audio"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class User:
    """A person or the bot."""

    id: int
    name: str
    language: str = "en"
    is_bot: bool = False
    username: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """A private chat (its id is the person's) or a group (negative id)."""

    id: int
    title: str
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    """A span of formatted text; offset and length count UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """One button; inline with data or a URL, or one of a reply keyboard (text only)."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Rows of buttons below a message (inline) or in place of the typing keyboard."""

    rows: tuple[tuple[Button, ...], ...]
    inline: bool = True


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file at the vendor; width and height in pixels, duration in seconds."""

    file_id: str
    unique_id: str
    path: str
    data: bytes = field(repr=False)
    name: str = ""
    mime: str = ""
    width: int = 0
    height: int = 0
    duration: int = 0


@dataclass(frozen=True, slots=True)
class Media:
    """A file in a message; a photo in rising sizes, anything else as a single one."""

    kind: MediaKind
    sizes: tuple[StoredFile, ...]

    @property
    def best(self) -> StoredFile:
        """The bytes as they were sent."""
        return self.sizes[-1]


@dataclass(frozen=True, slots=True)
class Location:
    """A place that a phone shared."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact card that a phone shared."""

    phone_number: str
    first_name: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `text` is the caption when there is media."""

    message_id: int
    chat: Chat
    sender: User
    at: datetime
    text: str = ""
    entities: tuple[Entity, ...] = ()
    media: Media | None = None
    extra: Location | Contact | None = None
    keyboard: Keyboard | None = None
    reply_to: "Message | None" = None
    media_group_id: str = ""
    edited_at: datetime | None = None
    deleted: bool = False
    reaction: str = ""
    service: Json | None = None

    @property
    def bytes(self) -> int:
        """Text and media bytes, without protocol overhead."""
        return len(self.text.encode()) + (len(self.media.best.data) if self.media else 0)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that the bot did; `phone_seq` counts the effects at one phone, 0 for a refused call."""

    seq: int
    at: datetime
    method: str
    chat_id: int
    phone: str
    phone_seq: int
    message_id: int = 0
    text: str = ""
    media: str = ""
    file_name: str = ""
    sha256: str = ""
    bytes: int = 0
    buttons: tuple[str, ...] = ()
    error: str = ""
