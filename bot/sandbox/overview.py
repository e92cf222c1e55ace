"""What is the same for all phones, whatever their vendor: the list of them, the samples, the page's events."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from .asked import guarded, sample_of
from .phones_api import phone_json
from .samples import SAMPLES
from .twilio.vendor import TwilioVendor
from .vendor import Vendor
from .whatsapp_json import whatsapp_phone_json

_HEARTBEAT_SECONDS = 15.0


@dataclass(slots=True)
class Overview:
    """The endpoints, over the vendors that there are."""

    telegram: Vendor
    twilio: TwilioVendor | None = None

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/phones", self.phones, methods=["GET"]),
            Route("/samples", self.samples, methods=["GET"]),
            Route("/samples/{sample}", guarded(self.sample), methods=["GET"]),
            Route("/events", self.events, methods=["GET"]),
        ]

    async def phones(self, _request: Request) -> Response:
        self.telegram.tick(self.telegram.now())
        shown = [phone_json(one, self.telegram) for one in self.telegram.phones.values()]
        if self.twilio:
            self.twilio.tick(self.twilio.now())
            shown += [whatsapp_phone_json(one, self.twilio) for one in self.twilio.phones.values()]
        return JSONResponse(shown)

    async def samples(self, _request: Request) -> Response:
        return JSONResponse([one.json for one in SAMPLES.values()])

    async def sample(self, request: Request) -> Response:
        sample = sample_of(str(request.path_params["sample"]))
        if request.query_params.get("size") == "small" and sample.mime.startswith("image/"):
            return Response(await asyncio.to_thread(sample.thumbnail), media_type="image/jpeg")
        return Response(await asyncio.to_thread(sample.data), media_type=sample.mime)

    async def events(self, _request: Request) -> Response:
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(self._stream(), headers=headers, media_type="text/event-stream")

    async def _stream(self) -> AsyncIterator[str]:
        changed: set[str] = set()
        woken = asyncio.Event()

        def hear(name: str) -> None:
            if name:
                changed.add(name)
                woken.set()

        vendors = [one for one in (self.telegram, self.twilio) if one]
        for vendor in vendors:
            vendor.listeners.append(hear)
        try:
            yield ": open\n\n"
            while True:
                try:
                    await asyncio.wait_for(woken.wait(), _HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                woken.clear()
                names = sorted(changed)
                changed.clear()
                if names:
                    yield f"data: {json.dumps({'phones': names})}\n\n"
        finally:
            for vendor in vendors:
                vendor.listeners.remove(hear)
