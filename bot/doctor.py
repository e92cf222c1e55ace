"""What can be wrong with an installation, looked at one by one; each finding says what helps."""

import asyncio
import shutil
import sqlite3
import stat
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

from bot.control import PING, NobodyThereError, ask
from bot.findings import Check, Finding, Patient, ok, problem, warning
from bot.media_client import MediaClient
from bot.media_contract import DrawingKind, Picture, Prepared
from bot.vendor_checks import (
    check_clock,
    check_contents,
    check_numbers,
    check_public_address,
    check_telegram,
    check_templates,
    check_twilio,
    check_whatsapp,
)
from storage import migrate
from storage.seal import MasterKeyError, parse_master_key

SAFE_SQLITE = (3, 51, 3)
"""Before it a WAL database with two writers can be corrupted (sqlite.org/wal.html, WAL-reset bug)."""

LEAST_FREE = 500_000_000


async def examine(patient: Patient) -> tuple[Finding, ...]:
    """Every check; one that fails in a way nobody thought of is a problem by itself."""
    return tuple([await _looked_at(check, patient) for check in CHECKS])


async def _looked_at(check: Check, patient: Patient) -> Finding:
    try:
        return await check(patient)
    except Exception as error:  # noqa: BLE001 - a broken installation fails in its own ways
        name = getattr(check, "__name__", "check").removeprefix("check_").replace("_", " ")
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


async def check_key(patient: Patient) -> Finding:
    """What everything is sealed with: there, ours alone, and a key."""
    path = patient.key_file
    if path is None:
        return ok("key", "given by SCANRELAY_MASTER_KEY")
    if not path.exists():
        if await asyncio.to_thread(_has_tables, patient.database_url):
            return problem(
                "key",
                f"{path} is missing and what is stored can't be read without it; bring it back from your copy.",
            )
        return ok("key", "not there yet; the first start makes it")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return problem("key", f"others may read {path}; run `chmod 600 {path}`.")
    try:
        parse_master_key(path.read_text())
    except MasterKeyError as error:
        return problem("key", f"{path} is damaged ({error}); bring it back from your copy.")
    return ok("key", "there, and only its owner may read it; keep a copy elsewhere")


def _has_tables(url: str) -> bool:
    """Another machine may have sealed what is in a PostgreSQL database."""
    try:
        return _is_there(url) and (url.startswith("sqlite") or migrate.current(url) is not None)
    except migrate.DatabaseUnreachableError:
        return False


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
    return sqlite_finding(sqlite3.sqlite_version_info)


def sqlite_finding(version: tuple[int, int, int]) -> Finding:
    """The service has a single writer, which the bug does not touch: a warning, not a problem."""
    shown = ".".join(map(str, version))
    if version >= SAFE_SQLITE:
        return ok("sqlite", f"version {shown}")
    return warning(
        "sqlite",
        f"version {shown} has a bug that two writing programs can trigger (WAL reset); only the service"
        " may open the database file. A Python with SQLite 3.51.3 or newer has it mended.",
    )


async def check_disk(patient: Patient) -> Finding:
    """Room for pictures."""
    folder = next(path for path in (patient.data_dir, *patient.data_dir.absolute().parents) if path.exists())
    if not folder.is_dir():
        return problem("disk", f"{folder} is a file; move it away or change SCANRELAY_DATA_DIR.")
    return disk_finding(shutil.disk_usage(folder).free)


def disk_finding(free: int) -> Finding:
    """By the free bytes."""
    if free < LEAST_FREE:
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


async def check_fonts(patient: Patient) -> Finding:
    """The media program itself is asked to draw: numbers on pictures, and a word of every language."""
    async with MediaClient() as media:
        prepared = await media.prepare(drawn_png())
        previews = (prepared.preview,) * 2 if isinstance(prepared, Prepared) else ()
        sheet = await media.contact_sheet(previews, labels=("1", "2")[: len(previews)])
        able = [name for name, word in patient.names.items() if await _is_drawn(media, word)]
    if not isinstance(sheet, Picture):
        return problem("fonts", f"numbers can't be drawn on pictures ({sheet.reason}); run `make setup`.")
    unable = [name for name in patient.names if name not in able]
    if unable:
        return warning(
            "fonts",
            f"numbers on pictures are drawn; words are in {', '.join(able) or 'no language'}, not in"
            f" {', '.join(unable)} (no picture of this version has words)",
        )
    return ok("fonts", f"numbers and words in {', '.join(able)} are drawn")


async def _is_drawn(media: MediaClient, word: str) -> bool:
    table = {"title": word, "header": [word], "rows": [[word]]}
    return isinstance(await media.draw(DrawingKind.TABLE, table), Picture)


def drawn_png(side: int = 256) -> bytes:
    """A grey ramp as a PNG, made without any image library."""
    rows = b"".join(b"\0" + bytes((x + y) // 2 % 256 for x in range(side)) for y in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


CHECKS: Sequence[Check] = (
    check_service,
    check_key,
    check_database,
    check_sqlite,
    check_disk,
    check_media,
    check_fonts,
    check_clock,
    check_public_address,
    check_telegram,
    check_twilio,
    check_numbers,
    check_whatsapp,
    check_contents,
    check_templates,
)
