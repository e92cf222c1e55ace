"""Who is paged when, until somebody owns the case: pure rules over a policy that the case copied when it opened.

The default times are those of the project's on-call research (clinicians confirm them before real use).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.study import Priority


class Who(StrEnum):
    """Whom a step pages; resolved to people when the step is taken, never before."""

    PRIMARY = "primary"
    BACKUP = "backup"
    POOL = "pool"
    COORDINATOR = "coordinator"


class Way(StrEnum):
    """How a step reaches a person."""

    CHAT = "chat"
    SMS = "sms"
    VOICE = "voice"


PHONE_WAYS = (Way.SMS, Way.VOICE)
"""The ways that go to a phone's number, in the order in which a step uses them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `after` counts from the beginning of the round."""

    after: timedelta
    who: Who
    ways: tuple[Way, ...] = (Way.CHAT,)


@dataclass(frozen=True, slots=True)
class Policy:
    """Steps in order of `after`; `pause` lies between the last step and the next round, and grows (`pause_after`).

    `report_due` and `reopen` count from the acknowledgement: first a reminder, then the case goes to the next.
    """

    steps: tuple[Step, ...]
    pause: timedelta
    report_due: timedelta
    reopen: timedelta


def ways_for(step: Step, *, possible: Collection[Way], has_card: bool) -> tuple[Way, ...]:
    """By which ways a step reaches somebody, the chat first.

    `possible`: the phone's ways that this service offers and she has a number for. A call sends her to her chat, so the
    card must be there: it goes out with the first page, whatever the step says. A step none of whose ways is possible
    falls back on the chat too, rather than reaching nobody.
    """
    phone = tuple(way for way in PHONE_WAYS if way in step.ways and way in possible)
    in_chat = Way.CHAT in step.ways or not has_card or not phone
    return (Way.CHAT, *phone) if in_chat else phone


def minutes(count: float) -> timedelta:
    """That many minutes."""
    return timedelta(minutes=count)


DEFAULT_POLICIES = {
    Priority.EMERGENCY: Policy(
        steps=(
            Step(minutes(0), Who.PRIMARY),
            Step(minutes(1), Who.PRIMARY),
            Step(minutes(2), Who.BACKUP),
            Step(minutes(4), Who.POOL),
            Step(minutes(4), Who.COORDINATOR),
        ),
        pause=minutes(5),
        report_due=minutes(15),
        reopen=minutes(20),
    ),
    Priority.URGENT: Policy(
        steps=(
            Step(minutes(0), Who.PRIMARY),
            Step(minutes(5), Who.PRIMARY),
            Step(minutes(10), Who.BACKUP),
            Step(minutes(20), Who.POOL),
            Step(minutes(20), Who.COORDINATOR),
        ),
        pause=minutes(15),
        report_due=minutes(60),
        reopen=minutes(90),
    ),
    Priority.ROUTINE: Policy(
        steps=(
            Step(minutes(0), Who.PRIMARY),
            Step(minutes(30), Who.PRIMARY),
            Step(minutes(60), Who.BACKUP),
            Step(minutes(120), Who.POOL),
            Step(minutes(120), Who.COORDINATOR),
        ),
        pause=minutes(240),
        report_due=minutes(24 * 60),
        reopen=minutes(30 * 60),
    ),
}


LONGEST_PAUSE = minutes(240)
"""Between two rounds of a case that is no emergency, unless its pool's policy says that it is longer."""
FULL_ROUNDS = 2
"""Rounds in which every step is taken, whatever the priority."""
_SEVERAL_DOUBLINGS = 8
"""After so many the longest pause is reached from a minute."""

NOBODY_YET = {Priority.EMERGENCY: minutes(4), Priority.URGENT: minutes(20)}
"""After which time its referrer hears that nobody has a case yet, whatever the pool's policy; not in a routine one."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the escalation of a case stands; `step` is the next one to take."""

    round: int
    step: int
    round_at: datetime


def start(now: datetime) -> Position:
    """The beginning of the first round."""
    return Position(round=0, step=0, round_at=now)


def pause_after(policy: Policy, position: Position, priority: Priority) -> timedelta:
    """How long nobody is asked after a round: twice as long each time, four hours at most; in an emergency as at first.

    A message that comes every quarter of an hour for a day is read by nobody.
    """
    least = max(policy.pause, minutes(1))
    if priority is Priority.EMERGENCY:
        return least
    longest = max(least, LONGEST_PAUSE)
    return longest if position.round >= _SEVERAL_DOUBLINGS else min(least * 2**position.round, longest)


def is_enough(case_round: int, priority: Priority) -> bool:
    """Whether one chat message to a person is enough in this round: later ones, of what is no emergency."""
    return case_round >= FULL_ROUNDS and priority is not Priority.EMERGENCY


def due_at(policy: Policy, position: Position) -> datetime:
    """When the next step is to be taken. There is always one: rounds go on while nobody owns the case."""
    return position.round_at + policy.steps[position.step].after


def following(policy: Policy, position: Position, now: datetime, priority: Priority) -> Position:
    """The position after its step was taken at `now`: the next step, or the next round after the pause."""
    if position.step + 1 < len(policy.steps):
        return Position(round=position.round, step=position.step + 1, round_at=position.round_at)
    return Position(round=position.round + 1, step=0, round_at=now + pause_after(policy, position, priority))


def hastened(policy: Policy, position: Position, now: datetime) -> Position:
    """The position with its next step due at once, later steps as far behind it as the policy says."""
    return Position(
        round=position.round, step=position.step, round_at=now - policy.steps[position.step].after
    )
