"""What every route has in common: the account's credentials, faults, Twilio's errors and pages."""

import asyncio
import base64
import json
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.botapi import Dropped, cut

from .errors import TwilioError, broken, not_found, refused, too_many, unauthorized
from .faults import Fault, FaultKind
from .model import Json
from .signing import Fields
from .vendor import TwilioVendor

API = "/2010-04-01/Accounts/{account}"
_PAGE = 50
_LARGEST_PAGE = 1000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with the right credentials."""

    path: str
    parts: Mapping[str, str]
    query: Fields
    form: Fields
    text: str = ""

    def one(self, name: str) -> str:
        """A field of the form; blank if it is not there."""
        return next((value for key, value in self.form if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a field that may be repeated."""
        return tuple(value for key, value in self.form if key == name)

    def wanted(self, name: str) -> str:
        """A field of the query; blank if it is not there."""
        return next((value for key, value in self.query if key == name), "")

    def json(self) -> Json:
        """The body as a JSON object; raises 400."""
        try:
            made = json.loads(self.text or "null")
        except ValueError as error:
            raise refused(20001, "the body is not JSON") from error
        if not isinstance(made, dict):
            raise refused(20001, "the body is not a JSON object")
        return made


Action = Callable[[Asked], Response]


@dataclass(slots=True)
class Doors:
    """Makes routes of one vendor."""

    vendor: TwilioVendor

    def route(self, method: str, path: str, name: str, action: Action) -> Route:
        """A route that `faults` know as `name`."""
        return Route(path, self._endpoint(name, action), methods=[method])

    def _endpoint(self, name: str, action: Action) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                self._authenticate(request)
                asked = await _read(request)
                return await self._run(name, action, request.method, asked)
            except TwilioError as error:
                return refusal(error)
            except Dropped:
                return await cut(request)

        return endpoint

    async def _run(self, name: str, action: Action, method: str, asked: Asked) -> Response:
        vendor, to = self.vendor, asked.one("To")
        if vendor.on_request:
            vendor.on_request(method, asked.path, asked.query, asked.form or _as_field(asked.text))
        fault = vendor.faults.of_request(name, to.removeprefix("whatsapp:"))
        try:
            await before(fault)
            answer = action(asked)
        except (TwilioError, Dropped) as error:
            if name in ("messages.create", "calls.create"):
                channel = "voice" if name == "calls.create" else "whatsapp" if ":" in to else "sms"
                code = str(error.code) if isinstance(error, TwilioError) else "dropped before"
                vendor.note(channel, to, text=asked.one("Body"), error=code)
            raise
        await _after(fault)
        return answer

    def _authenticate(self, request: Request) -> None:
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        expected = f"{self.vendor.account}:{self.vendor.token}"
        try:
            good = kind.lower() == "basic" and base64.b64decode(given).decode() == expected
        except ValueError as error:
            raise unauthorized() from error
        if not good:
            raise unauthorized()
        if request.path_params.get("account", self.vendor.account) != self.vendor.account:
            raise not_found(request.url.path)


def refusal(error: TwilioError) -> Response:
    """Twilio's error as JSON."""
    body = {
        "code": error.code,
        "message": error.message,
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }
    headers = {"Retry-After": str(math.ceil(error.wait))} if error.wait else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return JSONResponse(body, error.status, headers)


def rfc2822(at: datetime | None) -> str | None:
    """A date as the 2010 API writes it."""
    return at.strftime("%a, %d %b %Y %H:%M:%S +0000") if at else None


def iso(at: datetime) -> str:
    """A date as the younger APIs write it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    number: int
    size: int

    def of(self, items: Sequence[T]) -> list[T]:
        """The items of this page."""
        return list(items[self.number * self.size : (self.number + 1) * self.size])


def page_of(asked: Asked) -> Page:
    """Page and PageSize of a query, with Twilio's limits; raises 400."""
    number, size = asked.wanted("Page") or "0", asked.wanted("PageSize") or str(_PAGE)
    if not (number.isdecimal() and size.isdecimal()):
        raise refused(20001, "Page and PageSize are numbers")
    return Page(int(number), max(1, min(_LARGEST_PAGE, int(size))))


def page_link(asked: Asked, page: Page, number: int) -> str:
    """The address of another page of the same list."""
    rest = [(key, value) for key, value in asked.query if key not in ("Page", "PageSize", "PageToken")]
    return f"{asked.path}?{urlencode([*rest, ('PageSize', page.size), ('Page', number)])}"


def listing(asked: Asked, key: str, items: Sequence[T], show: Callable[[T], Json]) -> Response:
    """One page of a list as the 2010 API answers it."""
    page = page_of(asked)
    shown = page.of(items)
    more = (page.number + 1) * page.size < len(items)
    start = page.number * page.size
    body = {
        key: [show(one) for one in shown],
        "page": page.number, "page_size": page.size, "start": start,
        "end": max(start, start + len(shown) - 1),
        "uri": page_link(asked, page, page.number), "first_page_uri": page_link(asked, page, 0),
        "previous_page_uri": page_link(asked, page, page.number - 1) if page.number else None,
        "next_page_uri": page_link(asked, page, page.number + 1) if more else None,
    }  # fmt: skip
    return JSONResponse(body)


async def _read(request: Request) -> Asked:
    text = (await request.body()).decode(errors="replace")
    query = tuple(parse_qsl(request.url.query, keep_blank_values=True))
    kind = request.headers.get("content-type", "").partition(";")[0]
    is_form = kind == "application/x-www-form-urlencoded"
    form = tuple(parse_qsl(text, keep_blank_values=True)) if is_form else ()
    return Asked(request.url.path, request.path_params, query, form, "" if is_form else text)


def _as_field(text: str) -> Fields:
    return (("", text),) if text else ()


async def before(fault: Fault | None) -> None:
    """Do what a fault asks for before the effect: raises TwilioError or Dropped."""
    match fault.kind if fault else None:
        case FaultKind.TOO_MANY if fault:
            raise too_many(fault.seconds)
        case FaultKind.ERROR_BEFORE:
            raise broken()
        case FaultKind.RESET_BEFORE:
            raise Dropped
        case FaultKind.TIMEOUT_BEFORE if fault:
            await asyncio.sleep(fault.seconds)
            raise Dropped
        case _:
            return


async def _after(fault: Fault | None) -> None:
    match fault.kind if fault else None:
        case FaultKind.ERROR_AFTER:
            raise broken()
        case FaultKind.RESET_AFTER:
            raise Dropped
        case FaultKind.TIMEOUT_AFTER if fault:
            await asyncio.sleep(fault.seconds)
            raise Dropped
        case _:
            return
