"""The web edge: verify, envelope, store, and only then 200. Nothing is understood here."""

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.base import Channel, Malformed, Received
from bot.clock import Clock
from bot.logs import get_logger, where
from bot.metrics import Metrics

BODY_LIMIT = 1_000_000
"""Bytes of a webhook's body: far more than an update without its media can have."""

_TELEGRAM_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
_TWILIO_SIGNATURE = "X-Twilio-Signature"

_log = get_logger("web")

Receive = Callable[[Received], Awaitable[object]]
"""Stores an update and returns once that is durable."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Each check by its name with what is wrong, empty where all is well."""

    problems: dict[str, str]

    @property
    def is_ready(self) -> bool:
        """Whether nothing is wrong."""
        return not any(self.problems.values())


@dataclass(frozen=True, slots=True)
class Knock:
    """A request at a door, as far as it shows who sent it; `target` is its path with the query."""

    target: str
    headers: Mapping[str, str]
    body: bytes


def _body(knock: Knock) -> bytes:
    return knock.body


@dataclass(frozen=True, slots=True)
class Door:
    """A path at which a vendor brings updates of a channel, and how one knows that it is the vendor.

    `kept` is what the inbox gets of a request; `answer` is XML said back once that is stored.
    """

    path: str
    channel: Channel
    is_genuine: Callable[[Knock], bool]
    kept: Callable[[Knock], bytes] = _body
    answer: Callable[[Knock], str] | None = None


def telegram_door(channel: Channel, secret: str) -> Door:
    """Telegram shows the secret that it was given with the webhook's address."""

    def is_genuine(knock: Knock) -> bool:
        shown = knock.headers.get(_TELEGRAM_SECRET, "").encode()
        return hmac.compare_digest(shown, secret.encode())

    return Door("/telegram/webhook", channel, is_genuine)


IsSigned = Callable[[str, bytes, str], bool]
"""Twilio signs target and form; it is given target, body and signature."""


def twilio_doors(channel: Channel, is_signed: IsSigned) -> tuple[Door, ...]:
    """Where WhatsApp's messages and their statuses come."""
    is_genuine = _signed(is_signed)
    return tuple(Door(f"/twilio/{what}", channel, is_genuine) for what in ("message", "status"))


def twilio_sms_door(channel: Channel, is_signed: IsSigned) -> Door:
    """Where the statuses of SMS come, and whatever is written back."""
    return Door("/twilio/sms", channel, _signed(is_signed))


def twilio_voice_door(
    channel: Channel,
    is_signed: IsSigned,
    *,
    kept: Callable[[str, bytes], bytes],
    answer: Callable[[str, bytes], str],
) -> Door:
    """Where keys pressed in calls come, and the calls' ends; `kept` and `answer` are given target and body."""
    return Door(
        "/twilio/voice",
        channel,
        _signed(is_signed),
        kept=lambda knock: kept(knock.target, knock.body),
        answer=lambda knock: answer(knock.target, knock.body),
    )


def _signed(is_signed: IsSigned) -> Callable[[Knock], bool]:
    return lambda knock: is_signed(knock.target, knock.body, knock.headers.get(_TWILIO_SIGNATURE, ""))


@dataclass(frozen=True, slots=True)
class ServedFile:
    """What a link names; `name` is shown for a document and has at most 20 signs, none of them a quote or a space."""

    content: bytes
    mime: str
    name: str = ""


class Web:
    """The handlers of all routes."""

    def __init__(
        self,
        *,
        doors: Sequence[Door],
        receive: Receive,
        readiness: Callable[[], Awaitable[Readiness]],
        metrics: Metrics,
        clock: Clock,
        file_of: Callable[[str], Awaitable[ServedFile | None]] | None = None,
    ) -> None:
        """`file_of` opens the token of a media link; without it there are none."""
        self._doors = doors
        self._file_of = file_of
        self._receive = receive
        self._readiness = readiness
        self._metrics = metrics
        self._clock = clock

    def app(self) -> Starlette:
        """The ASGI application."""
        routes = [
            Route("/healthz", self.healthz),
            Route("/readyz", self.readyz),
            Route("/metrics", self.metrics),
            *(Route(door.path, partial(self.knocked, door), methods=["POST"]) for door in self._doors),
        ]
        if self._file_of is not None:
            routes.append(Route("/media/{token}", self.media, methods=["GET", "HEAD"]))
        return Starlette(routes=routes)

    async def knocked(self, door: Door, request: Request) -> Response:
        """200 once stored, also for what is no update: a refusal would hold up its chat for a day."""
        raw = await _body_within(request, BODY_LIMIT)
        if raw is None:
            return Response(status_code=413)
        knock = Knock(_target(request), request.headers, raw)
        if not door.is_genuine(knock):
            self._metrics.failures.labels("web").inc()
            return Response(status_code=401)
        try:
            kept = door.kept(knock)
            envelope = door.channel.envelope(kept)
        except Malformed:
            self._metrics.failures.labels("web").inc()
            _log.warning("update_malformed", channel=door.channel.name)
            return Response(status_code=200)
        stored = await self._store(Received(door.channel.name, envelope, kept, self._clock.now()))
        if stored.status_code != HTTPStatus.OK or door.answer is None:
            return stored
        return Response(door.answer(knock), media_type="text/xml")

    async def media(self, request: Request) -> Response:
        """A file for a vendor; whoever has no good link learns nothing, not even that there was a file."""
        assert self._file_of is not None
        file = await self._file_of(request.path_params["token"])
        if file is None:
            return Response(status_code=404)
        headers = {"Cache-Control": "private, no-store"}
        if file.name:
            headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
        return Response(file.content, media_type=file.mime, headers=headers)

    async def _store(self, received: Received) -> Response:
        try:
            await self._receive(received)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is not stored: the vendor shall come again
            self._metrics.failures.labels("web").inc()
            _log.error("update_not_stored", error=type(error).__name__, where=where(error))
            return Response(status_code=503, headers={"Retry-After": "2"})
        return Response(status_code=200)

    async def healthz(self, _: Request) -> Response:
        """The process answers."""
        return PlainTextResponse("ok\n")

    async def readyz(self, _: Request) -> Response:
        """Whether the service can do its work; 503 with what is wrong."""
        readiness = await self._readiness()
        status = 200 if readiness.is_ready else 503
        return JSONResponse({"ready": readiness.is_ready, "problems": readiness.problems}, status_code=status)

    async def metrics(self, _: Request) -> Response:
        """For Prometheus."""
        return Response(self._metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _target(request: Request) -> str:
    """Path and query as they were asked for, not decoded: the vendor's signature is over them."""
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    return (path + (b"?" + query if query else b"")).decode("latin-1")


async def _body_within(request: Request, limit: int) -> bytes | None:
    """The body, None when it is longer than `limit` or breaks off."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)
