from collections.abc import AsyncIterator, Mapping

import pytest
from twilio.rest import Client

from bot.channels.twilio.client import VENDOR_ERRORS, TwilioHttp
from bot.channels.whatsapp.contents import Contents
from bot.channels.whatsapp.setup import (
    APPROVED,
    CHANGED,
    MISSING,
    NOT_NEEDED,
    NOT_OFFERED,
    REFUSED,
    Definition,
    TemplateText,
    forms,
    look,
    provide,
    read_contents,
    templates,
)
from tests.channels.twilio_api import ACCOUNT, TOKEN, TwilioApi, refusal, sid

LIST = "/v1/ContentAndApprovals"
HINDI = TemplateText("एक नया केस {{1}} आपका इंतज़ार कर रहा है।", "केस खोलें")
ENGLISH = TemplateText("A new case {{1}} waits for you.", "Open case")
CASE = templates({"case": {"hi": HINDI, "en": ENGLISH}})


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


def holds(api: TwilioApi, *contents: tuple[str, str, str], says: Mapping[str, str] | None = None) -> None:
    """The account has contents of these names, languages and approval statuses; sids count from 101.

    Each says what this version of the program wants, but for those whose other text is in `says`.
    """
    wanted = {(one.name, one.language): one for one in (*forms(), *CASE)}
    listed = [
        {
            "sid": sid("HX", number),
            "friendly_name": name,
            "language": language,
            "types": types_of(wanted.get((name.partition("_v")[0], language)), (says or {}).get(name)),
            "approval_requests": {"status": status, "rejection_reason": "SPAM" * (status == "rejected")},
        }
        for number, (name, language, status) in enumerate(contents, 101)
    ]
    meta = {"key": "contents", "next_page_url": None, "page": 0, "page_size": 500}
    api.pages[LIST] = lambda call: {"contents": listed, "meta": meta}


def types_of(definition: Definition | None, body: str | None) -> Mapping[str, object]:
    """As the vendor gives them back: fields of its own beside ours."""
    if definition is None or body is not None:
        return {"twilio/quick-reply": {"body": body or "x", "actions": []}}
    return {
        name: {"index": 0, **parts} for name, parts in definition.types.items() if isinstance(parts, dict)
    }


def posted(api: TwilioApi) -> list[str]:
    return [call.path for call in api.calls if call.method == "POST"]


async def test_a_new_account_gets_all_forms_and_no_approval_is_asked_for_them(
    client: Client, api: TwilioApi
) -> None:
    states = await provide(client, forms())
    assert posted(api) == ["/v1/Content"] * len(forms())
    assert {state.approval for state in states} == {NOT_NEEDED}
    assert len({(state.name, state.language) for state in states}) == len(states) == 108


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
    assert contents.template("case", "hi") == sid("HX", 102)


async def test_of_two_with_one_name_the_approved_one_counts(client: Client, api: TwilioApi) -> None:
    holds(api, ("scanrelay_case", "en", "rejected"), ("scanrelay_case", "en", APPROVED))
    assert (await read_contents(client)).template("case", "en") == sid("HX", 102)


async def test_changed_words_are_a_new_version_beside_the_old_one(client: Client, api: TwilioApi) -> None:
    holds(api, ("scanrelay_case", "en", APPROVED), says={"scanrelay_case": "Old words {{1}}."})
    assert [one.approval for one in await look(client, CASE[:1])] == [CHANGED]
    assert posted(api) == []
    (state,) = await provide(client, CASE[:1])
    made, asked = (call.body for call in api.calls if call.method == "POST")
    assert (made["friendly_name"], asked["name"]) == ("scanrelay_case_v2", "scanrelay_case_v2_en")
    assert (state.name, state.approval, state.made) == ("scanrelay_case_v2", "received", True)
    assert state.meanwhile == "scanrelay_case"


async def test_the_old_words_are_sent_until_the_new_ones_are_approved(client: Client, api: TwilioApi) -> None:
    old = {"scanrelay_case": "Old words {{1}}."}
    holds(api, ("scanrelay_case_v2", "en", "pending"), ("scanrelay_case", "en", APPROVED), says=old)
    (state,) = await provide(client, CASE[:1])
    assert (state.name, state.approval, state.meanwhile) == ("scanrelay_case_v2", "pending", "scanrelay_case")
    assert (await read_contents(client)).template("case", "en") == sid("HX", 102)
    holds(api, ("scanrelay_case_v2", "en", APPROVED), ("scanrelay_case", "en", APPROVED), says=old)
    assert (await read_contents(client)).template("case", "en") == sid("HX", 101)
    assert posted(api) == []


async def test_words_that_come_back_are_a_third_version(client: Client, api: TwilioApi) -> None:
    holds(
        api,
        ("scanrelay_case_v2", "en", APPROVED),
        ("scanrelay_case", "en", APPROVED),
        says={"scanrelay_case_v2": "Other words {{1}}."},
    )
    (state,) = await provide(client, CASE[:1])
    assert (state.name, state.meanwhile) == ("scanrelay_case_v3", "scanrelay_case_v2")


async def test_a_rejection_comes_with_its_reason(client: Client, api: TwilioApi) -> None:
    holds(api, ("scanrelay_case", "en", "rejected"))
    (state,) = await look(client, CASE[:1])
    assert (state.approval, state.reason, state.is_bad) == ("rejected", "SPAM", True)


async def test_in_a_language_without_templates_nothing_is_asked_for(client: Client, api: TwilioApi) -> None:
    (state,) = await provide(client, templates({"case": {"or": ENGLISH}}))
    assert (state.approval, state.is_bad) == (NOT_OFFERED, False)
    assert posted(api) == []


async def test_what_is_refused_does_not_stop_the_rest(client: Client, api: TwilioApi) -> None:
    api.answers["Content"].append(refusal(400, 20001))
    first, second = await provide(client, CASE)
    assert (first.approval, first.reason, second.approval) == (REFUSED, "Twilio error 20001", "received")


@pytest.mark.parametrize("status", [401, 503])
async def test_an_account_that_can_do_nothing_stops_the_setup(
    client: Client, api: TwilioApi, status: int
) -> None:
    api.answers["Content"].append(refusal(status, 20003))
    with pytest.raises(VENDOR_ERRORS, match="refused"):
        await provide(client, CASE)


async def test_what_is_not_there_is_missing(client: Client, api: TwilioApi) -> None:
    assert {one.approval for one in await look(client, (*forms(), *CASE))} == {MISSING}
    assert posted(api) == []


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
    with pytest.raises(ValueError, match="case in en"):
        templates({"case": {"en": text}})
