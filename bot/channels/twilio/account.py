"""The account and its telephone numbers, as the vendor has them.

What speaks to the vendor raises `bot.channels.twilio.client.VENDOR_ERRORS` when it can't be reached or refuses.
"""

from dataclasses import dataclass

from twilio.rest import Client


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """What a number of ours can do; `is_verified_only`: it belongs to somebody else who lets us call from it."""

    voice: bool
    sms: bool
    is_verified_only: bool = False


async def account_status(client: Client) -> str:
    """`active`, `suspended` or `closed`."""
    account = await client.api.v2010.accounts(client.account_sid).fetch_async()
    return str(account.status or "")


async def find_number(client: Client, number: str) -> OwnNumber | None:
    """A number of the account or one that may be called from; None for any other."""
    for one in await client.incoming_phone_numbers.list_async(phone_number=number, limit=1):
        able = one.capabilities or {}
        return OwnNumber(voice=bool(able.get("voice")), sms=bool(able.get("sms")))
    if await client.outgoing_caller_ids.list_async(phone_number=number, limit=1):
        return OwnNumber(voice=True, sms=False, is_verified_only=True)
    return None
