"""`scanrelay run` in training mode beside a browser."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, async_playwright

from bot.training import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PROJECT = Path(__file__).resolve().parents[2]
READY_SECONDS = 90


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser these tests say so; marked before tests are chosen by their marks."""
    why = "no Chromium on this machine: nobody looked at the page of phones"
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(CHROMIUM is None, reason=why))


@pytest.fixture
async def training(tmp_path: Path) -> AsyncIterator[str]:
    """The address of the page, once the whole program is ready."""
    page, port = free_port(), free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SCANRELAY_")}
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--sandbox-port", str(page)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=tmp_path,
        env={**kept, "SCANRELAY_PORT": str(port), "PYTHONPATH": str(PROJECT)},
    )
    await until_ready(f"http://127.0.0.1:{port}/readyz")
    yield f"http://127.0.0.1:{page}/"
    program.send_signal(signal.SIGTERM)
    async with asyncio.timeout(60):
        assert await program.wait() == 0


async def until_ready(url: str) -> None:
    async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        started = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        await started.close()
