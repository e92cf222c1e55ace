"""Slow work that waits: an attachment to fetch, later a text to translate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from storage import claim as queue
from storage.portable import insert_new
from storage.schema.runtime import work
from storage.seal import Sealer, day_scope

FETCH = "fetch"
"""Fetch and prepare the attachment whose id is the subject."""

_LEASE = timedelta(seconds=300)

_OF_KIND = (work.c.kind == bindparam("of_kind"),)


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A piece of work; `subject` is the row it is about, `payload` what else it needs."""

    claim: queue.Claim
    kind: str
    key: str
    subject: str
    payload: bytes


class WorkQueue:
    """Work that workers claim by kind."""

    def __init__(self, connection: Connection, sealer: Sealer, notices: set[str]) -> None:
        """Within one transaction; `notices` wakes the loops that work after the commit."""
        self._db = connection
        self._sealer = sealer
        self._notices = notices

    def put(
        self, kind: str, key: str, subject: str, now: datetime, *, payload: bytes = b"", scope: str = ""
    ) -> bool:
        """Store work; False when its kind and key were used before. `scope` (default: the day) seals."""
        sealed = (
            self._sealer.seal(payload, scope=scope or day_scope(now), place=_place(kind, key))
            if payload
            else None
        )
        values = {
            "kind": kind,
            "key": key,
            "subject": subject,
            "payload": sealed,
            "state": queue.NEW,
            "due_at": now,
            "attempts": 0,
            "created_at": now,
        }
        self._notices.add("work")
        return insert_new(self._db, work, values)

    def claim(
        self, kind: str, now: datetime, *, limit: int, taker: str, lease: timedelta = _LEASE
    ) -> Sequence[WorkItem]:
        """Up to `limit` due items of a kind, the longest due first."""
        if not queue.is_any_due(self._db, work, now):
            return []
        kinds = {"of_kind": kind}
        rows = queue.take(
            self._db, work, now, limit=limit, lease=lease, taker=taker, where=_OF_KIND, given=kinds
        )
        return [
            WorkItem(
                claim=queue.Claim(row.seq, taker, row.attempts + 1),
                kind=row.kind,
                key=row.key,
                subject=row.subject,
                payload=self._sealer.open(row.payload, place=_place(row.kind, row.key))
                if row.payload
                else b"",
            )
            for row in rows
        ]

    def done(self, item: WorkItem, now: datetime) -> None:
        """Its results are in this transaction."""
        self._settle(item, state=queue.DONE, due_at=None, finished_at=now, error=None)

    def dead(self, item: WorkItem, error: str, now: datetime) -> None:
        """It is given up."""
        self._settle(item, state=queue.DEAD, due_at=None, finished_at=now, error=error)

    def retry(self, item: WorkItem, error: str, due_at: datetime) -> None:
        """Try again at that instant."""
        self._settle(item, state=queue.NEW, due_at=due_at, error=error)
        self._notices.add("work")

    def forget_finished(self, before: datetime, *, limit: int) -> int:
        """Drop the payloads of work that was finished before an instant. How many."""
        old = select(work.c.seq).where(work.c.finished_at < before, work.c.payload.is_not(None)).limit(limit)
        return self._db.execute(update(work).where(work.c.seq.in_(old)).values(payload=None)).rowcount

    def release_all(self, now: datetime) -> int:
        """See `queue.release_all`."""
        return queue.release_all(self._db, work, now)

    def next_due(self, now: datetime) -> datetime | None:
        """See `queue.next_due`."""
        return queue.next_due(self._db, work, now)

    def depth(self) -> queue.Depth:
        """See `queue.depth`."""
        return queue.depth(self._db, work)

    def _settle(self, item: WorkItem, **values: object) -> None:
        queue.settle(self._db, work, item.claim, **values)


def _place(kind: str, key: str) -> str:
    return f"work|{kind}|{key}|payload"
