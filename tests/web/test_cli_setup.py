"""`scanrelay setup …` as an operator meets it, against the loopback vendors."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.sandbox.app import build_app, build_vendor
from bot.sandbox.twilio.app import build_app as build_twilio
from bot.sandbox.twilio.signing import Fields
from bot.sandbox.twilio.vendor import TwilioVendor
from bot.sandbox.vendor import DEFAULT_TOKEN
from tests.channels.twilio_api import SPEC
from tests.serving import serving_app
from tests.twilio_spec import call_of
from tests.web.test_cli import Run, scanrelay

PUBLIC = "https://relay.example.org"


class Twilio:
    """An account on loopback, and the command line pointed at it."""

    def __init__(self, vendor: TwilioVendor, url: str, folder: Path) -> None:
        self.vendor, self._url, self._folder = vendor, url, folder
        self.problems: list[str] = []
        vendor.on_request = self._heard

    def _heard(self, method: str, path: str, query: Fields, form: Fields) -> None:
        if SPEC is not None:
            self.problems += SPEC.problems(call_of(method, path, query, form))

    async def setup(self, *arguments: str, **given: str) -> Run:
        settings = {
            "SCANRELAY_TWILIO_ACCOUNT_SID": self.vendor.account,
            "SCANRELAY_TWILIO_AUTH_TOKEN": self.vendor.token,
            "SCANRELAY_TWILIO_WHATSAPP_FROM": self.vendor.number,
            "SCANRELAY_TWILIO_API_URL": self._url,
            "SCANRELAY_PUBLIC_URL": PUBLIC,
        }
        command = ("setup", "whatsapp", *arguments)
        return await asyncio.to_thread(scanrelay, self._folder, *command, **(settings | given))


@pytest.fixture
async def twilio(tmp_path: Path) -> AsyncIterator[Twilio]:
    """The test fails if a request was against the vendor's documents."""
    vendor = TwilioVendor(clock=SystemClock())
    async with serving_app(build_twilio(vendor)) as url:
        account = Twilio(vendor, url, tmp_path)
        yield account
        assert account.problems == []


async def test_whatsapp_is_set_up_and_again_is_as_good_as_once(twilio: Twilio) -> None:
    first = await twilio.setup()
    assert (first.returncode, first.stderr) == (0, "")
    assert "108 forms, 108 of them made now" in first.stdout
    assert f"fallback when that fails: {PUBLIC}/twilio/message#rc=5&rp=all" in first.stdout
    assert twilio.vendor.inbound_url == f"{PUBLIC}/twilio/message#rc=5&rp=all"
    assert twilio.vendor.status_url == f"{PUBLIC}/twilio/status#rc=5&rp=all"
    again = json.loads((await twilio.setup("--json")).stdout)
    assert again["ok"]
    assert [one for one in (*again["forms"], *again["templates"]) if one["made"]] == []
    assert {one["approval"] for one in again["templates"] if one["language"] in ("en", "hi")} == {"approved"}


async def test_the_templates_say_what_it_is_about_and_have_a_button(twilio: Twilio) -> None:
    await twilio.setup()
    said = {
        one.friendly_name: one.types["twilio/quick-reply"]
        for one in twilio.vendor.contents.listed()
        if one.language == "en" and one.approval is not None
    }
    for name in ("emergency", "correction", "answer"):
        template = said[f"scanrelay_{name}"]
        assert template["body"].startswith(f"{name.upper()}. ")
        assert "{{1}}" in template["body"]
        assert [action["title"] for action in template["actions"]] == ["Open case"]


async def test_a_rejected_template_is_an_error_with_its_reason(twilio: Twilio) -> None:
    twilio.vendor.contents.rejections["scanrelay_answer_hi"] = "TAG_CONTENT_MISMATCH"
    await twilio.setup()
    ended = await twilio.setup()
    assert ended.returncode == 1
    assert "TAG_CONTENT_MISMATCH: change its words in locales/" in ended.stdout


async def test_a_number_that_the_api_does_not_list_is_set_up_by_hand(twilio: Twilio) -> None:
    ended = await twilio.setup(SCANRELAY_TWILIO_WHATSAPP_FROM="+14155238886")
    assert ended.returncode == 0
    assert "does not list this number" in ended.stdout
    assert f"a message comes in: {PUBLIC}/twilio/message#rc=5&rp=all" in ended.stdout
    assert twilio.vendor.inbound_url == ""


async def test_wrong_credentials_are_one_sentence_without_them(twilio: Twilio) -> None:
    ended = await twilio.setup(SCANRELAY_TWILIO_AUTH_TOKEN="not-the-token")
    assert ended.returncode == 1
    assert ended.stderr.startswith("Twilio refused or did not answer")
    assert ended.stderr.count("\n") == 1
    assert "not-the-token" not in ended.stderr


async def test_without_a_number_there_is_nothing_to_set_up(tmp_path: Path) -> None:
    ended = await asyncio.to_thread(scanrelay, tmp_path, "setup", "whatsapp")
    assert (ended.returncode, ended.stderr.startswith("SCANRELAY_TWILIO_WHATSAPP_FROM is not set")) == (
        1,
        True,
    )


async def test_telegram_is_told_its_webhook(tmp_path: Path) -> None:
    vendor = build_vendor(SystemClock())
    async with serving_app(build_app(vendor, loop=True)) as url:
        given = {"SCANRELAY_TELEGRAM_TOKEN": DEFAULT_TOKEN, "SCANRELAY_TELEGRAM_API_URL": url}
        ended = await asyncio.to_thread(
            scanrelay, tmp_path, "setup", "telegram", **given, SCANRELAY_PUBLIC_URL="http://127.0.0.1:9"
        )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "knows its webhook, commands and descriptions" in ended.stdout
