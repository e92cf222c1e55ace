"""`scanrelay web` and `scanrelay worker`, two of each on one PostgreSQL and one data folder, as processes."""

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.sandbox.app import build_vendor
from bot.settings import load_settings
from bot.training import WORLD, free_port
from tests.channels.test_telegram_sandbox import serving
from tests.faults.crashing import People, Process, enrol
from tests.postgres import fresh_schema
from tests.web.test_cli import environment, scanrelay


class Apart:
    """The processes in a folder, a vendor that knows the first web process, and people."""

    def __init__(self, folder: Path, *, url: str, token: str, database: str, people: People) -> None:
        self.folder = folder
        self.people = people
        self.settings = load_settings(data_dir=folder / "data", database_url=database)
        self.ports = [free_port(), free_port()]
        self.given = {
            "SCANRELAY_DATABASE_URL": database,
            "SCANRELAY_DATA_DIR": str(folder / "data"),
            "SCANRELAY_TELEGRAM_TOKEN": token,
            "SCANRELAY_TELEGRAM_API_URL": url,
            "SCANRELAY_TELEGRAM_MODE": "webhook",
            "SCANRELAY_PUBLIC_URL": f"http://127.0.0.1:{self.ports[0]}",
            "SCANRELAY_UNREVIEWED_PHRASES": "mark",
        }
        self.webs = [
            self._process("web", number, SCANRELAY_PORT=str(self.ports[number])) for number in (0, 1)
        ]
        self.workers = [self._process("worker", number) for number in (0, 1)]

    def _process(self, command: str, number: int, **given: str) -> Process:
        log = self.folder / f"{command}{number}.log"
        return Process(command, log=log, environment=environment({**self.given, **given}))

    async def start(self) -> None:
        for process in (*self.webs, *self.workers):
            await process.start()
        for process in (*self.webs, *self.workers):
            await process.up()

    async def end(self) -> None:
        for process in (*self.webs, *self.workers):
            assert await process.end(signal.SIGTERM) == 0

    async def scanrelay(self, *arguments: str) -> str:
        """What a command says, which succeeds."""
        ended = await asyncio.to_thread(scanrelay, self.folder, *arguments, **self.given)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    async def goes_through(self) -> None:
        """One more case of each health worker is sent and answered."""
        before = len(self.people.sent)
        self.people.wants_more = True
        async with asyncio.timeout(90):
            while len(self.people.sent) == before:
                await asyncio.sleep(0.05)
            self.people.wants_more = False
            while set(self.people.sent) != self.people.answered:
                await asyncio.sleep(0.05)


@pytest.fixture
async def apart(tmp_path: Path) -> AsyncIterator[Apart]:
    vendor = build_vendor(SystemClock())
    people = People(vendor)
    people.wants_more = False
    async with AsyncExitStack() as stack:
        database = stack.enter_context(fresh_schema())
        url = await stack.enter_async_context(serving(vendor))
        made = Apart(tmp_path, url=url, token=vendor.token, database=database, people=people)
        enrol(made.settings)
        living = asyncio.create_task(people.live())
        await made.start()
        yield made
        await made.end()
        living.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await living


@pytest.mark.slow
async def test_two_web_processes_and_two_workers_do_the_work_of_one_service(apart: Apart) -> None:
    await apart.scanrelay("org", "import", str(WORLD))
    async with aiohttp.ClientSession() as session:
        for port in apart.ports:
            async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                assert answer.status == HTTPStatus.OK, await answer.text()
    await apart.goes_through()
    for worker in apart.workers:
        # Whichever worker is left does everything.
        assert await worker.end(signal.SIGTERM) == 0
        await apart.goes_through()
        await worker.start()
        await worker.up()
    assert json.loads(await apart.scanrelay("audit", "check", "--json"))["ok"]
    assert json.loads(await apart.scanrelay("doctor", "--json"))["ok"]
    assert json.loads(await apart.scanrelay("invite", "--role", "coordinator", "--json"))["telegram"]
