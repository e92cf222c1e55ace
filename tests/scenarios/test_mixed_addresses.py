"""One person, two messengers: she is written to where she wrote last, and counts wherever she answers."""

from tests.scenarios.mixed_steps import sends, takes, writes
from tests.scenarios.steps import is_paged
from tests.world import World


async def test_pages_go_to_the_messenger_used_last(rao_world: World) -> None:
    world = rao_world
    first = await sends(world.meena)
    card = await takes(world.rao_wa, first, referrer=world.meena)
    assert card.buttons
    await world.rao.hears_nothing()
    await world.minutes(1)
    await world.rao.types("status")
    await world.rao.hears(first.code)
    second = await sends(world.asha)
    await is_paged(world.rao, second.code)
    await world.rao_wa.hears_nothing()


async def test_an_acknowledgement_from_the_other_messenger_counts(rao_world: World) -> None:
    """The card came on WhatsApp; she wrote on Telegram since, and taps on WhatsApp."""
    world = rao_world
    sent = await sends(world.meena)
    card = await is_paged(world.rao_wa, sent.code)
    await world.rao.types("hello")
    await world.rao.reads_all()
    await world.rao_wa.taps("ack", on=card)
    await world.rao_wa.hears(sent.code, "duty.yours")
    await world.meena.hears(sent.code, "refer.has_it", "Kavita Rao")
    await world.rao.hears_nothing()


async def test_a_case_taken_on_whatsapp_is_answered_on_telegram(rao_world: World) -> None:
    world = rao_world
    sent = await sends(world.meena)
    await takes(world.rao_wa, sent, referrer=world.meena)
    await world.minutes(1)
    await writes(world.rao, "No fracture seen.")
    await world.meena.hears(sent.code, "No fracture seen.", "Kavita Rao")
    await world.rao_wa.hears_nothing()


async def test_who_stops_one_messenger_is_written_to_on_the_other(rao_world: World) -> None:
    world = rao_world
    world.rao_wa.phone.stop()
    await world.settle()
    sent = await sends(world.meena)
    await is_paged(world.rao, sent.code)
    await world.rao_wa.hears_nothing()


async def test_who_blocks_telegram_is_paged_on_whatsapp(rao_world: World) -> None:
    world = rao_world
    await world.rao.types("status")
    await world.rao.reads_all()
    world.rao.phone.block()
    await world.settle()
    sent = await sends(world.meena)
    await is_paged(world.rao_wa, sent.code)
