"""The sandbox as an ASGI application: the vendors' APIs, phones and page, and the loops that deliver."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from bot.clock import Clock

from .asking import ASKING
from .botapi import BotApi
from .editing import EDITING
from .network import Networked
from .overview import Overview
from .phones_api import PhonesApi
from .samples import draw_all
from .sending import SENDING
from .twilio.app import routes as twilio_routes
from .twilio.people import PhoneSpec as WhatsAppSpec
from .twilio.people import read_people
from .twilio.vendor import ACCOUNT_SID, AUTH_TOKEN, TwilioVendor
from .vendor import DEFAULT_TOKEN, Vendor
from .whatsapp_api import WhatsAppApi
from .world import DEFAULT_WORLD, PhoneSpec, read_world

_STATIC = Path(__file__).with_name("static")
_LONGEST_WAIT = 2.0
_SLOW_TICK = 0.2
_POLICY = "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; frame-ancestors 'none'"


class Delivering(Protocol):
    """A vendor as its loop sees it."""

    listeners: list[Callable[[str], None]]

    @property
    def phones(self) -> Mapping[str, Networked]: ...
    def now(self) -> datetime: ...
    def next_due(self) -> datetime | None: ...
    async def deliver(self, now: datetime) -> int: ...
    async def close(self) -> None: ...


class SandboxApp(Starlette):
    """Starlette that lets the vendors' faults cut a connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep the server's transport (uvicorn's) where an endpoint finds it."""
        # uvicorn's `send` is a method of the request's cycle; nothing public leads to the transport.
        scope["sandbox.transport"] = getattr(getattr(send, "__self__", None), "transport", None)
        await super().__call__(scope, receive, send)


def build_vendor(
    clock: Clock,
    *,
    phones: Iterable[PhoneSpec] | None = None,
    token: str = DEFAULT_TOKEN,
    limits: bool = True,
) -> Vendor:
    """A vendor with every method; its people are the default world's unless given."""
    people = read_world(DEFAULT_WORLD) if phones is None else phones
    return Vendor(people, clock=clock, methods=SENDING | EDITING | ASKING, token=token, limits=limits)


def build_twilio_vendor(
    clock: Clock,
    *,
    phones: Iterable[WhatsAppSpec] | None = None,
    account: str = ACCOUNT_SID,
    token: str = AUTH_TOKEN,
    limits: bool = True,
) -> TwilioVendor:
    """A Twilio account whose people are the default world's unless given; `configure` says where its bot is."""
    people = read_people(DEFAULT_WORLD) if phones is None else phones
    return TwilioVendor(clock=clock, phones=people, account=account, token=token, limits=limits)


def build_app(vendor: Vendor, *, twilio: TwilioVendor | None = None, loop: bool = False) -> SandboxApp:
    """The application; with `loop` it also delivers by itself (tests call the vendors' `deliver` instead)."""
    vendors: list[Delivering] = [vendor, twilio] if twilio else [vendor]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        running = [asyncio.create_task(run_loop(one)) for one in vendors] if loop else []
        if loop:
            # On a thread of its own that nothing waits for: the tray is ready when somebody opens it.
            Thread(target=draw_all, name="samples", daemon=True).start()
        yield
        for task in running:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        for one in vendors:
            await one.close()

    return SandboxApp(routes=_routes(vendor, twilio), lifespan=lifespan)


def _routes(vendor: Vendor, twilio: TwilioVendor | None) -> list[Route | Mount]:
    api = BotApi(vendor)
    of_twilio = [*twilio_routes(twilio), *WhatsAppApi(twilio).routes()] if twilio else []
    return [
        Route("/bot{token}/{method}", api.method, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", api.file, methods=["GET"]),
        *of_twilio,
        *Overview(vendor, twilio).routes(),
        *PhonesApi(vendor).routes(),
        Route("/", _page),
        Mount("/static", StaticFiles(directory=_STATIC)),
    ]


async def _page(_: Request) -> Response:
    return FileResponse(_STATIC / "index.html", headers={"Content-Security-Policy": _POLICY})


async def run_loop(vendor: Delivering) -> None:
    """Deliver what is due for ever; waits for a change, the next due time, or two seconds."""
    woken = asyncio.Event()
    vendor.listeners.append(lambda _: woken.set())
    under_way: set[asyncio.Task[int]] = set()
    while True:
        woken.clear()
        # A slow bot must not hold up other chats, so a delivery is not waited for.
        task = asyncio.create_task(vendor.deliver(vendor.now()))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        await asyncio.sleep(0)
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), _wait_for(vendor))


def _wait_for(vendor: Delivering) -> float:
    due = vendor.next_due()
    if due is None:
        return _LONGEST_WAIT
    # Slow transfers show their progress, so they are looked at more often than they end.
    soonest = _SLOW_TICK if any(phone.next_due() for phone in vendor.phones.values()) else _LONGEST_WAIT
    return max(0.01, min(soonest, (due - vendor.now()).total_seconds()))
