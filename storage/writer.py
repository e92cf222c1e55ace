"""The one thread that writes to SQLite: what is queued shares a transaction and its fsync (group commit)."""

import queue
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Thread, current_thread
from typing import Any

from sqlalchemy import Connection, Engine

from storage.unit_of_work import UnitOfWork

_LARGEST_GROUP = 256

Work = Callable[[UnitOfWork], Any]


class DatabaseClosedError(RuntimeError):
    """The database was closed, or its writer died."""


@dataclass(slots=True)
class Job:
    """A function to run in a transaction, and where its outcome goes once that is durable."""

    work: Work
    future: "Future[Any]" = field(default_factory=Future)
    uow: UnitOfWork | None = None
    result: Any = None


class Writer:
    """Runs jobs in order; a job that raises loses its own savepoint only."""

    def __init__(
        self,
        engine: Engine,
        make_uow: Callable[[Connection], UnitOfWork],
        *,
        committed: Callable[[Sequence[UnitOfWork]], None],
        died: Callable[[], None],
    ) -> None:
        """`committed` hears of each COMMIT; `died` is the watchdog: without a writer nothing can go on."""
        self._engine = engine
        self._make_uow = make_uow
        self._committed = committed
        self._died = died
        self._queue: queue.SimpleQueue[list[Job] | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = Thread(target=self._guard, name="scanrelay-writer", daemon=True)
        self._thread.start()

    def submit(self, jobs: list[Job]) -> None:
        """Queue jobs that share a transaction."""
        if self._closed:
            raise DatabaseClosedError("the database is closed")
        self._queue.put(jobs)

    @property
    def is_here(self) -> bool:
        """Whether this is the writer's own thread, on which nothing may wait for the writer."""
        return current_thread() is self._thread

    def close(self) -> None:
        """Finish what is queued and end the thread."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()

    def _guard(self) -> None:
        try:
            self._run()
        except BaseException:  # noqa: BLE001 - the watchdog decides what the death of the writer means
            self._closed = True
            self._died()
        finally:
            self._fail_rest()

    def _run(self) -> None:
        with self._engine.connect() as connection:
            while (jobs := self._next_group()) is not None:
                live = [job for job in jobs if job.future.set_running_or_notify_cancel()]
                try:
                    self._commit(connection, live)
                except BaseException as error:
                    _fail(live, error)
                    if not isinstance(error, Exception):
                        raise

    def _next_group(self) -> list[Job] | None:
        # Never waits for company: an empty queue means that a lone job commits at once.
        first = self._queue.get()
        if first is None:
            return None
        group = list(first)
        while len(group) < _LARGEST_GROUP:
            try:
                more = self._queue.get_nowait()
            except queue.Empty:
                break
            if more is None:
                self._queue.put(None)
                break
            group.extend(more)
        return group

    def _commit(self, connection: Connection, jobs: list[Job]) -> None:
        with connection.begin():
            done = [job for job in jobs if self._attempt(connection, job)]
        self._committed([job.uow for job in done if job.uow is not None])
        for job in done:
            job.future.set_result(job.result)

    def _attempt(self, connection: Connection, job: Job) -> bool:
        driver = _driver_of(connection)
        driver.execute("SAVEPOINT job")
        try:
            job.uow = self._make_uow(connection)
            job.result = job.work(job.uow)
            job.uow.flush()
        except Exception as error:  # noqa: BLE001 - the caller's business; it gets it
            # Where SQLite itself gave the transaction up (disk full), this raises and the whole group fails.
            driver.execute("ROLLBACK TO job")
            driver.execute("RELEASE job")
            job.future.set_exception(error)
            return False
        driver.execute("RELEASE job")
        return True

    def _fail_rest(self) -> None:
        while True:
            try:
                jobs = self._queue.get_nowait()
            except queue.Empty:
                return
            _fail(jobs or [], DatabaseClosedError("the database is closed"))


def _driver_of(connection: Connection) -> sqlite3.Connection:
    """For savepoints, two a job: through SQLAlchemy each costs ten times as much."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _fail(jobs: list[Job], error: BaseException) -> None:
    for job in jobs:
        if not job.future.done():
            job.future.set_exception(error)
