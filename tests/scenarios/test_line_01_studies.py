"""What and where is one tap, or two for what is rare; on WhatsApp too, where a list has at most ten rows."""

import pytest

from tests.scenarios.steps import is_paged
from tests.world import World
from tests.world_people import Person

LIST_ROWS = 10
"""WhatsApp's list; its titles have at most 24 signs."""
TITLE = 24


def _referrer(world: World, messenger: str) -> Person:
    return world.meena if messenger == "telegram" else world.lakshmi


@pytest.mark.parametrize("messenger", ["telegram", "whatsapp"])
async def test_what_is_usual_is_one_tap_and_what_is_rare_two(world: World, messenger: str) -> None:
    referrer = _referrer(world, messenger)
    await referrer.sends_photo("chest")
    first = await referrer.hears("refer.ask_study")
    assert len(first.buttons) == LIST_ROWS
    assert all(len(title) <= TITLE and not title[0].isdigit() for title in first.buttons)
    await world.seconds(4)
    await referrer.taps("refer.other_study", on=first)
    others = await referrer.hears("refer.ask_other_study")
    assert all(len(title) <= TITLE and not title[0].isdigit() for title in others.buttons)
    await referrer.taps_action("set", "study XR.spine", on=others)
    await referrer.hears("refer.ask_age")
    assert referrer.taps_made == 2
    await referrer.taps_action("set", "study XR.chest", on=first)
    await referrer.hears("refer.ask_age")


async def test_what_she_types_below_the_rare_ones_is_the_answer(world: World) -> None:
    await world.lakshmi.sends_photo("knee")
    await world.lakshmi.hears("refer.ask_study")
    await world.lakshmi.taps("refer.other_study")
    await world.lakshmi.hears("refer.ask_other_study")
    await world.lakshmi.types("elbow xray")
    await world.lakshmi.hears("refer.ask_side")


async def test_an_emergency_on_its_way_is_asked_so_too(world: World) -> None:
    await world.meena.sends_photo("chest", caption="45 M unconscious emergency")
    await world.meena.reads_all()
    await world.meena.taps("send")
    sent, *_ = await world.meena.reads_all()
    await is_paged(world.rao, sent.code)
    await world.meena.taps("refer.other_study")
    await world.meena.hears(sent.code, "refer.ask_other_study")
    await world.meena.taps_action("set", "study XR.spine")
    told = await world.meena.hears(sent.code, "emergency.all_told")
    assert "X-ray, spine" in told.text
