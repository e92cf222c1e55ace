"""Files that people sent: fetched from the vendor's store, then deleted there."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from bot.channels.base import FetchFailed, FileTooBig
from bot.channels.twilio.client import NothingSentError, TwilioHttp, basic_auth, is_vendor
from bot.channels.twilio.errors import fetch_error

MEDIA_LIMIT = 16_000_000
"""Bytes of the largest file that WhatsApp carries (twilio.com/docs/whatsapp/guidance-whatsapp-media-messages)."""

_SECONDS = 90.0
_HOPS = 4
_STORES = ("twiliocdn.com",)
# Where files lie that came before an account asked for authentication (help.twilio.com, 223183748).
_OLD_STORE = ("s3-external-1.amazonaws.com", "/media.twiliocdn.com/")
_RESOURCE = re.compile(
    r"/Accounts/(AC[0-9a-fA-F]{32})/Messages/((?:MM|SM)[0-9a-fA-F]{32})/Media/(ME[0-9a-fA-F]{32})$"
)
_REDIRECTS = (
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.FOUND,
    HTTPStatus.SEE_OTHER,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks; the token goes to the API's own hosts only."""

    account_sid: str
    auth_token: str


class TwilioMedia:
    """Fetches and deletes the files of one account."""

    def __init__(self, http: TwilioHttp, credentials: Credentials, *, limit: int = MEDIA_LIMIT) -> None:
        """`http` has been started; `limit`: bytes after which a download is broken off."""
        self._http = http
        self._credentials = credentials
        self._client = Client(credentials.account_sid, credentials.auth_token, http_client=http)
        self._limit = limit

    async def fetch(self, url: str) -> bytes:
        """The bytes behind a `MediaUrl`, redirects followed; FileTooBig, FileGone or FetchFailed."""
        try:
            target = self._http.hosts.real(url)
            for _ in range(_HOPS):
                answer = await self._get(target)
                if isinstance(answer, bytes):
                    return answer
                if not answer.url:
                    raise FetchFailed("a redirect to nowhere")
                target = urljoin(target, answer.url)
        except (TwilioException, ValueError) as error:
            raise FetchFailed(type(error).__name__) from None
        raise FetchFailed("too many redirects")

    async def _get(self, url: str) -> "bytes | _Elsewhere":
        # Pictures don't shrink, and what is not packed can't burst over the limit when it is unpacked.
        headers = self.headers(url) | {"Accept-Encoding": "identity"}
        async with self._http.open("GET", url, headers=headers, seconds=_SECONDS) as response:
            if response.status in _REDIRECTS:
                return _Elsewhere(response.headers.get("Location", ""))
            if response.status != HTTPStatus.OK:
                raise fetch_error(response.status)
            return await self._within_limit(response)

    def headers(self, url: str) -> dict[str, str]:
        """What to send to a hop: the token to the API, nothing to a store of the vendor's; else FetchFailed."""
        if self._http.hosts.takes_credentials(url):
            return {"Authorization": basic_auth(self._credentials.account_sid, self._credentials.auth_token)}
        if is_store(url):
            return {}
        raise FetchFailed("a redirect leads away from the vendor")

    async def _within_limit(self, response: aiohttp.ClientResponse) -> bytes:
        if (response.content_length or 0) > self._limit:
            raise FileTooBig("over the limit of WhatsApp")
        body = bytearray()
        async for chunk in response.content.iter_chunked(1 << 16):
            body += chunk
            if len(body) > self._limit:
                raise FileTooBig("over the limit of WhatsApp")
        return bytes(body)

    async def delete(self, url: str) -> bool:
        """Have the vendor forget the file behind a `MediaUrl`; whether it is gone. Errors as the SDK raises them."""
        found = _RESOURCE.search(urlsplit(url).path)
        if found is None or found[1] != self._credentials.account_sid:
            raise NothingSentError("not a file of this account")
        try:
            return bool(await self._client.messages(found[2]).media(found[3]).delete_async())
        except TwilioRestException as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return True
            raise


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """Where a redirect points; may be relative."""

    url: str


def is_store(url: str) -> bool:
    """Whether a URL is in one of the places where Twilio keeps files; ValueError where it can't be read."""
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.port not in (None, 443) or parts.hostname is None:
        return False
    if (parts.hostname, parts.path[: len(_OLD_STORE[1])]) == _OLD_STORE:
        return True
    return is_vendor(parts.hostname) or any(
        parts.hostname == store or parts.hostname.endswith(f".{store}") for store in _STORES
    )
