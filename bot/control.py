"""A running service's own door: commands of the operator go through it, so that one process has the database.

One JSON line each way over a Unix socket in the data folder, readable by its owner only:
`{"command": "invite", "arguments": {...}}` is answered by `{"ok": true, "result": ...}` or
`{"ok": false, "error": "a sentence"}`.
"""

import asyncio
import hashlib
import json
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from bot.logs import get_logger, where

_LINE_LIMIT = 4_000_000
_PATH_LIMIT = 100
"""The kernel takes about 107 bytes for a socket's path."""

_log = get_logger("control")

Handle = Callable[[str, Mapping[str, Any]], Awaitable[object]]
"""Carries out a command by its name; what it returns goes out as JSON, a CommandError as its sentence."""


PING = "ping"
"""The command that every service knows and that does nothing."""


class CommandError(Exception):
    """A command that can't be done; the text is a sentence for the operator."""


class NobodyThereError(ConnectionError):
    """No service listens."""


def socket_path(data_dir: Path) -> Path:
    """Where the service of a data folder listens."""
    path = (data_dir / "control.sock").absolute()
    if len(str(path).encode()) <= _PATH_LIMIT:
        return path
    name = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"scanrelay-{name}.sock"


class ControlServer:
    """Serves commands one line at a time."""

    def __init__(self, path: Path, handle: Handle) -> None:
        """`path`: see `socket_path`."""
        self._path = path
        self._handle = handle
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen; a socket that a dead process left is replaced (the database's lock says who is alive)."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self._path, limit=_LINE_LIMIT)
        self._path.chmod(0o600)

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answer = await self._answer(await reader.readline())
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        except (ConnectionError, ValueError) as error:
            _log.warning("control_broken_off", error=type(error).__name__)
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, object]:
        match _read(line):
            case {"command": str(name), "arguments": dict(arguments)}:
                return await self._outcome(name, arguments)
            case _:
                return {"ok": False, "error": "not a command"}

    async def _outcome(self, name: str, arguments: Mapping[str, Any]) -> dict[str, object]:
        try:
            return {"ok": True, "result": await self._handle(name, arguments)}
        except CommandError as error:
            return {"ok": False, "error": str(error)}
        except Exception as error:  # noqa: BLE001 - one command's defect must not end the service
            _log.error("command_failed", error=type(error).__name__, where=where(error))
            return {"ok": False, "error": f"the service failed at this ({type(error).__name__})"}


async def ask(path: Path, command: str, arguments: Mapping[str, Any]) -> Any:
    """The result of a command from the service that listens; NobodyThereError or CommandError otherwise."""
    try:
        reader, writer = await asyncio.open_unix_connection(path, limit=_LINE_LIMIT)
    except (FileNotFoundError, ConnectionRefusedError):
        raise NobodyThereError("no service is running") from None
    try:
        writer.write(json.dumps({"command": command, "arguments": dict(arguments)}).encode() + b"\n")
        await writer.drain()
        answer = _read(await reader.readline())
    finally:
        writer.close()
    match answer:
        case {"ok": True, "result": result}:
            return result
        case {"error": str(sentence)}:
            raise CommandError(sentence)
        case _:
            raise CommandError("the service ended before it answered")


def _read(line: bytes) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None
