"""The only place that reads the time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where `now` comes from: the machine's clock in the service, a hand-moved one in tests."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class ManualClock:
    """A clock that stands still until it is moved, for tests and the simulator."""

    instant: datetime

    def now(self) -> datetime:
        """The instant it was last moved to."""
        return self.instant

    def advance(self, by: timedelta) -> datetime:
        """Move forward and return the new instant; a clock never goes back here."""
        if by < timedelta(0):
            msg = "a clock moves forward only"
            raise ValueError(msg)
        self.instant += by
        return self.instant
