"""What every channel can do, and the closed set of ways in which sending and fetching fail."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.messages import Address, Attachment, Capabilities, InboundEvent, Line, MediaRef, OutboundMessage


class SendError(Exception):
    """The message was not sent."""


class Throttled(SendError):
    """The vendor asks to wait before anything more goes to this chat (or, `whole_bot`, to anybody)."""

    def __init__(self, seconds: float, *, whole_bot: bool = False) -> None:
        """`seconds`: how long the vendor asks to wait."""
        super().__init__(f"asked to wait {seconds:.0f} s")
        self.seconds = seconds
        self.whole_bot = whole_bot


class NotSent(SendError):
    """The request certainly had no effect and may be repeated unmarked (refused connection, 429 aside)."""


class OutcomeUnknown(SendError):
    """The request may have had its effect (time-out, reset, 5xx): a repeat must be marked."""


class Unreachable(SendError):
    """The person can't be reached here: blocked the bot, opted out, the account is gone."""


class Rejected(SendError):
    """The vendor will never take this message (malformed, too long): a defect of ours, a dead letter."""


class WindowClosed(Rejected):
    """The person has been silent too long for free text: only a template of the vendor's may go to her now."""


class FetchError(Exception):
    """A file could not be fetched."""


class FetchFailed(FetchError):
    """Worth another try."""


class FileTooBig(FetchError):
    """Over what the channel lets a bot fetch."""


class FileGone(FetchError):
    """The vendor no longer has it."""


class Malformed(ValueError):
    """What came to the webhook is not an update of this vendor."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the web and the inbox need of an update before anybody understands it.

    `vendor_id` is unique for ever within the channel. `lane` is the chat whose updates are handled in order.
    """

    vendor_id: str
    lane: Address


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a message is rendered. `say` turns any line into text in the reader's language and zone.

    `whole` turns the lines of a message into those that this reader gets, before they are said one by one.
    """

    address: Address
    language: str
    say: Callable[[Line], str]
    whole: Callable[[Sequence[Line]], tuple[Line, ...]] = tuple


@dataclass(frozen=True, slots=True)
class Edit:
    """Which earlier message of ours a message replaces: the vendor's id and whether it carried media."""

    message_id: str
    has_media: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One request to the vendor; a message may need several. Its payload belongs to the channel."""

    payload: object
    blobs: tuple[MediaRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """The vendor's ids of what one part became (an album becomes several messages)."""

    message_ids: tuple[str, ...]


class Channel(Protocol):
    """One vendor's way of carrying messages: parse and send, nothing else."""

    name: str
    capabilities: Capabilities

    def envelope(self, raw: bytes) -> Envelope:
        """The envelope of an update as it came in; Malformed if it is none."""
        ...

    def parse(self, raw: bytes) -> InboundEvent:
        """The event in an update. Never raises for what a vendor may send: the unknown is `Ignored`."""
        ...

    def render(
        self,
        message: OutboundMessage,
        *,
        reader: Reader,
        edit: Edit | None = None,
        repeat: Line | None = None,
    ) -> tuple[Part, ...]:
        """The requests that say `message`, within the vendor's limits; pure and the same every time.

        `repeat` is the line that marks a possible repeat, put where it is seen first.
        An empty tuple means that there is nothing to send (an edit of a message the vendor can't edit).
        WindowClosed for a template that the vendor has not approved, NotSent as long as that is not known.
        """
        ...

    async def send(self, part: Part, files: Mapping[str, bytes]) -> Sent:
        """Carry out one request; `files` holds the bytes of its blobs by blob id. Raises a SendError."""
        ...

    async def fetch(self, attachment: Attachment) -> bytes:
        """The bytes of a file as it arrived. Raises a FetchError."""
        ...

    async def forget(self, attachment: Attachment) -> None:
        """Have the vendor delete its copy of a file that is stored here now, where it can; never raises."""
        ...

    async def settle(self, event: InboundEvent) -> None:
        """What courtesy asks after an event was taken in (stop a button's spinner, leave a group); never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """An update as it came to the webhook or the poller, for the inbox."""

    channel: str
    envelope: Envelope
    raw: bytes
    received_at: datetime
