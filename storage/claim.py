"""Taking rows from a queue: the oldest due row of each lane, a lease each, never two takers of one row.

On PostgreSQL, SKIP LOCKED keeps two takers off one row, not off one lane: each sees the world as it was when its
statement began, and rows commit in another order than they were numbered in. So takers of a queue with lanes stand
in line, for as long as the few milliseconds of a claim's own transaction last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    func,
    literal_column,
    or_,
    select,
    update,
)

from storage.locks import hold

NEW = "new"
TAKEN = "taken"
DONE = "done"
DEAD = "dead"

_TAKEN: ColumnElement[str] = literal_column(f"'{TAKEN}'")
"""In the text of the statement: a bound value would not let the index of taken rows be used."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose a taken row is: every later change of it must name the taker and the attempt."""

    seq: int
    taker: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Depth:
    """How much of a queue is live, since when its oldest row is due (if any is), and how much is dead."""

    live: int
    oldest_due: datetime | None
    dead: int


class ClaimLostError(RuntimeError):
    """The lease ran out and another took the row: this work's effects must not be stored."""


def take(
    connection: Connection,
    table: Table,
    now: datetime,
    *,
    limit: int,
    lease: timedelta,
    taker: str,
    where: Sequence[ColumnElement[bool]] = (),
) -> Sequence[Row[Any]]:
    """Up to `limit` rows, taken until `now + lease`; each is given as it was *before*."""
    if limit < 1:
        return ()
    if "lane" in table.c:
        stand_in_line(connection, table)
    rows = connection.execute(_due(table, now, where).limit(limit)).all()
    if rows:
        values: dict[str, Any] = {"state": TAKEN, "due_at": now + lease, "claimed_by": taker}
        values["attempts"] = table.c.attempts + 1
        if "unsure" in table.c:
            # Taken before and never settled: nobody knows how far the earlier attempt came.
            values["unsure"] = or_(table.c.unsure, table.c.state == TAKEN)
        connection.execute(update(table).where(table.c.seq.in_([row.seq for row in rows])).values(values))
    return rows


def stand_in_line(connection: Connection, table: Table) -> None:
    """Wait until no other transaction takes rows of this queue (PostgreSQL); the next statement sees what it took."""
    hold(connection, f"take {table.name}")


def _due(table: Table, now: datetime, where: Sequence[ColumnElement[bool]]) -> Select[Any]:
    # SKIP LOCKED is PostgreSQL's; SQLite's compiler leaves the clause out, its single writer needs none.
    statement = select(table).where(table.c.due_at <= now, *where).order_by(table.c.due_at, table.c.seq)
    if "lane" in table.c:
        statement = statement.where(is_head(table), ~is_busy(table, now))
    return statement.with_for_update(skip_locked=True, of=table)


def is_head(table: Table) -> ColumnElement[bool]:
    """Whether no earlier row of the same lane is live."""
    earlier = table.alias()
    before = and_(earlier.c.lane == table.c.lane, earlier.c.seq < table.c.seq, earlier.c.due_at.is_not(None))
    return ~select(earlier.c.seq).where(before).exists()


def is_busy(table: Table, now: datetime) -> ColumnElement[bool]:
    """Whether a later row of the same lane is taken: on PostgreSQL it may have been committed before this one.

    A row whose lease has ended keeps nobody waiting: it is itself no head while this one is live.
    """
    later = table.alias()
    taken = and_(later.c.lane == table.c.lane, later.c.state == _TAKEN, later.c.seq > table.c.seq)
    taken = and_(taken, later.c.due_at > now)
    return select(later.c.seq).where(taken).exists()


def settle(connection: Connection, table: Table, claim: Claim, **values: object) -> None:
    """Change a row that `claim` still holds; ClaimLostError when it does not."""
    held = and_(
        table.c.seq == claim.seq,
        table.c.claimed_by == claim.taker,
        table.c.attempts == claim.attempt,
        table.c.state == TAKEN,
    )
    if connection.execute(update(table).where(held).values(values)).rowcount != 1:
        raise ClaimLostError(f"row {claim.seq} of {table.name} is no longer ours")


def release_all(connection: Connection, table: Table, now: datetime) -> int:
    """Let every lease end now: for the start of the only process that can hold one. How many there were."""
    live = and_(table.c.due_at.is_not(None), table.c.state == TAKEN)
    return connection.execute(update(table).where(live).values(due_at=now)).rowcount


def next_due(connection: Connection, table: Table, now: datetime) -> datetime | None:
    """The first instant after `now` at which a row becomes due."""
    found: datetime | None = connection.execute(
        select(table.c.due_at).where(table.c.due_at > now).order_by(table.c.due_at).limit(1)
    ).scalar()
    return found


def depth(connection: Connection, table: Table) -> Depth:
    """For the metrics."""
    live = connection.execute(
        select(func.count(), func.min(table.c.due_at)).where(table.c.due_at.is_not(None))
    ).one()
    failed = and_(table.c.error.is_not(None), table.c.due_at.is_(None))
    dead = connection.execute(select(func.count()).where(failed, table.c.state == DEAD)).scalar_one()
    return Depth(live=live[0], oldest_due=live[1], dead=dead)
