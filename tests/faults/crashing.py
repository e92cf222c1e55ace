"""The real program beside a vendor in the test's process, and people who go on whatever happens to it."""

import asyncio
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.dialogues import production_dialogues
from bot.ids import Ids
from bot.sandbox.model import Message
from bot.sandbox.phone import Phone
from bot.sandbox.samples import SAMPLES
from bot.sandbox.vendor import Vendor
from bot.settings import Settings, load_settings
from bot.training import WORLD, free_port
from bot.wiring import open_store
from tests.world_texts import forms_of
from tests.world_truths import text_pattern

T = TypeVar("T")

PROJECT = Path(__file__).resolve().parents[2]


class Dice:
    """Random instants that a seed repeats."""

    def __init__(self, seed: int) -> None:
        self._ids = Ids(seed)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * int.from_bytes(self._ids.octets(4)) / 2**32

    def one_of(self, all_of_them: Sequence[T]) -> T:
        return all_of_them[int(self.between(0, len(all_of_them)))]


@dataclass(frozen=True, slots=True)
class Shape:
    """The commands that run together, each as a process, and their database (None: SQLite in their folder)."""

    commands: tuple[str, ...]
    database: str | None = None


class Process:
    """One `python -m bot <command>`, started again and again."""

    def __init__(self, command: str, *, log: Path, environment: Mapping[str, str]) -> None:
        self.log = log
        self._command = command
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._said = 0

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._said = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", self._command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"SCANRELAY_PORT": str(free_port()), **self._environment},
                cwd=self.log.parent,
            )

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def up(self) -> None:
        """It has said so; an end before that is a failure."""
        async with asyncio.timeout(60):
            while b"ScanRelay" not in self.log.read_bytes()[self._said :]:
                assert self.is_running, self.log.read_text()[-2000:]
                await asyncio.sleep(0.05)

    async def end(self, number: signal.Signals) -> int:
        assert self._process is not None
        if self.is_running:
            self._process.send_signal(number)
        return await self._process.wait()


class Program:
    """All processes of a service that share a data folder and poll the vendor at `url`."""

    def __init__(self, folder: Path, url: str, token: str, shape: Shape) -> None:
        self.settings: Settings = load_settings(
            telegram_token=token,
            telegram_api_url=url,
            telegram_mode="polling",
            unreviewed_phrases="mark",
            data_dir=folder / "data",
            database_url=shape.database,
        )
        environment = {
            "SCANRELAY_TELEGRAM_TOKEN": token,
            "SCANRELAY_TELEGRAM_API_URL": url,
            "SCANRELAY_TELEGRAM_MODE": "polling",
            "SCANRELAY_UNREVIEWED_PHRASES": "mark",
            "SCANRELAY_DATA_DIR": str(folder / "data"),
            **({} if shape.database is None else {"SCANRELAY_DATABASE_URL": shape.database}),
            "PYTHONPATH": str(PROJECT),
            "PYTHONUNBUFFERED": "1",
            "PATH": "/usr/bin:/bin",
        }
        self.processes = [
            Process(command, log=folder / f"{number}-{command}.log", environment=environment)
            for number, command in enumerate(shape.commands)
        ]


def enrol(settings: Settings) -> None:
    """The people of the sandbox's world, with somebody on call."""
    store = open_store(settings)
    arguments = {"toml": WORLD.read_text(encoding="utf-8"), "training": True}
    imported = production_dialogues().commands["org_import"]
    store.database.run_blocking(lambda uow: imported(uow, arguments, store.clock.now()))
    store.database.close()


@dataclass(slots=True)
class Watched:
    """A phone whose owner does each thing once, on the first message that calls for it."""

    phone: Phone
    done: set[str] = field(default_factory=set)

    def once(self, what: str) -> bool:
        """Whether this is the first time."""
        if what in self.done:
            return False
        self.done.add(what)
        return True

    def says(self, message: Message, msgid: str) -> bool:
        forms = forms_of(msgid, self.phone.spec.language)
        return any(re.search(text_pattern(form), message.text) for form in forms)

    def tap(self, message: Message, verb: str, last: str = "") -> None:
        for button in (button for row in message.keyboard.rows for button in row) if message.keyboard else ():
            action = button.data.rpartition("|")[0]
            if action.startswith(f"{verb} ") and action.endswith(last):
                self.phone.tap(message.message_id, button.data)
                return


@dataclass(slots=True)
class Referrer(Watched):
    """Sends one case after the other, each as soon as the one before was answered and understood."""

    sent: list[str] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)

    def begin(self, name: str) -> None:
        """`name` is said in the caption, so that each case is known by its question."""
        self.sent.append(name)
        self.phone.send_photo(SAMPLES["chest"].data(), caption=f"{_another(name)} chest {name} urgent")

    @property
    def is_free(self) -> bool:
        return len(self.answered) == len(self.sent)

    def look(self, message: Message) -> None:
        name = self.sent[-1] if self.sent else ""
        if name and f"{name} " in f"{message.text} ".replace("\n", " "):
            if self.says(message, "refer.confirm") and self.once(f"send {name}"):
                self.tap(message, "send")
            if f"answer to {name}" in message.text and self.once(f"understood {name}"):
                self.tap(message, "un")
                self.answered.add(name)


@dataclass(slots=True)
class Specialist(Watched):
    """Takes every case, answers them one after the other by quoting, and sends what he is shown.

    A program killed between a send and its record does not know the message that is quoted, so it asks which case
    was meant; answering one case at a time, he knows.
    """

    names: dict[str, str] = field(default_factory=dict)
    held: list[tuple[str, Message]] = field(default_factory=list)
    answering: str = ""

    def look(self, message: Message) -> None:
        found = re.search(r"\b([2-9A-Y]{5,6}) ·", message.text)
        if self.says(message, "answer.which_case"):
            if self.answering:
                self.tap(message, "for", self.answering)
        elif found is not None:
            self._look_at(found[1], message)
        if not self.answering and self.held:
            self.answering, message = self.held.pop(0)
            self._answers(message)

    def _answers(self, quoted: Message) -> None:
        self.phone.send_text(f"answer to {self.names[self.answering]} .", reply_to=quoted.message_id)

    def _look_at(self, reference: str, message: Message) -> None:
        if reference == self.answering and self.says(message, "answer.send_again"):
            self._answers(message)
        name = re.search(r"Question: (q\d+)", message.text)
        if name:
            self.names[reference] = name[1]
        self._act(message, reference)

    def _act(self, message: Message, reference: str) -> None:
        if self.says(message, "card.from") and self.once(f"ack {reference}"):
            self.tap(message, "ack")
        elif self.says(message, "duty.yours") and self.once(f"answer {reference}"):
            self.held.append((reference, message))
        elif self.says(message, "answer.ask_urgency") and self.once(f"urgency {reference}"):
            self.answering = ""
            self.tap(message, "ur", "within_days 2")
        elif self.says(message, "answer.pick_action") and self.once(f"action {reference}"):
            self.tap(message, "phx", "act.show_doctor")
        elif self.says(message, "answer.preview") and self.once(f"report {reference}"):
            self.tap(message, "rs")


def _another(name: str) -> str:
    """Age and sex of a patient of her own for each case: pictures that fit an open one are asked about."""
    more, age = divmod(int(name[1:]), 80)
    return f"{18 + age} {'MF'[more % 2]}"


class People:
    """Two referrers and the two specialists of the sandbox's world."""

    def __init__(self, vendor: Vendor) -> None:
        self.referrers = [Referrer(vendor.phone(name)) for name in ("asha", "meena")]
        self.specialists = [Specialist(vendor.phone(name)) for name in ("rao", "khan")]
        self._seen: dict[str, int] = {}
        self.wants_more = True

    async def live(self) -> None:
        """For ever: read what is new, act, and begin a case whenever a referrer is free."""
        count = 0
        while True:
            self._read_all()
            for referrer in self.referrers:
                if self.wants_more and referrer.is_free:
                    count += 1
                    referrer.begin(f"q{count}")
            await asyncio.sleep(0.03)

    def _read_all(self) -> None:
        for referrer in self.referrers:
            self._read(referrer)
        for specialist in self.specialists:
            self._read(specialist)

    def _read(self, one: Referrer | Specialist) -> None:
        messages = one.phone.received()
        name = one.phone.spec.id
        for message in messages[self._seen.get(name, 0) :]:
            one.look(message)
        self._seen[name] = len(messages)

    @property
    def sent(self) -> list[str]:
        return [name for referrer in self.referrers for name in referrer.sent]

    @property
    def answered(self) -> set[str]:
        return {name for referrer in self.referrers for name in referrer.answered}

    def last_heard(self) -> str:
        """The ends of their conversations, for a test that fails."""
        return "\n".join(
            f"{one.phone.spec.id} {message.at:%H:%M:%S} {message.text!r}"
            for one in (*self.referrers, *self.specialists)
            for message in one.phone.received()[-12:]
        )
