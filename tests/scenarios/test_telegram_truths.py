"""What Telegram really does, and that nothing is lost by it."""

from datetime import timedelta

import aiohttp

from bot.sandbox.samples import SAMPLES
from tests.scenarios.steps import FULL, a_case_with_an_owner, is_paged, sends_a_case
from tests.world import World


async def test_an_update_of_nonsense_is_taken_and_holds_nobody_up(world: World) -> None:
    hook = world.vendor.updates.webhook
    assert hook is not None
    headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret}
    async with aiohttp.ClientSession(headers=headers) as session:
        for body in (b"", b"[]", b'{"update_id": 1}', b"\x00\xff", b'{"update_id": 2, "message": 7}'):
            async with session.post(hook.url, data=body) as answer:
                assert answer.status == 200
    await sends_a_case(world.meena)
    await world.rao.reads_all()


async def test_a_webhook_without_the_secret_is_refused(world: World) -> None:
    hook = world.vendor.updates.webhook
    assert hook is not None
    async with aiohttp.ClientSession() as session, session.post(hook.url, json={"update_id": 5}) as answer:
        assert answer.status == 401


async def test_a_forged_tap_is_answered_kindly(world: World) -> None:
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.rao, sent.code)
    await world.rao.taps_again(card, f"ack {sent.code}|forgedforgedforg")
    await world.rao.hears("common.old_button")
    await world.meena.hears_nothing()


async def test_a_button_of_another_chat_works_nowhere_else(world: World) -> None:
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.rao, sent.code)
    await world.stranger.opens_link()
    told = await world.stranger.hears("stranger.only")
    await world.stranger.taps_again(told, world.rao.button_data("ack", on=card))
    await world.stranger.hears_nothing(timedelta(minutes=1))
    await world.meena.hears_nothing()


async def test_a_stale_tap_is_answered_kindly(world: World) -> None:
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.rao, sent.code)
    data = world.rao.button_data("dec", on=card)
    await world.rao.taps("ack", on=card)
    await world.rao.hears("duty.yours")
    await world.meena.hears("refer.has_it")
    await world.rao.taps_again(card, data)
    await world.rao.hears("duty.give_back_instead")


async def test_in_a_group_the_bot_says_one_sentence_and_leaves(world: World) -> None:
    group = world.vendor.add_group("PHC Rampur", ["asha", "meena"])
    world.vendor.set_membership(group, world.asha.phone, inside=True)
    await world.seconds(5)
    said = [one.text for one in group.messages if one.sender.is_bot]
    assert len(said) == 1
    assert not group.bot_in


async def test_what_is_said_in_a_group_is_not_taken_in(world: World) -> None:
    world.expects_errors("message_dead")  # the second sentence finds that the bot has left
    group = world.vendor.add_group("PHC Rampur", ["asha", "meena"])
    world.vendor.set_membership(group, world.asha.phone, inside=True)
    world.vendor.say_in_group(group, world.meena.phone, FULL)
    await world.minutes(1)
    assert not group.bot_in
    await world.meena.hears_nothing()


async def test_messages_of_one_chat_keep_the_rate_and_the_order(world: World) -> None:
    for number in range(12):
        world.meena.phone.send_text(f"hello {number}")
    await world.settle()
    await world.seconds(30)
    assert not [one for one in world.vendor.log if one.error]
    assert len(await world.meena.reads_all()) == 12


async def test_buttons_stay_within_64_bytes_and_texts_within_their_limits(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.types("word " * 450)
    await world.rao.hears("answer.ask_urgency")
    data = [
        button.data
        for person in world.people.values()
        for message in person.phone.received()
        for row in (message.keyboard.rows if message.keyboard else ())
        for button in row
    ]
    assert data
    assert max(len(one.encode()) for one in data) <= 64


async def test_an_answer_too_long_for_one_message_is_refused_kindly(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.types("word " * 600)
    await world.rao.hears("answer.too_long")


async def test_a_sticker_a_place_and_a_contact_get_a_sentence(world: World) -> None:
    world.meena.phone.send_location(28.8, 79.0)
    await world.settle()
    await world.meena.hears("common.unsupported")
    world.meena.phone.send_contact("+910000000000", "Somebody")
    await world.settle()
    await world.meena.hears("common.unsupported")


async def test_a_changed_message_is_not_taken_as_a_new_one(world: World) -> None:
    entry = world.meena.phone.send_text("status")
    await world.settle()
    await world.meena.hears("follow.no_case")
    world.meena.phone.edit(entry.message.message_id, "status please")
    await world.settle()
    await world.meena.hears("common.edited")


async def test_an_unblocked_bot_is_heard_again(world: World) -> None:
    world.meena.phone.block()
    await world.settle()
    await world.meena.types("status")
    await world.meena.hears("follow.no_case")


async def test_on_a_slow_network_the_case_still_arrives_whole(world: World) -> None:
    world.meena.phone.set_network(slow=True)
    await world.meena.sends_photo(caption=FULL)
    await world.seconds(30)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")
    await world.meena.taps("send")
    sent = await world.meena.hears("refer.sent")
    await is_paged(world.rao, sent.code)


async def test_the_bytes_to_her_phone_stay_small(world: World) -> None:
    before = world.meena.phone.bytes_received
    await sends_a_case(world.meena)
    await world.rao.reads_all()
    assert world.meena.phone.bytes_received - before <= 30_720
    assert len(SAMPLES["chest"].data()) > 30_720
