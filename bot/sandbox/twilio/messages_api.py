"""Messages and their files over HTTP: the 2010 API, and the store to which it redirects a download."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox.botapi import Dropped, cut

from .errors import TwilioError, not_found, refused
from .faults import MEDIA_DOWNLOAD, FaultKind
from .http import API, Asked, Doors, before, listing, refusal, rfc2822
from .model import UNDER_WAY, Json, MediaFile, Message, Status, segments
from .outgoing import Request as SendRequest
from .store import Wanted
from .vendor import TwilioVendor

_CHUNKS = 10
_DAY = timedelta(days=1) - timedelta(microseconds=1)
_ERRORS = {Status.FAILED, Status.UNDELIVERED}


@dataclass(slots=True)
class MessagesApi:
    """The routes of messages."""

    vendor: TwilioVendor

    def routes(self) -> list[Route]:
        """In the order in which they match."""
        one, files = f"{API}/Messages/{{sid}}.json", f"{API}/Messages/{{sid}}/Media"
        route = Doors(self.vendor).route
        return [
            route("POST", f"{API}/Messages.json", "messages.create", self._create),
            route("GET", f"{API}/Messages.json", "messages.list", self._list),
            route("GET", one, "messages.fetch", self._fetch),
            route("POST", one, "messages.update", self._update),
            route("DELETE", one, "messages.delete", self._delete),
            route("GET", f"{files}.json", "media.list", self._files),
            route("GET", f"{files}/{{file}}.json", "media.fetch", self._file),
            route("DELETE", f"{files}/{{file}}.json", "media.delete", self._drop_file),
            route("GET", f"{files}/{{file}}", "media.redirect", self._redirect),
            route("DELETE", f"{files}/{{file}}", "media.delete", self._drop_file),
            Route("/media.twiliocdn.com/{account}/{file}/{key}", self._bytes, methods=["GET"]),
        ]

    def _create(self, asked: Asked) -> Response:
        message = self.vendor.send(
            SendRequest(
                asked.one("To"), asked.one("From"), asked.one("Body"), asked.all("MediaUrl"),
                asked.one("ContentSid"), _variables(asked.one("ContentVariables")),
                asked.one("StatusCallback"),
            )
        )  # fmt: skip
        return JSONResponse(self._json(message), 201)

    def _list(self, asked: Asked) -> Response:
        on = asked.wanted("DateSent")
        wanted = Wanted(
            asked.wanted("To"),
            asked.wanted("From"),
            _instant(asked.wanted("DateSent>")) or _day(on),
            _instant(asked.wanted("DateSent<")) or _day(on, end=_DAY),
        )
        return listing(asked, "messages", self.vendor.store.listed(wanted), self._json)

    def _fetch(self, asked: Asked) -> Response:
        return JSONResponse(self._json(self._message(asked)))

    def _update(self, asked: Asked) -> Response:
        """Redact: a blank Body is all that can be written on a message."""
        message = self._message(asked)
        if ("Body", "") not in asked.form or message.status in UNDER_WAY:
            raise refused(20001, "only a blank Body can be written, when the message is complete")
        return JSONResponse(self._json(self.vendor.store.keep(replace(message, body=""))))

    def _delete(self, asked: Asked) -> Response:
        message = self._message(asked)
        if message.status in UNDER_WAY:
            raise TwilioError(409, 20009, "Cannot delete this resource before it is complete")
        self.vendor.store.drop(message.sid)
        return Response(status_code=204)

    def _files(self, asked: Asked) -> Response:
        found = self.vendor.store.media(self._message(asked).sid)
        return listing(asked, "media_list", found, self._file_json)

    def _file(self, asked: Asked) -> Response:
        return JSONResponse(self._file_json(self._found(asked)))

    def _drop_file(self, asked: Asked) -> Response:
        self.vendor.store.drop_file(self._found(asked).sid)
        return Response(status_code=204)

    def _redirect(self, asked: Asked) -> Response:
        file = self._found(asked)
        where = f"/media.twiliocdn.com/{self.vendor.account}/{file.sid}/{self._key(file)}"
        return RedirectResponse(where, 302)

    async def _bytes(self, request: Request) -> Response:
        """The bytes; no credentials, the address itself is the key."""
        file = self.vendor.store.file_by_sid(str(request.path_params["file"]))
        if file is None or request.path_params["key"] != self._key(file):
            return refusal(not_found(request.url.path))
        fault = self.vendor.faults.of_request(MEDIA_DOWNLOAD, "")
        try:
            await before(fault)
        except TwilioError as error:
            return refusal(error)
        except Dropped:
            return await cut(request)
        slow = fault.seconds if fault and fault.kind is FaultKind.SLOW_MEDIA else 0.0
        headers = {"content-length": str(len(file.data))} | _disposition(file.name)
        return StreamingResponse(_drip(file.data, slow), 200, headers, file.content_type)

    def _message(self, asked: Asked) -> Message:
        found = self.vendor.store.find(asked.parts["sid"])
        if found is None:
            raise not_found(asked.path)
        return found

    def _found(self, asked: Asked) -> MediaFile:
        return self.vendor.store.file(asked.parts["sid"], asked.parts["file"], asked.path)

    def _key(self, file: MediaFile) -> str:
        return sha256(f"{self.vendor.token}{file.sid}".encode()).hexdigest()[:32]

    def _json(self, one: Message) -> Json:
        """A Message as the API answers it."""
        path = f"/2010-04-01/Accounts/{self.vendor.account}/Messages/{one.sid}"
        count = max(len(one.media), 1 if one.media_url and one.status is Status.QUEUED else 0)
        return {
            "sid": one.sid, "account_sid": self.vendor.account, "api_version": "2010-04-01",
            "to": one.to, "from": one.sender, "body": one.body, "status": one.status.value,
            "direction": "inbound" if one.inbound else "outbound-api",
            "num_segments": str(segments(one.body)), "num_media": str(count),
            "error_code": one.error or None,
            "error_message": f"Twilio error {one.error}" if one.status in _ERRORS else None,
            "date_created": rfc2822(one.at), "date_updated": rfc2822(one.updated or one.at),
            "date_sent": rfc2822(one.sent), "messaging_service_sid": None, "price": None,
            "price_unit": "USD", "uri": f"{path}.json",
            "subresource_uris": {"media": f"{path}/Media.json"},
        }  # fmt: skip

    def _file_json(self, file: MediaFile) -> Json:
        where = f"/2010-04-01/Accounts/{self.vendor.account}/Messages/{file.message_sid}/Media/{file.sid}"
        return {
            "sid": file.sid, "account_sid": self.vendor.account, "parent_sid": file.message_sid,
            "content_type": file.content_type, "date_created": rfc2822(file.at),
            "date_updated": rfc2822(file.at), "uri": f"{where}.json",
        }  # fmt: skip


def _variables(text: str) -> tuple[tuple[str, str], ...]:
    """ContentVariables: a JSON object of texts; raises 400."""
    try:
        made = json.loads(text or "{}")
    except ValueError as error:
        raise refused(21656, "The ContentVariables Parameter is invalid") from error
    if not isinstance(made, dict) or not all(isinstance(value, str) for value in made.values()):
        raise refused(21656, "The ContentVariables Parameter is invalid")
    return tuple(made.items())


def _instant(text: str) -> datetime | None:
    """A date (its first instant, UTC) or an instant; raises 400."""
    if not text:
        return None
    try:
        made = datetime.fromisoformat(text)
    except ValueError as error:
        raise refused(20001, f"{text} is no date") from error
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def _day(text: str, *, end: timedelta = timedelta(0)) -> datetime | None:
    """The first instant of a day (UTC), or one that comes `end` later."""
    inside = _instant(text)
    return None if inside is None else datetime.combine(inside.date(), time(), UTC) + end


def _disposition(name: str) -> dict[str, str]:
    if not name:
        return {}
    made = EmailMessage()
    made.add_header("Content-Disposition", "inline", filename=name)
    return {"content-disposition": str(made["Content-Disposition"]).replace("\n", "")}


async def _drip(data: bytes, seconds: float) -> AsyncIterator[bytes]:
    size = max(1, -(-len(data) // _CHUNKS)) if seconds else max(1, len(data))
    for start in range(0, len(data), size):
        yield data[start : start + size]
        if seconds:
            await asyncio.sleep(seconds / _CHUNKS)
