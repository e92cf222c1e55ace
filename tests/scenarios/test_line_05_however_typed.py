"""An emergency is one however it is written: with courtesy, in haste, in a sentence."""

import pytest

from tests.scenarios.steps import a_case_with_an_owner
from tests.world import World


async def test_a_caption_that_says_please_is_an_emergency(world: World) -> None:
    await world.meena.sends_photo("chest", caption="45 M chest xray cannot stand emergency please")
    await world.meena.hears("refer.got_it_wait")
    summary = await world.meena.sees_pictures(1, "refer.confirm", "🔴")
    await world.meena.taps("send", on=summary)
    await world.meena.hears("refer.emergency", "108")
    sent = await world.meena.hears("refer.sent")
    card = await world.rao.hears(sent.code, "card.from")
    assert "🔴" in card.text
    await world.rao.sees_pictures(1, sent.code)


@pytest.mark.parametrize("typed", ["emergency please help", "emergnecy", "EMERGENCY madam", "एमरजेंसी है"])
async def test_a_case_that_was_sent_is_raised_by_it(world: World, typed: str) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.types(typed)
    await world.meena.hears(sent.code, "emergency.raised_owner", "108")
    await world.rao.hears("emergency.raised", sent.code)
    await world.rao.reads_all()


async def test_a_danger_sign_about_a_case_that_was_sent_is_asked_about_and_reaches_the_doctor(
    world: World,
) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.types("he is unconscious now")
    asked = await world.meena.hears(sent.code, "emergency.is_it")
    await world.rao.hears(sent.code, "kept.perhaps", "he is unconscious now")
    await world.meena.taps("Yes: emergency", on=asked)
    await world.meena.hears(sent.code, "emergency.raised_owner", "108")
    await world.rao.hears("emergency.raised", sent.code)
    await world.rao.reads_all()


async def test_a_danger_sign_in_an_answer_to_the_doctor_is_the_answer(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.taps("ask")
    await world.rao.hears("answer.ask_how")
    await world.rao.types("Was he awake?")
    await world.rao.hears("answer.question_sent")
    await world.meena.hears("Was he awake?")
    await world.meena.types("No, unconscious for an hour")
    await world.meena.hears(sent.code, "follow.answered")
    await world.rao.hears(sent.code, "answer.answer_from", "unconscious for an hour")
