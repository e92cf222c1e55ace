"""One phone: what its person does, what its screen shows, and the network between it and the vendor.

Test code drives it directly: `send_text`, `send_photo`, `send_album`, `send_document`, `send_voice`,
`send_video`, `send_sticker`, `send_location`, `send_contact`, `start`, `tap`, `edit`, `block`,
`unblock`, `messages`. Every send returns at once; what it returns fills in when the vendor has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from .errors import PhoneError
from .files import FileStore, client_photo
from .model import Button, Contact, Keyboard, Location, Media, MediaKind, Message
from .network import Networked, Transfer
from .world import PhoneSpec

_TAP_BYTES = 64


class State(StrEnum):
    """Where a message is; delivered means that the bot's program has taken it."""

    WAITING = "waiting"
    SENDING = "sending"
    RECEIVING = "receiving"
    SENT = "sent"
    DELIVERED = "delivered"
    RECEIVED = "received"


@dataclass(slots=True)
class Entry:
    """One message on the screen; `changed` is the number of its last change, from the same count as `seq`."""

    seq: int
    changed: int
    mine: bool
    state: State
    message: Message
    progress: float = 0.0


class Exchange(Protocol):
    """The vendor as a phone sees it; `Vendor` is the one."""

    files: FileStore

    def now(self) -> datetime: ...
    def tell(self, name: str) -> None: ...
    def next_album_id(self) -> str: ...
    def draft(
        self, phone: "Phone", *, text: str, media: Media | None, extra: Location | Contact | None,
        reply_to: int, group: str,
    ) -> Message: ...  # fmt: skip
    def received_from(self, phone: "Phone", entry: Entry) -> None: ...
    def edited_by(self, phone: "Phone", message_id: int, text: str) -> None: ...
    def tapped(self, phone: "Phone", message_id: int, data: str) -> None: ...
    def block(self, phone: "Phone", *, blocked: bool) -> None: ...


class Phone(Networked):
    """A phone in somebody's hand, with one private chat with the bot."""

    def __init__(self, spec: PhoneSpec, vendor: Exchange) -> None:
        """Made by the vendor, one for each `[[phone]]` of the world."""
        super().__init__(now=vendor.now, changed=lambda: vendor.tell(spec.id))
        self.spec = spec
        self.blocked = False
        self.started = spec.started
        self.bytes_sent = 0
        self.bytes_received = 0
        self.read_up_to = 0
        self.typing_until: datetime | None = None
        self.notices: list[tuple[int, str, bool]] = []
        self.reply_keyboard: Keyboard | None = None
        self._vendor = vendor
        self._entries: dict[int, Entry] = {}
        self._by_message: dict[int, Entry] = {}
        self._count = 0

    # What a person does

    def start(self, code: str = "") -> Entry:
        """Press Start, or open the deep link `?start=CODE`."""
        return self.send_text(f"/start {code}".strip())

    def send_text(self, text: str, *, reply_to: int = 0) -> Entry:
        """Write; `reply_to` is a message id."""
        return self._send(self._draft(text=text, reply_to=reply_to))

    def send_photo(self, data: bytes, *, caption: str = "", reply_to: int = 0) -> Entry:
        """Send a picture as the app does: shrunk to 1280 px JPEG without EXIF; PhoneError if it is none."""
        return self._send(self._draft(self._photo(data), text=caption, reply_to=reply_to))

    def send_album(self, photos: Sequence[bytes], *, caption: str = "", reply_to: int = 0) -> list[Entry]:
        """Send 2 to 10 pictures as one album, the caption on the first; each part arrives by itself."""
        return self.send_group([self._photo(data) for data in photos], caption=caption, reply_to=reply_to)

    def send_documents(self, files: Sequence[tuple[bytes, str]], *, caption: str = "") -> list[Entry]:
        """Send 2 to 10 files `(bytes, name)` as one album of documents."""
        made = [self._file(MediaKind.DOCUMENT, data, name) for data, name in files]
        return self.send_group(made, caption=caption)

    def send_group(self, media: Sequence[Media], *, caption: str = "", reply_to: int = 0) -> list[Entry]:
        """Send stored media as one album."""
        if not 2 <= len(media) <= 10:
            raise PhoneError("an album has 2 to 10 parts")
        group = self._vendor.next_album_id()
        drafts = [
            self._draft(one, text="" if place else caption, reply_to=reply_to, group=group)
            for place, one in enumerate(media)
        ]
        return [self._send(draft) for draft in drafts]

    def send_document(
        self, data: bytes, *, name: str, mime: str = "", caption: str = "", reply_to: int = 0
    ) -> Entry:
        """Send a file untouched."""
        media = self._file(MediaKind.DOCUMENT, data, name, mime=mime)
        return self._send(self._draft(media, text=caption, reply_to=reply_to))

    def send_voice(self, data: bytes, *, duration: int = 3, reply_to: int = 0) -> Entry:
        """Send a voice note (OGG bytes; duration in seconds)."""
        media = self._file(MediaKind.VOICE, data, "", duration=duration)
        return self._send(self._draft(media, reply_to=reply_to))

    def send_video(self, data: bytes, *, name: str = "clip.mp4", caption: str = "") -> Entry:
        """Send a video; its bytes are not looked at."""
        return self._send(self._draft(self._file(MediaKind.VIDEO, data, name), text=caption))

    def send_sticker(self, data: bytes) -> Entry:
        """Send a sticker (WEBP bytes)."""
        return self._send(self._draft(self._file(MediaKind.STICKER, data, "")))

    def send_media(self, media: Media, *, caption: str = "", reply_to: int = 0) -> Entry:
        """Send one stored file."""
        return self._send(self._draft(media, text=caption, reply_to=reply_to))

    def send_location(self, latitude: float, longitude: float) -> Entry:
        """Share a place."""
        return self._send(self._draft(extra=Location(latitude, longitude)))

    def send_contact(self, phone_number: str, first_name: str) -> Entry:
        """Share a contact card."""
        return self._send(self._draft(extra=Contact(phone_number, first_name)))

    def edit(self, message_id: int, text: str) -> None:
        """Change the text or caption of an own message."""
        entry = self._entry(message_id)
        if not entry.mine:
            raise PhoneError("only own messages can be edited")
        self._launch(Transfer(len(text.encode()), lambda: self._vendor.edited_by(self, message_id, text)))

    def tap(self, message_id: int, button: str) -> None:
        """Tap a button: its data, its text, or "row,column" counted from 0."""
        shown = self._entry(message_id).message
        chosen = find_button(shown.keyboard, button)
        if chosen.url:
            raise PhoneError("this button opens a web page")
        if shown.keyboard and not shown.keyboard.inline:
            self.send_text(chosen.text)
            return
        self._launch(Transfer(_TAP_BYTES, lambda: self._vendor.tapped(self, message_id, chosen.data)))

    def block(self) -> None:
        """Block the bot."""
        self._vendor.block(self, blocked=True)

    def unblock(self) -> None:
        """Let the bot write again."""
        self._vendor.block(self, blocked=False)

    def mark_read(self) -> None:
        """The person has looked at the screen."""
        self.read_up_to = self._count

    # What the screen shows

    def messages(self, *, after: int = 0) -> list[Entry]:
        """Entries new or changed after number `after`, in the order of the screen."""
        self._measure(self._vendor.now())
        return [entry for entry in self._entries.values() if entry.changed > after]

    def received(self) -> list[Message]:
        """What the bot's messages look like on this phone now, deleted ones left out."""
        shown = (entry for entry in self._entries.values() if entry.state is State.RECEIVED)
        return [entry.message for entry in shown if not entry.message.deleted]

    def entry(self, seq: int) -> Entry | None:
        """The entry with this number."""
        return self._entries.get(seq)

    @property
    def unread(self) -> int:
        """Received messages that the person has not looked at."""
        return sum(1 for one in self._entries.values() if not one.mine and one.seq > self.read_up_to)

    @property
    def count(self) -> int:
        """The number of the last change."""
        return self._count

    # The network

    def pump(self, now: datetime) -> None:
        """Let pass what has had its time, and show how far the rest has come."""
        super().pump(now)
        if not self.airplane:
            self._measure(now)

    def show(self, message: Message) -> None:
        """A new message is on its way to this phone."""
        entry = self._new_entry(message, mine=False, state=State.RECEIVING)
        self._down.queue.append(Transfer(message.bytes, lambda: self._landed(entry), entry))
        self.pump(self._vendor.now())

    def change(self, message: Message, *, size: int) -> None:
        """A change of a message is on its way to this phone."""
        self._down.queue.append(Transfer(size, lambda: self._changed(message, size)))
        self.pump(self._vendor.now())

    def notice(self, text: str, *, alert: bool) -> None:
        """The answer to a tap is on its way: a line for a moment, or a box."""
        self._down.queue.append(Transfer(len(text.encode()), lambda: self._noticed(text, alert=alert)))
        self.pump(self._vendor.now())

    def accepted(self, entry: Entry, message: Message) -> None:
        """The vendor has this message of ours."""
        entry.message, entry.state, entry.progress = message, State.SENT, 1.0
        self._by_message[message.message_id] = entry
        self.bytes_sent += message.bytes
        self._touch(entry)

    def taken(self, message_id: int) -> None:
        """The bot's program has taken this message of ours."""
        entry = self._by_message.get(message_id)
        if entry and entry.state is State.SENT:
            entry.state = State.DELIVERED
            self._touch(entry)

    def _draft(
        self, media: Media | None = None, *, text: str = "", reply_to: int = 0, group: str = "",
        extra: Location | Contact | None = None,
    ) -> Message:  # fmt: skip
        if reply_to:
            self._entry(reply_to)
        return self._vendor.draft(self, text=text, media=media, extra=extra, reply_to=reply_to, group=group)

    def _photo(self, data: bytes) -> Media:
        return self._vendor.files.add(MediaKind.PHOTO, client_photo(data))

    def _file(self, kind: MediaKind, data: bytes, name: str, *, mime: str = "", duration: int = 0) -> Media:
        return self._vendor.files.add(kind, data, name=name, mime=mime, duration=duration)

    def _send(self, draft: Message) -> Entry:
        entry = self._new_entry(draft, mine=True, state=State.WAITING)
        self._launch(Transfer(draft.bytes, lambda: self._vendor.received_from(self, entry), entry))
        return entry

    def _launch(self, transfer: Transfer) -> None:
        self._up.queue.append(transfer)
        self.pump(self._vendor.now())
        self._vendor.tell(self.spec.id)

    def _new_entry(self, message: Message, *, mine: bool, state: State) -> Entry:
        self._count += 1
        entry = Entry(self._count, self._count, mine, state, message)
        self._entries[entry.seq] = entry
        if message.message_id:
            self._by_message[message.message_id] = entry
        self._vendor.tell(self.spec.id)
        return entry

    def _entry(self, message_id: int) -> Entry:
        entry = self._by_message.get(message_id)
        if entry is None or entry.message.deleted or entry.state is State.RECEIVING:
            raise PhoneError("no such message on this phone")
        return entry

    def _landed(self, entry: Entry) -> None:
        entry.state, entry.progress = State.RECEIVED, 1.0
        self.bytes_received += entry.message.bytes
        if entry.message.keyboard and not entry.message.keyboard.inline:
            self.reply_keyboard = entry.message.keyboard
        self._touch(entry)

    def _changed(self, message: Message, size: int) -> None:
        entry = self._by_message.get(message.message_id)
        if entry:
            entry.message = message
            self.bytes_received += size
            self._touch(entry)

    def _noticed(self, text: str, *, alert: bool) -> None:
        self._count += 1
        self.notices.append((self._count, text, alert))
        self._vendor.tell(self.spec.id)

    def _touch(self, entry: Entry) -> None:
        self._count += 1
        entry.changed = self._count
        self._vendor.tell(self.spec.id)

    def _measure(self, now: datetime) -> None:
        for lane, state in ((self._up, State.SENDING), (self._down, State.RECEIVING)):
            entry = lane.queue[0].entry if lane.queue else None
            progress = lane.progress(now, self._rate)
            if entry and progress > entry.progress:
                entry.state, entry.progress = state, progress
                self._touch(entry)


def find_button(keyboard: Keyboard | None, wanted: str) -> Button:
    """The button with this data, this text, or at "row,column" from 0; PhoneError when there is none."""
    rows = keyboard.rows if keyboard else ()
    flat = [button for row in rows for button in row]
    for button in flat:
        if wanted and wanted in (button.data, button.text):
            return button
    row, comma, column = wanted.partition(",")
    numbers = comma and row.strip().isdigit() and column.strip().isdigit()
    if numbers and int(row) < len(rows) and int(column) < len(rows[int(row)]):
        return rows[int(row)][int(column)]
    raise PhoneError("no such button on this message")
