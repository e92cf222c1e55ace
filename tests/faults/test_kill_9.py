"""The real program is killed at random instants while cases flow; nothing is lost, doubled, unmarked or reordered."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.domain.case import AssignmentState
from bot.domain.report import ReportState
from bot.sandbox.app import build_vendor
from bot.services import truths
from bot.wiring import open_store
from storage.schema import cases as t
from storage.unit_of_work import UnitOfWork
from tests.channels.test_telegram_sandbox import serving
from tests.faults.crashing import Dice, People, Program, Shape, enrol
from tests.postgres import fresh_schema
from tests.world_texts import marks
from tests.world_truths import mark_matcher, out_of_order, sent_messages, unmarked_repeats

FINISH_SECONDS = 180
"""How long two cases may take to their end on a machine that does much else."""


@pytest.fixture(params=["sqlite", "postgresql"])
def shape(request: pytest.FixtureRequest) -> Iterator[Shape]:
    """All in one process; or web and two workers, each killed by itself."""
    if request.param == "sqlite":
        yield Shape(("run",))
        return
    with fresh_schema() as url:
        yield Shape(("web", "worker", "worker"), url)


@pytest.mark.slow
async def test_killed_at_random_instants_it_loses_doubles_and_reorders_nothing(
    tmp_path: Path, rounds: int, shape: Shape
) -> None:
    vendor = build_vendor(SystemClock())
    people = People(vendor)
    async with serving(vendor) as url:
        program = Program(tmp_path, url, vendor.token, shape)
        enrol(program.settings)
        living = asyncio.create_task(people.live())
        kills = await kill_again_and_again(program, people, rounds)
        people.wants_more = False
        await finish(program, people)
        living.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await living
    store = open_store(program.settings)
    try:
        assert set(people.sent) == people.answered, people.last_heard()
        assert len(people.sent) >= rounds // 8
        assert store.database.run_blocking(lambda uow: double_effects(uow, len(people.sent))) == []
        assert store.database.run_blocking(lambda uow: truths.check(uow, store.clock.now())) == ()
        sent = store.database.run_blocking(sent_messages)
        is_marked = mark_matcher(marks())
        assert unmarked_repeats(vendor.log, sent, is_marked) == []
        repeats = sum(is_marked(entry.text) for entry in vendor.log)
        sys.stdout.write(f"{kills} kills, {len(people.sent)} cases, {len(sent)} sent, {repeats} repeats\n")
        assert list(out_of_order(sent)) == []
        assert errors(program) == []
    finally:
        store.database.close()


async def kill_again_and_again(program: Program, people: People, rounds: int) -> int:
    """Most kills come while it works, every sixth while it may be starting; a slow machine is killed more often."""
    dice = Dice(9)
    for process in program.processes:
        await process.start()
    for number in count():
        if number >= rounds and len(people.sent) >= rounds // 8:
            return number
        victim = dice.one_of(program.processes)
        if number % 6:
            await victim.up()
        await asyncio.sleep(dice.between(0.0, 2.0))
        assert victim.is_running, victim.log.read_text()[-2000:]
        await victim.end(signal.SIGKILL)
        await victim.start()
    raise AssertionError("there is no last number")


async def finish(program: Program, people: People) -> None:
    """Left alone, it brings every case to its end."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FINISH_SECONDS):
            while set(people.sent) != people.answered:
                await asyncio.sleep(0.1)
    await asyncio.sleep(4)
    for process in program.processes:
        assert await process.end(signal.SIGTERM) == 0


def double_effects(uow: UnitOfWork, cases: int) -> list[str]:
    """What is there more or less often than once a case."""
    held = t.assignment.c.state == AssignmentState.ACKNOWLEDGED
    counts = {
        "cases": select(func.count()).select_from(t.case),
        "pictures": select(func.count()).select_from(t.attachment),
        "owners": select(func.count()).select_from(t.assignment).where(held),
        "reports": select(func.count()).select_from(t.report).where(t.report.c.state == ReportState.SENT),
        "drafts of reports": select(func.count() + cases)
        .select_from(t.report)
        .where(t.report.c.state == ReportState.DRAFT),
    }
    found = {name: uow.connection.execute(query).scalar_one() for name, query in counts.items()}
    return [f"{count} {name} of {cases} cases" for name, count in found.items() if count != cases]


def errors(program: Program) -> list[str]:
    """What its processes logged as an error."""
    text = "".join(process.log.read_text() for process in program.processes)
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return [str(line) for line in lines if line.get("level") in ("error", "critical")]
