"""Deletes what has had its time: payloads of finished rows, blobs that no row names, old drafts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from bot.logs import get_logger
from bot.metrics import Metrics
from storage.blobs import Blobs
from storage.engine import Database
from storage.unit_of_work import UnitOfWork

Expire = Callable[[UnitOfWork, datetime], int]

_BATCH = 500
_ORPHANED_AFTER = timedelta(days=1)
"""A blob's row is committed seconds after its file; a day leaves room for all that goes wrong between."""

_log = get_logger("retention")


class Retention:
    """One pass deletes a bounded amount, so that it never holds up the writer."""

    def __init__(
        self, database: Database, *, blobs: Blobs, keep_payloads: timedelta, expire: Expire, metrics: Metrics
    ) -> None:
        """`expire` deletes the expired data of drafts and says how much it deleted."""
        self._database = database
        self._blobs = blobs
        self._keep = keep_payloads
        self._expire = expire
        self._metrics = metrics

    async def step(self, now: datetime) -> int:
        """Delete up to a batch of each kind; how much in all."""
        before = now - self._keep
        counts = {
            "inbox": await self._database.run(lambda uow: uow.inbox.forget_finished(before, limit=_BATCH)),
            "outbox": await self._database.run(lambda uow: uow.outbox.forget_finished(before, limit=_BATCH)),
            "work": await self._database.run(lambda uow: uow.work.forget_finished(before, limit=_BATCH)),
            "conversations": await self._database.run(lambda uow: uow.conversations.clear_idle(before)),
            "drafts": await self._database.run(lambda uow: self._expire(uow, now)),
            "blobs": await self._orphans(now - _ORPHANED_AFTER),
        }
        for what, count in counts.items():
            self._metrics.forgotten.labels(what).inc(count)
            if count:
                _log.info("forgotten", kind=what, count=count)
        return sum(counts.values())

    async def _orphans(self, before: datetime) -> int:
        deleted = 0
        ids = await self._blobs.older_than(before)
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            known = await self._database.read(partial(_known, batch))
            for blob_id in set(batch) - known:
                await self._blobs.delete(blob_id)
                deleted += 1
        return deleted


def _known(ids: list[str], uow: UnitOfWork) -> set[str]:
    return set(uow.blobs.many(ids))
