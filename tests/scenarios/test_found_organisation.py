"""Nights in which nobody takes a case: how often specialists are asked, and who else is."""

from datetime import timedelta

from bot.domain.case import TaskKind
from tests.scenarios.steps import FULL, sends_a_case
from tests.world import World
from tests.world_people import Person

A_DAY = timedelta(hours=24)
BEARABLE = 16
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
