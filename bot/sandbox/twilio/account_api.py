"""The account and its numbers over HTTP: one number for calls and SMS, as bought from the vendor."""

from dataclasses import dataclass

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .http import API, Asked, Doors, listing, rfc2822
from .model import Json
from .vendor import TwilioVendor

_NUMBER_SID = "PN" + "5a" * 16


@dataclass(slots=True)
class AccountApi:
    """The routes of the account itself."""

    vendor: TwilioVendor

    def routes(self) -> list[Route]:
        """In the order in which they match."""
        route = Doors(self.vendor).route
        return [
            route("GET", f"{API}.json", "accounts.fetch", self._account),
            route("GET", f"{API}/IncomingPhoneNumbers.json", "numbers.list", self._numbers),
            route("GET", f"{API}/OutgoingCallerIds.json", "callers.list", self._callers),
        ]

    def _account(self, _: Asked) -> Response:
        account, now = self.vendor.account, rfc2822(self.vendor.now())
        where = f"{API.format(account=account)}"
        body = {
            "sid": account, "owner_account_sid": account, "friendly_name": "sandbox", "type": "Full",
            "status": "active", "auth_token": self.vendor.token, "date_created": now, "date_updated": now,
            "uri": f"{where}.json", "subresource_uris": {"messages": f"{where}/Messages.json"},
        }  # fmt: skip
        return JSONResponse(body)

    def _numbers(self, asked: Asked) -> Response:
        wanted = asked.wanted("PhoneNumber")
        found = [self.vendor.number] if wanted in ("", self.vendor.number) else []
        return listing(asked, "incoming_phone_numbers", found, self._number)

    def _callers(self, asked: Asked) -> Response:
        """Nobody has lent us a number."""
        none: list[str] = []
        return listing(asked, "outgoing_caller_ids", none, self._number)

    def _number(self, number: str) -> Json:
        account, now = self.vendor.account, rfc2822(self.vendor.now())
        empty = (
            "address_sid", "identity_sid", "sms_application_sid", "trunk_sid", "voice_application_sid",
            "emergency_address_sid", "bundle_sid", "sms_fallback_url", "sms_url", "status_callback",
            "voice_fallback_url", "voice_url",
        )  # fmt: skip
        methods = (
            "sms_fallback_method", "sms_method", "status_callback_method", "voice_fallback_method",
            "voice_method",
        )  # fmt: skip
        return dict.fromkeys(empty) | dict.fromkeys(methods, "POST") | {
            "sid": _NUMBER_SID, "account_sid": account, "phone_number": number, "friendly_name": number,
            "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
            "address_requirements": "none", "api_version": "2010-04-01", "beta": False, "origin": "twilio",
            "date_created": now, "date_updated": now, "voice_caller_id_lookup": False,
            "voice_receive_mode": "voice", "status": "in-use",
            "emergency_status": "Inactive", "emergency_address_status": "unregistered", "type": "local",
            "uri": f"{API.format(account=account)}/IncomingPhoneNumbers/{_NUMBER_SID}.json",
        }  # fmt: skip
