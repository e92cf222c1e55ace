"""The loopback Twilio: every answer has the shape that Twilio's own OpenAPI documents describe."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import ClientSession, encode_basic_auth

from bot.sandbox.twilio.senders_api import SENDER_SID
from tests.sandbox.test_twilio_contents import TEXT, approve, make
from tests.sandbox.twilio_client import ASHA_NUMBER, BOT_NUMBER, Account, jpeg
from tests.twilio_spec import spec_folder

pytestmark = pytest.mark.skipif(spec_folder() is None, reason="no SCANRELAY_TEST_SPECS")
_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "object": (dict,),
    "array": (list,),
}  # fmt: skip


class Shapes:
    """What the documents say of an answer."""

    def __init__(self) -> None:
        folder = spec_folder()
        assert folder is not None
        names = ("twilio_api_v2010.json", "twilio_content_v1.json", "twilio_messaging_v2.json")
        self.documents = [json.loads((folder / name).read_text()) for name in names]

    def problems(self, method: str, path: str, status: int, answer: Any) -> list[str]:
        """What an answer has against it."""
        for document in self.documents:
            for template, operations in document["paths"].items():
                pattern = re.sub(r"\\{\w+\\}", "[^/.]+", re.escape(template))
                if re.fullmatch(pattern, path) and method.lower() in operations:
                    told = operations[method.lower()]["responses"][str(status)]["content"]
                    schema = told["application/json"]["schema"]
                    return list(self._against(document, schema, answer, "answer"))
        return [f"{method} {path} is unknown"]

    def _against(self, document: Any, schema: Any, value: Any, at: str) -> Iterator[str]:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        if value is None and schema.get("nullable"):
            return
        if "type" in schema and not isinstance(value, _KINDS[schema["type"]]):
            yield f"{at} is no {schema['type']}"
            return
        match value:
            case dict() if "properties" in schema:
                known = schema["properties"]
                yield from (f"{at}.{name} is missing" for name in known.keys() - value.keys())
                yield from (f"{at}.{name} is unknown" for name in value.keys() - known.keys())
                for name in known.keys() & value.keys():
                    yield from self._against(document, known[name], value[name], f"{at}.{name}")
            case list():
                for item in value:
                    yield from self._against(document, schema["items"], item, f"{at}[]")
            case str():
                yield from _texts(schema, value, at)
            case _:
                pass


def _texts(schema: Any, value: str, at: str) -> Iterator[str]:
    if "pattern" in schema and not re.fullmatch(schema["pattern"].strip("^$"), value):
        yield f"{at} has the wrong form"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at} is none of its values"
    if schema.get("format") == "date-time-rfc-2822" and not re.fullmatch(
        r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000", value
    ):
        yield f"{at} is no date"


async def asked(account: Account, method: str, path: str, **more: Any) -> tuple[int, Any]:
    """Status and answer of a plain request."""
    headers = {"Authorization": encode_basic_auth(account.vendor.account, account.vendor.token)}
    async with (
        ClientSession(headers=headers) as session,
        session.request(method, account.url + path, **more) as answer,
    ):
        return answer.status, await answer.json()


async def test_answers_have_the_vendors_shape(account: Account) -> None:
    shapes, base = Shapes(), f"/2010-04-01/Accounts/{account.vendor.account}"
    account.vendor.phone("asha").send_photo(jpeg())
    await account.deliver()
    sid = account.bot.forms("/message")[0]["MessageSid"]
    (file,) = account.vendor.store.media(sid)
    failed = await account.say("hello", to="whatsapp:+12025550199")
    content = await make(account, TEXT)
    await approve(account, content)
    await account.deliver()
    dialled = {"To": ASHA_NUMBER, "From": BOT_NUMBER, "Twiml": "<Response/>"}
    texted = {"To": ASHA_NUMBER, "From": BOT_NUMBER, "Body": "hello"}
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", f"{base}/Messages.json", {"data": texted}),
        ("GET", f"{base}/Messages.json", {"params": {"PageSize": "1", "Page": "1"}}),
        ("GET", f"{base}/Messages/{failed}.json", {}),
        ("GET", f"{base}/Messages/{sid}/Media.json", {}),
        ("GET", f"{base}/Messages/{sid}/Media/{file.sid}.json", {}),
        ("POST", f"{base}/Calls.json", {"data": dialled}),
        ("GET", f"{base}/Calls.json", {}),
        ("GET", "/v1/Content", {}),
        ("GET", f"/v1/Content/{content}", {}),
        ("GET", f"/v1/Content/{content}/ApprovalRequests", {}),
        ("GET", "/v1/ContentAndApprovals", {}),
        ("GET", f"{base}.json", {}),
        ("GET", f"{base}/IncomingPhoneNumbers.json", {"params": {"PhoneNumber": BOT_NUMBER}}),
        ("GET", f"{base}/OutgoingCallerIds.json", {}),
        ("GET", "/v2/Channels/Senders", {"params": {"Channel": "whatsapp"}}),
        ("GET", f"/v2/Channels/Senders/{SENDER_SID}", {}),
        (
            "POST",
            f"/v2/Channels/Senders/{SENDER_SID}",
            {"json": {"webhook": {"callback_url": "https://x.test"}}},
        ),
    ]
    for method, path, more in requests:
        status, answer = await asked(account, method, path, **more)
        expected = 200 if method == "GET" else 202 if "Senders" in path else 201
        assert (path, status, shapes.problems(method, path, status, answer)) == (path, expected, [])


async def test_refusals_have_the_vendors_shape(account: Account) -> None:
    path = f"/2010-04-01/Accounts/{account.vendor.account}/Messages.json"
    status, answer = await asked(account, "POST", path, data={"To": "12"})
    assert (status, answer.keys()) == (400, {"code", "message", "more_info", "status"})
    assert (answer["code"], answer["status"]) == (21603, 400)
    assert answer["more_info"].endswith("/21603")
