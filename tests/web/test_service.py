"""The whole service in one process, with an echo for a dialogue, between a loopback vendor and a phone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.control import CommandError, ask, socket_path
from bot.dialogues import production_dialogues
from bot.messages import InboundEvent, MessageReceived, OutboundMessage, Verbatim
from bot.sandbox.app import build_vendor
from bot.sandbox.vendor import DEFAULT_TOKEN, Vendor
from bot.service import Service
from bot.serving import PortTakenError
from bot.settings import Settings, load_settings
from bot.wiring import build_service, open_store
from storage.lockfile import DatabaseTakenError
from storage.unit_of_work import UnitOfWork
from tests.channels.test_telegram_sandbox import serving


def echo(uow: UnitOfWork, event: InboundEvent, now: datetime) -> None:
    if isinstance(event, MessageReceived):
        body = (Verbatim(f"heard: {event.text}"),)
        uow.outbox.put(OutboundMessage(event.address, f"echo/{event.message_id}", body), now)


ECHOING = replace(production_dialogues(), dispatch=echo)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def vendor() -> AsyncIterator[tuple[Vendor, str]]:
    vendor = build_vendor(SystemClock(), limits=False)
    async with serving(vendor) as url:
        yield vendor, url


def settings_for(url: str, port: int, mode: str) -> Settings:
    return load_settings(
        telegram_token=DEFAULT_TOKEN, telegram_api_url=url, telegram_mode=mode, port=port, data_dir=Path("d")
    )


def build(settings: Settings) -> Service:
    return build_service(settings, ECHOING, store=open_store(settings))


async def until_told(vendor: Vendor, text: str) -> None:
    async with asyncio.timeout(30):
        while not any(message.text == text for message in vendor.phone("asha").received()):
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_what_a_phone_says_is_answered(
    vendor: tuple[Vendor, str], unused_tcp_port: int, mode: str
) -> None:
    service = build(settings_for(vendor[1], unused_tcp_port, mode))
    await service.start()
    vendor[0].phone("asha").send_text("hello")
    await until_told(vendor[0], "heard: hello")
    await service.drain()
    await service.stop()


async def test_a_service_that_runs_is_ready_and_takes_commands(
    vendor: tuple[Vendor, str], unused_tcp_port: int
) -> None:
    service = build(settings_for(vendor[1], unused_tcp_port, "webhook"))
    await service.start()
    async with asyncio.timeout(30), aiohttp.ClientSession() as session:
        while (await session.get(f"http://127.0.0.1:{unused_tcp_port}/readyz")).status != 200:
            await asyncio.sleep(0.05)
    assert await ask(socket_path(Path("d")), "audit_check", {}) == {
        "ok": True,
        "entries": 0,
        "broken": [],
    }
    with pytest.raises(CommandError, match="knows no command"):
        await ask(socket_path(Path("d")), "dance", {})
    await service.drain()
    await service.stop()


async def test_a_second_service_is_told_who_has_the_database(unused_tcp_port: int) -> None:
    settings = settings_for("http://127.0.0.1:9", unused_tcp_port, "polling")
    store = open_store(settings)
    with pytest.raises(DatabaseTakenError, match="in use by scanrelay"):
        open_store(settings)
    store.database.close()


async def test_a_taken_port_is_one_sentence(vendor: tuple[Vendor, str]) -> None:
    port = int(vendor[1].rpartition(":")[2])
    service = build(settings_for(vendor[1], port, "webhook"))
    with pytest.raises(PortTakenError, match=f"port {port} is taken"):
        await service.start()
    await service.drain()
    await service.stop()
