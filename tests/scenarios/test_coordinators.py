"""What coordinators take up."""

from tests.scenarios.steps import is_paged, sends_a_case
from tests.world import World
from tests.world_people import Heard


async def unowned(world: World) -> tuple[str, Heard]:
    """A case that nobody answers, and the task that comes of it."""
    sent = await sends_a_case(world.meena)
    await is_paged(world.rao, sent.code)
    await world.minutes(5)
    await is_paged(world.khan, sent.code)
    await world.minutes(5)
    return sent.code, await world.sunita.hears(sent.code)


async def test_a_coordinator_who_takes_a_task_sees_whom_to_call(world: World) -> None:
    code, task = await unowned(world)
    await world.sunita.taps("tt", on=task)
    await world.sunita.hears(code, "task.yours", "Kavita Rao", "Imran Khan", "Meena Kumari")


async def test_paging_again_reaches_the_specialists_at_once(world: World) -> None:
    code, task = await unowned(world)
    await world.sunita.taps("tt", on=task)
    await world.sunita.hears("task.yours")
    await world.sunita.taps("page_again")
    await world.sunita.hears("task.paged_again")
    await world.rao.hears(code, "card.reminder")


async def test_what_waits_is_listed(world: World) -> None:
    code, _ = await unowned(world)
    await world.sunita.types("tasks")
    await world.sunita.hears("1 task waits", code)


async def test_only_coordinators_invite(world: World) -> None:
    await world.meena.types("invite")
    await world.meena.hears("coordinate.only")


async def test_a_new_place_is_made_by_typing_its_name(world: World) -> None:
    await world.sunita.types("invite")
    await world.sunita.hears("invite.role")
    await world.sunita.taps("role.referrer")
    await world.sunita.hears("invite.facility")
    await world.sunita.types("PHC Sonpur")
    await world.sunita.hears("PHC Sonpur", "invite.name")
    await world.sunita.taps("Skip")
    await world.sunita.hears("invite.forward")
    await world.sunita.hears("start=")


async def test_an_invitation_can_be_dropped(world: World) -> None:
    await world.sunita.types("invite")
    await world.sunita.hears("invite.role")
    await world.sunita.types("cancel")
    await world.sunita.hears("invite.cancelled")
