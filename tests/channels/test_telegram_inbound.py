import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.actions import ActionSigner
from bot.channels.base import Malformed
from bot.channels.telegram.inbound import read_envelope, read_event
from bot.messages import (
    Address,
    Attachment,
    ChoiceTapped,
    GroupEntered,
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

SIGNER = ActionSigner(b"a key invented for tests")
ASHA = Address("telegram:1001")
GROUP = Address("telegram:-100200300")
SENT = datetime(2025, 11, 24, 16, 0, tzinfo=UTC)
DATE = int(SENT.timestamp())

USER = {"id": 1001, "is_bot": False, "first_name": "Asha", "language_code": "hi"}
PRIVATE = {"id": 1001, "type": "private", "first_name": "Asha"}
IN_GROUP = {"id": -100200300, "type": "supergroup", "title": "PHC staff"}
BOT = {"id": 4711, "is_bot": True, "first_name": "ScanRelay"}

Json = dict[str, object]


def message(**fields: object) -> Json:
    return {"message_id": 7, "date": DATE, "chat": PRIVATE, "from": USER} | fields


def update(kind: str = "message", **fields: object) -> bytes:
    content = message(**fields) if kind.endswith("message") else fields
    return json.dumps({"update_id": 55, kind: content}).encode()


def file(file_id: str, **fields: object) -> Json:
    return {"file_id": file_id, "file_unique_id": f"u-{file_id}"} | fields


def received(**fields: object) -> MessageReceived:
    return MessageReceived(ASHA, "7", SENT, **fields)  # type: ignore[arg-type]


PHOTO = [
    file("small", width=90, height=67, file_size=1200),
    file("large", width=1280, height=960, file_size=140_000),
    file("middle", width=800, height=600, file_size=60_000),
]
LARGE = Attachment("photo", "large", "image/jpeg", 140_000)
SCAN = file("scan", file_name="IM0001.dcm", mime_type="application/dicom", file_size=8_400_000)
ORIGIN = {"type": "user", "date": DATE, "sender_user": {"id": 5, "is_bot": False, "first_name": "Ravi"}}

MESSAGES = {
    "text": (update(text="45 M chest"), received(text="45 M chest")),
    "photo: the largest size, caption as text": (
        update(photo=PHOTO, caption="wrist"),
        received(text="wrist", attachments=(LARGE,)),
    ),
    "album part": (update(photo=PHOTO, media_group_id="13"), received(attachments=(LARGE,), album="13")),
    "document keeps name, type and size": (
        update(document=SCAN),
        received(attachments=(Attachment("document", "scan", "application/dicom", 8_400_000, "IM0001.dcm"),)),
    ),
    "document without anything but an id": (
        update(document=file("bare")),
        received(attachments=(Attachment("document", "bare"),)),
    ),
    "voice": (
        update(voice=file("v", duration=4, mime_type="audio/ogg", file_size=9000)),
        received(attachments=(Attachment("voice", "v", "audio/ogg", 9000),)),
    ),
    "audio": (
        update(audio=file("a", duration=4, mime_type="audio/mpeg", file_name="a.mp3")),
        received(attachments=(Attachment("audio", "a", "audio/mpeg", None, "a.mp3"),)),
    ),
    "video": (
        update(video=file("m", width=640, height=480, duration=4, mime_type="video/mp4", file_size=5)),
        received(attachments=(Attachment("video", "m", "video/mp4", 5),)),
    ),
    "video note": (
        update(video_note=file("n", length=240, duration=4, file_size=6)),
        received(attachments=(Attachment("video", "n", "video/mp4", 6),)),
    ),
    "animation is not counted twice": (
        update(animation=file("g", width=6, height=4, duration=1, mime_type="video/mp4"), document=file("g")),
        received(attachments=(Attachment("animation", "g", "video/mp4"),)),
    ),
    "reply": (
        update(text="yes", reply_to_message=message(message_id=3, text="?")),
        received(text="yes", quoted="3"),
    ),
    "edited": (update("edited_message", text="46 M", edit_date=DATE), received(text="46 M", edited=True)),
    "start with code": (update(text="/start K7PX"), JoinRequested(ASHA, "7", SENT, "K7PX")),
    "bare start": (update(text="/start"), JoinRequested(ASHA, "7", SENT)),
    "start with the bot's name": (
        update(text="/start@scanrelay_bot K7"),
        JoinRequested(ASHA, "7", SENT, "K7"),
    ),
    "a word that begins like start": (update(text="/starter"), received(text="/starter")),
    "another command": (update(text="/help"), received(text="/help")),
}

PLACE = {"latitude": 1.5, "longitude": 2.5}
UNSUPPORTED: dict[str, Json] = {
    "sticker": {"sticker": file("s", type="regular", width=1, height=1, is_animated=False, is_video=False)},
    "location": {"location": PLACE},
    "venue": {"location": PLACE, "venue": {"location": PLACE, "title": "PHC", "address": "Rampur"}},
    "contact": {"contact": {"phone_number": "000", "first_name": "Ravi"}},
    "dice": {"dice": {"emoji": "\N{GAME DIE}", "value": 3}},
    "story": {"story": {"chat": PRIVATE, "id": 3}},
    "game": {"game": {"title": "t", "description": "d", "photo": PHOTO}},
    "poll": {
        "poll": {"id": "1", "question": "q", "options": [], "total_voter_count": 0, "is_closed": False}
        | {"is_anonymous": True, "type": "regular", "allows_multiple_answers": False}
        | {"allows_revoting": False, "members_only": False}
    },
    "forwarded": {"photo": PHOTO, "forward_origin": ORIGIN},
    "unknown": {"poll": {"id": "1", "question": "from a Bot API that PTB does not know"}},
    "unknown ": {"hologram": {"file_id": "from a later Bot API"}},
}


def member(status: str, chat: Json = PRIVATE) -> bytes:
    old = {"user": BOT, "status": "left"}
    change: dict[str, Any] = {"chat": chat, "from": USER, "date": DATE, "old_chat_member": old}
    return update(
        "my_chat_member", **change, new_chat_member={"user": BOT, "status": status, "until_date": 0}
    )


OTHERS: dict[str, tuple[bytes, InboundEvent]] = {
    "blocked": (member("kicked"), ReachabilityChanged(ASHA, reachable=False)),
    "block taken back": (member("member"), ReachabilityChanged(ASHA, reachable=True)),
    "added to a group": (member("member", IN_GROUP), GroupEntered(GROUP)),
    "has left a group": (member("left", IN_GROUP), Ignored(GROUP)),
    "somebody writes in a group": (update(chat=IN_GROUP, text="hello"), GroupEntered(GROUP)),
    "a post in a channel": (
        update("channel_post", message_id=1, date=DATE, chat={"id": -100200300, "type": "channel"}, text="x"),
        GroupEntered(GROUP),
    ),
    "a bot's own message": (update("message", text="hello", **{"from": BOT}), Ignored(ASHA)),
    "a pinned message": (update(pinned_message=message(text="x")), Ignored(ASHA)),
    "new members of a group": (update(chat=IN_GROUP, new_chat_members=[USER]), Ignored(GROUP)),
    "a kind never asked for": (update("poll_answer", poll_id="1", user=USER, option_ids=[0]), Ignored()),
}


@pytest.mark.parametrize(("raw", "event"), MESSAGES.values(), ids=MESSAGES.keys())
def test_a_message_becomes_what_its_sender_said(raw: bytes, event: InboundEvent) -> None:
    assert read_event(raw, SIGNER) == event


@pytest.mark.parametrize(("what", "fields"), UNSUPPORTED.items(), ids=UNSUPPORTED.keys())
def test_what_cannot_be_relayed_is_named(what: str, fields: Json) -> None:
    assert read_event(update("message", **fields), SIGNER) == UnsupportedReceived(
        ASHA, "7", SENT, what.strip()
    )


@pytest.mark.parametrize(("raw", "event"), OTHERS.values(), ids=OTHERS.keys())
def test_other_updates_become_what_they_mean(raw: bytes, event: InboundEvent) -> None:
    assert read_event(raw, SIGNER) == event


def tap(data: str | None, **fields: object) -> bytes:
    query: Json = {"id": "q1", "from": USER, "chat_instance": "1", "message": message(**{"from": BOT})}
    return update("callback_query", **(query | ({} if data is None else {"data": data}) | fields))


def test_a_tap_on_our_button_brings_its_action() -> None:
    event = read_event(tap(SIGNER.sign(ASHA, "case:7:ack")), SIGNER)
    assert event == ChoiceTapped(ASHA, "7", SENT, "case:7:ack", "q1")


@pytest.mark.parametrize(
    "data", ["case:7:ack", SIGNER.sign(Address("telegram:1002"), "case:7:ack"), "", None]
)
def test_a_forged_or_foreign_tap_is_refused(data: str | None) -> None:
    assert read_event(tap(data), SIGNER) == TapRefused(ASHA, "7", SENT, "q1")


def test_a_tap_on_a_message_too_old_to_be_shown_still_counts() -> None:
    old = {"chat": PRIVATE, "message_id": 7, "date": 0}
    event = read_event(tap(SIGNER.sign(ASHA, "a"), message=old), SIGNER)
    assert isinstance(event, ChoiceTapped)
    assert (event.message_id, event.action, event.sent_at.tzinfo) == ("7", "a", UTC)


@pytest.mark.parametrize(
    ("raw", "lane"),
    [
        (update(text="x"), ASHA),
        (update("edited_message", text="x"), ASHA),
        (tap("x", message=message(chat=IN_GROUP)), ASHA),
        (member("kicked"), ASHA),
        (update(chat=IN_GROUP, text="x"), GROUP),
        (b'{"update_id": 55, "message": {"chat": 3}}', "telegram:0"),
    ],
)
def test_updates_of_one_chat_share_a_lane(raw: bytes, lane: str) -> None:
    envelope = read_envelope(raw, "4711")
    assert (envelope.vendor_id, envelope.lane) == ("4711:55", lane)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"{}",
        b'{"update_id": "5"}',
        b'{"update_id": true}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_what_is_no_update_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        read_envelope(raw, "4711")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KNOWN = sorted(
    {key for fields in UNSUPPORTED.values() for key in fields} | set(message()) | {"photo", "voice"}
)
KINDS = st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "channel_post"])


@given(KINDS, st.dictionaries(st.sampled_from(KNOWN), JSON), JSON)
def test_whatever_an_update_holds_it_has_an_envelope_and_an_event(
    kind: str, fields: Json, other: object
) -> None:
    content = message() | fields if isinstance(other, bool) else other
    raw = json.dumps({"update_id": 1, kind: content}).encode()
    assert read_envelope(raw, "4711").vendor_id == "4711:1"
    event = read_event(raw, SIGNER)
    assert event == Ignored() or decode_event(encode_event(event)).kind == event.kind
