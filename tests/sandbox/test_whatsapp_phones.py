"""WhatsApp phones beside Telegram's in one program, over HTTP as the page and outside tests use them."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import FormData
from telegram import Bot

from tests.sandbox.both import LAKSHMI, LAKSHMI_NUMBER, LIST, QUICK, Both, both_vendors
from tests.sandbox.twilio_client import BOT_NUMBER, jpeg


@pytest.fixture
async def both() -> AsyncIterator[Both]:
    async with both_vendors() as made:
        yield made


async def test_both_vendors_phones_are_listed_and_answer_at_their_own_bots(both: Both) -> None:
    shown = {one["id"]: one for one in await both.get("/phones")}
    assert shown["asha"]["channel"] == "telegram"
    assert (shown["lakshmi"]["channel"], shown["lakshmi"]["address"]) == ("whatsapp", LAKSHMI)
    assert shown["rao"]["name"] == shown["rao_wa"]["name"]
    assert set(shown["asha"]) < set(shown["lakshmi"])

    async with Bot(both.telegram.token, base_url=f"{both.account.url}/bot") as telegram:
        await telegram.send_message(1001, "by Telegram")
    await both.writes("नमस्ते")
    assert [one["text"] for one in await both.get("/phones/asha/messages")] == ["by Telegram"]
    (form,) = both.account.bot.forms("/message")
    assert (form["From"], form["Body"]) == (LAKSHMI, "नमस्ते")
    (sent,) = await both.get("/phones/lakshmi/messages")
    assert (sent["text"], sent["direction"], sent["state"]) == ("नमस्ते", "sent", "delivered")
    assert set((await both.get("/phones/asha/messages"))[0]) < set(sent)


async def test_a_message_is_unread_until_it_is_looked_at_and_the_bot_is_told(both: Both) -> None:
    await both.writes("hello")
    sid = await both.account.say("*Got it*", to=LAKSHMI)
    await both.account.deliver()
    assert (await both.phone("lakshmi"))["unread"] == 1
    before = await both.get("/phones/lakshmi/messages?after=3")
    assert [(one["text"], one["state"], one["read"]) for one in before] == [("*Got it*", "received", False)]
    assert (await both.post("/phones/lakshmi/read"))["unread"] == 0
    await both.account.deliver()
    assert both.account.statuses(sid) == ["queued", "sent", "delivered", "read"]
    assert (await both.get("/phones/lakshmi/messages"))[-1]["read"] is True


async def test_quick_replies_are_tapped_by_text_id_or_place(both: Both) -> None:
    await both.writes("hello")
    sid = await both.offers(QUICK, "Send it?", "भेजें", "send|1", "रुकें", "wait|1")
    shown = (await both.get("/phones/lakshmi/messages"))[-1]
    assert [[(one["text"], one["data"]) for one in row] for row in shown["buttons"]] == [
        [("भेजें", "send|1")], [("रुकें", "wait|1")],
    ]  # fmt: skip
    for button in ("भेजें", "wait|1", "0,0"):
        await both.post("/phones/lakshmi/tap", {"message_id": sid, "button": button})
        await both.account.deliver()
    forms = both.account.bot.forms("/message")[1:]
    assert [one["ButtonPayload"] for one in forms] == ["send|1", "wait|1", "send|1"]
    assert {one["OriginalRepliedMessageSid"] for one in forms} == {sid}
    said = (await both.get("/phones/lakshmi/messages"))[-1]
    assert (said["text"], said["reply_to"]["text"]) == ("भेजें", "Send it?")
    await both.post("/phones/lakshmi/tap", {"message_id": sid, "button": "other"}, status=404)


async def test_a_list_shows_what_opens_it_and_a_typed_number_is_only_text(both: Both) -> None:
    await both.writes("hello")
    sid = await both.offers(LIST, "What is it?", "Choose", "Chest", "part chest", "Wrist", "part wrist")
    shown = (await both.get("/phones/lakshmi/messages"))[-1]
    assert (shown["list_label"], [row[0]["text"] for row in shown["buttons"]]) == (
        "Choose",
        ["Chest", "Wrist"],
    )
    await both.post("/phones/lakshmi/tap", {"message_id": sid, "button": "Wrist"})
    await both.writes("2")
    tapped, typed = both.account.bot.forms("/message")[1:]
    assert (tapped["ListId"], tapped["MessageType"]) == ("part wrist", "interactive")
    assert (typed["Body"], typed["MessageType"]) == ("2", "text")


async def test_pictures_files_and_voice_go_out_as_the_app_makes_them(both: Both) -> None:
    photo = FormData()
    photo.add_field("files", jpeg(2000, exif=True), filename="camera.jpg", content_type="image/jpeg")
    photo.add_field("caption", "45 M chest")
    (made,) = await both.post("/phones/lakshmi/send", photo, status=201)
    assert (made["media"]["kind"], made["media"]["width"], made["text"]) == ("photo", 1600, "45 M chest")
    await both.post("/phones/lakshmi/send", {"sample": "dicom", "as": "document"}, status=201)
    await both.post("/phones/lakshmi/send", {"sample": "voice"}, status=201)
    await both.account.deliver()
    forms = both.account.bot.forms("/message")
    assert [one["MessageType"] for one in forms] == ["image", "document", "audio"]
    async with both.http.get(made["media"]["url"]) as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
        assert len(await answer.read()) == made["media"]["bytes"]


async def test_the_window_opens_by_writing_and_is_moved_on_by_hand(both: Both) -> None:
    assert (await both.phone("lakshmi"))["window"] == {"open": False, "closes": None, "seconds_left": 0}
    await both.writes("hello")
    window = (await both.phone("lakshmi"))["window"]
    assert (window["open"], window["seconds_left"]) == (True, 86_400)
    assert (await both.post("/phones/lakshmi/window"))["window"]["open"] is False
    sid = await both.account.say("too late", to=LAKSHMI)
    await both.account.deliver()
    assert await both.account.error(sid) == 63016
    assert (await both.post("/phones/lakshmi/window", {"hours": 2}))["window"]["seconds_left"] == 7200
    await both.post("/phones/lakshmi/window", {"hours": "soon"}, status=400)


async def test_a_call_rings_is_answered_and_takes_a_key(both: Both) -> None:
    both.account.bot.answers["/voice"] = "<Response><Say>Thank you.</Say><Hangup/></Response>"
    sid = await both.rings()
    assert (await both.phone("lakshmi"))["call"]["status"] == "ringing"
    await both.post(f"/phones/lakshmi/calls/{sid}/key", {"digits": "1"}, status=400)
    assert (await both.post(f"/phones/lakshmi/calls/{sid}/answer"))["picked_up"] is True
    await both.account.deliver()
    call = (await both.phone("lakshmi"))["call"]
    assert (call["status"], call["heard"], call["waits_for_key"]) == (
        "in-progress", ["Case 4K7M. Press 1 to accept."], True,
    )  # fmt: skip
    await both.post(f"/phones/lakshmi/calls/{sid}/key", {"digits": "one"}, status=400)
    await both.post(f"/phones/lakshmi/calls/{sid}/key", {"digits": "1"})
    await both.account.deliver()
    assert (await both.phone("lakshmi"))["call"] is None
    (call,) = await both.get("/phones/lakshmi/calls")
    assert (call["status"], call["heard"][-1]) == ("completed", "Thank you.")
    assert both.account.bot.forms("/voice")[0]["Digits"] == "1"


async def test_a_call_can_be_declined_or_hung_up_and_only_its_own_phone_has_it(both: Both) -> None:
    first = await both.rings()
    await both.post(f"/phones/iyer/calls/{first}/decline", status=404)
    await both.post(f"/phones/lakshmi/calls/{first}/decline")
    await both.account.deliver()
    await both.post(f"/phones/lakshmi/calls/{first}/answer", status=400)
    second = await both.rings()
    await both.post(f"/phones/lakshmi/calls/{second}/answer")
    await both.account.deliver()
    await both.post(f"/phones/lakshmi/calls/{second}/hangup")
    await both.account.deliver()
    assert [one["status"] for one in await both.get("/phones/lakshmi/calls")] == ["busy", "completed"]


async def test_an_sms_is_in_a_list_of_its_own(both: Both) -> None:
    await both.account.say("Case A7K2P waits", to=LAKSHMI_NUMBER)
    await both.account.deliver()
    assert (await both.phone("lakshmi"))["sms"] == 1
    (sms,) = await both.get("/phones/lakshmi/sms")
    assert (sms["text"], sms["from"]) == ("Case A7K2P waits", BOT_NUMBER)
    assert await both.get("/phones/lakshmi/messages") == []


async def test_who_asks_for_no_more_messages_is_shown_so(both: Both) -> None:
    await both.post("/phones/lakshmi/settings", {"blocked": True})
    await both.account.deliver()
    assert (await both.phone("lakshmi"))["blocked"] is True
    assert await both.account.refused(
        lambda client: client.messages.create(to=LAKSHMI, from_=f"whatsapp:{BOT_NUMBER}", body="x")
    ) == (400, 21610)
    assert (await both.post("/phones/lakshmi/settings", {"blocked": False}))["blocked"] is False


async def test_what_is_said_on_the_telephone_takes_its_time_before_the_keys_are_waited_for(
    both: Both,
) -> None:
    both.account.vendor.switchboard.words_a_second = 1.0
    sid = await both.rings()
    await both.post(f"/phones/lakshmi/calls/{sid}/answer")
    await both.account.deliver()
    await both.account.deliver(after=12)
    assert (await both.phone("lakshmi"))["call"]["status"] == "in-progress"
    await both.account.deliver(after=3)
    (call,) = await both.get("/phones/lakshmi/calls")
    assert call["heard"][-1] == "Nobody pressed."
