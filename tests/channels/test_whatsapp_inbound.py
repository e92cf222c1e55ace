from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.actions import ActionSigner
from bot.channels.base import Envelope, Malformed
from bot.channels.whatsapp.inbound import read_envelope, read_event
from bot.messages import (
    Address,
    Attachment,
    ChoiceTapped,
    DeliveryReported,
    Ignored,
    InboundEvent,
    JoinRequested,
    MessageReceived,
    ReachabilityChanged,
    TapRefused,
    UnsupportedReceived,
    decode_event,
    encode_event,
)

ASHA, MEENA = Address("whatsapp:+15005550001"), Address("whatsapp:+15005550002")
BOT = "whatsapp:+15005550006"
SIGNER = ActionSigner(b"a key invented for tests")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
URL = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
MESSAGE = {
    "MessageSid": "SM1",
    "SmsStatus": "received",
    "AccountSid": "AC1",
    "From": ASHA,
    "To": BOT,
    "WaId": "15005550001",
    "ProfileName": "Asha",
    "Body": "chest pain since morning",
    "NumMedia": "0",
    "MessageType": "text",
}
PICTURE = {
    "Body": "",
    "NumMedia": "1",
    "MessageType": "image",
    "MediaUrl0": URL,
    "MediaContentType0": "image/jpeg",
}


def raw(**fields: str) -> bytes:
    return urlencode(MESSAGE | fields).encode()


def event(**fields: str) -> InboundEvent:
    return read_event(raw(**fields), SIGNER)


def received(**fields: str) -> MessageReceived:
    message = event(**fields)
    assert isinstance(message, MessageReceived)
    return message


def test_a_message_is_known_by_its_sid_and_handled_in_its_senders_order() -> None:
    assert read_envelope(raw()) == Envelope("SM1", ASHA)


@pytest.mark.parametrize("status", ["sent", "delivered", "read", "undelivered", "failed"])
def test_every_status_of_a_message_is_told_once(status: str) -> None:
    form = {"MessageStatus": status, "SmsStatus": status, "From": BOT, "To": ASHA, "ErrorCode": ""}
    assert read_envelope(raw(**form)) == Envelope(f"SM1:{status}", ASHA)
    told = event(**form)
    assert isinstance(told, DeliveryReported)
    assert (told.address, told.message_id, told.status) == (ASHA, "SM1", status)
    assert bool(told.error) == (status in ("undelivered", "failed"))


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("63016", "window"), ("63003", "blocked"), ("21610", "blocked"), ("63018", "later"), ("63019", "rejected"),
        ("", "rejected"), ("x", "rejected"),
    ],
)  # fmt: skip
def test_a_failed_message_says_why(code: str, why: str) -> None:
    form = {"MessageStatus": "undelivered", "From": BOT, "To": ASHA, "ErrorCode": code}
    assert event(**form) == DeliveryReported(ASHA, "SM1", "undelivered", why)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", ["queued", "sending", "accepted", "partially_read"])
def test_a_status_that_says_nothing_new_is_let_be(status: str) -> None:
    assert event(MessageStatus=status, From=BOT, To=ASHA) == Ignored(ASHA)


def test_a_message_that_was_received_is_a_message() -> None:
    assert received(MessageStatus="received").text == MESSAGE["Body"]


def test_words_come_as_they_were_typed() -> None:
    words = "छाती में दर्द + खाँसी & बुखार 100%"
    assert event(Body=words) == MessageReceived(ASHA, "SM1", EPOCH, words)


def test_a_reply_says_what_it_answers() -> None:
    assert received(OriginalRepliedMessageSid="SM9").quoted == "SM9"


def test_a_message_fetched_later_has_its_time() -> None:
    sent = received(DateSent="Tue, 24 Nov 2026 05:30:00 +0000").sent_at
    assert sent == datetime(2026, 11, 24, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "mime", "media"),
    [
        ("image", "image/jpeg", "photo"),
        ("audio", "audio/ogg", "voice"),
        ("audio", "audio/ogg; codecs=opus", "voice"),
        ("audio", "audio/mp4", "audio"),
        ("video", "video/mp4", "video"),
        ("document", "application/pdf", "document"),
        ("document", "image/png", "document"),
        ("document", "application/dicom", "document"),
        ("", "", "document"),
    ],
)
def test_a_file_keeps_its_kind_and_its_address(kind: str, mime: str, media: str) -> None:
    (attachment,) = received(**PICTURE | {"MessageType": kind, "MediaContentType0": mime}).attachments
    assert attachment == Attachment(media, URL, mime.partition(";")[0])  # type: ignore[arg-type]


def test_a_caption_comes_with_its_picture() -> None:
    message = received(**PICTURE | {"Body": "chest, male, 54"})
    assert (message.text, len(message.attachments)) == ("chest, male, 54", 1)


@pytest.mark.parametrize(
    ("text", "code"), [("JOIN ab12", "ab12"), (" join  ab12\n", "ab12"), ("Join X", "X"), ("start", "")]
)
def test_a_code_typed_is_a_deep_link_opened(text: str, code: str) -> None:
    assert event(Body=text) == JoinRequested(ASHA, "SM1", EPOCH, code)


@pytest.mark.parametrize("text", ["JOIN", "join the two films please", "JOINT pain"])
def test_words_that_only_begin_like_it_are_words(text: str) -> None:
    assert received(Body=text).text == text


@pytest.mark.parametrize("field", ["ButtonPayload", "ListId"])
def test_a_tap_brings_its_action_back(field: str) -> None:
    form = {field: SIGNER.sign(ASHA, "ack:7"), "Body": "I have it", "MessageType": "button"}
    assert event(**form) == ChoiceTapped(ASHA, "SM1", EPOCH, "ack:7")


@pytest.mark.parametrize("payload", [SIGNER.sign(MEENA, "ack:7"), "ack:7", "ack:7|AAAAAAAAAAAAAAAA", "open|"])
def test_a_tap_that_was_not_made_for_this_person_is_refused(payload: str) -> None:
    assert event(ButtonPayload=payload) == TapRefused(ASHA, "SM1", EPOCH)


@pytest.mark.parametrize(
    ("fields", "reachable"),
    [
        ({"OptOutType": "STOP", "Body": "रोकें"}, False),
        ({"OptOutType": "START", "Body": "शुरू"}, True),
        ({"Body": "Stop "}, False),
    ],
)
def test_who_wants_no_more_messages_is_heard(fields: dict[str, str], reachable: bool) -> None:  # noqa: FBT001
    assert event(**fields) == ReachabilityChanged(ASHA, reachable=reachable)


def test_stop_inside_of_a_sentence_is_no_wish_to_stop() -> None:
    assert received(Body="stop the drip?").text == "stop the drip?"


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"MessageType": "location", "Latitude": "18.5", "Longitude": "73.8", "Body": ""}, "location"),
        (PICTURE | {"MessageType": "contacts", "MediaContentType0": "text/vcard"}, "contact"),
        (PICTURE | {"MessageType": "sticker", "MediaContentType0": "image/webp"}, "sticker"),
        (PICTURE | {"MessageType": "image", "MediaContentType0": "image/webp"}, "sticker"),
        (PICTURE | {"Forwarded": "true"}, "forwarded"),
        ({"MessageType": "unsupported", "Body": ""}, "unknown"),
        ({"MessageType": "order", "Body": ""}, "unknown"),
        ({"Body": "", "MessageType": "a kind of next year"}, "unknown"),
    ],
)
def test_what_cannot_be_relayed_gets_an_honest_answer(fields: dict[str, str], what: str) -> None:
    assert event(**fields) == UnsupportedReceived(ASHA, "SM1", EPOCH, what)


def test_a_person_without_a_number_is_a_person() -> None:
    assert (
        read_envelope(raw(From="whatsapp:IN.13491208655302741918")).lane == "whatsapp:IN.13491208655302741918"
    )


def test_fields_of_next_year_change_nothing() -> None:
    assert event(ExternalUserIdentifier="x", ChannelMetadata='{"type":"whatsapp"}') == event()


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"MessageSid=SM1", b"\xff\xfe", b"MessageSid=SM1&From=%2B1500", b"a&" * 999]
)
def test_what_is_no_form_of_whatsapps_is_told_at_once(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_envelope(body)


NAMES = st.sampled_from(
    [*MESSAGE, *PICTURE, "MessageStatus", "ErrorCode", "ButtonPayload", "ListId", "OptOutType", "Latitude",
     "Longitude", "Forwarded", "OriginalRepliedMessageSid", "DateSent", "MediaUrl1"]
)  # fmt: skip
VALUES = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    [
        "",
        "0",
        "STOP",
        "JOIN",
        "JOIN x",
        "true",
        "image/webp",
        ASHA,
        "whatsapp:",
        "Tue, 99 Nov 2026 05:30:00",
        "9" * 40,
    ]
)


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES, VALUES), max_size=12))
def test_no_form_breaks_the_parser(pairs: list[tuple[str, str]]) -> None:
    body = urlencode([("MessageSid", "SM1"), ("From", ASHA), ("To", ASHA), *pairs]).encode()
    assert read_envelope(body).lane == ASHA
    found = read_event(body, SIGNER)
    assert decode_event(encode_event(found)) == found


@settings(deadline=None)
@given(st.binary())
def test_no_bytes_break_the_parser(body: bytes) -> None:
    try:
        read_event(body, SIGNER)
        read_envelope(body)
    except Malformed:
        return
