"""Both vendors in one program, and the bot's two libraries led to it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, FormData
from starlette.applications import Starlette
from twilio.rest import Client

from bot.clock import ManualClock
from bot.sandbox.app import build_app, build_twilio_vendor, build_vendor, run_loop
from bot.sandbox.vendor import Vendor
from tests.sandbox.conftest import START
from tests.sandbox.test_twilio_calls import press_one
from tests.sandbox.twilio_client import BOT_NUMBER, Account, LedAway
from tests.sandbox.twilio_client import Bot as TwilioBot
from tests.serving import serving_app

LAKSHMI = "whatsapp:+910000000011"
LAKSHMI_NUMBER = "+910000000011"
QUICK = {
    "twilio/quick-reply": {
        "body": "{{1}}",
        "actions": [
            {"type": "QUICK_REPLY", "title": "{{2}}", "id": "{{3}}"},
            {"type": "QUICK_REPLY", "title": "{{4}}", "id": "{{5}}"},
        ],
    }
}
LIST = {
    "twilio/list-picker": {
        "body": "{{1}}",
        "button": "{{2}}",
        "items": [{"item": "{{3}}", "id": "{{4}}"}, {"item": "{{5}}", "id": "{{6}}"}],
    }
}


@dataclass(slots=True)
class Both:
    """The program with both vendors; what a test does at its phones and as the bot."""

    telegram: Vendor
    account: Account
    http: ClientSession

    async def get(self, path: str) -> Any:
        async with self.http.get(path) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, body: Any = None, *, status: int = 200) -> Any:
        form = {"data": body} if isinstance(body, FormData) else {"json": body or {}}
        async with self.http.post(path, **form) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def phone(self, name: str) -> Any:
        return next(one for one in await self.get("/phones") if one["id"] == name)

    async def writes(self, text: str) -> None:
        await self.post("/phones/lakshmi/send", {"text": text}, status=201)
        await self.account.deliver()

    async def content(self, types: dict[str, Any], count: int) -> str:
        """A form of the Content API whose places are filled by sending."""
        samples = {str(place): str(place) for place in range(1, count + 1)}
        body = {"friendly_name": "x", "language": "en", "variables": samples, "types": types}
        made = await self.account.ask(
            lambda client: client.request(
                "POST", "https://content.twilio.com/v1/Content", data=body,
                headers={"Content-Type": "application/json"}, auth=(client.username, client.password),
            )
        )  # fmt: skip
        return str(json.loads(made.text)["sid"])

    async def offers(self, types: dict[str, Any], *values: str) -> str:
        """The bot sends a content; the message's sid."""
        sid = await self.content(types, len(values))
        numbered = {str(place): value for place, value in enumerate(values, 1)}
        said = await self.account.say(
            to=LAKSHMI, content_sid=sid, content_variables=json.dumps(numbered, ensure_ascii=False)
        )
        await self.account.deliver()
        return said

    async def rings(self) -> str:
        """The bot calls; the call's sid."""
        given = {
            "to": LAKSHMI_NUMBER,
            "from_": BOT_NUMBER,
            "twiml": press_one(f"{self.account.bot.url}/voice"),
        }
        sid = str((await self.account.ask(lambda client: client.calls.create(**given, timeout=25))).sid)
        await self.account.deliver()
        return sid


@contextlib.asynccontextmanager
async def both_vendors() -> AsyncIterator[Both]:
    """Driven by the clock of the account, which only the test moves."""
    clock = ManualClock(START)
    telegram, twilio = build_vendor(clock), build_twilio_vendor(clock)
    bot = TwilioBot(twilio.token)
    async with (
        serving_app(build_app(telegram, twilio=twilio)) as url,
        serving_app(Starlette(routes=bot.routes())) as bot.url,
        ClientSession(url) as http,
    ):
        led = LedAway(url)
        twilio.configure(inbound_url=f"{bot.url}/message")
        client = Client(twilio.account, twilio.token, http_client=led)
        yield Both(telegram, Account(twilio, clock, client, bot, url), http)
        led.session.close()


@contextlib.asynccontextmanager
async def living(both: Both) -> AsyncIterator[None]:
    """Meanwhile the account delivers by itself, as it does for people."""
    loop = asyncio.create_task(run_loop(both.account.vendor))
    yield
    loop.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await loop
