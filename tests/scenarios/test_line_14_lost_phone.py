"""A lost phone is taken out at once, and who joins learns whether messages and calls get through."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.case import TaskKind
from tests.scenarios.steps import (
    FULL,
    a_case_with_an_owner,
    an_answered_case,
    chooses,
    is_paged,
    sends_a_case,
)
from tests.scenarios.test_found_new_phone import same_person_invited
from tests.scenarios.test_joining import accepts, invitation_for
from tests.world import World
from tests.world_fixtures import lived_in
from tests.world_media import SharedMedia
from tests.world_organisation import ON_TELEGRAM
from tests.world_people import Person

MEENA, RAO = "telegram:1002", "telegram:2001"
NUMBER = "+12025550177"


async def loses(world: World, address: str) -> None:
    """What the operator does when it is told of it."""
    done = await world.command("org_revoke", {"address": address})
    assert done["revoked"], done
    await world.settle()


async def joins_as_doctor(world: World, person: Person) -> None:
    """All questions of joining; the welcome is heard."""
    link = await invitation_for(world.sunita, "role.specialist", "Radiology", name="Dr Ravi Menon")
    await accepts(person, link.code, "English")
    await person.hears("Are you Dr Ravi Menon")
    await person.taps("join_name_yes")
    await person.hears("join.registration")
    await person.types("MMC 12345")
    await person.hears("join.council")
    await person.types("Maharashtra Medical Council")
    await person.hears("join.welcome", "person.waits")
    await world.sunita.hears("Dr Ravi Menon")


# --- what a lost phone held ---------------------------------------------------------------------------------


async def test_a_case_held_on_a_lost_phone_is_paged_anew_at_once(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    before = world.now()
    await loses(world, RAO)
    await world.meena.hears(sent.code, "refer.given_back")
    card = await is_paged(world.khan, sent.code)
    assert world.now() - before < timedelta(seconds=5)
    await world.khan.taps("ack", on=card)
    await world.khan.hears(sent.code, "duty.yours")
    await world.meena.hears(sent.code, "refer.has_it", "Imran Khan")
    await world.rao.hears_nothing(timedelta(minutes=10))


async def test_a_page_to_a_lost_phone_goes_to_the_next_at_once(world: World) -> None:
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.rao, sent.code)
    await loses(world, RAO)
    await is_paged(world.khan, sent.code)
    await world.rao.taps("ack", on=card)
    await world.rao.hears("stranger.only")
    assert await world.ask(lambda uow: uow.assignments.owner(uow.cases.live()[0].id)) is None


async def test_a_revoked_person_holds_no_case_either(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.command("org_revoke", {"address": RAO, "person": True})
    await world.meena.hears(sent.code, "refer.given_back")
    await is_paged(world.khan, sent.code)


async def test_a_case_that_was_answered_from_a_lost_phone_is_the_coordinators(world: World) -> None:
    sent = await an_answered_case(world)
    await loses(world, RAO)
    await world.sunita.hears(sent.code, "phones.owner_gone")


async def test_whoever_has_the_lost_phone_is_a_stranger(world: World) -> None:
    sent = await sends_a_case(world.meena)
    await is_paged(world.rao, sent.code)
    await loses(world, MEENA)
    await world.meena.types(f"status {sent.code}")
    await world.meena.hears("stranger.only")
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears_nothing(timedelta(minutes=4))


# --- a referrer's lost phone --------------------------------------------------------------------------------


async def test_an_answer_to_a_lost_phone_goes_to_the_second_contact_who_says_it_is_understood(
    world: World,
) -> None:
    """Meena's facility named Asha, who reads Hindi."""
    sent = await a_case_with_an_owner(world)
    await loses(world, MEENA)
    await world.rao.types("No fracture seen.")
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    report = await world.asha.hears(sent.code, "phones.stand_in", "CHC Belapur", "No fracture seen.")
    await world.asha.taps("un", on=report)
    await world.asha.reads_all()
    await world.rao.hears(sent.code, "answer.was_understood")
    await world.meena.hears_nothing(timedelta(minutes=5))


async def test_an_answer_that_was_not_tapped_on_goes_to_the_second_contact_once_the_phone_is_lost(
    world: World,
) -> None:
    sent = await an_answered_case(world)
    await loses(world, MEENA)
    report = await world.asha.hears(sent.code, "phones.stand_in", "No fracture seen.")
    await world.asha.taps("un", on=report)
    await world.asha.reads_all()
    await world.rao.hears(sent.code, "answer.was_understood")


async def test_a_question_to_a_lost_phone_is_asked_of_the_second_contact(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await loses(world, MEENA)
    await world.rao.taps("ask")
    await world.rao.reads_all()
    await world.rao.types("Since when is there fever?")
    await world.rao.reads_all()
    question = await world.asha.hears(sent.code, "phones.stand_in", "Since when is there fever?")
    await world.asha.quotes(question, "Two days")
    await world.asha.reads_all()
    await world.rao.hears(sent.code, "Two days")


async def test_pictures_that_were_about_to_be_sent_from_a_lost_phone_are_a_coordinators_task(
    world: World,
) -> None:
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")
    await loses(world, MEENA)
    kinds = await world.ask(lambda uow: [task.kind for task in uow.tasks.pending()])
    assert kinds == [TaskKind.UNSENT]
    await world.sunita.reads_all()
    await world.meena.hears_nothing(timedelta(minutes=30))
    await world.sunita.reads_all()


# --- two phones, and a new one ------------------------------------------------------------------------------


async def test_who_has_another_messenger_keeps_the_case_and_goes_on_there(rao_world: World) -> None:
    world = rao_world
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.rao_wa, sent.code)
    await world.rao_wa.taps("ack", on=card)
    await world.rao_wa.hears(sent.code, "duty.yours")
    await world.meena.hears(sent.code, "refer.has_it")
    await loses(world, "whatsapp:+910000000022")
    await world.rao.hears("phones.removed")
    await world.rao.types("status")
    await world.rao.hears(sent.code)
    await world.rao_wa.types("status")
    await world.rao_wa.hears("stranger.only")
    await world.khan.hears_nothing(timedelta(minutes=5))


async def test_with_a_new_phone_she_joins_again(world: World) -> None:
    await loses(world, MEENA)
    link = await same_person_invited(world, "Meena Kumari")
    await world.meena.opens_link(link.code)
    await world.meena.hears("join.again_check", "Meena Kumari")
    await world.meena.taps("join_name_yes")
    await world.meena.hears("join.welcome_back")
    await world.meena.hears("phones.test")
    await sends_a_case(world.meena)
    await world.rao.reads_all()


# --- in a coordinator's chat --------------------------------------------------------------------------------


async def test_a_coordinator_takes_a_phone_out_with_a_name_and_a_tap(world: World) -> None:
    sent = await a_case_with_an_owner(world)
    await world.sunita.types("lost phone")
    await world.sunita.hears("phones.whose")
    await world.sunita.types("kavita")
    question = await world.sunita.hears("phones.confirm", "Dr Kavita Rao")
    await world.sunita.taps("phones.remove", on=question)
    await world.sunita.hears("phones.done", "Dr Kavita Rao")
    assert world.sunita.taps_made == 1
    await is_paged(world.khan, sent.code)
    await world.meena.hears("refer.given_back")
    await world.rao.types("status")
    await world.rao.hears("stranger.only")


async def test_a_coordinator_takes_one_of_two_messengers_out(rao_world: World) -> None:
    world = rao_world
    await world.sunita.types("phone is lost")
    await world.sunita.hears("phones.whose")
    await world.sunita.types("dr k")
    await world.sunita.hears("phones.confirm", "Dr Kavita Rao")
    await world.sunita.taps("phones.only_telegram")
    await world.sunita.hears("phones.done_other")
    await world.rao_wa.hears("phones.removed")
    await world.rao.types("hello")
    await world.rao.hears("stranger.only")


async def test_a_name_that_several_have_is_asked_back_and_one_that_nobody_has_too(world: World) -> None:
    await world.sunita.types("lost phone")
    await world.sunita.hears("phones.whose")
    await world.sunita.types("nobody at all")
    await world.sunita.hears("phones.no_such")
    await world.sunita.types("dr")
    several = await world.sunita.hears("phones.which")
    assert len(several.buttons) == 3
    await world.sunita.taps("Dr Imran Khan", on=several)
    await world.sunita.hears("phones.confirm", "Imran Khan")
    await world.sunita.taps("lpn")
    await world.sunita.hears("phones.kept")
    sent = await sends_a_case(world.meena)
    await is_paged(world.rao, sent.code)


async def test_a_health_worker_who_says_that_a_phone_is_lost_is_told_whom_to_tell(world: World) -> None:
    await world.meena.types("my phone is lost")
    await world.meena.hears("phones.tell_coordinator")


# --- joining ------------------------------------------------------------------------------------------------


async def test_the_test_page_at_joining_is_answered_by_a_tap(world: World) -> None:
    await joins_as_doctor(world, world.stranger)
    page = await world.stranger.hears("phones.test")
    await world.stranger.taps("I see it", on=page)
    await world.stranger.hears("phones.came_chat")
    await world.stranger.hears_nothing(timedelta(minutes=30))
    await world.sunita.reads_all()


async def test_who_does_not_answer_the_test_page_is_told_once_how_to_let_it_through(world: World) -> None:
    await joins_as_doctor(world, world.stranger)
    await world.stranger.hears("phones.test")
    await world.stranger.hears_nothing(timedelta(minutes=9))
    await world.minutes(2)
    await world.stranger.hears("phones.missed_chat")
    await world.stranger.hears_nothing(timedelta(hours=5))
    await world.sunita.reads_all()

    unanswered = await world.ask(
        lambda uow: [
            entry for entry in uow.audit.of(uow.people.all()[-1].id) if entry.action == "test.unanswered"
        ]
    )
    assert [entry.detail["way"] for entry in unanswered] == ["chat"]


async def test_a_health_worker_is_given_the_number_to_keep(
    tmp_path: Path, media: SharedMedia, request: pytest.FixtureRequest
) -> None:
    organisation = ON_TELEGRAM.replace('contacts = ["telegram:1002"]', f'contacts = ["phone:{NUMBER}"]')
    async with lived_in(World(tmp_path, media, organisation=organisation), request) as world:
        link = await invitation_for(world.sunita, "role.referrer", "PHC Rampur", name="Ravi Kumar")
        await accepts(world.stranger, link.code, "English")
        await world.stranger.hears("Are you Ravi Kumar")
        await world.stranger.taps("join_name_yes")
        await world.stranger.hears("join.welcome", NUMBER, "No answer in 5 minutes = not received: call")
        await world.stranger.hears("phones.test")


@pytest.fixture
async def calling_world(
    tmp_path: Path, media: SharedMedia, request: pytest.FixtureRequest
) -> AsyncIterator[World]:
    """The service has a number that calls."""
    more = {"twilio_voice_from": NUMBER}
    async with lived_in(World(tmp_path, media, settings=more), request) as made:
        yield made


async def test_a_specialist_gets_the_contact_card_of_the_number_that_calls(calling_world: World) -> None:
    world = calling_world
    await joins_as_doctor(world, world.stranger)
    await world.stranger.hears("phones.test")
    card = await world.stranger.hears("phones.card")
    assert card.media == "document"
    assert 0 < card.size < 1000


async def test_the_contact_card_comes_by_whatsapp_too(calling_world: World) -> None:
    """The test page stands in one message with the welcome there: Twilio takes a message a second."""
    world = calling_world
    await joins_as_doctor(world, world.newcomer)
    card = await world.newcomer.hears("phones.card")
    assert (card.media, card.pieces) == ("document", 2)
    await world.newcomer.taps("I see it")
    await world.newcomer.hears("phones.came_chat")
