"""The sandbox's phones and clock over its own HTTP interface."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

WITHIN_SECONDS = 60.0
"""How long an answer of the sandbox may take: much, since a busy machine is no fault of the flow."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One message that came to a phone, or one that was changed there; `bytes` of its text and file."""

    phone: str
    channel: str
    text: str
    bytes: int
    buttons: tuple[str, ...] = ()
    changed: bool = False


class Phones:
    """All phones of a sandbox whose clock stands."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        """`url`: the sandbox's."""
        self._session = session
        self._url = url
        self._languages: dict[str, str] = {}
        self._screens: dict[str, _Screen] = {}

    async def look(self) -> None:
        """Learn which phones there are."""
        for phone in await self._get("/phones"):
            self._languages[phone["id"]] = phone["language"]
            self._screens[phone["id"]] = _Screen(phone["channel"])

    def language(self, phone: str) -> str:
        """In which language its owner reads."""
        return self._languages[phone]

    def channel(self, phone: str) -> str:
        """By which messenger it talks with the bot."""
        return self._screens[phone].channel

    async def new(self) -> list[Seen]:
        """What came to any phone since the last look, calls and SMS too."""
        found: list[Seen] = []
        for state in await self._get("/phones"):
            screen, name = self._screens[state["id"]], state["id"]
            if state["seq"] > screen.seq:
                found += screen.read(name, await self._get(f"/phones/{name}/messages?after={screen.seq}"))
            if state.get("sms", 0) > screen.sms:
                every = await self._get(f"/phones/{name}/sms")
                found += [Seen(name, "sms", one["text"], one["bytes"]) for one in every[screen.sms :]]
                screen.sms = len(every)
            if state.get("calls", 0) > screen.calls:
                every = await self._get(f"/phones/{name}/calls")
                found += [Seen(name, "voice", "[call]", 0) for _ in every[screen.calls :]]
                screen.calls = len(every)
        return found

    async def send(self, phone: str, samples: tuple[str, ...], caption: str) -> int:
        """Samples of the tray with a caption; how many bytes they were."""
        body = {"samples": list(samples), "caption": caption}
        sent: list[dict[str, Any]] = await self._post(f"/phones/{phone}/send", body)
        return sum(one["bytes"] for one in sent)

    async def type(self, phone: str, text: str) -> int:
        """Write; how many bytes it was."""
        sent: list[dict[str, Any]] = await self._post(f"/phones/{phone}/send", {"text": text})
        return sum(one["bytes"] for one in sent)

    async def tap(self, phone: str, wanted: str) -> str:
        """Tap the newest button of this verb (and these last arguments); its label, empty without one."""
        verb, _, last = wanted.partition(" ")
        for message_id, (_, buttons) in reversed(self._screens[phone].shown.items()):
            for data, label in buttons:
                action = data.partition("|")[0]
                if action.split(" ")[0] == verb and action.endswith(last):
                    await self._post(f"/phones/{phone}/tap", {"message_id": message_id, "button": data})
                    return label
        return ""

    async def network(self, phone: str, *, airplane: bool) -> None:
        """Switch airplane mode."""
        await self._post(f"/phones/{phone}/settings", {"airplane": airplane})

    # The clock

    async def deliver(self) -> int:
        """Let the vendors deliver what is due; how much it was."""
        return int((await self._post("/clock/deliver", {}))["done"])

    async def next_due(self) -> datetime | None:
        """When the vendors have something to do."""
        due = (await self._get("/clock"))["next_due"]
        return datetime.fromisoformat(due) if due else None

    async def move(self, seconds: float) -> None:
        """The vendors' clock goes forward."""
        await self._post("/clock/move", {"seconds": seconds})

    async def _get(self, path: str) -> Any:
        async with self._session.get(self._url + path) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        async with self._session.post(self._url + path, json=body) as answer:
            answer.raise_for_status()
            return await answer.json()


class _Screen:
    """What a phone has shown so far: by message its text and its buttons (data and label), in order."""

    def __init__(self, channel: str) -> None:
        self.seq = self.sms = self.calls = 0
        self.shown: dict[Any, tuple[str, tuple[tuple[str, str], ...]]] = {}
        self.channel = channel

    def read(self, name: str, entries: list[dict[str, Any]]) -> list[Seen]:
        """News among the changed entries; one that is still on its way comes again."""
        found = []
        for entry in entries:
            self.seq = max(self.seq, entry["changed"])
            if entry["state"] != "received":
                continue
            shown = (str(entry["text"]), _buttons(entry))
            before = self.shown.get(entry["message_id"])
            self.shown[entry["message_id"]] = shown
            if before != shown:
                found.append(_seen(name, self.channel, entry, changed=before is not None))
        return found


def _buttons(entry: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((str(one["data"]), str(one["text"])) for row in entry["buttons"] for one in row)


def _seen(name: str, channel: str, entry: dict[str, Any], *, changed: bool) -> Seen:
    media = f"[{entry['media']['kind']}] " if entry["media"] else ""
    labels = tuple(label for _, label in _buttons(entry))
    return Seen(name, channel, f"{media}{entry['text']}", 0 if changed else entry["bytes"], labels, changed)


@asynccontextmanager
async def phones_at(url: str) -> AsyncIterator[Phones]:
    """The phones of the sandbox at `url`."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WITHIN_SECONDS)) as session:
        phones = Phones(session, url)
        await phones.look()
        yield phones
