"""Who lost her only phone joins again with a new one and is who she was: her cases, drafts and roles are hers."""

from datetime import timedelta

from tests.scenarios.steps import (
    FULL,
    a_case_with_an_owner,
    an_answered_case,
    chooses,
    is_paged,
    sends_a_case,
)
from tests.scenarios.test_joining import accepts
from tests.world import World
from tests.world_people import Heard, Person

MEENA, RAO, ASHA, SUNITA = "telegram:1002", "telegram:2001", "telegram:1001", "telegram:3001"


async def same_person_invited(world: World, name: str, role: str = "role.referrer") -> Heard:
    """The coordinator types the name of somebody who is enrolled, and says that it is she; what she passes on."""
    await world.sunita.types("invite")
    await world.sunita.hears("invite.role")
    await world.sunita.taps(role)
    await world.sunita.hears("invite.facility|invite.pool")
    await world.sunita.taps("CHC Belapur" if role == "role.referrer" else "Radiology")
    await world.sunita.hears("invite.name")
    await world.sunita.types(name)
    await world.sunita.hears("invite.is_same", name)
    first = await world.ask(lambda uow: next(one.id for one in uow.people.all() if one.name == name))
    await world.sunita.taps_action("inv_is", first)
    await world.sunita.hears("invite.forward")
    return await world.sunita.hears("invite.hello", "start=")


async def is_taken_out(world: World, part: str, name: str) -> Heard:
    """The coordinator takes her phone out and has an invitation for the new one; what she passes on."""
    await world.sunita.types("lost phone")
    await world.sunita.hears("phones.whose")
    await world.sunita.types(part)
    await world.sunita.hears("phones.confirm", name)
    await world.sunita.taps("phones.remove")
    await world.sunita.reads_all()
    await world.sunita.taps("phones.invite")
    await world.sunita.hears("invite.forward")
    return await world.sunita.hears("invite.hello", "start=")


async def comes_back(person: Person, link: Heard, name: str) -> None:
    """One question, one tap, and the test page."""
    await person.opens_link(link.code)
    await person.hears("join.again_check", name)
    await person.taps("join_name_yes")
    await person.hears("join.welcome_back", name)
    page = await person.hears("phones.test")
    await person.taps("I see it", on=page)
    await person.hears("phones.came_chat")


async def test_her_case_is_hers_on_the_new_phone_and_its_answer_comes_there(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    link = await is_taken_out(world, "meena", "Meena Kumari")
    await comes_back(world.stranger, link, "Meena Kumari")
    await world.stranger.types("status")
    await world.stranger.hears(sent.code)
    await world.rao.types("No fracture seen.")
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    report = await world.stranger.hears(sent.code, "No fracture seen.")
    await world.stranger.taps("Understood", on=report)
    await world.stranger.hears("follow.thanks")
    await world.rao.hears(sent.code, "answer.was_understood")
    await world.asha.hears_nothing(timedelta(minutes=5))


async def test_an_answer_that_nobody_has_understood_yet_comes_to_the_new_phone(world: World) -> None:
    sent = await an_answered_case(world)
    link = await is_taken_out(world, "meena", "Meena Kumari")
    await world.asha.hears(sent.code, "phones.stand_in", "No fracture seen.")
    await world.stranger.opens_link(link.code)
    await world.stranger.hears("join.again_check")
    await world.stranger.taps("join_name_yes")
    await world.stranger.reads_all()
    await world.stranger.taps("Understood")
    await world.stranger.reads_all()
    await world.rao.hears(sent.code, "answer.was_understood")


async def test_a_question_that_waits_for_her_is_asked_on_the_new_phone(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.rao.taps("ask")
    await world.rao.reads_all()
    await world.rao.types("Since when is there fever?")
    await world.rao.reads_all()
    await world.meena.hears("Since when is there fever?")
    link = await is_taken_out(world, "meena", "Meena Kumari")
    await world.asha.hears(sent.code, "Since when is there fever?")
    await world.stranger.opens_link(link.code)
    await world.stranger.hears("join.again_check")
    await world.stranger.taps("join_name_yes")
    await world.stranger.hears("Since when is there fever?")
    await world.stranger.reads_all()
    await world.stranger.types("Two days")
    await world.stranger.reads_all()
    await world.rao.hears(sent.code, "Two days")


async def test_pictures_that_were_not_sent_go_on_from_the_new_phone(world: World) -> None:
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")
    await world.sunita.reads_all()
    link = await is_taken_out(world, "meena", "Meena Kumari")
    await comes_back(world.stranger, link, "Meena Kumari")
    await world.stranger.hears("unsent.not_sent", within=timedelta(minutes=4))
    await world.stranger.taps("unsent.continue")
    await world.stranger.sees_pictures(1, "refer.confirm")
    await world.stranger.taps("send")
    sent = await world.stranger.hears("refer.sent")
    await is_paged(world.rao, sent.code)
    await world.sunita.reads_all()


async def test_a_specialist_keeps_her_registration_and_is_paged_on_the_new_phone(world: World) -> None:
    link = await is_taken_out(world, "kavita", "Dr Kavita Rao")
    await comes_back(world.stranger, link, "Dr Kavita Rao")
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.stranger, sent.code)
    await world.stranger.taps("ack", on=card)
    await world.stranger.hears(sent.code, "duty.yours")
    await world.meena.hears(sent.code, "refer.has_it", "Kavita Rao")


async def test_who_says_no_is_not_taken_for_her(world: World) -> None:
    link = await is_taken_out(world, "meena", "Meena Kumari")
    await world.stranger.opens_link(link.code)
    await world.stranger.hears("join.again_check", "Meena Kumari")
    await world.stranger.taps("join_not_me")
    await world.stranger.hears("join.not_you")
    await world.stranger.types("status")
    await world.stranger.hears("stranger.only")
    await world.asha.opens_link(link.code)
    await world.asha.reads_all()
    await world.asha.taps("sh_me")
    await world.asha.hears("join.not_you")


async def test_who_had_joined_anew_as_a_second_person_is_one_again(world: World) -> None:
    """Nobody had said that the phone is lost: the first invitation was for somebody new."""
    sent = await a_case_with_an_owner(world)
    made = await world.command(
        "invite", {"role": "referrer", "facility": "CHC Belapur", "name": "Meena Kumari"}
    )
    await accepts(world.stranger, made["code"], "English")
    await world.stranger.hears("Are you Meena Kumari")
    await world.stranger.taps("join_name_yes")
    await world.stranger.reads_all()
    await world.stranger.taps("I see it")
    await world.stranger.reads_all()
    second = await sends_a_case(world.stranger, "30 F ankle left xray fall routine", "wrist")
    link = await same_person_invited(world, "Meena Kumari")
    await world.rao.reads_all()
    await world.stranger.opens_link(link.code)
    await world.stranger.hears("shared.are_you", "Meena Kumari")
    await world.stranger.taps("sh_me")
    await world.stranger.hears("join.welcome_back")
    await world.stranger.reads_all()
    await world.stranger.types("status")
    told = await world.stranger.hears(sent.code)
    assert sent.code in told.text
    assert second.code in told.text
    whose = await world.ask(lambda uow: {case.referrer_id for case in uow.cases.live()})
    assert len(whose) == 1


async def test_an_invitation_for_somebody_new_of_the_same_name_makes_a_second_person(world: World) -> None:
    await world.sunita.types("invite")
    await world.sunita.hears("invite.role")
    await world.sunita.taps("role.referrer")
    await world.sunita.hears("invite.facility")
    await world.sunita.taps("CHC Belapur")
    await world.sunita.hears("invite.name")
    await world.sunita.types("meena kumari")
    await world.sunita.hears("invite.is_same", "CHC Belapur")
    await world.sunita.taps("invite.not_same")
    await world.sunita.hears("invite.forward")
    link = await world.sunita.hears("start=")
    await accepts(world.stranger, link.code, "English")
    await world.stranger.hears("Are you meena kumari")
