"""The loopback Twilio: contents, their approval, and buttons that people tap."""

from datetime import timedelta
from typing import Any

import pytest
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList

from bot.sandbox.errors import PhoneError
from tests.sandbox.twilio_client import Account, jpeg

TEXT = {"twilio/text": {"body": "Case {{1}}: a specialist has answered."}}


def quick(*titles: str, body: str = "Send {{1}}?") -> dict[str, Any]:
    actions = [{"type": "QUICK_REPLY", "title": title, "id": f"{{{{2}}}}-{title}"} for title in titles]
    return {"twilio/quick-reply": {"body": body, "actions": actions}}


def picker(count: int) -> dict[str, Any]:
    items = [{"id": f"part-{n}", "item": f"Part {n}", "description": "x"} for n in range(count)]
    return {"twilio/list-picker": {"body": "Which part?", "button": "Choose", "items": items}}


async def make(account: Account, types: dict[str, Any], *, variables: dict[str, str] | None = None) -> str:
    given = {"friendly_name": "made", "language": "hi", "variables": variables or {}, "types": types}
    request = ContentList.ContentCreateRequest(given)
    made = await account.ask(lambda client: client.content.v1.contents.create(request))
    return str(made.sid)


async def approve(account: Account, sid: str, name: str = "case_answered") -> str:
    request = ApprovalCreateList.ContentApprovalRequest({"name": name, "category": "UTILITY"})
    made = await account.ask(lambda client: client.content.v1.contents(sid).approval_create.create(request))
    return str(made.status)


async def approval(account: Account, sid: str) -> dict[str, Any]:
    found = await account.ask(lambda client: client.content.v1.contents(sid).approval_fetch().fetch())
    return dict(found.whatsapp)


async def test_a_content_is_made_fetched_listed_and_deleted(account: Account) -> None:
    made = [await make(account, TEXT, variables={"1": "4K7M"}) for _ in range(3)]
    contents = account.client.content.v1.contents
    fetched = await account.ask(lambda client: client.content.v1.contents(made[0]).fetch())
    assert (fetched.language, fetched.variables, fetched.types) == ("hi", {"1": "4K7M"}, TEXT)
    listed = await account.ask(lambda _: contents.list(page_size=2))
    assert [one.sid for one in listed] == list(reversed(made))
    assert await account.ask(lambda client: client.content.v1.contents(made[0]).delete())
    assert await account.refused(lambda client: client.content.v1.contents(made[0]).fetch()) == (404, 20404)


async def test_an_approved_template_goes_outside_the_window_after_the_delay(account: Account) -> None:
    account.vendor.contents.delay = timedelta(minutes=30)
    sid = await make(account, TEXT)
    assert (await approval(account, sid))["status"] == "unsubmitted"
    assert await approve(account, sid) == "received"
    assert (await approval(account, sid))["status"] == "pending"
    early = await account.say(content_sid=sid, content_variables='{"1": "4K7M"}')
    await account.deliver()
    account.clock.advance(timedelta(minutes=30))
    late = await account.say(content_sid=sid, content_variables='{"1": "4K7M"}')
    await account.deliver()

    assert (await approval(account, sid))["status"] == "approved"
    assert [await account.error(early), await account.error(late)] == [63016, None]
    assert account.vendor.phone("asha").received()[-1].shown == "Case 4K7M: a specialist has answered."
    assert account.vendor.log[-1].content_sid == sid
    both = await account.ask(lambda client: client.content.v1.content_and_approvals.list())
    assert [one.approval_requests["status"] for one in both] == ["approved"]


async def test_a_rejected_template_says_why_and_does_not_go(account: Account) -> None:
    account.vendor.contents.rejections["case_answered"] = "TAG_CONTENT_MISMATCH"
    sid = await make(account, TEXT)
    await approve(account, sid)
    looked = await approval(account, sid)
    assert (looked["status"], looked["rejection_reason"]) == ("rejected", "TAG_CONTENT_MISMATCH")
    sent = await account.say(content_sid=sid, content_variables='{"1": "4K7M"}')
    await account.deliver()
    assert await account.error(sent) == 63016


async def test_a_value_that_is_missing_fails_later(account: Account) -> None:
    await account.greet()
    sid = await make(account, TEXT)
    sent = await account.say(content_sid=sid)
    await account.deliver()
    assert await account.error(sent) == 63028


async def test_a_content_that_was_deleted_meanwhile_fails(account: Account) -> None:
    await account.greet()
    sid = await make(account, TEXT, variables={"1": "4K7M"})
    sent = await account.say(content_sid=sid)
    await account.ask(lambda client: client.content.v1.contents(sid).delete())
    await account.deliver()
    assert await account.error(sent) == 63027


async def test_a_quick_reply_is_tapped(account: Account) -> None:
    await account.greet()
    sid = await make(account, quick("Yes", "No"))
    sent = await account.say(content_sid=sid, content_variables='{"1": "3 photos", "2": "c9"}')
    await account.deliver()
    assert account.vendor.log[-1].buttons == ("Yes", "No")
    account.vendor.phone("asha").tap(sent, "Yes")
    await account.deliver()

    (form,) = account.bot.forms("/message")
    assert (form["ButtonText"], form["ButtonPayload"], form["Body"]) == ("Yes", "c9-Yes", "Yes")
    assert (form["MessageType"], form["OriginalRepliedMessageSid"]) == ("interactive", sent)
    with pytest.raises(PhoneError):
        account.vendor.phone("asha").tap(sent, "Maybe")


async def test_a_tap_on_a_template_opens_the_window(account: Account) -> None:
    sid = await make(account, quick("Open", body="Case {{1}} waits"))
    await approve(account, sid)
    sent = await account.say(content_sid=sid, content_variables='{"1": "4K7M", "2": "c9"}')
    await account.deliver()
    account.vendor.phone("asha").tap(sent, "0")
    await account.deliver()
    assert account.bot.forms("/message")[0]["MessageType"] == "button"
    free = await account.say("hello")
    await account.deliver()
    assert await account.error(free) is None


async def test_an_item_of_a_list_is_chosen(account: Account) -> None:
    await account.greet()
    sent = await account.say(content_sid=await make(account, picker(10)))
    await account.deliver()
    account.vendor.phone("asha").tap(sent, "part-7")
    await account.deliver()
    (form,) = account.bot.forms("/message")
    assert (form["ListId"], form["ListTitle"], form["Body"]) == ("part-7", "Part 7", "Part 7")
    assert (form["MessageType"], form["OriginalRepliedMessageSid"]) == ("interactive", sent)


async def test_more_than_three_quick_replies_need_approval(account: Account) -> None:
    await account.greet()
    sid = await make(account, quick("1", "2", "3", "4", body="Which?"), variables={"2": "x"})
    unapproved = await account.say(content_sid=sid)
    await account.deliver()
    await approve(account, sid)
    approved = await account.say(content_sid=sid)
    await account.deliver()
    assert [await account.error(unapproved), await account.error(approved)] == [63021, None]


@pytest.mark.parametrize(
    "types",
    [quick("Yes", "Yes", body="Twice?"), quick("x" * 21, body="Long"), quick("Yes", body="x" * 1025)],
)
async def test_what_does_not_fit_a_screen_fails_later(account: Account, types: dict[str, Any]) -> None:
    await account.greet()
    sent = await account.say(content_sid=await make(account, types, variables={"2": "x"}))
    await account.deliver()
    assert await account.error(sent) == 63021


async def test_a_list_needs_the_window_and_is_never_approved(account: Account) -> None:
    sid = await make(account, picker(3))
    assert await account.refused(_asking(sid)) == (400, 20001)
    sent = await account.say(content_sid=sid)
    await account.deliver()
    assert await account.error(sent) == 63016


async def test_a_content_may_carry_a_picture(account: Account) -> None:
    await account.greet()
    account.bot.files["a.jpg"] = ("image/jpeg", jpeg())
    media = {"twilio/media": {"body": "Case {{1}}", "media": [f"{account.bot.url}/files/{{{{2}}}}"]}}
    sid = await make(account, media)
    await account.say(content_sid=sid, content_variables='{"1": "4K7M", "2": "a.jpg"}')
    await account.deliver()
    shown = account.vendor.phone("asha").received()[-1]
    assert (shown.shown, shown.media[0].content_type) == ("Case 4K7M", "image/jpeg")


@pytest.mark.parametrize(
    "types",
    [
        {},
        {"twilio/carousel": {"body": "x"}},
        {"twilio/text": {}},
        {"twilio/media": {"media": "https://a.test/1"}},
        quick(),
        picker(11),
        {"twilio/list-picker": {"body": "x", "button": "y", "items": [{"item": "no id"}]}},
    ],
)
async def test_contents_that_are_refused(account: Account, types: dict[str, Any]) -> None:
    request = ContentList.ContentCreateRequest({"language": "en", "types": types})
    refused = await account.refused(lambda client: client.content.v1.contents.create(request))
    assert refused == (400, 20001)


async def test_a_templates_name_and_category_are_checked(account: Account) -> None:
    sid = await make(account, TEXT)
    assert await account.refused(_asking(sid, name="Case Answered")) == (400, 20001)
    assert await account.refused(_asking(sid, category="NEWS")) == (400, 20001)
    await approve(account, sid)
    assert await account.refused(_asking(sid)) == (409, 20409)


def _asking(sid: str, *, name: str = "case", category: str = "UTILITY") -> Any:
    request = ApprovalCreateList.ContentApprovalRequest({"name": name, "category": category})
    return lambda client: client.content.v1.contents(sid).approval_create.create(request)
