"""What came in: each vendor id once, one event a lane at a time, in order of arrival."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.messages import Address, InboundEvent, encode_event
from storage import claim as queue
from storage.locks import hold
from storage.portable import insert_new
from storage.schema.runtime import inbox
from storage.seal import SealBrokenError, Sealer, day_scope

INTERNAL = "internal"
"""The channel of events that this service tells itself."""

ATTEMPTS = 5
"""After so many failures an event is a dead letter."""

_LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An update to handle; `raw` is None where it was forgotten, or its key destroyed."""

    claim: queue.Claim
    channel: str
    vendor_id: str
    raw: bytes | None
    received_at: datetime


class Inbox:
    """Updates and events that wait to be handled."""

    def __init__(self, connection: Connection, sealer: Sealer, notices: set[str]) -> None:
        """Within one transaction; `notices` wakes the inbox loop after the commit."""
        self._db = connection
        self._sealer = sealer
        self._notices = notices
        self.current: InboxRow | None = None
        """The row that this transaction handles, set by the inbox worker."""

    def append(
        self,
        channel: str,
        vendor_id: str,
        lane: Address,
        raw: bytes,
        received_at: datetime,
        *,
        internal: bool = False,
    ) -> bool:
        """Store an update as it came; False when this vendor id was there already."""
        channel = INTERNAL if internal else channel
        hashed = self._sealer.lookup(lane)
        if not internal:
            # Numbered in the order in which they are committed: no later one is handled before this one.
            hold(self._db, f"inbox {hashed}")
        return self.append_hashed(channel, vendor_id, hashed, raw, received_at)

    def append_event(self, event: InboundEvent, vendor_id: str, lane: Address, now: datetime) -> bool:
        """Store an event of our own; `vendor_id` names it once for ever."""
        return self.append(INTERNAL, vendor_id, lane, encode_event(event), now, internal=True)

    def append_hashed(
        self, channel: str, vendor_id: str, lane: str, raw: bytes, received_at: datetime
    ) -> bool:
        """As `append`, with the lane as the tables hold it."""
        values = {
            "channel": channel,
            "vendor_id": vendor_id,
            "lane": lane,
            "raw": self._sealer.seal(raw, scope=day_scope(received_at), place=_place(channel, vendor_id)),
            "received_at": received_at,
            "state": queue.NEW,
            "due_at": received_at,
            "attempts": 0,
        }
        self._notices.add("inbox")
        return insert_new(self._db, inbox, values)

    def known(self, channel: str, vendor_ids: Sequence[str]) -> frozenset[str]:
        """Which of these ids are here."""
        query = select(inbox.c.vendor_id).where(inbox.c.channel == channel, inbox.c.vendor_id.in_(vendor_ids))
        return frozenset(self._db.execute(query).scalars())

    def claim(
        self, now: datetime, *, limit: int, taker: str, lease: timedelta = _LEASE
    ) -> Sequence[InboxRow]:
        """The first due event of up to `limit` lanes."""
        if not queue.is_any_due(self._db, inbox, now):
            return []
        rows = queue.take(self._db, inbox, now, limit=limit, lease=lease, taker=taker)
        return [
            InboxRow(
                claim=queue.Claim(row.seq, taker, row.attempts + 1),
                channel=row.channel,
                vendor_id=row.vendor_id,
                raw=self._opened(row),
                received_at=row.received_at,
            )
            for row in rows
        ]

    def _opened(self, row: Row[Any]) -> bytes | None:
        try:
            return row.raw and self._sealer.open(row.raw, place=_place(row.channel, row.vendor_id))
        except SealBrokenError:
            return None

    def done(self, row: InboxRow, now: datetime) -> None:
        """It took effect, in this very transaction; ClaimLostError when another has it now."""
        queue.settle(self._db, inbox, row.claim, state=queue.DONE, due_at=None, finished_at=now, error=None)
        # A look for work that is not there costs as much as handling a small event.
        if queue.may_be_followed(self._db, inbox, row.claim):
            self._notices.add("inbox")

    def failed(self, row: InboxRow, error: str, now: datetime) -> bool:
        """It raised `error` (a class name): tried again, or dead after `ATTEMPTS`; whether it is dead."""
        dead = row.claim.attempt >= ATTEMPTS
        if dead:
            self._settle(row, state=queue.DEAD, due_at=None, finished_at=now, error=error)
        else:
            self._settle(row, state=queue.NEW, due_at=now + retry_delay(row.claim.attempt), error=error)
        return dead

    def forget(self, row: InboxRow | None = None) -> None:
        """Keep only the vendor id (by default of the one being handled): what strangers wrote is not kept."""
        row = row or self.current
        if row is not None:
            self._db.execute(update(inbox).where(inbox.c.seq == row.claim.seq).values(raw=None))

    def forget_finished(self, before: datetime, *, limit: int) -> int:
        """Drop what updates held that were finished before an instant; their vendor ids stay. How many."""
        old = select(inbox.c.seq).where(inbox.c.finished_at < before, inbox.c.raw.is_not(None)).limit(limit)
        return self._db.execute(update(inbox).where(inbox.c.seq.in_(old)).values(raw=None)).rowcount

    def release_all(self, now: datetime) -> int:
        """See `queue.release_all`."""
        return queue.release_all(self._db, inbox, now)

    def next_due(self, now: datetime) -> datetime | None:
        """See `queue.next_due`."""
        return queue.next_due(self._db, inbox, now)

    def depth(self) -> queue.Depth:
        """See `queue.depth`."""
        return queue.depth(self._db, inbox)

    def _settle(self, row: InboxRow, **values: object) -> None:
        queue.settle(self._db, inbox, row.claim, **values)
        self._notices.add("inbox")


def retry_delay(attempt: int) -> timedelta:
    """How long an event waits after its `attempt`-th failure: 1, 4, 16, 64 s; its lane waits with it."""
    return timedelta(seconds=4 ** (attempt - 1))


def _place(channel: str, vendor_id: str) -> str:
    return f"inbox|{channel}|{vendor_id}|raw"
