"""What was awkward when whole days were played once more: nothing is asked twice, nothing said is lost."""

from datetime import timedelta

from tests.scenarios.steps import an_answered_case
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
