"""Whoever comes in, by whatever way, is given the number to keep, a test page, and as a specialist the contact card."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.scenarios.steps import FULL
from tests.world import World
from tests.world_fixtures import lived_in
from tests.world_media import SharedMedia
from tests.world_organisation import EVERYBODY
from tests.world_people import Person

CALLS, NUMBER = "+12025550177", "+910000000002"
KEEP = "phones.keep_number"
WHILE = timedelta(minutes=9)
"""Before who has not pressed a key in the call hears of it."""
ORGANISATION = EVERYBODY.replace('contacts = ["telegram:1001"]', f'contacts = ["phone:{NUMBER}"]').replace(
    'contacts = ["telegram:1002"]', f'contacts = ["phone:{NUMBER}"]'
)


@asynccontextmanager
async def _world(
    folder: Path, media: SharedMedia, request: pytest.FixtureRequest, *, practice: bool
) -> AsyncIterator[World]:
    made = World(folder, media, organisation=None, settings={"twilio_voice_from": CALLS})
    async with lived_in(made, request) as world:
        found = await world.command("org_import", {"toml": ORGANISATION, "training": practice})
        assert found["problems"] == []
        yield world


@pytest.fixture
async def imported(
    tmp_path: Path, media: SharedMedia, request: pytest.FixtureRequest
) -> AsyncIterator[World]:
    """An operator's file was taken in, for real; nobody has written yet. The service has a number that calls."""
    async with _world(tmp_path, media, request, practice=False) as made:
        yield made


@pytest.fixture
async def practice(
    tmp_path: Path, media: SharedMedia, request: pytest.FixtureRequest
) -> AsyncIterator[World]:
    """Somebody is on call, and nobody's phone is tested on first contact."""
    async with _world(tmp_path, media, request, practice=True) as made:
        yield made


def _on_both(world: World) -> tuple[Person, Person]:
    """A health worker on Telegram, and one on WhatsApp."""
    return world.meena, world.lakshmi


async def _gets_role(world: World, person: Person, **invitation: str) -> None:
    made = await world.command("invite", invitation)
    await person.opens_link(made["code"])


async def _answers_test(person: Person, *more: str) -> None:
    page = await person.hears("phones.test", *more)
    await person.taps("tp", on=page)
    await person.hears("phones.came_chat")


async def _hears_with_test(person: Person, *wanted: str) -> None:
    """On WhatsApp both stand in one message: Twilio takes a message a second."""
    heard = await person.hears(*wanted)
    if not heard.sid:
        await person.hears("phones.test")


# --- one more role ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", [0, 1], ids=["telegram", "whatsapp"])
async def test_a_health_worker_with_one_more_role_gets_number_and_test(practice: World, which: int) -> None:
    person = _on_both(practice)[which]
    await _gets_role(practice, person, role="coordinator")
    await _hears_with_test(person, "join.role_added", NUMBER, KEEP)
    await person.taps("tp")
    await person.hears("phones.came_chat")
    await person.hears_nothing(WHILE)


async def test_the_operator_names_who_gets_one_more_role(practice: World) -> None:
    """She is not asked whether it is she, and nobody else can open it as somebody new."""
    made = await practice.command("invite", {"role": "coordinator", "person": "Meena Kumari"})
    await practice.asha.opens_link(made["code"])
    await practice.asha.hears("shared.are_you")
    await practice.asha.taps("sh_me")
    await practice.asha.hears("join.not_you")
    await practice.meena.opens_link(made["code"])
    await practice.meena.hears("join.role_added", NUMBER, KEEP)
    await _answers_test(practice.meena)
    await practice.meena.types("tasks")
    await practice.meena.hears("tasks.none")


async def test_a_coordinator_who_sends_cases_too_is_given_the_number(practice: World) -> None:
    await _gets_role(practice, practice.sunita, role="referrer", facility="PHC Rampur")
    await practice.sunita.hears("join.role_added", NUMBER, KEEP)
    await _answers_test(practice.sunita)


@pytest.mark.parametrize("which", [0, 1], ids=["telegram", "whatsapp"])
async def test_who_becomes_a_specialist_is_tested_after_her_registration(practice: World, which: int) -> None:
    person = _on_both(practice)[which]
    await _gets_role(practice, person, role="specialist", pool="Radiology")
    await person.hears("join.role_added", "join.registration")
    await person.types("MMC 12345")
    await person.hears("join.council")
    await person.types("Maharashtra Medical Council")
    await _hears_with_test(person, "person.waits", NUMBER, KEEP)
    card = await person.hears("phones.card")
    assert card.media == "document"
    await person.taps("tp")
    await person.hears("phones.came_chat")
    await practice.sunita.hears("12345")


async def test_pictures_that_were_not_sent_stay_open_beside_a_new_role(practice: World) -> None:
    await practice.meena.sends_photo(caption=FULL)
    await practice.meena.hears("refer.got_it_wait")
    summary = await practice.meena.sees_pictures(1, "refer.confirm")
    await _gets_role(practice, practice.meena, role="coordinator")
    await practice.meena.hears("join.role_added")
    await _answers_test(practice.meena)
    await practice.meena.taps("send", on=summary)
    await practice.meena.hears("refer.sent")
    await practice.rao.reads_all()
    await practice.rao_wa.reads_all()


# --- taken in by a file -------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", [0, 1], ids=["telegram", "whatsapp"])
async def test_who_came_by_a_file_is_tested_on_first_contact_once(imported: World, which: int) -> None:
    person = _on_both(imported)[which]
    await person.types("help")
    await person.hears("help.referrer")
    await _answers_test(person, NUMBER, KEEP)
    await person.types("help")
    await person.hears("help.referrer")
    await person.hears_nothing(WHILE)


@pytest.mark.parametrize("which", ["khan", "iyer"])
async def test_a_specialist_who_came_by_a_file_gets_the_contact_card(imported: World, which: str) -> None:
    person: Person = imported.khan if which == "khan" else imported.iyer
    await person.types("help")
    await person.hears("help.specialist")
    page = await person.hears("phones.test")
    card = await person.hears("phones.card")
    assert card.media == "document"
    await person.taps("tp", on=page)
    await person.hears("phones.came_chat")


async def test_who_has_two_messengers_is_tested_on_each(imported: World) -> None:
    for phone in (imported.rao, imported.rao_wa):
        await phone.types("help")
        await phone.hears("help.specialist")
        page = await phone.hears("phones.test")
        await phone.hears("phones.card")
        await phone.taps("tp", on=page)
        await phone.hears("phones.came_chat")
    await imported.rao.types("help")
    await imported.rao.hears("help.specialist")
    await imported.rao.hears_nothing(WHILE)


async def test_a_file_taken_in_again_tests_nobody_again(imported: World) -> None:
    await imported.meena.types("help")
    await imported.meena.hears("help.referrer")
    await _answers_test(imported.meena)
    await imported.command("org_import", {"toml": ORGANISATION})
    await imported.meena.types("help")
    await imported.meena.hears("help.referrer")
    await imported.meena.hears_nothing(WHILE)


async def test_the_test_waits_while_a_patient_is_in_the_way(imported: World) -> None:
    """Her first message is a patient's picture: nothing stands beside what she is asked about that."""
    await imported.meena.sends_photo(caption=FULL)
    await imported.meena.hears("refer.got_it_wait")
    await imported.meena.sees_pictures(1, "refer.confirm")
    await imported.meena.taps("cancel")
    await imported.meena.reads_all()
    await imported.meena.hears("phones.test", NUMBER, within=timedelta(minutes=16))
