"""Nights in which nobody takes a case: how often specialists are asked, and who else is."""

from datetime import timedelta

from bot.domain.case import TaskKind
from tests.scenarios.steps import FULL, an_answered_case, is_paged, sends_a_case
from tests.scenarios.test_joining import is_tested
from tests.world import World
from tests.world_people import Person

A_DAY = timedelta(hours=24)
BEARABLE = 10
"""Messages about one urgent case that a specialist gets in a day in which nobody takes it, its card among them."""

EMERGENCY = "45 M chest cannot breathe emergency"


async def _hears_in(world: World, length: timedelta, *people: Person) -> list[int]:
    """How many messages each of them got in that time; everybody has looked at everything then."""
    before = [one.messages_heard for one in people]
    end = world.now() + length
    while world.now() < end:
        await world.pass_time(min(timedelta(hours=1), end - world.now()))
        for one in world.everybody:
            await one.reads_all()
    return [one.messages_heard - was for one, was in zip(people, before, strict=True)]


async def test_an_urgent_case_that_nobody_takes_reminds_specialists_ever_more_seldom(world: World) -> None:
    await sends_a_case(world.meena, FULL)
    rao, khan = await _hears_in(world, A_DAY, world.rao, world.khan)
    assert rao <= BEARABLE
    assert khan <= BEARABLE


async def test_an_emergency_that_nobody_takes_presses_on_and_on(world: World) -> None:
    await world.meena.sends_photo(caption=EMERGENCY)
    await world.meena.reads_all()
    await world.meena.taps("send")
    await _hears_in(world, timedelta(hours=6))
    rao, khan = await _hears_in(world, timedelta(hours=1), world.rao, world.khan)
    assert rao >= 6
    assert khan >= 6


async def test_while_a_coordinator_does_the_task_only_she_is_asked(world: World) -> None:
    sent = await sends_a_case(world.meena, FULL)
    await world.minutes(21)
    for one in world.everybody:
        await one.reads_all()
    await world.sunita.taps("tt")
    await world.sunita.hears(sent.code, "task.yours")
    rao, khan, sunita = await _hears_in(world, A_DAY, world.rao, world.khan, world.sunita)
    assert (rao, khan) == (0, 0)
    assert 1 <= sunita <= 12
    (task_left,) = await world.ask(
        lambda uow: [one for one in uow.tasks.pending() if one.kind is TaskKind.UNOWNED]
    )
    assert task_left.taken_by is not None


async def test_what_is_unclear_is_one_task_however_often_it_is_said(world: World) -> None:
    """A coordinator was asked twice to call about one answer: when she asked to have it explained, and later."""
    report = await an_answered_case(world)
    await world.meena.taps("ex", on=report)
    await world.rao.hears("loop.explain_from")
    await world.meena.reads_all()
    await world.meena.types("What is the impression?")
    await _hears_in(world, timedelta(hours=9))
    tasks = await world.ask(lambda uow: [one.kind for one in uow.tasks.pending()])
    assert tasks == [TaskKind.UNCLEAR]


async def test_a_pool_that_has_nobody_asks_coordinators_at_once(world: World) -> None:
    for address in ("telegram:2001", "telegram:2002"):
        await world.command("org_revoke", {"address": address, "person": True})
    began = world.now()
    await sends_a_case(world.meena, FULL)
    (task,) = await world.ask(
        lambda uow: [one for one in uow.tasks.pending() if one.kind is TaskKind.UNOWNED]
    )
    assert task.created_at - began < timedelta(minutes=1)
    await _hears_in(world, timedelta(hours=1))


async def test_when_all_have_declined_coordinators_are_asked_at_once(world: World) -> None:
    sent = await sends_a_case(world.meena, FULL)
    for one in (world.rao, world.khan):
        card = await is_paged(one, sent.code)
        await one.taps("dec", on=card)
        await one.reads_all()
    declined = world.now()
    await world.sunita.hears(sent.code, "task.kind.unowned")
    assert world.now() - declined < timedelta(minutes=1)
    rao, khan = await _hears_in(world, timedelta(hours=3), world.rao, world.khan)
    assert (rao, khan) == (0, 0)


async def test_a_coordinator_who_sends_cases_too_lists_both(world: World) -> None:
    made = await world.command(
        "invite", {"role": "referrer", "facility": "PHC Rampur", "name": "Sunita Patil"}
    )
    await world.sunita.opens_link(made["code"])
    await world.sunita.hears("join.role_added")
    await is_tested(world.sunita)
    sent = await sends_a_case(world.sunita, FULL)
    await is_paged(world.rao, sent.code)
    await world.sunita.types("status")
    await world.sunita.hears(sent.code)
    await world.sunita.types("tasks")
    await world.sunita.hears("tasks.none")
    await world.sunita.types("cancel")
    await world.sunita.reads_all()
    await world.sunita.types("call me")
    await world.sunita.reads_all()
