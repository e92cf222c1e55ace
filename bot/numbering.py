"""Choices that a button can carry, as they are shown one below the other, and which number means which."""

from collections.abc import Sequence
from itertools import count

from bot.messages import Choice

ACTION_LIMIT = 47
"""Bytes of an action; with a sign and 16 letters of proof it fills the 64 bytes of Telegram, the least limit of all."""


def can_carry(action: str) -> bool:
    """Whether a button of any channel can carry it; what is made of our own keys always fits (`tests/channels`)."""
    return action.isascii() and 0 < len(action) <= ACTION_LIMIT


def carried(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """The choices that are offered: a message never waits for one that no button can carry."""
    return tuple(choice for choice in choices if can_carry(choice.action))


def in_rows(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Choices in the order in which they are shown."""
    return tuple(sorted(carried(choices), key=lambda choice: choice.row))


def numbered(choices: Sequence[Choice]) -> tuple[tuple[int, Choice], ...]:
    """Choices in the order in which they are shown, each with the number that means it when typed.

    That is its own `number` or else its place, from 1; a place that is another's own number is passed over, so that
    one number means one choice.
    """
    taken = {choice.number for choice in choices if choice.number is not None}
    pairs = []
    for place, choice in enumerate(in_rows(choices), 1):
        number = choice.number
        if number is None:
            number = next(free for free in count(place) if free not in taken)
            taken.add(number)
        pairs.append((number, choice))
    return tuple(pairs)
