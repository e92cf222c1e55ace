"""What one patient's picture or answer must never become: another's."""

from datetime import timedelta

from tests.scenarios.steps import (
    FULL,
    a_case_with_an_owner,
    an_answered_case,
    chooses,
    is_paged,
    is_taken,
    sends_a_case,
)
from tests.world import World
from tests.world_people import Heard

NEXT_PATIENT = "20 M chest xray stab wound emergency"


async def _next_patient(world: World) -> None:
    await world.meena.sends_photo(caption=NEXT_PATIENT)
    await world.meena.hears("refer.got_it_wait")
    summary = await world.meena.sees_pictures(1, "refer.confirm")
    assert "20 years" in summary.text


async def test_a_new_patients_picture_is_no_explanation_of_an_old_report(world: World) -> None:
    await an_answered_case(world)
    await world.meena.taps("ex")
    await world.meena.hears("follow.explain_how")
    await world.rao.hears("loop.explain_from")
    await world.sunita.hears("task.kind.unclear")
    await _next_patient(world)
    await world.rao.hears_nothing()


async def test_a_new_patients_picture_is_no_answer_to_a_question_about_another(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.taps("ask")
    await world.rao.hears("answer.ask_how")
    await world.rao.types("Any fever?")
    await world.rao.hears("answer.question_sent")
    await world.meena.hears("Any fever?")
    await world.meena.taps("an")
    await world.meena.hears("follow.answer_how")
    await _next_patient(world)
    await world.rao.hears_nothing()


async def test_a_picture_that_was_asked_for_still_answers(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.taps("ask")
    await world.rao.hears("answer.ask_how")
    await world.rao.types("Send the side view please.")
    await world.rao.hears("answer.question_sent")
    await world.meena.hears("side view")
    await world.meena.taps("an")
    await world.meena.hears("follow.answer_how")
    await world.meena.sends_photo()
    await world.meena.hears("follow.answered")
    await world.rao.hears("answer.answer_from")
    await world.rao.sees_pictures(1)


async def test_a_new_patients_picture_is_taken_while_words_wait_for_their_case(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.meena.types("pain is worse")
    await world.meena.hears("follow.for_this")
    await _next_patient(world)


async def test_what_is_unclear_of_a_closed_case_is_followed_until_it_is_explained(world: World) -> None:
    sent = await an_answered_case(world)
    await _closes(world, sent)
    await world.meena.taps("ex")
    await world.meena.hears("follow.explain_how")
    await world.rao.hears("loop.explain_from")
    await world.sunita.hears("task.kind.unclear")
    await world.meena.types("Which doctor?")
    await world.meena.hears("follow.explain_sent")
    await world.rao.hears("answer.unclear_from", "Which doctor?")
    await world.rao.hears("answer.again", "Which doctor?", within=timedelta(hours=1))
    assert await world.sunita.reads_all()


async def _closes(world: World, sent: Heard) -> None:
    del sent
    await world.meena.taps("un")
    await world.meena.hears("follow.thanks")
    await world.rao.hears("answer.was_understood")
    await world.meena.taps("cl")
    await world.meena.hears("follow.closed")


async def test_who_takes_a_case_over_sees_what_was_asked_and_answered(world: World) -> None:
    sent = await sends_a_case(world.meena, FULL)
    await is_taken(world, sent)
    await world.rao.taps("ask")
    await world.rao.hears("answer.ask_how")
    await world.rao.types("Any blood in sputum?")
    await world.rao.hears("answer.question_sent")
    await world.meena.hears("Any blood")
    await world.meena.types("Yes, a little")
    await world.meena.hears("follow.answered")
    await world.rao.hears("Yes, a little")
    await world.rao.taps("gb")
    await world.rao.hears("duty.given_back")
    await world.meena.hears("refer.given_back")
    card = await is_paged(world.khan, sent.code)
    await world.khan.taps("ack", on=card)
    await world.khan.hears("duty.said_before", "Any blood", "Yes, a little", "duty.yours")
    await world.meena.hears("refer.has_it")


async def test_who_takes_over_an_answered_case_sees_the_answer(world: World) -> None:
    sent = await an_answered_case(world)
    await world.rao.taps("Hand over")
    await world.rao.hears("duty.hand_over_to")
    await world.rao.taps("Dr Imran Khan")
    await world.rao.hears("duty.offered")
    await is_paged(world.khan, sent.code)
    await world.khan.taps("I take it")
    await world.khan.hears("duty.answered_before", "No fracture seen.", "duty.yours")
    await world.rao.hears("answer.handover_taken")
    await world.meena.hears("refer.has_it")


async def test_taking_out_a_recording_is_seen(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.sends_voice()
    await chooses(world.rao)
    await world.rao.taps("re")
    await world.rao.hears("report.media")
    await world.rao.taps("rm")
    shown = await world.rao.hears("answer.edit_how")
    assert "voice note" not in shown.text


async def test_no_to_the_notice_is_answered_in_the_language_that_was_chosen(world: World) -> None:
    made = await world.command("invite", {"role": "referrer", "name": "", "facility": "", "pool": ""})
    await world.stranger.opens_link(made["code"])
    await world.stranger.hears("join.language")
    await world.stranger.taps("join_lang hi")
    await world.stranger.hears("सहमत")
    await world.stranger.taps("join_no")
    await world.stranger.hears("मैंने कुछ नहीं रखा")
