import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.clock import SystemClock
from bot.metrics import Metrics
from bot.workers.loop import Look, Loop


class Stub:
    """A worker that counts how often it is asked, and fails as often as told."""

    name = "stub"
    queues = frozenset({"inbox"})

    def __init__(self, *, failures: int = 0) -> None:
        self.asked = 0
        self.failures = failures
        self.drained = False

    async def begin(self, now: datetime) -> Look:
        self.asked += 1
        if self.asked <= self.failures:
            raise ValueError("told to")
        return Look(0, None)

    async def step(self, now: datetime) -> int:
        return (await self.begin(now)).begun

    async def next_due(self, now: datetime) -> datetime | None:
        return None

    async def recover(self, now: datetime) -> None:
        return

    async def drain(self, timeout_seconds: float | None = None) -> bool:
        self.drained = True
        return True


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.005)


async def test_a_commit_wakes_only_the_loops_that_it_concerns() -> None:
    worker = Stub()
    loop = Loop(worker, clock=SystemClock(), metrics=Metrics(), poll_seconds=60)
    running = asyncio.ensure_future(loop.run())
    await _until(lambda: worker.asked == 1)
    loop.notice(frozenset({"outbox"}))
    await asyncio.sleep(0.05)
    assert worker.asked == 1
    loop.notice(frozenset({"inbox"}))
    await _until(lambda: worker.asked == 2)
    loop.stop()
    await running
    assert worker.drained


async def test_a_loop_outlives_the_errors_of_its_worker() -> None:
    worker, metrics = Stub(failures=2), Metrics()
    loop = Loop(worker, clock=SystemClock(), metrics=metrics, poll_seconds=60)
    running = asyncio.ensure_future(loop.run())
    await _until(lambda: worker.asked == 3)
    loop.stop()
    await running
    assert b'failures_total{worker="stub"} 2.0' in metrics.exposition()
