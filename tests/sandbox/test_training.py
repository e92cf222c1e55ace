"""The sandbox as the training's child: new numbers in each run, and an account that has all that a service needs."""

from collections.abc import AsyncIterator

import pytest

from bot import operations
from bot.channels.whatsapp.setup import APPROVED, connected, read_contents
from bot.ids import Ids
from bot.settings import Settings, load_settings
from bot.training import SENDER, Invented, Sandbox, free_port

PUBLIC = "http://127.0.0.1:8000"


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


def settings_of(invented: Invented, url: str) -> Settings:
    given = {**invented.telegram_settings(url), **invented.twilio_settings(url)}
    return load_settings(public_url=PUBLIC, **given)


async def test_the_set_up_of_a_real_account_furnishes_the_sandboxs_too(
    sandbox: Sandbox, invented: Invented
) -> None:
    settings = settings_of(invented, sandbox.url)
    await operations.set_up_whatsapp(settings)
    done = await operations.set_up_whatsapp(settings)
    assert done.is_good
    assert not any(one.made for one in (*done.forms, *done.templates))
    assert {one.language for one in done.templates if one.approval == APPROVED} >= {"en", "hi"}
    async with connected(invented.account_sid, invented.auth_token, api_url=sandbox.url) as client:
        contents = await read_contents(client)
    assert contents.quick(3, 1)
    assert contents.list(10, 6)
    assert contents.template("case", "hi")
    assert done.sender is not None
    assert done.webhooks.miss(done.sender.webhooks) == ()


def test_all_of_a_run_goes_through_the_sandboxs_number(invented: Invented) -> None:
    settings = settings_of(invented, "http://127.0.0.1:8080")
    assert settings.twilio_api_url == settings.telegram_api_url
    assert settings.twilio_whatsapp_from == settings.twilio_voice_from == settings.twilio_sms_from == SENDER
    assert invented.auth_token not in repr(invented)


def test_each_run_has_numbers_of_its_own() -> None:
    ids = Ids(3)
    first, second = Invented.by(ids), Invented.by(ids)
    assert first.account_sid != second.account_sid
    assert first.auth_token != second.auth_token
