"""python-telegram-bot over one aiohttp session: a quarter of the CPU, and it knows what was not sent."""

import asyncio
import json
from collections.abc import Mapping
from http import HTTPStatus

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 15.0
_MEDIA_SECONDS = 90.0
_DEFAULT_WAIT_SECONDS = 5.0
# Shorter than what servers keep an idle connection for: a request on a closed one has an unknown outcome.
_KEEP_ALIVE_SECONDS = 4.0


class NothingSentError(NetworkError):
    """No connection came about, so the request certainly had no effect."""


class AskedToWaitError(NetworkError):
    """A 429; PTB's own RetryAfter changes its type between releases and warns of it each time."""

    def __init__(self, seconds: float) -> None:
        """`seconds`: how long the vendor asks to wait."""
        super().__init__("too many requests")
        self.seconds = seconds


class FileTooLargeError(NetworkError):
    """A download went over its cap and was broken off."""


class AiohttpRequest(BaseRequest):
    """PTB's request interface; time limits per call, longer ones by itself when files go along."""

    __slots__ = ("_session",)

    def __init__(self) -> None:
        """The session is opened by `initialize`, inside the running loop."""
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer where a call does not say."""
        return _ANSWER_SECONDS

    async def initialize(self) -> None:
        """Open the session; a second call changes nothing."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=100, keepalive_timeout=_KEEP_ALIVE_SECONDS)
            self._session = aiohttp.ClientSession(
                connector=connector, headers={"User-Agent": self.USER_AGENT}
            )

    async def shutdown(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  (the interface; one total covers it)
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Status and body; AskedToWaitError (429), or NothingSentError, TimedOut, NetworkError: no answer."""
        has_files = request_data is not None and request_data.contains_files
        timeout = _timeout(read_timeout, connect_timeout, has_files=has_files)
        try:
            async with self._open().request(
                method, url, data=_body(request_data), timeout=timeout, allow_redirects=False
            ) as response:
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _mapped(error) from None
        if response.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise AskedToWaitError(_seconds(body))
        return response.status, body

    async def post_json(
        self, url: str, content: Mapping[str, object], *, wait_seconds: float
    ) -> tuple[int, bytes]:
        """As `do_request`, for a call whose answer PTB is not to read."""
        timeout = _timeout(wait_seconds, BaseRequest.DEFAULT_NONE, has_files=False)
        try:
            async with self._open().post(
                url, json=content, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _mapped(error) from None

    async def download(self, url: str, *, cap: int) -> bytes:
        """The body behind a link, at most `cap` bytes; FileTooLargeError or NetworkError otherwise."""
        timeout = _timeout(_MEDIA_SECONDS, BaseRequest.DEFAULT_NONE, has_files=True)
        try:
            async with self._open().get(url, timeout=timeout, allow_redirects=False) as response:
                return await _body_within(response, cap)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _mapped(error) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise NothingSentError("the session is not open")
        return self._session


async def _body_within(response: aiohttp.ClientResponse, cap: int) -> bytes:
    if response.status != HTTPStatus.OK:
        raise NetworkError(f"download answered {response.status}")
    body = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        body += chunk
        if len(body) > cap:
            raise FileTooLargeError("over the cap")
    return bytes(body)


def _mapped(error: aiohttp.ClientError | TimeoutError) -> NetworkError:
    """No address or header of ours goes into the message: the URL holds the token."""
    match error:
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.InvalidURL():
            return NothingSentError(type(error).__name__)
        case asyncio.TimeoutError():
            return TimedOut(type(error).__name__)
        case _:
            return NetworkError(type(error).__name__)


def _seconds(body: bytes) -> float:
    """`parameters.retry_after` of a refusal, a default where it is not said."""
    try:
        answer = json.loads(body)
    except ValueError:
        return _DEFAULT_WAIT_SECONDS
    match answer:
        case {"parameters": {"retry_after": int(seconds)}}:
            return float(seconds)
        case _:
            return _DEFAULT_WAIT_SECONDS


def _timeout(read: object, connect: object, *, has_files: bool) -> aiohttp.ClientTimeout:
    answer = read if isinstance(read, int | float) else _MEDIA_SECONDS if has_files else _ANSWER_SECONDS
    opening = connect if isinstance(connect, int | float) else _CONNECT_SECONDS
    total = opening + answer + (_MEDIA_SECONDS if has_files else 0)
    return aiohttp.ClientTimeout(total=total, connect=opening, sock_connect=opening, sock_read=answer)


def _body(request_data: RequestData | None) -> aiohttp.FormData | None:
    if request_data is None:
        return None
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form
