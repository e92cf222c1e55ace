from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from bot.channels.base import (
    NotSent,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unreachable,
    WindowClosed,
)
from bot.channels.twilio.client import Hosts, TwilioHttp
from bot.channels.twilio.errors import failure, send_error
from tests.channels.twilio_api import ACCOUNT, SENDER, TOKEN, TwilioApi, refusal

TO = "whatsapp:+15005550001"


@pytest.fixture
async def api() -> AsyncIterator[TwilioApi]:
    """A Twilio on loopback; the test fails if a request was against the specification."""
    api = TwilioApi()
    await api.server.start_server()
    yield api
    await api.server.close()
    assert api.problems == []


@pytest.fixture
async def http(api: TwilioApi) -> AsyncIterator[TwilioHttp]:
    http = TwilioHttp(api.url, answer_seconds=0.3)
    await http.start()
    yield http
    await http.stop()


async def post(http: TwilioHttp, **fields: object) -> None:
    client = Client(ACCOUNT, TOKEN, http_client=http)
    await client.messages.create_async(to=TO, from_=SENDER, **fields)


async def refused(http: TwilioHttp) -> SendError:
    with pytest.raises(TwilioException) as raised:
        await post(http, body="hello")
    return send_error(raised.value)


async def test_a_message_is_exactly_this_request(http: TwilioHttp, api: TwilioApi) -> None:
    await post(http, body="नमस्ते & more", media_url=["https://a.example/1?x=%2B", "https://a.example/2"])
    (call,) = api.calls
    assert call.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert sorted(call.form) == [
        ("Body", "नमस्ते & more"),
        ("From", SENDER),
        ("MediaUrl", "https://a.example/1?x=%2B"),
        ("MediaUrl", "https://a.example/2"),
        ("To", TO),
    ]


OUTCOMES: list[tuple[web.Response | str, type[SendError]]] = [
    (refusal(400, 63016), WindowClosed),
    (refusal(429, 20429), Throttled),
    (refusal(400, 63018), Throttled),
    (refusal(400, 30001), Throttled),
    (refusal(400, 63003), Unreachable),
    (refusal(400, 63024), Unreachable),
    (refusal(400, 21211), Unreachable),
    (refusal(400, 21610), Unreachable),
    (refusal(403, 21408), Rejected),
    (refusal(400, 63021), Rejected),
    (refusal(400, 21617), Rejected),
    (refusal(404, 20404), Rejected),
    (refusal(401, 20003), NotSent),
    (refusal(503, 20503), OutcomeUnknown),
    (web.Response(status=502, text="<html>"), OutcomeUnknown),
    (web.Response(status=201, text="not JSON"), OutcomeUnknown),
    (web.Response(status=201, text="[]"), OutcomeUnknown),
    ("reset", OutcomeUnknown),
    ("silence", OutcomeUnknown),
]


@pytest.mark.parametrize(("answer", "error"), OUTCOMES)
async def test_a_refusal_becomes_one_of_the_closed_set_and_is_not_tried_again(
    http: TwilioHttp, api: TwilioApi, answer: web.Response | str, error: type[SendError]
) -> None:
    api.answers["Messages.json"].append(answer)
    assert type(await refused(http)) is error
    assert len(api.calls) == 1


async def test_how_long_to_wait_is_what_the_vendor_says(http: TwilioHttp, api: TwilioApi) -> None:
    api.answers["Messages.json"].append(web.Response(status=429, headers={"Retry-After": "7"}))
    error = await refused(http)
    assert isinstance(error, Throttled)
    assert (error.seconds, error.whole_bot) == (7, True)


async def test_nobody_at_the_other_end_means_nothing_was_sent(http: TwilioHttp, api: TwilioApi) -> None:
    await api.server.close()
    assert isinstance(await refused(http), NotSent)


async def test_a_closed_client_sends_nothing(http: TwilioHttp) -> None:
    await http.stop()
    assert isinstance(await refused(http), NotSent)


async def test_a_link_to_another_page_gets_no_token(http: TwilioHttp, api: TwilioApi) -> None:
    client = Client(ACCOUNT, TOKEN, http_client=http)
    with pytest.raises(TwilioException, match="leads away"):
        await client.messages.get_page_async("http://127.0.0.1:1/2010-04-01/next")
    assert api.calls == []


def test_a_code_in_a_later_status_means_the_same() -> None:
    assert type(failure(63016)) is WindowClosed
    assert type(failure(63024)) is Unreachable


@pytest.mark.parametrize(
    ("url", "goes_to"),
    [
        ("https://api.twilio.com/2010-04-01/x?a=1", "http://127.0.0.1:9/2010-04-01/x?a=1"),
        ("https://content.twilio.com/v1/Content", "http://127.0.0.1:9/v1/Content"),
        ("https://messaging.twilio.com/v2/x", "http://127.0.0.1:9/v2/x"),
        ("https://nottwilio.com/x", "https://nottwilio.com/x"),
    ],
)
def test_all_hosts_of_the_vendor_go_to_the_one_given(url: str, goes_to: str) -> None:
    assert Hosts("http://127.0.0.1:9/").real(url) == goes_to


def test_the_vendors_own_host_replaces_none_of_its_hosts() -> None:
    content = "https://content.twilio.com/v1/Content"
    assert Hosts("https://api.twilio.com").real(content) == Hosts().real(content) == content


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://api.twilio.com/x", True),
        ("http://api.twilio.com/x", False),
        ("https://api.twilio.com:8443/x", False),
        ("https://api.twilio.com.example/x", False),
        ("https://user@evil.example/?api.twilio.com", False),
        ("https://[bad/x", False),
    ],
)
def test_the_token_is_shown_to_the_vendor_only(url: str, may: bool) -> None:  # noqa: FBT001
    assert Hosts().takes_credentials(url) is may
