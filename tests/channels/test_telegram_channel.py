import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.channels.base import (
    Channel,
    Edit,
    FetchFailed,
    FileGone,
    FileTooBig,
    NotSent,
    OutcomeUnknown,
    Rejected,
    SendError,
    Sent,
    Throttled,
    Unreachable,
)
from bot.channels.telegram.channel import DOWNLOAD_LIMIT, TelegramChannel
from bot.messages import Address, Attachment, Choice, ChoiceTapped, MediaRef, OutboundMessage, Text, Verbatim
from tests.channels.bot_api import TOKEN, BotApi, Request, refusal
from tests.channels.reading import ASHA, reader

MESSAGE = OutboundMessage(ASHA, "k", (Text("case.sent", strong=True),))
FILES = {"a": b"first", "b": b"second", "v": b"OggS", "d": b"DICM"}
PHOTOS = (MediaRef("a", "photo", "image/jpeg", 5), MediaRef("b", "photo", "image/jpeg", 6))
TAPPED = ChoiceTapped(ASHA, "7", datetime(2026, 1, 1, tzinfo=UTC), "ack", "q1")


async def send(channel: Channel, message: OutboundMessage, edit: Edit | None = None) -> list[Sent]:
    parts = channel.render(message, reader=reader(message.to), edit=edit)
    return [await channel.send(part, FILES) for part in parts]


def methods(requests: Iterable[Request]) -> list[str]:
    return [request.method for request in requests]


async def test_a_text_is_exactly_this_request(channel: TelegramChannel, api: BotApi) -> None:
    (sent,) = await send(channel, replace(MESSAGE, quotes="12"))
    assert sent == Sent(("101",))
    (request,) = api.requests
    assert request.params == {
        "chat_id": 1001,
        "text": "<b>[case.sent]</b>",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_parameters": {"message_id": 12, "allow_sending_without_reply": True},
    }


async def test_a_photo_is_exactly_this_request(channel: TelegramChannel, api: BotApi) -> None:
    choice = Choice(Text("common.yes"), "yes")
    await send(channel, replace(MESSAGE, media=PHOTOS[:1], choices=(choice,)))
    (request,) = api.requests
    assert (request.method, request.params["caption"]) == ("sendPhoto", "<b>[case.sent]</b>")
    assert list(request.files.values()) == [b"first"]
    keyboard = request.params["reply_markup"]
    assert isinstance(keyboard, dict)
    assert keyboard["inline_keyboard"][0][0]["callback_data"].startswith("yes|")


async def test_an_album_has_an_id_for_each_of_its_messages(channel: TelegramChannel, api: BotApi) -> None:
    album, text = await send(channel, replace(MESSAGE, media=PHOTOS))
    assert (len(album.message_ids), len(text.message_ids)) == (2, 1)
    assert sorted(api.requests[0].files.values()) == [b"first", b"second"]


@pytest.mark.parametrize(
    ("media", "method"),
    [
        (MediaRef("v", "voice", "audio/ogg", 4), "sendVoice"),
        (MediaRef("v", "video", "video/mp4", 4), "sendVideo"),
        (MediaRef("d", "document", "application/dicom", 4, "study.dcm"), "sendDocument"),
    ],
)
async def test_each_kind_of_file_has_its_method(
    channel: TelegramChannel, api: BotApi, media: MediaRef, method: str
) -> None:
    await send(channel, replace(MESSAGE, media=(media,)))
    assert methods(api.requests) == [method]


@pytest.mark.parametrize(
    ("edit", "method"),
    [(Edit("31", has_media=False), "editMessageText"), (Edit("31", has_media=True), "editMessageCaption")],
)
async def test_an_edit_keeps_the_old_message_id(
    channel: TelegramChannel, api: BotApi, edit: Edit, method: str
) -> None:
    assert await send(channel, MESSAGE, edit) == [Sent(("31",))]
    assert methods(api.requests) == [method]


async def test_an_edit_that_changes_nothing_is_a_success(channel: TelegramChannel, api: BotApi) -> None:
    api.answers["editMessageText"].append(refusal(400, "Bad Request: message is not modified: specified …"))
    assert await send(channel, MESSAGE, Edit("31", has_media=False)) == [Sent(("31",))]


async def test_what_can_no_longer_be_edited_is_said_afresh(channel: TelegramChannel, api: BotApi) -> None:
    api.answers["editMessageText"].append(refusal(400, "Bad Request: message to edit not found"))
    assert await send(channel, MESSAGE, Edit("31", has_media=False)) == [Sent(("101",))]
    assert methods(api.requests) == ["editMessageText", "sendMessage"]


OUTCOMES: list[tuple[web.Response | str, type[SendError]]] = [
    (refusal(403, "Forbidden: bot was blocked by the user"), Unreachable),
    (refusal(403, "Forbidden: user is deactivated"), Unreachable),
    (refusal(400, "Bad Request: chat not found"), Unreachable),
    (refusal(400, "Bad Request: message is too long"), Rejected),
    (refusal(400, "Bad Request: can't parse entities: unsupported start tag"), Rejected),
    (refusal(413, "Request Entity Too Large"), Rejected),
    (refusal(401, "Unauthorized"), NotSent),
    (refusal(404, "Not Found"), NotSent),
    (refusal(429, "Too Many Requests: retry after 7", retry_after=7), Throttled),
    (refusal(429, "Too Many Requests"), Throttled),
    (refusal(500, "Internal Server Error"), OutcomeUnknown),
    (refusal(502, "Bad Gateway"), OutcomeUnknown),
    (web.Response(status=504, text="<html>"), OutcomeUnknown),
    (web.Response(text="no JSON"), OutcomeUnknown),
    ("reset", OutcomeUnknown),
]


@pytest.mark.parametrize("place", range(len(OUTCOMES)))
async def test_every_refusal_has_its_class(channel: TelegramChannel, api: BotApi, place: int) -> None:
    answer, expected = OUTCOMES[place]
    api.answers["sendMessage"].append(_fresh(answer))
    with pytest.raises(SendError) as caught:
        await send(channel, MESSAGE)
    assert type(caught.value) is expected
    assert "case.sent" not in str(caught.value)


def _fresh(answer: web.Response | str) -> web.Response | str:
    if isinstance(answer, str):
        return answer
    return web.Response(status=answer.status, body=answer.body, content_type=answer.content_type)


async def test_a_429_says_how_long_to_wait(channel: TelegramChannel, api: BotApi) -> None:
    api.answers["sendMessage"].append(refusal(429, "Too Many Requests: retry after 7", retry_after=7))
    with pytest.raises(Throttled) as caught:
        await send(channel, MESSAGE)
    assert (caught.value.seconds, caught.value.whole_bot) == (7.0, False)


async def test_a_refused_connection_is_known_to_have_sent_nothing(unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    channel = TelegramChannel(TOKEN, api_url=url, key=b"k" * 16)
    await channel.start()
    with pytest.raises(NotSent):
        await send(channel, MESSAGE)
    await channel.stop()


async def test_a_group_is_told_and_then_left(channel: TelegramChannel, api: BotApi) -> None:
    await send(channel, replace(MESSAGE, to=Address("telegram:-100200300")))
    assert methods(api.requests) == ["sendMessage", "leaveChat"]


async def test_a_group_that_does_not_let_us_speak_is_left_too(channel: TelegramChannel, api: BotApi) -> None:
    api.answers["sendMessage"].append(refusal(400, "Bad Request: not enough rights to send text messages"))
    with pytest.raises(Rejected):
        await send(channel, replace(MESSAGE, to=Address("telegram:-100200300")))
    assert methods(api.requests) == ["sendMessage", "leaveChat"]


async def test_a_tap_is_settled_and_a_vendor_that_refuses_does_no_harm(
    channel: TelegramChannel, api: BotApi
) -> None:
    api.answers["answerCallbackQuery"].append(refusal(400, "Bad Request: query is too old"))
    await channel.settle(TAPPED)
    await channel.settle(TAPPED)
    assert [request.params for request in api.requests] == [{"callback_query_id": "q1"}] * 2


async def test_a_file_is_fetched_whatever_signs_its_path_has(channel: TelegramChannel, api: BotApi) -> None:
    api.files["documents/file 1:2 é.dcm"] = b"DICM"
    assert await channel.fetch(Attachment("document", "documents/file 1:2 é.dcm")) == b"DICM"


async def test_a_file_said_to_be_too_big_is_never_asked_for(channel: TelegramChannel, api: BotApi) -> None:
    with pytest.raises(FileTooBig):
        await channel.fetch(Attachment("document", "f", size=DOWNLOAD_LIMIT + 1))
    assert api.requests == []


async def test_a_file_that_turns_out_too_big_is_broken_off(channel: TelegramChannel, api: BotApi) -> None:
    api.files["f"] = bytes(DOWNLOAD_LIMIT + 1)
    with pytest.raises(FileTooBig):
        await channel.fetch(Attachment("document", "f", size=5))


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Bad Request: file is too big", FileTooBig),
        ("Bad Request: invalid file_id", FileGone),
        ("Bad Request: wrong file_id or the file is temporarily unavailable", FetchFailed),
    ],
)
async def test_a_refused_file_has_its_class(
    channel: TelegramChannel, api: BotApi, description: str, expected: type[Exception]
) -> None:
    api.answers["getFile"].append(refusal(400, description))
    with pytest.raises(expected):
        await channel.fetch(Attachment("document", "f"))


async def test_a_download_link_that_is_dead_is_worth_another_try(channel: TelegramChannel) -> None:
    with pytest.raises(FetchFailed):
        await channel.fetch(Attachment("document", "nowhere"))


async def test_sends_in_parallel_share_the_session(channel: TelegramChannel, api: BotApi) -> None:
    messages = [replace(MESSAGE, body=(Verbatim(str(number)),)) for number in range(20)]
    await asyncio.gather(*(send(channel, message) for message in messages))
    assert len(api.requests) == 20
