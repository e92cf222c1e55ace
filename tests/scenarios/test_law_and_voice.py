"""The law's line at sending, and a voice note that belongs to the case under way."""

from tests.scenarios.steps import a_case_with_an_owner, is_paged, sends_a_case
from tests.world import World


async def test_a_question_about_the_sex_of_the_child_is_not_sent(world: World) -> None:
    await world.meena.sends_photo("ultrasound", caption="28 F pregnancy usg boy or girl routine")
    await world.meena.hears("law.pictures", "refer.confirm")
    await world.meena.taps("send")
    await world.meena.hears("against the law", "refer.ask_question")
    await world.sunita.hears("task.kind.fetal_sex")
    await world.meena.types("Is the placenta low?")
    await world.meena.hears("law.in_words", "Is the placenta low")
    await world.meena.taps("send")
    sent = await world.meena.hears("refer.sent")
    card = await world.rao.hears(sent.code, "law.card")
    assert "girl" not in card.text


async def test_a_voice_note_without_a_draft_goes_to_the_case_under_way(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.sends_voice()
    await world.meena.hears(sent.code, "follow.told")
    await world.rao.hears(sent.code)
    voice = await world.rao.hears(sent.code)
    assert voice.media == "voice"


async def test_the_next_one_paged_gets_what_was_added_since(world: World) -> None:
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.rao, sent.code)
    await world.meena.sends_voice(answering=sent)
    await world.meena.hears(sent.code)
    await world.rao.hears(sent.code)
    await world.rao.hears("answer.voice")
    await world.rao.taps("dec", on=card)
    await world.rao.hears("duty.declined")
    await is_paged(world.khan, sent.code)
    added = await world.khan.hears("card.voice")
    assert added.media == "voice"
