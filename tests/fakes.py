"""Stand-ins that keep the contracts of the real ones: a channel without a vendor, media without a program."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.base import (
    Edit,
    Envelope,
    FileGone,
    Malformed,
    OutcomeUnknown,
    Part,
    Reader,
    SendError,
    Sent,
)
from bot.media_contract import Prepared, RefusalReason, Refused
from bot.messages import (
    Address,
    Attachment,
    Capabilities,
    Ignored,
    InboundEvent,
    Line,
    MessageReceived,
    OutboundMessage,
)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What reached a chat."""

    address: Address
    text: str
    files: Mapping[str, bytes]
    edited: str | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Request:
    address: Address
    text: str
    edited: str | None = None
    labels: tuple[str, ...] = ()


@dataclass(slots=True)
class FakeChannel:
    """A vendor in memory. `answers` are what the next requests meet: an error, or None for success.

    A request that meets `OutcomeUnknown` is delivered all the same: the worst case.
    """

    name: str = "telegram"
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(
            edits=True, albums=True, tells_delivered=False, tells_read=False, upload_limit=20_000_000
        )
    )
    delivered: list[Delivered] = field(default_factory=list)
    answers: list[Exception | None] = field(default_factory=list)
    files: dict[str, bytes | Exception] = field(default_factory=dict)
    settled: list[InboundEvent] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    def envelope(self, raw: bytes) -> Envelope:
        try:
            update = json.loads(raw)
            return Envelope(str(update["id"]), Address(f"{self.name}:{update['chat']}"))
        except (ValueError, KeyError, TypeError) as error:
            raise Malformed from error

    def parse(self, raw: bytes) -> InboundEvent:
        update = json.loads(raw)
        if "text" not in update:
            return Ignored()
        address = Address(f"{self.name}:{update['chat']}")
        at = datetime.fromisoformat(update["at"])
        return MessageReceived(address, str(update["id"]), at, text=update["text"])

    def render(
        self,
        message: OutboundMessage,
        *,
        reader: Reader,
        edit: Edit | None = None,
        repeat: Line | None = None,
    ) -> tuple[Part, ...]:
        if message.edit_only and edit is None:
            return ()
        mark = [reader.say(repeat)] if repeat is not None else []
        text = "\n".join([*mark, *map(reader.say, message.body)])
        edited = None if edit is None else edit.message_id
        labels = tuple(reader.say(choice.label) for choice in message.choices)
        parts = [Part(_Request(message.to, text, edited, labels))]
        return (
            *parts,
            *(Part(_Request(message.to, "\n".join([*mark, m.name])), (m,)) for m in message.media),
        )

    async def send(self, part: Part, files: Mapping[str, bytes]) -> Sent:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None and not isinstance(answer, OutcomeUnknown):
            raise answer
        request = part.payload
        assert isinstance(request, _Request)
        self.delivered.append(
            Delivered(request.address, request.text, dict(files), request.edited, request.labels)
        )
        if isinstance(answer, SendError):
            raise answer
        return Sent((request.edited or f"m{len(self.delivered)}",))

    async def fetch(self, attachment: Attachment) -> bytes:
        found = self.files.get(attachment.file_id, FileGone())
        if isinstance(found, Exception):
            raise found
        return found

    async def forget(self, attachment: Attachment) -> None:
        self.forgotten.append(attachment.file_id)

    async def settle(self, event: InboundEvent) -> None:
        self.settled.append(event)

    def texts(self, address: str | None = None) -> list[str]:
        """What was read, in order, in one chat or in all."""
        return [one.text for one in self.delivered if address in (None, one.address)]


@dataclass(slots=True)
class FakeMedia:
    """Calls anything a picture that begins with `picture`."""

    async def prepare(self, data: bytes) -> Prepared | Refused:
        if not data.startswith(b"picture"):
            return Refused(RefusalReason.NOT_AN_IMAGE)
        from_ = b"master of " + data
        return Prepared(from_, "png", b"preview", 40, 30, 20, 15, grey=False, digest="00")  # type: ignore[arg-type]
