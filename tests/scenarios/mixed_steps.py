"""What scenarios with WhatsApp begin with: the same steps, whoever has which messenger."""

from tests.scenarios.steps import chooses, is_paged
from tests.world_people import Heard, Person

COUGH = "45 M chest cough 3 weeks urgent"
KNEE = "30 F left knee xray pain routine"


async def sends(referrer: Person, caption: str = COUGH, sample: str = "chest") -> Heard:
    """Photo with all the facts, summary, Send; what the referrer is told then."""
    await referrer.sends_photo(sample, caption=caption)
    await referrer.hears("refer.got_it_wait")
    summary = await referrer.sees_pictures(1, "refer.confirm")
    await referrer.taps("send", on=summary)
    if "emergency" in caption:
        await referrer.hears("refer.emergency")
    return await referrer.hears("refer.sent")


async def takes(specialist: Person, sent: Heard, *, referrer: Person) -> Heard:
    """The card comes and is acknowledged, and the referrer knows; the card."""
    card = await is_paged(specialist, sent.code)
    await specialist.taps("ack", on=card)
    await specialist.hears(sent.code, "duty.yours")
    await referrer.hears(sent.code, "refer.has_it")
    return card


async def writes(specialist: Person, words: str = "No fracture seen.", **more: str) -> Heard:
    """Words, urgency, action, Send; the preview."""
    await specialist.types(words)
    preview = await chooses(specialist, **more)
    await specialist.taps("rs")
    await specialist.hears("answer.sent")
    return preview


async def a_case_held(*, referrer: Person, by: Person) -> Heard:
    """Sent by the one, held by the other."""
    sent = await sends(referrer)
    await takes(by, sent, referrer=referrer)
    return sent
