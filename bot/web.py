"""The web edge: verify, envelope, store, and only then 200. Nothing is understood here."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

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

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name

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
class TelegramDoor:
    """What the webhook needs to know of Telegram: the channel and the secret that its requests bear."""

    channel: Channel
    secret: str


class Web:
    """The handlers of all routes."""

    def __init__(
        self,
        *,
        telegram: TelegramDoor | None,
        receive: Receive,
        readiness: Callable[[], Awaitable[Readiness]],
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        """Without a `telegram` door its webhook is not there."""
        self._telegram = telegram
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
        ]
        if self._telegram is not None:
            routes.append(Route("/telegram/webhook", self.telegram_webhook, methods=["POST"]))
        return Starlette(routes=routes)

    async def telegram_webhook(self, request: Request) -> Response:
        """200 once stored, also for what is no update: a refusal would hold up its chat for a day."""
        assert self._telegram is not None
        shown = request.headers.get(_SECRET_HEADER, "").encode()
        if not hmac.compare_digest(shown, self._telegram.secret.encode()):
            return Response(status_code=401)
        raw = await _body_within(request, BODY_LIMIT)
        if raw is None:
            return Response(status_code=413)
        try:
            envelope = self._telegram.channel.envelope(raw)
        except Malformed:
            self._metrics.failures.labels("web").inc()
            _log.warning("update_malformed", channel="telegram")
            return Response(status_code=200)
        return await self._store(Received("telegram", envelope, raw, self._clock.now()))

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
