"""Turns due timers into events. APScheduler only ticks: what is due is always a row."""

from datetime import datetime
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.logs import get_logger, where
from bot.metrics import Metrics
from bot.workers.loop import Look, Loop
from bot.workers.retention import Retention
from bot.workers.takeover import LOOK_SECONDS, TakeOver
from storage.claim import Depth
from storage.engine import Database
from storage.unit_of_work import UnitOfWork

_log = get_logger("schedule")


class ScheduleWorker:
    """The timer sweep."""

    name = "schedule"
    queues = frozenset({"timers"})

    def __init__(self, database: Database) -> None:
        """Any number of processes may sweep."""
        self._database = database

    async def begin(self, now: datetime) -> Look:
        """Put the due timers' events into the inbox."""
        return await self._database.run(partial(_swept, now))

    async def step(self, now: datetime) -> int:
        """As `begin`: nothing goes on afterwards."""
        return (await self.begin(now)).begun

    async def next_due(self, now: datetime) -> datetime | None:  # noqa: ARG002 - the sweep took what is before
        """The earliest timer."""
        return await self._database.read(lambda uow: uow.timers.next_due())

    async def recover(self, now: datetime) -> None:
        """Nothing is ever taken."""

    async def drain(self, timeout_seconds: float | None = None) -> bool:  # noqa: ARG002
        """Nothing goes on."""
        return True


def _swept(now: datetime, uow: UnitOfWork) -> Look:
    due = uow.timers.next_due()
    if due is None or due > now:
        return Look(0, due)
    return Look(uow.timers.sweep(now), uow.timers.next_due())


class Ticks:
    """The regular beats: the sweep's net, retention and the figures for the metrics.

    Leases need no reaper: the end of a lease is the row's due time, and every claim looks at it. They are long,
    so where others can die (PostgreSQL) their rows are taken over sooner.
    """

    def __init__(
        self, database: Database, *, sweep: Loop, retention: Retention, clock: Clock, metrics: Metrics
    ) -> None:
        """`sweep` is the loop of the `ScheduleWorker`."""
        self._database = database
        self._sweep = sweep
        self._retention = retention
        self._takeover = None if database.exclusive else TakeOver(database)
        self._clock = clock
        self._metrics = metrics
        # From memory, never missed, never twice at once (research: reliability §1).
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Begin ticking, inside the running event loop."""
        self._scheduler.add_job(self._tick, "interval", seconds=1)
        self._scheduler.add_job(self.measure, "interval", seconds=15)
        self._scheduler.add_job(self.forget, "interval", minutes=10)
        if self._takeover is not None:
            self._scheduler.add_job(
                self.take_over, "interval", seconds=LOOK_SECONDS, next_run_time=self._clock.now()
            )
        self._scheduler.start()

    def stop(self) -> None:
        """No more ticks."""
        self._scheduler.shutdown(wait=False)

    async def _tick(self) -> None:
        self._metrics.heartbeat.set(self._clock.now().timestamp())
        self._sweep.wake()

    async def measure(self) -> None:
        """Set the queues' depth and age."""
        now = self._clock.now()
        depths, parked = await self._database.read(lambda uow: (_depths(uow), uow.outbox.parked()))
        self._metrics.parked.set(parked)
        for queue, depth in depths.items():
            age = 0.0 if depth.oldest_due is None else max(0.0, (now - depth.oldest_due).total_seconds())
            self._metrics.queue_depth.labels(queue).set(depth.live)
            self._metrics.queue_age.labels(queue).set(age)
            self._metrics.queue_dead.labels(queue).set(depth.dead)

    async def take_over(self) -> None:
        """One look for processes that died."""
        assert self._takeover is not None
        try:
            await self._takeover.step(self._clock.now())
        except Exception as error:  # noqa: BLE001 - the next look tries again
            self._metrics.failures.labels("takeover").inc()
            _log.warning("takeover_failed", error=type(error).__name__, where=where(error))

    async def forget(self) -> None:
        """One pass of retention."""
        try:
            await self._retention.step(self._clock.now())
        except Exception as error:  # noqa: BLE001 - the next pass tries again
            self._metrics.failures.labels("retention").inc()
            _log.error("retention_failed", error=type(error).__name__, where=where(error))


def _depths(uow: UnitOfWork) -> dict[str, Depth]:
    return {
        "inbox": uow.inbox.depth(),
        "outbox": uow.outbox.depth(),
        "work": uow.work.depth(),
        "timers": uow.timers.depth(),
    }
