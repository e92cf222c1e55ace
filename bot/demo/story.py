"""A story in plain data: who does what with which phone, and every message that comes of it."""

from dataclasses import dataclass
from enum import StrEnum


class Does(StrEnum):
    """What happens in a step."""

    SENDS = "sends"
    TYPES = "types"
    TAPS = "taps"
    SPEAKS = "speaks"
    LOSES_NETWORK = "loses network"
    HAS_NETWORK = "has network"
    WAITS = "waits"


@dataclass(frozen=True, slots=True)
class Expected:
    """A message that a phone must show: the msgid of one of its lines, or words that it must quote."""

    phone: str
    says: str


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does with a phone (`phone` blank: time passes), and all that comes of it, in order by phone.

    `what`: words, a caption, the verb of a button (and its last arguments); `samples` are pictures of the sandbox;
    `minutes` pass and bring what they bring.
    """

    phone: str
    does: Does
    what: str = ""
    then: tuple[Expected, ...] = ()
    samples: tuple[str, ...] = ()
    minutes: float = 0.0


@dataclass(frozen=True, slots=True)
class Story:
    """A day: it begins at `at` (hour:minute in India); `worker` is the phone whose messages and bytes are counted."""

    name: str
    title: str
    at: str
    worker: str
    steps: tuple[Step, ...]


def sends(phone: str, *samples: str, caption: str = "", then: str = "") -> Step:
    """Pictures; several at once are an album where the messenger has albums."""
    return Step(phone, Does.SENDS, caption, heard(then), samples)


def types(phone: str, words: str, then: str = "") -> Step:
    """Words."""
    return Step(phone, Does.TYPES, words, heard(then))


def taps(phone: str, button: str, then: str = "") -> Step:
    """The newest button with this verb (and these last arguments)."""
    return Step(phone, Does.TAPS, button, heard(then))


def speaks(phone: str, then: str = "") -> Step:
    """A voice note."""
    return Step(phone, Does.SPEAKS, "", heard(then), ("voice",))


def loses_network(phone: str) -> Step:
    """What is sent and received waits."""
    return Step(phone, Does.LOSES_NETWORK)


def has_network(phone: str, then: str = "") -> Step:
    """What waited arrives."""
    return Step(phone, Does.HAS_NETWORK, "", heard(then))


def waits(minutes: float, then: str = "") -> Step:
    """Time passes."""
    return Step("", Does.WAITS, "", heard(then), (), minutes)


def takes(phone: str, *, of: str) -> Step:
    """A specialist has the case of the worker at `of`."""
    return taps(phone, "ack", f"{of}: refer.has_it\n{phone}: duty.yours")


def answers(phone: str, words: str, urgency: str, action: str, *, to: str) -> tuple[Step, ...]:
    """A specialist writes, chooses how urgent it is and what to do, and sends it to the worker at `to`.

    `urgency` is a token of the phrasebook (`within_hours 6`), `action` a phrase without its `act.`.
    """
    return (
        types(phone, words, f"{phone}: answer.ask_urgency"),
        *chooses(phone, urgency, action),
        sends_answer(phone, words, to=to),
    )


def chooses(phone: str, urgency: str, action: str, then: str = "answer.preview") -> tuple[Step, Step]:
    """How urgent it is and what to do, of an answer whose words are there."""
    return (
        taps(phone, f"ur {urgency}", f"{phone}: answer.pick_action"),
        taps(phone, f"phx act.{action}", f"{phone}: {then}"),
    )


def sends_answer(phone: str, words: str, *, to: str) -> Step:
    """The answer that was looked at; the worker at `to` reads these words."""
    return taps(phone, "rs", f"{to}: {words}\n{phone}: answer.sent")


def does_it(phone: str, *, of: str) -> Step:
    """The worker does what the specialist at `of` wrote."""
    return taps(phone, "dg", f"{phone}: loop.thanks_doing\n{of}: loop.doing_from")


def understands(phone: str, *, of: str) -> Step:
    """The worker has understood what the specialist at `of` wrote."""
    return taps(phone, "un", f"{phone}: follow.thanks\n{of}: answer.was_understood")


def closes(phone: str) -> Step:
    """The case is closed."""
    return taps(phone, "cl", f"{phone}: follow.closed")


def heard(lines: str) -> tuple[Expected, ...]:
    """`phone: msgid or words`, one a line."""
    parts = [line.strip().partition(": ") for line in lines.strip().splitlines()]
    return tuple(Expected(phone, says) for phone, _, says in parts)
