"""One phone with WhatsApp, SMS and calls: what its person does, what its screen shows, and its network.

Test code drives it directly: `send_text`, `send_photo`, `send_photos`, `send_document`, `send_voice`,
`send_video`, `send_location`, `tap`, `stop`, `mark_read`, `messages`, `received`, `sms`, `line`. Every send
returns at once; what it returns fills in when the vendor has it.
"""

import mimetypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.sandbox.errors import PhoneError
from bot.sandbox.files import client_photo
from bot.sandbox.network import Networked, Transfer

from .calls import Line
from .inbound import Draft, File, Place
from .model import Button, ButtonKind, Message
from .people import PhoneSpec

# channels research §5: what the app makes of a photo, and with HD.
PHOTO_SIDE = 1600
HD_SIDE = 4096
_QUALITY = 70


class State(StrEnum):
    """Where a message is; delivered means that the bot's program took the webhook."""

    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    RECEIVING = "receiving"
    RECEIVED = "received"
    READ = "read"


@dataclass(slots=True)
class Entry:
    """One message on the screen; `changed` is the number of its last change, from the same count as `seq`.

    `at`: when it was written here, or began to arrive.
    """

    seq: int
    changed: int
    mine: bool
    state: State
    draft: Draft | None = None
    message: Message | None = None
    at: datetime | None = None

    @property
    def sid(self) -> str:
        """The message's sid; blank until the vendor has it."""
        return self.message.sid if self.message else ""


class Exchange(Protocol):
    """The vendor as a phone sees it; `TwilioVendor` is the one."""

    def now(self) -> datetime: ...
    def tell(self, name: str) -> None: ...
    def received_from(self, phone: "WhatsAppPhone", draft: Draft, taken: Callable[[], None]) -> Message: ...
    def reached(self, sid: str) -> None: ...
    def was_read(self, sid: str) -> None: ...


class WhatsAppPhone(Networked):
    """A phone in somebody's hand, with one chat with the bot."""

    def __init__(self, spec: PhoneSpec, vendor: Exchange) -> None:
        """Made by the vendor, one for each of its people."""
        super().__init__(now=vendor.now, changed=lambda: vendor.tell(spec.id))
        self.spec = spec
        self.read_receipts = True
        self.bytes_sent = 0
        self.bytes_received = 0
        self.sms: list[Message] = []
        self.line = Line(lambda: vendor.tell(spec.id))
        self._vendor = vendor
        self._entries: list[Entry] = []
        self._count = 0

    # What a person does

    def send_text(self, text: str, *, reply_to: str = "", forwarded: bool = False) -> Entry:
        """Write; `reply_to` is the sid of the message that is quoted."""
        return self._send(Draft(text, reply_to=reply_to, forwarded=forwarded))

    def send_photo(self, data: bytes, *, caption: str = "", hd: bool = False, reply_to: str = "") -> Entry:
        """Send a picture as the app does: shrunk to 1600 px JPEG (HD 4096) without EXIF; PhoneError if none."""
        return self.send_file(self.app_photo(data, hd=hd), caption=caption, reply_to=reply_to)

    @staticmethod
    def app_photo(data: bytes, *, hd: bool = False) -> File:
        """What the app makes of a picture before it is sent; PhoneError if it is none."""
        small = client_photo(data, side=HD_SIDE if hd else PHOTO_SIDE, quality=_QUALITY)
        return File("image", "image/jpeg", small)

    def send_file(self, file: File, *, caption: str = "", reply_to: str = "") -> Entry:
        """Send a file as it is."""
        return self._send(Draft(caption, file, reply_to=reply_to))

    def send_photos(self, photos: Sequence[bytes], *, caption: str = "", hd: bool = False) -> list[Entry]:
        """Send several pictures: each is a message by itself, the caption is the first one's."""
        return [self.send_photo(one, caption="" if n else caption, hd=hd) for n, one in enumerate(photos)]

    def send_document(self, data: bytes, *, name: str, mime: str = "", caption: str = "") -> Entry:
        """Send a file untouched."""
        guessed = mime or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return self._send(Draft(caption, File("document", guessed, data, name)))

    def send_voice(self, data: bytes) -> Entry:
        """Send a voice note (OGG with Opus)."""
        return self._send(Draft(file=File("audio", "audio/ogg", data)))

    def send_video(self, data: bytes, *, caption: str = "") -> Entry:
        """Send a video; its bytes are not looked at."""
        return self._send(Draft(caption, File("video", "video/mp4", data)))

    def send_sticker(self, data: bytes) -> Entry:
        """Send a sticker (WEBP bytes)."""
        return self._send(Draft(file=File("sticker", "image/webp", data)))

    def send_location(self, latitude: float, longitude: float, *, label: str = "") -> Entry:
        """Share a place."""
        return self._send(Draft(place=Place(latitude, longitude, label)))

    def tap(self, sid: str, button: str) -> Entry:
        """Tap a quick reply or an item of a list: its id, its title, or its place counted from 0."""
        shown = self._shown(sid)
        chosen = find_button(shown, button)
        if chosen.url:
            raise PhoneError("this button opens a web page or a call")
        return self._send(Draft(button=chosen, kind=shown.kind, of_template=shown.template, reply_to=sid))

    def stop(self) -> Entry:
        """Ask for no more messages."""
        return self.send_text("STOP")

    def start_again(self) -> Entry:
        """Allow messages again."""
        return self.send_text("START")

    def send_sms(self, text: str) -> Entry:
        """Write an SMS to the bot's number."""
        return self._launch(Draft(text, sms=True))

    def mark_read(self) -> None:
        """The person has looked at the screen; `read_receipts` False keeps that from the sender."""
        for entry in self._entries:
            if entry.state is State.RECEIVED and entry.message:
                entry.state = State.READ
                self._touch(entry)
                if self.read_receipts:
                    self._vendor.was_read(entry.message.sid)

    # What the screen shows

    def messages(self, *, after: int = 0) -> list[Entry]:
        """Entries of the chat new or changed after number `after`, in the order of the screen."""
        return [entry for entry in self._entries if entry.changed > after]

    def received(self) -> list[Message]:
        """The bot's messages that have arrived in the chat."""
        arrived = (one for one in self._entries if one.state in (State.RECEIVED, State.READ))
        return [one.message for one in arrived if one.message]

    def entry_of(self, sid: str) -> Entry | None:
        """The entry of the message with this sid."""
        return next((one for one in self._entries if one.sid == sid), None)

    @property
    def unread(self) -> int:
        """Received messages that the person has not looked at."""
        return sum(1 for one in self._entries if one.state is State.RECEIVED)

    @property
    def count(self) -> int:
        """The number of the last change."""
        return self._count

    # The network

    def show(self, message: Message) -> None:
        """A message of the bot is on its way to this phone."""
        entry = self._new_entry(mine=False, state=State.RECEIVING, message=message)
        self._down.queue.append(Transfer(message.bytes, lambda: self._landed(entry)))
        self.pump(self._vendor.now())

    def show_sms(self, message: Message) -> None:
        """An SMS of the bot is on its way to this phone."""
        self._down.queue.append(Transfer(0, lambda: self._landed_sms(message)))
        self.pump(self._vendor.now())

    def _shown(self, sid: str) -> Message:
        found = next((one for one in self.received() if one.sid == sid), None)
        if found is None:
            raise PhoneError("no such message on this phone")
        return found

    def _send(self, draft: Draft) -> Entry:
        if not self.spec.whatsapp:
            raise PhoneError("no WhatsApp on this phone")
        known = {entry.sid for entry in self._entries if entry.state is not State.RECEIVING}
        if draft.reply_to and draft.reply_to not in known:
            raise PhoneError("no such message on this phone")
        return self._launch(draft, self._new_entry(mine=True, state=State.WAITING, draft=draft))

    def _launch(self, draft: Draft, entry: Entry | None = None) -> Entry:
        # An SMS is on no screen of the chat.
        entry = entry or Entry(0, 0, mine=True, state=State.WAITING, draft=draft)
        self._up.queue.append(Transfer(draft.bytes, lambda: self._sent(draft, entry)))
        self.pump(self._vendor.now())
        self._vendor.tell(self.spec.id)
        return entry

    def _sent(self, draft: Draft, entry: Entry) -> None:
        entry.state = State.SENT
        self.bytes_sent += draft.bytes
        entry.message = self._vendor.received_from(self, draft, lambda: self._taken(entry))
        self._touch(entry)

    def _taken(self, entry: Entry) -> None:
        entry.state = State.DELIVERED
        self._touch(entry)

    def _landed(self, entry: Entry) -> None:
        entry.state = State.RECEIVED
        if entry.message:
            self.bytes_received += entry.message.bytes
            self._vendor.reached(entry.message.sid)
        self._touch(entry)

    def _landed_sms(self, message: Message) -> None:
        self.sms.append(message)
        self._vendor.reached(message.sid)
        self._vendor.tell(self.spec.id)

    def _new_entry(
        self, *, mine: bool, state: State, draft: Draft | None = None, message: Message | None = None
    ) -> Entry:
        self._count += 1
        entry = Entry(self._count, self._count, mine, state, draft, message, self._vendor.now())
        self._entries.append(entry)
        self._vendor.tell(self.spec.id)
        return entry

    def _touch(self, entry: Entry) -> None:
        self._count += 1
        entry.changed = self._count
        self._vendor.tell(self.spec.id)


def find_button(message: Message, button: str) -> Button:
    """The button with this id, title or place; PhoneError if there is none."""
    if message.kind is ButtonKind.NONE:
        raise PhoneError("no such button")
    for place, one in enumerate(message.buttons):
        if button in (one.id, one.title, str(place)):
            return one
    raise PhoneError("no such button")
