"""A scripted Twilio on loopback: keeps every request, checks it by the specification, answers as told."""

import asyncio
import base64
import json
from collections import defaultdict, deque
from collections.abc import Callable
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.twilio_spec import Call, TwilioSpec, spec_folder

ACCOUNT = "AC" + "0a" * 16
TOKEN = "a token invented for tests"
SENDER = "whatsapp:+15005550006"
SPEC = TwilioSpec(folder) if (folder := spec_folder()) else None
AUTHORIZATION = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()

Answer = web.Response | str
"""A response, `reset` (the connection breaks) or `silence` (nothing comes for a second)."""


def sid(prefix: str, number: int) -> str:
    return f"{prefix}{number:032x}"


def refusal(status: int, code: int) -> web.Response:
    """An error as Twilio words it."""
    body = {"code": code, "message": "refused", "more_info": "", "status": status}
    return web.json_response(body, status=status)


class TwilioApi:
    """`answers[name]` holds scripted answers by the last part of the path; else a plausible success comes back."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self.files: dict[str, web.Response] = {}
        self.headers: list[dict[str, str]] = []
        self.targets: list[str] = []
        self.pages: dict[str, Callable[[Call], object]] = {}
        self.problems: list[str] = []
        self._made = 0
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._call)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        return str(self.server.make_url("/")).rstrip("/")

    def forms(self) -> list[dict[str, str]]:
        """The forms of what was posted."""
        return [dict(call.form) for call in self.calls if call.method == "POST"]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(dict(request.headers))
        self.targets.append(request.raw_path)
        if request.path in self.files:
            return self.files.pop(request.path)
        call = await _read(request)
        self.calls.append(call)
        if SPEC is not None:
            self.problems += SPEC.problems(call)
        if request.headers.get("Authorization") != AUTHORIZATION:
            return refusal(401, 20003)
        return await self._answer(request, call)

    async def _answer(self, request: web.Request, call: Call) -> web.StreamResponse:
        name = call.path.rpartition("/")[2]
        answer = self.answers[name].popleft() if self.answers[name] else None
        if answer == "reset":
            assert request.transport is not None
            request.transport.abort()
        if answer == "silence":
            await asyncio.sleep(1)
        if isinstance(answer, web.Response):
            return answer
        if call.method == "DELETE":
            return web.Response(status=204)
        if call.path in self.pages:
            return web.json_response(self.pages[call.path](call))
        self._made += 1
        return web.json_response(self._made_from(call), status=201)

    def _made_from(self, call: Call) -> object:
        if isinstance(call.body, dict):
            return call.body | {"sid": sid("HX", self._made), "status": "received"}
        return {"sid": sid("SM", self._made), "status": "queued", "account_sid": ACCOUNT}


async def _read(request: web.Request) -> Call:
    raw = await request.read()
    query = tuple(request.query.items())
    if request.content_type == "application/json" and raw:
        return Call(request.method, request.path, query, body=json.loads(raw))
    form = tuple(parse_qsl(raw.decode(), keep_blank_values=True))
    return Call(request.method, request.path, query, form=form)
