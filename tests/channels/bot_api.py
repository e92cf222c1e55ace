"""A scripted Bot API on loopback: keeps every request, checks it by the specification, answers as told."""

import json
from collections import defaultdict, deque
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.spec import BotApiSpec, spec_path

_BARE = {"text", "caption", "file_id", "callback_query_id"}
TOKEN = "4711:invented-for-tests"
SPEC = BotApiSpec(path) if (path := spec_path()) else None


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came over the wire; nested values are read from their JSON."""

    method: str
    params: dict[str, object]
    files: dict[str, bytes] = field(default_factory=dict)


def refusal(code: int, description: str, **parameters: int) -> web.Response:
    """An error as the Bot API words it."""
    body = {"ok": False, "error_code": code, "description": description}
    return web.json_response(body | ({"parameters": parameters} if parameters else {}), status=code)


class BotApi:
    """`answers[method]` holds scripted answers; without one a plausible success comes back."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answers: defaultdict[str, deque[web.Response | str]] = defaultdict(deque)
        self.files: dict[str, bytes] = {}
        self.problems: list[str] = []
        self._message_id = 100
        app = web.Application(client_max_size=60_000_000)
        app.router.add_post(f"/bot{TOKEN}/{{method}}", self._call)
        app.router.add_get(f"/file/bot{TOKEN}/{{path:.*}}", self._file)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        return str(self.server.make_url("/")).rstrip("/")

    async def _call(self, request: web.Request) -> web.Response:
        call = await _read(request)
        self.requests.append(call)
        if SPEC is not None:
            self.problems += SPEC.problems(call.method, call.params, frozenset(call.files))
        answer = self.answers[call.method].popleft() if self.answers[call.method] else None
        if answer == "reset":
            assert request.transport is not None
            request.transport.abort()
        if isinstance(answer, web.Response):
            return answer
        return web.json_response({"ok": True, "result": self._result(call)})

    async def _file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["path"])
        return web.Response(status=404) if content is None else web.Response(body=content)

    def _result(self, call: Request) -> object:
        if call.method == "sendMediaGroup":
            media = call.params["media"]
            assert isinstance(media, list)
            return [self._message() for _ in media]
        if call.method == "getUpdates":
            return []
        if call.method.startswith(("send", "edit")):
            return self._message()
        if call.method == "getFile":
            path = call.params["file_id"]
            return {"file_id": path, "file_unique_id": "u", "file_path": path}
        return True

    def _message(self) -> dict[str, object]:
        self._message_id += 1
        chat = {"id": 1001, "type": "private", "first_name": "Asha"}
        return {"message_id": self._message_id, "date": 1764000000, "chat": chat}


async def _read(request: web.Request) -> Request:
    if request.content_type == "application/json":
        return Request(request.match_info["method"], await request.json())
    params: dict[str, object] = {}
    files: dict[str, bytes] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = value.file.read()
        else:
            assert isinstance(value, str)
            params[name] = _value(name, value)
    return Request(request.match_info["method"], params, files)


def _value(name: str, text: str) -> object:
    """Strings come bare, everything else as JSON; a text may look like JSON and is none."""
    try:
        return text if name in _BARE else json.loads(text)
    except ValueError:
        return text
