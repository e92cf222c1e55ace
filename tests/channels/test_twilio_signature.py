"""Signatures made here by the vendor's description: HMAC-SHA1 over the URL and the sorted fields."""

import base64
import hashlib
import hmac
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.twilio.signature import is_genuine

URL = "https://relay.example/twilio/message"
TOKEN = "12345"
PHOTO = {"MessageSid": "MM1", "Body": "", "NumMedia": "1", "ButtonText": ""}
HINDI = {"Body": "छाती का एक्स-रे, 5 + 3 & more", "From": "whatsapp:+15005550001"}


def signed(url: str, fields: dict[str, str], token: str = TOKEN) -> str:
    content = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.digest(token.encode(), content.encode(), hashlib.sha1)).decode()


def body(fields: dict[str, str]) -> bytes:
    return urlencode(fields).encode()


def test_the_example_of_the_vendors_own_page_is_genuine() -> None:
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    assert is_genuine(url, body(fields), "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "12345")


@pytest.mark.parametrize("fields", [PHOTO, HINDI, {}])
@pytest.mark.parametrize("url", [URL, URL + "?a=1&b=%20", "https://relay.example:8443/twilio/message"])
def test_what_the_vendor_signed_is_genuine(url: str, fields: dict[str, str]) -> None:
    assert is_genuine(url, body(fields), signed(url, fields), TOKEN)


@pytest.mark.parametrize(
    ("url", "fields", "token"),
    [
        (URL + "?a=1", PHOTO, TOKEN),
        ("http://relay.example/twilio/message", PHOTO, TOKEN),
        (URL, PHOTO | {"Extra": ""}, TOKEN),
        (URL, PHOTO | {"Body": "x"}, TOKEN),
        (URL, {name: value for name, value in PHOTO.items() if value}, TOKEN),
        (URL, PHOTO, "another"),
    ],
)
def test_anything_else_is_not(url: str, fields: dict[str, str], token: str) -> None:
    assert is_genuine(URL, body(PHOTO), signed(url, fields, token), TOKEN) == (
        (url, fields, token) == (URL, PHOTO, TOKEN)
    )


@settings(deadline=None)
@given(st.text() | st.just("é" * 28), st.binary())
def test_garbage_is_refused_and_breaks_nothing(header: str, form: bytes) -> None:
    assert not is_genuine(URL, form, header, TOKEN)


FIELDS = st.dictionaries(
    st.from_regex(r"[A-Z][A-Za-z0-9]{0,9}", fullmatch=True), st.text(st.characters(codec="utf-8"))
)


@settings(deadline=None)
@given(FIELDS)
def test_any_fields_that_were_signed_are_genuine(fields: dict[str, str]) -> None:
    assert is_genuine(URL, body(fields), signed(URL, fields), TOKEN)
