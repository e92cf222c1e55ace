"""Webhook and polling order, faults, and the phones' networks."""

import asyncio

import pytest
from aiohttp import ClientSession
from telegram.error import BadRequest, Conflict, NetworkError

from bot.sandbox.faults import Fault, FaultKind
from tests.sandbox.conftest import World
from tests.sandbox.test_methods import ASHA, jpeg, keyboard


async def test_a_webhook_gets_the_secret_and_each_chat_in_order(world: World) -> None:
    await world.listen(secret_token="s3cret")
    for text in ("one", "two", "three"):
        world.vendor.phone("asha").send_text(text)

    assert await world.deliver() == 3
    assert [one["message"]["text"] for one in world.hook.updates] == ["one", "two", "three"]
    assert world.hook.secrets == ["s3cret"] * 3


async def test_a_failing_webhook_holds_its_chat_back_until_the_retry(world: World) -> None:
    await world.listen()
    world.hook.statuses = [500, 500]
    world.vendor.phone("asha").send_text("one")
    world.vendor.phone("asha").send_text("two")

    assert await world.deliver() == 0
    assert await world.deliver(after=1) == 2
    assert [one["message"]["text"] for one in world.hook.updates] == ["one", "two"]


async def test_polling_and_a_webhook_exclude_each_other(world: World) -> None:
    await world.listen()
    with pytest.raises(Conflict):
        await world.bot.get_updates(timeout=0)


async def test_a_second_poller_ends_the_first(world: World) -> None:
    async with ClientSession() as client:
        first = asyncio.create_task(client.get(f"{world.url}/bot{world.vendor.token}/getUpdates?timeout=5"))
        await asyncio.sleep(0.2)
        second = asyncio.create_task(world.bot.get_updates(timeout=5))
        assert (await first).status == 409
    world.vendor.phone("asha").send_text("hello")
    assert [one.message.text for one in await second if one.message] == ["hello"]


async def test_a_tap_is_answered_once(world: World) -> None:
    await world.listen()
    sent = await world.bot.send_message(ASHA, "Send?", reply_markup=keyboard("yes"))
    world.vendor.phone("asha").tap(sent.message_id, "0,0")
    await world.deliver()
    query = world.hook.updates[0]["callback_query"]
    await world.bot.answer_callback_query(query["id"], "Sent")

    assert query["data"] == "yes"
    assert world.vendor.phone("asha").notices[-1][1:] == ("Sent", False)
    with pytest.raises(BadRequest, match=r"[Qq]uery is too old"):
        await world.bot.answer_callback_query(query["id"])


@pytest.mark.parametrize(
    ("kind", "arrived"),
    [
        (FaultKind.ERROR_BEFORE, 0),
        (FaultKind.ERROR_AFTER, 1),
        (FaultKind.RESET_BEFORE, 0),
        (FaultKind.RESET_AFTER, 1),
        (FaultKind.TIMEOUT_BEFORE, 0),
        (FaultKind.TIMEOUT_AFTER, 1),
    ],
)
async def test_a_fault_comes_before_or_after_the_effect(world: World, kind: FaultKind, arrived: int) -> None:
    world.vendor.faults.add(Fault(kind, "sendMessage", ASHA, seconds=0.05))
    with pytest.raises(NetworkError):
        await world.bot.send_message(ASHA, "hello")
    assert len(world.vendor.phone("asha").received()) == arrived
    await world.bot.send_message(ASHA, "again")


async def test_updates_can_come_twice_or_in_the_wrong_order(world: World) -> None:
    await world.listen()
    world.vendor.faults.add(Fault(FaultKind.DUPLICATE_UPDATE))
    world.vendor.phone("asha").send_text("one")
    world.vendor.faults.add(Fault(FaultKind.REORDER_UPDATES, seconds=2))
    world.vendor.phone("asha").send_text("two")
    world.vendor.phone("asha").send_text("three")
    await world.deliver()
    await world.deliver(after=2)

    assert [one["message"]["text"] for one in world.hook.updates] == ["one", "one", "three", "two"]
    assert world.hook.updates[0]["update_id"] == world.hook.updates[1]["update_id"]


async def test_airplane_mode_holds_both_directions_back(world: World) -> None:
    asha = world.vendor.phone("asha")
    asha.set_network(airplane=True)
    waiting = asha.send_text("from the hills")
    await world.bot.send_message(ASHA, "are you there?")
    assert (waiting.state.value, asha.received(), world.vendor.updates.pending) == ("waiting", [], [])

    asha.set_network(airplane=False)
    assert waiting.state.value == "sent"
    assert [one.text for one in asha.received()] == ["are you there?"]


async def test_a_slow_network_takes_its_time(world: World) -> None:
    asha = world.vendor.phone("asha")
    asha.set_network(slow=True)
    entry = asha.send_document(b"\0" * 12_500, name="a.bin")
    await world.deliver(after=0.5)
    asha.messages()
    assert (entry.state.value, entry.progress) == ("sending", 0.5)
    await world.deliver(after=0.5)
    assert entry.state.value == "sent"
    assert asha.bytes_sent == 12_500


async def test_a_photo_is_shrunk_as_the_app_does_and_a_document_is_not(world: World) -> None:
    asha, data = world.vendor.phone("asha"), jpeg(4000, 3000)
    photo, document = (
        asha.send_photo(data).message.media,
        asha.send_document(data, name="a.jpg").message.media,
    )
    assert photo
    assert (photo.best.width, photo.best.height) == (1280, 960)
    assert document
    assert document.best.data == data


async def test_the_bot_reads_along_in_a_group_until_it_is_removed(world: World) -> None:
    await world.listen()
    asha = world.vendor.phone("asha")
    group = world.vendor.add_group("Ward", ["asha", "rao"])
    world.vendor.set_membership(group, asha, inside=True)
    world.vendor.say_in_group(group, asha, "hello all")
    await world.deliver()
    assert await world.bot.leave_chat(group.chat.id)
    await world.deliver()

    assert [next(name for name in one if name != "update_id") for one in world.hook.updates] == [
        "my_chat_member",
        "message",
        "my_chat_member",
    ]


async def test_phones_are_driven_over_http(world: World) -> None:
    sent = await world.bot.send_message(ASHA, "Send?", reply_markup=keyboard("yes"))
    async with ClientSession(world.url) as client:
        for path, body in (
            ("/phones/asha/send", {"samples": ["wrist", "hand"], "caption": "both hands"}),
            ("/phones/asha/send", {"sample": "dicom"}),
            ("/phones/asha/tap", {"message_id": sent.message_id, "button": "Agree"}),
        ):
            async with client.post(path, json=body) as answer:
                assert answer.status < 300, await answer.text()
        async with client.get("/phones/asha/messages") as answer:
            shown = await answer.json()
        async with client.get(shown[1]["media"]["url"]) as answer:
            assert len(await answer.read()) == shown[1]["media"]["bytes"]
        async with client.get("/log") as answer:
            assert [one["phone_seq"] for one in await answer.json()] == [1]
    assert [one["direction"] for one in shown] == ["received", "sent", "sent", "sent"]
    assert shown[1]["album"] == shown[2]["album"] is not None


async def test_the_tray_loads_small_pictures(world: World) -> None:
    async with ClientSession(world.url) as client:
        async with client.get("/samples") as answer:
            wrist = next(one for one in await answer.json() if one["id"] == "wrist")
        async with client.get(wrist["thumb_url"]) as answer:
            small = await answer.read()
        async with client.get(wrist["url"]) as answer:
            whole = await answer.read()
    assert small[:2] == whole[:2] == b"\xff\xd8"
    assert len(small) < min(10_000, len(whole))
