"""What several scenarios begin with."""

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
