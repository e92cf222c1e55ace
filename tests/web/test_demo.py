"""The demo plays the main job through the real sandbox and service, and knows when a message is wrong."""

from pathlib import Path

import pytest

from bot import demo
from bot.clock import SystemClock
from bot.demo import STORY, Expected, Step, phones_at, play, run_demo
from bot.sandbox.app import build_vendor
from tests.channels.test_telegram_sandbox import serving

HELLO = Step("asha", "type", "hello", (Expected("asha", "refer.sent"),))


@pytest.mark.slow
async def test_the_main_job_is_played_with_every_message_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    transcript = await run_demo(tmp_path)
    assert (transcript.missing, transcript.unexpected) == ([], [])
    assert len(transcript.events) == len(STORY) + sum(len(step.then) for step in STORY)


async def test_a_message_that_does_not_come_and_one_that_nobody_expects_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo, "WITHIN_SECONDS", 0.3)
    vendor = build_vendor(SystemClock())
    async with serving(vendor) as url, phones_at(url) as phones:
        vendor.call("sendMessage", {"chat_id": 1002, "text": "surprise"})
        transcript = await play(phones, clock=SystemClock(), story=(HELLO,))
    assert transcript.missing == ["asha: refer.sent"]
    assert transcript.unexpected == ["meena: surprise"]
    assert not transcript.ok


async def test_a_button_that_is_not_there_ends_the_story() -> None:
    vendor = build_vendor(SystemClock())
    async with serving(vendor) as url, phones_at(url) as phones:
        tap = Step("asha", "tap", "send", ())
        transcript = await play(phones, clock=SystemClock(), story=(tap, HELLO))
    assert transcript.missing == ["asha: a button send"]
