"""Plays the main job through the sandbox without a browser: a picture there, an answer back, every message checked."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp

from bot.clock import Clock, SystemClock
from bot.dialogues import production_dialogues
from bot.ids import Ids
from bot.language.catalogue import entries_of, read_catalogue
from bot.language.folder import LOCALES
from bot.settings import load_settings
from bot.training import WORLD, Invented, Sandbox
from bot.wiring import build_service, open_store

WITHIN_SECONDS = 30.0
"""How long a message may take before it counts as missing: much, since a busy machine is no fault of the flow."""

QUIET_SECONDS = 1.5
"""How long is waited after the last step for messages that nobody expects."""

BOT = "bot"
CHANNEL = "telegram"

_POLL_SECONDS = 0.05
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@dataclass(frozen=True, slots=True)
class Event:
    """One message from or to a phone; `bytes` are those of its text and file."""

    at: datetime
    sender: str
    receiver: str
    channel: str
    text: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Expected:
    """A message that a phone must show: the msgid of one of its lines, or words that it must quote."""

    phone: str
    says: str


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does with a phone (a tap names the verb of a button) and all that comes of it."""

    phone: str
    does: str
    what: str
    then: tuple[Expected, ...]


@dataclass(slots=True)
class Transcript:
    """What happened."""

    events: list[Event] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything came that was expected, and nothing else."""
        return not self.missing and not self.unexpected


CAPTION = "45 M chest cough 3 weeks urgent"
FINDING = "Cavity in the right upper zone. Please send sputum for CBNAAT."

STORY = (
    Step(
        "asha", "photo", CAPTION, (Expected("asha", "refer.got_it_wait"), Expected("asha", "refer.summary"))
    ),
    Step(
        "asha",
        "tap",
        "send",
        (Expected("asha", "refer.sent"), Expected("rao", "card.from"), Expected("rao", "card.pictures")),
    ),
    Step("rao", "tap", "ack", (Expected("rao", "duty.yours"), Expected("asha", "refer.has_it"))),
    Step("rao", "type", FINDING, (Expected("rao", "answer.ask_urgency"),)),
    Step("rao", "tap", "ur within_days 2", (Expected("rao", "answer.pick_action"),)),
    Step("rao", "tap", "phx act.show_doctor", (Expected("rao", "answer.preview"),)),
    Step("rao", "tap", "rs", (Expected("rao", "answer.sent"), Expected("asha", FINDING))),
    Step("asha", "tap", "un", (Expected("asha", "follow.thanks"), Expected("rao", "answer.was_understood"))),
)
"""The main job: Asha, a health worker who reads Hindi, and Dr Rao, who is on call."""


class Phones:
    """The sandbox's phones over its own HTTP interface."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        """`url`: the sandbox's."""
        self._session = session
        self._url = url
        self._seen: dict[str, int] = {}
        self._languages: dict[str, str] = {}
        self._shown: dict[str, list[dict[str, Any]]] = {}

    async def look(self) -> None:
        """Learn which phones there are."""
        for phone in await self._get("/phones"):
            self._languages[phone["id"]] = phone["language"]
            self._seen[phone["id"]] = 0
            self._shown[phone["id"]] = []

    def language(self, phone: str) -> str:
        """In which language its owner reads."""
        return self._languages[phone]

    async def new(self) -> list[tuple[str, dict[str, Any]]]:
        """Messages that came to any phone since the last look, each with its phone."""
        found = []
        for phone, seen in self._seen.items():
            for entry in await self._get(f"/phones/{phone}/messages?after=0"):
                if entry["state"] == "received" and entry["seq"] > seen:
                    found.append((phone, entry))
                    self._seen[phone] = max(self._seen[phone], entry["seq"])
                    self._shown[phone].append(entry)
        return found

    async def photo(self, phone: str, caption: str) -> dict[str, Any]:
        """Send the sample of a chest."""
        sent: list[dict[str, Any]] = await self._post(
            f"/phones/{phone}/send", {"sample": "chest", "caption": caption}
        )
        return sent[0]

    async def type(self, phone: str, text: str) -> dict[str, Any]:
        """Write."""
        sent: list[dict[str, Any]] = await self._post(f"/phones/{phone}/send", {"text": text})
        return sent[0]

    async def tap(self, phone: str, wanted: str) -> str:
        """Tap the newest button of this verb (and these last arguments); its label, empty without one."""
        verb, _, last = wanted.partition(" ")
        for entry in reversed(self._shown[phone]):
            for button in (button for row in entry["buttons"] for button in row):
                action = str(button["data"]).partition("|")[0]
                if action.split(" ")[0] == verb and action.endswith(last):
                    body = {"message_id": entry["message_id"], "button": button["data"]}
                    await self._post(f"/phones/{phone}/tap", body)
                    return str(button["text"])
        return ""

    async def _get(self, path: str) -> Any:
        async with self._session.get(self._url + path) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        async with self._session.post(self._url + path, json=body) as answer:
            answer.raise_for_status()
            return await answer.json()


async def run_demo(folder: Path) -> Transcript:
    """Start a sandbox and the ordinary service beside it, its data in `folder`, and play the main job."""
    invented = Invented.by(Ids())
    sandbox = Sandbox(port=free_port(), token=invented.token)
    await sandbox.start()
    try:
        async with _service(folder, sandbox.url, invented), phones_at(sandbox.url) as phones:
            return await play(phones, clock=SystemClock())
    finally:
        await sandbox.stop()


@asynccontextmanager
async def _service(folder: Path, api_url: str, invented: Invented) -> AsyncIterator[None]:
    port = free_port()
    settings = load_settings(
        telegram_token=invented.token,
        telegram_secret=invented.secret,
        telegram_api_url=api_url,
        telegram_mode="webhook",
        host="127.0.0.1",
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        unreviewed_phrases="mark",
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'scanrelay.db'}",
    )
    service = build_service(settings, production_dialogues(), store=open_store(settings))
    await service.start()
    try:
        await service.command("org_import", {"toml": WORLD.read_text(encoding="utf-8"), "training": True})
        yield
    finally:
        await service.drain()
        await service.stop()


async def play(phones: Phones, *, clock: Clock, story: Sequence[Step] = STORY) -> Transcript:
    """Play a story on the phones of a sandbox, beside which a service runs that knows its people."""
    player = _Player(phones, clock)
    for step in story:
        if not await player.play(step):
            break
    await player.listen()
    return player.transcript


class _Player:
    """Does a step, then looks at all phones until everything that is expected has come."""

    def __init__(self, phones: Phones, clock: Clock) -> None:
        self.transcript = Transcript()
        self._phones = phones
        self._clock = clock

    async def play(self, step: Step) -> bool:
        """Whether all of it came in time."""
        if not await self._do(step):
            self.transcript.missing.append(f"{step.phone}: a button {step.what}")
            return False
        waiting = list(step.then)
        try:
            async with asyncio.timeout(WITHIN_SECONDS):
                while waiting:
                    await self._hear(waiting)
        except TimeoutError:
            self.transcript.missing += [f"{one.phone}: {one.says}" for one in waiting]
        return not waiting

    async def listen(self) -> None:
        """Wait for what nobody expects."""
        try:
            async with asyncio.timeout(QUIET_SECONDS):
                while True:
                    await self._hear([])
        except TimeoutError:
            return

    async def _do(self, step: Step) -> bool:
        match step.does:
            case "photo":
                entry = await self._phones.photo(step.phone, step.what)
                self._note(step.phone, BOT, f"[photo] {step.what}", entry["bytes"])
            case "type":
                entry = await self._phones.type(step.phone, step.what)
                self._note(step.phone, BOT, step.what, entry["bytes"])
            case _:
                label = await self._phones.tap(step.phone, step.what)
                if not label:
                    return False
                self._note(step.phone, BOT, f"[tap] {label}", 0)
        return True

    async def _hear(self, waiting: list[Expected]) -> None:
        for phone, entry in await self._phones.new():
            shown = f"[{entry['media']['kind']}] " if entry["media"] else ""
            self._note(BOT, phone, f"{shown}{entry['text']}", entry["bytes"])
            first = next((one for one in waiting if one.phone == phone), None)
            if first is not None and _pattern(first.says, self._phones.language(phone)).search(entry["text"]):
                waiting.remove(first)
            else:
                self.transcript.unexpected.append(f"{phone}: {entry['text']}")
        await asyncio.sleep(_POLL_SECONDS)

    def _note(self, sender: str, receiver: str, text: str, size: int) -> None:
        self.transcript.events.append(Event(self._clock.now(), sender, receiver, CHANNEL, text, size))


def _pattern(says: str, language: str) -> re.Pattern[str]:
    """A msgid's text in that language with anything in its placeholders, or the words themselves."""
    forms = _texts(language).get(says, (says,))
    return re.compile("|".join(r"[\s\S]*?".join(map(re.escape, _PLACEHOLDER.split(form))) for form in forms))


@cache
def _texts(language: str) -> dict[str, tuple[str, ...]]:
    return {msgid: forms for msgid, forms, _ in entries_of(read_catalogue(LOCALES, language))}


@asynccontextmanager
async def phones_at(url: str) -> AsyncIterator[Phones]:
    """The phones of the sandbox at `url`."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WITHIN_SECONDS)) as session:
        phones = Phones(session, url)
        await phones.look()
        yield phones


def free_port() -> int:
    """A port of this machine that nobody listens at now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
