"""The main job on the phones of a loopback vendor: who does what, and what the bot asked of the vendor for it.

The vendor runs in this process, so that none of its work counts for the program at the other end.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from bot.clock import SystemClock
from bot.sandbox.app import build_app, build_vendor
from bot.sandbox.model import Message
from bot.sandbox.samples import SAMPLES
from bot.sandbox.vendor import Upload, Vendor
from bot.serving import HttpServer

SAYING = frozenset(
    {"sendmessage", "sendphoto", "sendmediagroup", "senddocument", "sendvoice", "editmessagetext",
     "editmessagecaption"}
)  # fmt: skip
"""Methods by which the bot says something to a person: each call is a relayed message."""

_CAPTION = "45 M chest cough 3 weeks urgent"
_FINDING = "Cavity in the right upper zone. Please send sputum for CBNAAT."

_WITHIN_SECONDS = 20.0
_POLL_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does with a phone (a tap names the verb of a button), and how many messages come of it."""

    phone: str
    does: str
    what: str
    messages: int


JOB = (
    Step("asha", "photo", _CAPTION, 2),
    Step("asha", "tap", "send", 3),
    Step("rao", "tap", "ack", 2),
    Step("rao", "type", _FINDING, 1),
    Step("rao", "tap", "ur within_days 2", 1),
    Step("rao", "tap", "phx act.show_doctor", 1),
    Step("rao", "tap", "rs", 2),
    Step("asha", "tap", "un", 2),
    Step("asha", "tap", "cl", 1),
)
"""A picture there, an answer back, and the case closed: an open one would have the doctor asked which case he means."""


class StoryError(RuntimeError):
    """The main job did not come to its end; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the bot asked of the vendor."""

    method: str
    fields: Mapping[str, object]
    files: Mapping[str, Upload]

    @property
    def says(self) -> bool:
        return self.method.lower() in SAYING


@dataclass(slots=True)
class Exchange:
    """A vendor at `url`, its phones, and every request to it."""

    vendor: Vendor
    url: str
    requests: list[Request] = field(default_factory=list)

    async def has_webhook(self) -> None:
        """Wait until the program at the other end has said where its updates go."""
        await _until(lambda: self.vendor.updates.webhook is not None, "the webhook was not set")

    async def record(self, *, quiet: float) -> tuple[tuple[Request, ...], ...]:
        """The main job once, and for each step what the bot asked for.

        A step is over when all was said that comes of it, and then nothing was asked for `quiet` seconds.
        """
        return tuple([await self._recorded(step, quiet) for step in JOB])

    async def play(self, wanted: Sequence[int]) -> None:
        """The main job once; a step is over when as many requests came as it has in `wanted`."""
        for step, count in zip(JOB, wanted, strict=True):
            before = len(self.requests)
            await self._do(step)
            missing = f"not all requests came after {step.phone}'s {step.does} {step.what!r}"
            await _until(partial(self._has_asked, before + count), missing)

    async def _recorded(self, step: Step, quiet: float) -> tuple[Request, ...]:
        before = len(self.requests)
        await self._do(step)
        missing = f"not all was said after {step.phone}'s {step.does} {step.what!r}"
        await _until(partial(self._has_said, before, step.messages), missing)
        await self._rest(quiet)
        return tuple(self.requests[before:])

    def _has_asked(self, count: int) -> bool:
        return len(self.requests) >= count

    def _has_said(self, before: int, count: int) -> bool:
        return sum(one.says for one in self.requests[before:]) >= count

    async def _do(self, step: Step) -> None:
        """Returns when the bot has the update."""
        self._act(step)
        while not await self.vendor.deliver(self.vendor.now()):
            await asyncio.sleep(_POLL_SECONDS)

    def _act(self, step: Step) -> None:
        phone = self.vendor.phone(step.phone)
        match step.does:
            case "photo":
                phone.send_photo(SAMPLES["chest"].data(), caption=step.what)
            case "type":
                phone.send_text(step.what)
            case _:
                message, data = _button(phone.received(), step.what)
                phone.tap(message.message_id, data)

    async def _rest(self, seconds: float) -> None:
        seen, since = len(self.requests), time.monotonic()
        while time.monotonic() - since < seconds:
            await asyncio.sleep(_POLL_SECONDS)
            if len(self.requests) != seen:
                seen, since = len(self.requests), time.monotonic()


async def _until(condition: Callable[[], bool], sentence: str) -> None:
    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            while not condition():
                await asyncio.sleep(_POLL_SECONDS)
    except TimeoutError:
        raise StoryError(f"{sentence}, {_WITHIN_SECONDS:.0f} s long.") from None


def _button(messages: list[Message], wanted: str) -> tuple[Message, str]:
    """The newest button of that verb (and those last arguments)."""
    verb, _, last = wanted.partition(" ")
    for message in reversed(messages):
        for row in message.keyboard.rows if message.keyboard else ():
            for button in row:
                action = button.data.partition("|")[0]
                if action.split(" ")[0] == verb and action.endswith(last):
                    return message, button.data
    raise StoryError(f"there is no button {wanted}.")


@asynccontextmanager
async def exchange(token: str) -> AsyncIterator[Exchange]:
    """A fresh vendor without Telegram's limits: waiting is not what is measured."""
    vendor = build_vendor(SystemClock(), token=token, limits=False)
    server = HttpServer(build_app(vendor), host="127.0.0.1", port=0)
    await server.start()
    made = Exchange(vendor, f"http://127.0.0.1:{server.port}")

    def look(method: str, fields: Mapping[str, object], files: Mapping[str, Upload]) -> None:
        made.requests.append(Request(method, dict(fields), dict(files)))

    vendor.on_request = look
    try:
        yield made
    finally:
        await vendor.close()
        await server.stop()
