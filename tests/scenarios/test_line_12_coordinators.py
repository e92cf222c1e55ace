"""Coordinators get tasks that one of them takes, on their own shifts, in one list unless it presses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.case import TaskKind
from bot.messages import channel_of
from bot.sandbox.faults import FaultKind
from bot.services.tasks import raise_task
from storage.unit_of_work import UnitOfWork
from tests.world import World
from tests.world_fixtures import lived_in
from tests.world_media import SharedMedia
from tests.world_organisation import two_coordinators
from tests.world_people import Heard, Person

URGENT = "45 M chest cough 3 weeks urgent"
EMERGENCY = "30 F CT head unconscious emergency"
RAO = ("Dr Kavita Rao", "primary", "08:00", "20:00")
KHAN = ("Dr Imran Khan", "backup", "08:00", "20:00")
SUNITA = ("Sunita Patil", "coordinator", "08:00", "20:00")


@asynccontextmanager
async def on_duty(
    *shifts: tuple[str, str, str, str], folder: Path, media: SharedMedia, request: pytest.FixtureRequest
) -> AsyncIterator[World]:
    """Half past eleven in the morning, with these shifts; Ravi is the other coordinator."""
    made = World(folder, media, organisation=None)
    made.stranger.phone.started = True
    async with lived_in(made, request) as world:
        found = await world.command("org_import", {"toml": two_coordinators(*shifts)})
        assert found["problems"] == []
        await world.database.run(lambda uow: _all_have_written(uow, world.now()))
        yield world


def _all_have_written(uow: UnitOfWork, now: datetime) -> None:
    """Nobody's phone is tested on first contact any more."""
    for address in (address for one in uow.people.all() for address in uow.people.addresses(one.id)):
        if channel_of(address) == "telegram":
            uow.people.seen(address, now)


@pytest.fixture
async def day(tmp_path: Path, media: SharedMedia, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """Sunita is on shift until the evening, Ravi is not."""
    async with on_duty(RAO, KHAN, SUNITA, folder=tmp_path, media=media, request=request) as made:
        yield made


@pytest.fixture
async def unplanned(
    tmp_path: Path, media: SharedMedia, request: pytest.FixtureRequest
) -> AsyncIterator[World]:
    """No coordinator is on shift."""
    async with on_duty(RAO, KHAN, folder=tmp_path, media=media, request=request) as made:
        yield made


@pytest.fixture
async def handover(
    tmp_path: Path, media: SharedMedia, request: pytest.FixtureRequest
) -> AsyncIterator[World]:
    """Sunita goes at 11:37, Ravi comes."""
    shifts = (
        RAO,
        KHAN,
        ("Sunita Patil", "coordinator", "08:00", "11:37"),
        ("Ravi Shinde", "coordinator", "11:37", "20:00"),
    )
    async with on_duty(*shifts, folder=tmp_path, media=media, request=request) as made:
        yield made


def ravi(world: World) -> Person:
    return world.stranger


async def sends(world: World, caption: str) -> str:
    """A case that nobody will take; its reference."""
    await world.meena.sends_photo("chest", caption=caption)
    await world.meena.reads_all()
    await world.meena.taps("send")
    [case] = await world.ask(lambda uow: uow.cases.live())
    return case.reference


async def others_read(world: World) -> None:
    """What the specialists and the health worker got is not what this is about."""
    for person in (world.rao, world.khan, world.meena):
        await person.reads_all()


async def something_goes_wrong(world: World, *subjects: str) -> None:
    """A task for each that can wait; their number stands for the messages that went wrong."""

    def raise_all(uow: UnitOfWork) -> None:
        for subject in subjects:
            raise_task(uow, TaskKind.TROUBLE, subject, case=None, now=world.now())

    await world.database.run(raise_all)
    await world.settle()


async def taken(world: World) -> Heard:
    """Sunita does an emergency's task; what she was asked."""
    await sends(world, EMERGENCY)
    await world.minutes(3)
    task = await world.sunita.hears("task.kind.unowned")
    await world.sunita.taps("tt", on=task)
    await world.sunita.hears("task.yours")
    return task


# --- who is asked


async def test_only_the_coordinator_on_shift_is_asked(day: World) -> None:
    code = await sends(day, URGENT)
    await day.minutes(10)
    await day.sunita.hears(code, "task.kind.unowned")
    await ravi(day).hears_nothing()
    await others_read(day)


async def test_where_no_coordinator_is_on_shift_all_are_asked(unplanned: World) -> None:
    code = await sends(unplanned, URGENT)
    await unplanned.minutes(10)
    await unplanned.sunita.hears(code, "task.kind.unowned")
    await ravi(unplanned).hears(code, "task.kind.unowned")
    await others_read(unplanned)


async def test_a_task_that_nobody_takes_goes_to_all_and_never_rests(day: World) -> None:
    code = await sends(day, EMERGENCY)
    await day.minutes(3)
    await day.sunita.hears(code, "task.kind.unowned")
    await day.minutes(5)
    await day.sunita.hears("task.nobody_does_it", code)
    await ravi(day).hears_nothing()
    await day.minutes(5)
    for _ in range(2):
        await day.sunita.hears("task.nobody_does_it", code)
        await ravi(day).hears("task.nobody_does_it", code)
        await day.minutes(15)
    await day.sunita.hears("task.nobody_does_it", code)
    await ravi(day).taps("tt")
    await ravi(day).reads_all()
    await day.sunita.sees_change("Ravi Shinde does it.")
    await others_read(day)


async def test_who_is_on_shift_is_looked_up_at_each_asking(handover: World) -> None:
    code = await sends(handover, EMERGENCY)
    await handover.minutes(3)
    await handover.sunita.hears(code)
    await handover.minutes(5)
    await ravi(handover).hears("task.nobody_does_it", code)
    await handover.sunita.hears_nothing()
    await others_read(handover)


async def test_what_can_wait_goes_to_all_after_half_an_hour(day: World) -> None:
    await something_goes_wrong(day, "one")
    await day.sunita.hears("task.kind.trouble")
    await day.minutes(29)
    await ravi(day).hears_nothing()
    await day.minutes(1)
    await ravi(day).hears("task.nobody_does_it", "task.kind.trouble")
    await day.sunita.hears("task.nobody_does_it")


# --- one list


async def test_what_can_wait_comes_in_one_list_at_most_every_ten_minutes(day: World) -> None:
    await something_goes_wrong(day, "one")
    await day.sunita.hears("task.kind.trouble")
    await something_goes_wrong(day, "two", "three")
    await day.minutes(5)
    await something_goes_wrong(day, "four")
    await day.sunita.hears_nothing(timedelta(minutes=4))
    await day.minutes(1)
    shown = await day.sunita.hears("3 tasks wait", "1. ", "2. ", "3. ")
    assert len(shown.buttons) == 4
    await something_goes_wrong(day, "five")
    await day.sunita.hears_nothing(timedelta(minutes=9))
    await day.minutes(1)
    await day.sunita.hears("task.kind.trouble")
    assert day.sunita.messages_heard == 3


async def test_a_task_is_taken_from_the_list_with_one_tap(day: World) -> None:
    await something_goes_wrong(day, "one", "two", "three")
    await day.sunita.hears("task.kind.trouble")
    await day.minutes(10)
    await day.sunita.hears("2 tasks wait")
    await day.sunita.taps("2: I do it")
    await day.sunita.hears("task.kind.trouble", "task.yours")
    await day.sunita.taps("td")
    await day.sunita.hears("task.thanks")
    await day.sunita.taps("All tasks")
    await day.sunita.hears("2 tasks wait")


async def test_an_emergency_waits_for_no_list(day: World) -> None:
    code = await sends(day, EMERGENCY)
    await day.minutes(2)
    await something_goes_wrong(day, "one", "two", "three")
    await day.sunita.hears("task.kind.trouble")
    await day.minutes(1)
    await day.sunita.hears(code, "task.kind.unowned")
    await day.minutes(5)
    await day.sunita.hears("task.nobody_does_it", code)
    await day.minutes(4)
    await day.sunita.hears("2 tasks wait")
    await others_read(day)


async def test_what_is_settled_before_the_list_leaves_is_not_in_it(day: World) -> None:
    await something_goes_wrong(day, "one")
    await day.sunita.hears("task.kind.trouble")
    await day.seconds(1)
    await something_goes_wrong(day, "two")
    await day.sunita.types("tasks")
    await day.sunita.hears("2 tasks wait")
    await day.sunita.taps("2: I do it")
    await day.sunita.hears("task.yours")
    await day.sunita.taps("td")
    await day.sunita.hears("task.thanks")
    await day.sunita.hears_nothing(timedelta(minutes=20))


async def test_a_long_list_has_pages_and_emergencies_first(day: World) -> None:
    await something_goes_wrong(day, *"abcdefghij")
    await day.sunita.hears("task.kind.trouble")
    code = await sends(day, EMERGENCY)
    await day.minutes(3)
    await day.sunita.hears(code)
    await day.sunita.types("tasks")
    first = await day.sunita.hears("11 tasks wait", f"1. 🔴 .*{code}", "8. ")
    assert len(first.buttons) == 9
    await day.sunita.taps("More")
    rest = await day.sunita.hears("9. ", "10. ", "11. ")
    assert len(rest.buttons) == 3
    await others_read(day)


# --- what one has taken


async def test_who_forgets_a_task_is_asked_and_can_give_it_to_others(day: World) -> None:
    await taken(day)
    await day.minutes(29)
    await day.sunita.hears_nothing()
    await day.minutes(1)
    still = await day.sunita.hears("task.still_yours", "task.kind.unowned")
    await ravi(day).hears_nothing()
    await day.sunita.taps("Give to others", on=still)
    await day.sunita.hears("task.given")
    task = await ravi(day).hears("task.kind.unowned")
    await ravi(day).taps("tt", on=task)
    await ravi(day).hears("task.yours")
    await day.sunita.reads_all()
    await day.sunita.taps("td")
    await day.sunita.reads_all()
    await others_read(day)


async def test_what_can_wait_is_hers_for_four_hours(day: World) -> None:
    await something_goes_wrong(day, "one")
    await day.sunita.hears("task.kind.trouble")
    await day.sunita.taps("tt")
    await day.sunita.hears("task.yours")
    await day.sunita.hears_nothing(timedelta(hours=3, minutes=59))
    await day.minutes(1)
    await day.sunita.hears("task.still_yours")
    await day.sunita.taps("td")
    await day.sunita.hears("task.thanks")
    await day.sunita.hears_nothing(timedelta(hours=5))


async def test_what_somebody_took_whose_phone_is_lost_is_the_others_at_once(day: World) -> None:
    await taken(day)
    await day.command("org_revoke", {"address": "telegram:3001", "person": True})
    await day.settle()
    await ravi(day).hears("task.kind.unowned")
    await day.sunita.reads_all()
    await others_read(day)


async def test_what_somebody_took_whom_nothing_reaches_is_the_others_when_she_would_be_asked(
    day: World,
) -> None:
    await taken(day)
    day.sunita.phone.block()
    await day.minutes(29)
    await ravi(day).hears_nothing()
    await day.minutes(1)
    await ravi(day).hears("task.kind.unowned")
    await others_read(day)


async def test_where_who_is_on_shift_can_not_be_told_the_others_are_told_at_once(day: World) -> None:
    code = await sends(day, EMERGENCY)
    day.expects_errors("message_dead")
    day.breaks(FaultKind.BLOCKED, "sendMessage", chat=3001)
    await day.minutes(3)
    await ravi(day).hears(code, "task.kind.unowned")
    await others_read(day)


async def test_two_who_take_it_at_once_have_one_winner(unplanned: World) -> None:
    await something_goes_wrong(unplanned, "one")
    hers = await unplanned.sunita.hears("task.kind.trouble")
    his = await ravi(unplanned).hears("task.kind.trouble")
    data = ravi(unplanned).button_data("tt", on=his)
    await unplanned.sunita.taps("tt", on=hers)
    await unplanned.sunita.hears("task.yours")
    await ravi(unplanned).sees_change("Sunita Patil does it.")
    await unplanned.stranger.taps_again(his, data)
    await ravi(unplanned).hears("Sunita Patil does it.")
