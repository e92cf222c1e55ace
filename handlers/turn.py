"""A turn: one event of one person handled at one instant, and the reply that a handler returns."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.case import Case
from bot.domain.people import Person
from bot.domain.words import Vocabulary
from bot.language.phrasebook import Phrasebook
from bot.messages import (
    Address,
    Capabilities,
    Choice,
    Drawing,
    InboundEvent,
    Line,
    MediaRef,
    channel_of,
)
from bot.services.wording import case_line
from handlers.state import Idle, State
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What dialogues know beside the database: what people may type, the phrases, the languages on offer."""

    vocabulary: Vocabulary
    phrasebook: Phrasebook
    languages: tuple[str, ...]
    bot_links: tuple[tuple[str, str], ...] = ()
    """By channel, the deep link that an invitation's code is appended to."""
    channels: tuple[tuple[str, Capabilities], ...] = ()
    """By channel, what it can do."""

    def takes_numbers(self, address: Address) -> bool:
        """Whether choices may stand at an address as numbers to type."""
        return any(can.numbers for can in self._at(address))

    def quotes(self, address: Address) -> bool:
        """Whether a message to an address can quote an earlier one."""
        return any(can.quotes for can in self._at(address))

    def _at(self, address: Address) -> tuple[Capabilities, ...]:
        return tuple(can for channel, can in self.channels if channel == channel_of(address))


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything a handler may use; `now` was read once, `before` is when the person was last heard from here."""

    uow: UnitOfWork
    now: datetime
    address: Address
    person: Person
    state: State
    knowledge: Knowledge
    event: InboundEvent
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """One message back to the person of the turn; the fields are those of `OutboundMessage`.

    A `key` is for a message that later ones replace; without one it gets a new one.
    """

    body: tuple[Line, ...]
    choices: tuple[Choice, ...] = ()
    media: tuple[MediaRef, ...] = ()
    drawing: Drawing | None = None
    case_id: str | None = None
    reference: str | None = None
    about: str = ""
    topic: str | None = None
    key: str = ""
    quotes: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler returns: messages to the person of the turn, and what is open with her now (None: as before)."""

    says: tuple[Say, ...] = ()
    state: State | None = None


NOTHING = Reply()
"""No answer and no change."""


def say(*lines: Line, choices: tuple[Choice, ...] = (), state: State | None = None) -> Reply:
    """One plain message."""
    return Reply((Say(lines, choices=choices),), state)


def done(*lines: Line) -> Reply:
    """One plain message, after which nothing is open."""
    return Reply((Say(lines),), Idle())


def say_about(
    case: Case, *lines: Line, choices: tuple[Choice, ...] = (), state: State | None = None, key: str = ""
) -> Reply:
    """One message about a case, begun by its line; a reply that quotes it is about the case too."""
    body = (case_line(case), *lines)
    message = Say(body, choices=choices, case_id=case.id, reference=case.reference, about="case", key=key)
    return Reply((message,), state)


@dataclass(frozen=True, slots=True)
class Action:
    """A tapped choice: its verb and its arguments (`send K7F3X 4`)."""

    verb: str
    args: tuple[str, ...] = field(default=())

    @classmethod
    def parse(cls, action: str) -> "Action":
        """The action as a choice carries it."""
        verb, *args = action.split(" ")
        return cls(verb, tuple(args))

    def arg(self, place: int) -> str:
        """The argument of that place, empty where there is none: an old button may know fewer."""
        return self.args[place] if place < len(self.args) else ""
