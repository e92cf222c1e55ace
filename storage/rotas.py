"""Slots, shifts and policies."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from bot.domain.escalation import Policy
from bot.domain.rota import Duty, Shift, Slot
from bot.domain.study import Priority
from bot.ids import Ids
from storage.codec import POLICY, dump_text
from storage.portable import insert_new
from storage.schema import rotas as t

_LONGEST = timedelta(hours=24)


class Rotas:
    """Who serves when."""

    def __init__(self, connection: Connection, ids: Ids) -> None:
        """Within one transaction."""
        self._db = connection
        self._ids = ids

    def shifts_at(self, pool_id: str, at: datetime) -> Sequence[Shift]:
        """The active shifts of a pool that cover an instant; a slot is at most 24 h long, so the index bounds it."""
        return self._shifts(
            pool_id, t.slot.c.start_utc <= at, t.slot.c.start_utc > at - _LONGEST, t.slot.c.end_utc > at
        )

    def shifts_between(self, pool_id: str, start: datetime, end: datetime) -> Sequence[Shift]:
        """The active shifts of a pool that touch `[start, end)`, by start."""
        return self._shifts(
            pool_id, t.slot.c.start_utc < end, t.slot.c.start_utc > start - _LONGEST, t.slot.c.end_utc > start
        )

    def _shifts(self, pool_id: str, *conditions: object) -> Sequence[Shift]:
        query = (
            select(t.slot, t.shift.c.person_id)
            .join(t.shift, t.shift.c.slot_id == t.slot.c.id)
            .where(t.slot.c.pool_id == pool_id, t.shift.c.active, *conditions)  # type: ignore[arg-type]
            .order_by(t.slot.c.start_utc, t.slot.c.seat)
        )
        return tuple(
            Shift(
                Slot(
                    row.id, row.pool_id, Duty(row.role), row.seat, row.local_date, row.start_utc, row.end_utc
                ),
                row.person_id,
            )
            for row in self._db.execute(query)
        )

    def put_slot(self, slot: Slot) -> str:
        """Add a slot, or the id of the one that has its pool, duty, seat and start."""
        values = {
            "id": slot.id or self._ids.new(),
            "pool_id": slot.pool_id,
            "role": slot.duty,
            "seat": slot.seat,
            "local_date": slot.local_date,
            "start_utc": slot.start,
            "end_utc": slot.end,
        }
        insert_new(self._db, t.slot, values)
        query = select(t.slot.c.id).where(
            t.slot.c.pool_id == slot.pool_id,
            t.slot.c.role == slot.duty,
            t.slot.c.seat == slot.seat,
            t.slot.c.start_utc == slot.start,
        )
        return str(self._db.execute(query).scalar_one())

    def fill(
        self, slot_id: str, person_id: str, *, source: str, now: datetime, made_by: str | None = None
    ) -> bool:
        """Give a slot its person; the one before stays as history. False where she has it already."""
        active = (t.shift.c.slot_id == slot_id) & t.shift.c.active
        holder = self._db.execute(select(t.shift.c.person_id).where(active)).scalar_one_or_none()
        if holder == person_id:
            return False
        self._db.execute(update(t.shift).where(active).values(active=False))
        self._db.execute(
            insert(t.shift).values(
                id=self._ids.new(),
                slot_id=slot_id,
                person_id=person_id,
                source=source,
                made_by=made_by,
                made_at=now,
                active=True,
            )
        )
        return True


class Policies:
    """Escalation policies of pools."""

    def __init__(self, connection: Connection, ids: Ids) -> None:
        """Within one transaction."""
        self._db = connection
        self._ids = ids

    def get(self, pool_id: str, priority: Priority) -> Policy | None:
        """A pool's own policy for a priority; None where it has none."""
        query = select(t.policy.c.definition).where(
            t.policy.c.pool_id == pool_id, t.policy.c.priority == priority
        )
        text = self._db.execute(query).scalar_one_or_none()
        return POLICY.validate_json(text) if text else None

    def put(self, pool_id: str, priority: Priority, policy: Policy) -> None:
        """Set a pool's policy for a priority; cases that are open keep the one they copied."""
        values = {
            "id": self._ids.new(),
            "pool_id": pool_id,
            "priority": priority,
            "definition": dump_text(POLICY, policy),
        }
        if not insert_new(self._db, t.policy, values):
            mine = (t.policy.c.pool_id == pool_id) & (t.policy.c.priority == priority)
            self._db.execute(update(t.policy).where(mine).values(definition=values["definition"]))
