"""The sandbox over real HTTP on a free port, driven by a clock that the test moves."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot
from twilio.rest import Client

from bot.clock import ManualClock
from bot.sandbox.app import build_app, build_vendor
from bot.sandbox.twilio.app import build_app as build_twilio
from bot.sandbox.twilio.vendor import TwilioVendor
from bot.sandbox.vendor import Vendor
from tests.sandbox.twilio_client import Account, LedAway
from tests.sandbox.twilio_client import Bot as TwilioBot
from tests.serving import serving_app

START = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


@dataclass(slots=True)
class Hook:
    """A bot's webhook that writes down what comes and answers with the status it is told."""

    url: str = ""
    updates: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        status = self.statuses.pop(0) if self.statuses else 200
        self.secrets.append(request.headers.get("x-telegram-bot-api-secret-token", ""))
        if status == 200:
            self.updates.append(await request.json())
        return Response(status_code=status)


@dataclass(slots=True)
class World:
    """All that a test of the sandbox needs."""

    vendor: Vendor
    clock: ManualClock
    bot: Bot
    hook: Hook
    url: str

    async def listen(self, **more: Any) -> None:
        await self.bot.set_webhook(self.hook.url, **more)

    async def deliver(self, after: float = 0.0) -> int:
        return await self.vendor.deliver(self.clock.advance(timedelta(seconds=after)))


@pytest.fixture
async def world() -> AsyncIterator[World]:
    clock = ManualClock(START)
    vendor = build_vendor(clock)
    hook = Hook()
    hooked = Starlette(routes=[Route("/hook", hook.take, methods=["POST"])])
    async with serving_app(build_app(vendor)) as url, serving_app(hooked) as hook_url:
        hook.url = f"{hook_url}/hook"
        bot = Bot(vendor.token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot")
        async with bot:
            yield World(vendor, clock, bot, hook, url)


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    """A Twilio account with its phones, and a bot's server."""
    clock = ManualClock(START)
    vendor = TwilioVendor(clock=clock)
    bot = TwilioBot(vendor.token)
    async with (
        serving_app(build_twilio(vendor)) as url,
        serving_app(Starlette(routes=bot.routes())) as bot.url,
    ):
        led = LedAway(url)
        vendor.configure(inbound_url=f"{bot.url}/message")
        yield Account(vendor, clock, Client(vendor.account, vendor.token, http_client=led), bot, url)
        led.session.close()
