"""What several scenarios begin with, and what a whole one may cost."""

from bot.domain.case import Status
from storage.unit_of_work import UnitOfWork
from tests.world import World
from tests.world_people import Heard, Person
from tests.world_telegram import TelegramPerson
from tests.world_whatsapp import WhatsAppPerson

FULL = "45 M chest cough 3 weeks urgent"
WRIST = "boy 8 years left wrist xray fell from tree routine"


# --- what it costs


def costs(person: TelegramPerson | WhatsAppPerson, *, messages: int, taps: int, kilobytes: float) -> None:
    """Since the scenario began exactly so many messages came and taps were made, and no more bytes than that.

    `messages`: of the bot, all of them looked at, each picture of an album one; a change of an earlier one is none.
    `kilobytes`: thousands of bytes that reached the phone, changes included; a tenth above what was measured.
    """
    assert not person.unread, f"{person} has not looked at {[one.text for one in person.unread]}"
    found = (person.messages_heard, person.taps_made)
    assert found == (messages, taps), f"{person}: {found[0]} messages and {found[1]} taps"
    received = person.phone.bytes_received / 1000
    assert received <= kilobytes, f"{person}: {received:.2f} kilobytes"


# --- until somebody has it


async def sends_a_case(referrer: Person, caption: str = FULL, sample: str = "chest") -> Heard:
    """Photo, summary, Send; what the referrer is told then."""
    await referrer.sends_photo(sample, caption=caption)
    await referrer.hears("refer.got_it_wait")
    summary = await referrer.sees_pictures(1, "refer.confirm")
    await referrer.taps("send", on=summary)
    if "emergency" in caption:
        await referrer.hears("refer.emergency")
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


async def a_case_with_an_owner(world: World, caption: str = FULL, sample: str = "chest") -> Heard:
    """Meena sent it, Dr Rao has it."""
    sent = await sends_a_case(world.meena, caption, sample)
    await is_taken(world, sent)
    return sent


async def a_left_wrist(world: World) -> Heard:
    """A boy of 8, left wrist; Dr Rao has it."""
    return await a_case_with_an_owner(world, WRIST, "wrist")


async def is_declined(world: World) -> tuple[Heard, Heard]:
    """Dr Rao was paged first and does not take it; what Meena was told, and why Dr Rao is asked."""
    sent = await sends_a_case(world.meena)
    card = await is_paged(world.rao, sent.code)
    await world.rao.taps("dec", on=card)
    return sent, await world.rao.hears("duty.declined", "kept.why")


async def asks(world: World, question: str) -> tuple[Heard, Heard]:
    """Dr Rao asks Meena about the case that she has; what each of them is told."""
    await world.rao.taps("ask")
    await world.rao.hears("answer.ask_how")
    await world.rao.types(question)
    return await world.rao.hears("answer.question_sent"), await world.meena.hears(question)


# --- until it is answered


async def completes(
    specialist: Person, *, urgency: str = "within_days 2", action: str = "act.show_doctor"
) -> None:
    """Urgency and action by buttons; what follows is the preview or a question."""
    await specialist.hears("answer.ask_urgency")
    await specialist.taps_action("ur", urgency)
    await specialist.hears("answer.pick_action")
    await specialist.taps_action("phx", action)


async def chooses(
    specialist: Person, *, urgency: str = "within_days 2", action: str = "act.show_doctor"
) -> Heard:
    """Urgency and action by buttons; the preview."""
    await completes(specialist, urgency=urgency, action=action)
    return await specialist.hears("answer.preview")


async def is_sent(specialist: Person) -> None:
    """Send, below the preview."""
    await specialist.taps("rs")
    await specialist.hears("answer.sent")


async def answers(specialist: Person, words: str, **more: str) -> None:
    """Words, urgency, action, Send."""
    await specialist.types(words)
    await chooses(specialist, **more)
    await is_sent(specialist)


async def is_answered(world: World, sent: Heard, words: str = "No fracture seen.", **more: str) -> Heard:
    """Words, urgency, action, Send; what the referrer reads."""
    await answers(world.rao, words, **more)
    return await world.meena.hears(sent.code, words, "Kavita Rao", "MMC-2011-04567")


async def an_answered_case(world: World, **more: str) -> Heard:
    """The answer is with Meena, who has not tapped anything yet."""
    sent = await a_case_with_an_owner(world)
    return await is_answered(world, sent, **more)


# --- until it is closed


async def is_understood(world: World, report: Heard) -> Heard:
    """Meena says so; what Dr Rao hears of it."""
    await world.meena.taps("Understood", on=report)
    await world.meena.hears("follow.thanks")
    return await world.rao.hears("answer.was_understood")


async def a_closed_case(world: World) -> tuple[Heard, Heard]:
    """The answer, which Meena understood before she closed the case, and what Dr Rao heard of it."""
    report = await an_answered_case(world)
    told = await is_understood(world, report)
    await world.meena.taps("cl")
    await world.meena.hears("follow.closed")
    return report, told


async def is_doing_it(world: World, report: Heard) -> None:
    """Meena does what the answer of an emergency says, and is asked to tell when the patient leaves."""
    await world.meena.taps("Doing it", on=report)
    await world.meena.hears("loop.say_left")
    await world.rao.hears("loop.doing_from")


async def begins_a_correction(specialist: Person, words: str, what: str) -> None:
    """Words after the answer, Correction, and `what` (a msgid) was wrong."""
    await specialist.types(words)
    await specialist.hears("answer.add_or_correct")
    await specialist.taps("Correction")
    await specialist.hears("loop.which_correction")
    await specialist.taps(what)


async def is_taken_back(world: World) -> Heard:
    """Dr Rao says that the answer was about another patient; the answer as it was."""
    report = await an_answered_case(world)
    await begins_a_correction(world.rao, "Sorry, wrong patient.", "loop.wrong_patient")
    await world.rao.hears("loop.told_withdrawn")
    return report


async def status_of(world: World, about: Heard) -> Status:
    """How far the case is that a message is about."""

    def look(uow: UnitOfWork) -> Status:
        case = uow.cases.by_reference(about.code)
        assert case is not None
        return case.status

    return await world.ask(look)
