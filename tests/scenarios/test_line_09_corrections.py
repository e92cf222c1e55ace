"""A report that was wrong: what it says, the side, or the patient."""

from datetime import timedelta

from bot.domain.case import Status
from tests.scenarios.mixed_steps import a_case_held, writes
from tests.scenarios.steps import (
    a_closed_case,
    an_answered_case,
    begins_a_correction,
    chooses,
    costs,
    is_sent,
    is_taken_back,
    status_of,
)
from tests.world import World
from tests.world_people import Heard, Person

OLD = "No fracture seen."
NEW = "A rib on the left is broken."


async def corrects(specialist: Person, *, quoting: Heard | None = None) -> None:
    """What it says was wrong: new words, urgency, action, Send."""
    if quoting is None:
        await specialist.types(NEW)
    else:
        await specialist.quotes(quoting, NEW)
    await specialist.hears("answer.add_or_correct")
    await specialist.taps("Correction")
    await specialist.hears("loop.which_correction")
    await specialist.taps("loop.wrong_content")
    await chooses(specialist)
    await is_sent(specialist)


def buttons_of(world: World, message: Heard) -> list[str]:
    shown = next(one for one in world.meena._screen() if one.message_id == message.message_id)
    return [key.label for key in shown.keys]


async def test_a_correction_has_its_own_acknowledgement(world: World) -> None:
    report = await an_answered_case(world)
    await corrects(world.rao)
    await world.meena.sees_change(report.code, "loop.corrected")
    correction = await world.meena.hears(report.code, NEW)
    assert set(correction.buttons) == {
        "Correction: doing it",
        "Correction: cannot",
        "Patient gone",
        "Please explain",
    }
    await world.meena.taps("Correction: doing it", on=correction)
    await world.meena.hears("loop.thanks_doing")
    await world.rao.hears("loop.doing_from")
    costs(world.meena, messages=7, taps=2, kilobytes=23.6)
    costs(world.rao, messages=14, taps=9, kilobytes=46)


async def test_the_old_words_are_replaced_on_her_phone_and_lose_their_buttons(world: World) -> None:
    report = await an_answered_case(world)
    assert buttons_of(world, report)
    await corrects(world.rao)
    changed = await world.meena.sees_change("loop.corrected")
    await world.meena.hears(NEW)
    assert changed.message_id == report.message_id
    assert OLD not in changed.text
    assert buttons_of(world, report) == []
    costs(world.meena, messages=6, taps=1, kilobytes=23.5)


async def test_a_pushed_report_is_replaced_in_every_place(world: World) -> None:
    report = await an_answered_case(world)
    await world.hours(4)
    pushed = await world.meena.hears("answer.push", OLD)
    await corrects(world.rao)
    for message in (report, pushed):
        changed = await world.meena.sees_change("loop.corrected")
        assert changed.message_id == message.message_id
    await world.meena.hears(NEW)
    costs(world.meena, messages=7, taps=1, kilobytes=24.1)


async def test_a_correction_is_pressed_like_an_emergency_whatever_its_urgency(world: World) -> None:
    report = await an_answered_case(world)
    await corrects(world.rao)
    await world.meena.sees_change("loop.corrected")
    await world.meena.hears(NEW)
    await world.minutes(5)
    await world.meena.hears("loop.push", NEW)
    await world.asha.hears(report.code, NEW)
    await world.minutes(3)
    await world.sunita.hears(report.code, "task.kind.unread")
    costs(world.meena, messages=7, taps=1, kilobytes=24)
    costs(world.asha, messages=1, taps=0, kilobytes=2)
    costs(world.sunita, messages=1, taps=0, kilobytes=0.2)


async def test_a_correction_opens_a_closed_case_again(world: World) -> None:
    report, told = await a_closed_case(world)
    assert await status_of(world, report) is Status.CLOSED
    await corrects(world.rao, quoting=told)
    assert await status_of(world, report) is Status.REPORTED
    await world.meena.sees_change("loop.corrected")
    correction = await world.meena.hears(NEW)
    await world.meena.taps("dg", on=correction)
    await world.meena.hears("loop.thanks_doing")
    await world.rao.hears("loop.doing_from")
    costs(world.meena, messages=9, taps=4, kilobytes=23.8)
    costs(world.rao, messages=15, taps=9, kilobytes=46.1)


async def test_what_was_wrong_with_the_side_is_asked_as_a_side(world: World) -> None:
    report = await an_answered_case(world)
    await begins_a_correction(world.rao, "I mixed up the sides.", "loop.wrong_side")
    await world.rao.hears(report.code, "answer.pick_value|answer.type_number")
    await world.rao.taps_action("pv", "left")
    await world.rao.hears("answer.ask_urgency")


async def test_an_answer_about_another_patient_is_taken_back_before_the_new_words(world: World) -> None:
    report = await is_taken_back(world)
    await world.meena.sees_change(report.code, "loop.not_to_follow")
    await world.meena.hears(f"Do not follow the answer for {report.code}")
    await world.sunita.hears(report.code, "task.kind.wrong_patient")
    assert buttons_of(world, report) == []
    costs(world.meena, messages=6, taps=1, kilobytes=23.2)
    costs(world.rao, messages=10, taps=6, kilobytes=45)
    costs(world.sunita, messages=1, taps=0, kilobytes=0.2)


async def test_who_does_not_write_the_new_answer_is_reminded(world: World) -> None:
    report = await is_taken_back(world)
    await world.meena.reads_all()
    await world.sunita.reads_all()
    await world.minutes(15)
    await world.rao.hears(report.code, "loop.rewrite")
    await world.sunita.reads_all()


async def test_on_whatsapp_nothing_can_be_changed_and_nothing_is_sent_for_it(world: World) -> None:
    sent = await a_case_held(referrer=world.lakshmi, by=world.rao)
    await writes(world.rao, OLD)
    old = await world.lakshmi.hears(sent.code, OLD)
    await world.rao.reads_all()
    await corrects(world.rao)
    await world.lakshmi.hears(sent.code, NEW)
    await world.rao.reads_all()
    await world.lakshmi.hears_nothing()
    await world.lakshmi.taps("un", on=old)
    await world.lakshmi.hears("follow.newer", NEW)
    await world.lakshmi.hears_nothing(timedelta(minutes=1))
    costs(world.lakshmi, messages=7, taps=2, kilobytes=28.2)
