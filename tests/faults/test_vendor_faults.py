"""A vendor that fails: nothing is lost, what may have been sent twice says so."""

import pytest

from bot.sandbox.faults import FaultKind
from bot.sandbox.samples import SAMPLES
from tests.scenarios.steps import FULL, a_case_with_an_owner, is_answered, is_paged, sends_a_case
from tests.world import World
from tests.world_texts import MARKS


@pytest.mark.parametrize("kind", [FaultKind.TOO_MANY, FaultKind.ERROR_BEFORE, FaultKind.RESET_BEFORE])
async def test_a_card_that_did_not_leave_leaves_later(world: World, kind: FaultKind) -> None:
    world.breaks(kind, "sendMessage", chat=2001, seconds=3)
    sent = await sends_a_case(world.meena)
    await world.seconds(10)
    card = await world.rao.hears(sent.code, "card.from")
    await world.rao.sees_pictures(1, sent.code)
    assert card.buttons == ("I have it", "Decline", "Ask")


@pytest.mark.parametrize("kind", [FaultKind.ERROR_AFTER, FaultKind.RESET_AFTER])
async def test_a_card_that_may_have_left_is_repeated_with_a_mark(world: World, kind: FaultKind) -> None:
    world.breaks(kind, "sendMessage", chat=2001)
    sent = await sends_a_case(world.meena)
    await world.rao.hears(sent.code, "card.from")
    repeat = await world.rao.hears(MARKS[0], sent.code, "card.from")
    await world.rao.sees_pictures(1)
    await world.rao.taps("ack", on=repeat)
    await world.rao.hears("duty.yours")
    await world.meena.hears("refer.has_it")


@pytest.mark.slow
@pytest.mark.parametrize("kind", [FaultKind.TIMEOUT_BEFORE, FaultKind.TIMEOUT_AFTER])
async def test_a_vendor_that_never_answers_is_asked_again_with_a_mark(world: World, kind: FaultKind) -> None:
    """The one wait of a real clock here: the adapter gives a vendor twenty seconds."""
    world.breaks(kind, "sendMessage", chat=2001, seconds=25)
    sent = await sends_a_case(world.meena)
    if kind is FaultKind.TIMEOUT_AFTER:
        await world.rao.hears(sent.code, "card.from")
    repeat = await world.rao.hears(MARKS[0], sent.code, "card.from")
    await world.rao.sees_pictures(1)
    await world.rao.taps("ack", on=repeat)
    await world.rao.hears("duty.yours")
    await world.meena.hears("refer.has_it")


async def test_a_vendor_that_is_down_for_minutes_loses_nothing(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    world.breaks(FaultKind.ERROR_BEFORE, times=7)
    await world.rao.types("No fracture seen.")
    await world.minutes(3)
    await world.rao.hears("answer.ask_urgency")
    assert sent.code


async def test_an_answer_survives_a_vendor_that_loses_its_answers(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    world.breaks(FaultKind.RESET_AFTER, "sendMessage", chat=1002)
    report = await is_answered(world, sent)
    again = await world.meena.hears(MARKS[0], "No fracture seen.")
    assert again.text.endswith(report.text)


async def test_an_update_that_comes_twice_takes_effect_once(world: World) -> None:
    world.breaks(FaultKind.DUPLICATE_UPDATE, times=3, chat=1002)
    sent = await sends_a_case(world.meena)
    await is_paged(world.rao, sent.code)


async def test_updates_out_of_order_lose_nothing(world: World) -> None:
    world.breaks(FaultKind.REORDER_UPDATES, chat=1002, seconds=3)
    world.meena.phone.send_album([_bytes(name) for name in ("chest", "knee")], caption=FULL)
    await world.settle()
    await world.seconds(10)
    heard = await world.meena.reads_all()
    assert "2 pictures" in heard[-1].text
    assert "45 years, male" in heard[-1].text


async def test_a_picture_that_could_not_be_fetched_is_fetched_again(world: World) -> None:
    world.breaks(FaultKind.RESET_BEFORE, "getFile")
    world.breaks(FaultKind.ERROR_BEFORE, "getFile")
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "1 picture")


async def test_a_picture_that_can_never_be_fetched_is_said_so(world: World) -> None:
    world.breaks(FaultKind.ERROR_BEFORE, "getFile", times=50)
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    await world.minutes(10)
    await world.meena.hears("refusal.fetch|refusal.trouble")
    world.vendor.faults.clear()


async def test_slow_media_hold_up_nobody_else(world: World) -> None:
    world.breaks(FaultKind.SLOW_MEDIA, "sendPhoto", chat=2001, seconds=1)
    sent = await sends_a_case(world.meena)
    await is_paged(world.rao, sent.code)


async def test_a_webhook_that_fails_is_delivered_again(world: World) -> None:
    hook = world.vendor.updates.webhook
    assert hook is not None
    real, hook_down = hook, type(hook)(hook.url.replace("/telegram", "/nowhere"), hook.secret)
    world.vendor.updates.webhook = hook_down
    await world.meena.sends_photo(caption=FULL)
    world.vendor.updates.webhook = real
    await world.seconds(10)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")


def _bytes(sample: str) -> bytes:
    return SAMPLES[sample].data()
