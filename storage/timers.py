"""Instants at which something must happen, one a rule and subject; a due one becomes an inbox event."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select

from bot.messages import Address, TimerDue, encode_event
from storage.claim import Depth
from storage.inbox import INTERNAL, Inbox
from storage.portable import upsert
from storage.schema.runtime import timers
from storage.seal import Sealer


class Timers:
    """Timers by rule and subject."""

    def __init__(self, connection: Connection, sealer: Sealer, notices: set[str], inbox: Inbox) -> None:
        """Within one transaction; `notices` wakes the sweep after the commit."""
        self._db = connection
        self._sealer = sealer
        self._notices = notices
        self._inbox = inbox

    def set(self, timer: str, subject: str, due_at: datetime, *, lane: Address | None = None) -> None:
        """(Re)set a timer; its event is handled in order with the others of `lane`."""
        hashed = self._sealer.lookup(lane or f"timer:{subject}")
        upsert(self._db, timers, {"timer": timer, "subject": subject, "lane": hashed, "due_at": due_at})
        self._notices.add("timers")

    def cancel(self, timer: str, subject: str) -> None:
        """Nothing happens any more, unless its event is in the inbox already."""
        self._db.execute(delete(timers).where(_is(timer, subject)))

    def due_at(self, timer: str, subject: str) -> datetime | None:
        """When it will be due; None when it is not set."""
        return self._db.execute(select(timers.c.due_at).where(_is(timer, subject))).scalar()

    def next_due(self) -> datetime | None:
        """The earliest instant of all."""
        return self._db.execute(select(func.min(timers.c.due_at))).scalar()

    def depth(self) -> Depth:
        """For the metrics; a timer does not die."""
        live, oldest_due = self._db.execute(select(func.count(), func.min(timers.c.due_at))).one()
        return Depth(live=live, oldest_due=oldest_due, dead=0)

    def sweep(self, now: datetime, *, limit: int = 200) -> int:
        """Turn up to `limit` due timers into `TimerDue` events, the longest due first; how many."""
        query = select(timers).where(timers.c.due_at <= now).order_by(timers.c.due_at).limit(limit)
        rows = self._db.execute(query.with_for_update(skip_locked=True)).all()
        for row in rows:
            event = TimerDue(timer=row.timer, subject=row.subject, due_at=row.due_at)
            vendor_id = f"timer:{row.timer}:{row.subject}:{row.due_at.isoformat()}"
            self._inbox.append_hashed(INTERNAL, vendor_id, row.lane, encode_event(event), now)
            self._db.execute(delete(timers).where(_is(row.timer, row.subject), timers.c.due_at == row.due_at))
        return len(rows)


def _is(timer: str, subject: str) -> ColumnElement[bool]:
    return and_(timers.c.timer == timer, timers.c.subject == subject)
