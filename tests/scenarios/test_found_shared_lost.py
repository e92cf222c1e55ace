"""A phone that several people share is lost: each of their cases goes on, and nobody who finds it learns anything."""

from datetime import timedelta

from bot.domain.case import TaskKind
from bot.services import revoking
from tests.scenarios.steps import (
    FULL,
    a_case_with_an_owner,
    an_answered_case,
    chooses,
    is_paged,
    is_taken,
    sends_a_case,
)
from tests.scenarios.test_found_new_phone import comes_back
from tests.scenarios.test_line_06_shared_phone import RADHA, radha_joins
from tests.world import World
from tests.world_people import Heard

MEENA = "telegram:1002"
KNEE = "30 F left knee xray pain routine"


async def _shared_phone_lost(world: World) -> None:
    """The coordinator names one of the two, and reads who else loses it."""
    await world.sunita.reads_all()
    await world.sunita.types("lost phone")
    await world.sunita.hears("phones.whose")
    await world.sunita.types("meena")
    await world.sunita.hears("phones.confirm", "phones.also", RADHA)
    await world.sunita.taps("phones.remove")
    await world.sunita.reads_all()


async def _invited_again(world: World, name: str) -> Heard:
    await world.sunita.taps(name)
    await world.sunita.hears("invite.forward")
    return await world.sunita.hears("invite.hello", "start=")


async def test_what_waits_for_the_other_one_goes_to_the_second_contact_too(world: World) -> None:
    """Radha sent it, the coordinator named Meena."""
    await radha_joins(world, world.meena)
    sent = await an_answered_case(world)
    await _shared_phone_lost(world)
    await world.asha.hears(sent.code, "phones.stand_in", "No fracture seen.")


async def test_the_others_pictures_that_were_not_sent_are_a_coordinators_task(world: World) -> None:
    await radha_joins(world, world.meena)
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")
    await _shared_phone_lost(world)
    waiting = await world.ask(lambda uow: [task.kind for task in uow.tasks.pending()])
    assert waiting == [TaskKind.UNSENT]
    await world.minutes(30)
    await world.sunita.reads_all()


async def test_who_finds_the_phone_is_not_asked_who_it_is(world: World) -> None:
    """The question with their names stood there, and words of one of them waited for it."""
    await radha_joins(world, world.meena)
    await world.hours(13)
    await world.meena.reads_all()
    await world.meena.types("The boy has fever")
    asked = await world.meena.hears(
        "shared.who",
    )
    await _shared_phone_lost(world)
    await world.meena.taps(RADHA, on=asked)
    await world.meena.hears("stranger.only")
    await world.meena.types("hello")
    await world.meena.hears_nothing(timedelta(minutes=1))
    await world.sunita.reads_all()


async def test_words_that_waited_for_who_is_it_are_asked_for_by_a_coordinator(world: World) -> None:
    """Nobody had said who wrote them, so each of the two is asked; the words are shown to nobody."""
    await radha_joins(world, world.meena)
    await a_case_with_an_owner(world)
    await world.hours(13)
    for person in (world.meena, world.rao, world.khan, world.asha, world.sunita):
        await person.reads_all()
    await world.meena.types("The boy has fever now")
    await world.meena.hears("shared.who")
    done = await world.command("org_revoke", {"address": MEENA})
    assert done["revoked"]
    await world.settle()
    asked = await world.ask(
        lambda uow: [
            uow.people.get(task.subject).name for task in uow.tasks.pending() if task.kind is TaskKind.UNHEARD
        ]
    )
    assert sorted(asked) == ["Meena Kumari", RADHA]
    told = [await world.sunita.hears("task.kind.unheard", "CHC Belapur") for _ in asked]
    assert all(any(name in one.text for one in told) for name in asked)
    assert not any("fever" in one.text for one in told)
    for person in (world.rao, world.khan, world.asha, world.sunita):
        await person.reads_all()


async def test_a_tap_alone_that_waited_is_no_task(world: World) -> None:
    await radha_joins(world, world.meena)
    await world.hours(13)
    await world.meena.reads_all()
    await world.meena.taps("I see it")
    await world.meena.hears("shared.who")
    await world.command("org_revoke", {"address": MEENA})
    await world.settle()
    assert await world.ask(lambda uow: [task.kind for task in uow.tasks.pending()]) == []


async def test_words_on_a_phone_that_one_of_two_leaves_are_asked_for_too(world: World) -> None:
    """Who is left is not asked any more who writes: nothing would ever bring out what waited for that."""
    await radha_joins(world, world.meena)
    await world.hours(13)
    await world.meena.reads_all()
    await world.meena.types("The boy has fever now")
    await world.meena.hears("shared.who")
    radha = await world.ask(lambda uow: next(one.id for one in uow.people.all() if one.name == RADHA))
    await world.database.run(lambda uow: revoking.revoke(uow, uow.people.get(radha), world.now()))
    await world.settle()
    await world.sunita.hears("task.kind.unheard", "Meena Kumari")
    await world.minutes(1)


async def test_both_come_back_each_on_a_phone_of_her_own(world: World) -> None:
    await radha_joins(world, world.meena)
    sent = await sends_a_case(world.meena)
    await is_taken(world, sent)
    await _shared_phone_lost(world)
    link = await _invited_again(world, RADHA)
    await comes_back(world.stranger, link, RADHA)
    await world.rao.types("No fracture seen.")
    await chooses(world.rao)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    await world.stranger.hears(sent.code, "No fracture seen.")
    await world.asha.hears_nothing(timedelta(minutes=1))


async def test_what_waits_for_one_stays_when_the_other_is_revoked(world: World) -> None:
    await radha_joins(world, world.meena)
    sent = await sends_a_case(world.meena)
    await is_paged(world.rao, sent.code)
    await world.meena.types("who")
    await world.meena.reads_all()
    await world.meena.taps("Meena Kumari")
    await world.meena.reads_all()
    await world.meena.sends_photo("knee", caption=KNEE)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")
    radha = await world.ask(lambda uow: next(one.id for one in uow.people.all() if one.name == RADHA))
    await world.database.run(lambda uow: revoking.revoke(uow, uow.people.get(radha), world.now()))
    await world.settle()
    await world.meena.taps("send")
    knee = await world.meena.hears("refer.sent")
    await is_paged(world.rao, knee.code)
