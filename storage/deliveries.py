"""What becomes of messages after they were sent, as their vendors tell, and of those that nobody will send."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, or_, select, update

from bot.messages import Address, OutboundMessage
from storage import claim as queue
from storage.outbox import PARKED, SENT, opened
from storage.schema.runtime import outbox, outbox_sent
from storage.seal import Sealer

_FAR = {"": 0, "sent": 1, "undelivered": 2, "failed": 2, "delivered": 3, "read": 4}
"""How far a message has come: reports arrive in any order, and only a later stage replaces an earlier one."""

_FAILED = ("undelivered", "failed")
_ARRIVED = ("sent", "delivered", "read")
_LEFT = (SENT, PARKED)


@dataclass(frozen=True, slots=True)
class Reported:
    """One of our messages of which its vendor tells something new; `put_at`: see `OutboxRow.created_at`."""

    message: OutboundMessage
    put_at: datetime


@dataclass(frozen=True, slots=True)
class Early:
    """The vendor was faster than we are: what it tells of is still being sent, or being noted as sent."""


class Deliveries:
    """The fates of messages that left."""

    def __init__(self, connection: Connection, sealer: Sealer, notices: set[str]) -> None:
        """Within one transaction; `notices` wakes the deliver loop after the commit."""
        self._db = connection
        self._sealer = sealer
        self._notices = notices

    def reported(self, address: Address, vendor_message_id: str, status: str) -> Reported | Early | None:
        """A vendor tells how far one of its messages has come.

        Ours where that is news: any failure, a stage that the last of its parts has reached now; None elsewhere.
        """
        row = self._sent(address, vendor_message_id)
        if row is None:
            return Early() if self.is_sending(address) else None
        if status in _FAILED and row.state in (queue.NEW, queue.TAKEN):
            return Early()
        if _FAR[status] <= _FAR[row.status]:
            return None
        parts = outbox_sent.c.outbox_seq == row.outbox_seq
        self._db.execute(
            update(outbox_sent).where(parts, outbox_sent.c.ordinal == row.ordinal).values(status=status)
        )
        statuses = self._db.execute(select(outbox_sent.c.status).where(parts)).scalars()
        whole = row.state == SENT and min(_FAR[one] for one in statuses) == _FAR[status]
        if row.message is None or not (whole or status in _FAILED):
            return None
        message = opened(self._sealer, row.key, row.message)
        return None if message is None else Reported(message, row.created_at)

    def is_sending(self, address: Address) -> bool:
        """Whether something is being sent to a chat, so that its vendor may know of a message that we don't yet."""
        taken = and_(outbox.c.lane == self._sealer.lookup(address), outbox.c.state == queue.TAKEN)
        return self._db.execute(select(outbox.c.seq).where(taken).limit(1)).first() is not None

    def send_again(self, key: str, due_at: datetime | None) -> None:
        """A message that left has not arrived, as its vendor says: it goes out whole again; None: once she writes.

        It may be a repeat where it has parts of which some may have arrived.
        """
        row = self._db.execute(
            select(outbox.c.seq, outbox.c.state).where(outbox.c.key == key, outbox.c.state.in_(_LEFT))
        ).one_or_none()
        if row is None:
            return
        parts = outbox_sent.c.outbox_seq == row.seq
        statuses = set(self._db.execute(select(outbox_sent.c.status).where(parts)).scalars())
        # What came after the end of a session has not arrived either, told or not.
        maybe = _ARRIVED if due_at is None else ("", *_ARRIVED)
        again: dict[str, object] = {"parts_sent": 0, "attempts": 0, "unsure": not statuses.isdisjoint(maybe)}
        if row.state == SENT:
            state = PARKED if due_at is None else queue.NEW
            again |= {"state": state, "due_at": due_at, "finished_at": None}
        self._db.execute(update(outbox).where(outbox.c.seq == row.seq).values(again))
        self._db.execute(delete(outbox_sent).where(parts))
        self._notices.add("outbox")

    def abandon(self, address: Address, now: datetime) -> Sequence[OutboundMessage]:
        """What waits for a chat, with a time or without one, will never leave; what it is, in its order."""
        live = and_(outbox.c.state == queue.NEW, outbox.c.due_at.is_not(None))
        waiting = and_(outbox.c.lane == self._sealer.lookup(address), or_(live, outbox.c.state == PARKED))
        rows = self._db.execute(select(outbox).where(waiting).order_by(outbox.c.seq)).all()
        ended = {"state": queue.DEAD, "due_at": None, "finished_at": now, "error": "abandoned"}
        self._db.execute(update(outbox).where(outbox.c.seq.in_([row.seq for row in rows])).values(ended))
        found = (opened(self._sealer, row.key, row.message) for row in rows)
        return [message for message in found if message is not None]

    def _sent(self, address: Address, vendor_message_id: str) -> Row[Any] | None:
        """Which of our messages is meant, and which of its parts."""
        query = (
            select(outbox_sent, outbox.c.key, outbox.c.message, outbox.c.state, outbox.c.created_at)
            .join(outbox, outbox_sent.c.outbox_seq == outbox.c.seq)
            .where(outbox_sent.c.lane == self._sealer.lookup(address))
            .where(outbox_sent.c.vendor_message_id == vendor_message_id)
            .order_by(outbox.c.seq.desc())
            .limit(1)
        )
        return self._db.execute(query).one_or_none()
