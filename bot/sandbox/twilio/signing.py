"""The signature on Twilio's webhooks.

twilio.com/docs/usage/security: the full URL, then each field's name and value without anything between, in
the order of the names; HMAC-SHA1 with the account's token; base64. Fields with blank values count.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable

Fields = tuple[tuple[str, str], ...]


def signature(token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """The value of X-Twilio-Signature for a form posted to `url`."""
    signed = url + "".join(name + value for name, value in sorted(set(fields)))
    # SHA-1 is Twilio's choice.
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
