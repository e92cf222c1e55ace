"""The network between a phone and its vendor: slow or none at all, first in, first out."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

SLOW_BITS_A_SECOND = 100_000


@dataclass(slots=True)
class Transfer:
    """Bytes on their way and what happens when the last has passed."""

    size: int
    land: Callable[[], None]
    entry: Any = None
    """What of the screen it is about, the phone's own business."""


@dataclass(slots=True)
class Lane:
    """One direction of a phone's network: first in, first out."""

    queue: deque[Transfer] = field(default_factory=deque)
    began: datetime | None = None

    def ready(self, now: datetime, rate: int) -> Transfer | None:
        """The next transfer that has passed at `now`; `rate` in bits a second, 0 is at once."""
        if not self.queue:
            self.began = None
            return None
        due = self.due(rate) if self.began else None
        if rate and due is None:
            self.began = now
            due = self.due(rate)
        if due and due > now:
            return None
        self.began = due if rate else None
        return self.queue.popleft()

    def due(self, rate: int) -> datetime | None:
        """When the head will have passed; None when nothing is on its way."""
        if not (self.queue and self.began and rate):
            return None
        return self.began + timedelta(seconds=self.queue[0].size * 8 / rate)

    def progress(self, now: datetime, rate: int) -> float:
        """How much of the head has passed, 0 to 1."""
        if not (self.queue and self.began and rate and self.queue[0].size):
            return 0.0
        passed = (now - self.began).total_seconds() * rate / 8
        return min(1.0, max(0.0, passed / self.queue[0].size))


class Networked:
    """What every phone has: airplane mode, a slow network, and the bytes on their way in both directions."""

    def __init__(self, *, now: Callable[[], datetime], changed: Callable[[], None]) -> None:
        """`changed` is called when the person has switched something."""
        self.airplane = False
        self.slow = False
        self._now = now
        self._changed_network = changed
        self._up = Lane()
        self._down = Lane()

    def set_network(self, *, airplane: bool | None = None, slow: bool | None = None) -> None:
        """Airplane mode holds both directions back; slow is 100 kbit/s."""
        self.airplane = self.airplane if airplane is None else airplane
        self.slow = self.slow if slow is None else slow
        self.pump(self._now())
        self._changed_network()

    def pump(self, now: datetime) -> None:
        """Let pass what has had its time."""
        if self.airplane:
            self._up.began = self._down.began = None
            return
        for lane in (self._up, self._down):
            while transfer := lane.ready(now, self._rate):
                transfer.land()

    def next_due(self) -> datetime | None:
        """When the next bytes will have passed."""
        times = [] if self.airplane else [lane.due(self._rate) for lane in (self._up, self._down)]
        return min((time for time in times if time), default=None)

    @property
    def _rate(self) -> int:
        return SLOW_BITS_A_SECOND if self.slow else 0
