"""SMS against the loopback Twilio, and what a text costs in segments."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.channels.base import Channel, FileGone, Malformed, Part, Reader, Rejected, Unreachable
from bot.channels.phone.sms import MOST_SEGMENTS, SendSms, SmsChannel, segments
from bot.clock import ManualClock
from bot.language.catalogue import Catalogue, shipped_languages
from bot.language.folder import LOCALES
from bot.language.phrasebook import UnreviewedPolicy, load_phrasebook
from bot.messages import (
    Address,
    Attachment,
    DeliveryReported,
    Ignored,
    Line,
    OutboundMessage,
    Text,
    Verbatim,
)
from bot.sandbox.twilio.model import segments as billed
from tests.channels.phone_exchange import RAO_SMS, Exchange, exchange
from tests.channels.reading import reader

REPEAT = Text("common.may_repeat", {"reference": "A7K2P"})
CATALOGUE = Catalogue(LOCALES, load_phrasebook(LOCALES / "phrases"), policy=UnreviewedPolicy.MARK)


@pytest.fixture
async def calls(clock: ManualClock) -> AsyncIterator[Exchange]:
    async with exchange(clock) as made:
        yield made


def body(channel: SmsChannel, *lines: Line, repeat: Line | None = None, language: str = "") -> str:
    who = reader(RAO_SMS)
    if language:
        zone, now = ZoneInfo("Asia/Kolkata"), datetime(2026, 11, 24, 6, tzinfo=UTC)
        who = Reader(RAO_SMS, language, lambda line: CATALOGUE.render(line, language, now, zone=zone))
    (part,) = channel.render(OutboundMessage(RAO_SMS, "k", lines), reader=who, repeat=repeat)
    assert isinstance(part.payload, SendSms)
    assert part.payload.to == "+12025550111"
    return part.payload.body


async def test_an_sms_arrives_and_its_way_is_told(calls: Exchange) -> None:
    channel: Channel = calls.sms
    (sid,) = (await calls.writes("A case waits.")).message_ids
    await calls.passes(5)
    assert [one.body for one in calls.rao.sms] == ["A case waits."]
    told = [event for event in calls.events() if isinstance(event, DeliveryReported)]
    assert [(one.address, one.message_id, one.status) for one in told] == [
        (RAO_SMS, sid, "sent"),
        (RAO_SMS, sid, "delivered"),
    ]
    assert channel.name == "sms"
    assert len({one.envelope.vendor_id for one in calls.stored}) == len(calls.stored)
    assert {one.envelope.lane for one in calls.stored} == {RAO_SMS}


async def test_an_sms_to_nobody_is_told_as_failed(calls: Exchange) -> None:
    nobody = Address("sms:+12025550199")
    (sid,) = (await calls.writes("A case waits.", to=nobody)).message_ids
    await calls.passes(5)
    last = calls.events()[-1]
    assert isinstance(last, DeliveryReported)
    assert (last.address, last.message_id, last.status) == (nobody, sid, "undelivered")
    assert last.error in ("blocked", "rejected")


async def test_what_is_written_back_is_taken_in_and_left_alone(calls: Exchange) -> None:
    for words in ("Who is this?", "STOP", "JOIN ABCDE"):
        calls.rao.send_sms(words)
        await calls.passes(5)
    assert calls.events() == [Ignored()] * 3


async def test_who_stopped_is_out_of_reach_by_sms(calls: Exchange) -> None:
    calls.rao.send_sms("STOP")
    await calls.passes(5)
    with pytest.raises(Unreachable):
        await calls.writes("A case waits.")


async def test_no_number_is_out_of_reach(calls: Exchange) -> None:
    with pytest.raises(Unreachable):
        await calls.writes("A case waits.", to=Address("sms:+12"))


async def test_what_is_no_sms_is_refused(calls: Exchange) -> None:
    with pytest.raises(Rejected):
        await calls.sms.send(Part("something else"), {})
    with pytest.raises(FileGone):
        await calls.sms.fetch(Attachment("photo", "f"))
    for form in (b"MessageSid=SM1", b"From=%2B12025550111", b"MessageSid=SM1&From=whatsapp%3A%2B1", b"\xff"):
        with pytest.raises(Malformed):
            calls.sms.envelope(form)


@pytest.mark.parametrize("status", ["queued", "accepted", "read", "invented"])
def test_other_statuses_ask_for_nothing(calls: Exchange, status: str) -> None:
    form = f"MessageSid=SM1&To=%2B12025550111&MessageStatus={status}".encode()
    assert calls.sms.parse(form) == Ignored()


# --- length


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("é" * 160, 1),
        ("क" * 70, 1),
        ("क" * 71, 2),
        ("क" * 134, 2),
        ("क" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("a" * 70 + "ç", 2),
    ],
)
def test_a_text_is_counted_as_it_is_billed(text: str, count: int) -> None:
    assert segments(text) == count
    # The loopback vendor bills everything beyond ASCII as UTF-16.
    if not {"é", "€"} & set(text):
        assert billed(text) == count


@pytest.mark.parametrize("language", shipped_languages(LOCALES))
@pytest.mark.parametrize("msgid", ["sms.emergency", "sms.urgent", "sms.routine", "sms.unowned"])
def test_every_alert_is_one_segment_and_a_marked_repeat_fits(
    calls: Exchange, msgid: str, language: str
) -> None:
    words = Text(msgid, {"reference": "A7K2P"})
    assert segments(body(calls.sms, words, language=language)) == 1
    marked = body(calls.sms, words, repeat=REPEAT, language=language)
    assert marked.count("A7K2P") == 2
    assert segments(marked) <= MOST_SEGMENTS


def test_what_does_not_fit_is_left_out_from_the_end_and_the_alert_never(calls: Exchange) -> None:
    alert, more, long = Verbatim("A case waits."), Verbatim("b" * 100), Verbatim("c" * 400)
    assert body(calls.sms, alert, more, long) == "A case waits.\n" + "b" * 100
    assert body(calls.sms, alert, repeat=Verbatim("d" * 500)) == "A case waits."
    assert body(calls.sms, Verbatim("e" * 500), more) == "e" * 500


def test_an_edit_and_an_empty_message_are_no_sms(calls: Exchange) -> None:
    edit = OutboundMessage(RAO_SMS, "k", (Verbatim("a"),), edit_only=True)
    assert calls.sms.render(edit, reader=reader(RAO_SMS)) == ()
    assert calls.sms.render(OutboundMessage(RAO_SMS, "k", ()), reader=reader(RAO_SMS)) == ()
