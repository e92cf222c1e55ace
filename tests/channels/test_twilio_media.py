from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.channels.base import FetchError, FetchFailed, FileGone, FileTooBig
from bot.channels.twilio.client import NothingSentError, TwilioHttp
from bot.channels.twilio.media import Credentials, TwilioMedia, is_store
from tests.channels.twilio_api import ACCOUNT, AUTHORIZATION, TOKEN, TwilioApi, refusal, sid

PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid('MM', 1)}/Media/{sid('ME', 1)}"
URL = f"https://api.twilio.com{PATH}"
CREDENTIALS = Credentials(ACCOUNT, TOKEN)


@pytest.fixture
async def api() -> AsyncIterator[TwilioApi]:
    api = TwilioApi()
    await api.server.start_server()
    yield api
    await api.server.close()
    assert api.problems == []


@pytest.fixture
async def media(api: TwilioApi) -> AsyncIterator[TwilioMedia]:
    http = TwilioHttp(api.url)
    await http.start()
    yield TwilioMedia(http, CREDENTIALS, limit=100_000)
    await http.stop()


def to(location: str, status: int = 307) -> web.Response:
    return web.Response(status=status, headers={"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_file_is_fetched_through_its_redirect(
    media: TwilioMedia, api: TwilioApi, status: int
) -> None:
    signed = "/store/1?Signature=a%2Bb~%7e%41_"
    api.files = {PATH: to(signed, status), "/store/1": web.Response(body=b"JPEG")}
    assert await media.fetch(URL) == b"JPEG"
    assert api.targets == [PATH, signed]
    assert api.headers[0]["Authorization"] == AUTHORIZATION


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:1/x",
        "https://evil.example/x",
        "http://mms.twiliocdn.com/x",
        "file:///etc/passwd",
        "",
        "//[",
    ],
)
async def test_a_redirect_away_from_the_vendor_is_not_followed(
    media: TwilioMedia, api: TwilioApi, location: str
) -> None:
    api.files = {PATH: to(location)}
    with pytest.raises(FetchFailed):
        await media.fetch(URL)


async def test_redirects_come_to_an_end(media: TwilioMedia, api: TwilioApi) -> None:
    api.files = {f"/{number}": to(f"/{number + 1}") for number in range(9)}
    with pytest.raises(FetchFailed, match="too many"):
        await media.fetch(f"{api.url}/0")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (web.Response(status=404), FileGone),
        (web.Response(status=410), FileGone),
        (web.Response(status=401), FetchFailed),
        (web.Response(status=503), FetchFailed),
        (web.Response(body=b"x" * 100_001), FileTooBig),
    ],
)
async def test_what_can_go_wrong(
    media: TwilioMedia, api: TwilioApi, answer: web.Response, error: type[FetchError]
) -> None:
    api.files = {PATH: answer}
    with pytest.raises(error):
        await media.fetch(URL)


async def test_a_file_that_hides_its_size_is_broken_off(media: TwilioMedia, api: TwilioApi) -> None:
    answer = web.Response(body=b"x" * 100_001)
    answer.enable_chunked_encoding()
    api.files = {PATH: answer}
    with pytest.raises(FileTooBig):
        await media.fetch(URL)


async def test_the_token_goes_to_the_api_and_to_no_store() -> None:
    media = TwilioMedia(TwilioHttp(), CREDENTIALS)
    assert media.headers(URL) == {"Authorization": AUTHORIZATION}
    assert media.headers("https://mms.twiliocdn.com/AC/1?Signature=a") == {}
    with pytest.raises(FetchFailed):
        media.headers("https://evil.example/")


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://mms.twiliocdn.com/x", True),
        ("https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC/1", True),
        ("https://s3-external-1.amazonaws.com/evil/media.twiliocdn.com/1", False),
        ("https://twiliocdn.com.evil.example/x", False),
        ("https://eviltwiliocdn.com/x", False),
        ("http://mms.twiliocdn.com/x", False),
        ("https://mms.twiliocdn.com:22/x", False),
        ("https://mms.twiliocdn.com@evil.example/x", False),
    ],
)
def test_only_the_vendors_stores_are_stores(url: str, is_one: bool) -> None:  # noqa: FBT001
    assert is_store(url) is is_one


async def test_the_vendors_copy_is_deleted(media: TwilioMedia, api: TwilioApi) -> None:
    assert await media.delete(URL)
    (call,) = api.calls
    assert (call.method, call.path) == ("DELETE", f"{PATH}.json")


async def test_a_copy_that_is_gone_already_is_deleted(media: TwilioMedia, api: TwilioApi) -> None:
    api.answers[f"{sid('ME', 1)}.json"].append(refusal(404, 20404))
    assert await media.delete(URL)


async def test_nothing_of_another_account_is_deleted(media: TwilioMedia, api: TwilioApi) -> None:
    with pytest.raises(NothingSentError):
        await media.delete(URL.replace(ACCOUNT, sid("AC", 5)))
    assert api.calls == []
