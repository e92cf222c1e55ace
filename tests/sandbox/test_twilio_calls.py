"""The loopback Twilio: calls that ring, are answered, and hand over a digit."""

import asyncio
from typing import Any

import pytest

from bot.sandbox.errors import PhoneError
from bot.sandbox.twilio.twiml import BadTwiml, Gather, Say, parse
from tests.sandbox.twilio_client import ASHA_NUMBER, BOT_NUMBER, Account

ALL = ["initiated", "ringing", "answered", "completed"]


def press_one(action: str) -> str:
    gather = f'<Gather input="dtmf" numDigits="1" timeout="8" action="{action}">'
    say = '<Say language="en-IN">Case 4K7M. Press 1 to accept.</Say>'
    return f"<Response>{gather}{say}</Gather><Say>Nobody pressed.</Say></Response>"


async def dial(account: Account, **more: Any) -> str:
    given: dict[str, Any] = {
        "to": ASHA_NUMBER, "from_": BOT_NUMBER, "twiml": press_one(f"{account.bot.url}/voice?case=4K7M"),
        "status_callback": f"{account.bot.url}/calls", "status_callback_event": ALL, "timeout": 25,
    }  # fmt: skip
    sid = str((await account.ask(lambda client: client.calls.create(**given | more))).sid)
    await account.deliver()
    return sid


async def status(account: Account, sid: str) -> str:
    return str((await account.ask(lambda client: client.calls(sid).fetch())).status)


def told(account: Account) -> list[str]:
    return [one["CallStatus"] for one in account.bot.forms("/calls")]


async def test_a_digit_is_posted_signed_and_the_answer_is_heard(account: Account) -> None:
    account.bot.answers["/voice"] = "<Response><Say>Thank you.</Say><Hangup/></Response>"
    sid = await dial(account)
    line = account.vendor.phone("asha").line
    assert await status(account, sid) == "ringing"
    call = line.answer()
    await account.deliver(after=5)
    assert (await status(account, sid), call.heard) == ("in-progress", ["Case 4K7M. Press 1 to accept."])
    line.press("1")
    await account.deliver(after=4)

    (form,) = account.bot.forms("/voice")
    assert (form["Digits"], form["CallSid"], form["CallStatus"]) == ("1", sid, "in-progress")
    assert all(one.signed for one in account.bot.posts)
    assert call.heard[1:] == ["Thank you."]
    assert told(account) == ["initiated", "ringing", "in-progress", "completed"]
    assert account.bot.forms("/calls")[-1]["CallDuration"] == "4"
    fetched = await account.ask(lambda client: client.calls(sid).fetch())
    assert (fetched.status, fetched.duration, fetched.direction) == ("completed", "4", "outbound-api")
    entry = account.vendor.log[-1]
    assert (entry.channel, entry.phone, entry.text) == (
        "voice", "asha", "Case 4K7M. Press 1 to accept. Nobody pressed."
    )  # fmt: skip


async def test_without_a_digit_the_rest_is_heard(account: Account) -> None:
    sid = await dial(account)
    call = account.vendor.phone("asha").line.answer()
    await account.deliver()
    assert account.vendor.next_due() is not None
    await account.deliver(after=8)
    assert call.heard[-1] == "Nobody pressed."
    assert account.bot.forms("/voice") == []
    assert await status(account, sid) == "completed"


async def test_nobody_answers(account: Account) -> None:
    sid = await dial(account)
    await account.deliver(after=24)
    assert await status(account, sid) == "ringing"
    await account.deliver(after=1)
    assert await status(account, sid) == "no-answer"
    assert told(account)[-1] == "no-answer"
    with pytest.raises(PhoneError):
        account.vendor.phone("asha").line.answer()


async def test_a_phone_without_network_never_rings(account: Account) -> None:
    account.vendor.phone("asha").set_network(airplane=True)
    sid = await dial(account)
    assert account.vendor.phone("asha").line.calls == []
    await account.deliver(after=25)
    assert await status(account, sid) == "no-answer"


async def test_declined_and_engaged_are_busy(account: Account) -> None:
    line = account.vendor.phone("asha").line
    declined = await dial(account)
    line.decline()
    await account.deliver()
    line.engaged = True
    engaged = await dial(account)
    assert [await status(account, sid) for sid in (declined, engaged)] == ["busy", "busy"]
    assert account.vendor.log[-1].error == "busy"


async def test_a_bot_that_thinks_about_one_call_holds_up_no_other(account: Account) -> None:
    account.bot.answers["/slow"] = "<Response><Say>One.</Say></Response>"
    await dial(account, twiml="", url=f"{account.bot.url}/slow", status_callback_event=["completed"])
    first = account.vendor.phone("asha").line.answer()
    account.bot.thinks = 0.4
    slow = asyncio.create_task(account.deliver())
    await asyncio.sleep(0.05)
    given = {"to": "+12025550102", "from_": BOT_NUMBER, "twiml": "<Response/>"}
    sid = (await account.ask(lambda client: client.calls.create(**given))).sid
    await account.deliver()
    assert (await status(account, sid), first.heard) == ("ringing", [])
    await slow
    assert first.heard == ["One."]


async def test_a_person_hangs_up_before_pressing(account: Account) -> None:
    sid = await dial(account)
    line = account.vendor.phone("asha").line
    line.answer()
    await account.deliver()
    line.hang_up()
    await account.deliver()
    assert await status(account, sid) == "completed"
    with pytest.raises(PhoneError):
        line.press("1")


async def test_twiml_comes_from_a_url_and_may_lead_on(account: Account) -> None:
    account.bot.answers["/first"] = "<Response><Say>One.</Say><Redirect>/second</Redirect></Response>"
    account.bot.answers["/second"] = (
        '<Response><Gather numDigits="1" action="taken"><Say>Two.</Say></Gather></Response>'
    )
    account.bot.answers["/taken"] = "<Response><Say>Three.</Say></Response>"
    await dial(account, twiml="", url=f"{account.bot.url}/first")
    line = account.vendor.phone("asha").line
    call = line.answer()
    line.press("2")
    await account.deliver()
    assert call.heard == ["One.", "Two.", "Three."]
    assert account.bot.forms("/taken")[0]["Digits"] == "2"


async def test_a_bot_that_fails_is_heard_as_an_error(account: Account) -> None:
    account.bot.statuses = [200] * 2 + [500]
    await dial(account, twiml="", url=f"{account.bot.url}/first")
    call = account.vendor.phone("asha").line.answer()
    await account.deliver()
    assert call.heard == ["An application error has occurred. Goodbye."]
    assert account.vendor.webhooks.problems[-1].code == 11200


async def test_the_bot_ends_a_call_that_rings(account: Account) -> None:
    sid = await dial(account)
    await account.ask(lambda client: client.calls(sid).update(status="canceled"))
    await account.deliver()
    assert await status(account, sid) == "canceled"
    refused = await account.refused(lambda client: client.calls(sid).update(status="completed"))
    assert refused == (400, 21220)
    assert await account.ask(lambda client: client.calls(sid).delete())


async def test_a_number_that_nobody_has_fails(account: Account) -> None:
    sid = await dial(account, to="+12025550199")
    assert await status(account, sid) == "failed"
    listed = await account.ask(lambda client: client.calls.list(status="failed"))
    assert [one.sid for one in listed] == [sid]


@pytest.mark.parametrize(
    ("more", "code"),
    [({"to": "12"}, 21211), ({"from_": "+12025550177"}, 21210), ({"twiml": ""}, 21205)],
)
async def test_calls_that_are_refused(account: Account, more: dict[str, str], code: int) -> None:
    given: dict[str, Any] = {"to": ASHA_NUMBER, "from_": BOT_NUMBER, "twiml": "<Response/>"} | more
    assert await account.refused(lambda client: client.calls.create(**given)) == (400, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("hello", 12100),
        ("<Reply/>", 12100),
        ("<Response><Dance/></Response>", 12200),
        ("<Response><Gather><Redirect>x</Redirect></Gather></Response>", 12200),
        ('<!DOCTYPE a [<!ENTITY b "c">]><Response/>', 12100),
    ],
)
def test_what_is_no_twiml(text: str, code: int) -> None:
    with pytest.raises(BadTwiml) as caught:
        parse(text)
    assert caught.value.code == code


def test_twiml_is_read_with_twilios_defaults() -> None:
    (gather,) = parse(
        "<?xml version='1.0' encoding='UTF-8'?><Response><Gather><Say>नमस्ते</Say></Gather></Response>"
    )
    assert gather == Gather((Say("नमस्ते"),), timeout=5.0, finish_key="#")
