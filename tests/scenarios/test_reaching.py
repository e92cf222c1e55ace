"""From the case to the specialist on call, round and round until somebody has it."""

from tests.scenarios.steps import FULL, WRIST, is_paged, sends_a_case
from tests.world import World


async def test_who_has_it_is_told_to_the_referrer(world: World) -> None:
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.rao, sent.code)
    await world.rao.taps("I have it", on=card)
    await world.rao.hears(sent.code)
    await world.meena.hears(sent.code, "Kavita Rao")


async def test_a_declined_case_goes_to_the_next_at_once(world: World) -> None:
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.rao, sent.code)
    await world.rao.taps("Decline", on=card)
    await world.rao.reads_all()
    await is_paged(world.khan, sent.code)


async def test_no_answer_goes_to_the_backup_and_then_to_the_coordinator(world: World) -> None:
    sent = await sends_a_case(world.meena)
    await is_paged(world.rao, sent.code)
    await world.khan.hears_nothing()
    await world.minutes(5)
    await is_paged(world.khan, sent.code)
    await world.sunita.hears_nothing()
    await world.minutes(5)
    task = await world.sunita.hears(sent.code)
    assert any("I do it" in label for label in task.buttons)
    await world.meena.hears_nothing()


async def test_first_come_owns_it_and_the_other_is_told_who(world: World) -> None:
    sent = await sends_a_case(world.meena)
    first = await is_paged(world.rao, sent.code)
    await world.minutes(5)
    second = await is_paged(world.khan, sent.code)
    await world.khan.taps("ack", on=second)
    await world.khan.hears(sent.code)
    await world.rao.sees_change(sent.code, "Imran Khan")
    await world.meena.hears("Imran Khan")
    assert not world.rao.phone.received()[0].keyboard, first


async def test_two_taps_at_the_same_instant_have_one_winner(world: World) -> None:
    sent = await sends_a_case(world.meena)
    first = await is_paged(world.rao, sent.code)
    await world.minutes(5)
    second = await is_paged(world.khan, sent.code)
    world.rao.phone.tap(first.message_id, world.rao.button_data("ack", on=first))
    world.khan.phone.tap(second.message_id, world.khan.button_data("ack", on=second))
    await world.settle()
    heard = [*await world.rao.reads_all(), *await world.khan.reads_all()]
    assert sum("has it" in one.text or "taken" in one.text for one in heard) >= 1
    told = await world.meena.hears("refer.has_it")
    assert ("Kavita Rao" in told.text) != ("Imran Khan" in told.text)


async def test_an_unowned_case_is_paged_round_and_round(world: World) -> None:
    sent = await sends_a_case(world.meena, "30 F CT head unconscious emergency", "ct")
    for person in (world.meena, world.rao, world.khan, world.sunita):
        await person.reads_all()
    await world.hours(1)
    assert len([one for one in await world.rao.reads_all() if sent.code in one.text]) >= 3
    for person in (world.meena, world.khan, world.sunita):
        await person.reads_all()


async def test_a_blocked_bot_does_not_hold_the_case_up(world: World) -> None:
    world.expects_errors("message_dead")
    world.rao.phone.block()
    await world.settle()
    sent = await sends_a_case(world.meena)
    await is_paged(world.khan, sent.code)


async def test_a_phone_that_is_off_is_passed_over_in_time(world: World) -> None:
    await world.rao.turns_phone_off()
    sent = await sends_a_case(world.meena)
    await world.minutes(5)
    await is_paged(world.khan, sent.code)
    await world.rao.turns_phone_on()
    await is_paged(world.rao, sent.code)


async def test_a_case_waits_for_no_picture(world: World) -> None:
    """An emergency opens while its pictures are still being fetched only where the referrer says so; a routine
    case with two pictures reaches the specialist with both."""
    await world.meena.sends_album("wrist", "hand", caption=WRIST)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "2 pictures")
    await world.meena.taps("send")
    sent = await world.meena.hears("refer.sent")
    await world.rao.hears(sent.code)
    await world.rao.sees_pictures(2, "2 pictures")


async def test_an_answer_that_is_late_reminds_its_owner_and_then_moves_on(world: World) -> None:
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.rao, sent.code)
    await world.rao.taps("ack", on=card)
    await world.rao.hears(sent.code)
    await world.meena.hears("Kavita Rao")
    await world.hours(2)
    await world.rao.hears("duty.report_due")
    await world.hours(71)
    for person in (world.meena, world.rao, world.khan, world.sunita):
        await person.reads_all()


async def test_a_specialist_gives_a_case_back_and_the_next_is_asked(world: World) -> None:
    sent = await sends_a_case(world.meena, FULL)
    card = await is_paged(world.rao, sent.code)
    await world.rao.taps("ack", on=card)
    await world.rao.hears(sent.code)
    await world.meena.hears("Kavita Rao")
    await world.rao.taps("gb")
    await world.rao.reads_all()
    await world.meena.hears("refer.given_back")
    await is_paged(world.khan, sent.code)
