"""What Twilio does with messages: lost and doubled webhooks, files that are gone, refusals, reports in any order."""

from datetime import timedelta

import aiohttp
import pytest

from bot.sandbox.samples import SAMPLES
from bot.sandbox.twilio.faults import FaultKind
from tests.scenarios.mixed_steps import COUGH, a_case_held, sends, takes, writes
from tests.scenarios.steps import is_paged
from tests.world import World
from tests.world_people import Heard, Person
from tests.world_texts import MARKS

IYER = "+910000000021"
LAKSHMI = "+910000000011"


async def _is_paged_again(specialist: Person, code: str) -> Heard:
    """The card comes twice, the second time with its mark; the second."""
    await specialist.hears(code, "card.from")
    return await specialist.hears(MARKS[0], code, "card.from")


# --- what comes in ------------------------------------------------------------------------------------------


async def test_a_form_that_twilio_did_not_sign_is_refused(world: World) -> None:
    form = {"MessageSid": "SM" + "0" * 32, "From": f"whatsapp:{LAKSHMI}", "Body": "status"}
    headers = {"X-Twilio-Signature": "Zm9yZ2Vk"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for where in ("message", "status"):
            url = world.twilio.inbound_url.replace("message", where)
            async with session.post(url, data=form) as answer:
                assert answer.status == 401
    await world.lakshmi.hears_nothing(timedelta(minutes=1))


async def test_a_webhook_that_comes_twice_takes_effect_once(world: World) -> None:
    world.account.breaks(FaultKind.DUPLICATE_WEBHOOK, "message", times=3)
    sent = await sends(world.lakshmi)
    await is_paged(world.rao, sent.code)


async def test_a_message_that_no_webhook_brought_is_found_in_the_list(world: World) -> None:
    world.account.breaks(FaultKind.LOST_WEBHOOK, "message")
    await world.lakshmi.sends_photo(caption=COUGH)
    await world.lakshmi.hears_nothing(timedelta(minutes=1))
    await world.looks_for_missed()
    await world.lakshmi.hears("refer.got_it_wait")
    await world.lakshmi.sees_pictures(1, "refer.confirm")
    await world.looks_for_missed()
    await world.lakshmi.hears_nothing(timedelta(seconds=20))


async def test_nonsense_with_a_good_signature_is_taken_and_holds_nobody_up(world: World) -> None:
    for fields in ((), (("MessageSid", ""),), (("MessageSid", "SM1"), ("From", "sms:+1"))):
        answer = await world.twilio.outside.post(world.twilio.inbound_url, fields, idempotency="1")
        assert answer.status == 200
    await world.lakshmi.types("status")
    await world.lakshmi.hears("follow.no_case")


# --- files --------------------------------------------------------------------------------------------------


async def test_a_picture_that_could_not_be_fetched_is_fetched_again(world: World) -> None:
    world.account.breaks(FaultKind.RESET_BEFORE, "media.redirect")
    world.account.breaks(FaultKind.ERROR_BEFORE, "media.file")
    await world.lakshmi.sends_photo(caption=COUGH)
    await world.lakshmi.hears("refer.got_it_wait")
    await world.lakshmi.sees_pictures(1, "refer.confirm")


async def test_a_picture_that_is_gone_at_the_vendor_is_said_so(world: World) -> None:
    entry = world.lakshmi.phone.send_photo(SAMPLES["chest"].data(), caption=COUGH)
    assert entry.message is not None
    world.twilio.store.drop_file(entry.message.media[0].sid)
    await world.settle()
    await world.lakshmi.hears("refer.got_it_wait")
    await world.lakshmi.hears("refusal.fetch|refusal.trouble|refusal.gone", within=timedelta(minutes=10))


async def test_what_was_stored_is_deleted_at_the_vendor(world: World) -> None:
    await sends(world.lakshmi)
    await world.rao.reads_all()
    assert [one for one in world.account.requests if one.startswith("DELETE")]
    sent = [entry.message for entry in world.lakshmi.phone.messages() if entry.mine and entry.message]
    assert not [file for one in sent for file in world.twilio.store.media(one.sid)]


async def test_what_was_delivered_is_deleted_at_the_vendor(iyer_world: World) -> None:
    world = iyer_world
    sent = await sends(world.meena)
    await is_paged(world.iyer, sent.code)
    pictures = [one for one in world.iyer.phone.received() if one.media]
    assert pictures
    assert not [file for one in pictures for file in world.twilio.store.media(one.sid)]


# --- refusals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [FaultKind.TOO_MANY, FaultKind.ERROR_BEFORE])
async def test_a_refusal_that_passes_loses_nothing(iyer_world: World, kind: FaultKind) -> None:
    world = iyer_world
    world.account.breaks(kind, number=IYER)
    sent = await sends(world.meena)
    card = await world.iyer.hears(sent.code, "card.from")
    await world.iyer.sees_pictures(1, sent.code)
    await world.iyer.taps("ack", on=card)
    await world.iyer.hears("duty.yours")
    await world.meena.hears("refer.has_it")


@pytest.mark.parametrize("kind", [FaultKind.ERROR_AFTER, FaultKind.RESET_AFTER])
async def test_a_card_that_may_have_left_is_repeated_with_a_mark(iyer_world: World, kind: FaultKind) -> None:
    world = iyer_world
    world.account.breaks(kind, number=IYER)
    sent = await sends(world.meena)
    repeat = await _is_paged_again(world.iyer, sent.code)
    await world.iyer.sees_pictures(1)
    await world.iyer.taps("ack", on=repeat)
    await world.iyer.hears("duty.yours")
    await world.meena.hears("refer.has_it")


async def test_a_vendor_that_is_down_for_minutes_loses_nothing(iyer_world: World) -> None:
    world = iyer_world
    sent = await a_case_held(referrer=world.meena, by=world.iyer)
    world.account.breaks(FaultKind.RESET_BEFORE, times=7)
    await world.iyer.types("No fracture seen.")
    await world.minutes(4)
    await world.iyer.hears(sent.code, "answer.ask_urgency")


async def test_a_person_who_writes_stop_is_passed_over_and_reached_again_after_start(
    iyer_world: World,
) -> None:
    world = iyer_world
    world.iyer.phone.stop()
    await world.settle()
    first = await sends(world.meena)
    await takes(world.rao, first, referrer=world.meena)
    await world.iyer.hears_nothing()
    world.iyer.phone.start_again()
    await world.settle()
    await world.iyer.reads_all()
    second = await sends(world.lakshmi)
    await is_paged(world.iyer, second.code)


async def test_a_page_to_somebody_who_opted_out_unseen_goes_on_to_the_next(iyer_world: World) -> None:
    """Her word was taken by the vendor alone: 21610 tells of it."""
    world = iyer_world
    world.expects_errors("message_dead")
    world.twilio.opted_out.add(f"whatsapp:{IYER}")
    sent = await sends(world.meena)
    await is_paged(world.rao, sent.code)
    assert _failed(world, "21610")


async def test_a_number_without_whatsapp_is_told_by_a_report_and_the_next_is_paged(
    iyer_world: World,
) -> None:
    """63003 comes after the vendor has taken the message."""
    world = iyer_world
    del world.twilio.phones["iyer"]
    sent = await sends(world.meena)
    await is_paged(world.rao, sent.code)
    assert _failed(world, "63003")


async def test_a_message_that_came_too_fast_for_whatsapp_goes_out_again(iyer_world: World) -> None:
    """63018 comes after the vendor has taken the message."""
    world = iyer_world
    sender = f"whatsapp:{world.twilio.number}"
    while world.twilio.rates.take(sender, world.iyer.address, world.now()):
        pass
    sent = await sends(world.meena)
    await world.iyer.hears(sent.code, "card.from", within=timedelta(minutes=3))
    assert _failed(world, "63018")
    await world.minutes(1)
    await world.iyer.sees_pictures(1, sent.code)
    await world.rao.reads_all()


# --- reports of delivery ------------------------------------------------------------------------------------


async def test_reports_in_any_order_tell_the_specialist_once(world: World) -> None:
    await a_case_held(referrer=world.lakshmi, by=world.rao)
    world.twilio.webhooks.shuffled = True
    await writes(world.rao)
    await world.rao.sees_change("answer.delivered")
    await world.lakshmi.hears("No fracture seen.")
    world.lakshmi.phone.mark_read()
    await world.settle()
    await world.rao.reads_all()


async def test_a_late_report_of_delivery_takes_nothing_back(world: World) -> None:
    await a_case_held(referrer=world.lakshmi, by=world.rao)
    world.account.breaks(FaultKind.LATE_STATUS, "status", times=2, seconds=600)
    await writes(world.rao)
    await world.lakshmi.hears("No fracture seen.")
    world.lakshmi.phone.mark_read()
    await world.settle()
    await world.minutes(11)
    await world.rao.reads_all()


async def test_messages_to_one_person_keep_whatsapps_pace(world: World) -> None:
    for number in range(12):
        world.lakshmi.phone.send_text(f"hello {number}")
    await world.settle()
    await world.minutes(2)
    assert not [one for one in world.twilio.log if one.error]
    at = [one.at for one in world.twilio.log]
    assert [one for one in at if one == at[0]] == at[:3]
    assert len(await world.lakshmi.reads_all()) == len(at)
    assert (at[-1] - at[0]).total_seconds() >= 6 * (len(at) - 3)


def _failed(world: World, code: str) -> bool:
    """Whether the vendor really refused something with this number."""
    return any(one.error == code for one in world.twilio.log)
