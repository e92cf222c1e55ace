"""What is true of a whole answer is said once in it, and the answer with its buttons is one message."""

from datetime import timedelta

import pytest

from bot.language.folder import LOCALES
from bot.language.phrase_file import Category
from bot.language.phrasebook import load_phrasebook
from bot.messages import Phrase
from tests.scenarios.steps import chooses, is_paged, is_taken, sends_a_case
from tests.world import World
from tests.world_people import Heard, Person

BOOK = load_phrasebook(LOCALES / "phrases")
CHEST = "45 M chest xray cough 3 weeks routine"
MEANS = "⚠ का मतलब"


async def _adds(specialist: Person, category: Category, key: str) -> None:
    await specialist.taps("ph")
    await specialist.hears("answer.pick_category")
    await specialist.taps(f"category.{category.value}")
    await specialist.hears("answer.pick_phrase")
    await specialist.taps_action("phx", key)


async def _is_answered_in_phrases(world: World, sent: Heard, referrer: Person) -> Heard:
    await is_paged(world.rao, sent.code)
    await world.rao.taps("ack")
    await world.rao.hears("duty.yours")
    await referrer.hears("refer.has_it")
    await _adds(world.rao, Category.CHEST_XRAY, "cxr.normal")
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    return await referrer.hears(sent.code)


async def test_three_phrases_in_hindi_and_the_buttons_are_one_message_on_whatsapp(world: World) -> None:
    sent = await sends_a_case(world.lakshmi, CHEST)
    report = await _is_answered_in_phrases(world, sent, world.lakshmi)
    assert report.text.count(MEANS) == 1
    for key in ("cxr.normal", "cxr.normal_caution", "act.show_doctor", "end.one_image"):
        assert BOOK.english(Phrase(key)) in report.text
    assert len(report.buttons) == 3
    await world.lakshmi.hears_nothing(timedelta(minutes=1))
    await world.rao.reads_all()


async def test_a_reader_of_english_is_not_told_of_translations(world: World) -> None:
    sent = await sends_a_case(world.meena, CHEST)
    report = await _is_answered_in_phrases(world, sent, world.meena)
    assert "⚠" not in report.text


@pytest.mark.parametrize(("name", "told"), [("meena", False), ("asha", True)])
async def test_english_words_are_untranslated_for_her_who_reads_hindi_only(
    world: World, name: str, *, told: bool
) -> None:
    referrer = world.people[name]
    sent = await sends_a_case(referrer, CHEST)
    await is_paged(world.rao, sent.code)
    await world.rao.taps("ack")
    await world.rao.hears("duty.yours")
    await referrer.hears("refer.has_it")
    await world.rao.types("The lungs are clear.")
    preview = await chooses(world.rao)
    assert "not translated" not in preview.text
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    report = await referrer.hears(sent.code, "The lungs are clear.")
    assert ("अनुवाद नहीं किया गया" in report.text) == told
    assert "not translated" not in report.text


async def test_a_question_in_her_language_is_not_called_untranslated(world: World) -> None:
    sent = await sends_a_case(world.meena, CHEST)
    await is_taken(world, sent)
    await world.rao.taps("ask")
    await world.rao.hears("answer.ask_how")
    await world.rao.types("Since when does he cough?")
    await world.rao.hears("answer.question_sent")
    asked = await world.meena.hears("Since when does he cough?")
    assert "not translated" not in asked.text
