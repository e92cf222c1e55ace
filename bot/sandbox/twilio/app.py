"""The account as an ASGI application of its own, or as routes to put beside others."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from .account_api import AccountApi
from .calls_api import CallsApi
from .contents_api import ContentsApi
from .errors import not_found
from .http import refusal
from .messages_api import MessagesApi
from .senders_api import SendersApi
from .vendor import TwilioVendor


class TwilioApp(Starlette):
    """Starlette that lets a fault cut a connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep the server's transport (uvicorn's) where an endpoint finds it."""
        # uvicorn's `send` is a method of the request's cycle; nothing public leads to the transport.
        scope["sandbox.transport"] = getattr(getattr(send, "__self__", None), "transport", None)
        await super().__call__(scope, receive, send)


def routes(vendor: TwilioVendor) -> list[Route]:
    """All routes of Twilio's hosts that there are here, and 404 for the others."""
    return [
        *MessagesApi(vendor).routes(),
        *CallsApi(vendor).routes(),
        *ContentsApi(vendor).routes(),
        *SendersApi(vendor).routes(),
        *AccountApi(vendor).routes(),
        Route("/2010-04-01/{rest:path}", _unknown, methods=["GET", "POST", "DELETE"]),
    ]


def build_app(vendor: TwilioVendor) -> TwilioApp:
    """The application; whoever has it calls `vendor.deliver`."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await vendor.close()

    return TwilioApp(routes=routes(vendor), lifespan=lifespan)


async def _unknown(request: Request) -> Response:
    return refusal(not_found(request.url.path))
