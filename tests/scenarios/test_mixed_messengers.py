"""Cases between people who have different messengers: neither notices what the other has."""

from tests.scenarios.mixed_steps import sends, takes, writes
from tests.world import World


async def test_a_case_goes_from_whatsapp_to_telegram_and_its_answer_back(world: World) -> None:
    sent = await sends(world.lakshmi)
    await takes(world.rao, sent, referrer=world.lakshmi)
    await writes(world.rao, "Cavity in the right upper zone.")
    await world.rao.sees_change("answer.delivered")
    await world.lakshmi.hears(sent.code, "Cavity in the right upper zone.", "Kavita Rao", "MMC-2011-04567")
