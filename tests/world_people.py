"""What people do on their phones in the scenarios, and what they see there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.sandbox.model import Button, LogEntry, Message
from bot.sandbox.phone import Phone
from bot.sandbox.samples import SAMPLES
from bot.sandbox.vendor import Vendor
from tests.world_texts import forms_of
from tests.world_truths import text_pattern

PATIENCE = timedelta(seconds=30)
"""How long somebody looks at the phone for the next message before she says that there is none."""

_EDITS = ("editmessagetext", "editmessagecaption")


@dataclass(frozen=True, slots=True)
class Heard:
    """One message as it appeared on a phone, or one change of an earlier message."""

    message_id: int
    text: str
    media: str
    size: int
    buttons: tuple[str, ...]
    changed: bool

    @property
    def code(self) -> str:
        """The case reference in it, an invitation's code in a link, otherwise a failure."""
        found = re.search(r"start=(\w+)", self.text) or re.search(r"\b([2-9A-Y]{5,6})\b", self.text)
        assert found, f"there is no code in {self.text!r}"
        return found[1]


class Surroundings(Protocol):
    """What a person needs of the world."""

    vendor: Vendor

    async def settle(self) -> None: ...
    async def hop(self, longest: timedelta) -> bool: ...
    async def pass_time(self, length: timedelta) -> None: ...


class Person:
    """Somebody with a phone; each verb lets the world settle afterwards."""

    def __init__(self, world: Surroundings, phone: Phone) -> None:
        self.phone = phone
        self._world = world
        self._read = 0
        """How many entries of the vendor's log she has looked at."""

    def __repr__(self) -> str:
        return self.phone.spec.id

    # --- what she does

    async def sends_photo(self, sample: str = "chest", *, caption: str = "") -> None:
        self.phone.send_photo(SAMPLES[sample].data(), caption=caption)
        await self._world.settle()

    async def sends_album(self, *samples: str, caption: str = "") -> None:
        self.phone.send_album([SAMPLES[name].data() for name in samples], caption=caption)
        await self._world.settle()

    async def sends_document(self, sample: str, *, caption: str = "") -> None:
        one = SAMPLES[sample]
        self.phone.send_document(one.data(), name=one.file_name, mime=one.mime, caption=caption)
        await self._world.settle()

    async def sends_bytes(self, data: bytes, *, name: str, mime: str = "") -> None:
        self.phone.send_document(data, name=name, mime=mime)
        await self._world.settle()

    async def sends_voice(self, *, answering: Heard | None = None) -> None:
        reply_to = answering.message_id if answering else 0
        self.phone.send_voice(SAMPLES["voice"].data(), reply_to=reply_to)
        await self._world.settle()

    async def types(self, text: str) -> None:
        self.phone.send_text(text)
        await self._world.settle()

    async def quotes(self, message: Heard, text: str) -> None:
        self.phone.send_text(text, reply_to=message.message_id)
        await self._world.settle()

    async def opens_link(self, code: str = "") -> None:
        self.phone.start(code)
        await self._world.settle()

    async def taps(self, button: str, *, on: Heard | None = None) -> None:
        """The newest button with this label, msgid of a label, or verb of an action."""
        message, found = self._button(button, on)
        self.phone.tap(message.message_id, found.data)
        await self._world.settle()

    async def taps_action(self, verb: str, last: str, *, on: Heard | None = None) -> None:
        """The newest button whose action has this verb and these last arguments."""
        for message in reversed(self.phone.received()):
            for button in _buttons(message) if on is None or on.message_id == message.message_id else ():
                action = button.data.rpartition("|")[0]
                if action.startswith(f"{verb} ") and action.endswith(f" {last}"):
                    self.phone.tap(message.message_id, button.data)
                    await self._world.settle()
                    return
        raise AssertionError(f"{self} has no button for {verb} … {last}")

    async def taps_again(self, message: Heard, data: str) -> None:
        """A tap with data of her own making, on a message that has a keyboard."""
        shown = self._world.vendor.message(self.phone.spec.telegram_id, message.message_id)
        assert shown is not None
        self._world.vendor.tapped(self.phone, shown.message_id, data)
        await self._world.settle()

    async def turns_phone_off(self) -> None:
        self.phone.set_network(airplane=True)
        await self._world.settle()

    async def turns_phone_on(self) -> None:
        self.phone.set_network(airplane=False)
        await self._world.settle()

    def button_data(self, button: str, *, on: Heard | None = None) -> str:
        """The callback data behind a button."""
        return self._button(button, on)[1].data

    def _button(self, wanted: str, on: Heard | None) -> tuple[Message, Button]:
        for message in reversed(self.phone.received()):
            if on is not None and message.message_id != on.message_id:
                continue
            rows = message.keyboard.rows if message.keyboard else ()
            for button in (button for row in rows for button in row):
                if self._matches(wanted, button):
                    return message, button
        shown = [button.text for message in self.phone.received() for button in _buttons(message)]
        raise AssertionError(f"{self} has no button {wanted!r}; there are {shown}")

    def _matches(self, wanted: str, button: Button) -> bool:
        action = button.data.rpartition("|")[0]
        pattern = self.pattern(wanted)
        return pattern.search(button.text) is not None or f"{action} ".startswith(f"{wanted} ")

    # --- what she sees

    async def hears(self, *wanted: str, within: timedelta = PATIENCE) -> Heard:
        """The next message, which must say all of `wanted`: words, regular expressions or msgids."""
        heard = await self._next(within, wanted)
        assert not heard.changed, f"{self}: an earlier message was changed to {heard.text!r}"
        self._check(heard, wanted)
        return heard

    async def sees_change(self, *wanted: str, within: timedelta = PATIENCE) -> Heard:
        """An earlier message changes and then says all of `wanted`."""
        heard = await self._next(within, wanted)
        assert heard.changed, f"{self}: a new message instead of a change: {heard.text!r}"
        self._check(heard, wanted)
        return heard

    async def sees_pictures(self, count: int = 1, *wanted: str) -> Heard:
        """That many pictures, one with its words below it, several with a message behind them."""
        pictures = [await self._next(PATIENCE, ("a picture",)) for _ in range(count)]
        assert all(one.media == "photo" for one in pictures), f"{self}: {pictures}"
        last = pictures[-1] if count == 1 else await self._next(PATIENCE, wanted)
        self._check(last, wanted)
        return last

    async def hears_nothing(self, during: timedelta = timedelta(0)) -> None:
        """Nothing comes, now and for a while."""
        await self._world.settle()
        if during:
            await self._world.pass_time(during)
        assert not self.unread, f"{self} hears {[one.text for one in self.unread]}"

    async def reads_all(self) -> list[Heard]:
        """Everything that is there, unchecked: for what a scenario is not about."""
        await self._world.pass_time(timedelta(seconds=8))
        unread = list(self.unread)
        self._read = len(self._world.vendor.log)
        return unread

    @property
    def unread(self) -> list[Heard]:
        """What came and no check has looked at."""
        return [heard for _, heard in self._coming()]

    async def _next(self, within: timedelta, wanted: tuple[str, ...]) -> Heard:
        await self._world.settle()
        start = self._world.vendor.now()
        while (found := next(self._coming(), None)) is None:
            left = start + within - self._world.vendor.now()
            if not await self._world.hop(left):
                raise AssertionError(f"{self} hears nothing within {within}, not even {wanted}")
        place, heard = found
        self._read = place + 1
        return heard

    def _coming(self) -> Iterator[tuple[int, Heard]]:
        there = {message.message_id for message in self.phone.received()}
        log = self._world.vendor.log
        for place in range(self._read, len(log)):
            entry = log[place]
            if entry.phone == self.phone.spec.id and _is_seen(entry) and entry.message_id in there:
                yield place, _heard(entry)

    def _check(self, heard: Heard, wanted: tuple[str, ...]) -> None:
        for one in wanted:
            assert self.pattern(one).search(heard.text), f"{self} hears {heard.text!r}, not {one!r}"

    def pattern(self, wanted: str) -> re.Pattern[str]:
        """A msgid's text in her language, otherwise the words or the regular expression itself."""
        forms = [form for one in wanted.split("|") for form in forms_of(one, self.phone.spec.language)]
        if forms:
            return re.compile("|".join(map(text_pattern, forms)))
        return re.compile(f"{re.escape(wanted)}|{wanted}" if _is_regex(wanted) else re.escape(wanted))


def _is_seen(entry: LogEntry) -> bool:
    method = entry.method.lower()
    return not entry.error and bool(entry.phone_seq) and (method.startswith("send") or method in _EDITS)


def _heard(entry: LogEntry) -> Heard:
    changed = entry.method.lower() in _EDITS
    return Heard(entry.message_id, entry.text, entry.media, entry.bytes, entry.buttons, changed)


def _buttons(message: Message) -> list[Button]:
    return [button for row in message.keyboard.rows for button in row] if message.keyboard else []


def _is_regex(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True
