"""The one waiting loop of all workers: wakes on commit, at the earliest due time, or after two seconds."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.clock import Clock
from bot.logs import get_logger, where
from bot.metrics import Metrics

POLL_SECONDS = 2.0
"""The net under the wake-ups: a lost one costs no more than this."""

_SHORTEST = 0.01
_LONGEST_BACKOFF = 5.0
_DRAIN_SECONDS = 10.0

_log = get_logger("loop")


@dataclass(frozen=True, slots=True)
class Look:
    """What a look for work came to: how much was begun, and when to look again, wake-ups apart (None: any time).

    Both are read in one transaction: a look that finds nothing is most of what an idle service does.
    """

    begun: int
    next_at: datetime | None


class Worker(Protocol):
    """What a loop needs of a worker."""

    name: str
    queues: frozenset[str]
    """Notices of a commit (`UnitOfWork.notices`) that mean work for it."""

    async def begin(self, now: datetime) -> Look:
        """Take what is due and begin it. Slow things go on by themselves."""
        ...

    async def step(self, now: datetime) -> int:
        """As `begin`, and wait until all of it is finished; how much it was."""
        ...

    async def next_due(self, now: datetime) -> datetime | None:
        """The first instant after `now` at which something will be due."""
        ...

    async def recover(self, now: datetime) -> None:
        """Take over what a dead process left, where no other can be alive."""
        ...

    async def drain(self, timeout_seconds: float | None = None) -> bool:
        """Finish what is begun; whether it was in time."""
        ...


class Loop:
    """Calls a worker whenever there may be something to do, until it is stopped."""

    def __init__(
        self, worker: Worker, *, clock: Clock, metrics: Metrics, poll_seconds: float = POLL_SECONDS
    ) -> None:
        """Make it inside the running event loop; hand `notice` to `Database.on_commit`."""
        self._worker = worker
        self._clock = clock
        self._metrics = metrics
        self._poll = poll_seconds
        self._wake = asyncio.Event()
        self._events = asyncio.get_running_loop()
        self._stopping = False
        self._failures = 0

    def notice(self, notices: frozenset[str]) -> None:
        """A transaction was committed (any thread)."""
        if not notices.isdisjoint(self._worker.queues):
            self.wake()

    def wake(self) -> None:
        """Look now (any thread)."""
        if not self._events.is_closed():
            self._events.call_soon_threadsafe(self._wake.set)

    async def run(self) -> None:
        """Until `stop`; then what is in flight is finished, for ten seconds at most."""
        await self._worker.recover(self._clock.now())
        while not self._stopping:
            self._wake.clear()
            pause = await self._turn()
            if pause > 0 and not self._stopping:
                await self._wait(pause)
        if not await self._worker.drain(_DRAIN_SECONDS):
            _log.warning("drain_cut_short", worker=self._worker.name)

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping = True
        self._wake.set()

    async def _turn(self) -> float:
        """One look for work; how many seconds to wait before the next."""
        try:
            due = (await self._worker.begin(self._clock.now())).next_at
        except Exception as error:  # noqa: BLE001 - a worker's loop outlives every error
            return await self._failed(error)
        self._failures = 0
        if due is None:
            return self._poll
        return min(self._poll, max(_SHORTEST, (due - self._clock.now()).total_seconds()))

    async def _failed(self, error: Exception) -> float:
        self._failures += 1
        self._metrics.failures.labels(self._worker.name).inc()
        if self._failures == 1:
            _log.error(
                "worker_failed", worker=self._worker.name, error=type(error).__name__, where=where(error)
            )
        pause = min(_LONGEST_BACKOFF, 0.1 * 2.0**self._failures)
        # Wake-ups do not cut a back-off short: commits of others would turn it into a spin.
        await asyncio.sleep(pause)
        return _SHORTEST

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return
