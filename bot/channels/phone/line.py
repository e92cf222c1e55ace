"""What calls and SMS share: the account, the number they come from, and who may knock."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from twilio.rest import Client

from bot.channels.base import FileGone, Malformed
from bot.channels.twilio.client import TwilioHttp
from bot.channels.twilio.signature import is_genuine
from bot.messages import Address, Attachment, InboundEvent

Form = Mapping[str, str]

_MOST_FIELDS = 500


class PhoneLine:
    """The half of a Channel that is the same for both; `start` before the first request, `stop` at the end."""

    name: str

    def __init__(
        self, account_sid: str, auth_token: str, *, sender: str, api_url: str | None, public_url: str
    ) -> None:
        """`sender`: our number (E.164). `api_url`: in place of all of Twilio's hosts.

        `public_url`: where the vendor reaches this service.
        """
        self._http = TwilioHttp(api_url)
        self._client = Client(account_sid, auth_token, http_client=self._http)
        self._token = auth_token
        self._sender = sender
        self._public = public_url.rstrip("/")

    async def start(self) -> None:
        """Open the connection pool; asks nothing of the vendor."""
        await self._http.start()

    async def stop(self) -> None:
        """Close the connection pool."""
        await self._http.stop()

    def is_genuine(self, path: str, raw: bytes, signature: str) -> bool:
        """Whether a form that came to `path` (with its query) of our public address was signed by the vendor."""
        return is_genuine(self._public + path, raw, signature, self._token)

    def person(self, number: str) -> Address | None:
        """Who has a number, as this channel says it; None for what is none."""
        return Address(f"{self.name}:{number}") if number.startswith("+") else None

    async def fetch(self, attachment: Attachment) -> bytes:  # noqa: ARG002  (the protocol's)
        """See Channel: no file comes by phone."""
        raise FileGone("no file comes by phone")

    async def forget(self, attachment: Attachment) -> None:
        """See Channel: nothing to forget."""

    async def settle(self, event: InboundEvent) -> None:
        """See Channel: nothing."""


def number_in(address: Address) -> str:
    """The number (E.164) in `sms:+…` or `voice:+…`."""
    return address.partition(":")[2]


def read_form(raw: bytes) -> Form:
    """The fields of a form that say something, the first where one comes twice; Malformed."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Malformed("not a form") from None
    return dict(reversed(pairs))
