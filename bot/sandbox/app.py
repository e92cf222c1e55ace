"""The sandbox as an ASGI application: Bot API, phones and page over one vendor, and its loop."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from threading import Thread

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
from .phones_api import PhonesApi
from .samples import draw_all
from .sending import SENDING
from .vendor import DEFAULT_TOKEN, Vendor
from .world import DEFAULT_WORLD, PhoneSpec, read_world

_STATIC = Path(__file__).with_name("static")
_LONGEST_WAIT = 2.0
_SLOW_TICK = 0.2
_POLICY = "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; frame-ancestors 'none'"


class SandboxApp(Starlette):
    """Starlette that lets the Bot API's faults cut a connection."""

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


def build_app(vendor: Vendor, *, loop: bool = False) -> SandboxApp:
    """The application; with `loop` it also delivers by itself (tests call `vendor.deliver` instead)."""
    api = BotApi(vendor)
    routes: list[Route | Mount] = [
        Route("/bot{token}/{method}", api.method, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", api.file, methods=["GET"]),
        *PhonesApi(vendor).routes(),
        Route("/", _page),
        Mount("/static", StaticFiles(directory=_STATIC)),
    ]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        running = asyncio.create_task(run_loop(vendor)) if loop else None
        if loop:
            # On a thread of its own that nothing waits for: the tray is ready when somebody opens it.
            Thread(target=draw_all, name="samples", daemon=True).start()
        yield
        if running:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
        await vendor.close()

    return SandboxApp(routes=routes, lifespan=lifespan)


async def _page(_: Request) -> Response:
    return FileResponse(_STATIC / "index.html", headers={"Content-Security-Policy": _POLICY})


async def run_loop(vendor: Vendor) -> None:
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


def _wait_for(vendor: Vendor) -> float:
    due = vendor.next_due()
    if due is None:
        return _LONGEST_WAIT
    # Slow transfers show their progress, so they are looked at more often than they end.
    soonest = _SLOW_TICK if any(phone.next_due() for phone in vendor.phones.values()) else _LONGEST_WAIT
    return max(0.01, min(soonest, (due - vendor.now()).total_seconds()))
