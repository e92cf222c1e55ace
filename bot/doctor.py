"""What can be wrong with an installation, looked at one by one; each finding says what helps."""

import asyncio
import shutil
import sqlite3
import struct
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from bot.channels.telegram import setup as telegram_setup
from bot.channels.telegram.channel import TelegramChannel
from bot.clock import Clock
from bot.control import PING, NobodyThereError, ask
from bot.media_client import MediaClient
from bot.media_contract import Prepared
from storage import migrate

SAFE_SQLITE = (3, 51, 3)
"""Before it a WAL database with two writers can be corrupted (sqlite.org/wal.html, WAL-reset bug)."""

_LEAST_FREE = 500_000_000
_BUILT = datetime(2026, 11, 1, tzinfo=UTC)


class Grade(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, how it is, and a sentence."""

    check: str
    grade: Grade
    sentence: str


@dataclass(frozen=True, slots=True)
class Patient:
    """The installation that is looked at."""

    database_url: str
    data_dir: Path
    control: Path | None
    telegram: TelegramChannel | None
    webhook_url: str | None
    clock: Clock


def ok(check: str, sentence: str) -> Finding:
    """All is well."""
    return Finding(check, Grade.OK, sentence)


def warning(check: str, sentence: str) -> Finding:
    """It works, and should be better."""
    return Finding(check, Grade.WARNING, sentence)


def problem(check: str, sentence: str) -> Finding:
    """It does not work."""
    return Finding(check, Grade.PROBLEM, sentence)


Check = Callable[[Patient], Awaitable[Finding]]


async def examine(patient: Patient) -> tuple[Finding, ...]:
    """Every check; one that fails in a way nobody thought of is a problem by itself."""
    return tuple([await _looked_at(check, patient) for check in CHECKS])


async def _looked_at(check: Check, patient: Patient) -> Finding:
    try:
        return await check(patient)
    except Exception as error:  # noqa: BLE001 - a broken installation fails in its own ways
        name = check.__name__.removeprefix("check_")
        return problem(name, f"could not be looked at: {type(error).__name__}.")


async def check_service(patient: Patient) -> Finding:
    """Whether one runs: then it has the database."""
    if patient.control is None:
        return ok("service", "not asked: on PostgreSQL any number may run, here and elsewhere")
    try:
        await ask(patient.control, PING, {})
    except NobodyThereError:
        return ok("service", "not running now")
    return ok("service", "running")


async def check_database(patient: Patient) -> Finding:
    """Opens, and has the tables that this code needs."""
    if not await asyncio.to_thread(_is_there, patient.database_url):
        return ok("database", "not there yet; `scanrelay migrate` or the first start makes it")
    try:
        current, newest = await asyncio.to_thread(_revisions, patient.database_url)
    except migrate.DatabaseUnreachableError as error:
        return problem("database", f"{error}; look at SCANRELAY_DATABASE_URL and whether the server runs.")
    if current == newest:
        return ok("database", f"opens, at migration {current}")
    return problem("database", "lacks migrations; stop the service and run `scanrelay migrate`.")


def _is_there(url: str) -> bool:
    return not url.startswith("sqlite") or Path(url.partition(":///")[2]).exists()


def _revisions(url: str) -> tuple[str | None, str | None]:
    return migrate.current(url), migrate.newest()


async def check_sqlite(patient: Patient) -> Finding:
    """Its version, because of one bug."""
    if not patient.database_url.startswith("sqlite"):
        return ok("sqlite", "not used")
    if sqlite3.sqlite_version_info >= SAFE_SQLITE:
        return ok("sqlite", f"version {sqlite3.sqlite_version}")
    return warning(
        "sqlite",
        f"version {sqlite3.sqlite_version} has a bug that two writing programs can trigger; only the service"
        " may open the database file. A Python with SQLite 3.51.3 or newer has it mended.",
    )


async def check_disk(patient: Patient) -> Finding:
    """Room for pictures."""
    folder = next(path for path in (patient.data_dir, *patient.data_dir.absolute().parents) if path.exists())
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE:
        return problem("disk", f"only {free // 1_000_000} MB are free; make room or move SCANRELAY_DATA_DIR.")
    return ok("disk", f"{free // 1_000_000_000} GB free")


async def check_media(_: Patient) -> Finding:
    """The media program starts and prepares a picture."""
    async with MediaClient() as media:
        prepared = await media.prepare(drawn_png())
    if isinstance(prepared, Prepared):
        return ok("media", f"the media program made a preview of {len(prepared.preview)} bytes")
    return problem(
        "media", f"the media program could not prepare a picture ({prepared.reason}); run `make setup`."
    )


def drawn_png(side: int = 256) -> bytes:
    """A grey ramp as a PNG, made without any image library."""
    rows = b"".join(b"\0" + bytes((x + y) // 2 % 256 for x in range(side)) for y in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


async def check_telegram(patient: Patient) -> Finding:
    """Reachable, the token known, the webhook where it should be."""
    if patient.telegram is None:
        return warning("telegram", "no token is set: `scanrelay run` starts the sandbox instead")
    await patient.telegram.start()
    try:
        name = await telegram_setup.username(patient.telegram.bot)
        state = await telegram_setup.webhook_state(patient.telegram.bot)
    except telegram_setup.VENDOR_ERRORS as error:
        return problem(
            "telegram", f"does not answer ({type(error).__name__}); check the token and the network."
        )
    finally:
        await patient.telegram.stop()
    return _webhook(name, state, patient.webhook_url)


def _webhook(name: str, state: telegram_setup.WebhookState, expected: str | None) -> Finding:
    if state.url != (expected or ""):
        return problem(
            "telegram",
            f"@{name} sends its updates elsewhere; start the service or run `scanrelay setup telegram`.",
        )
    if state.last_error:
        return warning("telegram", f"@{name} could not deliver lately: {state.last_error}")
    return ok("telegram", f"@{name}, {state.pending} updates waiting")


async def check_clock(patient: Patient) -> Finding:
    """Rotas and reminders go by it."""
    now = patient.clock.now()
    if now < _BUILT:
        return problem("clock", f"says {now:%Y-%m-%d %H:%M} UTC, which is in the past; set it (NTP).")
    return ok("clock", f"{now:%Y-%m-%d %H:%M} UTC")


CHECKS: Sequence[Check] = (
    check_service,
    check_database,
    check_sqlite,
    check_disk,
    check_media,
    check_telegram,
    check_clock,
)
