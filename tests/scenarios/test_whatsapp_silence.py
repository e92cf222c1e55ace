"""After 24 hours of silence WhatsApp takes nothing but approved templates: what waits, what is told, what follows."""

from datetime import timedelta

from tests.scenarios.mixed_steps import COUGH, KNEE, a_case_held, sends, takes, writes
from tests.scenarios.steps import is_paged
from tests.world import World

EMERGENCY = "30 F CT head unconscious emergency"


def _templates(world: World) -> list[str]:
    """The names of the templates that reached phones, in order."""
    used = [world.twilio.contents.find(one.content_sid) for one in world.twilio.log if one.content_sid]
    return [one.friendly_name for one in used if one is not None and one.approval is not None]


async def test_a_silent_specialist_is_told_of_an_emergency_by_template_and_gets_the_card_when_she_taps(
    iyer_world: World,
) -> None:
    world = iyer_world
    await world.hours(25)
    sent = await sends(world.meena, EMERGENCY, "ct")
    template = await world.iyer.hears("whatsapp.emergency", sent.code)
    assert len(template.buttons) == 1
    for word in ("30", "CT", "head", "unconscious", "female", "Belapur", "Meena"):
        assert word not in template.text
    await world.iyer.hears_nothing()
    await world.iyer.taps("whatsapp.open", on=template)
    card = await world.iyer.hears(sent.code, "card.from", "emergency")
    await world.iyer.sees_pictures(1, sent.code)
    await world.iyer.taps("ack", on=card)
    await world.iyer.hears(sent.code, "duty.yours")
    assert _templates(world) == ["scanrelay_emergency"]
    for person in (world.meena, world.rao, world.sunita):
        await person.reads_all()


async def test_a_card_with_three_pictures_waits_whole_and_follows_in_order(iyer_world: World) -> None:
    world = iyer_world
    await world.hours(25)
    await world.meena.sends_album("chest", "knee", "hand", caption=COUGH)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "3 pictures")
    await world.meena.taps("send")
    sent = await world.meena.hears("refer.sent")
    template = await world.iyer.hears("whatsapp.case", sent.code)
    await world.iyer.hears_nothing(timedelta(minutes=1))
    await world.iyer.taps("whatsapp.open", on=template)
    await world.iyer.hears(sent.code, "card.from")
    await world.iyer.sees_pictures(3, sent.code)
    assert len(_templates(world)) == 1


async def test_any_word_of_hers_lets_the_card_go_too(iyer_world: World) -> None:
    world = iyer_world
    await world.hours(25)
    sent = await sends(world.meena)
    await world.iyer.hears("whatsapp.case", sent.code)
    await world.iyer.types("ok")
    await is_paged(world.iyer, sent.code)


async def test_a_silent_specialist_who_does_not_tap_is_passed_over_in_time(iyer_world: World) -> None:
    world = iyer_world
    await world.hours(25)
    sent = await sends(world.meena)
    await world.iyer.hears("whatsapp.case", sent.code)
    await world.minutes(5)
    card = await is_paged(world.rao, sent.code)
    await world.rao.taps("ack", on=card)
    await world.rao.hears("duty.yours")
    await world.meena.hears("refer.has_it")
    await world.iyer.reads_all()


async def test_what_somebody_else_took_meanwhile_is_not_shown_as_free(iyer_world: World) -> None:
    world = iyer_world
    await world.hours(25)
    sent = await sends(world.meena)
    template = await world.iyer.hears("whatsapp.case", sent.code)
    await world.minutes(5)
    await takes(world.rao, sent, referrer=world.meena)
    await world.iyer.reads_all()
    await world.iyer.taps("whatsapp.open", on=template)
    heard = await world.iyer.reads_all()
    assert not [one for one in heard if "I have it" in one.buttons], heard


async def test_an_answer_after_a_day_of_silence_is_announced_and_follows(world: World) -> None:
    sent = await a_case_held(referrer=world.lakshmi, by=world.rao)
    world.twilio.move_window("lakshmi", hours=-1)
    await world.hours(25)
    for person in (world.rao, world.khan, world.sunita, world.lakshmi):
        await person.reads_all()
    await writes(world.rao)
    told = await world.lakshmi.hears("whatsapp.answer", sent.code)
    assert "fracture" not in told.text
    await world.lakshmi.taps("whatsapp.open", on=told)
    await world.lakshmi.hears(sent.code, "No fracture seen.", "Kavita Rao")
    await world.rao.reads_all()


async def test_a_correction_after_a_day_of_silence_is_announced_as_one(world: World) -> None:
    sent = await a_case_held(referrer=world.lakshmi, by=world.rao)
    await writes(world.rao)
    await world.rao.reads_all()
    report = await world.lakshmi.hears("No fracture seen.")
    await world.lakshmi.taps("un", on=report)
    await world.lakshmi.reads_all()
    await world.hours(25)
    for person in (world.rao, world.khan, world.sunita, world.lakshmi):
        await person.reads_all()
    await world.rao.types("On the left side there is a fracture of the 4th rib.")
    await world.rao.hears("answer.add_or_correct")
    await world.rao.taps("Correction")
    await world.rao.reads_all()
    await world.rao.taps("co")
    await world.rao.reads_all()
    await world.rao.taps_action("ur", "within_days 2")
    await world.rao.reads_all()
    await world.rao.taps_action("phx", "act.show_doctor")
    await world.rao.hears("answer.preview")
    await world.rao.taps("rs")
    await world.rao.reads_all()
    told = await world.lakshmi.hears("whatsapp.correction", sent.code)
    await world.lakshmi.taps("whatsapp.open", on=told)
    await world.lakshmi.hears(sent.code, "On the left side")
    await world.rao.reads_all()


async def test_without_an_approved_template_the_next_is_paged_at_once(iyer_world: World) -> None:
    world = iyer_world
    world.expects_errors("message_dead")
    world.account.has_no_templates()
    await world.hours(25)
    sent = await sends(world.meena)
    await is_paged(world.rao, sent.code)
    await world.iyer.hears_nothing()


async def test_a_report_that_nobody_could_announce_is_told_to_its_owner(world: World) -> None:
    world.expects_errors("message_dead")
    await a_case_held(referrer=world.lakshmi, by=world.rao)
    world.account.has_no_templates()
    await world.hours(25)
    for person in (world.rao, world.khan, world.sunita, world.lakshmi):
        await person.reads_all()
    await writes(world.rao)
    heard = [*await world.rao.reads_all(), *await world.sunita.reads_all()]
    assert heard
    await world.lakshmi.hears_nothing()


async def test_a_window_that_the_vendor_finds_closed_is_believed(iyer_world: World) -> None:
    """63016 comes after the vendor has taken the message."""
    world = iyer_world
    world.twilio.move_window("iyer", hours=-1)
    sent = await sends(world.meena)
    template = await world.iyer.hears("whatsapp.case", sent.code)
    await world.iyer.taps("whatsapp.open", on=template)
    await is_paged(world.iyer, sent.code)
    assert any(one.error == "63016" for one in world.twilio.log)


async def test_two_cases_of_one_silence_are_two_templates(iyer_world: World) -> None:
    world = iyer_world
    await world.hours(25)
    first = await sends(world.meena)
    await world.iyer.hears("whatsapp.case", first.code)
    second = await sends(world.lakshmi, KNEE, "knee")
    template = await world.iyer.hears("whatsapp.case", second.code)
    await world.iyer.taps("whatsapp.open", on=template)
    await is_paged(world.iyer, first.code)
    await is_paged(world.iyer, second.code)
