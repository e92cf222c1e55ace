"""The sandbox beside the service: a child process with phones, and settings that point the service at it."""

import asyncio
import sys
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Self

import aiohttp

from bot.ids import Ids

WORLD = Path(__file__).parent / "sandbox" / "world.toml"
"""Phones and organisation of the sandbox."""

_READY_SECONDS = 15.0


class SandboxError(RuntimeError):
    """The sandbox did not start; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Invented:
    """Token and secret of one run: a new bot number each time, so that its updates are new ones."""

    token: str
    secret: str

    @classmethod
    def by(cls, ids: Ids) -> Self:
        """Fresh ones."""
        number = 10_000_000 + int.from_bytes(ids.octets(4), "big")
        return cls(f"{number}:{ids.token(16)}", ids.token(16))


class Sandbox:
    """`python -m bot.sandbox` as a child that does not get the terminal's Ctrl-C."""

    def __init__(self, *, port: int, token: str, world: Path = WORLD) -> None:
        """`token`: what the child accepts."""
        self.url = f"http://127.0.0.1:{port}"
        self._token = token
        self._command = [
            *(sys.executable, "-m", "bot.sandbox", "--port", str(port), "--world", str(world)),
            *("--token", token, "--end-with-stdin"),
        ]
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Answering when it returns; SandboxError if it ends first, mostly because the port is taken."""
        quiet = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True
        )
        try:
            async with asyncio.timeout(_READY_SECONDS):
                while not await self._answers():
                    if self._process.returncode is not None:
                        raise SandboxError(f"the sandbox could not start; is something else at {self.url}?")
                    await asyncio.sleep(0.05)
        except TimeoutError:
            await self.stop()
            raise SandboxError(f"the sandbox did not answer at {self.url}") from None

    async def _answers(self) -> bool:
        """Asked by its own token: something else may sit at the port."""
        waits = aiohttp.ClientTimeout(total=2)
        url = f"{self.url}/bot{self._token}/getMe"
        try:
            async with aiohttp.ClientSession(timeout=waits) as session, session.get(url) as answer:
                return answer.status == HTTPStatus.OK
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def stop(self) -> None:
        """End the child."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(3):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
