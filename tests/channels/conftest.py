from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram.channel import TelegramChannel
from tests.channels.bot_api import TOKEN, BotApi

KEY = b"a key invented for tests"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """A Bot API on loopback; the test fails if a request was against the specification."""
    api = BotApi()
    await api.server.start_server()
    yield api
    await api.server.close()
    assert api.problems == []


@pytest.fixture
async def channel(api: BotApi) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(TOKEN, api_url=api.url, key=KEY)
    await channel.start()
    yield channel
    await channel.stop()
