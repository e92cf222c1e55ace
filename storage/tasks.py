"""What coordinators are asked to do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.domain.case import Task, TaskKind, TaskState
from bot.ids import Ids
from storage.schema.people import task


class Tasks:
    """What coordinators are asked to do."""

    def __init__(self, connection: Connection, ids: Ids) -> None:
        """Within one transaction."""
        self._db = connection
        self._ids = ids

    def add(self, kind: TaskKind, subject: str, *, now: datetime, case_id: str | None = None) -> Task | None:
        """A new task, or a finished one of the same subject opened again; None where it is there already."""
        known = self._of(kind, subject)
        if known is not None and known.state is not TaskState.DONE:
            return None
        if known is not None:
            values = {
                "state": TaskState.OPEN,
                "taken_by": None,
                "taken_at": None,
                "created_at": now,
                "done_at": None,
                "pushed_at": None,
            }
            again = (task.c.id == known.id) & (task.c.state == TaskState.DONE)
            reopened = self._db.execute(update(task).where(again).values(**values)).rowcount == 1
            return self.get(known.id) if reopened else None
        row_id = self._ids.new()
        self._db.execute(
            insert(task).values(
                id=row_id, kind=kind, subject=subject, case_id=case_id, state=TaskState.OPEN, created_at=now
            )
        )
        return self.get(row_id)

    def get(self, task_id: str) -> Task | None:
        """The task of that id."""
        row = self._db.execute(select(task).where(task.c.id == task_id)).one_or_none()
        return _task(row) if row else None

    def take(self, task_id: str, person_id: str, now: datetime) -> bool:
        """She does it; False where somebody was faster."""
        mine = (task.c.id == task_id) & (task.c.state == TaskState.OPEN)
        values = {"state": TaskState.TAKEN, "taken_by": person_id, "taken_at": now, "pushed_at": now}
        return self._db.execute(update(task).where(mine).values(**values)).rowcount == 1

    def give_back(self, task_id: str, person_id: str, now: datetime) -> bool:
        """Who had taken it does it no more: it is open from `now` on; False where it was not hers."""
        hers = (task.c.id == task_id) & (task.c.state == TaskState.TAKEN) & (task.c.taken_by == person_id)
        values = {"state": TaskState.OPEN, "taken_by": None, "taken_at": now, "pushed_at": None}
        return self._db.execute(update(task).where(hers).values(**values)).rowcount == 1

    def done(self, task_id: str, now: datetime) -> bool:
        """It is done; False where it was done before."""
        mine = (task.c.id == task_id) & (task.c.state != TaskState.DONE)
        return (
            self._db.execute(update(task).where(mine).values(state=TaskState.DONE, done_at=now)).rowcount == 1
        )

    def close_silently(self, kind: TaskKind, subject: str, now: datetime) -> None:
        """What it was about is settled and nobody has to hear so; `services.tasks.settle_and_tell` tells."""
        known = self._of(kind, subject)
        if known is not None:
            self.done(known.id, now)

    def pending(self) -> Sequence[Task]:
        """All that is not done, the oldest first."""
        query = select(task).where(task.c.state != TaskState.DONE).order_by(task.c.created_at, task.c.id)
        return tuple(map(_task, self._db.execute(query)))

    def pushed(self, task_id: str, now: datetime | None) -> None:
        """Coordinators were told of it; None: they are to be told with the next list."""
        self._db.execute(update(task).where(task.c.id == task_id).values(pushed_at=now))

    def of(self, kind: TaskKind, subject: str) -> Task | None:
        """The task of a subject, done or not."""
        return self._of(kind, subject)

    def _of(self, kind: TaskKind, subject: str) -> Task | None:
        row = self._db.execute(
            select(task).where(task.c.kind == kind, task.c.subject == subject)
        ).one_or_none()
        return _task(row) if row else None


def _task(row: Row[Any]) -> Task:
    return Task(
        row.id,
        TaskKind(row.kind),
        row.subject,
        TaskState(row.state),
        row.created_at,
        row.case_id,
        row.taken_by,
        row.pushed_at,
        row.taken_at,
    )
