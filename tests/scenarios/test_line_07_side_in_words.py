"""A side in a question, an opinion or a note is compared with the case's, as one in a report is."""

from tests.scenarios.steps import a_case_with_an_owner, a_left_wrist
from tests.world import World


async def test_a_question_about_the_other_side_is_asked_about_once(world: World) -> None:
    await a_left_wrist(world)
    await world.rao.taps("ask")
    await world.rao.hears("answer.ask_how")
    await world.rao.types("Can she move the right hand?")
    await world.rao.hears("report_check.you_wrote", "left", "right")
    await world.meena.hears_nothing()
    await world.rao.taps("report_check.right")
    await world.rao.hears("answer.question_sent")
    await world.meena.hears("Can she move the right hand?")


async def test_words_typed_anew_go_in_their_place(world: World) -> None:
    await a_left_wrist(world)
    await world.rao.taps("ask")
    await world.rao.hears("answer.ask_how")
    await world.rao.types("Is the right wrist swollen?")
    await world.rao.hears("report_check.you_wrote")
    await world.rao.taps("report_check.change_words")
    await world.rao.hears("report_check.write_again")
    await world.rao.types("Is the left wrist swollen?")
    await world.rao.hears("answer.question_sent")
    asked = await world.meena.hears("Is the left wrist swollen?")
    assert "right" not in asked.text


async def test_a_second_opinion_that_names_the_other_side_is_asked_about_too(world: World) -> None:
    sent = await a_left_wrist(world)
    await world.rao.taps("op")
    await world.rao.hears("duty.opinion_of")
    await world.rao.taps("Khan")
    await world.rao.hears("duty.opinion_asked")
    offer = await world.khan.hears("answer.offer_opinion", sent.code)
    await world.khan.sees_pictures(1)
    await world.khan.taps("hy", on=offer)
    await world.khan.hears("duty.write_opinion")
    await world.khan.types("The right wrist is broken.")
    await world.khan.hears("report_check.you_wrote")
    await world.rao.hears_nothing()
    await world.khan.taps("report_check.right")
    await world.khan.hears("answer.opinion_sent")
    await world.rao.hears("answer.opinion_from", "The right wrist is broken.")


async def test_critical_is_a_word_of_the_report_and_emergency_is_shown(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.types("Large effusion.")
    await world.rao.hears("answer.ask_urgency")
    await world.rao.types("critical")
    await world.rao.hears("answer.ask_urgency")
    await world.rao.types("emergency")
    await world.rao.hears("answer.is_emergency", "answer.pick_action")
    await world.rao.taps_action("phx", "act.show_doctor")
    await world.rao.hears("answer.preview", "Large effusion", "critical")
