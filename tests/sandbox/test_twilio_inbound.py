"""The loopback Twilio: what people send becomes signed forms, once, and is lost when nobody takes it."""

import asyncio
from io import BytesIO

import pytest
from PIL import Image

from bot.sandbox.errors import PhoneError
from bot.sandbox.twilio.outside import Answer, overrides
from bot.sandbox.twilio.phone import State
from tests.sandbox.twilio_client import ASHA, ASHA_NUMBER, BOT, Account, jpeg

PDF = b"%PDF-1.7"


async def test_a_text_is_a_signed_form(account: Account) -> None:
    account.vendor.phone("asha").send_text("दाहिना घुटना, 2 photos & more")
    assert await account.deliver() == 1

    (posted,) = account.bot.posts
    form = posted.form
    assert posted.signed
    assert posted.token
    assert (form["From"], form["To"], form["WaId"]) == (ASHA, BOT, ASHA_NUMBER[1:])
    assert form["Body"] == "दाहिना घुटना, 2 photos & more"
    assert (form["NumMedia"], form["MessageType"], form["ProfileName"]) == ("0", "text", "Asha Devi")
    assert form["SmsStatus"] == "received"
    assert form["MessageSid"] == form["SmsMessageSid"]
    assert form["AccountSid"] == account.vendor.account


async def test_a_query_in_the_webhooks_address_is_signed_too(account: Account) -> None:
    account.vendor.configure(inbound_url=f"{account.bot.url}/message?site=north%20east&n=1#rc=2")
    account.vendor.phone("asha").send_text("hello")
    await account.deliver()
    assert [one.signed for one in account.bot.posts] == [True]


async def test_a_photo_without_caption_has_a_blank_body_and_still_the_right_signature(
    account: Account,
) -> None:
    account.vendor.phone("asha").send_photo(jpeg())
    await account.deliver()
    (posted,) = account.bot.posts
    assert posted.signed
    assert posted.form["Body"] == ""
    assert (posted.form["NumMedia"], posted.form["MediaContentType0"]) == ("1", "image/jpeg")
    assert posted.form["MessageType"] == "image"


async def test_the_app_shrinks_photos_and_drops_notes(account: Account) -> None:
    account.vendor.phone("asha").send_photo(jpeg(2000, exif=True))
    account.vendor.phone("asha").send_photo(jpeg(2000, exif=True), hd=True)
    await account.deliver()
    for form, side in zip(account.bot.forms("/message"), (1600, 2000), strict=True):
        (file,) = account.vendor.store.media(form["MessageSid"])
        with Image.open(BytesIO(file.data)) as got:
            assert got.size == (side, side)
            assert not got.getexif()


async def test_several_photos_are_several_messages(account: Account) -> None:
    account.vendor.phone("asha").send_photos([jpeg(), jpeg(), jpeg()], caption="knee")
    await account.deliver()
    forms = account.bot.forms("/message")
    assert [one["Body"] for one in forms] == ["knee", "", ""]
    assert len({one["MessageSid"] for one in forms}) == 3


async def test_documents_voices_and_places(account: Account) -> None:
    phone = account.vendor.phone("asha")
    phone.send_document(PDF, name="scan 1.pdf")
    phone.send_document(b"DICM", name="scan.dcm", mime="application/dicom", caption="CT head")
    phone.send_voice(b"OggS")
    phone.send_location(28.8, 79.02, label="PHC Rampur")
    await account.deliver()
    named, captioned, voice, place = account.bot.forms("/message")

    assert (named["MessageType"], named["Body"]) == ("document", "scan 1.pdf")
    assert (captioned["MediaContentType0"], captioned["Body"]) == ("application/dicom", "CT head")
    assert (voice["MessageType"], voice["MediaContentType0"]) == ("audio", "audio/ogg")
    assert (place["Latitude"], place["Longitude"], place["Label"]) == ("28.8", "79.02", "PHC Rampur")
    assert place["Body"] == ""
    assert all(one.signed for one in account.bot.posts)


async def test_a_reply_names_the_message_that_it_quotes(account: Account) -> None:
    await account.greet()
    sid = await account.say("Which side?")
    await account.deliver()
    account.vendor.phone("asha").send_text("left", reply_to=sid)
    await account.deliver()
    form = account.bot.forms("/message")[0]
    assert (form["OriginalRepliedMessageSid"], form["OriginalRepliedMessageSender"]) == (sid, BOT)
    with pytest.raises(PhoneError):
        account.vendor.phone("asha").send_text("left", reply_to="SM0")


async def test_an_sms_has_no_whatsapp_fields(account: Account) -> None:
    account.vendor.phone("landline").send_sms("hello")
    await account.deliver()
    form = account.bot.forms("/message")[0]
    assert form["From"] == "+12025550131"
    assert "WaId" not in form
    with pytest.raises(PhoneError):
        account.vendor.phone("landline").send_text("hello")


async def test_airplane_mode_keeps_a_message_on_the_phone(account: Account) -> None:
    phone = account.vendor.phone("asha")
    phone.set_network(airplane=True)
    entry = phone.send_text("hello")
    assert await account.deliver() == 0
    assert [one.state for one in phone.messages()] == [State.WAITING]
    phone.set_network(airplane=False)
    assert await account.deliver() == 1
    assert [one.state for one in phone.messages()] == [State.DELIVERED]
    assert entry.sid == account.bot.forms("/message")[0]["MessageSid"]


async def test_what_the_bot_answers_with_an_error_is_lost_but_listed(account: Account) -> None:
    account.bot.statuses = [503]
    entry = account.vendor.phone("asha").send_text("hello")
    assert await account.deliver() == 0
    assert await account.deliver(after=3600) == 0

    assert len(account.bot.posts) == 1
    assert entry.state is State.SENT
    assert [(one.code, one.status) for one in account.vendor.webhooks.problems] == [(11200, 503)]
    listed = await account.ask(lambda client: client.messages.list(to=BOT))
    assert [(one.body, one.status, one.direction) for one in listed] == [("hello", "received", "inbound")]


async def test_the_fragment_asks_for_more_tries_with_the_same_token(account: Account) -> None:
    account.vendor.configure(inbound_url=f"{account.bot.url}/message#rc=5&rp=all")
    account.bot.statuses = [500, 502]
    account.vendor.phone("asha").send_text("hello")
    assert await account.deliver() == 1
    assert len(account.bot.posts) == 3
    assert len({one.token for one in account.bot.posts}) == 1


async def test_the_fallback_is_asked_once(account: Account) -> None:
    account.vendor.configure(
        inbound_url="http://127.0.0.1:9/gone", fallback_url=f"{account.bot.url}/fallback"
    )
    account.vendor.phone("asha").send_text("hello")
    assert await account.deliver() == 1
    (form,) = account.bot.forms("/fallback")
    assert (form["Body"], form["ErrorCode"]) == ("hello", "11200")


async def test_a_bot_that_takes_too_long_has_lost_the_message(account: Account) -> None:
    account.vendor.configure(inbound_url=f"{account.bot.url}/message#rt=50")
    account.bot.thinks = 0.3
    account.vendor.phone("asha").send_text("hello")
    assert await account.deliver() == 0
    assert [(one.code, one.status) for one in account.vendor.webhooks.problems] == [(11200, 0)]
    await asyncio.sleep(0.3)
    assert len(account.bot.posts) == 1


def test_only_a_failed_connection_is_tried_again_unless_the_address_says_otherwise() -> None:
    usual = overrides("https://bot.test/message")
    outcomes = (Answer(0, connected=False), Answer(0), Answer(503), Answer(404), Answer(200))
    assert [usual.again(one) for one in outcomes] == [True, False, False, False, False]
    every = overrides("https://bot.test/message#rp=all")
    assert [every.again(one) for one in outcomes] == [True, True, True, True, False]


async def test_a_messaging_service_says_that_it_acted_on_stop(account: Account) -> None:
    account.vendor.tells_opt_out = True
    account.vendor.phone("asha").stop()
    account.vendor.phone("asha").start_again()
    await account.deliver()
    assert [one["OptOutType"] for one in account.bot.forms("/message")] == ["STOP", "START"]
    assert all(one.signed for one in account.bot.posts)


def test_a_webhook_has_fifteen_seconds_and_one_more_try_unless_its_address_says_otherwise() -> None:
    usual = overrides("https://bot.test/message?a=1")
    assert (usual.url, usual.tries, usual.policies) == ("https://bot.test/message?a=1", 2, frozenset({"ct"}))
    assert (usual.limit.sock_connect, usual.limit.sock_read, usual.limit.total) == (5, 15, 15)
    other = overrides("https://bot.test/message#rc=9&rp=ct,rt&rt=2000")
    assert (other.url, other.tries, other.policies) == (
        "https://bot.test/message",
        6,
        frozenset({"ct", "rt"}),
    )
    assert other.limit.sock_read == 2
