"""When the sender of a draft is reminded that it was not sent, and when coordinators have to know: pure rules.

The times are those that the service promises (DESIGN §6, truth 14). All of them count from the sender's own last touch,
never from what her phone or a channel did meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.facts import Facts
from bot.domain.study import Priority

LIFE = timedelta(hours=24)
"""How long a draft is kept after the last touch."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long nothing may happen before the sender is reminded, and before it is a coordinator's task."""

    remind: timedelta
    task: timedelta


USUAL = Waits(timedelta(minutes=3), timedelta(minutes=15))
EMERGENCY = Waits(timedelta(minutes=1), timedelta(minutes=2))


@dataclass(frozen=True, slots=True)
class Unsent:
    """A draft as these rules see it; `touched_at` is when its sender last did something about it."""

    touched_at: datetime
    has_pictures: bool
    is_emergency: bool = False
    is_called_one: bool = False
    """She said herself that it is an emergency: then somebody has to know, pictures or not."""

    @property
    def remind_at(self) -> datetime | None:
        """When its sender is told that it was not sent; None where there is nothing that anybody could miss."""
        return self.touched_at + self._waits.remind if self._would_be_missed else None

    @property
    def task_at(self) -> datetime | None:
        """When it becomes a coordinator's task."""
        return self.touched_at + self._waits.task if self._would_be_missed else None

    @property
    def _would_be_missed(self) -> bool:
        return self.has_pictures or self.is_called_one

    @property
    def _waits(self) -> Waits:
        return EMERGENCY if self.is_emergency else USUAL


def has_emergency_word(facts: Facts) -> bool:
    """Whether she said that it is an emergency, or wrote of a sign of one."""
    return Priority.EMERGENCY in (facts.priority, facts.proposed)


def is_over(touched_at: datetime, now: datetime) -> bool:
    """Whether a draft has had its time."""
    return now - touched_at >= LIFE
