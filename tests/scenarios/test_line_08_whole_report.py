"""A whole report: no medicine unasked, no picture that can't be read, no greeting; cautions where it says "normal"."""

from tests.scenarios.steps import (
    a_case_with_an_owner,
    a_left_wrist,
    answers,
    chooses,
    completes,
    costs,
    is_answered,
    is_paged,
    is_sent,
    sends_a_case,
)
from tests.world import World

CAUTION = "A normal X-ray does not rule out disease"
SMALL_BREAK = "A small break can be missed. If pain continues after 10 days"


# --- medicines --------------------------------------------------------------------------------------------------


async def test_a_dose_that_is_kept_goes_as_the_medical_officer_s_to_decide(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.types("Pneumonia. Amoxicillin 500 mg TDS for 5 days.")
    await completes(world.rao)
    await world.rao.hears("report_check.drug", "Amoxicillin 500 mg")
    await world.meena.hears_nothing()
    await world.rao.taps("report_check.for_officer_button")
    await world.rao.hears("answer.preview", "report_check.for_officer")
    await is_sent(world.rao)
    await world.meena.hears(sent.code, "Amoxicillin 500 mg", "Do not give it yourself")
    costs(world.meena, messages=5, taps=1, kilobytes=23)
    costs(world.rao, messages=8, taps=5, kilobytes=44.8)


async def test_a_dose_that_is_taken_out_is_not_in_the_answer(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.types("Right lower zone is white.")
    await world.rao.hears("answer.ask_urgency")
    await world.rao.types("Inj ceftriaxone 1 g stat.")
    await completes(world.rao)
    await world.rao.hears("report_check.drug", "ceftriaxone")
    await world.rao.taps("report_check.take_out")
    await world.rao.hears("ceftriaxone", "report_check.taken_out")
    await world.rao.taps("report_check.go_on")
    await world.rao.hears("answer.preview", "Right lower zone is white")
    await is_sent(world.rao)
    report = await world.meena.hears(sent.code, "Right lower zone is white")
    assert "ceftriaxone" not in report.text
    costs(world.meena, messages=5, taps=1, kilobytes=22.9)
    costs(world.rao, messages=10, taps=6, kilobytes=44.9)


async def test_a_dose_in_numbers_is_asked_back_and_a_level_of_the_spine_is_not(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.types("T1-2 wedged, O2 sat 92%.")
    await world.rao.reads_all()
    await world.rao.types("1-0-1")
    await completes(world.rao)
    asked = await world.rao.hears("report_check.drug", "1-0-1")
    assert "T1-2" not in asked.text
    await world.rao.taps("report_check.take_out")
    await world.rao.hears("report_check.taken_out")


# --- normal, and images only ----------------------------------------------------------------------------------------


async def test_normal_in_her_own_words_brings_the_caution_and_images_only(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await answers(world.rao, "Lungs are clear, heart normal.")
    await world.meena.hears(sent.code, CAUTION, "images only")
    costs(world.meena, messages=5, taps=1, kilobytes=23)
    costs(world.rao, messages=7, taps=4, kilobytes=44.6)


async def test_all_well_in_the_words_of_every_day_brings_it_too(world: World) -> None:
    await a_left_wrist(world)
    await world.rao.types("sab theek hai")
    preview = await chooses(world.rao)
    assert SMALL_BREAK in preview.text


async def test_no_fracture_brings_the_caution_of_bones_once(world: World) -> None:
    await a_left_wrist(world)
    await world.rao.types("No fracture seen.")
    await world.rao.hears("answer.ask_urgency")
    await world.rao.types("NAD")
    preview = await chooses(world.rao)
    assert preview.text.count(SMALL_BREAK) == 1


async def test_what_is_not_normal_brings_no_caution(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.types("Cavity in the right upper zone.")
    preview = await chooses(world.rao)
    assert CAUTION not in preview.text


# --- small talk ---------------------------------------------------------------------------------------------------


async def test_thanks_and_greetings_are_no_answer(world: World) -> None:
    await a_case_with_an_owner(world)
    for words in ("Thank you", "ok", "नमस्ते", "dhanyavad ji", "🙏", "?", "seen"):
        await world.rao.types(words)
        await world.rao.hears("report_check.not_written")
    await world.rao.types("wait")
    await world.rao.hears("report_check.waiting")
    costs(world.meena, messages=4, taps=1, kilobytes=22.5)
    costs(world.rao, messages=11, taps=1, kilobytes=44.3)


async def test_good_morning_before_anything_takes_no_case(world: World) -> None:
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.rao, sent.code)
    await world.rao.quotes(card, "Good morning")
    await world.rao.hears("report_check.not_taken")
    await world.meena.hears_nothing()
    await world.rao.taps("ack")
    await world.rao.hears(sent.code, "duty.yours")
    await world.meena.hears(sent.code, "refer.has_it")


async def test_thanks_in_a_draft_only_show_it_again(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.types("Cavity in the right upper zone.")
    await chooses(world.rao)
    await world.rao.types("thanks")
    preview = await world.rao.hears("answer.preview", "Cavity")
    assert "thanks" not in preview.text


async def test_thanks_after_the_answer_are_no_addition(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await is_answered(world, sent, "Cavity in the right upper zone.")
    await world.rao.types("thank you")
    await world.rao.hears("report_check.nothing_owed")


# --- pictures that can't be read -----------------------------------------------------------------------------------


async def test_cannot_read_asks_for_a_better_picture_and_there_is_none(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.types("cannot read, blurred")
    await world.rao.hears("report_check.unreadable")
    await world.rao.taps("report_check.retake.blurred")
    await world.rao.hears("report_check.retake_asked")
    question = await world.meena.hears(sent.code, "Take it again and hold the phone still")
    await world.meena.taps("report_check.no_better", on=question)
    await world.meena.hears("follow.answered")
    await world.rao.hears(sent.code, "A better picture cannot be taken", "report_check.no_better_now")
    await answers(world.rao, "Blurred: only large changes can be seen, none is.")
    await world.meena.hears(sent.code, "only large changes", "images only")
    costs(world.meena, messages=7, taps=2, kilobytes=23.1)
    costs(world.rao, messages=10, taps=5, kilobytes=45)


async def test_a_better_picture_can_be_sent_instead(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.types("retake")
    await world.rao.hears("report_check.unreadable")
    await world.rao.taps("report_check.retake.cut")
    await world.rao.hears("report_check.retake_asked")
    question = await world.meena.hears(sent.code, "whole film in the picture")
    await world.meena.taps("an", on=question)
    await world.meena.hears("follow.answer_how")
    await world.meena.sends_photo("chest")
    await world.meena.hears("follow.answered")
    await world.rao.hears("answer.answer_from")
    await world.rao.sees_pictures(1, "answer.picture")
    costs(world.meena, messages=7, taps=2, kilobytes=23)
    costs(world.rao, messages=7, taps=2, kilobytes=87)


async def test_cannot_read_alone_is_never_sent(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.types("cannot read")
    await world.rao.hears("report_check.unreadable")
    await world.rao.taps("report_check.part_of_answer")
    await world.rao.hears("report_check.unreadable")
    await world.rao.taps("ph")
    await world.rao.hears("answer.pick_category")
    await world.rao.taps("category.quality")
    await world.rao.hears("answer.pick_phrase")
    await world.rao.taps_action("phx", "qual.blurred")
    await world.rao.hears("report_check.unreadable")
    await world.meena.hears_nothing()


async def test_a_picture_s_limit_is_a_part_of_an_answer_that_says_more(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.types("Cavity in the right upper zone.")
    await world.rao.hears("answer.ask_urgency")
    await world.rao.types("left side too dark")
    await world.rao.hears("report_check.unreadable")
    await world.rao.taps("report_check.part_of_answer")
    preview = await chooses(world.rao)
    assert "left side too dark" in preview.text
