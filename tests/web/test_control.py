import asyncio
import json
import stat
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.control import CommandError, ControlServer, NobodyThereError, ask, socket_path


async def handle(name: str, arguments: Mapping[str, Any]) -> object:
    if name == "add":
        return arguments["a"] + arguments["b"]
    raise CommandError(f"no command {name}")


@pytest.fixture
async def path(tmp_path: Path) -> AsyncIterator[Path]:
    path = socket_path(tmp_path)
    server = ControlServer(path, handle)
    await server.start()
    yield path
    await server.stop()
    assert not path.exists()


async def test_a_command_brings_its_result(path: Path) -> None:
    assert await ask(path, "add", {"a": 2, "b": 3}) == 5


async def test_a_command_that_cannot_be_done_says_why(path: Path) -> None:
    with pytest.raises(CommandError, match="no command subtract"):
        await ask(path, "subtract", {})


async def test_a_defect_in_a_command_does_not_end_the_service(path: Path) -> None:
    with pytest.raises(CommandError, match="TypeError"):
        await ask(path, "add", {"a": 2, "b": "x"})
    assert await ask(path, "add", {"a": 2, "b": 3}) == 5


@pytest.mark.parametrize("line", [b"\n", b"{\n", b"7\n", b'{"command": 7, "arguments": {}}\n', b""])
async def test_garbage_is_answered_as_such(path: Path, line: bytes) -> None:
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(line)
    writer.write_eof()
    assert json.loads(await reader.readline()) == {"ok": False, "error": "not a command"}
    writer.close()


async def test_only_the_owner_may_command(path: Path) -> None:
    mode = await asyncio.to_thread(lambda: path.stat().st_mode)
    assert stat.S_IMODE(mode) == 0o600


async def test_without_a_service_there_is_nobody(tmp_path: Path) -> None:
    with pytest.raises(NobodyThereError):
        await ask(socket_path(tmp_path / "elsewhere"), "add", {})


async def test_the_socket_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    path = socket_path(tmp_path)
    path.parent.mkdir(exist_ok=True)
    path.touch()
    server = ControlServer(path, handle)
    await server.start()
    assert await ask(path, "add", {"a": 1, "b": 1}) == 2
    await server.stop()


def test_a_long_path_still_has_a_socket() -> None:
    deep = Path("/" + "x" * 200)
    assert len(str(socket_path(deep)).encode()) <= 100
    assert socket_path(deep) != socket_path(Path("/" + "y" * 200))
