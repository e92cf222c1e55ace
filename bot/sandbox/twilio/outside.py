"""Requests that Twilio makes: signed webhooks, TwiML, and the fetching of a MediaUrl."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import Message as Headers
from typing import NoReturn
from urllib.parse import parse_qsl, urldefrag, urlencode

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
)

from .signing import Fields, signature

IMAGE_BYTES = 5 * 1024 * 1024
FILE_BYTES = 16 * 1024 * 1024
_WORD = "application/vnd.openxmlformats-officedocument"
# twilio.com/docs/whatsapp/guidance-whatsapp-media-messages.
ACCEPTED = frozenset(
    {
        "image/jpeg", "image/png", "image/webp", "application/pdf", "application/msword",
        "application/vnd.ms-excel", "application/vnd.ms-powerpoint", f"{_WORD}.wordprocessingml.document",
        f"{_WORD}.spreadsheetml.sheet", f"{_WORD}.presentationml.presentation", "text/vcard",
        "audio/ogg", "audio/amr", "audio/3gpp", "audio/aac", "audio/mpeg", "audio/mp4", "video/mp4",
    }
)  # fmt: skip
_BEGINS = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG", "application/pdf": b"%PDF"}
_ANSWER_WITHIN = ClientTimeout(total=15, sock_connect=5, sock_read=15)
_FETCH_WITHIN = ClientTimeout(total=30, sock_connect=5)
_FILE_NAME = re.compile(r"[^\s/\\]{1,20}")


class MediaRefused(Exception):
    """A file that could not be fetched or is not taken; `code` is Twilio's number."""

    def __init__(self, code: int) -> None:
        """63019, 63005, 12300 or 11751."""
        super().__init__(str(code))
        self.code = code


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file behind a MediaUrl."""

    content_type: str
    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook answered; status 0 means no answer, and `connected` whether there was a connection."""

    status: int
    text: str = ""
    connected: bool = True

    @property
    def ok(self) -> bool:
        """Twilio takes any 2xx."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Overrides:
    """How often and for what a webhook is tried again: the fragment of its URL.

    Source: twilio.com/docs/usage/webhooks/webhooks-connection-overrides (`rc`, `rp`, `ct`, `rt`, `tt`).
    """

    url: str
    tries: int = 2
    policies: frozenset[str] = frozenset({"ct"})
    limit: ClientTimeout = _ANSWER_WITHIN

    def again(self, answer: Answer) -> bool:
        """Whether this outcome is tried again."""
        what = f"{answer.status // 100}xx" if answer.status else "rt" if answer.connected else "ct"
        return not answer.ok and bool({"all", what} & self.policies)


def overrides(url: str) -> Overrides:
    """Read the fragment of a webhook's URL; the rest is what is called and signed."""
    plain, fragment = urldefrag(url)
    given = dict(parse_qsl(fragment))

    def number(name: str, usual: int) -> int:
        return int(given[name]) if given.get(name, "").isdecimal() else usual

    return Overrides(
        plain,
        min(5, number("rc", 1)) + 1,
        frozenset(given.get("rp", "ct").split(",")),
        ClientTimeout(
            total=number("tt", 15_000) / 1000,
            sock_connect=number("ct", 5_000) / 1000,
            sock_read=number("rt", 15_000) / 1000,
        ),
    )


class Outside:
    """One HTTP session, opened at first use in the loop that delivers."""

    def __init__(self, token: str) -> None:
        """`token` signs."""
        self._token = token
        self._session: ClientSession | None = None

    async def close(self) -> None:
        """Close the session."""
        if self._session:
            await self._session.close()
            self._session = None

    async def post(self, given: str, fields: Sequence[tuple[str, str]], *, idempotency: str) -> Answer:
        """Post a signed form, again as the URL's fragment says; the last answer."""
        rules = overrides(given)
        answer = Answer(0, connected=False)
        for _ in range(rules.tries):
            answer = await self._post_once(rules, tuple(fields), idempotency)
            if not rules.again(answer):
                return answer
        return answer

    async def fetch(self, url: str) -> Fetched:
        """HEAD, then GET; raises MediaRefused."""
        try:
            async with self._opened.head(url, timeout=_FETCH_WITHIN, allow_redirects=True) as told:
                announced = _accepted(told)
            async with self._opened.get(url, timeout=_FETCH_WITHIN) as answer:
                if _accepted(answer) != announced:
                    _refuse(12300)
                data = await answer.read()
        except (ClientError, TimeoutError, ValueError) as error:
            raise MediaRefused(63019) from error
        if not data.startswith(_BEGINS.get(announced, b"")):
            _refuse(12300)
        if len(data) > (IMAGE_BYTES if announced.startswith("image/") else FILE_BYTES):
            _refuse(11751)
        return Fetched(announced, file_name(answer.headers.get("Content-Disposition", "")), data)

    @property
    def _opened(self) -> ClientSession:
        self._session = self._session or ClientSession(headers={"User-Agent": "TwilioProxy/1.1"})
        return self._session

    async def _post_once(self, rules: Overrides, fields: Fields, idempotency: str) -> Answer:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signature(self._token, rules.url, fields),
            "I-Twilio-Idempotency-Token": idempotency,
        }
        try:
            async with self._opened.post(
                rules.url, data=urlencode(fields), headers=headers, timeout=rules.limit, allow_redirects=False
            ) as answer:
                return Answer(answer.status, await answer.text())
        except (ClientConnectorError, ConnectionTimeoutError):
            return Answer(0, connected=False)
        except (ClientError, TimeoutError):
            return Answer(0)


def file_name(disposition: str) -> str:
    """The name a document gets: at most 20 characters without blanks, otherwise none."""
    headers = Headers()
    headers["Content-Disposition"] = disposition or "inline"
    name = headers.get_filename() or ""
    return name if _FILE_NAME.fullmatch(name) else ""


def _accepted(answer: ClientResponse) -> str:
    if answer.status != 200:
        _refuse(63019)
    # aiohttp guesses a type where there is none, so the header itself is read.
    announced = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if announced not in ACCEPTED:
        _refuse(63005)
    return announced


def _refuse(code: int) -> NoReturn:
    raise MediaRefused(code)
