"""What the referrer does with the answer, until nothing is owed."""

from datetime import timedelta

from tests.scenarios.steps import (
    a_case_with_an_owner,
    an_answered_case,
    chooses,
    is_answered,
    is_taken,
    sends_a_case,
)
from tests.world import World


async def test_understood_is_told_to_the_specialist_and_the_case_can_be_closed(world: World) -> None:
    report = await an_answered_case(world)
    assert report.buttons == ("Understood", "Not my patient", "Please explain")
    await world.meena.taps("Understood", on=report)
    thanks = await world.meena.hears("follow.thanks")
    await world.rao.hears("answer.was_understood")
    await world.meena.taps("Close the case", on=thanks)
    await world.meena.hears("follow.closed")
    await world.rao.hears_nothing()


async def test_the_specialist_may_close_it_too(world: World) -> None:
    report = await an_answered_case(world)
    await world.meena.taps("Understood", on=report)
    await world.meena.hears("follow.thanks")
    await world.rao.hears("answer.was_understood")
    await world.rao.taps("Close the case")
    await world.rao.hears("follow.closed")
    await world.meena.hears_nothing()


async def test_an_answer_that_is_not_understood_is_explained(world: World) -> None:
    report = await an_answered_case(world)
    await world.meena.taps("Please explain", on=report)
    await world.meena.hears("follow.explain_how")
    await world.rao.hears("loop.explain_from")
    await world.sunita.hears("task.kind.unclear")
    await world.meena.types("what is a fracture?")
    await world.meena.hears("follow.explain_sent")
    await world.rao.hears("answer.unclear_from", "what is a fracture?")
    await world.rao.types("The bone is not broken.")
    await world.rao.hears("answer.preview", "The bone is not broken.")
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    await world.meena.hears(report.code, "report.addendum", "The bone is not broken.")


async def test_an_emergency_that_nobody_reads_is_pushed_and_becomes_a_task(world: World) -> None:
    report = await an_answered_case(world, urgency="emergency")
    assert report.text.splitlines()[1].startswith("🔴")
    await world.minutes(5)
    await world.meena.hears("loop.push", report.code)
    await world.asha.hears(report.code)
    await world.minutes(3)
    await world.sunita.hears(report.code)


async def test_an_answer_that_was_understood_is_not_pushed(world: World) -> None:
    report = await an_answered_case(world, urgency="emergency")
    await world.meena.taps("dg", on=report)
    await world.meena.hears("loop.thanks_doing")
    await world.rao.hears("loop.doing_from")
    await world.meena.hears_nothing(timedelta(hours=3))


async def test_a_case_closes_by_itself_a_week_after_it_was_understood(world: World) -> None:
    report = await an_answered_case(world)
    await world.meena.taps("un", on=report)
    await world.meena.hears("follow.thanks")
    await world.rao.hears("answer.was_understood")
    await world.hours(24 * 7 + 1)
    await world.meena.types("status")
    await world.meena.hears("follow.no_case")


async def test_status_says_who_has_it_and_since_when(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.minutes(7)
    await world.meena.types("status")
    await world.meena.hears(sent.code, "follow.has_it", "Kavita Rao", "7 min ago")


async def test_status_while_a_doctor_is_being_asked(world: World) -> None:
    sent = await sends_a_case(world.meena)
    await world.rao.reads_all()
    await world.meena.types("status")
    await world.meena.hears(sent.code, "follow.paging")


async def test_what_she_adds_later_goes_to_the_owner_after_she_said_for_which_case(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.types("he is vomiting now")
    await world.meena.hears("follow.for_this", sent.code)
    await world.meena.taps("for")
    await world.meena.hears("follow.told", "Kavita Rao")
    await world.rao.hears(sent.code, "answer.note_from", "he is vomiting now")


async def test_quoting_needs_no_question(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.quotes(sent, "he is vomiting now")
    await world.meena.hears("follow.told")
    await world.rao.hears("he is vomiting now")


async def test_a_case_with_an_open_answer_can_not_be_closed(world: World) -> None:
    report = await an_answered_case(world)
    await world.meena.taps("un", on=report)
    thanks = await world.meena.hears("follow.thanks")
    await world.rao.hears("answer.was_understood")
    await world.rao.types("One more thing: come back in a week.")
    await world.rao.hears("answer.add_or_correct")
    await world.rao.taps("Addition")
    await world.rao.hears("answer.preview")
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    await world.meena.hears("report.addendum")
    await world.meena.taps("cl", on=thanks)
    await world.meena.hears("follow.still_owed")


async def test_an_answer_reaches_a_hindi_reader_in_hindi(world: World) -> None:
    sent = await sends_a_case(world.asha)
    await world.rao.hears(sent.code)
    await world.rao.sees_pictures(1)
    await world.rao.taps("ack")
    await world.rao.hears("duty.yours")
    await world.asha.hears("refer.has_it")
    await world.rao.types("No fracture.")
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    report = await world.asha.hears("No fracture.", "report.not_translated", "MMC-2011-04567")
    assert "SOON: a doctor must see the patient" in report.text
    assert report.text.count("अनुवाद की जाँच") == 1


async def test_two_cases_do_not_mix(world: World) -> None:
    first = await sends_a_case(world.meena)
    await is_taken(world, first)
    await is_answered(world, first, "First words.")
    second = await sends_a_case(world.meena, "30 F left knee xray pain routine", "knee")
    await is_taken(world, second)
    await world.rao.types("Second words.")
    await world.rao.hears("answer.which_case")
    await world.rao.taps(second.code)
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    report = await world.meena.hears(second.code, "Second words.")
    assert "First" not in report.text
