"""Whether a webhook comes from Twilio."""

from urllib.parse import parse_qsl

from multidict import MultiDict
from twilio.request_validator import RequestValidator


def is_genuine(url: str, form: bytes, header: str, auth_token: str) -> bool:
    """Whether `header` (X-Twilio-Signature) signs this form for exactly this public URL, query and all.

    `form` is the body as it came: blank fields are part of what is signed (a photo without a caption has an empty
    `Body`). The URL is the one that the vendor was told, never the one a proxy shows. Twilio's own validator
    compares in constant time (twilio.com/docs/usage/webhooks/webhooks-security).
    """
    if not header or not header.isascii():
        return False
    try:
        fields = MultiDict(parse_qsl(form.decode("ascii"), keep_blank_values=True, errors="strict"))
    except (UnicodeDecodeError, ValueError):
        return False
    return bool(RequestValidator(auth_token).validate(url, fields, header))
