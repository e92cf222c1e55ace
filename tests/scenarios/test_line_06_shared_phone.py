"""One phone of several health workers: who writes is asked once in twelve hours, and nothing is lost meanwhile."""

from datetime import timedelta

from storage.unit_of_work import UnitOfWork
from tests.scenarios.steps import FULL, costs, is_paged, sends_a_case
from tests.scenarios.test_joining import is_tested
from tests.world import World
from tests.world_people import Heard, Person

KNEE = "30 F left knee xray pain routine"
MINUTE = timedelta(minutes=1)
RADHA = "Radha Jadhav"


async def radha_joins(world: World, phone: Person, language: str = "en") -> None:
    """She gets an invitation with her own name, and opens it on the phone that her colleague has."""
    made = await world.command("invite", {"role": "referrer", "facility": "CHC Belapur", "name": RADHA})
    await phone.opens_link(made["code"])
    asked = await phone.hears("shared.are_you")
    assert len(asked.buttons) == 2
    await phone.taps("sh_new", on=asked)
    await phone.hears("join.language")
    await phone.taps_action("join_lang", language)
    await phone.hears("join.notice")
    await phone.taps("join_agree")
    await phone.hears("join.name_check", RADHA)
    await phone.taps("join_name_yes")
    await phone.reads_all()


async def sender_of(world: World, sent: Heard) -> str:
    """The name of whoever sent a case."""

    def look(uow: UnitOfWork) -> str:
        case = uow.cases.by_reference(sent.code)
        assert case is not None
        return uow.people.get(case.referrer_id).name

    return await world.ask(look)


async def test_a_second_person_joins_on_the_phone_and_sends_as_herself(world: World) -> None:
    await radha_joins(world, world.meena)
    sent = await sends_a_case(world.meena)
    await is_paged(world.rao, sent.code)
    assert await sender_of(world, sent) == RADHA
    costs(world.meena, messages=9, taps=5, kilobytes=23.4)


async def test_the_same_person_gets_the_role_that_the_invitation_holds(world: World) -> None:
    made = await world.command("invite", {"role": "coordinator", "name": "Meena K."})
    await world.meena.opens_link(made["code"])
    await world.meena.hears("shared.are_you", "Meena Kumari")
    await world.meena.taps("sh_me")
    await world.meena.hears("join.role_added")
    await is_tested(world.meena)


async def test_who_writes_is_asked_once_in_twelve_hours_and_what_came_is_handled_then(world: World) -> None:
    await radha_joins(world, world.meena)
    await world.hours(13)
    await world.meena.reads_all()
    await world.meena.sends_photo("knee", caption=KNEE)
    asked = await world.meena.hears("shared.who")
    assert set(asked.buttons) == {"Meena Kumari", RADHA}
    await world.meena.taps("Meena Kumari", on=asked)
    await world.meena.hears("shared.now", "Meena Kumari")
    await world.meena.hears("refer.got_it_wait")
    summary = await world.meena.sees_pictures(1, "refer.confirm")
    await world.meena.taps("send", on=summary)
    sent = await world.meena.hears("refer.sent")
    await is_paged(world.rao, sent.code)
    assert await sender_of(world, sent) == "Meena Kumari"
    await world.hours(11)
    await world.meena.reads_all()
    await world.meena.types("status")
    await world.meena.hears(sent.code)
    for person in (world.rao, world.khan, world.sunita):
        await person.reads_all()
    costs(world.meena, messages=13, taps=6, kilobytes=23.2)


async def test_an_answer_begins_with_the_name_of_whom_it_is_for(world: World) -> None:
    await radha_joins(world, world.meena)
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.rao, sent.code)
    await world.meena.types("who")
    await world.meena.hears("shared.who")
    await world.meena.taps("Meena Kumari")
    await world.meena.hears("shared.now", "Meena Kumari")
    await world.rao.taps("ack", on=card)
    await world.rao.hears("duty.yours")
    told = await world.meena.hears("refer.has_it")
    assert told.text.startswith(f"For {RADHA}:")


async def test_an_emergency_waits_for_no_name(world: World) -> None:
    await radha_joins(world, world.meena)
    await world.hours(13)
    await world.meena.sends_photo(caption="45 M chest xray chest pain emergency")
    heard = [one.text for one in await world.meena.reads_all()]
    assert any("Taken as written by" in text for text in heard)
    assert not any("Who is writing" in text for text in heard)
    await world.meena.taps("send")
    await world.meena.reads_all()
    assert (await world.rao.reads_all())[0].text
    costs(world.meena, messages=12, taps=5, kilobytes=23.8)


async def test_on_whatsapp_the_name_may_be_typed(world: World) -> None:
    await radha_joins(world, world.lakshmi, "hi")
    await world.hours(13)
    await world.lakshmi.reads_all()
    await world.lakshmi.types("status")
    await world.lakshmi.hears("shared.who")
    await world.lakshmi.types(RADHA.lower())
    await world.lakshmi.hears("shared.now", RADHA, "follow.no_case")


async def test_words_and_a_voice_note_wait_together_for_the_name(world: World) -> None:
    sent = await sends_a_case(world.meena, FULL)
    card = await is_paged(world.rao, sent.code)
    await world.rao.taps("ack", on=card)
    await world.rao.hears("duty.yours")
    await world.meena.hears("refer.has_it")
    await radha_joins(world, world.meena)
    await world.hours(13)
    for person in (world.meena, world.rao, world.sunita):
        await person.reads_all()
    await world.meena.types("He vomits since noon")
    asked = await world.meena.hears("shared.who")
    await world.meena.sends_voice()
    await world.meena.hears_nothing()
    await world.meena.taps("Meena Kumari", on=asked)
    await world.meena.hears("shared.now")
    await world.meena.hears("follow.for_this")
    await world.meena.hears("2 messages wait", "follow.for_this")
    await world.meena.taps("for")
    await world.meena.hears("follow.told")
    await world.rao.hears(sent.code, "He vomits since noon")
    await world.rao.hears(sent.code, "answer.sound_follows")
    await world.rao.hears(sent.code, "answer.voice")
    costs(world.meena, messages=16, taps=7, kilobytes=23.9)
