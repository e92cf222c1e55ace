import json

import pytest

from tests.channels.twilio_api import ACCOUNT, SENDER, sid
from tests.twilio_spec import Call, TwilioSpec, spec_folder

pytestmark = pytest.mark.skipif(spec_folder() is None, reason="no SCANRELAY_TEST_SPECS")

PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
TO = ("To", "whatsapp:+15005550001")
FROM = ("From", SENDER)
QUICK = {"body": "{{1}}", "actions": [{"type": "QUICK_REPLY", "title": "{{2}}", "id": "{{3}}"}]}


@pytest.fixture(scope="module")
def spec() -> TwilioSpec:
    folder = spec_folder()
    assert folder is not None
    return TwilioSpec(folder)


def form(*fields: tuple[str, str]) -> Call:
    return Call("POST", PATH, form=(TO, FROM, *fields))


def content(quick: object, **others: object) -> Call:
    body = {"friendly_name": "a", "language": "en", "types": {"twilio/quick-reply": quick}} | others
    return Call("POST", "/v1/Content", body=body)


@pytest.mark.parametrize(
    "call",
    [
        form(("Body", "x" * 1600)),
        form(("MediaUrl", "https://a.example/1"), ("MediaUrl", "https://a.example/2")),
        form(("ContentSid", sid("HX", 1)), ("ContentVariables", '{"1": "a"}')),
        Call("GET", PATH, query=(("DateSent>", "2026-11-24T05:00:00Z"), ("PageSize", "50"))),
        Call("DELETE", f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid('MM', 1)}/Media/{sid('ME', 1)}.json"),
        content(QUICK, variables={"1": "a"}),
    ],
)
def test_a_right_request_has_no_problems(spec: TwilioSpec, call: Call) -> None:
    assert spec.problems(call) == []


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (form(("Body", "x" * 1601)), "Body has a size of 1601"),
        (form(("Bdoy", "x")), "Bdoy is unknown"),
        (form(("Body", "x"), ("Body", "y")), "Body comes twice"),
        (form(("ContentSid", "HX1")), "ContentSid has a size of 3"),
        (form(("Attempt", "one")), "Attempt is no integer"),
        (
            form(("ContentVariables", json.dumps({"1": "a\nb"}))),
            "variable 1 has a sign that variables may not have",
        ),
        (form(("ContentVariables", json.dumps({"1": " "}))), "variable 1 is blank or too long"),
        (Call("POST", PATH, form=(FROM,)), "To is missing"),
        (Call("POST", PATH.replace(ACCOUNT, "AC1"), form=(TO,)), "AccountSid has a size of 3"),
        (Call("POST", "/v1/Contents", body={}), "POST /v1/Contents is unknown"),
        (Call("GET", PATH, query=(("Limit", "1"),)), "Limit is unknown"),
        (content({"body": "a"}), "body.types.twilio/quick-reply.actions is missing"),
        (content(QUICK | {"footer": "a"}), "body.types.twilio/quick-reply.footer is unknown"),
        (content(QUICK, variables={"1": 1}), "body.variables.1 is no string"),
        (
            content({"body": "a", "actions": [{"title": 1}]}),
            "body.types.twilio/quick-reply.actions[0].title is no string",
        ),
    ],
)
def test_a_wrong_request_is_told_why(spec: TwilioSpec, call: Call, problem: str) -> None:
    assert problem in spec.problems(call)
