"""The real adapter against the loopback Bot API: neither was written from the other."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
import uvicorn

from bot.channels.base import Edit, FetchError, NotSent, Part, Rejected, Unreachable
from bot.channels.telegram import setup
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.setup import Presentation
from bot.clock import SystemClock
from bot.doctor import drawn_png
from bot.messages import (
    Address,
    Attachment,
    Choice,
    ChoiceTapped,
    MediaRef,
    MessageReceived,
    OutboundMessage,
    Text,
    Verbatim,
)
from bot.sandbox.app import build_app, build_vendor
from bot.sandbox.phone import Phone
from bot.sandbox.vendor import DEFAULT_TOKEN, Vendor
from tests.channels.reading import ASHA, reader

MESSAGE = OutboundMessage(ASHA, "k", (Text("case.sent", strong=True), Verbatim("5 < 6 & more", quoted=True)))
PICTURE = MediaRef("p", "photo", "image/png", 0)
FILES = {"p": drawn_png()}


@dataclass(slots=True)
class Line:
    """Asha's phone, the vendor between, and our end."""

    vendor: Vendor
    channel: TelegramChannel

    @property
    def asha(self) -> Phone:
        return self.vendor.phone("asha")

    async def say(self, message: OutboundMessage, edit: Edit | None = None) -> tuple[str, ...]:
        parts = self.channel.render(message, reader=reader(message.to), edit=edit)
        sent = [await self.channel.send(part, FILES) for part in parts]
        return tuple(message_id for one in sent for message_id in one.message_ids)

    async def heard(self) -> MessageReceived | ChoiceTapped:
        (raw,) = (await self.channel.updates()(0))[-1:]
        event = self.channel.parse(raw)
        assert isinstance(event, MessageReceived | ChoiceTapped)
        return event


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    vendor = build_vendor(SystemClock(), limits=False)
    async with serving(vendor) as url:
        channel = TelegramChannel(DEFAULT_TOKEN, api_url=url, key=b"k" * 16)
        await channel.start()
        yield Line(vendor, channel)
        await channel.stop()


@contextlib.asynccontextmanager
async def serving(vendor: Vendor) -> AsyncIterator[str]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    app = build_app(vendor, loop=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve([listener]))
    while not server.started:
        await asyncio.sleep(0.005)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await task
    listener.close()


async def test_a_message_looks_on_the_phone_as_it_was_meant(line: Line) -> None:
    await line.say(MESSAGE)
    (shown,) = line.asha.received()
    assert shown.text == "[case.sent]\n5 < 6 & more"
    assert [entity.type for entity in shown.entities] == ["bold", "blockquote"]


async def test_pictures_arrive_alone_and_as_an_album(line: Line) -> None:
    await line.say(replace(MESSAGE, media=(PICTURE,)))
    assert len(await line.say(replace(MESSAGE, media=(PICTURE, PICTURE)))) == 3


async def test_a_tap_comes_back_as_its_action(line: Line) -> None:
    (message_id,) = await line.say(replace(MESSAGE, choices=(Choice(Text("common.yes"), "yes"),)))
    line.asha.tap(int(message_id), "0,0")
    event = await line.heard()
    assert isinstance(event, ChoiceTapped)
    assert event.action == "yes"
    await line.channel.settle(event)


async def test_an_edit_shows_on_the_phone_and_the_same_one_again_is_no_error(line: Line) -> None:
    (message_id,) = await line.say(MESSAGE)
    edited = replace(MESSAGE, body=(Verbatim("seen"),))
    for _ in range(2):
        assert await line.say(edited, Edit(message_id, has_media=False)) == (message_id,)
    assert line.asha.received()[-1].text == "seen"


async def test_what_a_phone_sends_is_understood_and_its_file_comes_whole(line: Line) -> None:
    line.asha.send_document(b"DICM and more", name="IM 1.dcm", caption="wrist")
    event = await line.heard()
    assert isinstance(event, MessageReceived)
    (attachment,) = event.attachments
    assert (event.text, attachment.name, attachment.size) == ("wrist", "IM 1.dcm", 13)
    assert await line.channel.fetch(attachment) == b"DICM and more"


async def test_a_blocked_bot_can_not_be_heard(line: Line) -> None:
    line.asha.block()
    with pytest.raises(Unreachable):
        await line.say(MESSAGE)


async def test_an_unknown_chat_is_unreachable_and_a_bad_picture_rejected(line: Line) -> None:
    with pytest.raises(Unreachable):
        await line.say(replace(MESSAGE, to=Address("telegram:404404")))
    with pytest.raises(Rejected):
        await line.channel.send(*_broken(line))


def _broken(line: Line) -> tuple[Part, dict[str, bytes]]:
    (part,) = line.channel.render(replace(MESSAGE, media=(PICTURE,)), reader=reader())
    return part, {"p": b"no picture"}


async def test_a_wrong_token_sends_nothing(line: Line) -> None:
    api_url = str(line.channel.bot.base_url).partition("/bot")[0]
    stranger = TelegramChannel("1:wrong", api_url=api_url, key=b"k" * 16)
    await stranger.start()
    (part,) = stranger.render(MESSAGE, reader=reader())
    with pytest.raises(NotSent):
        await stranger.send(part, {})
    await stranger.stop()


async def test_the_bot_presents_itself(line: Line) -> None:
    shown = Presentation({"help": "what I can do"}, "Relays scans.", "Scans.")
    await setup.present(line.channel.bot, {"en": shown, "hi": shown})
    assert [command.command for command in await line.channel.bot.get_my_commands()] == ["help"]
    assert await setup.username(line.channel.bot)


async def test_the_webhook_is_where_it_was_set_until_it_is_removed(line: Line) -> None:
    await setup.set_webhook(line.channel.bot, url="http://127.0.0.1:9/telegram/webhook", secret="s")
    assert (await setup.webhook_state(line.channel.bot)).url == "http://127.0.0.1:9/telegram/webhook"
    await setup.remove_webhook(line.channel.bot)
    assert (await setup.webhook_state(line.channel.bot)).url == ""


async def test_a_file_that_is_not_there_is_gone(line: Line) -> None:
    with pytest.raises(FetchError):
        await line.channel.fetch(Attachment("document", "nonsense"))
