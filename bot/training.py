"""The sandbox beside the service: a child process with phones, and settings that point the service at it."""

import asyncio
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Self

import aiohttp

from bot.ids import Ids

WORLD = Path(__file__).parent / "sandbox" / "world.toml"
"""Phones and organisation of the sandbox."""

SENDER = "+12025550100"
"""The number that the sandbox's WhatsApp messages, calls and SMS come from; it is kept free for fiction."""

_READY_SECONDS = 15.0


class SandboxError(RuntimeError):
    """The sandbox did not start; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Invented:
    """Tokens and numbers of one run, new each time: what the vendors number by them is new to the database too."""

    token: str = field(repr=False)
    secret: str = field(repr=False)
    account_sid: str
    auth_token: str = field(repr=False)

    @classmethod
    def by(cls, ids: Ids) -> Self:
        """Fresh ones."""
        number = 10_000_000 + int.from_bytes(ids.octets(4), "big")
        return cls(f"{number}:{ids.token(16)}", ids.token(16), f"AC{ids.octets(16).hex()}", ids.token(16))

    def telegram_settings(self, api_url: str) -> Mapping[str, str]:
        """For `load_settings`: Telegram is at `api_url` and posts its updates."""
        return {
            "telegram_token": self.token,
            "telegram_secret": self.secret,
            "telegram_api_url": api_url,
            "telegram_mode": "webhook",
        }

    def twilio_settings(self, api_url: str) -> Mapping[str, str]:
        """For `load_settings`, which wants a `public_url` beside them: WhatsApp, calls and SMS are at `api_url`."""
        return {
            "twilio_account_sid": self.account_sid,
            "twilio_auth_token": self.auth_token,
            "twilio_api_url": api_url,
            "twilio_whatsapp_from": SENDER,
            "twilio_voice_from": SENDER,
            "twilio_sms_from": SENDER,
        }


class Sandbox:
    """`python -m bot.sandbox` as a child that does not get the terminal's Ctrl-C."""

    def __init__(
        self,
        *,
        port: int,
        token: str,
        account_sid: str = "",
        auth_token: str = "",
        world: Path = WORLD,
        clock: datetime | None = None,
    ) -> None:
        """`token`, and where given `account_sid` with `auth_token`: what the child accepts.

        `clock`: where its clock stands until it is moved; None for the machine's.
        """
        self.url = f"http://127.0.0.1:{port}"
        self._token = token
        twilio = ("--account-sid", account_sid, "--auth-token", auth_token) if account_sid else ()
        self._command = [
            *(sys.executable, "-m", "bot.sandbox", "--port", str(port), "--world", str(world)),
            *(
                "--token",
                token,
                *twilio,
                *(("--clock", clock.isoformat()) if clock else ()),
                "--end-with-stdin",
            ),
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


def free_port() -> int:
    """A port of this machine that nobody listens at now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
