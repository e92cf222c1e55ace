"""Calls over HTTP."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .calls import OVER, Call, CallRequest
from .errors import TwilioError, refused
from .http import API, Asked, Doors, listing, rfc2822
from .model import Json
from .vendor import TwilioVendor

_LONGEST_RING = 600


@dataclass(slots=True)
class CallsApi:
    """The routes of calls."""

    vendor: TwilioVendor

    def routes(self) -> list[Route]:
        """In the order in which they match."""
        route = Doors(self.vendor).route
        one = f"{API}/Calls/{{sid}}.json"
        return [
            route("POST", f"{API}/Calls.json", "calls.create", self._create),
            route("GET", f"{API}/Calls.json", "calls.list", self._list),
            route("GET", one, "calls.fetch", self._fetch),
            route("POST", one, "calls.update", self._update),
            route("DELETE", one, "calls.delete", self._delete),
        ]

    def _create(self, asked: Asked) -> Response:
        timeout = asked.one("Timeout") or "60"
        if not timeout.isdecimal() or int(timeout) > _LONGEST_RING:
            raise refused(20001, "Timeout is a number of seconds")
        events = frozenset(asked.all("StatusCallbackEvent")) or frozenset({"completed"})
        call = self.vendor.dial(
            CallRequest(
                asked.one("To"), asked.one("From"), asked.one("Twiml"), asked.one("Url"),
                asked.one("StatusCallback"), events, timedelta(seconds=int(timeout)),
            )
        )  # fmt: skip
        return JSONResponse(self._json(call), 201)

    def _list(self, asked: Asked) -> Response:
        to, sender, status = (asked.wanted(name) for name in ("To", "From", "Status"))
        found = [
            one
            for one in self.vendor.switchboard.listed()
            if to in ("", one.request.to) and sender in ("", one.request.sender)
            if status in ("", one.status.value)
        ]
        return listing(asked, "calls", found, self._json)

    def _fetch(self, asked: Asked) -> Response:
        return JSONResponse(self._json(self.vendor.switchboard.find(asked.parts["sid"])))

    def _update(self, asked: Asked) -> Response:
        call = self.vendor.switchboard.find(asked.parts["sid"])
        if call.status in OVER:
            raise refused(21220, "Call is not in-progress. Cannot redirect.")
        self.vendor.switchboard.end(call, asked.one("Status"))
        return JSONResponse(self._json(call))

    def _delete(self, asked: Asked) -> Response:
        call = self.vendor.switchboard.find(asked.parts["sid"])
        if call.status not in OVER:
            raise TwilioError(409, 20009, "Cannot delete this resource before it is complete")
        self.vendor.switchboard.drop(call)
        return Response(status_code=204)

    def _json(self, one: Call) -> Json:
        path = f"/2010-04-01/Accounts/{self.vendor.account}/Calls/{one.sid}"
        return {
            "sid": one.sid, "account_sid": self.vendor.account, "api_version": "2010-04-01",
            "to": one.request.to, "to_formatted": one.request.to, "from": one.request.sender,
            "from_formatted": one.request.sender, "status": one.status.value, "direction": "outbound-api",
            "start_time": rfc2822(one.answered), "end_time": rfc2822(one.ended),
            "duration": str(one.seconds) if one.ended else None, "date_created": rfc2822(one.at),
            "date_updated": rfc2822(one.ended or one.answered or one.at), "answered_by": None,
            "parent_call_sid": None, "phone_number_sid": None, "forwarded_from": None, "group_sid": None,
            "caller_name": None, "trunk_sid": None, "queue_time": "0", "price": None, "price_unit": "USD",
            "uri": f"{path}.json", "subresource_uris": {"events": f"{path}/Events.json"},
        }  # fmt: skip
