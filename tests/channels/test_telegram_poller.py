import asyncio
import json
from contextlib import suppress
from datetime import timedelta

import pytest
from aiohttp import web
from telegram.error import Conflict, NetworkError

from bot.channels.base import Received
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.poller import Poller
from bot.clock import ManualClock
from tests.channels.bot_api import BotApi, refusal


def updates(*numbers: int) -> web.Response:
    result = [{"update_id": number, "message": {"chat": {"id": 1001}}} for number in numbers]
    return web.json_response({"ok": True, "result": result})


class Inbox:
    def __init__(self) -> None:
        self.stored: list[str] = []
        self.full = False

    async def receive(self, received: Received) -> None:
        if self.full:
            raise OSError("disk full")
        self.stored.append(received.envelope.vendor_id)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def poller(channel: TelegramChannel, inbox: Inbox, clock: ManualClock) -> Poller:
    return Poller(channel.updates(), envelope=channel.envelope, receive=inbox.receive, clock=clock)


def offsets(api: BotApi) -> list[object]:
    return [request.params["offset"] for request in api.requests]


async def test_what_is_stored_is_not_asked_for_again(poller: Poller, inbox: Inbox, api: BotApi) -> None:
    api.answers["getUpdates"] += [updates(5, 6), updates()]
    assert [await poller.step(), await poller.step()] == [2, 0]
    assert inbox.stored == ["4711:5", "4711:6"]
    assert offsets(api) == [0, 7]


async def test_what_could_not_be_stored_comes_again(poller: Poller, inbox: Inbox, api: BotApi) -> None:
    api.answers["getUpdates"] += [updates(5), updates(5)]
    inbox.full = True
    with pytest.raises(OSError, match="full"):
        await poller.step()
    inbox.full = False
    await poller.step()
    assert (offsets(api), inbox.stored) == ([0, 0], ["4711:5"])


async def test_the_age_of_the_last_poll_is_watched(poller: Poller, api: BotApi, clock: ManualClock) -> None:
    assert poller.is_stale(clock.now())
    api.answers["getUpdates"].append(updates())
    await poller.step()
    assert not poller.is_stale(clock.now())
    assert poller.is_stale(clock.now() + timedelta(minutes=2))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(409, "Conflict: terminated by other getUpdates request"), Conflict),
        (refusal(502, "Bad Gateway"), NetworkError),
        (web.Response(text="no JSON"), NetworkError),
        (web.json_response({"ok": True}), NetworkError),
    ],
    ids=["conflict", "gateway", "garbage", "empty"],
)
async def test_a_poll_that_fails_stores_nothing(
    poller: Poller, inbox: Inbox, api: BotApi, answer: web.Response, error: type[Exception]
) -> None:
    api.answers["getUpdates"].append(answer)
    with pytest.raises(error):
        await poller.step()
    assert inbox.stored == []


async def test_the_loop_outlives_a_conflict(poller: Poller, inbox: Inbox, api: BotApi) -> None:
    api.answers["getUpdates"] += [refusal(409, "Conflict"), updates(5)]
    task = asyncio.create_task(poller.run())
    async with asyncio.timeout(30):
        while not inbox.stored:
            await asyncio.sleep(0.05)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert inbox.stored == ["4711:5"]


async def test_the_request_names_the_updates_that_are_understood(poller: Poller, api: BotApi) -> None:
    api.answers["getUpdates"].append(updates())
    await poller.step()
    kinds = api.requests[0].params["allowed_updates"]
    assert json.dumps(kinds) == '["message", "edited_message", "callback_query", "my_chat_member"]'
