"""A draft that is continued costs her no second picture: the summary counts them and quotes the one that shows them."""

from datetime import timedelta

import pytest

from tests.scenarios.steps import FULL, is_paged
from tests.world import World
from tests.world_people import Heard, Person
from tests.world_telegram import TelegramPerson
from tests.world_whatsapp import WhatsAppPerson

MOST_BYTES = 30_720
"""30 KB."""
OTHER = "20 F left knee xray fell routine"


def _referrer(world: World, messenger: str) -> TelegramPerson | WhatsAppPerson:
    person = world.meena if messenger == "telegram" else world.lakshmi
    assert isinstance(person, TelegramPerson | WhatsAppPerson)
    return person


def _quoted(world: World, heard: Heard) -> int | None:
    """The Telegram message of Meena's chat that it quotes."""
    shown = world.vendor.message(world.meena.phone.spec.telegram_id, heard.message_id)
    assert shown is not None
    return shown.reply_to.message_id if shown.reply_to else None


@pytest.mark.parametrize("messenger", ["telegram", "whatsapp"])
@pytest.mark.parametrize("samples", [("chest",), ("chest", "knee", "hand", "wrist")], ids=["one", "four"])
async def test_a_draft_that_is_continued_costs_no_second_picture(
    world: World, messenger: str, samples: tuple[str, ...]
) -> None:
    referrer = _referrer(world, messenger)
    before = referrer.phone.bytes_received
    await referrer.sends_album(*samples, caption=FULL)
    await referrer.hears("refer.got_it_wait")
    await referrer.sees_pictures(1, "refer.summary", str(len(samples)))
    await world.minutes(3)
    await referrer.hears("unsent.not_sent")
    await referrer.taps("unsent.continue")
    again = await referrer.hears("refer.summary_again", str(len(samples)), "refer.confirm")
    assert (again.media, again.pictures) == ("", 0)
    await referrer.taps("refer.send")
    sent = await referrer.hears("refer.sent")
    assert referrer.phone.bytes_received - before <= MOST_BYTES
    assert referrer.taps_made == 2
    await world.rao.hears(sent.code, "card.from")
    await world.rao.sees_pictures(len(samples), sent.code)


async def test_where_it_can_the_summary_quotes_the_picture_that_she_saw(world: World) -> None:
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    first = await world.meena.sees_pictures(1, "refer.confirm")
    await world.minutes(3)
    await world.meena.hears("unsent.not_sent")
    for _ in range(2):
        await world.meena.taps("more")
        again = await world.meena.hears("refer.summary_again")
        assert _quoted(world, again) == first.message_id


@pytest.mark.parametrize("messenger", ["telegram", "whatsapp"])
async def test_another_picture_is_shown_and_so_is_one_fewer(world: World, messenger: str) -> None:
    referrer = _referrer(world, messenger)
    await referrer.sends_photo(caption=FULL)
    await referrer.hears("refer.got_it_wait")
    await referrer.sees_pictures(1, "refer.confirm")
    await world.seconds(20)
    await referrer.sends_photo("knee")
    await referrer.sees_pictures(1, "refer.summary", "2")
    await referrer.taps("change")
    await referrer.hears("refer.change_what")
    await referrer.taps("less")
    await referrer.sees_pictures(1, "refer.summary", "1")
    await referrer.taps("change")
    await referrer.hears("refer.change_what")
    await referrer.taps_action("about", "age")
    await referrer.hears("refer.ask_age")
    await referrer.types("54 years")
    await referrer.hears("refer.summary_again", "54")


async def _two_drafts(world: World, referrer: Person) -> Heard:
    """Of two patients; the reminder of the first, whose pictures stand above those of the other."""
    await referrer.sends_photo(caption=FULL)
    await referrer.hears("refer.got_it_wait")
    await referrer.sees_pictures(1, "refer.confirm", "45")
    await referrer.sends_photo("knee", caption=OTHER)
    await referrer.hears("same.ask")
    await referrer.taps("same.another")
    await referrer.hears("same.kept")
    await referrer.sees_pictures(1, "refer.confirm", "20")
    await world.minutes(3)
    reminders = [await referrer.hears("unsent.not_sent") for _ in range(2)]
    (first,) = [one for one in reminders if "45" in one.text]
    return first


async def test_below_those_of_another_patient_they_are_shown_again_where_nothing_can_be_quoted(
    world: World,
) -> None:
    """What stands last in the chat is never taken for hers."""
    first = await _two_drafts(world, world.lakshmi)
    await world.lakshmi.taps("unsent.continue", on=first)
    await world.lakshmi.sees_pictures(1, "refer.summary", "45")
    await world.lakshmi.taps("unsent.continue", on=first)
    await world.lakshmi.hears("refer.summary_again", "45")


async def test_of_two_patients_each_summary_quotes_the_pictures_of_its_own(world: World) -> None:
    first = await _two_drafts(world, world.meena)
    await world.meena.taps("unsent.continue", on=first)
    one = await world.meena.hears("refer.summary_again", "45 years")
    await world.meena.taps_action("cancel", first.code, on=one)
    await world.meena.hears("refer.cancelled", "45 years")
    await world.meena.taps("more")
    other = await world.meena.hears("refer.summary_again", "20 years")
    assert None not in (_quoted(world, one), _quoted(world, other))
    assert _quoted(world, one) != _quoted(world, other)


async def test_more_pictures_than_the_sheet_has_room_for_are_a_change_too(world: World) -> None:
    await world.meena.sends_album(*["chest"] * 6, caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "6 pictures")
    await world.meena.sends_album(*["knee"] * 6)
    await world.meena.sees_pictures(1, "12 pictures")
    await world.meena.sends_photo("hand")
    await world.meena.sees_pictures(1, "13 pictures")
    await world.meena.taps("change")
    await world.meena.hears("refer.change_what")
    await world.meena.taps("cancel")
    await world.meena.hears("refer.cancelled")
    await world.meena.hears_nothing(timedelta(minutes=1))


async def test_sent_again_after_a_wait_it_reaches_the_doctor_with_its_picture(world: World) -> None:
    await world.meena.sends_photo(caption=FULL)
    await world.meena.hears("refer.got_it_wait")
    await world.meena.sees_pictures(1, "refer.confirm")
    await world.hours(5)
    await world.meena.reads_all()
    await world.sunita.reads_all()
    await world.meena.taps("more")
    await world.meena.hears("refer.summary_again")
    await world.meena.taps("refer.send")
    sent = await world.meena.hears("refer.sent")
    await is_paged(world.rao, sent.code)
    await world.sunita.reads_all()
