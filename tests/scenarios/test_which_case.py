"""Typed words find their case, or the specialist is asked: a wrong guess is another patient's answer."""

from bot.sandbox.faults import FaultKind
from tests.scenarios.steps import a_case_with_an_owner, an_answered_case, is_paged, is_taken, sends_a_case
from tests.world import World
from tests.world_texts import MARKS

KNEE = "30 F left knee xray pain routine"


async def test_words_after_an_answer_are_not_taken_for_the_next_patient(world: World) -> None:
    first = await an_answered_case(world)
    second = await sends_a_case(world.meena, KNEE, "knee")
    await is_taken(world, second)
    await world.rao.types("Also repeat the film in two weeks.")
    asked = await world.rao.hears("answer.which_case")
    assert any(first.code in label for label in asked.buttons)
    assert any(second.code in label for label in asked.buttons)
    await world.rao.taps(second.code)
    await world.rao.hears(second.code, "answer.ask_urgency")


async def test_half_an_hour_later_they_are_for_the_case_that_waits(world: World) -> None:
    await an_answered_case(world)
    await world.minutes(40)
    await world.meena.reads_all()
    second = await sends_a_case(world.meena, KNEE, "knee")
    await is_taken(world, second)
    await world.rao.types("No fracture of the knee.")
    await world.rao.hears(second.code, "answer.ask_urgency")


async def test_with_one_case_held_nothing_is_asked(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.types("No fracture.")
    await world.rao.hears(sent.code, "answer.ask_urgency")


async def test_quoting_what_the_vendor_took_without_a_word_is_not_for_the_open_question(world: World) -> None:
    """A message whose number was never learned is quoted: the report under way is another patient's."""
    first = await a_case_with_an_owner(world)
    second = await sends_a_case(world.meena, KNEE, "knee")
    card = await is_paged(world.rao, second.code)
    world.breaks(FaultKind.RESET_AFTER, "sendMessage", chat=2001)
    await world.rao.taps("ack", on=card)
    unknown = await world.rao.hears(second.code, "duty.yours")
    await world.rao.hears(MARKS[0], second.code, "duty.yours")
    await world.meena.hears("refer.has_it")
    await world.rao.types("Cavity in the right upper zone.")
    await world.rao.hears("answer.which_case")
    await world.rao.taps_action("for", first.code)
    await world.rao.hears(first.code, "answer.ask_urgency")
    await world.rao.quotes(unknown, "No fracture of the knee.")
    await world.rao.hears("answer.which_case")
    await world.rao.taps_action("for", second.code)
    await world.rao.hears(second.code, "answer.ask_urgency")


async def test_words_that_another_case_overtook_still_go_where_they_were_meant(world: World) -> None:
    first = await a_case_with_an_owner(world)
    second = await sends_a_case(world.meena, KNEE, "knee")
    await is_taken(world, second)
    await world.rao.types("No fracture of the knee.")
    asked = await world.rao.hears("answer.which_case")
    await world.rao.taps_action("ph", first.code)
    await world.rao.hears(first.code, "answer.pick_category")
    await world.rao.taps_action("for", second.code, on=asked)
    await world.rao.hears(second.code, "answer.ask_urgency")
