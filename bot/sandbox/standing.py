"""A clock that the caller moves: whoever plays hours in seconds tells the vendors when it is and when to deliver."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import ManualClock

from .asked import guarded, text_of
from .multipart import read_form
from .twilio.vendor import TwilioVendor
from .vendor import Vendor


@dataclass(slots=True)
class StandingClock:
    """`GET /clock` tells the time and what is due next, `POST /clock/move` and `POST /clock/deliver` go on."""

    clock: ManualClock
    telegram: Vendor
    twilio: TwilioVendor

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/clock", self.tell, methods=["GET"]),
            Route("/clock/move", guarded(self.move), methods=["POST"]),
            Route("/clock/deliver", self.deliver, methods=["POST"]),
        ]

    async def tell(self, _request: Request) -> Response:
        """`{now, next_due}`, ISO 8601; `next_due` null where nothing is."""
        times = [one for one in (self.telegram.next_due(), self.twilio.next_due()) if one is not None]
        next_due = min(times).isoformat() if times else None
        return JSONResponse({"now": self.clock.now().isoformat(), "next_due": next_due})

    async def move(self, request: Request) -> Response:
        """`{seconds}` forward."""
        self.clock.advance(timedelta(seconds=float(text_of(await read_form(request), "seconds"))))
        return await self.tell(request)

    async def deliver(self, _request: Request) -> Response:
        """Everything that is due now; `{done}` is how much it was."""
        now = self.clock.now()
        done = await self.telegram.deliver(now) + await self.twilio.deliver(now)
        return JSONResponse({"done": done})
