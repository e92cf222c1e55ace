"""Phrases say where a finding is; what a report can't say is asked back; a normal one brings its caution."""

from bot.language.folder import LOCALES
from bot.language.phrase_file import Category
from bot.language.phrasebook import load_phrasebook
from bot.services.menus import PAGE
from tests.scenarios.mixed_steps import takes
from tests.scenarios.steps import (
    a_case_with_an_owner,
    chooses,
    completes,
    costs,
    is_sent,
    sends_a_case,
)
from tests.world import World
from tests.world_people import Heard, Person

BOOK = load_phrasebook(LOCALES / "phrases")
ARM = "boy 8 years left forearm xray fell from tree routine"
HANDS = "boy 8 years both hands xray fell from tree routine"
CHEST = "45 M chest xray cough 3 weeks routine"
NECK = "30 M cervical spine xray fell from tree urgent"
BROKEN = "A bone is broken."
AIR = "There is air outside the lung (pneumothorax). This is dangerous."
NORMAL = "No disease of the lungs is seen on this X-ray."
CAUTION = "A normal X-ray does not rule out disease."


async def picks(specialist: Person, category: Category, key: str) -> None:
    """A phrase through the lists, as a specialist finds it."""
    await specialist.taps("ph")
    await specialist.hears("answer.pick_category")
    await specialist.taps(f"category.{category.value}")
    await specialist.hears("answer.pick_phrase")
    place = [entry.key for entry in BOOK.of_category(category)].index(key)
    for _ in range(place // PAGE):
        await specialist.taps("answer.more")
        await specialist.hears("answer.pick_phrase")
    await specialist.taps_action("phx", key)


async def test_a_break_asks_for_its_bone_and_has_the_side_of_the_case(world: World) -> None:
    sent = await a_case_with_an_owner(world, ARM)
    await picks(world.rao, Category.BONE_XRAY, "bone.fracture")
    asked = await world.rao.hears(sent.code, f"{BROKEN} · left side", "mark.ask.bone")
    assert asked.buttons[:3] == ("radius (forearm)", "ulna (forearm)", "radius and ulna")
    await world.rao.taps_action("pm", "radius")
    preview = await chooses(world.rao)
    assert f"{BROKEN} · left radius (forearm)" in preview.text
    await is_sent(world.rao)
    await world.meena.hears(sent.code, f"{BROKEN} · left radius (forearm)")
    costs(world.meena, messages=5, taps=1, kilobytes=22.9)
    costs(world.rao, messages=10, taps=8, kilobytes=45.4)


async def test_with_one_bone_named_a_break_takes_two_taps(world: World) -> None:
    await a_case_with_an_owner(world, ARM)
    await world.rao.taps("ph")
    await world.rao.hears("answer.pick_category")
    await world.rao.taps("category.bone_xray")
    await world.rao.hears("answer.pick_phrase")
    before = world.rao.taps_made
    await world.rao.taps_action("phx", "bone.fracture")
    await world.rao.hears("mark.ask.bone")
    await world.rao.taps_action("pm", "radius")
    await world.rao.hears("answer.ask_urgency")
    assert world.rao.taps_made - before == 2


async def test_the_side_stands_in_summary_card_and_report(world: World) -> None:
    await world.meena.sends_photo(caption=ARM)
    await world.meena.hears("refer.got_it_wait")
    summary = await world.meena.sees_pictures(1, "refer.confirm", "left side")
    await world.meena.taps("send", on=summary)
    sent = await world.meena.hears("refer.sent")
    card = await takes(world.rao, sent, referrer=world.meena)
    assert "forearm, left side" in card.text
    await picks(world.rao, Category.BONE_XRAY, "bone.fracture")
    await world.rao.hears("mark.ask.bone")
    await world.rao.taps_action("pm", "ulna")
    await chooses(world.rao)
    await is_sent(world.rao)
    await world.meena.hears(sent.code, "forearm, left side", "left ulna")


async def test_a_side_is_asked_where_the_case_is_about_both(world: World) -> None:
    sent = await a_case_with_an_owner(world, HANDS)
    await picks(world.rao, Category.BONE_XRAY, "bone.fracture")
    await world.rao.hears(sent.code, "both sides", BROKEN, "mark.ask.bone")
    await world.rao.taps_action("pm", "metacarpal")
    asked = await world.rao.hears(f"{BROKEN} · hand bone (metacarpal)", "mark.ask.side")
    assert asked.buttons == ("left", "right", "both sides")
    await world.rao.taps_action("pm", "both")
    preview = await chooses(world.rao)
    assert f"{BROKEN} · hand bone (metacarpal), both sides" in preview.text


async def test_a_bone_that_was_not_offered_is_one_tap_further(world: World) -> None:
    await a_case_with_an_owner(world, ARM)
    await picks(world.rao, Category.BONE_XRAY, "bone.fracture")
    await world.rao.hears("mark.ask.bone")
    await world.rao.taps("mark.others")
    await world.rao.hears("mark.ask.bone")
    await world.rao.taps_action("pm", "scaphoid")
    await world.rao.hears("answer.ask_urgency")


async def test_a_break_of_the_spine_is_asked_for_its_level_and_has_no_side(world: World) -> None:
    sent = await a_case_with_an_owner(world, NECK)
    await picks(world.rao, Category.BONE_XRAY, "bone.fracture")
    await world.rao.hears(sent.code, "mark.ask.bone")
    await world.rao.taps_action("pm", "vertebra")
    asked = await world.rao.hears("mark.ask.level")
    assert asked.buttons[:7] == ("C1", "C2", "C3", "C4", "C5", "C6", "C7")
    await world.rao.types("c5")
    preview = await chooses(world.rao)
    assert f"{BROKEN} · spine bone (vertebra) C5" in preview.text


async def test_only_her_own_words_stand_in_for_a_place(world: World) -> None:
    await a_case_with_an_owner(world, ARM)
    await picks(world.rao, Category.BONE_XRAY, "bone.fracture")
    await world.rao.hears("mark.ask.bone", "mark.or_words")
    await world.rao.types("Greenstick break near the wrist")
    preview = await chooses(world.rao)
    assert "Greenstick break near the wrist" in preview.text
    assert BROKEN not in preview.text


async def test_air_around_the_lung_as_not_urgent_is_asked_back(world: World) -> None:
    sent = await a_case_with_an_owner(world, CHEST)
    await picks(world.rao, Category.CHEST_XRAY, "cxr.pneumothorax")
    await world.rao.hears("mark.ask.side")
    await world.rao.types("left")
    await completes(world.rao, urgency="routine")
    asked = await world.rao.hears("rules.needs_urgent", AIR)
    assert "🟢" not in "".join(asked.buttons)
    await world.rao.taps_action("ur", "within_hours 2", on=asked)
    preview = await world.rao.hears("answer.preview")
    assert f"{AIR} · left side" in preview.text
    await is_sent(world.rao)
    await world.meena.hears(sent.code, "within 2 hours", f"{AIR} · left side")
    costs(world.meena, messages=5, taps=1, kilobytes=22.9)
    costs(world.rao, messages=11, taps=8, kilobytes=45.7)


async def test_a_hole_in_the_gut_is_always_an_emergency(world: World) -> None:
    await a_case_with_an_owner(world, CHEST)
    await picks(world.rao, Category.CHEST_XRAY, "cxr.free_air")
    await completes(world.rao, urgency="within_hours 6")
    asked = await world.rao.hears("rules.needs_emergency")
    assert len(asked.buttons) == 1
    await world.rao.taps_action("ur", "emergency", on=asked)
    await world.rao.hears("answer.preview", "🔴")


async def normal_and_fluid(world: World) -> Heard:
    """An answer that says "normal" and names a finding; what is asked back."""
    await a_case_with_an_owner(world, CHEST)
    await picks(world.rao, Category.CHEST_XRAY, "cxr.normal")
    await world.rao.hears("answer.ask_urgency")
    await picks(world.rao, Category.CHEST_XRAY, "cxr.effusion")
    await world.rao.hears("mark.ask.side")
    await world.rao.taps_action("pm", "right")
    await completes(world.rao)
    return await world.rao.hears("rules.contradict", NORMAL, "There is fluid around the lung.")


async def test_normal_beside_a_finding_is_asked_back_and_one_is_taken_out(world: World) -> None:
    asked = await normal_and_fluid(world)
    await world.rao.taps_action("pt", "cxr.normal", on=asked)
    preview = await world.rao.hears("answer.preview", "There is fluid around the lung. · right side")
    assert NORMAL not in preview.text
    assert CAUTION not in preview.text
    costs(world.meena, messages=4, taps=1, kilobytes=22.5)
    costs(world.rao, messages=13, taps=11, kilobytes=46.2)


async def test_normal_beside_a_finding_leaves_where_its_author_means_both(world: World) -> None:
    asked = await normal_and_fluid(world)
    await world.rao.taps("report_check.right", on=asked)
    preview = await world.rao.hears("answer.preview", NORMAL, "There is fluid around the lung.")
    assert preview.text.count(CAUTION) == 1


async def test_what_is_said_of_two_bones_does_not_contradict(world: World) -> None:
    await a_case_with_an_owner(world, ARM)
    for key, bone in (("bone.displaced", "radius"), ("bone.undisplaced", "ulna")):
        await picks(world.rao, Category.BONE_XRAY, key)
        await world.rao.hears("mark.ask.bone")
        await world.rao.taps_action("pm", bone)
        await world.rao.hears("answer.ask_urgency")
    await world.rao.taps_action("ur", "within_hours 6")
    await world.rao.hears("answer.pick_action")
    await world.rao.taps_action("phx", "act.show_doctor")
    await world.rao.hears("answer.preview", "left radius (forearm)", "left ulna (forearm)")


async def test_the_caution_after_normal_reaches_her_in_hindi(world: World) -> None:
    sent = await sends_a_case(world.asha, CHEST)
    await takes(world.rao, sent, referrer=world.asha)
    await picks(world.rao, Category.CHEST_XRAY, "cxr.normal")
    preview = await chooses(world.rao)
    assert preview.text.index(NORMAL) < preview.text.index(CAUTION)
    await is_sent(world.rao)
    caution = BOOK.translation("cxr.normal_caution", "hi")
    assert caution is not None
    report = await world.asha.hears(sent.code)
    assert report.text.count(caution.wording.form("other")) == 1
    costs(world.asha, messages=5, taps=1, kilobytes=25.5)
    costs(world.rao, messages=9, taps=7, kilobytes=45.3)


async def test_no_break_seen_says_when_to_look_again_unless_its_author_said_so(world: World) -> None:
    await a_case_with_an_owner(world, ARM)
    await picks(world.rao, Category.BONE_XRAY, "bone.no_fracture")
    preview = await chooses(world.rao)
    assert "If pain continues after 10 days, repeat the X-ray." in preview.text
    await picks(world.rao, Category.BONE_XRAY, "bone.no_fracture_caution")
    await world.rao.hears("answer.type_number")
    await world.rao.types("7")
    preview = await world.rao.hears("answer.preview", "If pain continues after 7 days")
    assert "10 days" not in preview.text


async def test_on_whatsapp_a_place_is_one_tap_too_and_is_read_in_hindi(iyer_world: World) -> None:
    world = iyer_world
    sent = await sends_a_case(world.lakshmi, ARM)
    await takes(world.iyer, sent, referrer=world.lakshmi)
    await picks(world.iyer, Category.BONE_XRAY, "bone.fracture")
    await world.iyer.hears(f"{BROKEN} · left side", "mark.ask.bone")
    await world.iyer.taps_action("pm", "ulna")
    await chooses(world.iyer)
    await is_sent(world.iyer)
    broken = BOOK.translation("bone.fracture", "hi")
    assert broken is not None
    await world.lakshmi.hears(sent.code, broken.wording.form("other"), "बाईं तरफ़: अल्ना")
    costs(world.lakshmi, messages=5, taps=1, kilobytes=24.5)
    costs(world.iyer, messages=11, taps=8, kilobytes=46.7)
