from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import doctor
from bot.channels.telegram import setup
from bot.channels.telegram.channel import TelegramChannel
from bot.clock import ManualClock, SystemClock
from bot.doctor import Grade, Patient
from bot.sandbox.app import build_vendor
from bot.sandbox.vendor import DEFAULT_TOKEN
from tests.channels.test_telegram_sandbox import serving

HOOK = "http://127.0.0.1:9/telegram/webhook"


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    return Patient(
        database_url=f"sqlite:///{tmp_path}/scanrelay.db",
        data_dir=tmp_path / "not" / "there" / "yet",
        control=tmp_path / "control.sock",
        telegram=None,
        webhook_url=None,
        clock=SystemClock(),
    )


@pytest.fixture
async def connected(patient: Patient) -> AsyncIterator[Patient]:
    async with serving(build_vendor(SystemClock())) as url:
        yield replace(
            patient, telegram=TelegramChannel(DEFAULT_TOKEN, api_url=url, key=b"k" * 16), webhook_url=HOOK
        )


async def test_nothing_is_wrong_with_a_fresh_installation(patient: Patient) -> None:
    findings = await doctor.examine(patient)
    assert len(findings) == len(doctor.CHECKS)
    assert [finding for finding in findings if finding.grade is Grade.PROBLEM] == []


async def test_a_clock_in_the_past_is_a_problem(patient: Patient, clock: ManualClock) -> None:
    past = ManualClock(clock.now().replace(year=1970))
    assert (await doctor.check_clock(replace(patient, clock=past))).grade is Grade.PROBLEM


async def test_a_webhook_that_is_elsewhere_is_a_problem_until_it_is_set(connected: Patient) -> None:
    assert (await doctor.check_telegram(connected)).grade is Grade.PROBLEM
    assert connected.telegram is not None
    await connected.telegram.start()
    await setup.set_webhook(connected.telegram.bot, url=HOOK, secret="s")
    await connected.telegram.stop()
    assert (await doctor.check_telegram(connected)).grade is Grade.OK


async def test_a_check_that_breaks_is_a_problem_by_itself(patient: Patient) -> None:
    broken = replace(patient, database_url=f"sqlite:///{patient.data_dir.parents[2]}")
    findings = {finding.check: finding for finding in await doctor.examine(broken)}
    assert findings["database"].grade is Grade.PROBLEM
