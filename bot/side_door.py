"""What a process without a web part answers: how it is and what it counted, for supervisors and Prometheus."""

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.metrics import Metrics

NO_BEAT_AFTER = 30.0
"""Seconds; the scheduler ticks every second."""


class SideDoor:
    """`/healthz` and `/metrics` of the workers."""

    def __init__(self, metrics: Metrics, clock: Clock) -> None:
        """`metrics` are those that the workers count in."""
        self._metrics = metrics
        self._clock = clock

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(routes=[Route("/healthz", self.healthz), Route("/metrics", self.metrics)])

    async def healthz(self, _: Request) -> Response:
        """200 while the scheduler ticks: it is the first to stand still when the process can't go on."""
        beat = self._metrics.registry.get_sample_value("scanrelay_heartbeat_timestamp_seconds") or 0.0
        if self._clock.now().timestamp() - beat > NO_BEAT_AFTER:
            return PlainTextResponse("not beating\n", status_code=HTTPStatus.SERVICE_UNAVAILABLE)
        return PlainTextResponse("ok\n")

    async def metrics(self, _: Request) -> Response:
        """For Prometheus."""
        return Response(self._metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")
