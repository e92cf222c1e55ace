"""Twilio's SDK over one aiohttp session that keeps its time limits and never repeats a request by itself.

The SDK's own asynchronous client ignores its time limit, repeats a POST after a 503 when told to retry, and sends
JSON bodies as forms.
"""

import json
import logging
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import SplitResult, urlencode, urlsplit, urlunsplit

import aiohttp
from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from yarl import URL

VENDOR_ERRORS = (TwilioException,)
"""What a call of the SDK over this client raises when the vendor cannot be reached or refuses."""

_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 15.0
_DEFAULT_WAIT_SECONDS = 5.0
_LONGEST_WAIT_SECONDS = 3600.0
# Shorter than what servers keep an idle connection for: a request on a closed one has an unknown outcome.
_KEEP_ALIVE_SECONDS = 4.0
_VENDOR = "twilio.com"
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


class NothingSentError(TwilioException):  # type: ignore[misc]  # the SDK ships no types
    """No connection came about, so the request certainly had no effect."""


class NoAnswerError(TwilioException):  # type: ignore[misc]
    """The request went out and no answer came back: it may have had its effect."""


class AskedToWaitError(TwilioException):  # type: ignore[misc]
    """A 429: nothing had an effect."""

    def __init__(self, seconds: float) -> None:
        """`seconds`: how long the vendor asks to wait."""
        super().__init__("too many requests")
        self.seconds = seconds


class Hosts:
    """Which hosts are the vendor's, and where requests to them really go."""

    def __init__(self, api_url: str | None = None) -> None:
        """`api_url`: scheme and host in place of all of Twilio's; None or one of Twilio's own changes nothing."""
        replaced = None if api_url is None else urlsplit(api_url.rstrip("/"))
        self._instead = None if replaced is None or is_vendor(replaced.hostname) else replaced

    def real(self, url: str) -> str:
        """Where a request for `url` goes: a host of Twilio's is replaced, if it is to be."""
        parts = urlsplit(url)
        if self._instead is None or not is_vendor(parts.hostname):
            return url
        path = self._instead.path + parts.path
        return urlunsplit(parts._replace(scheme=self._instead.scheme, netloc=self._instead.netloc, path=path))

    def takes_credentials(self, url: str) -> bool:
        """Whether the account's token may be shown to the host of a real URL; not to one that can't be read."""
        try:
            return self._takes(urlsplit(url))
        except ValueError:
            return False

    def _takes(self, parts: SplitResult) -> bool:
        if self._instead is not None:
            return _origin(parts) == _origin(self._instead)
        return parts.scheme == "https" and is_vendor(parts.hostname) and parts.port in (None, 443)


def is_vendor(host: str | None) -> bool:
    """Whether a host name is one of the API's."""
    return host is not None and (host == _VENDOR or host.endswith(f".{_VENDOR}"))


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port


def basic_auth(user: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


class TwilioHttp(AsyncHttpClient):  # type: ignore[misc]  # the SDK ships no types
    """The HTTP client to give to `twilio.rest.Client`; `start` before the first request, `stop` at the end."""

    def __init__(
        self,
        api_url: str | None = None,
        *,
        answer_seconds: float = _ANSWER_SECONDS,
        connect_seconds: float = _CONNECT_SECONDS,
    ) -> None:
        """`api_url` as in `Hosts`; the seconds bound each request that does not bring its own `timeout`."""
        super().__init__(logging.getLogger("twilio"), is_async=True, timeout=answer_seconds)
        self.hosts = Hosts(api_url)
        self._answer = answer_seconds
        self._connect = connect_seconds
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the session inside the running loop; a second call changes nothing."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=100, keepalive_timeout=_KEEP_ALIVE_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def stop(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  (the SDK's interface)
        allow_redirects: bool = False,  # noqa: ARG002, FBT001, FBT002  (the SDK's interface; none are followed)
    ) -> Response:
        """Status, text and headers of one request; the errors above when there are none to be had."""
        url = self.hosts.real(uri)
        if not self.hosts.takes_credentials(url):
            raise NothingSentError("a link leads away from the vendor")
        sent = dict(headers or {})
        if auth is not None:
            sent["Authorization"] = basic_auth(*auth)
        body = _body(data, sent)
        if params:
            url += ("&" if "?" in url else "?") + urlencode(params, doseq=True)
        async with self.open(method, url, headers=sent, body=body, seconds=timeout) as response:
            text = await response.text()
            if response.status == HTTPStatus.TOO_MANY_REQUESTS:
                raise AskedToWaitError(_seconds(response.headers.get("Retry-After", "")))
            if response.ok and text and not _is_object(text):
                raise NoAnswerError("an answer that can't be read")
            return Response(response.status, text, response.headers)

    @asynccontextmanager
    async def open(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: str | bytes | None = None,
        seconds: float | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """One request to exactly `url`, its answer unread; what aiohttp raises in here becomes our errors."""
        if self._session is None:
            raise NothingSentError("the session is not open")
        answer = self._answer if seconds is None else seconds
        limits = aiohttp.ClientTimeout(
            total=self._connect + answer, connect=self._connect, sock_connect=self._connect, sock_read=answer
        )
        try:
            # Signed links must go out exactly as they came.
            target = URL(url, encoded=True)
            async with self._session.request(
                method, target, data=body, headers=headers, timeout=limits, allow_redirects=False
            ) as response:
                yield response
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise _mapped(error) from None


def _body(data: Mapping[str, object] | None, headers: Mapping[str, str]) -> str | None:
    if not data:
        return None
    if headers.get("Content-Type", _FORM) == _JSON:
        return json.dumps(data)
    return urlencode(data, doseq=True)


def _is_object(text: str) -> bool:
    """The SDK takes a success for granted, and breaks on one that is no JSON object with errors of its own."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _mapped(error: Exception) -> TwilioException:
    """No address or header goes into the message: they hold numbers and tokens."""
    match error:
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.InvalidURL():
            return NothingSentError(type(error).__name__)
        case _:
            return NoAnswerError(type(error).__name__)


def _seconds(header: str) -> float:
    """`Retry-After` in seconds; a default where it says nothing or a date."""
    return (
        min(float(header), _LONGEST_WAIT_SECONDS)
        if header.isascii() and header.isdecimal()
        else _DEFAULT_WAIT_SECONDS
    )
