"""What was awkward when whole days were played once more: nothing is asked twice, nothing said is lost."""

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
