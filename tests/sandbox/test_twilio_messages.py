"""The loopback Twilio: messages, files, statuses and the window, through the official SDK."""

from datetime import UTC, datetime, timedelta

import pytest
from twilio.rest import Client

from bot.sandbox.twilio.phone import State
from tests.sandbox.twilio_client import ASHA, ASHA_NUMBER, BOT, Account, jpeg


async def test_a_message_in_the_window_arrives_and_its_statuses_are_told(account: Account) -> None:
    await account.greet()
    sid = await account.say("नमस्ते")
    await account.deliver()
    account.vendor.phone("asha").mark_read()
    await account.deliver()

    assert [one.shown for one in account.vendor.phone("asha").received()] == ["नमस्ते"]
    assert account.statuses(sid) == ["queued", "sent", "delivered", "read"]
    assert all(one.signed for one in account.bot.posts)
    fetched = await account.ask(lambda client: client.messages(sid).fetch())
    assert (fetched.status, fetched.direction, fetched.body) == ("read", "outbound-api", "नमस्ते")


async def test_outside_the_window_it_is_accepted_and_fails_later(account: Account) -> None:
    sid = await account.say("hello")
    await account.deliver()

    assert account.statuses(sid) == ["queued", "failed"]
    assert await account.error(sid) == 63016
    assert account.bot.forms("/status")[-1]["ErrorCode"] == "63016"
    assert account.vendor.phone("asha").received() == []
    assert account.vendor.log[-1].error == "63016"


async def test_the_window_closes_after_24_hours_and_can_be_moved(account: Account) -> None:
    await account.greet()
    account.clock.advance(timedelta(hours=24))
    late = await account.say("late")
    await account.deliver()
    account.vendor.move_window("asha", hours=1)
    again = await account.say("again")
    await account.deliver()

    assert await account.error(late) == 63016
    assert await account.error(again) is None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"to": "whatsapp:12"}, 21211),
        ({"to": ASHA_NUMBER, "from_": BOT}, 21910),
        ({"from_": "whatsapp:+12025550177"}, 63007),
        ({"to": ASHA_NUMBER, "from_": "+12025550177"}, 21606),
        ({"body": "x" * 1601}, 21617),
        ({"body": ""}, 21619),
        ({"media_url": ["https://a.test/1", "https://a.test/2"]}, 21623),
        ({"media_url": ["ftp://a.test/1"]}, 21620),
        ({"body": "", "content_sid": "HX" + "0" * 32}, 21655),
        ({"body": "", "content_sid": "HX" + "0" * 32, "content_variables": "{"}, 21656),
        ({"body": "", "content_sid": "HX" + "0" * 32, "content_variables": '{"1": "a\\nb"}'}, 21656),
    ],
)
async def test_what_twilio_refuses_at_once(account: Account, more: dict[str, object], code: int) -> None:
    given: dict[str, object] = {"to": ASHA, "from_": BOT, "body": "hello"} | more
    given = {name: value for name, value in given.items() if value}
    assert await account.refused(lambda client: client.messages.create(**given)) == (400, code)
    assert await account.deliver() == 0
    assert account.vendor.log[-1].error == str(code)


async def test_a_number_without_whatsapp_fails_and_still_gets_sms(account: Account) -> None:
    chat = await account.say("hello", to="whatsapp:+12025550131")
    stranger = await account.say("hello", to="whatsapp:+12025550199")
    nowhere = await account.say("hello", to="+12025550199")
    sms = await account.say("Case 4K7M waits", to="+12025550131")
    await account.deliver()

    assert [await account.error(sid) for sid in (chat, stranger, nowhere)] == [63003, 63003, 30005]
    assert account.statuses(nowhere)[-1] == "undelivered"
    assert [one.body for one in account.vendor.phone("landline").sms] == ["Case 4K7M waits"]
    assert account.statuses(sms) == ["queued", "sent", "delivered"]
    assert account.vendor.log[-1].channel == "sms"


async def test_a_wrong_token_is_401_with_twilios_error(account: Account) -> None:
    wrong = Client(account.vendor.account, "wrong", http_client=account.client.http_client)
    assert await account.refused(lambda _: wrong.messages("SM" + "0" * 32).fetch()) == (401, 20003)
    assert (await account.get("/2010-04-01/Accounts/AC0/Messages.json", auth=False))[0] == 401


async def test_another_account_and_unknown_things_are_404(account: Account) -> None:
    missing = "SM" + "0" * 32
    assert await account.refused(lambda client: client.messages(missing).fetch()) == (404, 20404)
    assert (await account.get(f"/2010-04-01/Accounts/AC{'0' * 32}/Messages.json"))[0] == 404
    assert (await account.get("/2010-04-01/Nothing.json"))[0] == 404


async def test_lists_are_filtered_and_come_in_pages(account: Account) -> None:
    account.vendor.rates.on = False
    await account.greet()
    made = [await account.say(f"number {n}") for n in range(7)]
    await account.deliver(after=60)

    listed = await account.ask(lambda client: client.messages.list(to=ASHA, page_size=3))
    assert [one.sid for one in listed] == list(reversed(made))
    inbound = await account.ask(lambda client: client.messages.list(from_=ASHA))
    assert [one.body for one in inbound] == ["hello"]
    border = datetime(2026, 1, 12, 9, 0, 30, tzinfo=UTC)
    after = await account.ask(lambda client: client.messages.list(date_sent_after=border))
    before = await account.ask(lambda client: client.messages.list(date_sent_before=border))
    assert (len(after), len(before)) == (7, 1)
    today = await account.ask(lambda client: client.messages.list(date_sent=border))
    assert len(today) == 8


async def test_a_message_can_be_redacted_and_deleted_when_it_is_complete(account: Account) -> None:
    await account.greet()
    sid = await account.say("secret")
    assert await account.refused(lambda client: client.messages(sid).delete()) == (409, 20009)
    await account.deliver()
    redacted = await account.ask(lambda client: client.messages(sid).update(body=""))
    assert redacted.body == ""
    assert await account.ask(lambda client: client.messages(sid).delete())
    assert await account.refused(lambda client: client.messages(sid).fetch()) == (404, 20404)


async def test_airplane_mode_holds_delivery_back(account: Account) -> None:
    await account.greet()
    phone = account.vendor.phone("asha")
    phone.set_network(airplane=True)
    sid = await account.say("hello")
    await account.deliver()
    assert account.statuses(sid) == ["queued", "sent"]

    phone.set_network(airplane=False)
    await account.deliver()
    assert account.statuses(sid) == ["queued", "sent", "delivered"]


async def test_a_slow_network_takes_its_time(account: Account) -> None:
    await account.greet()
    account.vendor.phone("asha").set_network(slow=True)
    sid = await account.say("x" * 1250)
    await account.deliver()
    assert account.statuses(sid) == ["queued", "sent"]
    due = account.vendor.next_due()
    assert due is not None
    assert (due - account.clock.now()).total_seconds() == pytest.approx(0.1)
    await account.deliver(after=0.1)
    assert account.statuses(sid)[-1] == "delivered"


async def test_read_never_comes_without_receipts(account: Account) -> None:
    await account.greet()
    phone = account.vendor.phone("asha")
    phone.read_receipts = False
    sid = await account.say("hello")
    await account.deliver()
    phone.mark_read()
    await account.deliver()
    assert account.statuses(sid)[-1] == "delivered"
    assert phone.messages()[-1].state is State.READ


async def test_statuses_may_come_shuffled(account: Account) -> None:
    account.vendor.webhooks.shuffled = True
    account.vendor.rates.on = False
    await account.greet()
    made = [await account.say(f"number {n}") for n in range(8)]
    await account.deliver()
    heard = [account.statuses(sid) for sid in made]
    assert all(sorted(one) == ["delivered", "queued", "sent"] for one in heard)
    assert any(one != ["queued", "sent", "delivered"] for one in heard)


async def test_one_person_gets_one_message_in_six_seconds_after_a_burst(account: Account) -> None:
    account.vendor.rates.burst = 2
    await account.greet()
    made = [await account.say(f"number {n}") for n in range(3)]
    account.clock.advance(timedelta(seconds=6))
    made.append(await account.say("later"))
    await account.deliver()
    assert [await account.error(sid) for sid in made] == [None, None, 63018, None]


async def test_stop_closes_the_door_until_start(account: Account) -> None:
    phone = account.vendor.phone("asha")
    phone.stop()
    await account.deliver()
    refused = await account.refused(lambda client: client.messages.create(to=ASHA, from_=BOT, body="hello"))
    assert refused == (400, 21610)
    phone.start_again()
    sid = await account.say("welcome back")
    await account.deliver()
    assert await account.error(sid) is None
    assert [one["Body"] for one in account.bot.forms("/message")] == ["STOP", "START"]


async def test_a_picture_is_fetched_with_head_and_get_and_carries_its_words(account: Account) -> None:
    await account.greet()
    account.bot.files["a.jpg"] = ("image/jpeg", jpeg())
    sid = await account.say("left knee", media_url=[f"{account.bot.url}/files/a.jpg"])
    await account.deliver()

    assert account.bot.fetched == [("HEAD", "a.jpg"), ("GET", "a.jpg")]
    shown = account.vendor.phone("asha").received()[-1]
    assert (shown.shown, shown.media[0].data) == ("left knee", jpeg())
    assert account.statuses(sid)[-1] == "delivered"
    entry = account.vendor.log[-1]
    assert (entry.phone, entry.phone_seq, entry.media) == ("asha", 1, "image/jpeg")
    assert entry.bytes == len(jpeg()) + len("left knee")


async def test_a_document_loses_its_words_and_keeps_a_short_name(account: Account) -> None:
    await account.greet()
    account.bot.files["a"] = ("application/pdf", b"%PDF-1.7")
    account.bot.headers["content-disposition"] = 'inline; filename="case.pdf"'
    await account.say("read this", media_url=[f"{account.bot.url}/files/a"])
    await account.deliver()
    shown = account.vendor.phone("asha").received()[-1]
    assert (shown.shown, shown.media[0].name) == ("", "case.pdf")


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("application/dicom", b"DICM", 63005),
        ("image/jpeg", b"%PDF-1.7", 12300),
        ("image/jpeg", b"\xff\xd8\xff" + b"\0" * (5 * 1024 * 1024), 11751),
    ],
)
async def test_files_that_whatsapp_does_not_take(account: Account, kind: str, data: bytes, code: int) -> None:
    await account.greet()
    account.bot.files["a"] = (kind, data)
    sid = await account.say(media_url=[f"{account.bot.url}/files/a"])
    await account.deliver()
    assert await account.error(sid) == code
    assert account.statuses(sid) == ["queued", "failed"]


async def test_head_and_get_must_tell_the_same_type(account: Account) -> None:
    await account.greet()
    account.bot.files["a"] = ("image/jpeg", jpeg())
    account.bot.told_by_head = "image/png"
    sid = await account.say(media_url=[f"{account.bot.url}/files/a"])
    await account.deliver()
    assert await account.error(sid) == 12300


async def test_a_file_that_is_not_there_fails(account: Account) -> None:
    await account.greet()
    gone = await account.say(media_url=["http://127.0.0.1:9/gone.jpg"])
    await account.deliver()
    assert await account.error(gone) == 63019


async def test_the_vendors_copy_is_behind_credentials_and_a_redirect(account: Account) -> None:
    account.vendor.phone("asha").send_photo(jpeg(), caption="knee")
    await account.deliver()
    form = account.bot.forms("/message")[0]
    path = form["MediaUrl0"].removeprefix("https://api.twilio.com")

    assert (await account.get(path, auth=False))[0] == 401
    status, _, location = await account.get(path)
    assert status == 302
    status, data, _ = await account.get(location, auth=False)
    assert (status, data[:3]) == (200, b"\xff\xd8\xff")
    listed = await account.ask(lambda client: client.messages(form["MessageSid"]).media.list())
    assert [one.content_type for one in listed] == ["image/jpeg"]
    assert await account.ask(lambda client: client.messages(form["MessageSid"]).media(listed[0].sid).delete())
    assert (await account.get(path))[0] == 404
    assert (await account.get(location, auth=False))[0] == 404
