"""From the card to the report, and what is said on the way."""

from tests.scenarios.steps import (
    a_case_with_an_owner,
    an_answered_case,
    chooses,
    is_paged,
    is_taken,
    sends_a_case,
)
from tests.world import World

WORDS = "Cavity in the right upper zone."


async def test_typed_words_become_a_report_with_urgency_and_action(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.types(WORDS)
    preview = await chooses(world.rao)
    await world.rao.taps("Send", on=preview)
    await world.rao.hears("answer.sent", "Meena Kumari")
    report = await world.meena.hears(sent.code, WORDS, "MMC-2011-04567", "images only")
    assert report.text.splitlines()[1].startswith("🟢")
    assert report.text == preview.text.replace("This is what will be sent:\n", "")


async def test_what_is_shown_before_sending_is_what_arrives(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.types("<b>5 < 6 & more</b>")
    preview = await chooses(world.rao, urgency="emergency")
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    report = await world.meena.hears(sent.code, "<b>5 < 6 & more</b>")
    assert report.text == preview.text.replace("This is what will be sent:\n", "")


async def test_quoting_the_card_of_a_free_case_takes_it_and_answers(world: World) -> None:
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.rao, sent.code)
    await world.rao.quotes(card, WORDS)
    await world.rao.hears("answer.yours_now")
    await world.meena.hears("refer.has_it")
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    await world.meena.hears(WORDS)


async def test_with_two_cases_held_he_is_asked_which_one_the_words_are_for(world: World) -> None:
    first = await a_case_with_an_owner(world)
    second = await sends_a_case(world.meena, "30 F left knee xray pain routine", "knee")
    await is_taken(world, second)
    await world.rao.types(WORDS)
    await world.rao.hears("answer.which_case")
    await world.rao.taps_action("for", first.code)
    await world.rao.hears(first.code, "answer.ask_urgency")


async def test_quoting_says_which_of_two_cases_is_meant(world: World) -> None:
    first = await sends_a_case(world.meena)
    card = await is_paged(world.rao, first.code)
    await world.rao.taps("ack", on=card)
    await world.rao.hears("duty.yours")
    await world.meena.hears("refer.has_it")
    second = await sends_a_case(world.meena, "30 F left knee xray pain routine", "knee")
    await is_taken(world, second)
    await world.rao.quotes(card, WORDS)
    await world.rao.hears(first.code, "answer.ask_urgency")


async def test_phrases_are_picked_by_number(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.taps("ph")
    await world.rao.hears("answer.pick_category")
    await world.rao.taps("pc")
    picked = await world.rao.hears("answer.pick_phrase")
    assert len(picked.buttons) <= 9
    await world.rao.taps("phx", on=picked)
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    await world.meena.hears(sent.code)


async def test_a_voice_note_follows_the_report(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.sends_voice()
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    await world.meena.hears(sent.code, "report.media")
    voice = await world.meena.hears(sent.code)
    assert voice.media == "voice"


async def test_an_edited_draft_makes_the_old_preview_stale(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.types(WORDS)
    old = await chooses(world.rao)
    await world.rao.types("Sputum for CBNAAT.")
    await world.rao.hears("answer.preview", WORDS, "CBNAAT")
    await world.rao.taps("rs", on=old)
    await world.rao.hears("answer.changed_since", "CBNAAT")
    await world.meena.hears_nothing()


async def test_edit_takes_the_last_line_away(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.types(WORDS)
    await chooses(world.rao)
    await world.rao.taps("Edit")
    await world.rao.hears("answer.edit_how", WORDS)
    await world.rao.taps("rl")
    await world.rao.hears("answer.edit_how")


async def test_a_cancelled_answer_is_not_sent(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.types(WORDS)
    preview = await chooses(world.rao)
    await world.rao.taps("Cancel", on=preview)
    await world.rao.hears("answer.discarded")
    await world.rao.taps("rs", on=preview)
    await world.rao.hears("answer.nothing_to_send")
    await world.meena.hears_nothing()


async def test_a_question_goes_to_the_referrer_and_her_answer_back(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.taps("ask")
    await world.rao.hears("answer.ask_how")
    await world.rao.types("Any weight loss?")
    await world.rao.hears("answer.question_sent")
    question = await world.meena.hears(sent.code, "Kavita Rao", "Any weight loss?")
    await world.meena.quotes(question, "yes, 6 kg")
    await world.meena.hears("follow.answered")
    await world.rao.hears(sent.code, "Meena Kumari", "yes, 6 kg")


async def test_a_question_without_an_answer_is_asked_again_and_becomes_a_task(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.taps("ask")
    await world.rao.hears("answer.ask_how")
    await world.rao.types("Any weight loss?")
    await world.rao.hears("answer.question_sent")
    await world.meena.hears("Any weight loss?")
    await world.minutes(15)
    await world.meena.hears("Any weight loss?")
    await world.sunita.hears(sent.code, "task.kind.no_answer")


async def test_a_case_is_handed_over_when_the_colleague_takes_it(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.taps("ho")
    await world.rao.hears("duty.hand_over_to")
    await world.rao.taps("Imran Khan")
    await world.rao.hears("duty.offered")
    offer = await world.khan.hears("answer.offer_handover", sent.code)
    await world.khan.sees_pictures(1)
    await world.khan.taps("hy", on=offer)
    await world.khan.hears("duty.yours")
    await world.rao.hears("answer.handover_taken")
    await world.meena.hears("Imran Khan")


async def test_an_offer_without_an_answer_leaves_the_case_with_its_owner(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.taps("ho")
    await world.rao.hears("duty.hand_over_to")
    await world.rao.taps("Imran Khan")
    await world.rao.hears("duty.offered")
    await world.khan.hears("answer.offer_handover", sent.code)
    await world.khan.sees_pictures(1)
    await world.minutes(10)
    await world.rao.hears("answer.handover_expired")


async def test_a_second_opinion_is_for_the_owner_only(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.taps("op")
    await world.rao.hears("duty.opinion_of")
    await world.rao.taps("Imran Khan")
    await world.rao.hears("duty.opinion_asked")
    offer = await world.khan.hears("answer.offer_opinion", sent.code)
    await world.khan.sees_pictures(1)
    await world.khan.taps("hy", on=offer)
    await world.khan.hears("duty.write_opinion")
    await world.khan.types("I agree, looks like TB.")
    await world.khan.hears("answer.opinion_sent")
    await world.rao.hears("answer.opinion_from", "looks like TB")
    await world.meena.hears_nothing()


async def test_words_after_the_report_are_an_addition_or_a_correction(world: World) -> None:
    report = await an_answered_case(world)
    await world.rao.types("On the left side, not the right.")
    await world.rao.hears("answer.add_or_correct")
    await world.rao.taps("Correction")
    await world.rao.hears("loop.which_correction")
    await world.rao.taps("loop.wrong_content")
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    await world.meena.sees_change("loop.corrected")
    correction = await world.meena.hears(report.code, "On the left side")
    assert "CORRECTION" in correction.text.splitlines()[1]


async def test_what_a_specialist_holds_is_said_by_one_word(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.minutes(3)
    await world.rao.types("status")
    await world.rao.hears("duty.holds", sent.code, "3 min ago")


async def test_words_of_a_colleague_who_does_not_hold_the_case_go_to_its_owner(world: World) -> None:
    sent = await sends_a_case(world.meena)
    first = await is_paged(world.rao, sent.code)
    await world.minutes(5)
    second = await is_paged(world.khan, sent.code)
    await world.rao.taps("ack", on=first)
    await world.rao.hears("duty.yours")
    await world.khan.sees_change("Kavita Rao")
    await world.meena.hears("refer.has_it")
    await world.khan.quotes(second, "Looks like TB to me")
    await world.khan.hears("answer.noted_for_owner")
    await world.rao.hears("Imran Khan", "Looks like TB to me")
