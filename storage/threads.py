"""PostgreSQL's counterpart of the writer: a few threads, each function a transaction of its own.

**Isolation.** READ COMMITTED, with the row read `for_change` (`storage.locks`) wherever a rule looks before it
acts. SERIALIZABLE would find every race by itself, but all turns write the audit trail, whose head is one row:
there it refuses nearly every transaction that has company, and it takes whole small tables for read.

**Again.** A function is run anew from its beginning in a new transaction

* after a deadlock, a serialization failure, or a unique key that another transaction took between the look and
  the insert (the look of the second run finds the row); a few times, then the error is the caller's;
* after the connection was lost before COMMIT was sent: nothing of it is stored.

So a function must act on its unit of work only.

**A connection lost at COMMIT** leaves it open whether the transaction counts. PostgreSQL knows: the transaction's
number is taken down before COMMIT, and `pg_xact_status` is asked over a new connection. Committed: the result
stands. Aborted: run again. Where nobody can say (no server within the time, or a standby that never saw it), the
caller gets CommitUnknownError and may repeat: its unique keys and claims let nothing take effect twice.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event, local
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from storage.unit_of_work import UnitOfWork
from storage.writer import DatabaseClosedError, Job, Work

T = TypeVar("T")

_CONFLICTS = frozenset({"40001", "40P01", "23505"})
"""Serialization failure, deadlock, unique violation."""

_GOING = frozenset({"57P01", "57P02", "57P03", "25P03"})
"""The server ends the connection: shut down, crashed, starting; or the transaction idled too long."""

_MOST_CONFLICTS = 6
_PAUSES = (0.0, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0)
"""Seconds before each new try after a lost connection: time for a server to restart."""


class CommitUnknownError(RuntimeError):
    """The connection was lost while committing, and nobody can say whether it was committed."""


class Threads:
    """Runs each job in a transaction of its own, several at once."""

    def __init__(
        self,
        engine: Engine,
        make_uow: Callable[[Connection], UnitOfWork],
        *,
        committed: Callable[[Sequence[UnitOfWork]], None],
        count: int,
    ) -> None:
        """`committed` hears of each COMMIT, on the thread that made it."""
        self._engine = engine
        self._make_uow = make_uow
        self._committed = committed
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="scanrelay-db")
        self._closing = Event()
        self._here = local()

    def submit(self, jobs: list[Job]) -> None:
        """Queue jobs; each commits for itself."""
        if self._closing.is_set():
            raise DatabaseClosedError("the database is closed")
        for job in jobs:
            self._pool.submit(self._run, job)

    @property
    def is_here(self) -> bool:
        """Whether this is one of the threads, on which nothing may wait for another."""
        return getattr(self._here, "working", False)

    def close(self) -> None:
        """Finish what is queued and end the threads."""
        self._closing.set()
        self._pool.shutdown(wait=True)

    def _run(self, job: Job) -> None:
        self._here.working = True
        if not job.future.set_running_or_notify_cancel():
            return
        try:
            uow, result = self.again(partial(self._attempt, job.work))
            self._committed([uow])
        except BaseException as error:  # noqa: BLE001 - the caller's business; it gets it
            job.future.set_exception(error)
        else:
            job.future.set_result(result)

    def again(self, attempt: Callable[[], T]) -> T:
        """What `attempt` gives, made anew after a conflict or a lost connection as long as there is hope."""
        conflicts = losses = 0
        while True:
            try:
                return attempt()
            except DBAPIError as error:
                if is_conflict(error) and conflicts < _MOST_CONFLICTS:
                    conflicts += 1
                elif is_lost(error) and losses < len(_PAUSES):
                    self._closing.wait(_PAUSES[losses])
                    losses += 1
                else:
                    raise

    def _attempt(self, work: Work) -> tuple[UnitOfWork, Any]:
        with self._engine.connect() as connection:
            transaction = connection.begin()
            uow = self._make_uow(connection)
            result = work(uow)
            uow.flush()
            number = _number_of(connection)
            try:
                transaction.commit()
            except DBAPIError as error:
                if not is_lost(error) or not self._was_committed(number):
                    raise
        return uow, result

    def _was_committed(self, number: str | None) -> bool:
        if number is None:
            return True  # nothing was written
        for pause in _PAUSES:
            self._closing.wait(pause)
            try:
                status = self._status(number)
            except DBAPIError as error:
                if not is_lost(error):
                    break
                continue
            if status in ("committed", "aborted"):
                return status == "committed"
        raise CommitUnknownError("whether the transaction was committed can't be found out")

    def _status(self, number: str) -> str | None:
        with self._engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT pg_xact_status(%s::text::xid8)", (number,)).scalar()
            return None if found is None else str(found)


def _number_of(connection: Connection) -> str | None:
    query = "SELECT pg_current_xact_id_if_assigned()::text"
    found: str | None = connection.exec_driver_sql(query).scalar()
    return found


def is_conflict(error: DBAPIError) -> bool:
    """Whether another transaction was in the way: a second run may find its way past."""
    return getattr(error.orig, "sqlstate", None) in _CONFLICTS


def is_lost(error: DBAPIError) -> bool:
    """Whether there is no connection (any more)."""
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return error.connection_invalidated or type(error.orig).__name__ == "OperationalError"
    return state in _GOING or state.startswith("08")
