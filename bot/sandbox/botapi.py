"""The Bot API over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`, with the faults asked for."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from .errors import ApiError, bad_request, conflict, forbidden, too_many
from .faults import FILE_DOWNLOAD, Fault, FaultKind
from .multipart import Form, read_form
from .vendor import Vendor

_LONGEST_POLL = 50
_CHUNKS = 10


class Dropped(Exception):
    """The connection is to be cut without an answer."""


def answer(result: object) -> JSONResponse:
    """What a successful call answers."""
    return JSONResponse({"ok": True, "result": result})


def refusal(error: ApiError) -> JSONResponse:
    """What a refused call answers."""
    more = {"parameters": {"retry_after": error.retry_after}} if error.retry_after else {}
    body = {"ok": False, "error_code": error.code, "description": error.description, **more}
    return JSONResponse(body, status_code=error.code)


@dataclass(slots=True)
class BotApi:
    """The HTTP face of one vendor."""

    vendor: Vendor
    _poll: asyncio.Event | None = field(default=None, init=False)
    _wakers: set[asyncio.Event] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        """Polls wake when anything changes."""
        self.vendor.listeners.append(self._wake)

    async def method(self, request: Request) -> Response:
        """Endpoint of a method; a token or method that is not known is 401 or 404, as at Telegram."""
        try:
            name = str(request.path_params["method"])
            self._check_token(str(request.path_params["token"]))
            form = await read_form(request)
            return await self._run(name, form)
        except ApiError as error:
            return refusal(error)
        except Dropped:
            return await cut(request)

    async def file(self, request: Request) -> Response:
        """Endpoint of a download."""
        try:
            self._check_token(str(request.path_params["token"]))
            fault = self.vendor.faults.take(FILE_DOWNLOAD, 0)
            await _before(fault)
        except ApiError as error:
            return refusal(error)
        except Dropped:
            return await cut(request)
        found = self.vendor.files.by_path(str(request.path_params["path"]))
        if found is None:
            return refusal(ApiError(404, "Not Found"))
        seconds = fault.seconds if fault and fault.kind is FaultKind.SLOW_MEDIA else 0.0
        headers = {"content-length": str(len(found.data))}
        return StreamingResponse(_drip(found.data, seconds), 200, headers, "application/octet-stream")

    def _check_token(self, token: str) -> None:
        if token != self.vendor.token:
            raise ApiError(401, "Unauthorized") if ":" in token else ApiError(404, "Not Found")

    async def _run(self, name: str, form: Form) -> Response:
        files = dict(form.files)
        if self.vendor.on_request:
            self.vendor.on_request(name, form.fields, files)
        chat = _chat_of(form)
        fault = self.vendor.faults.take(name, chat)
        try:
            await _before(fault)
            if fault and fault.kind is FaultKind.SLOW_MEDIA:
                await asyncio.sleep(fault.seconds)
            if name.lower() == "getupdates":
                result: object = await self._get_updates(form)
            else:
                result = self.vendor.call(name, form.fields, files)
        except (ApiError, Dropped) as error:
            self.vendor.note_refused(name, chat, str(error) or "dropped before")
            raise
        await _after(fault)
        return answer(result)

    def _wake(self, _: str) -> None:
        for waker in self._wakers:
            waker.set()

    async def _get_updates(self, form: Form) -> list[object]:
        queue = self.vendor.updates
        if queue.webhook:
            raise conflict("can't use getUpdates method while webhook is active; use deleteWebhook first")
        if form.fields.get("allowed_updates") is not None:
            self.vendor.updates.allowed = _names(form.fields["allowed_updates"])
        offset, limit = _number(form, "offset", 0), min(100, max(1, _number(form, "limit", 100)))
        if offset:
            queue.confirm(offset)
        await self._wait(min(_LONGEST_POLL, _number(form, "timeout", 0)))
        return [one.json for one in queue.batch(limit, self.vendor.now())]

    async def _wait(self, seconds: int) -> None:
        """Until there is an update or time is up; a newer poll ends this one with 409."""
        if self._poll:
            self._poll.set()
        mine = self._poll = asyncio.Event()
        try:
            if await self._quiet_for(seconds, mine):
                other = "terminated by other getUpdates request"
                raise conflict(f"{other}; make sure that only one bot instance is running")
        finally:
            if self._poll is mine:
                self._poll = None

    async def _quiet_for(self, seconds: int, ended: asyncio.Event) -> bool:
        waker = asyncio.Event()
        self._wakers.update({waker})
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        stop = asyncio.ensure_future(ended.wait())
        try:
            while (
                not self.vendor.updates.batch(1, self.vendor.now())
                and loop.time() < until
                and not ended.is_set()
            ):
                woken = asyncio.ensure_future(waker.wait())
                # A held-back update becomes due by time alone, so look twice a second.
                left = min(0.5, until - loop.time())
                await asyncio.wait({woken, stop}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                woken.cancel()
                waker.clear()
        finally:
            stop.cancel()
            self._wakers.discard(waker)
        return ended.is_set()


def _names(value: object) -> tuple[str, ...]:
    return tuple(json.loads(value) if isinstance(value, str) else value)  # type: ignore[arg-type]


def _number(form: Form, name: str, default: int) -> int:
    value = str(form.fields.get(name) or default)
    if not value.lstrip("-").isdigit():
        raise bad_request(f"invalid {name} specified")
    return int(value)


def _chat_of(form: Form) -> int:
    value = str(form.fields.get("chat_id") or 0)
    return int(value) if value.lstrip("-").isdigit() else 0


async def _before(fault: Fault | None) -> None:
    match fault.kind if fault else None:
        case FaultKind.TOO_MANY if fault:
            raise too_many(max(1, round(fault.seconds)))
        case FaultKind.BLOCKED:
            raise forbidden("bot was blocked by the user")
        case FaultKind.ERROR_BEFORE:
            raise ApiError(500, "Internal Server Error")
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
            raise ApiError(500, "Internal Server Error")
        case FaultKind.RESET_AFTER:
            raise Dropped
        case FaultKind.TIMEOUT_AFTER if fault:
            await asyncio.sleep(fault.seconds)
            raise Dropped
        case _:
            return


async def cut(request: Request) -> Response:
    """Cut the client's connection as a broken network does."""
    transport = request.scope.get("sandbox.transport")
    if transport is not None:
        with contextlib.suppress(OSError):
            transport.abort()
        # The server notices a cut connection in its next turn; an answer before that is logged as an error.
        await asyncio.sleep(0.05)
    return Response(status_code=502)


async def _drip(data: bytes, seconds: float) -> AsyncIterator[bytes]:
    size = max(1, -(-len(data) // _CHUNKS)) if seconds else max(1, len(data))
    for start in range(0, len(data), size):
        yield data[start : start + size]
        if seconds:
            await asyncio.sleep(seconds / _CHUNKS)
