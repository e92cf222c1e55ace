"""What a health worker says to an answer, whom it reaches, and what is done while she is silent."""

from datetime import timedelta

from bot.domain.case import Status
from tests.scenarios.mixed_steps import a_case_held, writes
from tests.scenarios.steps import (
    a_case_with_an_owner,
    a_closed_case,
    an_answered_case,
    answers,
    costs,
    is_answered,
    is_doing_it,
    is_sent,
    is_understood,
    status_of,
)
from tests.world import World
from tests.world_people import Heard

WORDS = "Large bleed on the left."


async def an_emergency_answered(world: World, *, action: str = "act.do_not_wait") -> Heard:
    """The answer to Meena's case says emergency; she has not tapped anything yet."""
    sent = await a_case_with_an_owner(world)
    await answers(world.rao, WORDS, urgency="emergency", action=action)
    return await world.meena.hears(sent.code, WORDS)


async def test_a_routine_answer_is_understood_explained_or_not_hers(world: World) -> None:
    report = await an_answered_case(world)
    assert set(report.buttons) == {"Understood", "Please explain", "Not my patient"}
    await is_understood(world, report)
    costs(world.meena, messages=6, taps=2, kilobytes=23.1)
    costs(world.rao, messages=8, taps=4, kilobytes=44.7)
    costs(world.sunita, messages=0, taps=0, kilobytes=0)


async def test_please_explain_reaches_the_doctor_and_a_coordinator_at_once(world: World) -> None:
    report = await an_answered_case(world)
    await world.meena.taps("Please explain", on=report)
    await world.meena.hears("follow.explain_how")
    await world.rao.hears(report.code, "loop.explain_from")
    await world.sunita.hears(report.code, "task.kind.unclear")
    await world.meena.types("Which doctor?")
    await world.meena.hears("follow.explain_sent")
    await world.rao.hears("Which doctor?")
    costs(world.meena, messages=7, taps=2, kilobytes=23.2)
    costs(world.sunita, messages=1, taps=0, kilobytes=0.2)


async def test_not_my_patient_reaches_the_doctor_and_a_coordinator_at_once(world: World) -> None:
    report = await an_answered_case(world)
    await world.meena.taps("Not my patient", on=report)
    await world.meena.hears("loop.not_mine_next")
    await world.rao.hears(report.code, "loop.not_mine_from")
    await world.sunita.hears(report.code, "task.kind.not_mine")


async def test_an_urgent_answer_is_read_back(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await answers(world.rao, WORDS, urgency="within_hours 6")
    report = await world.meena.hears(sent.code, WORDS)
    assert set(report.buttons) == {"Doing it", "Cannot do it", "Patient gone", "Please explain"}
    await world.meena.taps("Doing it", on=report)
    await world.meena.hears("loop.thanks_doing")
    await world.rao.hears("loop.doing_from")
    costs(world.meena, messages=6, taps=2, kilobytes=23)
    costs(world.sunita, messages=0, taps=0, kilobytes=0)


async def test_what_stands_in_the_way_goes_to_the_doctor_as_she_says_it(world: World) -> None:
    report = await an_emergency_answered(world)
    await world.meena.taps("Cannot do it", on=report)
    await world.meena.hears("loop.why_not")
    asked = await world.rao.hears(report.code, "loop.cannot_from")
    assert len(asked.buttons) == 3
    await world.sunita.hears(report.code, "task.kind.cannot")
    await world.meena.types("The road is flooded")
    await world.meena.hears("follow.told")
    await world.rao.hears(report.code, "The road is flooded")
    costs(world.meena, messages=7, taps=2, kilobytes=23.1)
    costs(world.rao, messages=9, taps=4, kilobytes=44.7)
    costs(world.sunita, messages=1, taps=0, kilobytes=0.2)


async def test_a_patient_who_has_gone_is_told_to_the_doctor_and_a_coordinator(world: World) -> None:
    report = await an_emergency_answered(world)
    await world.meena.taps("Patient gone", on=report)
    await world.meena.hears("loop.gone_next")
    await world.rao.hears(report.code, "loop.gone_from")
    await world.sunita.hears(report.code, "task.kind.gone")


async def test_an_emergency_answer_without_a_tap_goes_to_the_second_contact_then_a_coordinator(
    world: World,
) -> None:
    """Meena has no phone number here, so the second contact of her facility, Asha, is asked at once."""
    report = await an_emergency_answered(world)
    await world.meena.hears_nothing(timedelta(minutes=4, seconds=50))
    await world.seconds(15)
    await world.meena.hears("loop.push", WORDS)
    await world.asha.hears("Meena Kumari", report.code, WORDS)
    await world.sunita.hears_nothing(timedelta(minutes=2))
    await world.minutes(1)
    await world.sunita.hears(report.code, "task.kind.unread")
    costs(world.meena, messages=6, taps=1, kilobytes=23.3)
    costs(world.asha, messages=1, taps=0, kilobytes=1.7)
    costs(world.sunita, messages=1, taps=0, kilobytes=0.2)


async def test_a_tap_in_between_ends_it(world: World) -> None:
    report = await an_emergency_answered(world, action="act.show_doctor")
    await world.minutes(4)
    await world.meena.taps("Doing it", on=report)
    await world.meena.hears("loop.thanks_doing")
    await world.rao.hears("loop.doing_from")
    await world.asha.hears_nothing(timedelta(minutes=30))
    await world.sunita.hears_nothing()


async def test_words_of_hers_end_the_looking_for_her_but_not_the_asking(world: World) -> None:
    report = await an_emergency_answered(world)
    await world.minutes(4)
    await world.meena.quotes(report, "He is very weak")
    await world.meena.hears("follow.told")
    await world.rao.hears("He is very weak")
    await world.minutes(4)
    await world.asha.hears_nothing()
    await world.minutes(1)
    await world.meena.hears("loop.push", WORDS)
    await world.asha.hears_nothing()


async def test_the_second_contact_may_do_what_it_says(world: World) -> None:
    report = await an_emergency_answered(world, action="act.show_doctor")
    await world.minutes(5)
    await world.meena.hears("loop.push")
    shown = await world.asha.hears("Meena Kumari", report.code)
    await world.asha.taps("dg", on=shown)
    await world.asha.hears("loop.thanks_doing")
    await world.rao.hears("Asha Devi", "loop.doing_from")
    await world.sunita.hears_nothing(timedelta(minutes=30))


async def test_the_patient_has_left_by_a_tap_and_the_doctor_knows(world: World) -> None:
    report = await an_emergency_answered(world)
    await is_doing_it(world, report)
    await world.meena.taps("lf")
    await world.meena.hears("loop.thanks_left")
    await world.rao.hears(report.code, "loop.left_from")
    await world.sunita.hears_nothing(timedelta(hours=1))
    costs(world.meena, messages=7, taps=3, kilobytes=23.1)
    costs(world.rao, messages=9, taps=4, kilobytes=44.7)


async def test_left_typed_is_heard_as_the_patient_having_left(world: World) -> None:
    report = await an_emergency_answered(world)
    await is_doing_it(world, report)
    await world.meena.types("Left")
    await world.meena.hears(report.code, "loop.thanks_left")
    await world.rao.hears(report.code, "loop.left_from")


async def test_nobody_said_in_half_an_hour_that_the_patient_left(world: World) -> None:
    report = await an_emergency_answered(world)
    await is_doing_it(world, report)
    await world.minutes(29)
    await world.sunita.hears_nothing()
    await world.minutes(1)
    await world.sunita.hears(report.code, "task.kind.not_left")
    await world.meena.hears("loop.ask_left")
    await world.meena.types("left")
    await world.meena.hears("loop.thanks_left")
    await world.rao.hears("loop.left_from")


async def test_nothing_closes_by_time_before_it_was_understood(world: World) -> None:
    report = await an_answered_case(world)
    await world.hours(13)
    assert await status_of(world, report) is Status.REPORTED
    await world.meena.reads_all()
    await world.rao.reads_all()
    await world.sunita.reads_all()


async def test_a_call_that_a_coordinator_recorded_lets_it_close_and_ends_the_pushes(world: World) -> None:
    report = await an_answered_case(world)
    for _ in range(2):
        await world.hours(4)
        await world.meena.hears("answer.push")
    await world.hours(4)
    task = await world.sunita.hears(report.code, "task.kind.not_understood")
    await world.sunita.taps("tt", on=task)
    await world.sunita.hears("task.yours")
    await world.sunita.taps("tc")
    await world.sunita.hears("task.thanks_called")
    await world.rao.hears(report.code, "loop.called")
    await world.hours(24 * 6)
    assert await status_of(world, report) is Status.REPORTED
    await world.hours(25)
    assert await status_of(world, report) is Status.CLOSED
    await world.meena.hears_nothing()
    costs(world.meena, messages=7, taps=1, kilobytes=23.9)
    costs(world.sunita, messages=3, taps=2, kilobytes=0.5)


async def test_closing_is_silent_on_the_other_side(world: World) -> None:
    report, _ = await a_closed_case(world)
    await world.rao.hears_nothing(timedelta(hours=1))
    costs(world.meena, messages=7, taps=3, kilobytes=23.2)
    assert await status_of(world, report) is Status.CLOSED


async def test_on_whatsapp_a_number_stands_for_understood_and_for_nothing_else(world: World) -> None:
    sent = await a_case_held(referrer=world.lakshmi, by=world.rao)
    await writes(world.rao)
    report = await world.lakshmi.hears(sent.code)
    await world.rao.reads_all()
    await world.lakshmi.quotes(report, "2")
    await world.lakshmi.hears("typed.which")
    await world.sunita.hears_nothing()
    await world.lakshmi.quotes(report, "1")
    await world.lakshmi.hears("follow.thanks")
    await world.rao.hears("answer.was_understood")


async def test_on_whatsapp_what_she_does_is_tapped_not_numbered(world: World) -> None:
    sent = await a_case_held(referrer=world.lakshmi, by=world.rao)
    await answers(world.rao, WORDS, urgency="emergency", action="act.do_not_wait")
    report = await world.lakshmi.hears(sent.code)
    await world.rao.reads_all()
    await world.lakshmi.quotes(report, "1")
    await world.lakshmi.hears("typed.which")
    await world.lakshmi.taps("dg")
    await world.lakshmi.hears("loop.say_left")
    await world.rao.hears("loop.doing_from")
    await world.lakshmi.types("निकल गए")
    await world.lakshmi.hears("loop.thanks_left")
    await world.rao.hears("loop.left_from")
    costs(world.lakshmi, messages=8, taps=2, kilobytes=24.6)


async def test_an_answer_that_was_changed_by_an_addition_is_asked_anew(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    first = await is_answered(world, sent)
    await world.rao.types("One thing more.")
    await world.rao.hears("answer.add_or_correct")
    await world.rao.taps("ad")
    await world.rao.hears("answer.preview")
    await is_sent(world.rao)
    await world.meena.hears("report.addendum")
    await world.meena.taps("un", on=first)
    await world.meena.hears("follow.newer", "One thing more.")
