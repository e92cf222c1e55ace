"""An emergency waits for nothing: no picture, no fact, no question; one word makes one of a case that was sent."""

from datetime import timedelta

import pytest

from bot.domain.facts import Facts
from bot.domain.study import Priority
from bot.sandbox.faults import FaultKind
from tests.scenarios.steps import (
    a_case_with_an_owner,
    an_answered_case,
    is_answered,
    is_paged,
    sends_a_case,
)
from tests.world import World
from tests.world_people import Heard, Person

CT = "30 F CT head unconscious emergency"
AT_ONCE = timedelta(seconds=2)


async def _sends_in_words(referrer: Person, words: str) -> Heard:
    """An emergency in words alone: summary, Send, what she hears then."""
    await referrer.types(words)
    await referrer.hears("emergency.no_picture_yet", "refer.confirm", within=AT_ONCE)
    await referrer.taps("refer.send")
    await referrer.hears("refer.emergency", "108", within=AT_ONCE)
    return await referrer.hears("refer.sent", within=AT_ONCE)


async def _facts(world: World, sent: Heard) -> Facts:
    case = await world.ask(lambda uow: uow.cases.by_reference(sent.code))
    assert case is not None
    return case.facts


async def test_words_alone_are_sent_with_one_tap_and_paged_at_once(world: World) -> None:
    sent = await _sends_in_words(world.meena, "emergency 8 years boy left wrist xray open fracture")
    card = await world.rao.hears(sent.code, "emergency", "8 years", "open fracture", "card.no_pictures")
    assert "I have it" in card.buttons
    assert (world.meena.taps_made, world.meena.messages_heard) == (1, 3)
    assert world.rao.phone.bytes_received < 30_000


async def test_few_words_are_enough(world: World) -> None:
    sent = await _sends_in_words(world.meena, "emergency snake bite")
    await world.meena.hears(sent.code, "refer.ask_study")
    await world.rao.hears(sent.code, "emergency", "snake bite")


async def test_the_word_alone_is_answered_with_numbers_and_what_happened(world: World) -> None:
    await world.meena.types("EMERGENCY!!")
    await world.meena.hears(
        "refer.emergency", "108", "District Hospital Belapur", "emergency.what_happened", within=AT_ONCE
    )
    await world.meena.types("man fell from roof, not breathing well")
    await world.meena.hears("emergency.no_picture_yet", "fell from roof", "emergency", within=AT_ONCE)
    await world.meena.taps("refer.send")
    await world.meena.hears("refer.emergency", "108", "District Hospital Belapur")
    sent = await world.meena.hears("refer.sent")
    await world.meena.hears("refer.ask_study")
    await world.rao.hears(sent.code, "emergency", "fell from roof")
    assert world.meena.taps_made == 1


async def test_the_word_alone_and_then_silence_is_a_coordinators_task(world: World) -> None:
    await world.meena.types("emergency")
    await world.meena.hears("emergency.what_happened")
    await world.meena.hears("emergency.not_sent", within=timedelta(seconds=62))
    await world.sunita.hears("task.kind.unsent", within=timedelta(seconds=62))


async def test_pictures_that_come_later_go_to_whoever_was_called(world: World) -> None:
    sent = await _sends_in_words(world.meena, "emergency 30 F CT head unconscious")
    await world.rao.hears(sent.code, "card.no_pictures")
    await world.minutes(1)
    await world.rao.reads_all()
    await world.meena.sends_album("ct", "chest")
    await world.meena.hears(sent.code, "emergency.picture_goes_on")
    await world.meena.hears_nothing(timedelta(seconds=5))
    await world.rao.sees_pictures(1, sent.code)
    await world.rao.sees_pictures(1, sent.code)
    await world.rao.taps("ack")
    await world.rao.hears(sent.code, "duty.yours")
    await world.meena.hears(sent.code, "refer.has_it")


async def test_a_picture_of_another_patient_is_not_added(world: World) -> None:
    await _sends_in_words(world.meena, "emergency 30 F CT head unconscious")
    await world.rao.reads_all()
    await world.meena.sends_photo(caption="60 M chest cough routine")
    await world.meena.reads_all()
    await world.rao.hears_nothing(timedelta(seconds=20))


async def test_it_is_paged_before_its_pictures_are_ready(world: World) -> None:
    world.breaks(FaultKind.ERROR_BEFORE, "getFile", times=3)
    await world.meena.sends_photo("ct", caption=CT)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.hears("refer.summary_now", within=timedelta(seconds=4))
    await world.meena.taps("refer.send")
    await world.meena.hears("refer.emergency", within=AT_ONCE)
    sent = await world.meena.hears("refer.sent", within=AT_ONCE)
    card = await world.rao.hears(sent.code, "emergency", "unconscious", within=AT_ONCE)
    assert "not ready yet" in card.text
    await world.rao.taps("ack", on=card)
    await world.rao.hears("duty.yours")
    await world.meena.hears("refer.has_it")
    await world.minutes(1)
    await world.rao.sees_pictures(1, sent.code)


async def test_what_is_missing_is_asked_one_at_a_time_and_reaches_the_doctor(world: World) -> None:
    sent = await _sends_in_words(world.meena, "emergency fell from tree xray wrist")
    await world.rao.hears(sent.code, "fell from tree")
    await world.meena.hears(sent.code, "refer.ask_side")
    await world.meena.taps("side.left")
    await world.meena.hears(sent.code, "refer.ask_age")
    await world.meena.types("8")
    await world.meena.hears(sent.code, "refer.ask_sex")
    await world.meena.taps("^male")
    await world.meena.hears(sent.code, "emergency.all_told")
    news = await world.rao.hears(sent.code, "New from the health worker", within=timedelta(seconds=20))
    assert all(fact in news.text for fact in ("8 years", "male", "left"))
    await world.rao.hears_nothing(timedelta(seconds=30))
    facts = await _facts(world, sent)
    assert (facts.priority, facts.side) == (Priority.EMERGENCY, "left")


async def test_late_facts_reach_the_owner(world: World) -> None:
    sent = await _sends_in_words(world.meena, "emergency fell from tree xray chest 8 years")
    card = await world.rao.hears(sent.code)
    await world.rao.taps("ack", on=card)
    await world.rao.hears("duty.yours")
    await world.meena.hears("refer.ask_sex")
    await world.meena.hears("refer.has_it")
    await world.meena.taps("female")
    await world.meena.hears("emergency.all_told")
    await world.rao.hears(sent.code, "New from the health worker: female", within=timedelta(seconds=20))
    await world.khan.hears_nothing()


async def test_questions_may_be_ignored_and_stop_with_the_answer(world: World) -> None:
    sent = await _sends_in_words(world.meena, "emergency xray chest fell from tree")
    await world.meena.hears("refer.ask_age")
    card = await world.rao.hears(sent.code)
    await world.rao.taps("ack", on=card)
    await world.rao.hears("duty.yours")
    await world.meena.hears("refer.has_it")
    await world.meena.hears_nothing(timedelta(minutes=5))
    await is_answered(world, sent)
    await world.meena.hears_nothing(timedelta(seconds=30))


async def test_other_words_in_between_are_passed_on_and_a_different_fact_is_said_not_changed(
    world: World,
) -> None:
    sent = await _sends_in_words(world.meena, "emergency xray chest 8 years fell from tree")
    await world.rao.hears(sent.code)
    await world.meena.hears("refer.ask_sex")
    await world.meena.types("she is now vomiting")
    await world.meena.hears(sent.code)
    await world.rao.hears(sent.code, "vomiting")
    await world.seconds(30)
    await world.rao.reads_all()
    await world.meena.types("9 years")
    await world.meena.reads_all()
    facts = await _facts(world, sent)
    assert facts.age is not None
    assert facts.age.value == 8


async def test_a_case_that_nobody_has_is_paged_anew_as_an_emergency(world: World) -> None:
    sent = await sends_a_case(world.meena)
    assert "Write EMERGENCY" in sent.text
    await is_paged(world.rao, sent.code)
    await world.minutes(2)
    await world.meena.types("emergency")
    await world.meena.hears(
        sent.code, "emergency.raised_paging", "refer.emergency", "108", "Belapur", within=AT_ONCE
    )
    await world.rao.hears("emergency", sent.code, within=AT_ONCE)
    await world.khan.hears("emergency", sent.code, within=timedelta(minutes=3))
    await world.khan.sees_pictures(1, sent.code)
    await world.sunita.hears(sent.code, "task.kind.unowned", within=timedelta(minutes=2))
    await world.meena.hears(sent.code, "refer.nobody_yet", within=timedelta(minutes=2))
    await world.rao.reads_all()
    assert world.meena.taps_made == 1


@pytest.mark.parametrize("word", ["emergency", "Emergency!", "patient serious", "SOS", "गंभीर", "imarjensi"])
async def test_the_owner_is_told_at_once_however_it_is_typed(world: World, word: str) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.types(word)
    await world.meena.hears(sent.code, "emergency.raised_owner", "108", "Belapur", within=AT_ONCE)
    card = await world.rao.hears("🔴", "emergency.raised", sent.code, "emergency", within=AT_ONCE)
    await world.rao.taps("emergency.seen_it", on=card)
    await world.rao.hears(sent.code, "emergency.seen_thanks")
    await world.sunita.hears_nothing(timedelta(minutes=6))
    await world.khan.hears_nothing()


async def test_an_owner_who_does_not_react_becomes_a_task_and_his_clock_runs_faster(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.types("serious")
    await world.meena.hears(sent.code, "emergency.raised_owner")
    await world.rao.hears("emergency.raised", sent.code)
    await world.sunita.hears(sent.code, "task.kind.raised", within=timedelta(minutes=5, seconds=5))
    await world.rao.hears(sent.code, "duty.report_due", within=timedelta(minutes=26))
    await world.sunita.reads_all()


async def test_an_owner_who_writes_about_it_has_reacted(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.types("emergency")
    await world.meena.hears(sent.code, "emergency.raised_owner")
    await world.rao.hears("emergency.raised", sent.code)
    await world.minutes(1)
    await world.rao.types("Large bleed.")
    await world.rao.hears("answer.ask_urgency")
    await world.sunita.hears_nothing(timedelta(minutes=6))


async def _two_cases(world: World) -> tuple[Heard, Heard]:
    first = await sends_a_case(world.meena)
    await is_paged(world.rao, first.code)
    await world.minutes(2)
    second = await sends_a_case(world.meena, "60 F chest breathless urgent")
    await is_paged(world.rao, second.code)
    return first, second


async def test_with_two_cases_she_is_asked_which_and_the_newest_stands_first(world: World) -> None:
    first, second = await _two_cases(world)
    await world.meena.types("emergency")
    asked = await world.meena.hears("emergency.which", "refer.emergency", "108", within=AT_ONCE)
    assert [second.code in asked.buttons[0], first.code in asked.buttons[1]] == [True, True]
    await world.meena.taps(first.code, on=asked)
    heard = await world.meena.hears(first.code, "emergency.raised_paging")
    assert "108" not in heard.text
    await world.rao.hears("emergency", first.code)
    await world.meena.hears_nothing(timedelta(seconds=70))
    await world.rao.reads_all()
    await world.khan.reads_all()


async def test_if_she_does_not_say_which_the_newest_is_raised_after_a_minute(world: World) -> None:
    _, second = await _two_cases(world)
    await world.meena.types("emergency")
    await world.meena.hears("emergency.which")
    await world.meena.hears(second.code, "emergency.raised_paging", within=timedelta(seconds=62))
    await world.rao.hears("emergency", second.code, within=AT_ONCE)
    await world.rao.reads_all()
    await world.khan.reads_all()


async def test_after_the_answer_the_doctor_and_a_coordinator_are_told(world: World) -> None:
    sent = await an_answered_case(world)
    await world.meena.types("emergency")
    await world.meena.hears(sent.code, "emergency.raised_owner", "108", "Belapur")
    await world.rao.hears("emergency.raised", sent.code)
    await world.sunita.hears(sent.code, "task.kind.raised", within=AT_ONCE)


async def test_the_word_among_a_few_others_raises_the_case_and_they_reach_the_doctor(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.types("emergency he is gasping now")
    await world.meena.hears(sent.code, "emergency.raised_owner", "108")
    await world.rao.hears("emergency.raised", sent.code)
    note = await world.rao.hears(sent.code, "he is gasping now")
    await world.rao.quotes(note, "Give oxygen, send her now.")
    await world.rao.reads_all()


async def test_what_she_does_not_know_is_passed_over(world: World) -> None:
    sent = await _sends_in_words(world.meena, "emergency xray wrist fell")
    await world.rao.hears(sent.code)
    await world.meena.hears("refer.ask_side")
    await world.meena.types("don't know")
    await world.meena.hears("refer.ask_age")
    await world.meena.types("don't know")
    await world.meena.hears("refer.ask_sex")
    await world.meena.taps("female")
    await world.meena.hears(sent.code, "emergency.all_told")
    await world.rao.hears(sent.code, "New from the health worker: female", within=timedelta(seconds=20))


async def test_a_voice_note_answers_too(world: World) -> None:
    sent = await _sends_in_words(world.meena, "emergency xray chest fell")
    await world.rao.hears(sent.code)
    await world.meena.hears("refer.ask_age")
    await world.meena.sends_voice()
    await world.meena.hears("refer.ask_sex")
    heard = await world.rao.reads_all()
    assert "voice" in [one.media for one in heard]


async def test_the_word_can_be_about_a_new_patient(world: World) -> None:
    sent = await sends_a_case(world.meena)
    await is_paged(world.rao, sent.code)
    await world.meena.types("emergency")
    raised = await world.meena.hears(sent.code, "emergency.raised_paging")
    await world.rao.hears("emergency", sent.code)
    await world.meena.taps("emergency.other_patient", on=raised)
    await world.meena.hears("emergency.what_happened")
    await world.meena.types("girl 5 years burnt, not breathing well")
    await world.meena.hears("emergency.no_picture_yet", "5 years")


async def test_a_yes_to_the_danger_sign_is_an_emergency(world: World) -> None:
    await world.meena.sends_photo("ct", caption="30 F CT head fell")
    asked = await world.meena.hears("refer.ask_danger")
    assert asked.buttons[0].startswith("Yes")
    await world.meena.taps("refer.danger_yes")
    await world.seconds(4)
    await world.meena.reads_all()
    await world.meena.taps("refer.send")
    await world.meena.hears("refer.emergency", "108")
    sent = await world.meena.hears("refer.sent")
    await is_paged(world.rao, sent.code)


async def test_on_whatsapp_in_hindi_words_alone_are_an_emergency_and_raise_one(world: World) -> None:
    await world.lakshmi.greets()
    await world.lakshmi.reads_all()
    await world.lakshmi.types("इमरजेंसी")
    await world.lakshmi.hears("refer.emergency", "emergency.what_happened", "emergency.referral")
    await world.lakshmi.types("३० साल महिला बेहोश सिर")
    await world.lakshmi.hears("emergency.no_picture_yet")
    await world.lakshmi.taps("refer.send")
    sent = await world.lakshmi.hears("refer.emergency", "refer.sent")
    await world.rao.hears(sent.code, "emergency", "30 years")
    await world.lakshmi.reads_all()
    await world.minutes(1)
    await world.rao.reads_all()
    await world.lakshmi.types("मरीज़ गंभीर है")
    await world.lakshmi.hears(sent.code, "emergency.raised_paging")
    await world.khan.hears("emergency", sent.code)
    await world.rao.reads_all()
