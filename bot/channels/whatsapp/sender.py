"""Where the vendor brings what people write to our WhatsApp number: looked at and set through its Senders API.

What speaks to the vendor raises `bot.channels.twilio.client.VENDOR_ERRORS` when it can't be reached or refuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag

from twilio.rest import Client

_PREFIX = "whatsapp:"

# Up to five tries, for connections, time limits and errors alike, all within fifteen seconds: without it a 503 while
# the service restarts loses the message (twilio.com/docs/usage/webhooks/webhooks-connection-overrides). The fragment
# is neither sent nor signed.
_TRIES = "#rc=5&rp=all"


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Three addresses of this service: for messages, for messages when the first fails, and for delivery reports."""

    message: str
    fallback: str
    status: str

    def miss(self, other: "Webhooks") -> tuple[str, ...]:
        """The names of those that lead elsewhere in `other`, tries aside."""
        pairs = (
            ("messages", self.message, other.message),
            ("fallback", self.fallback, other.fallback),
            ("statuses", self.status, other.status),
        )
        return tuple(name for name, ours, theirs in pairs if urldefrag(ours)[0] != urldefrag(theirs)[0])


@dataclass(frozen=True, slots=True)
class Sender:
    """Our number as the vendor has it; `status` is `ONLINE` when it works."""

    sid: str
    status: str
    webhooks: Webhooks


class _Change:
    """The SDK's own request class adds empty fields that the API does not name, or might take for an order to clear."""

    def __init__(self, webhooks: Webhooks) -> None:
        self._webhooks = webhooks

    def to_dict(self) -> Mapping[str, object]:
        """The body of the request."""
        return {
            "webhook": {
                "callback_url": self._webhooks.message,
                "callback_method": "POST",
                "fallback_url": self._webhooks.fallback,
                "fallback_method": "POST",
                "status_callback_url": self._webhooks.status,
                "status_callback_method": "POST",
            }
        }


def webhooks_at(public_url: str) -> Webhooks:
    """What the vendor has to be told of the service at that address.

    The fallback is the same door: it gives a service that was just restarting another chance.
    """
    message = f"{public_url.rstrip('/')}/twilio/message{_TRIES}"
    return Webhooks(message, message, f"{public_url.rstrip('/')}/twilio/status{_TRIES}")


async def find_sender(client: Client, number: str) -> Sender | None:
    """Our number among the account's senders; None where it is not listed, as for Twilio's shared sandbox number."""
    wanted = _PREFIX + number.removeprefix(_PREFIX)
    for one in await client.messaging.v2.channels_senders.list_async(channel="whatsapp", page_size=100):
        if one.sender_id == wanted:
            return Sender(str(one.sid), str(one.status or ""), _read(one.webhook))
    return None


async def set_webhooks(client: Client, sender: Sender, webhooks: Webhooks) -> None:
    """Have messages, their second chance and delivery reports brought to these addresses."""
    await client.messaging.v2.channels_senders(sender.sid).update_async(_Change(webhooks))


def _read(given: Mapping[str, object] | None) -> Webhooks:
    found = given or {}
    return Webhooks(
        *(str(found.get(f"{name}_url") or "") for name in ("callback", "fallback", "status_callback"))
    )
