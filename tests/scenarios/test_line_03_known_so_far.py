"""The line of a case says what is known of it, and no more; who called reads it as well."""

import re
from datetime import timedelta

from tests.scenarios.steps import an_answered_case
from tests.world import World
from tests.world_people import Heard


def _first(heard: Heard) -> str:
    return heard.text.splitlines()[0]


async def test_behind_the_reference_stands_nothing_where_nobody_has_told_anything(world: World) -> None:
    await world.meena.sends_photo()
    await world.meena.hears("refer.ask_study")
    reminder = await world.meena.hears("unsent.not_sent", within=timedelta(minutes=4))
    assert re.fullmatch(r"[2-9A-Z]{5,6}", _first(reminder))


async def test_an_emergency_of_which_nothing_is_known_has_the_time_behind_its_reference(
    world: World,
) -> None:
    await world.meena.sends_photo(caption="emergency")
    await world.meena.reads_all()
    await world.meena.taps("send")
    sent = (await world.meena.reads_all())[0]
    assert re.match(r"[2-9A-Z]{5,6} · sent 11:30$", _first(sent))
    await world.rao.reads_all()


async def test_a_coordinator_who_called_reads_for_which_case_that_was_noted(world: World) -> None:
    report = await an_answered_case(world)
    for _ in range(2):
        await world.hours(4)
        await world.meena.hears("answer.push")
    await world.hours(4)
    task = await world.sunita.hears(report.code, "task.kind.not_understood")
    await world.sunita.taps("tt", on=task)
    await world.sunita.hears("task.yours")
    await world.sunita.taps("tc")
    thanks = await world.sunita.hears("task.thanks_called")
    assert _first(thanks) == _first(report)
    await world.rao.reads_all()


async def test_of_what_was_not_sent_who_called_reads_no_more_than_whose_it_is(world: World) -> None:
    await world.meena.sends_photo(caption="45 M chest cough 3 weeks urgent")
    await world.minutes(16)
    await world.meena.reads_all()
    task = await world.sunita.hears("task.kind.unsent")
    await world.sunita.taps("tt", on=task)
    await world.sunita.hears("task.yours")
    await world.sunita.taps("tc")
    thanks = await world.sunita.hears("task.thanks_called", "Meena Kumari")
    assert "45 years" not in thanks.text
