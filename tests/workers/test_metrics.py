"""What Prometheus reads: the queues as they are, and only metrics that the operator's page explains."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.ids import Ids
from bot.messages import Address, OutboundMessage, Verbatim
from bot.metrics import Metrics
from bot.workers.loop import Loop
from bot.workers.retention import Retention
from bot.workers.schedule import ScheduleWorker, Ticks
from storage.blobs import Blobs, LocalBlobStore
from storage.engine import Database
from storage.unit_of_work import UnitOfWork

PAGE = Path(__file__).parents[2] / "docs" / "operating.md"


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def ticks(db: Database, clock: ManualClock, ids: Ids, metrics: Metrics, tmp_path: Path) -> Ticks:
    retention = Retention(
        db,
        blobs=Blobs(db, LocalBlobStore(tmp_path), ids),
        keep_payloads=timedelta(days=30),
        expire=lambda uow, now: 0,
        metrics=metrics,
    )
    sweep = Loop(ScheduleWorker(db), clock=clock, metrics=metrics)
    return Ticks(db, sweep=sweep, retention=retention, clock=clock, metrics=metrics)


def read(metrics: Metrics, name: str, queue: str) -> float | None:
    return metrics.registry.get_sample_value(f"scanrelay_{name}", {"queue": queue})


async def test_each_queue_says_how_much_waits_and_how_long_the_oldest_is_overdue(
    db: Database, clock: ManualClock, ticks: Ticks, metrics: Metrics
) -> None:
    def fill(uow: UnitOfWork) -> None:
        now = clock.now()
        uow.timers.set("ladder", "case", now - timedelta(seconds=90))
        uow.timers.set("remind", "case", now + timedelta(hours=1))
        uow.outbox.put(OutboundMessage(Address("telegram:1"), "k", (Verbatim("x"),)), now)

    await db.run(fill)
    clock.advance(timedelta(seconds=10))
    await ticks.measure()
    queues = ("timers", "outbox", "inbox", "work")
    assert [read(metrics, "queue_depth", queue) for queue in queues] == [2, 1, 0, 0]
    assert [read(metrics, "queue_age_seconds", queue) for queue in queues] == [100, 10, 0, 0]
    assert [read(metrics, "queue_dead", queue) for queue in queues] == [0, 0, 0, 0]


def test_the_operators_page_names_every_metric_and_no_other(metrics: Metrics) -> None:
    exposed = set(re.findall(r"^# TYPE (scanrelay_\w+)", metrics.exposition().decode(), re.MULTILINE))
    exposed = {name for name in exposed if not name.endswith("_created")}
    told = set(re.findall(r"scanrelay_[a-z_]+", PAGE.read_text(encoding="utf-8")))
    assert told == exposed
