"""The floor under the webhook: rows of the inbox, durable one by one for whoever submitted them, and nothing else.

The same submitters as the webhook has connections, each waiting for its row before the next; the same table with
its indexes, the same settings of the database, the same way to share a commit; no HTTP, no look at what came, no
sealing, no SQLAlchemy.

SQLite: one thread writes, what is queued goes into one transaction. PostgreSQL: four connections with a thread
each, one INSERT and one COMMIT a row.
"""

import asyncio
import itertools
import queue
import sqlite3
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Thread, local
from typing import Any, Protocol

import psycopg
from sqlalchemy import make_url

from bot.ids import Ids
from storage.engine import _PRAGMAS, _SETTINGS, open_database
from storage.seal import Keyring
from tests.bench.child import given, serve_parent

_LARGEST_GROUP = 256
_CONNECTIONS = 4

Row = tuple[str, str, bytes]
"""Vendor id, lane, payload."""

_INSERT = (
    "INSERT INTO inbox (channel, vendor_id, lane, raw, received_at, state, due_at, attempts)"
    " VALUES ('telegram', ?, ?, ?, '2026-11-24 06:00:00.000000', 'new', '2026-11-24 06:00:00.000000', 0)"
)


class Raw(Protocol):
    """A database that rows go into."""

    def submit(self, row: Row) -> "Future[None]":
        """Done once the row is durable."""
        ...

    def close(self) -> None:
        """Finish and close."""
        ...


class RawSqlite:
    """Group commit with `sqlite3` alone."""

    def __init__(self, path: str) -> None:
        """`path`: a file that has the tables."""
        self._path = path
        self._queue: queue.SimpleQueue[tuple[Row, Future[None]] | None] = queue.SimpleQueue()
        self._thread = Thread(target=self._run)
        self._thread.start()

    def submit(self, row: Row) -> "Future[None]":
        future: Future[None] = Future()
        self._queue.put((row, future))
        return future

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()
        while (first := self._queue.get()) is not None:
            group = [first, *self._waiting()]
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_INSERT, [row for row, _ in group])
            connection.execute("COMMIT")
            for _, future in group:
                future.set_result(None)
        connection.close()

    def _waiting(self) -> list[tuple[Row, "Future[None]"]]:
        found: list[tuple[Row, Future[None]]] = []
        while len(found) < _LARGEST_GROUP - 1:
            try:
                one = self._queue.get_nowait()
            except queue.Empty:
                break
            if one is None:
                self._queue.put(None)
                break
            found.append(one)
        return found


class RawPostgres:
    """Four connections, each row a transaction; the server groups the commits by itself."""

    def __init__(self, url: str) -> None:
        """`url`: as psycopg takes it, of a schema that has the tables."""
        self._url = url
        self._insert = _INSERT.replace("?", "%s").encode()
        self._here = local()
        self._pool = ThreadPoolExecutor(_CONNECTIONS)

    def submit(self, row: Row) -> "Future[None]":
        return self._pool.submit(self._store, row)

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    def _store(self, row: Row) -> None:
        connection = self._connection()
        connection.execute(self._insert, row)
        connection.commit()

    def _connection(self) -> "psycopg.Connection[Any]":
        if not hasattr(self._here, "connection"):
            self._here.connection = psycopg.connect(self._url)
            for setting in _SETTINGS:
                self._here.connection.execute(f"SET {setting}".encode())
            self._here.connection.commit()
        connection: psycopg.Connection[Any] = self._here.connection
        return connection


class Submitters:
    """So many at once, each submitting a row as soon as its last one is durable."""

    def __init__(self, raw: Raw) -> None:
        """All rows go to `raw`."""
        self._raw = raw
        self._numbers = itertools.count(100_000_001)
        self._stored = 0

    async def round(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Given `submitters`, `seconds` and `row_bytes`: how many rows, in how many seconds."""
        payload = Ids().octets(int(asked["row_bytes"]))
        self._stored, begun = 0, time.perf_counter()
        until = begun + float(asked["seconds"])
        await asyncio.gather(*(self._submit(payload, until) for _ in range(int(asked["submitters"]))))
        return {"rows": self._stored, "seconds": time.perf_counter() - begun}

    async def _submit(self, payload: bytes, until: float) -> None:
        while time.perf_counter() < until:
            number = next(self._numbers)
            row = (f"7000001:{number}", f"{number % 500:064x}", payload)
            await asyncio.wrap_future(self._raw.submit(row))
            self._stored += 1


def _with_tables(url: str) -> None:
    database = open_database(url, keyring=Keyring(bytes(32)), ids=Ids())
    database.create_tables()
    database.close()


def _open(url: str) -> Raw:
    _with_tables(url)
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return RawSqlite(parsed.database or "")
    return RawPostgres(url)


async def main() -> None:
    """Given `database_url`; answers `round`."""
    raw = _open(given()["database_url"])
    await serve_parent({}, Submitters(raw).round)
    raw.close()


if __name__ == "__main__":
    asyncio.run(main())
