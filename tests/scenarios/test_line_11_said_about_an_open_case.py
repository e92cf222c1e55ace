"""Words without an age or a sex, said while a case is under way, are about that case and reach its owner."""

from tests.scenarios.steps import an_answered_case, costs, is_understood
from tests.world import World


async def test_a_wrong_side_written_after_the_answer_reaches_the_owner(world: World) -> None:
    report = await an_answered_case(world)
    await is_understood(world, report)
    await world.meena.types("sorry wrong side. It is the right knee.")
    await world.meena.hears("follow.for_this")
    await world.meena.taps("for")
    await world.meena.hears("follow.told")
    await world.rao.hears(report.code, "right knee")
    costs(world.meena, messages=8, taps=3, kilobytes=23.2)


async def test_another_age_and_sex_still_begin_a_case_of_their_own(world: World) -> None:
    await an_answered_case(world)
    await world.meena.types("60 F right knee xray")
    await world.meena.hears("refer.send_picture")
    await world.meena.types("cancel")
    await world.meena.reads_all()
