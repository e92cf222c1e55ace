"""Workers without a web part say how they are at a port of their own."""

import asyncio
import json
import signal
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.clock import ManualClock
from bot.metrics import Metrics
from bot.side_door import SideDoor
from bot.training import free_port
from tests.faults.crashing import Process
from tests.postgres import fresh_schema
from tests.serving import serving_app


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def test_workers_are_well_while_the_scheduler_ticks(clock: ManualClock) -> None:
    metrics = Metrics()
    metrics.heartbeat.set(clock.now().timestamp())
    async with serving_app(SideDoor(metrics, clock).app()) as url:
        assert await get(f"{url}/healthz") == (200, "ok\n")
        clock.advance(timedelta(seconds=31))
        assert await get(f"{url}/healthz") == (503, "not beating\n")
        assert (await get(f"{url}/metrics"))[1].startswith("# HELP scanrelay_")


@pytest.mark.slow
async def test_the_worker_command_answers_where_it_was_told(tmp_path: Path) -> None:
    port = free_port()
    with fresh_schema() as database:
        given = {
            "SCANRELAY_DATABASE_URL": database,
            "SCANRELAY_METRICS_PORT": str(port),
            "SCANRELAY_DATA_DIR": str(tmp_path),
        }
        worker = Process("worker", log=tmp_path / "log", environment=given)
        await worker.start()
        await worker.up()
        async with asyncio.timeout(30):
            while (await get(f"http://127.0.0.1:{port}/healthz"))[0] != 200:
                await asyncio.sleep(0.2)
        _, figures = await get(f"http://127.0.0.1:{port}/metrics")
        assert await worker.end(signal.SIGTERM) == 0
    assert "scanrelay_heartbeat_timestamp_seconds" in figures
    for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines():
        if line.startswith("{"):
            assert json.loads(line)["level"] in ("info", "warning")
