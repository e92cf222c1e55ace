"""`webhook accept`: updates answered 200 in a second, each durable by then, against the raw commits of the database.

Over real HTTP on loopback, from as many connections as there are submitters on the floor. The web edge runs alone
(no workers), as its own program; updates are posted by this process. What was answered 200 is counted in the
database afterwards: one too few is an error, not a figure.
"""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.bench.child import Child, running
from tests.bench.figures import Figure, Round, load_now
from tests.bench.knocking import Updates, knock
from tests.postgres import fresh_schema, server_url

GOAL = 0.5
TELEGRAMS_CONNECTIONS = 40
"""What our setWebhook asks for at most (bot/channels/telegram/setup.py)."""

_TOKEN = "7000001:invented-token-of-the-bench"
_SECRET = "invented-secret"


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to measure: rounds after one to warm up, seconds of each half of a round, connections."""

    rounds: int = 5
    seconds: float = 2.0
    connections: int = TELEGRAMS_CONNECTIONS


@dataclass(frozen=True, slots=True)
class _Stand:
    """One database twice: below the service and by itself."""

    edge: Child
    raw: Child
    database: str
    updates: Updates


async def measure(folder: Path, effort: Effort) -> tuple[Figure, ...]:
    """A figure for SQLite, and one for PostgreSQL where SCANRELAY_TEST_POSTGRES_URL leads to one."""
    figures = [await _sqlite(folder, effort)]
    if server_url() is not None:
        figures.append(await _postgresql(folder, effort))
    # Here goes /twilio/message once a service has that door: a signed form in `knocking`, the same floors.
    return tuple(figures)


async def _sqlite(folder: Path, effort: Effort) -> Figure:
    ours, floor = f"sqlite:///{folder}/edge/scanrelay.db", f"sqlite:///{folder}/raw/raw.db"
    (folder / "raw").mkdir()
    async with _stand(folder, ours, floor) as stand:
        return await _figure(stand, effort, "SQLite", ())


async def _postgresql(folder: Path, effort: Effort) -> Figure:
    with fresh_schema() as ours, fresh_schema() as floor:
        async with _stand(folder, ours, floor) as stand:
            return await _figure(stand, effort, "PostgreSQL", (_durability(ours),))


@asynccontextmanager
async def _stand(folder: Path, ours: str, floor: str) -> AsyncIterator[_Stand]:
    arguments = {
        "folder": str(folder / "edge"),
        "database_url": ours,
        "token": _TOKEN,
        "secret": _SECRET,
    }
    async with contextlib.AsyncExitStack() as stack:
        raw = await stack.enter_async_context(running("raw_commit", {"database_url": floor}, folder=folder))
        edge = await stack.enter_async_context(running("edge", arguments, folder=folder))
        yield _Stand(edge, raw, ours, Updates(int(edge.ready["port"]), _SECRET))


async def _figure(stand: _Stand, effort: Effort, name: str, notes: tuple[str, ...]) -> Figure:
    await _ours(stand, effort)
    row_bytes = _row_bytes(stand.database)
    await _floor(stand, effort, row_bytes)
    cpu = await stand.edge.cpu()
    before = _rows(stand.database)
    rounds = tuple([await _round(stand, effort, row_bytes) for _ in range(effort.rounds)])
    spent = (await stand.edge.cpu() - cpu) / (_rows(stand.database) - before)
    return Figure(
        name=f"webhook accept, {name}",
        unit="updates/s",
        floor_is="the raw commits of the same rows by as many submitters",
        rounds=rounds,
        goal=GOAL,
        at_least=True,
        notes=notes,
        counts={
            "connections, and submitters on the floor": effort.connections,
            "bytes of a sealed row": row_bytes,
            "microseconds of the web edge's CPU an update": spent * 1e6,
        },
    )


async def _round(stand: _Stand, effort: Effort, row_bytes: int) -> Round:
    load = load_now()
    floor = await _floor(stand, effort, row_bytes)
    return Round(floor=floor, ours=await _ours(stand, effort), load=load)


async def _ours(stand: _Stand, effort: Effort) -> float:
    before = _rows(stand.database)
    port = int(stand.edge.ready["port"])
    knocks = await knock(stand.updates, port=port, connections=effort.connections, seconds=effort.seconds)
    stored = _rows(stand.database) - before
    if stored != knocks.accepted:
        raise AssertionError(f"{knocks.accepted} updates were answered 200 and {stored} are stored")
    return knocks.rate


async def _floor(stand: _Stand, effort: Effort, row_bytes: int) -> float:
    heard = await stand.raw.ask(
        "round", submitters=effort.connections, seconds=effort.seconds, row_bytes=row_bytes
    )
    return float(heard["rows"]) / float(heard["seconds"])


# --- looking into the service's database, without the service ------------------------------------------------


def _rows(url: str) -> int:
    return int(_look(url, "SELECT count(*) FROM inbox"))


def _row_bytes(url: str) -> int:
    return round(float(_look(url, "SELECT avg(length(raw)) FROM inbox")))


def _look(url: str, query: str) -> float:
    with _connected(url) as connection:
        return float(connection.execute(query).fetchone()[0])


@contextmanager
def _connected(url: str) -> Iterator[sqlite3.Connection]:
    """A connection to either: both drivers' `execute` will do."""
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            yield connection
    else:
        with psycopg.connect(url) as connected:
            yield connected


def _durability(url: str) -> str:
    """Whether a commit of this server reaches the disk: a server for tests may have that switched off."""
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT current_setting('fsync')").fetchone()
    if found == ("on",):
        return "The server has fsync on: each commit reaches the disk."
    return "The server has fsync OFF (one for tests): no commit waits for the disk, on either side."
