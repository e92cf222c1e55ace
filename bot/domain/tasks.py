"""Which coordinators are asked about a task and when, and in which order they see what waits: pure rules.

The times are this project's own (clinicians and coordinators confirm them before real use): what presses is asked again
as often as an unowned emergency is paged, everything else seldom enough to be read.
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


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a task matters: its sign, and whether it is told at once and asked again soon."""

    priority: Priority = Priority.ROUTINE
    presses: bool = False


def _minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


_FIRST_PRESSING = (
    Asking(_minutes(0), Audience.ON_SHIFT),
    Asking(_minutes(5), Audience.ON_SHIFT),
    Asking(_minutes(10), Audience.ALL),
)
_FIRST_ROUTINE = (Asking(_minutes(0), Audience.ON_SHIFT), Asking(_minutes(30), Audience.ALL))
_AGAIN_PRESSING, _AGAIN_ROUTINE = _minutes(15), _minutes(240)
_STILL_PRESSING, _STILL_ROUTINE = _minutes(30), _minutes(240)

_AT_ONCE = frozenset(
    {
        TaskKind.UNREAD,
        TaskKind.CANNOT,
        TaskKind.GONE,
        TaskKind.NOT_MINE,
        TaskKind.WRONG_PATIENT,
        TaskKind.RAISED,
        TaskKind.CALL_ME,
    }
)
"""Somebody may be acting on the wrong thing, or on none: these wait for no list."""

_RANKS = (Priority.EMERGENCY, Priority.URGENT, Priority.ROUTINE)


def weight_of(kind: TaskKind, priorities: Collection[Priority], *, corrects: bool) -> Weight:
    """`priorities`: of its case and of the report that it is about; `corrects`: that report is a correction."""
    highest = min(priorities, key=_RANKS.index, default=Priority.ROUTINE)
    presses = corrects or kind in _AT_ONCE or highest is not Priority.ROUTINE
    return Weight(highest, presses)


def place_of(weight: Weight, created_at: datetime) -> tuple[int, bool, datetime]:
    """Where a task stands in the list: emergency, urgent, what presses, then the oldest."""
    return _RANKS.index(weight.priority), not weight.presses, created_at


def asking(number: int, *, presses: bool) -> Asking:
    """The asking of that number, from 0; there is always one more while nobody takes the task."""
    first, again = (_FIRST_PRESSING, _AGAIN_PRESSING) if presses else (_FIRST_ROUTINE, _AGAIN_ROUTINE)
    if number < len(first):
        return first[number]
    return Asking(first[-1].after + (number - len(first) + 1) * again, Audience.ALL)


def asking_at(opened_at: datetime, now: datetime, *, presses: bool) -> int:
    """The number of the last asking that is due by `now`, for a task that was opened at `opened_at`."""
    number = 0
    while opened_at + asking(number + 1, presses=presses).after <= now:
        number += 1
    return number


def next_asking_at(opened_at: datetime, now: datetime, *, presses: bool) -> datetime:
    """When an untaken task is asked about again: always after `now`."""
    number = asking_at(opened_at, now, presses=presses)
    return opened_at + asking(number + 1, presses=presses).after


def still_after(*, presses: bool) -> timedelta:
    """After which time whoever took a task is asked whether it is still hers."""
    return _STILL_PRESSING if presses else _STILL_ROUTINE


def asked(everybody: Sequence[str], on_shift: Collection[str], who: Audience) -> tuple[str, ...]:
    """Ids of the coordinators to ask: those on shift; all of them where nobody is, for silence is no answer."""
    found = tuple(person_id for person_id in everybody if person_id in on_shift)
    return found if found and who is Audience.ON_SHIFT else tuple(everybody)
