"""What a test of the loopback Twilio needs: the official SDK led to it, and a bot that only writes down."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from aiohttp import ClientSession, encode_basic_auth
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot.clock import ManualClock
from bot.sandbox.twilio.vendor import TwilioVendor

T = TypeVar("T")
ASHA = "whatsapp:+12025550101"
BOT = "whatsapp:+12025550100"
ASHA_NUMBER = "+12025550101"
BOT_NUMBER = "+12025550100"


class LedAway(TwilioHttpClient):
    """The SDK's own HTTP client, with every host replaced by the sandbox's."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=5)
        self._to = urlsplit(url)

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Any:
        parts = urlsplit(url)._replace(scheme=self._to.scheme, netloc=self._to.netloc)
        return super().request(method, urlunsplit(parts), *args, **more)


@dataclass(frozen=True, slots=True)
class Posted:
    """One webhook that came in."""

    path: str
    form: dict[str, str]
    signed: bool
    token: str


@dataclass(slots=True)
class Bot:
    """A bot's server: webhooks are written down and answered as told, files are there to be fetched."""

    token: str
    url: str = ""
    posts: list[Posted] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    told_by_head: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    fetched: list[tuple[str, str]] = field(default_factory=list)
    wait: float = 0.0
    thinks: float = 0.0

    def routes(self) -> list[Route]:
        return [
            Route("/files/{name}", self.file, methods=["GET", "HEAD"]),
            Route("/{path:path}", self.take, methods=["POST"]),
        ]

    async def take(self, request: Request) -> Response:
        pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True)
        form = dict(pairs)
        url = f"{self.url}{request.url.path}" + (f"?{request.url.query}" if request.url.query else "")
        signed = RequestValidator(self.token).validate(url, form, request.headers["x-twilio-signature"])
        token = request.headers["i-twilio-idempotency-token"]
        self.posts.append(Posted(request.url.path, form, signed, token))
        await asyncio.sleep(self.thinks)
        status = self.statuses.pop(0) if self.statuses else 200
        text = self.answers.get(request.url.path, "<Response/>")
        return Response(text, status, media_type="application/xml")

    async def file(self, request: Request) -> Response:
        name = str(request.path_params["name"])
        await asyncio.sleep(self.wait)
        self.fetched.append((request.method, name))
        kind, data = self.files[name]
        kind = self.told_by_head if request.method == "HEAD" and self.told_by_head else kind
        return Response(data, media_type=kind, headers=self.headers)

    def forms(self, path: str) -> list[dict[str, str]]:
        return [one.form for one in self.posts if one.path == path]


@dataclass(slots=True)
class Account:
    """All that a test needs."""

    vendor: TwilioVendor
    clock: ManualClock
    client: Client
    bot: Bot
    url: str

    async def ask(self, what: Callable[[Client], T]) -> T:
        """The SDK is synchronous, the sandbox is served by this loop."""
        return await asyncio.to_thread(what, self.client)

    async def say(self, body: str = "", *, to: str = ASHA, **more: Any) -> str:
        """Send from the bot's WhatsApp or SMS sender; the sid."""
        sender = BOT if to.startswith("whatsapp:") else BOT_NUMBER
        given = {"to": to, "from_": sender, "status_callback": f"{self.bot.url}/status"} | more
        if body:
            given["body"] = body
        return str((await self.ask(lambda client: client.messages.create(**given))).sid)

    async def refused(self, what: Callable[[Client], object]) -> tuple[int, int]:
        """HTTP status and Twilio's number of a refusal."""
        try:
            await self.ask(what)
        except TwilioRestException as error:
            return int(error.status), int(error.code)
        raise AssertionError("it was not refused")

    async def deliver(self, after: float = 0.0) -> int:
        return await self.vendor.deliver(self.clock.advance(timedelta(seconds=after)))

    async def greet(self) -> None:
        """Asha writes: her window is open."""
        self.vendor.phone("asha").send_text("hello")
        await self.deliver()
        self.bot.posts.clear()

    def statuses(self, sid: str) -> list[str]:
        """What the status callback heard of a message."""
        return [one["MessageStatus"] for one in self.bot.forms("/status") if one["MessageSid"] == sid]

    async def error(self, sid: str) -> int | None:
        """The number with which a message failed."""
        found = await self.ask(lambda client: client.messages(sid).fetch())
        return None if found.error_code is None else int(found.error_code)

    async def get(self, path: str, *, auth: bool = True) -> tuple[int, bytes, str]:
        """A plain GET without redirects: status, body, Location."""
        who = {"Authorization": encode_basic_auth(self.vendor.account, self.vendor.token)}
        async with (
            ClientSession() as session,
            session.get(self.url + path, headers=who if auth else {}, allow_redirects=False) as answer,
        ):
            return answer.status, await answer.read(), answer.headers.get("Location", "")


def jpeg(side: int = 64, *, exif: bool = False) -> bytes:
    """A small picture, with a note of its camera if asked."""
    out = BytesIO()
    made = Image.new("RGB", (side, side), (90, 120, 150))
    notes = made.getexif()
    if exif:
        notes[271] = "Camera"
    made.save(out, "JPEG", exif=notes)
    return out.getvalue()
