"""After sending she hears who has it, or that nobody has it yet, and the answer: nothing else."""

from datetime import timedelta

from bot.sandbox.faults import FaultKind
from tests.scenarios.steps import FULL, chooses, is_paged, sends_a_case
from tests.world import World
from tests.world_people import Heard

TRAUMA = "30 M head injury unconscious CT head emergency"
WAIT = timedelta(minutes=10)


async def _sends_an_emergency(world: World) -> Heard:
    """Nobody looks at the phone; the referrer has read what she is told at once."""
    await world.meena.sends_photo("ct", caption=TRAUMA)
    await world.meena.reads_all()
    await world.meena.taps("refer.send")
    sent, *_ = await world.meena.reads_all()
    return sent


async def _others_read(world: World) -> None:
    for person in (world.rao, world.khan, world.sunita):
        await person.reads_all()


async def test_in_an_emergency_she_hears_after_four_minutes_that_nobody_has_it_yet(world: World) -> None:
    sent = await _sends_an_emergency(world)
    await world.minutes(3.5)
    await world.meena.hears_nothing()
    await world.minutes(0.5)
    await world.meena.hears(sent.code, "refer.nobody_yet")
    await world.meena.hears_nothing(timedelta(minutes=30))
    await _others_read(world)


async def test_in_an_urgent_case_she_hears_it_after_twenty_minutes(world: World) -> None:
    sent = await sends_a_case(world.meena)
    await world.minutes(19.9)
    await world.meena.hears_nothing()
    await world.minutes(0.2)
    await world.meena.hears(sent.code, "refer.nobody_yet")
    await world.meena.hears_nothing(timedelta(hours=1))
    await _others_read(world)


async def test_in_a_routine_case_she_does_not_hear_it(world: World) -> None:
    await sends_a_case(world.meena, FULL.replace("urgent", "routine"))
    await world.meena.hears_nothing(timedelta(hours=6))
    await _others_read(world)


async def test_it_does_not_come_earlier_when_all_said_no(world: World) -> None:
    sent = await sends_a_case(world.meena)
    for doctor in (world.rao, world.khan):
        await is_paged(doctor, sent.code)
        await doctor.taps("dec")
        await doctor.reads_all()
    await world.sunita.hears("task.kind.unowned")
    await world.meena.hears_nothing(WAIT)
    await world.minutes(11)
    await world.meena.hears(sent.code, "refer.nobody_yet")
    await _others_read(world)


async def test_who_has_it_in_time_is_all_that_she_hears(world: World) -> None:
    sent = await _sends_an_emergency(world)
    await is_paged(world.rao, sent.code)
    await world.minutes(3)
    await world.rao.taps("ack")
    await world.meena.hears(sent.code, "refer.has_it")
    await world.meena.hears_nothing(WAIT)
    await _others_read(world)


async def test_what_is_overtaken_while_her_phone_can_not_be_reached_is_dropped(world: World) -> None:
    sent = await _sends_an_emergency(world)
    await is_paged(world.rao, sent.code)
    world.breaks(FaultKind.TOO_MANY, "sendMessage", chat=1002, seconds=60)
    await world.minutes(4)
    await world.meena.hears_nothing()
    await world.rao.taps("ack")
    await world.meena.hears(sent.code, "refer.has_it", within=timedelta(minutes=2))
    await world.meena.hears_nothing(WAIT)
    await _others_read(world)


async def test_given_back_and_nobody_else_she_hears_it_too(world: World) -> None:
    sent = await _sends_an_emergency(world)
    await is_paged(world.rao, sent.code)
    await world.rao.taps("ack")
    await world.meena.hears(sent.code, "refer.has_it")
    await world.rao.reads_all()
    await world.rao.taps("gb")
    await world.meena.hears(sent.code, "refer.given_back")
    await world.minutes(4)
    await world.meena.hears(sent.code, "refer.nobody_yet")
    await _others_read(world)


async def test_a_full_caption_needs_few_messages_and_one_tap_until_the_answer(world: World) -> None:
    sent = await sends_a_case(world.meena)
    await is_paged(world.rao, sent.code)
    await world.rao.taps("ack")
    await world.rao.reads_all()
    await world.meena.hears(sent.code, "refer.has_it")
    assert world.meena.taps_made == 1
    assert world.meena.messages_heard <= 5
    await world.rao.types("No fracture seen.")
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.reads_all()
    await world.meena.hears(sent.code, "No fracture seen.")
    await world.meena.hears_nothing()


async def test_on_a_smooth_day_she_hears_five_messages_and_nothing_when_it_closes(world: World) -> None:
    sent = await sends_a_case(world.meena)
    await is_paged(world.rao, sent.code)
    await world.rao.taps("ack")
    await world.rao.reads_all()
    has_it = await world.meena.hears("refer.has_it")
    await world.rao.types("No fracture seen.")
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.reads_all()
    answer = await world.meena.hears("No fracture seen.")
    shown = [message.message_id for message in world.meena.phone.received()]
    assert shown[-3:] == [sent.message_id, has_it.message_id, answer.message_id]
    assert len(shown) == 5
    await world.meena.taps("un", on=answer)
    await world.meena.hears("follow.thanks")
    await world.meena.hears_nothing(timedelta(days=3))
    await _others_read(world)


async def test_given_back_while_her_phone_was_off_she_hears_only_who_has_it_now(world: World) -> None:
    sent = await sends_a_case(world.meena)
    world.breaks(FaultKind.TOO_MANY, "sendMessage", chat=1002, seconds=600)
    await is_paged(world.rao, sent.code)
    await world.rao.taps("ack")
    await world.rao.reads_all()
    await world.rao.taps("gb")
    await world.rao.reads_all()
    await is_paged(world.khan, sent.code)
    await world.khan.taps("ack")
    await world.khan.reads_all()
    await world.meena.hears(sent.code, "refer.has_it", "Khan", within=timedelta(minutes=15))
    await world.meena.hears_nothing(WAIT)
    await _others_read(world)
