"""People with WhatsApp: the same verbs, on phones that show one file a message and change nothing that was said."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Protocol

from bot.sandbox.twilio.inbound import File
from bot.sandbox.twilio.model import LogEntry
from bot.sandbox.twilio.phone import WhatsAppPhone
from bot.sandbox.twilio.vendor import TwilioVendor
from tests.world_people import PATIENCE, Heard, Key, Person, Shown, Surroundings


class Pieces(Surroundings, Protocol):
    """What somebody with WhatsApp needs of the world too."""

    async def pieces_of(self, sid: str) -> tuple[str, ...] | None:
        """The sids of all messages that one message of the service became, in order; None: some are still to leave."""
        ...


class WhatsAppPerson(Person):
    """Somebody with WhatsApp; `phone` does what has no verb.

    What the service says in one message may be several on the phone (each picture one, then the words); she reads it
    as one, and `Heard` has it all.
    """

    def __init__(self, world: Pieces, phone: WhatsAppPhone, vendor: TwilioVendor) -> None:
        super().__init__(world, phone.spec.id, phone.spec.language)
        self.phone = phone
        self._pieces_of = world.pieces_of
        self._vendor = vendor
        self._read: set[str] = set()
        """The sids of what she has looked at."""

    @property
    def address(self) -> str:
        """As an organisation's file has it."""
        return f"whatsapp:{self.phone.spec.number}"

    async def greets(self) -> None:
        """Writes something that asks for nothing, and reads what comes: the bot may write freely for a day."""
        await self.types("hello")
        await self.reads_all()

    def _send_photos(self, photos: Sequence[bytes], caption: str) -> None:
        self.phone.send_photos(photos, caption=caption)

    def _send_document(self, data: bytes, *, name: str, mime: str, caption: str) -> None:
        self.phone.send_document(data, name=name, mime=mime, caption=caption)

    def _send_voice(self, data: bytes, *, answering: Heard | None) -> None:
        self.phone.send_file(File("audio", "audio/ogg", data), reply_to=answering.sid if answering else "")

    def _send_text(self, text: str, *, answering: Heard | None) -> None:
        self.phone.send_text(text, reply_to=answering.sid if answering else "")

    def _open_link(self, code: str) -> None:
        self.phone.send_text(f"JOIN {code}".strip())

    def _set_network(self, *, airplane: bool) -> None:
        self.phone.set_network(airplane=airplane)

    def _screen(self) -> Iterator[Shown]:
        places = {entry.sid: entry.seq for entry in self._vendor.log}
        for message in reversed(self.phone.received()):
            keys = tuple(Key(button.title, button.id) for button in message.buttons)
            yield Shown(places[message.sid], keys, partial(self.phone.tap, message.sid))

    # --- what she sees

    async def sees_change(self, *wanted: str, within: timedelta = PATIENCE) -> Heard:
        """Nothing changes here: the news is a message of its own."""
        return await self.hears(*wanted, within=within)

    async def sees_pictures(self, count: int = 1, *wanted: str) -> Heard:
        """That many pictures, each a message, and the words below the last or behind it."""
        heard = await self._next(PATIENCE, ("a picture",))
        assert heard.pictures == count, f"{self}: {heard.pictures} pictures, not {count}: {heard.text!r}"
        self._check(heard, wanted)
        return heard

    async def _first_unread(self) -> Heard | None:
        first = next(self._coming(), None)
        if first is None:
            return None
        sids = await self._pieces_of(first.sid)
        there = {entry.sid: entry for entry in self._coming()}
        if sids is None or any(sid not in there for sid in sids):
            return None
        self._read |= set(sids)
        return _heard([there[sid] for sid in sids])

    def _read_everything(self) -> None:
        self._read |= {entry.sid for entry in self._coming()}

    @property
    def unread(self) -> list[Heard]:
        return [_heard([entry]) for entry in self._coming()]

    def _coming(self) -> Iterator[LogEntry]:
        there = {message.sid for message in self.phone.received()}
        for entry in self._vendor.log:
            if entry.sid in there and not entry.error and entry.sid not in self._read:
                yield entry


def _heard(entries: Sequence[LogEntry]) -> Heard:
    *_, last = entries
    media = [kind for entry in entries if (kind := _kind(entry.media))]
    return Heard(
        last.seq,
        "\n".join(entry.text for entry in entries if entry.text),
        media[0] if media else "",
        sum(entry.bytes for entry in entries),
        last.buttons,
        sid=last.sid,
        pieces=len(entries),
        pictures=media.count("photo"),
    )


def _kind(mime: str) -> str:
    kinds = {"image": "photo", "audio": "voice", "video": "video"}
    return kinds.get(mime.partition("/")[0], "document") if mime else ""
