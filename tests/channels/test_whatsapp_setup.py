from collections.abc import AsyncIterator

import pytest
from twilio.rest import Client

from bot.channels.twilio.client import VENDOR_ERRORS, TwilioHttp
from bot.channels.whatsapp.contents import Contents
from bot.channels.whatsapp.setup import (
    APPROVED,
    NOT_NEEDED,
    TemplateText,
    forms,
    provide,
    read_contents,
    templates,
)
from tests.channels.twilio_api import ACCOUNT, TOKEN, TwilioApi, refusal, sid

LIST = "/v1/ContentAndApprovals"
HINDI = TemplateText("एक नया केस {{1}} आपका इंतज़ार कर रहा है।", "केस खोलें")
ENGLISH = TemplateText("A new case {{1}} waits for you.", "Open case")
CASE = templates({"CASE": {"hi": HINDI, "en": ENGLISH}})


@pytest.fixture
async def api() -> AsyncIterator[TwilioApi]:
    """A Twilio on loopback; the test fails if a request was against the specification."""
    api = TwilioApi()
    await api.server.start_server()
    holds(api)
    yield api
    await api.server.close()
    assert api.problems == []


@pytest.fixture
async def client(api: TwilioApi) -> AsyncIterator[Client]:
    http = TwilioHttp(api.url)
    await http.start()
    yield Client(ACCOUNT, TOKEN, http_client=http)
    await http.stop()


def holds(api: TwilioApi, *contents: tuple[str, str, str]) -> None:
    """The account has contents of these names, languages and approval statuses; sids count from 101."""
    listed = [
        {
            "sid": sid("HX", number),
            "friendly_name": name,
            "language": language,
            "approval_requests": {"status": status},
        }
        for number, (name, language, status) in enumerate(contents, 101)
    ]
    meta = {"key": "contents", "next_page_url": None, "page": 0, "page_size": 500}
    api.pages[LIST] = lambda call: {"contents": listed, "meta": meta}


def posted(api: TwilioApi) -> list[str]:
    return [call.path for call in api.calls if call.method == "POST"]


async def test_a_new_account_gets_all_forms_and_no_approval_is_asked_for_them(
    client: Client, api: TwilioApi
) -> None:
    states = await provide(client, forms())
    assert posted(api) == ["/v1/Content"] * len(forms())
    assert {state.approval for state in states} == {NOT_NEEDED}
    assert len({(state.name, state.language) for state in states}) == len(states) == 72


async def test_a_new_template_is_made_and_submitted_in_each_language(client: Client, api: TwilioApi) -> None:
    states = await provide(client, CASE)
    assert [(state.language, state.approval) for state in states] == [("en", "received"), ("hi", "received")]
    made, asked = api.calls[1].body, api.calls[2].body
    assert made["types"]["twilio/quick-reply"]["body"] == ENGLISH.body
    assert asked == {"name": "scanrelay_case_en", "category": "UTILITY"}


async def test_what_is_there_is_left_alone(client: Client, api: TwilioApi) -> None:
    holds(api, ("scanrelay_case", "en", APPROVED), ("scanrelay_case", "hi", "rejected"))
    states = await provide(client, CASE)
    assert [(state.sid, state.approval) for state in states] == [
        (sid("HX", 101), APPROVED),
        (sid("HX", 102), "rejected"),
    ]
    assert posted(api) == []


async def test_a_template_that_was_never_submitted_is_submitted(client: Client, api: TwilioApi) -> None:
    holds(api, ("scanrelay_case", "en", "unsubmitted"))
    (state,) = await provide(client, CASE[:1])
    assert posted(api) == [f"/v1/Content/{sid('HX', 101)}/ApprovalRequests/whatsapp"]
    assert (state.sid, state.approval) == (sid("HX", 101), "received")


async def test_only_what_may_be_sent_is_sent_by(client: Client, api: TwilioApi) -> None:
    holds(
        api,
        ("scanrelay_quick_1_1", "en", "unsubmitted"),
        ("scanrelay_case", "en", APPROVED),
        ("scanrelay_case", "hi", "pending"),
        ("somebody else's", "en", "unsubmitted"),
    )
    contents = await read_contents(client)
    assert contents == Contents(
        {("scanrelay_quick_1_1", "en"): sid("HX", 101), ("scanrelay_case", "en"): sid("HX", 102)}
    )
    assert contents.template("CASE", "hi") == sid("HX", 102)


async def test_of_two_with_one_name_the_approved_one_counts(client: Client, api: TwilioApi) -> None:
    holds(api, ("scanrelay_case", "en", "rejected"), ("scanrelay_case", "en", APPROVED))
    assert (await read_contents(client)).template("CASE", "en") == sid("HX", 102)


async def test_a_refusal_stops_the_setup(client: Client, api: TwilioApi) -> None:
    api.answers["Content"].append(refusal(400, 20001))
    with pytest.raises(VENDOR_ERRORS, match="refused"):
        await provide(client, CASE)


@pytest.mark.parametrize(
    "text",
    [
        TemplateText("{{1}} waits", "Open"),
        TemplateText("It is {{1}}", "Open"),
        TemplateText("No variable", "Open"),
        TemplateText("Two {{1}} of {{2}} them", "Open"),
        TemplateText("Case {{1}} waits", "x" * 21),
        TemplateText("Case {{1}} waits", ""),
        TemplateText("Case {{1}} " + "x" * 1024, "Open"),
    ],
)
def test_a_text_that_would_be_refused_is_told_before(text: TemplateText) -> None:
    with pytest.raises(ValueError, match="CASE in en"):
        templates({"CASE": {"en": text}})
