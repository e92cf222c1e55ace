"""An emergency is one however it is written: with courtesy, in haste, in a sentence."""

import pytest

from tests.scenarios.steps import a_case_with_an_owner
from tests.world import World


async def test_a_caption_that_says_please_is_an_emergency(world: World) -> None:
    await world.meena.sends_photo("chest", caption="45 M chest xray cannot stand emergency please")
    await world.meena.hears("refer.got_it_wait")
    summary = await world.meena.sees_pictures(1, "refer.confirm", "🔴")
    await world.meena.taps("send", on=summary)
    await world.meena.hears("refer.emergency", "108")
    sent = await world.meena.hears("refer.sent")
    card = await world.rao.hears(sent.code, "card.from")
    assert "🔴" in card.text
    await world.rao.sees_pictures(1, sent.code)


@pytest.mark.parametrize("typed", ["emergency please help", "emergnecy", "EMERGENCY madam", "एमरजेंसी है"])
async def test_a_case_that_was_sent_is_raised_by_it(world: World, typed: str) -> None:
    sent = await a_case_with_an_owner(world)
    await world.meena.types(typed)
    await world.meena.hears(sent.code, "emergency.raised_owner", "108")
    await world.rao.hears("emergency.raised", sent.code)
    await world.rao.reads_all()
