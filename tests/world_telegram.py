"""People with Telegram."""

from collections.abc import Iterator, Sequence

from bot.sandbox.model import LogEntry, Message
from bot.sandbox.phone import Phone
from bot.sandbox.vendor import Vendor
from tests.world_people import Heard, Key, Person, Shown, Surroundings

_EDITS = ("editmessagetext", "editmessagecaption")


class TelegramPerson(Person):
    """Somebody with Telegram; `phone` does what has no verb."""

    def __init__(self, world: Surroundings, phone: Phone, vendor: Vendor) -> None:
        super().__init__(world, phone.spec.id, phone.spec.language)
        self.phone = phone
        self._vendor = vendor
        self._read = 0
        """How many entries of the vendor's log she has looked at."""

    async def taps_again(self, message: Heard, data: str) -> None:
        """A tap with data of her own making, on a message that has a keyboard."""
        shown = self._vendor.message(self.phone.spec.telegram_id, message.message_id)
        assert shown is not None
        self._vendor.tapped(self.phone, shown.message_id, data)
        await self._world.settle()

    def _send_photos(self, photos: Sequence[bytes], caption: str) -> None:
        if len(photos) == 1:
            self.phone.send_photo(photos[0], caption=caption)
        else:
            self.phone.send_album(photos, caption=caption)

    def _send_document(self, data: bytes, *, name: str, mime: str, caption: str) -> None:
        self.phone.send_document(data, name=name, mime=mime, caption=caption)

    def _send_voice(self, data: bytes, *, answering: Heard | None) -> None:
        self.phone.send_voice(data, reply_to=answering.message_id if answering else 0)

    def _send_text(self, text: str, *, answering: Heard | None) -> None:
        self.phone.send_text(text, reply_to=answering.message_id if answering else 0)

    def _open_link(self, code: str) -> None:
        self.phone.start(code)

    def _set_network(self, *, airplane: bool) -> None:
        self.phone.set_network(airplane=airplane)

    def _screen(self) -> Iterator[Shown]:
        for message in reversed(self.phone.received()):
            yield self._shown(message)

    def _shown(self, message: Message) -> Shown:
        rows = message.keyboard.rows if message.keyboard else ()
        keys = tuple(Key(button.text, button.data) for row in rows for button in row)
        return Shown(message.message_id, keys, lambda data: self.phone.tap(message.message_id, data))

    async def _first_unread(self) -> Heard | None:
        for place, heard in self._coming():
            self._read = place + 1
            return heard
        return None

    def _read_everything(self) -> None:
        self._read = len(self._vendor.log)

    @property
    def unread(self) -> list[Heard]:
        return [heard for _, heard in self._coming()]

    def _coming(self) -> Iterator[tuple[int, Heard]]:
        there = {message.message_id for message in self.phone.received()}
        log = self._vendor.log
        for place in range(self._read, len(log)):
            entry = log[place]
            if entry.phone == self.phone.spec.id and _is_seen(entry) and entry.message_id in there:
                yield place, _heard(entry)


def _is_seen(entry: LogEntry) -> bool:
    method = entry.method.lower()
    return not entry.error and bool(entry.phone_seq) and (method.startswith("send") or method in _EDITS)


def _heard(entry: LogEntry) -> Heard:
    changed = entry.method.lower() in _EDITS
    return Heard(entry.message_id, entry.text, entry.media, entry.bytes, entry.buttons, changed)
