"""What was awkward when whole days were played once more: nothing is asked twice, nothing said is lost."""

from datetime import timedelta

from tests.scenarios.steps import (
    WRIST,
    a_case_with_an_owner,
    an_answered_case,
    chooses,
    is_taken,
    sends_a_case,
)
from tests.world import World
from tests.world_people import Heard


async def an_urgent_answer(world: World) -> Heard:
    """Read back by Doing it, Cannot, Patient gone."""
    return await an_answered_case(world, urgency="within_hours 6")


async def whose_patient_is_gone(world: World) -> Heard:
    """The answer's patient has left before it came."""
    report = await an_urgent_answer(world)
    await world.meena.taps("Patient gone", on=report)
    await world.meena.hears("loop.gone_next")
    await world.rao.hears("loop.gone_from")
    await world.sunita.reads_all()
    return report


# --- after "Patient gone"


async def test_what_she_writes_after_patient_gone_goes_to_its_doctor_without_a_question(world: World) -> None:
    report = await whose_patient_is_gone(world)

    await world.meena.types("his brother took him home to Sangli")
    await world.meena.hears(report.code, "follow.told")
    await world.rao.hears(report.code, "took him home to Sangli")

    await world.meena.types("phone is switched off")
    await world.meena.hears(report.code, "follow.told")
    await world.rao.hears(report.code, "phone is switched off")


async def test_a_quarter_of_an_hour_after_patient_gone_she_is_asked_again(world: World) -> None:
    await whose_patient_is_gone(world)
    await world.minutes(16)
    await world.sunita.reads_all()
    await world.meena.types("I will be at the health camp today")
    await world.meena.hears("follow.for_this")
    await world.rao.hears_nothing()


async def test_the_next_patient_after_patient_gone_is_a_case_of_its_own(world: World) -> None:
    await whose_patient_is_gone(world)
    await world.meena.types("8 years girl left wrist xray fell from tree")
    await world.meena.reads_all()
    await world.rao.hears_nothing()
    drafts = await world.ask(
        lambda uow: [draft.facts.age.value for draft in uow.cases.drafts() if draft.facts.age]
    )
    assert drafts == [8]


# --- a pregnancy's draft is kept to words

IN_WORDS = "24 F pregnancy ultrasound bleeding since morning routine"


async def test_several_pictures_of_a_pregnancy_are_answered_by_one_summary(world: World) -> None:
    await world.meena.sends_album("ultrasound", "ultrasound", caption=IN_WORDS)
    summary = await world.meena.hears("law.pictures", "law.in_words", "refer.confirm")
    await world.meena.hears_nothing(timedelta(seconds=30))
    await world.meena.taps("send", on=summary)
    await world.meena.hears("refer.sent")
    await world.rao.hears("card.from", "law.card")


async def test_a_picture_that_comes_after_the_words_does_not_repeat_the_summary_twice(world: World) -> None:
    await world.meena.types(IN_WORDS)
    await world.meena.hears("law.in_words", "refer.confirm")
    await world.minutes(2)
    await world.meena.sends_photo("ultrasound")
    await world.meena.hears("law.pictures", "law.in_words", "refer.confirm")
    await world.meena.hears_nothing(timedelta(seconds=30))


async def test_she_is_not_shown_a_summary_while_she_is_asked_for_words(world: World) -> None:
    await world.meena.sends_photo("ultrasound", caption="24 F pregnancy ultrasound routine")
    await world.meena.hears("law.pictures", "law.write_words")
    await world.meena.hears_nothing(timedelta(seconds=30))
    await world.meena.types("Is the placenta low? She bleeds.")
    await world.meena.hears("law.in_words", "Is the placenta low")


# --- what a doctor begins to say after the answer

NEW = "A rib on the left is broken."


async def test_words_after_the_answer_are_kept_until_it_is_said_what_they_are(world: World) -> None:
    report = await an_answered_case(world)
    await world.rao.types(NEW)
    await world.rao.hears("answer.add_or_correct")
    await world.rao.types("help")
    await world.rao.reads_all()
    await world.rao.types("The fifth one.")
    await world.rao.hears("answer.add_or_correct")

    await world.minutes(5)
    asked = await world.rao.hears(
        report.code, "later.not_sent", NEW, "The fifth one", "answer.add_or_correct"
    )
    await world.sunita.hears_nothing()
    await world.minutes(5)
    await world.rao.hears("later.not_sent", NEW)
    await world.sunita.hears(report.code, "task.kind.later")

    await world.rao.taps("Correction", on=asked)
    await world.rao.hears("loop.which_correction")
    await world.rao.taps("loop.wrong_content")
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    await world.meena.sees_change("loop.corrected")
    await world.meena.hears(report.code, NEW, "The fifth one")
    assert not await world.ask(lambda uow: [task.kind for task in uow.tasks.pending()])
    await world.sunita.reads_all()


async def test_an_addition_chosen_late_keeps_the_urgency_and_the_action_of_the_answer(world: World) -> None:
    report = await an_answered_case(world)
    await world.rao.types(NEW)
    asked = await world.rao.hears("answer.add_or_correct")
    await world.rao.types("good morning")
    await world.rao.hears("answer.add_or_correct")
    await world.rao.taps("Addition", on=asked)
    await world.rao.hears("answer.preview", NEW)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    await world.meena.hears(report.code, NEW)


async def test_a_correction_of_which_it_is_not_said_what_was_wrong_is_followed(world: World) -> None:
    report = await an_answered_case(world, urgency="within_hours 6")
    await world.meena.taps("Cannot do it", on=report)
    await world.meena.reads_all()
    await world.sunita.reads_all()
    told = await world.rao.hears("loop.cannot_from")
    await world.rao.taps("co", on=told)
    await world.rao.hears("loop.which_correction")

    await world.minutes(5)
    await world.rao.hears(report.code, "later.not_sent", "loop.which_correction")
    await world.sunita.reads_all()
    await world.minutes(5)
    await world.rao.hears("later.not_sent")
    kinds = await world.ask(lambda uow: [task.kind.value for task in uow.tasks.pending()])
    assert "later" in kinds
    await world.rao.types("cancel")
    await world.rao.hears("answer.discarded")
    kinds = await world.ask(lambda uow: [task.kind.value for task in uow.tasks.pending()])
    assert "later" not in kinds
    await world.sunita.reads_all()
    await world.meena.reads_all()


async def test_a_correction_that_is_written_and_not_sent_is_followed_too(world: World) -> None:
    report = await an_answered_case(world)
    await world.rao.types(NEW)
    await world.rao.hears("answer.add_or_correct")
    await world.rao.taps("Correction")
    await world.rao.hears("loop.which_correction")
    await world.rao.taps("loop.wrong_content")
    await world.rao.hears("answer.ask_urgency")
    await world.minutes(5)
    await world.rao.hears(report.code, "later.not_sent", NEW)
    await world.rao.taps("later.go_on")
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    await world.meena.reads_all()


async def test_words_that_sound_like_no_report_stay_in_the_draft(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.types("picture too dark")
    await world.rao.hears("report_check.unreadable")
    await world.rao.types("No fracture seen.")
    preview = await chooses(world.rao)
    assert "picture too dark" in preview.text
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    await world.meena.hears(sent.code, "picture too dark", "No fracture seen.")


# --- a line that differs from the case, written anew


async def who_said_the_wrong_side(world: World) -> None:
    """The case says left, the answer right, and Dr Rao is asked about it."""
    await is_taken(world, await sends_a_case(world.meena, WRIST, "wrist"))
    await world.rao.types("Fracture of the right radius.")
    await world.rao.hears("answer.ask_urgency")
    await world.rao.taps_action("ur", "within_days 2")
    await world.rao.hears("answer.pick_action")
    await world.rao.taps_action("phx", "act.show_doctor")
    await world.rao.hears("The case says: left", "report_check.is_it_right")


async def test_the_right_sentence_takes_the_place_of_the_one_with_the_wrong_side(world: World) -> None:
    await who_said_the_wrong_side(world)
    await world.rao.types("Fracture of the left radius.")
    await world.rao.hears("report_check.instead_of", "right radius", "answer.preview", "left radius")
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    report = await world.meena.hears("Fracture of the left radius.")
    assert "right" not in report.text


async def test_the_right_side_alone_takes_the_line_out_to_be_written_again(world: World) -> None:
    await who_said_the_wrong_side(world)
    await world.rao.types("Left.")
    await world.rao.hears("Fracture of the right radius", "report_check.taken_out")


async def test_a_line_that_may_be_meant_instead_is_asked_about_once(world: World) -> None:
    await who_said_the_wrong_side(world)
    await world.rao.types("Colles type, left side, shifted backwards.")
    await world.rao.hears("report_check.in_its_place", "Fracture of the right radius")
    await world.rao.taps("report_check.old_line_out")
    preview = await world.rao.hears("answer.preview", "Colles type, left side")
    assert "right radius" not in preview.text
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    await world.meena.hears("Colles type")


# --- a reminder beside a question


async def test_beside_the_question_whether_it_is_the_same_patient_nothing_else_asks_her(world: World) -> None:
    await world.meena.sends_photo("hand", caption="28 F right hand xray crushed in machine routine")
    await world.meena.reads_all()
    await world.meena.turns_phone_off()
    await world.meena.sends_photo("wrist")
    await world.minutes(10)
    await world.meena.turns_phone_on()
    heard = await world.meena.reads_all()
    asking = [one.text for one in heard if one.buttons and not one.changed]
    hushed = world.meena.pattern("unsent.asked_below")
    assert [one for one in heard if one.changed and hushed.search(one.text)]
    assert world.meena.pattern("same.ask").search(asking[-1])
    shown = [one for one in world.meena._screen() if any(key.data.startswith("more ") for key in one.keys)]
    assert not shown

    await world.minutes(4)
    reminders = [one.text for one in await world.meena.reads_all() if "NOT SENT" in one.text]
    assert len(reminders) == 1
    await world.meena.taps("same")
    await world.meena.reads_all()
    await world.meena.taps("send")
    await world.meena.reads_all()
    await world.rao.reads_all()
    await world.sunita.reads_all()
