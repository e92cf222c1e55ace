"""Own words are asked about as their phrases would be: a place, the least urgency, "normal" beside a finding."""

from tests.scenarios.steps import a_case_with_an_owner, a_left_wrist, completes, costs, is_sent
from tests.world import World

LUNG = "Large tension pneumothorax on the left."


async def test_air_around_the_lung_is_not_passed_as_not_urgent(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.types(LUNG)
    await completes(world.rao)
    await world.rao.hears("report_check.own_urgency")
    await world.meena.hears_nothing()
    await world.rao.taps_action("ur", "emergency")
    await world.rao.hears("answer.preview", "tension pneumothorax")
    await is_sent(world.rao)
    await world.meena.hears(sent.code, "EMERGENCY", "tension pneumothorax")
    await world.meena.reads_all()
    await world.rao.reads_all()


async def test_its_author_may_mean_it_as_it_is(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.types("Small pneumothorax, smaller than on the film of yesterday.")
    await completes(world.rao)
    await world.rao.hears("report_check.own_urgency")
    await world.rao.taps("report_check.right")
    await world.rao.hears("answer.preview", "Small pneumothorax")
    await is_sent(world.rao)
    await world.meena.hears(sent.code, "Small pneumothorax")
    costs(world.meena, messages=5, taps=1, kilobytes=23)


async def test_a_typed_fracture_wants_its_bone(world: World) -> None:
    sent = await a_left_wrist(world)
    await world.rao.types("Fracture.")
    await completes(world.rao)
    await world.rao.hears("report_check.own_place", "Fracture.")
    await world.rao.taps("report_check.change")
    await world.rao.hears("report_check.taken_out")
    await world.rao.types("Fracture of the left radius.")
    await world.rao.hears("answer.preview", "left radius")
    await is_sent(world.rao)
    answer = await world.meena.hears(sent.code, "Fracture of the left radius.")
    assert "\nFracture.\n" not in answer.text


async def test_normal_beside_a_typed_finding_is_asked_about(world: World) -> None:
    sent = await a_left_wrist(world)
    await world.rao.types("Normal.")
    await world.rao.reads_all()
    await world.rao.types("Fracture of the left radius.")
    await completes(world.rao)
    await world.rao.hears("report_check.own_normal", "Normal.")
    await world.rao.taps("report_check.change")
    await world.rao.hears("report_check.taken_out")
    await world.rao.taps("report_check.go_on")
    await world.rao.hears("answer.preview", "left radius")
    await is_sent(world.rao)
    answer = await world.meena.hears(sent.code, "Fracture of the left radius.")
    assert "Normal." not in answer.text


async def test_a_broken_bone_in_hindi_written_in_latin_letters_wants_its_place(world: World) -> None:
    await a_left_wrist(world)
    await world.rao.types("haddi toot gayi")
    await completes(world.rao)
    await world.rao.hears("report_check.own_place", "haddi toot gayi")
    await world.rao.taps("report_check.right")
    await world.rao.hears("answer.preview", "haddi toot gayi")
