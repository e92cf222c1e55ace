"""The loopback Twilio: what goes wrong on demand."""

import asyncio
import time

import pytest
from aiohttp import ClientError
from requests import ConnectionError as NoConnection

from bot.sandbox.twilio.faults import Fault, FaultKind
from tests.sandbox.twilio_client import ASHA, ASHA_NUMBER, BOT, Account, jpeg


@pytest.mark.parametrize(
    ("kind", "arrived"),
    [
        (FaultKind.RESET_BEFORE, 0),
        (FaultKind.RESET_AFTER, 1),
        (FaultKind.TIMEOUT_BEFORE, 0),
        (FaultKind.TIMEOUT_AFTER, 1),
    ],
)
async def test_a_connection_breaks_before_or_after_the_effect(
    account: Account, kind: FaultKind, arrived: int
) -> None:
    await account.greet()
    account.vendor.faults.add(Fault(kind, "messages.create", ASHA_NUMBER, seconds=0.05))
    with pytest.raises(NoConnection):
        await account.say("hello")
    await account.deliver()
    assert len(account.vendor.phone("asha").received()) == arrived


@pytest.mark.parametrize(
    ("kind", "status", "code", "arrived"),
    [
        (FaultKind.TOO_MANY, 429, 20429, 0),
        (FaultKind.ERROR_BEFORE, 500, 20500, 0),
        (FaultKind.ERROR_AFTER, 500, 20500, 1),
    ],
)
async def test_an_error_comes_before_or_after_the_effect(
    account: Account, kind: FaultKind, status: int, code: int, arrived: int
) -> None:
    await account.greet()
    account.vendor.faults.add(Fault(kind, "messages.create"))
    refused = await account.refused(lambda client: client.messages.create(to=ASHA, from_=BOT, body="hello"))
    assert refused == (status, code)
    await account.deliver()
    assert len(account.vendor.phone("asha").received()) == arrived
    await account.say("again")


async def test_a_fault_is_for_one_person_and_counts_down(account: Account) -> None:
    await account.greet()
    account.vendor.faults.add(Fault(FaultKind.ERROR_BEFORE, number="+12025550102"))
    await account.say("hello")
    assert account.vendor.faults.rules[0].left == 1
    account.vendor.faults.clear()
    await account.say("hello", to="whatsapp:+12025550102")


async def test_a_webhook_comes_twice(account: Account) -> None:
    account.vendor.faults.add(Fault(FaultKind.DUPLICATE_WEBHOOK, "message"))
    account.vendor.phone("asha").send_text("hello")
    assert await account.deliver() == 2
    first, second = account.bot.posts
    assert (first.form, first.token) == (second.form, second.token)


async def test_a_webhook_is_lost_and_the_message_is_in_the_list(account: Account) -> None:
    account.vendor.faults.add(Fault(FaultKind.LOST_WEBHOOK, "message"))
    account.vendor.phone("asha").send_text("hello")
    assert await account.deliver() == 0
    assert account.bot.posts == []
    assert [one.body for one in await account.ask(lambda client: client.messages.list(from_=ASHA))] == [
        "hello"
    ]


async def test_a_status_comes_late_and_others_pass_it(account: Account) -> None:
    await account.greet()
    account.vendor.faults.add(Fault(FaultKind.LATE_STATUS, seconds=30))
    sid = await account.say("hello")
    await account.deliver()
    assert account.statuses(sid) == ["sent", "delivered"]
    await account.deliver(after=30)
    assert account.statuses(sid) == ["sent", "delivered", "queued"]


async def test_slow_media_drips(account: Account) -> None:
    account.vendor.phone("asha").send_photo(jpeg())
    await account.deliver()
    path = account.bot.forms("/message")[0]["MediaUrl0"].removeprefix("https://api.twilio.com")
    _, _, location = await account.get(path)
    account.vendor.faults.add(Fault(FaultKind.SLOW_MEDIA, seconds=0.3))
    began = time.monotonic()
    assert (await account.get(location))[0] == 200
    assert time.monotonic() - began >= 0.25


async def test_a_download_fails_on_demand(account: Account) -> None:
    account.vendor.phone("asha").send_photo(jpeg())
    await account.deliver()
    path = account.bot.forms("/message")[0]["MediaUrl0"].removeprefix("https://api.twilio.com")
    _, _, location = await account.get(path)
    account.vendor.faults.add(Fault(FaultKind.ERROR_BEFORE, "media.file"))
    assert (await account.get(location))[0] == 500
    # aiohttp repeats a GET once by itself.
    account.vendor.faults.add(Fault(FaultKind.RESET_BEFORE, "media.file", left=2))
    with pytest.raises(ClientError):
        await account.get(location)
    assert (await account.get(location))[0] == 200


async def test_a_slow_file_does_not_hold_up_another_delivery(account: Account) -> None:
    await account.greet()
    account.bot.files["a.jpg"] = ("image/jpeg", jpeg())
    account.bot.wait = 0.3
    await account.say(media_url=[f"{account.bot.url}/files/a.jpg"])
    slow = asyncio.create_task(account.vendor.deliver(account.clock.now()))
    await asyncio.sleep(0.05)
    sms = await account.say("hello", to="+12025550131")
    await account.deliver()
    assert account.statuses(sms)[-1] == "delivered"
    assert account.vendor.phone("asha").received() == []
    await slow
    assert len(account.vendor.phone("asha").received()) == 1


async def test_every_request_can_be_looked_at(account: Account) -> None:
    seen = []
    account.vendor.on_request = lambda method, path, query, form: seen.append((method, path, dict(form)))
    await account.say("hello")
    assert [(method, path.rpartition("/")[2], form["Body"]) for method, path, form in seen] == [
        ("POST", "Messages.json", "hello")
    ]
