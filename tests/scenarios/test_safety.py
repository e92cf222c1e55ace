"""What must never happen, and what must never be held up."""

from datetime import timedelta

from bot.sandbox.faults import FaultKind
from tests.scenarios.steps import (
    FULL,
    a_case_with_an_owner,
    an_answered_case,
    chooses,
    is_paged,
    sends_a_case,
)
from tests.world import World

EMERGENCY = "30 F CT head unconscious emergency"


async def test_an_emergency_waits_for_no_picture(world: World) -> None:
    world.breaks(FaultKind.ERROR_BEFORE, "getFile", times=2)
    await world.meena.sends_photo("ct", caption=EMERGENCY)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.hears("refer.confirm", "refer.summary_now", within=timedelta(seconds=4))
    await world.meena.taps("send")
    await world.meena.hears("108", within=timedelta(seconds=2))
    sent = await world.meena.hears("refer.sent", within=timedelta(seconds=2))
    await world.rao.hears(sent.code, "emergency", within=timedelta(seconds=2))
    await world.seconds(30)
    await world.rao.sees_pictures(1, sent.code)


async def test_a_picture_of_an_emergency_that_never_comes_is_said_to_its_sender(world: World) -> None:
    world.breaks(FaultKind.ERROR_BEFORE, "getFile", times=50)
    await world.meena.sends_photo("ct", caption=EMERGENCY)
    await world.meena.reads_all()
    await world.meena.taps("send")
    await world.meena.hears("108")
    sent = await world.meena.hears("refer.sent")
    card = await world.rao.hears(sent.code, "emergency")
    await world.rao.taps("ack", on=card)
    await world.rao.hears("duty.yours")
    await world.meena.hears("refer.has_it")
    await world.minutes(5)
    await world.meena.hears(sent.code, "refusal.fetch")


async def test_a_voice_note_of_an_emergency_that_is_ready_late_follows_too(world: World) -> None:
    await world.meena.sends_photo("ct", caption=EMERGENCY)
    world.breaks(FaultKind.ERROR_BEFORE, "getFile", times=2)
    await world.meena.sends_voice()
    await world.meena.reads_all()
    await world.meena.taps("send")
    await world.meena.hears("108")
    sent = await world.meena.hears("refer.sent")
    await world.rao.hears(sent.code, "emergency")
    await world.rao.sees_pictures(1, sent.code)
    voice = await world.rao.hears("card.voice", within=timedelta(seconds=50))
    assert voice.media == "voice"


async def test_an_emergency_waits_for_no_fact(world: World) -> None:
    await world.meena.sends_photo("ct", caption="emergency unconscious")
    heard = [one.text for one in await world.meena.reads_all()]
    await world.meena.taps("send")
    await world.meena.hears("108")
    await world.meena.hears("refer.sent")
    await world.meena.hears("refer.ask_study")
    await world.rao.hears("emergency")
    await world.rao.sees_pictures(1)
    assert heard


async def test_an_answer_that_can_not_be_delivered_goes_to_the_second_contact(world: World) -> None:
    world.expects_errors("message_dead")
    sent = await a_case_with_an_owner(world)
    world.meena.phone.block()
    await world.settle()
    await world.rao.types("No fracture.")
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    await world.asha.hears("phones.stand_in", sent.code, "No fracture.")


async def test_a_stranger_learns_nothing_from_a_case_reference(world: World) -> None:
    sent = await sends_a_case(world.meena)
    await world.rao.reads_all()
    await world.asha.types(f"status {sent.code}")
    heard = await world.asha.reads_all()
    assert all("cough" not in one.text and "Meena" not in one.text for one in heard)


async def test_who_was_revoked_is_a_stranger(world: World) -> None:
    await world.command("org_revoke", {"address": "telegram:1002"})
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears("stranger.only")
    await world.rao.hears_nothing(timedelta(minutes=1))


async def test_a_revoked_specialist_is_not_paged(world: World) -> None:
    await world.command("org_revoke", {"address": "telegram:2001"})
    sent = await sends_a_case(world.meena)
    await is_paged(world.khan, sent.code)


async def test_nothing_about_the_sex_of_a_child_before_birth_is_relayed(world: World) -> None:
    await world.meena.sends_photo(
        "ultrasound", caption="24 F pregnancy ultrasound 20 weeks, bleeding routine"
    )
    await world.meena.hears("law.pictures", "law.in_words")
    await world.meena.taps("send")
    sent = await world.meena.hears("refer.sent")
    card = await world.rao.hears(sent.code, "law.card")
    await world.rao.taps("ack", on=card)
    await world.rao.hears(sent.code, "duty.yours")
    await world.meena.hears(sent.code, "refer.has_it")
    await world.rao.types("It is a boy.")
    await world.rao.hears("answer.not_relayed")
    await world.meena.hears_nothing()
    await world.sunita.hears(sent.code)


async def test_a_draft_that_nobody_sends_reaches_nobody(world: World) -> None:
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1)
    await world.rao.hears_nothing(timedelta(hours=23))
    await world.khan.hears_nothing()
    await world.meena.hears("unsent.not_sent")
    heard = await world.sunita.reads_all()
    assert not [one for one in heard if "45" in one.text or "cough" in one.text]


async def test_every_look_and_change_is_on_the_audit_trail(world: World) -> None:
    report = await an_answered_case(world)
    case = await world.ask(lambda uow: uow.cases.by_reference(report.code))
    assert case is not None
    done = [entry.action for entry in await world.ask(lambda uow: uow.audit.of(case.id))]
    for action in ("case.draft", "consent.patient", "case.send", "case.acknowledge", "report.final"):
        assert action in done


async def test_no_message_text_is_stored_in_the_clear(world: World) -> None:
    await a_case_with_an_owner(world)
    await world.rao.types("Pneumothorax on the left")
    await world.rao.hears("answer.ask_urgency")
    stored = b"".join(path.read_bytes() for path in world.folder.rglob("*") if path.is_file())
    for words in (b"Pneumothorax", b"cough 3 weeks", b"Meena Kumari", b"telegram:1002"):
        assert words not in stored


async def test_nothing_ends_in_silence_when_nobody_ever_answers(world: World) -> None:
    sent = await sends_a_case(world.meena)
    await world.hours(30)
    for person in (world.meena, world.rao, world.khan, world.sunita):
        assert [one for one in await person.reads_all() if sent.code in one.text]
    await world.check_invariants()


async def test_a_case_sent_while_everybody_is_offline_is_answered_when_they_are_back(world: World) -> None:
    for person in (world.rao, world.khan, world.sunita):
        await person.turns_phone_off()
    sent = await sends_a_case(world.meena)
    await world.hours(2)
    for person in (world.rao, world.khan, world.sunita):
        await person.turns_phone_on()
    await world.khan.reads_all()
    await world.sunita.reads_all()
    await world.rao.reads_all()
    await world.rao.taps_action("ack", sent.code)
    await world.rao.hears("duty.yours")
    await world.sunita.sees_change("Dr Kavita Rao has it.")
    await world.khan.reads_all()
    assert "Kavita Rao" in (await world.meena.reads_all())[-1].text
