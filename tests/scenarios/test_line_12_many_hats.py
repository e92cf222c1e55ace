"""People with several roles, and times with nobody on duty: each is asked once, and nobody waits in silence."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from tests.scenarios.steps import answers
from tests.world import World
from tests.world_fixtures import lived_in
from tests.world_media import SharedMedia
from tests.world_organisation import two_coordinators
from tests.world_people import Heard, Person

URGENT = "45 M chest cough 3 weeks urgent"
ROUTINE = "45 M chest cough 3 weeks routine"
EMERGENCY = "30 F CT head unconscious emergency"
RAO = ("Dr Kavita Rao", "primary", "08:00", "20:00")
RAO_TOO = ("Dr Kavita Rao", "backup", "08:00", "20:00")
KHAN = ("Dr Imran Khan", "backup", "08:00", "20:00")
SUNITA = ("Sunita Patil", "coordinator", "08:00", "20:00")

Ward = Callable[..., AbstractAsyncContextManager[World]]


@pytest.fixture
def ward(tmp_path: Path, media: SharedMedia, request: pytest.FixtureRequest) -> Ward:
    """A world with these shifts, in which some have more roles: `ward(RAO, SUNITA, roles={name: role})`."""

    @asynccontextmanager
    async def begin(
        *shifts: tuple[str, str, str, str], roles: dict[str, str] | None = None
    ) -> AsyncIterator[World]:
        made = World(tmp_path, media, organisation=None)
        made.stranger.phone.started = True
        async with lived_in(made, request) as world:
            text = _with_roles(two_coordinators(*shifts), roles or {})
            found = await world.command("org_import", {"toml": text})
            assert found["problems"] == []
            yield world

    return begin


def _with_roles(text: str, roles: dict[str, str]) -> str:
    """The organisation with one more role for some."""
    for name, role in roles.items():
        head, found, tail = text.partition(f'[[person]]\nname = "{name}"')
        assert found
        text = head + found + tail.replace("roles = [", f'roles = ["{role}", ', 1)
    return text


async def _sends(world: World, caption: str, sample: str = "chest") -> str:
    await world.meena.sends_photo(sample, caption=caption)
    await world.meena.reads_all()
    await world.meena.taps("send")
    await world.meena.reads_all()
    [case] = await world.ask(lambda uow: uow.cases.live())
    return case.reference


async def _reads(person: Person, *wanted: str) -> list[Heard]:
    """All that came to somebody and says one of `wanted`; of the rest nothing is counted here."""
    patterns = [person.pattern(one) for one in wanted]
    return [one for one in await person.reads_all() if any(found.search(one.text) for found in patterns)]


async def _all_read(world: World) -> None:
    for person in world.everybody:
        await person.reads_all()


# --- coordinators who are somebody else too


async def test_a_coordinator_is_not_asked_to_call_herself_about_what_she_has_not_sent(ward: Ward) -> None:
    meena = ("Meena Kumari", "coordinator", "08:00", "20:00")
    async with ward(RAO, KHAN, meena, roles={"Meena Kumari": "coordinator"}) as world:
        await world.meena.sends_photo("chest", caption=URGENT)
        await world.meena.reads_all()
        await world.minutes(16)
        assert len(await _reads(world.meena, "unsent.not_sent")) == 1
        assert len(await _reads(world.sunita, "task.kind.unsent")) == 1
        assert len(await _reads(world.stranger, "task.kind.unsent")) == 1


async def test_a_coordinator_who_sent_a_case_reads_that_nobody_has_it_and_others_see_to_it(
    ward: Ward,
) -> None:
    async with ward(RAO, KHAN, SUNITA, roles={"Meena Kumari": "coordinator"}) as world:
        await _sends(world, EMERGENCY, "ct")
        await world.minutes(5)
        heard = await _reads(world.meena, "refer.nobody_yet", "task.kind.unowned")
        assert len(heard) == 1
        assert len(await _reads(world.sunita, "task.kind.unowned")) == 1
        await _all_read(world)


async def test_a_coordinator_who_is_the_only_one_is_asked_about_her_own_case(ward: Ward) -> None:
    async with ward(RAO, KHAN, SUNITA, roles={"Meena Kumari": "coordinator"}) as world:
        await world.command("org_revoke", {"address": "telegram:3001"})
        await world.command("org_revoke", {"address": "telegram:9001"})
        await _sends(world, EMERGENCY, "ct")
        await world.minutes(5)
        assert await _reads(world.meena, "task.kind.unowned")
        await _all_read(world)


async def test_a_reader_who_is_a_coordinator_hears_of_her_case_once_and_another_one_calls(ward: Ward) -> None:
    rao = ("Dr Kavita Rao", "coordinator", "08:00", "20:00")
    async with ward(RAO, KHAN, rao, roles={"Dr Kavita Rao": "coordinator"}) as world:
        reference = await _sends(world, URGENT)
        await _all_read_but(world, world.rao)
        [card] = await _reads(world.rao, "card.from")
        await world.rao.taps("ack", on=card)
        await world.rao.reads_all()
        await answers(world.rao, "Pneumonia.", urgency="within_hours 2")
        report = (await world.meena.reads_all())[-1]
        await _all_read(world)
        await world.meena.taps("cn", on=report)
        to_her = await _reads(world.rao, reference)
        assert len(to_her) == 1
        assert not any("I do it" in one.buttons for one in to_her)
        assert len(await _reads(world.sunita, "task.kind.cannot")) == 1
        await _all_read(world)


async def _all_read_but(world: World, reader: Person) -> None:
    for person in world.everybody:
        if person is not reader:
            await person.reads_all()


# --- on call twice, and nobody on call


async def test_who_has_two_duties_at_once_is_paged_once_and_then_a_coordinator_is_asked(ward: Ward) -> None:
    second = ("Dr Kavita Rao", "primary", "10:00", "14:00")
    async with ward(RAO, second, RAO_TOO, SUNITA) as world:
        await _sends(world, URGENT)
        assert len(await _reads(world.rao, "card.from")) == 1
        await world.minutes(4)
        assert not await _reads(world.sunita, "task.kind.unowned")
        await world.minutes(1.5)
        assert len(await _reads(world.sunita, "task.kind.unowned")) == 1
        assert not await _reads(world.rao, "card.from")
        await _all_read(world)


async def test_an_emergency_while_nobody_is_on_call_goes_to_all_at_once(ward: Ward) -> None:
    async with ward(SUNITA) as world:
        await _sends(world, EMERGENCY, "ct")
        [card] = await _reads(world.rao, "card.from")
        assert await _reads(world.khan, "card.from")
        await world.minutes(2)
        assert await _reads(world.sunita, "task.kind.unowned")
        await world.minutes(3)
        assert await _reads(world.meena, "refer.nobody_yet")
        await world.rao.taps("ack", on=card)
        await _all_read(world)


async def test_a_routine_case_while_nobody_is_on_call_is_a_coordinators_at_once(ward: Ward) -> None:
    async with ward(SUNITA) as world:
        await _sends(world, ROUTINE)
        assert await _reads(world.sunita, "task.kind.unowned")
        assert not await _reads(world.rao, "card.from")
        await _all_read(world)


async def test_while_no_coordinator_is_on_shift_all_of_them_are_told(ward: Ward) -> None:
    early = ("Sunita Patil", "coordinator", "06:00", "11:00")
    async with ward(early) as world:
        await _sends(world, EMERGENCY, "ct")
        [card] = await _reads(world.rao, "card.from")
        await world.minutes(2)
        assert await _reads(world.sunita, "task.kind.unowned")
        assert await _reads(world.stranger, "task.kind.unowned")
        await world.rao.taps("ack", on=card)
        await _all_read(world)
