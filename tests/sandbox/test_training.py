"""The sandbox as the training's child: new numbers in each run, and an account that has all that a service needs."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.whatsapp.sender import find_sender, webhooks_at
from bot.channels.whatsapp.setup import TemplateText, TemplateTexts, connected, read_contents
from bot.demo import free_port
from bot.ids import Ids
from bot.settings import load_settings
from bot.training import SENDER, Invented, Sandbox, furnish

PUBLIC = "http://127.0.0.1:8000"
TEXTS: TemplateTexts = {"case": {"en": TemplateText("CASE {{1}} waits for you.", "Open case")}}


@pytest.fixture
def invented() -> Invented:
    return Invented.by(Ids(7))


@pytest.fixture
async def sandbox(invented: Invented) -> AsyncIterator[Sandbox]:
    started = Sandbox(
        port=free_port(),
        token=invented.token,
        account_sid=invented.account_sid,
        auth_token=invented.auth_token,
    )
    await started.start()
    yield started
    await started.stop()


async def test_forms_templates_and_webhooks_are_there_before_the_service_starts(
    sandbox: Sandbox, invented: Invented
) -> None:
    await furnish(invented, api_url=sandbox.url, public_url=PUBLIC, texts=TEXTS)
    async with connected(invented.account_sid, invented.auth_token, api_url=sandbox.url) as client:
        contents = await read_contents(client)
        sender = await find_sender(client, SENDER)
    assert contents.quick(3, 1)
    assert contents.list(10, 6)
    assert contents.template("case", "en")
    assert sender is not None
    assert sender.webhooks == webhooks_at(PUBLIC)


def test_the_settings_of_a_run_are_whole(invented: Invented) -> None:
    url = "http://127.0.0.1:8080"
    both = {**invented.telegram_settings(url), **invented.twilio_settings(url)}
    settings = load_settings(public_url=PUBLIC, **both)
    assert settings.twilio_api_url == url
    assert settings.twilio_whatsapp_from == settings.twilio_voice_from == SENDER
    assert invented.auth_token not in repr(invented)


def test_each_run_has_numbers_of_its_own() -> None:
    ids = Ids(3)
    first, second = Invented.by(ids), Invented.by(ids)
    assert first.account_sid != second.account_sid
    assert first.auth_token != second.auth_token
