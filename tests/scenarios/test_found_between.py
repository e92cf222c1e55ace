"""What goes wrong only where two things meet: each alone is played through in a file of its own."""

from tests.scenarios.steps import WRIST, a_case_with_an_owner, an_answered_case
from tests.world import World


async def is_told_to_send_him_on(world: World) -> str:
    """An emergency's answer sends the patient to hospital, and she does it; the case reference."""
    sent = await a_case_with_an_owner(world)
    await world.rao.types("Air around the lung.")
    await world.rao.reads_all()
    await world.rao.taps_action("ur", "emergency")
    await world.rao.reads_all()
    await world.rao.taps("1")
    await world.rao.reads_all()
    await world.rao.taps("district hospital")
    await world.rao.taps("rs")
    await world.rao.reads_all()
    await world.meena.reads_all()
    await world.meena.taps("dg")
    await world.meena.hears(sent.code, "loop.say_left")
    await world.rao.hears(sent.code, "loop.doing_from")
    return sent.code


async def test_a_patient_who_left_by_an_answer_about_another_patient_is_looked_for(world: World) -> None:
    reference = await is_told_to_send_him_on(world)
    await world.rao.types("wrong patient")
    await world.rao.taps("answer.correction")
    await world.rao.reads_all()
    await world.rao.taps("loop.wrong_patient")
    await world.rao.reads_all()
    await world.meena.reads_all()
    await world.sunita.hears(reference, "task.kind.wrong_patient")

    await world.meena.taps("lf")

    await world.meena.hears(reference, "loop.withdrawn")
    await world.sunita.hears(reference, "task.kind.gone")
    await world.rao.hears(reference, "loop.left_from")
    await world.minutes(15)
    await world.rao.hears(reference, "loop.rewrite")
    await world.sunita.reads_all()


async def test_the_next_patients_emergency_does_not_wait_behind_words_that_wait_for_a_tap(
    world: World,
) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.types("he also has fever since yesterday")
    asked = await world.meena.hears("follow.for_this")

    await world.meena.types("70 M CT head unconscious emergency")

    summary = await world.meena.hears("emergency.no_picture_yet", "70 years, male", "🔴")
    await world.meena.taps("send", on=summary)
    await world.meena.hears("refer.emergency")
    await world.meena.hears("refer.sent")
    await world.rao.hears("70 years, male", "🔴")
    await world.meena.taps("for", on=asked)
    await world.meena.hears(sent.code, "follow.told")
    await world.rao.hears(sent.code, "he also has fever")
    await world.meena.reads_all()


async def test_who_answers_a_raised_case_has_seen_that_it_was_raised(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.types("emergency")
    await world.meena.hears(sent.code, "emergency.raised_owner")
    await world.rao.hears(sent.code, "emergency.raised")
    await world.minutes(5)
    await world.sunita.hears(sent.code, "task.kind.raised")

    await world.rao.types("No fracture seen.")
    await world.rao.reads_all()
    await world.rao.taps_action("ur", "emergency")
    await world.rao.reads_all()
    await world.rao.taps_action("phx", "act.show_doctor")
    await world.rao.reads_all()
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    await world.meena.reads_all()
    await world.meena.taps("dg")
    await world.meena.hears(sent.code, "loop.thanks_doing")
    await world.rao.hears(sent.code, "loop.doing_from")

    await world.hours(2)
    assert not [one.text for one in world.sunita.unread if not one.changed]
    await world.sunita.reads_all()


async def test_a_second_contact_who_was_shown_an_answer_hears_that_it_is_taken_back_and_corrected(
    world: World,
) -> None:
    sent = await an_answered_case(world, urgency="emergency")
    await world.minutes(12)
    await world.meena.reads_all()
    await world.sunita.reads_all()
    await world.asha.hears(sent.code, "loop.contact")
    await world.rao.types("wrong patient")
    await world.rao.taps("answer.correction")
    await world.rao.reads_all()
    await world.rao.taps("loop.wrong_patient")

    await world.asha.hears(sent.code, "loop.withdrawn")

    await world.rao.reads_all()
    await world.rao.taps_action("ur", "routine")
    await world.rao.reads_all()
    await world.rao.taps_action("phx", "act.show_doctor")
    await world.rao.reads_all()
    await world.rao.taps("rs")
    await world.asha.hears(sent.code, "MMC-2011-04567")
    await world.rao.reads_all()
    await world.meena.reads_all()
    await world.sunita.reads_all()


async def test_status_names_each_of_several_cases_that_were_not_sent(world: World) -> None:
    await world.meena.sends_photo("wrist", caption=WRIST)
    await world.meena.reads_all()
    await world.meena.sends_photo("chest", caption="60 F chest cough routine")
    await world.meena.reads_all()
    await world.meena.taps("Another patient")
    await world.meena.reads_all()

    await world.meena.types("status")

    status = await world.meena.hears("8 years, male", "60 years, female")
    assert len(status.buttons) == 2
    await world.meena.taps("more", on=status)
    await world.meena.hears("refer.summary_again", "8 years, male")
    await world.meena.reads_all()
