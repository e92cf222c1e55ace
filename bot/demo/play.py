"""Plays a story and compares every message with what it expects."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from bot.language.catalogue import entries_of, read_catalogue
from bot.language.folder import LOCALES

from .phones import Seen
from .stage import Stage
from .story import Does, Expected, Step, Story

BOT = "bot"

BETWEEN = timedelta(seconds=8)
"""What somebody needs to read, before she does the next thing."""

PATIENCE = timedelta(seconds=20)
"""How much longer she looks at the phone for what has not come."""

AFTERWARDS = timedelta(minutes=1)
"""How long is waited after the last step for messages that nobody expects."""

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@dataclass(frozen=True, slots=True)
class Event:
    """One message from or to a phone; `bytes` are those of its text and file, `buttons` what can be tapped."""

    story: str
    at: datetime
    sender: str
    receiver: str
    channel: str
    text: str
    bytes: int
    buttons: tuple[str, ...] = ()
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """What a day cost its health worker."""

    messages: int
    taps: int
    sent: int
    bytes_received: int


@dataclass(slots=True)
class Transcript:
    """What happened, of one story or of several."""

    events: list[Event] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything came that was expected, and nothing else."""
        return not self.missing and not self.unexpected

    def add(self, other: "Transcript") -> None:
        """Another story's, behind this."""
        self.events += other.events
        self.missing += other.missing
        self.unexpected += other.unexpected


def counts(story: Story, events: Sequence[Event]) -> Counts:
    """What the story's health worker heard, tapped, wrote and received; a change of a message is no message."""
    hers = [one for one in events if one.story == story.name]
    heard = [one for one in hers if one.receiver == story.worker and not one.changed]
    done = [one for one in hers if one.sender == story.worker]
    taps = sum(one.text.startswith("[tap]") for one in done)
    return Counts(len(heard), taps, len(done) - taps, sum(one.bytes for one in heard))


async def play(stage: Stage, story: Story) -> Transcript:
    """Play it to its end, or to the first step after which something is missing."""
    player = _Player(stage, story)
    for step in story.steps:
        if not await player.play(step):
            break
    else:
        await player.listen()
    return player.transcript


class _Player:
    """Does a step, then looks at all phones until everything that is expected has come."""

    def __init__(self, stage: Stage, story: Story) -> None:
        self.transcript = Transcript()
        self._stage = stage
        self._phones = stage.phones
        self._story = story

    async def play(self, step: Step) -> bool:
        """Whether all of it came in time."""
        if not await self._do(step):
            self._miss(f"{step.phone}: {step.does} {step.what}")
            return False
        waiting = list(step.then)
        await self._stage.settle()
        await self._hear(waiting)
        await self._pass(step, waiting)
        for one in waiting:
            self._miss(f"{one.phone}: {one.says}")
        return not waiting

    async def listen(self) -> None:
        """Wait for what nobody expects."""
        await self._until(self._stage.clock.now() + AFTERWARDS, [], whole=True)

    async def _pass(self, step: Step, waiting: list[Expected]) -> None:
        pause = timedelta(minutes=step.minutes) if step.does is Does.WAITS else BETWEEN
        await self._until(self._stage.clock.now() + pause, waiting, whole=True)
        await self._until(self._stage.clock.now() + PATIENCE, waiting, whole=False)

    async def _until(self, end: datetime, waiting: list[Expected], *, whole: bool) -> None:
        """Let time pass to `end`, or (not `whole`) to when all has come."""
        while whole or waiting:
            more = await self._stage.hop(end)
            await self._hear(waiting)
            if not more:
                return

    async def _do(self, step: Step) -> bool:
        phone, phones = step.phone, self._phones
        match step.does:
            case Does.SENDS | Does.SPEAKS:
                size = await phones.send(phone, step.samples, step.what)
                shown = "".join(f"[{_kind(step)}] " for _ in step.samples)
                self._note(phone, BOT, f"{shown}{step.what}", size)
            case Does.TYPES:
                self._note(phone, BOT, step.what, await phones.type(phone, step.what))
            case Does.TAPS:
                label = await phones.tap(phone, step.what)
                if label:
                    self._note(phone, BOT, f"[tap] {label}", 0)
                return bool(label)
            case Does.LOSES_NETWORK | Does.HAS_NETWORK:
                off = step.does is Does.LOSES_NETWORK
                await phones.network(phone, airplane=off)
                self._note(phone, phone, "[no network]" if off else "[network again]", 0)
            case Does.WAITS:
                pass
        return True

    async def _hear(self, waiting: list[Expected]) -> None:
        for seen in await self._phones.new():
            self._note(
                *(BOT, seen.phone, seen.text, seen.bytes),
                channel=seen.channel,
                buttons=seen.buttons,
                changed=seen.changed,
            )
            if not seen.changed:
                self._check(seen, waiting)

    def _check(self, seen: Seen, waiting: list[Expected]) -> None:
        first = next((one for one in waiting if one.phone == seen.phone), None)
        if first is not None and pattern(first.says, self._phones.language(seen.phone)).search(seen.text):
            waiting.remove(first)
        else:
            self.transcript.unexpected.append(f"{self._story.name}: {seen.phone}: {seen.text}")

    def _miss(self, what: str) -> None:
        self.transcript.missing.append(f"{self._story.name}: {what}")

    def _note(
        self,
        sender: str,
        receiver: str,
        text: str,
        size: int,
        *,
        channel: str = "",
        buttons: tuple[str, ...] = (),
        changed: bool = False,
    ) -> None:
        now = self._stage.clock.now()
        over = channel or self._phones.channel(sender if receiver == BOT else receiver)
        made = Event(self._story.name, now, sender, receiver, over, text, size, buttons, changed)
        self.transcript.events.append(made)


def _kind(step: Step) -> str:
    return "voice" if step.does is Does.SPEAKS else "photo"


def pattern(says: str, language: str) -> re.Pattern[str]:
    """A msgid's text in that language with anything in its placeholders, or the words themselves."""
    forms = _texts(language).get(says) or _texts("en").get(says, (says,))
    return re.compile("|".join(r"[\s\S]*?".join(map(re.escape, _PLACEHOLDER.split(form))) for form in forms))


@cache
def _texts(language: str) -> dict[str, tuple[str, ...]]:
    return {msgid: forms for msgid, forms, _ in entries_of(read_catalogue(LOCALES, language))}
