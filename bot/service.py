"""Everything that runs in one process, begun and ended in order."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from bot.channels.base import Received
from bot.channels.telegram.poller import Poller
from bot.clock import Clock
from bot.control import PING, CommandError, ControlServer
from bot.logs import get_logger
from bot.media_client import MediaClient
from bot.metrics import Metrics
from bot.serving import HttpServer
from bot.vendors import Upkeep
from bot.web import Readiness, Web
from bot.workers.deliver import DeliverWorker
from bot.workers.loop import Loop, Worker
from bot.workers.prepare import PrepareWorker
from bot.workers.retention import Retention
from bot.workers.schedule import ScheduleWorker, Ticks
from storage import migrate
from storage.engine import Database
from storage.unit_of_work import UnitOfWork

_NO_BEAT_AFTER = 15.0
_DRAIN_SECONDS = 9.0
"""With the web's part it makes the ten seconds that supervisors wait."""

_log = get_logger("service")

Command = Callable[[UnitOfWork, Mapping[str, Any], datetime], object]
"""What operators ask for, in one transaction; its result goes out as JSON, a CommandError as a sentence."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the service listens; `control` None: operators' commands go to the database, not through a service."""

    host: str
    port: int
    control: Path | None


class Intake:
    """Stores updates, from the webhook or the poller alike."""

    def __init__(self, database: Database, metrics: Metrics) -> None:
        """What is stored is counted."""
        self._database = database
        self._metrics = metrics

    async def receive(self, received: Received) -> None:
        """Durable when it returns."""
        await self._database.run(partial(_append, received))
        self._metrics.received.labels(received.channel).inc()


def _append(received: Received, uow: UnitOfWork) -> bool:
    envelope = received.envelope
    return uow.inbox.append(
        received.channel, envelope.vendor_id, envelope.lane, received.raw, received.received_at
    )


class Health:
    """Whether the service can do its work; the service tells it what runs."""

    def __init__(self, database: Database, *, url: str, clock: Clock, metrics: Metrics) -> None:
        """`url`: the database's, for its migrations."""
        self._database = database
        self._url = url
        self._clock = clock
        self._metrics = metrics
        self.running: Sequence[asyncio.Task[None]] = ()
        self.poller: Poller | None = None

    async def readiness(self) -> Readiness:
        """Each part with what is wrong with it."""
        return Readiness(
            {
                "database": await self._database_problem(),
                "workers": self._worker_problem(),
                "telegram": self._poller_problem(),
            }
        )

    async def _database_problem(self) -> str:
        try:
            await self._database.run(lambda uow: uow.inbox.depth())
            current = await asyncio.to_thread(migrate.current, self._url)
        except Exception as error:  # noqa: BLE001 - whatever it is, this is the place that says so
            return f"not writable ({type(error).__name__})"
        return "" if current == migrate.newest() else "migrations are missing"

    def _worker_problem(self) -> str:
        if not self.running:
            return ""
        beat = self._metrics.registry.get_sample_value("scanrelay_heartbeat_timestamp_seconds") or 0.0
        silent = self._clock.now().timestamp() - beat > _NO_BEAT_AFTER
        return "not beating" if silent or any(task.done() for task in self.running) else ""

    def _poller_problem(self) -> str:
        stale = self.poller is not None and self.poller.is_stale(self._clock.now())
        return "no answer to a poll lately" if stale else ""


class Connection(Protocol):
    """A channel's connections to its vendor, opened before the first request and closed at the end."""

    async def start(self) -> None:
        """Open them; asks nothing of the vendor."""
        ...

    async def stop(self) -> None:
        """Close them."""
        ...


class Service:
    """`start`, then `drain`, then `stop`."""

    def __init__(
        self,
        *,
        place: Place,
        database: Database,
        connections: Sequence[Connection],
        workers: Sequence[Worker],
        retention: Retention,
        web: Web | None,
        health: Health,
        media: MediaClient,
        commands: Mapping[str, Command],
        upkeep: Sequence[Upkeep],
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        """`workers` empty or `web` None: the other half runs elsewhere. `upkeep` runs once all else does."""
        self.database, self.workers, self.metrics = database, workers, metrics
        self._place = place
        self._connections = connections
        self.retention = retention
        self._web = web
        self._health = health
        self._media = media
        self._commands = commands
        self._upkeep = upkeep
        self._clock = clock
        self._control = None if place.control is None else ControlServer(place.control, self.command)
        self._http: HttpServer | None = None
        self._ticks: Ticks | None = None
        self._loops: list[Loop] = []
        self._running: list[asyncio.Task[None]] = []
        self._background: list[asyncio.Task[None]] = []

    async def command(self, name: str, arguments: Mapping[str, Any]) -> object:
        """Carry out an operator's command."""
        if name == PING:
            return {}
        command = self._commands.get(name)
        if command is None:
            raise CommandError(f"this service knows no command {name}")
        now = self._clock.now()
        return await self.database.run(lambda uow: command(uow, arguments, now))

    async def start(self, *, stepped: bool = False) -> None:
        """Listening and working when it returns; the vendor is told in the background. PortTakenError.

        `stepped`: the workers wait for whoever has the clock to call their `step`.
        """
        for connection in self._connections:
            await connection.start()
        if self._web is not None:
            self._http = HttpServer(self._web.app(), host=self._place.host, port=self._place.port)
            await self._http.start()
        if self._control is not None:
            await self._control.start()
        for worker in () if stepped else self.workers:
            self._start_loop(worker)
        self._health.running = self._running
        self._background += [asyncio.create_task(upkeep.run()) for upkeep in self._upkeep]

    def _start_loop(self, worker: Worker) -> None:
        loop = Loop(worker, clock=self._clock, metrics=self.metrics)
        self.database.on_commit(loop.notice)
        if isinstance(worker, DeliverWorker | PrepareWorker):
            worker.in_flight.freed = loop.wake
        if isinstance(worker, ScheduleWorker):
            self._start_ticks(loop)
        self._loops.append(loop)
        self._running.append(asyncio.create_task(loop.run()))

    def _start_ticks(self, sweep: Loop) -> None:
        self._ticks = Ticks(
            self.database, sweep=sweep, retention=self.retention, clock=self._clock, metrics=self.metrics
        )
        self._ticks.start()

    async def drain(self) -> None:
        """Take nothing more in, finish what is under way, within ten seconds."""
        for task in self._background:
            task.cancel()
        if self._ticks is not None:
            self._ticks.stop()
        for loop in self._loops:
            loop.stop()
        ending: list[Coroutine[None, None, None]] = [] if self._http is None else [self._http.stop()]
        waits = [*self._running, *(asyncio.create_task(work) for work in ending)]
        if waits:
            await asyncio.wait(waits, timeout=_DRAIN_SECONDS)

    async def stop(self) -> None:
        """Close everything."""
        if self._control is not None:
            await self._control.stop()
        for connection in self._connections:
            await connection.stop()
        await self._media.close()
        await asyncio.to_thread(self.database.close)
