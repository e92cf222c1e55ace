"""What several scenarios begin with."""

from tests.world import World
from tests.world_people import Heard, Person

FULL = "45 M chest cough 3 weeks urgent"
WRIST = "boy 8 years left wrist xray fell from tree routine"


async def sends_a_case(referrer: Person, caption: str = FULL, sample: str = "chest") -> Heard:
    """Photo, summary, Send; what the referrer is told then."""
    await referrer.sends_photo(sample, caption=caption)
    await referrer.hears("refer.got_it_wait")
    summary = await referrer.sees_pictures(1, "refer.confirm")
    await referrer.taps("send", on=summary)
    return await referrer.hears("refer.sent")


async def is_paged(specialist: Person, reference: str) -> Heard:
    """The card and its picture."""
    card = await specialist.hears(reference, "card.from")
    await specialist.sees_pictures(1, reference)
    return card


async def is_taken(world: World, sent: Heard, *, by: Person | None = None) -> None:
    """Dr Rao has it, and the referrer knows."""
    specialist = by or world.rao
    card = await is_paged(specialist, sent.code)
    await specialist.taps("ack", on=card)
    await specialist.hears(sent.code, "duty.yours")
    await world.meena.hears(sent.code, "refer.has_it")


async def chooses(
    specialist: Person, *, urgency: str = "within_days 2", action: str = "act.show_doctor"
) -> Heard:
    """Urgency and action by buttons; the preview."""
    await specialist.hears("answer.ask_urgency")
    await specialist.taps_action("ur", urgency)
    await specialist.hears("answer.pick_action")
    await specialist.taps_action("phx", action)
    return await specialist.hears("answer.preview")


async def is_answered(world: World, sent: Heard, words: str = "No fracture seen.", **more: str) -> Heard:
    """Words, urgency, action, Send; what the referrer reads."""
    await world.rao.types(words)
    await chooses(world.rao, **more)
    await world.rao.taps("rs")
    await world.rao.hears("answer.sent")
    return await world.meena.hears(sent.code, words, "report.not_translated", "Kavita Rao", "MMC-2011-04567")


async def a_case_with_an_owner(world: World) -> Heard:
    """Meena sent it, Dr Rao has it."""
    sent = await sends_a_case(world.meena)
    await is_taken(world, sent)
    return sent


async def an_answered_case(world: World, **more: str) -> Heard:
    """The answer is with Meena, who has not tapped anything yet."""
    sent = await a_case_with_an_owner(world)
    return await is_answered(world, sent, **more)
