"""Taking rows from a queue: the oldest due row of each lane, a lease each, never two takers of one row.

On PostgreSQL, SKIP LOCKED keeps two takers off one row, not off one lane: each sees the world as it was when its
statement began, and rows commit in another order than they were numbered in. So takers of a queue with lanes stand
in line, for as long as the few milliseconds of a claim's own transaction last.

The statements are made once a table, with parameters for what differs: with SQLAlchemy, making one costs several
times what running it does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    Update,
    and_,
    bindparam,
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


def is_any_due(connection: Connection, table: Table, now: datetime) -> bool:
    """Whether there is a row to look at: far cheaper than to look for one that can be taken."""
    return connection.execute(_any_due(table), {"now": now}).first() is not None


@cache
def _any_due(table: Table) -> Select[Any]:
    return select(literal_column("1")).where(table.c.due_at <= bindparam("now")).limit(1)


def take(
    connection: Connection,
    table: Table,
    now: datetime,
    *,
    limit: int,
    lease: timedelta,
    taker: str,
    where: tuple[ColumnElement[bool], ...] = (),
    given: Mapping[str, object] | None = None,
) -> Sequence[Row[Any]]:
    """Up to `limit` rows, taken until `now + lease`; each is given as it was *before*.

    `where` is the same tuple each time; its parameters are in `given` and may name `now`.
    """
    if limit < 1:
        return ()
    if "lane" in table.c:
        stand_in_line(connection, table)
    rows = connection.execute(_due(table, where), {"now": now, "most": limit, **(given or {})}).all()
    if rows:
        taken = {"taken": [row.seq for row in rows], "lease_ends": now + lease, "taker": taker}
        connection.execute(_taking(table), taken)
    return rows


@cache
def _taking(table: Table) -> Update:
    values: dict[str, Any] = {"state": TAKEN, "due_at": bindparam("lease_ends")}
    values |= {"claimed_by": bindparam("taker"), "attempts": table.c.attempts + 1}
    if "unsure" in table.c:
        # Taken before and never settled: nobody knows how far the earlier attempt came.
        values["unsure"] = or_(table.c.unsure, table.c.state == TAKEN)
    return update(table).where(table.c.seq.in_(bindparam("taken", expanding=True))).values(values)


def stand_in_line(connection: Connection, table: Table) -> None:
    """Wait until no other transaction takes rows of this queue (PostgreSQL); the next statement sees what it took."""
    hold(connection, f"take {table.name}")


@cache
def _due(table: Table, where: tuple[ColumnElement[bool], ...]) -> Select[Any]:
    # SKIP LOCKED is PostgreSQL's; SQLite's compiler leaves the clause out, its single writer needs none.
    now: BindParameter[datetime] = bindparam("now")
    statement = select(table).where(table.c.due_at <= now, *where).order_by(table.c.due_at, table.c.seq)
    if "lane" in table.c:
        statement = statement.where(is_head(table), ~is_busy(table, now))
    return statement.limit(bindparam("most")).with_for_update(skip_locked=True, of=table)


def is_head(table: Table) -> ColumnElement[bool]:
    """Whether no earlier row of the same lane is live."""
    earlier = table.alias()
    before = and_(earlier.c.lane == table.c.lane, earlier.c.seq < table.c.seq, earlier.c.due_at.is_not(None))
    return ~select(earlier.c.seq).where(before).exists()


def is_busy(table: Table, now: BindParameter[datetime]) -> ColumnElement[bool]:
    """Whether a later row of the same lane is taken: on PostgreSQL it may have been committed before this one.

    A row whose lease has ended keeps nobody waiting: it is itself no head while this one is live.
    """
    later = table.alias()
    taken = and_(later.c.lane == table.c.lane, later.c.state == _TAKEN, later.c.seq > table.c.seq)
    taken = and_(taken, later.c.due_at > now)
    return select(later.c.seq).where(taken).exists()


def settle(connection: Connection, table: Table, claim: Claim, **values: object) -> None:
    """Change a row that `claim` still holds; ClaimLostError when it does not."""
    held = {"held_seq": claim.seq, "held_by": claim.taker, "held_attempt": claim.attempt}
    new = {f"new_{name}": value for name, value in values.items()}
    if connection.execute(_settling(table, tuple(values)), held | new).rowcount != 1:
        raise ClaimLostError(f"row {claim.seq} of {table.name} is no longer ours")


@cache
def _settling(table: Table, names: tuple[str, ...]) -> Update:
    held = and_(
        table.c.seq == bindparam("held_seq"),
        table.c.claimed_by == bindparam("held_by"),
        table.c.attempts == bindparam("held_attempt"),
        table.c.state == TAKEN,
    )
    return update(table).where(held).values({name: bindparam(f"new_{name}") for name in names})


def may_be_followed(connection: Connection, table: Table, claim: Claim) -> bool:
    """Whether other rows of a row's lane wait, so that its end lets one go.

    On PostgreSQL always: another transaction may be adding one that can't be seen yet.
    """
    if connection.dialect.name == "postgresql":
        return True
    return connection.execute(_followers(table), {"of_seq": claim.seq}).first() is not None


@cache
def _followers(table: Table) -> Select[Any]:
    own = table.alias()
    same = select(own.c.lane).where(own.c.seq == bindparam("of_seq")).scalar_subquery()
    others = and_(table.c.lane == same, table.c.due_at.is_not(None), table.c.seq != bindparam("of_seq"))
    return select(literal_column("1")).where(others).limit(1)


def release_all(connection: Connection, table: Table, now: datetime) -> int:
    """Let every lease end now: for the start of the only process that can hold one. How many there were."""
    live = and_(table.c.due_at.is_not(None), table.c.state == TAKEN)
    return connection.execute(update(table).where(live).values(due_at=now)).rowcount


def next_due(connection: Connection, table: Table, now: datetime) -> datetime | None:
    """The first instant after `now` at which a row becomes due."""
    found: datetime | None = connection.execute(_next(table), {"now": now}).scalar()
    return found


@cache
def _next(table: Table) -> Select[Any]:
    return select(table.c.due_at).where(table.c.due_at > bindparam("now")).order_by(table.c.due_at).limit(1)


def depth(connection: Connection, table: Table) -> Depth:
    """For the metrics."""
    live = connection.execute(
        select(func.count(), func.min(table.c.due_at)).where(table.c.due_at.is_not(None))
    ).one()
    failed = and_(table.c.error.is_not(None), table.c.due_at.is_(None))
    dead = connection.execute(select(func.count()).where(failed, table.c.state == DEAD)).scalar_one()
    return Depth(live=live[0], oldest_due=live[1], dead=dead)
