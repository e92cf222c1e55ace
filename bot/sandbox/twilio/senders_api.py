"""The Senders API over HTTP: our WhatsApp number with its webhooks, as the console shows them."""

from dataclasses import dataclass

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .errors import not_found, refused
from .http import Asked, Doors
from .model import WHATSAPP, Json
from .vendor import TwilioVendor

SENDER_SID = "XE" + "5a" * 16
_HOST = "https://messaging.twilio.com"
_LIST = "/v2/Channels/Senders"


@dataclass(slots=True)
class SendersApi:
    """The routes of senders; the account has one."""

    vendor: TwilioVendor

    def routes(self) -> list[Route]:
        """In the order in which they match."""
        route = Doors(self.vendor).route
        return [
            route("GET", _LIST, "senders.list", self._list),
            route("GET", f"{_LIST}/{{sid}}", "senders.fetch", self._fetch),
            route("POST", f"{_LIST}/{{sid}}", "senders.update", self._update),
        ]

    def _list(self, asked: Asked) -> Response:
        channel = asked.wanted("Channel")
        if channel not in ("whatsapp", "rcs"):
            raise refused(20001, "Channel is required")
        here = f"{_HOST}{_LIST}?PageSize=20&Page=0&Channel={channel}"
        meta = {
            "page": 0, "page_size": 20, "key": "senders", "url": here, "first_page_url": here,
            "previous_page_url": None, "next_page_url": None,
        }  # fmt: skip
        senders = [self._json()] if channel == "whatsapp" else []
        return JSONResponse({"senders": senders, "meta": meta})

    def _fetch(self, asked: Asked) -> Response:
        self._check(asked)
        return JSONResponse(self._json())

    def _update(self, asked: Asked) -> Response:
        self._check(asked)
        webhook = asked.json().get("webhook")
        if isinstance(webhook, dict):
            self.vendor.configure(
                inbound_url=_url(webhook, "callback_url", self.vendor.inbound_url),
                fallback_url=_url(webhook, "fallback_url", self.vendor.fallback_url),
                status_url=_url(webhook, "status_callback_url", self.vendor.status_url),
            )
        return JSONResponse(self._json(), 202)

    @staticmethod
    def _check(asked: Asked) -> None:
        if asked.parts["sid"] != SENDER_SID:
            raise not_found(asked.path)

    def _json(self) -> Json:
        vendor = self.vendor
        webhook = {
            "callback_url": vendor.inbound_url or None, "callback_method": "POST",
            "fallback_url": vendor.fallback_url or None, "fallback_method": "POST",
            "status_callback_url": vendor.status_url or None, "status_callback_method": "POST",
        }  # fmt: skip
        return {
            "sid": SENDER_SID, "status": "ONLINE", "sender_id": WHATSAPP + vendor.number, "webhook": webhook,
            "configuration": None, "profile": None, "properties": None, "offline_reasons": None,
            "compliance": None, "url": f"{_HOST}{_LIST}/{SENDER_SID}",
        }  # fmt: skip


def _url(webhook: Json, key: str, before: str) -> str:
    """A field that is not there changes nothing; null clears it."""
    return str(webhook[key] or "") if key in webhook else before
