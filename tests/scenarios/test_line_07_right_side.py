"""The right side: a side, sex, age or body part that differs from the case stops the answer with one question."""

from tests.scenarios.mixed_steps import sends, takes
from tests.scenarios.steps import WRIST, a_left_wrist, chooses, completes, costs, is_sent
from tests.world import World
from tests.world_people import Heard

NOTHING_SENT = "report_check.is_it_right"


async def a_wrong_side(world: World, *more: str) -> Heard:
    """Dr Rao answers to a left wrist about the right one; what he is asked."""
    await a_left_wrist(world)
    await world.rao.types("Fracture of the right radius.")
    await completes(world.rao)
    return await world.rao.hears(*more, NOTHING_SENT)


async def test_a_typed_wrong_side_stops_the_answer_and_meena_hears_nothing(world: World) -> None:
    asked = await a_wrong_side(world, "The case says: left", "Your answer says: right")
    assert len(asked.buttons) == 2
    await world.meena.hears_nothing()
    costs(world.meena, messages=4, taps=1, kilobytes=22.5)
    costs(world.rao, messages=6, taps=3, kilobytes=44.1)


async def test_what_is_right_as_written_is_shown_so_and_goes(world: World) -> None:
    asked = await a_wrong_side(world)
    await world.rao.taps("report_check.right")
    preview = await world.rao.hears("answer.preview", "right radius", "report_check.confirmed")
    await world.rao.taps("rs", on=preview)
    await world.rao.hears("answer.sent")
    await world.meena.hears(asked.code, "right radius", "the case says left, this answer means right")
    costs(world.meena, messages=5, taps=1, kilobytes=22.9)
    costs(world.rao, messages=8, taps=5, kilobytes=44.7)


async def test_a_corrected_side_goes_without_another_question(world: World) -> None:
    asked = await a_wrong_side(world)
    await world.rao.taps("report_check.change")
    await world.rao.hears("Fracture of the right radius", "report_check.taken_out")
    await world.rao.types("Fracture of the left radius.")
    await world.rao.hears("answer.preview", "left radius")
    await is_sent(world.rao)
    report = await world.meena.hears(asked.code, "left radius")
    assert "right" not in report.text
    costs(world.meena, messages=5, taps=1, kilobytes=22.9)
    costs(world.rao, messages=9, taps=5, kilobytes=44.7)


async def test_another_age_and_another_sex_are_asked_one_after_the_other(world: World) -> None:
    sent = await a_left_wrist(world)
    await world.rao.types("Woman, 62 years old: Colles of the left wrist.")
    await completes(world.rao)
    await world.rao.hears("The case says: male", "Your answer says: female", NOTHING_SENT)
    await world.rao.taps("report_check.right")
    await world.rao.hears("The case says: 8 years", "Your answer says: 62 years", NOTHING_SENT)
    await world.meena.hears_nothing()
    await world.rao.taps("report_check.right")
    await world.rao.hears("answer.preview")
    await is_sent(world.rao)
    await world.meena.hears(sent.code, "62 years", "male", "female")
    costs(world.meena, messages=5, taps=1, kilobytes=23)
    costs(world.rao, messages=9, taps=6, kilobytes=44.9)


async def test_another_part_of_the_body_is_asked(world: World) -> None:
    await a_left_wrist(world)
    await world.rao.types("Patella is broken.")
    await completes(world.rao)
    await world.rao.hears("The case says: wrist", "Your answer says: knee", NOTHING_SENT)
    await world.meena.hears_nothing()


async def test_the_same_side_a_neighbour_and_a_duration_are_not_asked(world: World) -> None:
    sent = await a_left_wrist(world)
    await world.rao.types("Left radius: fracture, 3 days old. Splint for 6 weeks.")
    await chooses(world.rao)
    await is_sent(world.rao)
    await world.meena.hears(sent.code, "Left radius")
    costs(world.meena, messages=5, taps=1, kilobytes=22.9)
    costs(world.rao, messages=7, taps=4, kilobytes=44.4)


async def test_a_side_only_compared_with_is_asked_once_and_no_more(world: World) -> None:
    await a_left_wrist(world)
    await world.rao.types("Left radius broken. Compare with the right side.")
    await completes(world.rao)
    await world.rao.hears(NOTHING_SENT)
    await world.rao.taps("report_check.right")
    await world.rao.hears("answer.preview")
    await world.rao.types("The right side is fine.")
    await world.rao.hears("answer.preview", "The right side is fine")


async def test_what_was_confirmed_is_not_said_of_a_line_that_is_gone(world: World) -> None:
    await a_left_wrist(world)
    await world.rao.types("Fracture of the left radius.")
    await world.rao.hears("answer.ask_urgency")
    await world.rao.types("Compare with the right side.")
    await completes(world.rao)
    await world.rao.hears(NOTHING_SENT)
    await world.rao.taps("report_check.right")
    await world.rao.hears("answer.preview", "report_check.confirmed")
    for _ in range(3):
        await world.rao.taps("re")
        await world.rao.hears("answer.edit_how")
        await world.rao.taps("rl")
        await world.rao.hears("answer.edit_how")
    await world.rao.taps_action("ur", "within_days 2")
    await world.rao.hears("answer.pick_action")
    await world.rao.taps_action("phx", "act.show_doctor")
    preview = await world.rao.hears("answer.preview")
    assert "right" not in preview.text


async def test_an_old_preview_sends_nothing_past_the_question(world: World) -> None:
    await a_left_wrist(world)
    await world.rao.types("Fracture of the left radius.")
    preview = await chooses(world.rao)
    await world.rao.types("And of the right ulna.")
    await world.rao.hears(NOTHING_SENT)
    await world.rao.taps("rs", on=preview)
    await world.rao.hears("answer.changed_since", NOTHING_SENT)
    await world.rao.types("done")
    await world.rao.hears(NOTHING_SENT)
    await world.meena.hears_nothing()


async def test_on_whatsapp_no_number_says_that_it_is_right_as_written(iyer_world: World) -> None:
    world = iyer_world
    sent = await sends(world.meena, WRIST, "wrist")
    await takes(world.iyer, sent, referrer=world.meena)
    await world.iyer.types("Fracture of the right radius.")
    await completes(world.iyer)
    await world.iyer.hears("The case says: left", "Your answer says: right", NOTHING_SENT)
    await world.iyer.types("2")
    echo = await world.iyer.hears("typed.which")
    await world.meena.hears_nothing()
    await world.iyer.taps("report_check.right", on=echo)
    await world.iyer.hears("answer.preview", "report_check.confirmed")
    await world.meena.hears_nothing()
    costs(world.iyer, messages=9, taps=4, kilobytes=45)


async def test_on_whatsapp_thanks_and_ok_are_no_answer(iyer_world: World) -> None:
    world = iyer_world
    sent = await sends(world.meena, WRIST, "wrist")
    await takes(world.iyer, sent, referrer=world.meena)
    await world.iyer.types("Thank you")
    await world.iyer.hears("report_check.not_written")
    await world.iyer.types("Fracture of the right radius.")
    await world.iyer.hears("answer.ask_urgency")
    await world.iyer.types("good morning")
    await world.iyer.hears("answer.ask_urgency")
    await world.meena.hears_nothing()
