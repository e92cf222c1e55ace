"""All that is said about a case reaches somebody who has it, however it was said and whatever came between."""

from datetime import timedelta

from tests.scenarios.mixed_steps import a_case_held, sends, takes
from tests.scenarios.steps import (
    a_case_with_an_owner,
    a_closed_case,
    asks,
    costs,
    is_declined,
    is_paged,
    is_taken,
    sends_a_case,
)
from tests.world import World
from tests.world_people import Heard

KNEE = "30 F left knee xray pain routine"
MINUTE = timedelta(minutes=1)

_TWO_POOLS = """
[[pool]]
name = "Orthopaedics"
specialties = ["orthopaedics"]
timezone = "Asia/Kolkata"

[[person]]
name = "Dr Imran Khan"
roles = ["specialist"]
addresses = ["telegram:2002"]
language = "en"
pools = ["Radiology", "Orthopaedics"]
registration_number = "MMC-2014-08912"
verified = true
"""


async def two_cases(world: World) -> tuple[Heard, Heard]:
    """Meena sent two, Dr Rao has both."""
    first = await a_case_with_an_owner(world)
    second = await sends_a_case(world.meena, KNEE, "knee")
    await is_taken(world, second)
    return first, second


# --- words of a health worker


async def test_words_one_after_the_other_all_go_to_the_case_that_she_taps(world: World) -> None:
    first, second = await two_cases(world)
    await world.meena.types("He vomits since noon")
    asked = await world.meena.hears("follow.for_which")
    assert second.code in asked.buttons[0]
    await world.meena.types("and his hand is cold")
    asked = await world.meena.hears("2 messages wait", "follow.for_which")
    await world.meena.taps_action("for", first.code, on=asked)
    await world.meena.hears(first.code, "follow.told")
    await world.rao.hears(first.code, "He vomits since noon")
    await world.rao.hears(first.code, "and his hand is cold")
    await world.sunita.hears_nothing(10 * MINUTE)
    costs(world.meena, messages=11, taps=3, kilobytes=44.6)
    costs(world.rao, messages=8, taps=2, kilobytes=86.8)


async def test_a_voice_note_waits_for_its_case_like_words(world: World) -> None:
    _, second = await two_cases(world)
    await world.meena.types("Listen please")
    await world.meena.hears("follow.for_which")
    await world.meena.sends_voice()
    await world.meena.hears("2 messages wait", "follow.for_which")
    await world.meena.taps_action("for", second.code)
    await world.meena.hears(second.code, "follow.told")
    await world.rao.hears(second.code, "Listen please")
    await world.rao.hears(second.code, "answer.sound_follows")
    voice = await world.rao.hears(second.code, "answer.voice")
    assert voice.media == "voice"


async def test_words_wait_through_a_new_patient(world: World) -> None:
    first, _ = await two_cases(world)
    await world.meena.types("He vomits since noon")
    asked = await world.meena.hears("follow.for_which")
    await sends_a_case(world.meena, "20 F right ankle xray fall routine", "wrist")
    await world.rao.reads_all()
    await world.meena.taps_action("for", first.code, on=asked)
    await world.meena.hears(first.code, "follow.told")
    await world.rao.hears(first.code, "He vomits since noon")


async def test_words_without_an_answer_are_asked_about_again_and_a_coordinator_calls(world: World) -> None:
    first, second = await two_cases(world)
    await world.meena.types("He vomits since noon")
    await world.meena.hears("follow.for_which")
    await world.minutes(4.9)
    await world.sunita.hears_nothing()
    await world.minutes(0.2)
    again = await world.meena.hears("kept.still", "He vomits since noon", "kept.which")
    task = await world.sunita.hears("Meena Kumari", "CHC Belapur", "task.kind.unplaced")
    assert first.code not in task.text
    await world.rao.hears_nothing()
    await world.meena.taps_action("for", second.code, on=again)
    await world.meena.hears(second.code, "follow.told")
    await world.rao.hears(second.code, "He vomits since noon")
    await world.sunita.types("tasks")
    await world.sunita.hears("Nothing waits")
    costs(world.meena, messages=11, taps=3, kilobytes=44.7)
    costs(world.sunita, messages=2, taps=0, kilobytes=0.2)


async def test_with_one_case_its_owner_sees_them_marked_and_only_once(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.types("He vomits since noon")
    asked = await world.meena.hears("follow.for_this")
    await world.minutes(5.1)
    await world.rao.hears(sent.code, "kept.perhaps", "He vomits since noon")
    await world.meena.hears("kept.still", "He vomits since noon")
    await world.sunita.hears("task.kind.unplaced")
    await world.meena.taps_action("for", sent.code, on=asked)
    await world.meena.hears(sent.code, "follow.told")
    await world.rao.hears_nothing()


async def test_in_an_emergency_they_wait_two_minutes(world: World) -> None:
    sent = await sends_a_case(world.meena, "45 M chest xray chest pain emergency")
    card = await is_paged(world.rao, sent.code)
    await world.rao.taps("ack", on=card)
    await world.rao.hears(sent.code, "duty.yours")
    await world.meena.reads_all()
    await world.meena.types("His lips are blue")
    await world.meena.hears("follow.for_this")
    await world.minutes(2.1)
    await world.rao.hears(sent.code, "kept.perhaps", "His lips are blue")
    await world.meena.hears("kept.still")
    await world.sunita.hears("task.kind.unplaced")


async def test_on_whatsapp_a_number_sends_all_that_waits(world: World) -> None:
    first = await a_case_held(referrer=world.lakshmi, by=world.rao)
    second = await sends(world.lakshmi, KNEE, "knee")
    await takes(world.rao, second, referrer=world.lakshmi)
    await world.lakshmi.types("He vomits since noon")
    await world.lakshmi.hears("follow.for_which")
    await world.lakshmi.types("and his hand is cold")
    asked = await world.lakshmi.hears("follow.for_which")
    await world.lakshmi.taps_action("for", first.code, on=asked)
    await world.lakshmi.hears(first.code, "follow.told")
    await world.rao.hears(first.code, "He vomits since noon")
    await world.rao.hears(first.code, "and his hand is cold")
    costs(world.lakshmi, messages=11, taps=3, kilobytes=45.8)


async def test_words_about_a_patient_of_last_week_open_the_case_again(world: World) -> None:
    report, _ = await a_closed_case(world)
    await world.meena.types("He has fever again today")
    asked = await world.meena.hears("kept.earlier")
    assert report.code in asked.buttons[0]
    await world.meena.taps_action("for", report.code, on=asked)
    await world.meena.hears(report.code, "follow.told")
    await world.rao.hears(report.code, "He has fever again today")
    costs(world.meena, messages=9, taps=4, kilobytes=23.4)
    costs(world.rao, messages=9, taps=4, kilobytes=44.9)


async def test_small_talk_after_the_end_is_no_case(world: World) -> None:
    await a_closed_case(world)
    await world.meena.types("thank you doctor")
    await world.meena.hears("help.not_understood")
    await world.rao.hears_nothing(10 * MINUTE)


# --- a question


async def test_a_question_stops_the_report_clock_and_starts_hers(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.minutes(20)
    told, asked = await asks(world, "Since when?")
    assert {told.code, asked.code} == {sent.code}
    assert "Give back" in told.buttons
    await world.minutes(14.9)
    await world.meena.hears_nothing()
    await world.minutes(0.2)
    await world.meena.hears("answer.again", "Since when?")
    await world.sunita.hears(sent.code, "task.kind.no_answer")
    await world.minutes(60)
    await world.rao.hears_nothing()
    await world.meena.reads_all()
    await world.sunita.reads_all()
    await world.meena.taps("an")
    await world.meena.hears("follow.answer_how")
    await world.meena.types("Three weeks")
    await world.meena.hears("follow.answered")
    await world.rao.hears(sent.code, "Three weeks")
    await world.rao.hears_nothing(99 * MINUTE)
    due = await world.rao.hears(sent.code, "duty.report_due", within=2 * MINUTE)
    assert "Give back" in due.buttons


async def test_a_question_that_a_coordinator_ends_gives_the_clock_back(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.minutes(118)
    await asks(world, "Since when?")
    await world.minutes(15.1)
    await world.meena.hears("answer.again")
    await world.sunita.hears("task.kind.no_answer")
    await world.sunita.taps("tt")
    await world.sunita.hears("task.yours")
    await world.sunita.taps("tc")
    await world.sunita.hears("task.thanks_called")
    await world.rao.hears(sent.code, "Since when?", "kept.given_up")
    await world.rao.hears_nothing(timedelta(minutes=4, seconds=50))
    await world.rao.hears("duty.report_due", within=MINUTE)
    costs(world.meena, messages=6, taps=1, kilobytes=22.8)
    costs(world.sunita, messages=3, taps=2, kilobytes=0.5)


# --- declining and giving back


async def test_a_declined_case_goes_on_before_it_is_said_why(world: World) -> None:
    sent, asked = await is_declined(world)
    assert list(asked.buttons) == ["I am busy", "Not my field", "I know the patient"]
    await is_paged(world.khan, sent.code)
    await world.rao.taps("I am busy", on=asked)
    await world.rao.hears("kept.thanks_why")
    costs(world.meena, messages=3, taps=1, kilobytes=22.4)
    costs(world.rao, messages=4, taps=2, kilobytes=43.5)


async def test_who_knows_the_patient_sees_nothing_more_of_the_case(world: World) -> None:
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.rao, sent.code)
    await world.rao.taps("dec", on=card)
    await world.rao.hears("kept.why")
    await world.rao.taps("I know the patient")
    await world.rao.hears("kept.knows_noted")
    await world.rao.taps("ack", on=card)
    await world.rao.hears("common.not_yours")
    await world.hours(2)
    await world.rao.hears_nothing()
    for person in (world.khan, world.sunita, world.meena):
        await person.reads_all()


async def test_another_specialty_is_asked_at_once(world: World) -> None:
    await world.command("org_import", {"toml": _TWO_POOLS, "training": True})
    sent, _ = await is_declined(world)
    await world.khan.reads_all()
    await world.rao.taps("Not my field")
    await world.rao.hears("kept.which_field")
    await world.rao.taps("Orthopaedics")
    await world.rao.hears("kept.moved", "Orthopaedics")
    moved = await world.ask(lambda uow: uow.cases.by_reference(sent.code))
    pools = await world.ask(lambda uow: {pool.id: pool.name for pool in uow.pools.all()})
    assert moved is not None
    assert pools[moved.pool_id or ""] == "Orthopaedics"
    card = await world.khan.hears(sent.code)
    await world.khan.taps("ack", on=card)
    await world.khan.hears("duty.yours")
    await world.meena.hears("refer.has_it", "Khan")
    await world.rao.sees_change("card.taken")


async def test_somebody_who_took_it_meanwhile_keeps_it(world: World) -> None:
    await world.command("org_import", {"toml": _TWO_POOLS, "training": True})
    sent, _ = await is_declined(world)
    khans = await is_paged(world.khan, sent.code)
    await world.khan.taps("ack", on=khans)
    await world.khan.hears("duty.yours")
    await world.meena.hears("refer.has_it")
    await world.rao.reads_all()
    await world.rao.taps("Not my field")
    await world.rao.hears("kept.taken_meanwhile", "Khan")


async def test_without_another_pool_a_coordinator_is_asked(world: World) -> None:
    sent, _ = await is_declined(world)
    await is_paged(world.khan, sent.code)
    await world.rao.taps("Not my field")
    await world.rao.hears("kept.no_other_field")
    await world.sunita.hears(sent.code, "task.kind.unowned")


async def test_a_held_case_is_given_back_from_the_list_with_one_tap(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.types("status")
    listed = await world.rao.hears("duty.holds", sent.code)
    assert f"Give back {sent.code}" in listed.buttons
    await world.rao.taps(f"Give back {sent.code}", on=listed)
    await world.rao.hears("duty.given_back")
    await world.meena.hears("refer.given_back")
    await is_paged(world.khan, sent.code)
    costs(world.meena, messages=5, taps=1, kilobytes=22.7)
    costs(world.rao, messages=5, taps=2, kilobytes=43.6)


# --- replies of those who did not take it


async def test_a_reply_to_a_card_takes_a_free_case_and_later_ones_are_notes(world: World) -> None:
    sent = await sends_a_case(world.meena)
    rao_card = await is_paged(world.rao, sent.code)
    await world.minutes(5.1)
    await world.rao.reads_all()
    khan_card = await is_paged(world.khan, sent.code)
    await world.khan.quotes(khan_card, "No fracture seen.")
    await world.khan.hears("answer.yours_now")
    await world.khan.hears("answer.ask_urgency")
    await world.meena.hears("refer.has_it", "Khan")
    await world.rao.reads_all()
    await world.rao.quotes(rao_card, "Look at the hilum again")
    await world.rao.hears("answer.noted_for_owner")
    await world.khan.hears(sent.code, "Look at the hilum again")
    await world.rao.sends_voice(answering=rao_card)
    await world.rao.hears("answer.noted_for_owner")
    await world.khan.hears(sent.code, "answer.sound_follows")
    voice = await world.khan.hears("answer.voice")
    assert voice.media == "voice"
