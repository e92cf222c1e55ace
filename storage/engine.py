"""Opening a database and running functions in its transactions, the same way on SQLite and PostgreSQL."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from bot.domain.escalation import Way
from bot.ids import Ids
from storage.lockfile import LockFile
from storage.notices import KEYS, Board
from storage.portable import parse_url
from storage.presence import Presence
from storage.seal import Keyring
from storage.threads import CommitUnknownError, Threads
from storage.unit_of_work import UnitOfWork
from storage.writer import DatabaseClosedError, Job, Writer

T = TypeVar("T")
Listener = Callable[[frozenset[str]], None]

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=5000",
    "foreign_keys=ON",
    "wal_autocheckpoint=1000",
    "journal_size_limit=67108864",
    "secure_delete=ON",
)

_SETTINGS = (
    # A process that stands still in the middle of a transaction must not keep its locks from all others.
    "idle_in_transaction_session_timeout = '30s'",
    "lock_timeout = '20s'",
    # A commit is on disk before it is answered, whatever the server's default.
    "synchronous_commit = 'on'",
)

_KEEPALIVE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "application_name": "scanrelay",
}
"""A server that vanished without a word is noticed within half a minute."""


class Database:
    """Runs functions in transactions. `run` answers once what the function did is durable."""

    def __init__(
        self,
        *,
        engine: Engine,
        readers: Engine,
        keyring: Keyring,
        ids: Ids,
        lock: LockFile | None,
        threads: int,
        on_death: Callable[[], None],
        ways: frozenset[Way] = frozenset(),
        chats: frozenset[str] | None = None,
    ) -> None:
        """Use `open_database`."""
        self.keyring = keyring
        self.exclusive = engine.dialect.name == "sqlite"
        """Whether no other process can hold a claim in this database."""
        self._ids = ids
        self._ways = ways
        self._chats = chats
        self._engine = engine
        self._readers = readers
        self._lock = lock
        self._listeners: list[Listener] = []
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="scanrelay-db")
        self._board: Board | None = None
        self._presence: Presence | None = None
        self._writer: Writer | Threads
        if self.exclusive:
            self._writer = Writer(engine, self._uow, committed=self._after_commit, died=on_death)
        else:
            self._writer = Threads(engine, self._uow, committed=self._after_commit, count=threads)
            self._board = Board(partial(_connect, engine), me=ids.new(), heard=self._heard)

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """The result of `work` once it is durable; what it raises undoes only its own changes."""
        return await asyncio.wrap_future(self.submit(work))

    async def run_all(self, works: Sequence[Callable[[UnitOfWork], T]]) -> list[T | BaseException]:
        """Several functions, each with its own fate; what one raised stands in its place.

        SQLite commits them together and runs them in order; PostgreSQL runs several at a time.
        """
        jobs = [Job(work) for work in works]
        self._writer.submit(jobs)
        return list(
            await asyncio.gather(*(asyncio.wrap_future(job.future) for job in jobs), return_exceptions=True)
        )

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """The result of `work` on a connection that can't write."""
        if self._readers is self._engine:
            return await self.run(work)
        return await asyncio.wrap_future(self._pool.submit(self._read, work))

    def run_blocking(self, work: Callable[[UnitOfWork], T]) -> T:
        """As `run`, for callers without an event loop; never from inside another transaction."""
        if self._writer.is_here:
            raise RuntimeError("a transaction can't wait for another one")
        return self.submit(work).result()

    def submit(self, work: Callable[[UnitOfWork], T]) -> "Future[T]":
        """As `run`, from any thread."""
        job = Job(work)
        self._writer.submit([job])
        return job.future

    def on_commit(self, listener: Listener) -> None:
        """Have `listener` told which queues got rows, after the COMMIT; it is called on a database thread.

        On PostgreSQL it hears of other processes' commits too, as a rule: a notice of theirs may get lost.
        """
        self._listeners.append(listener)

    def appear(self) -> str:
        """The name under which this process takes rows; from now on the others see that it lives."""
        taker = self._ids.new()
        if not self.exclusive:
            self._presence = Presence(partial(_connect, self._engine), taker=taker)
        return taker

    @property
    def is_seen(self) -> bool:
        """Whether no other process can think that this one is dead, and repeat what it is about to send."""
        return self._presence is None or self._presence.is_seen

    def create_tables(self) -> None:
        """Every table as the code has it now, for tests and throw-away databases; others migrate."""
        self.run_blocking(lambda uow: uow.create_tables())

    def close(self) -> None:
        """Finish what was submitted, close every connection, give the lock back."""
        self._writer.close()
        if self._presence is not None:
            self._presence.close()
        if self._board is not None:
            self._board.close()
        self._pool.shutdown(wait=True)
        self._engine.dispose()
        self._readers.dispose()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _uow(self, connection: Connection) -> UnitOfWork:
        return UnitOfWork(connection, keyring=self.keyring, ids=self._ids, ways=self._ways, chats=self._chats)

    def _read(self, work: Callable[[UnitOfWork], T]) -> T:
        attempt = partial(self._look, work)
        return self._writer.again(attempt) if isinstance(self._writer, Threads) else attempt()

    def _look(self, work: Callable[[UnitOfWork], T]) -> T:
        with self._readers.connect() as connection:
            uow = self._uow(connection)
            result = work(uow)
            uow.sealer.committed()
            connection.rollback()
            return result

    def _after_commit(self, units: Sequence[UnitOfWork]) -> None:
        for uow in units:
            uow.sealer.committed()
        notices = frozenset().union(*(uow.notices for uow in units))
        if notices:
            self._tell_listeners(notices)
        if self._board is not None:
            shredded = any(uow.sealer.shredded for uow in units)
            told = notices | {KEYS} if shredded else notices
            if told:
                self._board.tell(told)

    def _heard(self, notices: frozenset[str]) -> None:
        if KEYS in notices:
            self.keyring.clear()
        self._tell_listeners(notices - {KEYS})

    def _tell_listeners(self, notices: frozenset[str]) -> None:
        for listener in self._listeners:
            listener(notices)


def open_database(
    url: str,
    *,
    keyring: Keyring,
    ids: Ids,
    owner: str = "scanrelay",
    threads: int = 4,
    on_death: Callable[[], None] | None = None,
    ways: frozenset[Way] = frozenset(),
    chats: frozenset[str] | None = None,
) -> Database:
    """Open `sqlite:///path`, `sqlite://` (memory, tests), `postgresql://…` or `postgresql+psycopg://…`.

    `owner` is what the lock file says of this process. `on_death` is called when the writer thread dies; it
    ends the process, by default, for a supervisor to start again. `ways`, `chats`: see `UnitOfWork`.
    DatabaseTakenError when another service has it.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = _postgresql(parsed, threads)
        readers: Engine = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        lock = None
    else:
        lock = _lock_for(parsed, owner)
        engine = _sqlite(parsed, read_only=False)
        readers = engine if lock is None else _sqlite(parsed, read_only=True)
    return Database(
        engine=engine,
        readers=readers,
        keyring=keyring,
        ids=ids,
        lock=lock,
        threads=threads,
        on_death=on_death or _end_process,
        ways=ways,
        chats=chats,
    )


def _end_process() -> None:
    os._exit(70)


def _lock_for(url: URL, owner: str) -> LockFile | None:
    if url.database in (None, "", ":memory:"):
        return None
    return LockFile.take(Path(f"{url.database}.lock"), owner=owner)


def _postgresql(url: URL, threads: int) -> Engine:
    # As many threads read as write. A connection that died is found by its first use and replaced (`Threads.again`).
    engine = create_engine(url, pool_size=2 * threads, max_overflow=0, connect_args=_KEEPALIVE)

    @event.listens_for(engine, "connect")
    def configure(connection: psycopg.Connection, _record: object) -> None:
        for setting in _SETTINGS:
            connection.execute(f"SET {setting}".encode())
        connection.commit()

    return engine


def _connect(engine: Engine) -> psycopg.Connection:
    """A connection beside the pool, in autocommit."""
    arguments: tuple[list[Any], dict[str, Any]] = engine.dialect.create_connect_args(engine.url)  # type: ignore[assignment]
    return psycopg.connect(*arguments[0], autocommit=True, **{**arguments[1], **_KEEPALIVE})


def _sqlite(url: URL, *, read_only: bool) -> Engine:
    if url.database in (None, "", ":memory:"):
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        engine = create_engine(url, connect_args={"check_same_thread": False})
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        # The driver must not begin or commit by itself.
        connection.isolation_level = None
        for pragma in (*_PRAGMAS, f"query_only={int(read_only)}"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


__all__ = ["CommitUnknownError", "Database", "DatabaseClosedError", "open_database"]
