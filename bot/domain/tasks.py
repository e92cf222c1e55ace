"""Which coordinators are asked about a task and when, and in which order they see what waits: pure rules.

The times are this project's own (clinicians and coordinators confirm them before real use): an emergency that nobody
has is asked about as often as it is paged; what else presses ever more seldom, about twelve times in a day, for a
message that comes every quarter of an hour is read by nobody; everything else every four hours.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.case import TaskKind
from bot.domain.study import Priority

GATHER = timedelta(minutes=10)
"""Between two lists of what does not press."""


class Audience(StrEnum):
    """Whom an asking goes to."""

    ON_SHIFT = "on_shift"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Asking:
    """One time that coordinators are asked: `after` counts from when the task was opened."""

    after: timedelta
    who: Audience


class Pace(StrEnum):
    """How often coordinators are asked about a task."""

    SELDOM = "seldom"
    SOON = "soon"
    """At once and soon again, then ever more seldom."""
    UNRESTING = "unresting"
    """At once, soon again, and on and on: nobody has the patient."""


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a task matters: its sign, and how often it is asked about; what is not `SELDOM` is told at once."""

    priority: Priority = Priority.ROUTINE
    pace: Pace = Pace.SELDOM

    @property
    def presses(self) -> bool:
        """Whether it waits for no list."""
        return self.pace is not Pace.SELDOM


def _minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


_FIRST_PRESSING = (
    Asking(_minutes(0), Audience.ON_SHIFT),
    Asking(_minutes(5), Audience.ON_SHIFT),
    Asking(_minutes(10), Audience.ALL),
)
_FIRST_SOON = (
    *_FIRST_PRESSING,
    *(Asking(_minutes(count), Audience.ALL) for count in (25, 40, 70, 130)),
)
_FIRST_SELDOM = (Asking(_minutes(0), Audience.ON_SHIFT), Asking(_minutes(30), Audience.ALL))
_SELDOM = _minutes(240)
_FIRST = {
    Pace.SELDOM: (_FIRST_SELDOM, _SELDOM),
    Pace.SOON: (_FIRST_SOON, _SELDOM),
    Pace.UNRESTING: (_FIRST_PRESSING, _minutes(15)),
}
"""The first askings of each pace, and how far apart the later ones are."""
_STILL_LEAST = _minutes(30)

_AT_ONCE = frozenset(
    {
        TaskKind.UNREAD,
        TaskKind.CANNOT,
        TaskKind.GONE,
        TaskKind.NOT_MINE,
        TaskKind.UNCLEAR,
        TaskKind.WRONG_PATIENT,
        TaskKind.RAISED,
        TaskKind.CALL_ME,
        TaskKind.LATER,
        TaskKind.UNHEARD,
    }
)
"""Somebody may be acting on the wrong thing, or on none: these wait for no list."""

_RANKS = (Priority.EMERGENCY, Priority.URGENT, Priority.ROUTINE)


def weight_of(kind: TaskKind, priorities: Collection[Priority], *, corrects: bool) -> Weight:
    """`priorities`: of its case and of the report that it is about; `corrects`: that report is a correction."""
    highest = min(priorities, key=_RANKS.index, default=Priority.ROUTINE)
    if kind is TaskKind.UNOWNED and highest is Priority.EMERGENCY:
        return Weight(highest, Pace.UNRESTING)
    soon = corrects or kind in _AT_ONCE or highest is not Priority.ROUTINE
    return Weight(highest, Pace.SOON if soon else Pace.SELDOM)


def place_of(weight: Weight, created_at: datetime) -> tuple[int, bool, datetime]:
    """Where a task stands in the list: emergency, urgent, what presses, then the oldest."""
    return _RANKS.index(weight.priority), not weight.presses, created_at


def asking(number: int, pace: Pace) -> Asking:
    """The asking of that number, from 0; there is always one more while nobody takes the task."""
    first, again = _FIRST[pace]
    if number < len(first):
        return first[number]
    return Asking(first[-1].after + (number - len(first) + 1) * again, Audience.ALL)


def asking_at(opened_at: datetime, now: datetime, pace: Pace) -> int:
    """The number of the last asking that is due by `now`, for a task that was opened at `opened_at`."""
    number = 0
    while opened_at + asking(number + 1, pace).after <= now:
        number += 1
    return number


def next_asking_at(opened_at: datetime, now: datetime, pace: Pace) -> datetime:
    """When an untaken task is asked about again: always after `now`."""
    number = asking_at(opened_at, now, pace)
    return opened_at + asking(number + 1, pace).after


def still_after(held: timedelta, pace: Pace) -> timedelta:
    """After which time whoever took a task is asked whether it is still hers; `held`: for how long she has it.

    Of what presses first after half an hour, then each time after as long again as she has it by then.
    """
    return _SELDOM if pace is Pace.SELDOM else min(max(held, _STILL_LEAST), _SELDOM)


def asked(everybody: Sequence[str], on_shift: Collection[str], who: Audience) -> tuple[str, ...]:
    """Ids of the coordinators to ask: those on shift; all of them where nobody is, for silence is no answer."""
    found = tuple(person_id for person_id in everybody if person_id in on_shift)
    return found if found and who is Audience.ON_SHIFT else tuple(everybody)
