"""What people do on their phones in the scenarios, and what they see there, whichever messenger they use."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.sandbox.samples import SAMPLES
from tests.world_texts import forms_of
from tests.world_truths import text_pattern

PATIENCE = timedelta(seconds=30)
"""How long somebody looks at the phone for the next message before she says that there is none."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message as it appeared on a phone, or one change of an earlier message.

    `message_id` is Telegram's, or the place in Twilio's log of the piece that has the buttons, of which `sid` is the
    name; `pieces` says in how many messages WhatsApp showed it, and `pictures` how many of them were pictures.
    """

    message_id: int
    text: str
    media: str
    size: int
    buttons: tuple[str, ...]
    changed: bool = False
    sid: str = ""
    pieces: int = 1
    pictures: int = 0

    @property
    def code(self) -> str:
        """The case reference in it, an invitation's code in a link, otherwise a failure."""
        link = re.search(r"start=(\w+)", self.text) or re.search(r"JOIN%20(\w+)", self.text)
        found = link or re.search(r"\b([2-9A-Y]{5,6})\b", self.text)
        assert found, f"there is no code in {self.text!r}"
        return found[1]


@dataclass(frozen=True, slots=True)
class Key:
    """Something to tap: what it says and what it brings back."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A message on a screen with its keys, and how one of them is tapped."""

    message_id: int
    keys: tuple[Key, ...]
    tap: Callable[[str], object]


class Surroundings(Protocol):
    """What a person needs of the world."""

    async def settle(self) -> None: ...
    async def hop(self, longest: timedelta) -> bool: ...
    async def pass_time(self, length: timedelta) -> None: ...
    def now(self) -> datetime: ...


class Person(ABC):
    """Somebody with a phone; each verb lets the world settle afterwards."""

    def __init__(self, world: Surroundings, name: str, language: str) -> None:
        self._world = world
        self._name = name
        self._language = language
        self.taps_made = 0
        self.messages_heard = 0
        """The bot's messages that she has looked at; a change of an earlier one is none."""

    def __repr__(self) -> str:
        return self._name

    # --- what differs between messengers

    @abstractmethod
    def _send_photos(self, photos: Sequence[bytes], caption: str) -> None: ...
    @abstractmethod
    def _send_document(self, data: bytes, *, name: str, mime: str, caption: str) -> None: ...
    @abstractmethod
    def _send_voice(self, data: bytes, *, answering: Heard | None) -> None: ...
    @abstractmethod
    def _send_text(self, text: str, *, answering: Heard | None) -> None: ...
    @abstractmethod
    def _open_link(self, code: str) -> None: ...
    @abstractmethod
    def _set_network(self, *, airplane: bool) -> None: ...
    @abstractmethod
    def _screen(self) -> Iterator[Shown]:
        """The bot's messages on her phone, the newest first."""

    @abstractmethod
    async def _first_unread(self) -> Heard | None:
        """What came first of what nobody has looked at; it is looked at then."""

    @abstractmethod
    def _read_everything(self) -> None: ...

    @property
    @abstractmethod
    def unread(self) -> list[Heard]:
        """What came and no check has looked at."""

    # --- what she does

    async def sends_photo(self, sample: str = "chest", *, caption: str = "") -> None:
        self._send_photos([SAMPLES[sample].data()], caption)
        await self._world.settle()

    async def sends_album(self, *samples: str, caption: str = "") -> None:
        self._send_photos([SAMPLES[name].data() for name in samples], caption)
        await self._world.settle()

    async def sends_document(self, sample: str, *, caption: str = "") -> None:
        one = SAMPLES[sample]
        self._send_document(one.data(), name=one.file_name, mime=one.mime, caption=caption)
        await self._world.settle()

    async def sends_bytes(self, data: bytes, *, name: str, mime: str = "") -> None:
        self._send_document(data, name=name, mime=mime, caption="")
        await self._world.settle()

    async def sends_voice(self, *, answering: Heard | None = None) -> None:
        self._send_voice(SAMPLES["voice"].data(), answering=answering)
        await self._world.settle()

    async def types(self, text: str) -> None:
        self._send_text(text, answering=None)
        await self._world.settle()

    async def quotes(self, message: Heard, text: str) -> None:
        self._send_text(text, answering=message)
        await self._world.settle()

    async def opens_link(self, code: str = "") -> None:
        self._open_link(code)
        await self._world.settle()

    async def taps(self, button: str, *, on: Heard | None = None) -> None:
        """The newest button with this label, msgid of a label, or verb of an action."""
        message, found = self._button(button, on)
        self.taps_made += 1
        message.tap(found.data)
        await self._world.settle()

    async def taps_action(self, verb: str, last: str, *, on: Heard | None = None) -> None:
        """The newest button whose action has this verb and these last arguments."""
        for message, key in self._keys(on):
            action = action_of(key)
            if action.startswith(f"{verb} ") and action.endswith(f" {last}"):
                self.taps_made += 1
                message.tap(key.data)
                await self._world.settle()
                return
        raise AssertionError(f"{self} has no button for {verb} … {last}")

    async def turns_phone_off(self) -> None:
        self._set_network(airplane=True)
        await self._world.settle()

    async def turns_phone_on(self) -> None:
        self._set_network(airplane=False)
        await self._world.settle()

    def button_data(self, button: str, *, on: Heard | None = None) -> str:
        """The data behind a button."""
        return self._button(button, on)[1].data

    def _keys(self, on: Heard | None) -> Iterator[tuple[Shown, Key]]:
        for message in self._screen():
            if on is None or message.message_id == on.message_id:
                yield from ((message, key) for key in message.keys)

    def _button(self, wanted: str, on: Heard | None) -> tuple[Shown, Key]:
        for message, key in self._keys(on):
            if self._matches(wanted, key):
                return message, key
        shown = [key.label for message in self._screen() for key in message.keys]
        raise AssertionError(f"{self} has no button {wanted!r}; there are {shown}")

    def _matches(self, wanted: str, key: Key) -> bool:
        pattern = self.pattern(wanted)
        return pattern.search(key.label) is not None or f"{action_of(key)} ".startswith(f"{wanted} ")

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
        self.messages_heard += sum(not one.changed for one in unread)
        self._read_everything()
        return unread

    async def _next(self, within: timedelta, wanted: tuple[str, ...]) -> Heard:
        await self._world.settle()
        start = self._world.now()
        while (found := await self._first_unread()) is None:
            left = start + within - self._world.now()
            if not await self._world.hop(left):
                raise AssertionError(f"{self} hears nothing within {within}, not even {wanted}")
        self.messages_heard += not found.changed
        return found

    def _check(self, heard: Heard, wanted: tuple[str, ...]) -> None:
        for one in wanted:
            assert self.pattern(one).search(heard.text), f"{self} hears {heard.text!r}, not {one!r}"

    def pattern(self, wanted: str) -> re.Pattern[str]:
        """A msgid's text in her language, otherwise the words or the regular expression itself."""
        forms = [form for one in wanted.split("|") for form in forms_of(one, self._language)]
        if forms:
            return re.compile("|".join(map(text_pattern, forms)))
        return re.compile(f"{re.escape(wanted)}|{wanted}" if _is_regex(wanted) else re.escape(wanted))


def action_of(key: Key) -> str:
    """What a key does, without the signature behind it."""
    return key.data.rpartition("|")[0]


def _is_regex(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True
