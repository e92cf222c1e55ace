"""What processes had taken when they died, for the others to take up (PostgreSQL; see `storage.presence`)."""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    func,
    literal_column,
    select,
    text,
    union,
    update,
)

from storage.claim import TAKEN
from storage.presence import lock_of
from storage.schema.runtime import inbox, outbox, work

_QUEUES = (inbox, outbox, work)

_HELD_LOCKS = text(
    "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks"
    " WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)

_JUST_STARTED = text("SELECT clock_timestamp() - pg_postmaster_start_time() < interval '5 s'")


class Takers:
    """The takers of rows that are taken now."""

    def __init__(self, connection: Connection, notices: set[str]) -> None:
        """Within one transaction; `notices` wakes the loops that can go on after the commit."""
        self._db = connection
        self._notices = notices

    def missing(self, now: datetime) -> frozenset[str]:
        """Those whose lock nobody holds. Nobody is missed while a server that has just started is found again."""
        queries = [_names(table, now) for table in _QUEUES]
        named = {str(name) for name in self._db.execute(union(*queries)).scalars()}
        if not named or self._db.execute(_JUST_STARTED).scalar_one():
            return frozenset()
        held = frozenset(self._db.execute(_HELD_LOCKS).scalars())
        return frozenset(name for name in named if lock_of(name) not in held)

    def release(self, taker: str, now: datetime) -> int:
        """Let its leases end now, unless it is there: its lock is kept until this is committed. How many there were.

        What it was sending comes back as unsure (`storage.claim.take`).
        """
        if not self._db.execute(select(func.pg_try_advisory_xact_lock(lock_of(taker)))).scalar_one():
            return 0
        return sum(self._release(table, taker, now) for table in _QUEUES)

    def _release(self, table: Table, taker: str, now: datetime) -> int:
        mine = and_(_taken(table, now), table.c.claimed_by == taker)
        count = self._db.execute(update(table).where(mine).values(due_at=now)).rowcount
        if count:
            self._notices.add(table.name)
        return count


def _names(table: Table, now: datetime) -> Select[tuple[str]]:
    return select(table.c.claimed_by).where(_taken(table, now), table.c.claimed_by.is_not(None))


def _taken(table: Table, now: datetime) -> ColumnElement[bool]:
    # In the text of the statement, for the index of taken rows; what is due already, anybody may take.
    return and_(table.c.state == literal_column(f"'{TAKEN}'"), table.c.due_at > now)
