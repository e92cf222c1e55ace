"""Who holds a case, who was paged for it, and to whom it was handed over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.domain.case import (
    Assignment,
    AssignmentState,
    ClockLeft,
    DeclineReason,
    Handover,
    HandoverKind,
    HandoverState,
)
from bot.domain.escalation import Way
from bot.ids import Ids
from storage.portable import insert_new
from storage.schema import cases as t


class Assignments:
    """Where specialists stand to cases; the database keeps one acknowledged owner a case."""

    def __init__(self, connection: Connection, ids: Ids) -> None:
        """Within one transaction."""
        self._db = connection
        self._ids = ids

    def offer(self, case_id: str, person_id: str, now: datetime) -> None:
        """She is asked; one who declined or let it expire may be asked again."""
        known = self.of(case_id, person_id)
        if known is None:
            self._insert(case_id, person_id, AssignmentState.OFFERED, now)
        elif known.state in (AssignmentState.EXPIRED, AssignmentState.RELEASED):
            self._set(case_id, person_id, AssignmentState.OFFERED, now)

    def acknowledge(self, case_id: str, person_id: str, now: datetime) -> bool:
        """She has it; False where somebody else owns it already (the unique index decides)."""
        try:
            with self._db.begin_nested():
                if self.of(case_id, person_id) is None:
                    self._insert(case_id, person_id, AssignmentState.ACKNOWLEDGED, now)
                else:
                    self._set(case_id, person_id, AssignmentState.ACKNOWLEDGED, now)
        except IntegrityError:
            return False
        return True

    def decline(self, case_id: str, person_id: str, now: datetime) -> None:
        """She won't take it."""
        self._set(case_id, person_id, AssignmentState.DECLINED, now)

    def end(self, case_id: str, person_id: str, state: AssignmentState, now: datetime) -> None:
        """She gives it back (released) or lost it by time (expired)."""
        self._set(case_id, person_id, state, now)

    def give_reason(self, case_id: str, person_id: str, reason: DeclineReason) -> None:
        """Why she declined it."""
        mine = (t.assignment.c.case_id == case_id) & (t.assignment.c.person_id == person_id)
        self._db.execute(update(t.assignment).where(mine).values(reason=reason))

    def stop_clock(self, case_id: str, left: ClockLeft | None) -> None:
        """Its owner's clock stands with that much left; None: it runs."""
        seconds = (
            (None, None)
            if left is None
            else (int(left.report.total_seconds()), int(left.reopen.total_seconds()))
        )
        self._db.execute(
            update(t.assignment)
            .where(t.assignment.c.case_id == case_id, t.assignment.c.state == AssignmentState.ACKNOWLEDGED)
            .values(report_left=seconds[0], reopen_left=seconds[1])
        )

    def stopped_clock(self, case_id: str) -> ClockLeft | None:
        """What its owner has left while his clock stands."""
        query = select(t.assignment.c.report_left, t.assignment.c.reopen_left).where(
            t.assignment.c.case_id == case_id, t.assignment.c.state == AssignmentState.ACKNOWLEDGED
        )
        row = self._db.execute(query).one_or_none()
        if row is None or row.reopen_left is None:
            return None
        return ClockLeft(timedelta(seconds=row.report_left), timedelta(seconds=row.reopen_left))

    def owner(self, case_id: str) -> str | None:
        """Who has it."""
        query = select(t.assignment.c.person_id).where(
            t.assignment.c.case_id == case_id, t.assignment.c.state == AssignmentState.ACKNOWLEDGED
        )
        return self._db.execute(query).scalar_one_or_none()

    def of(self, case_id: str, person_id: str) -> Assignment | None:
        """Where she stands to it."""
        query = select(t.assignment).where(
            t.assignment.c.case_id == case_id, t.assignment.c.person_id == person_id
        )
        row = self._db.execute(query).one_or_none()
        return _assignment(row) if row else None

    def of_case(self, case_id: str) -> Sequence[Assignment]:
        """All of a case, in the order of the offers."""
        query = select(t.assignment).where(t.assignment.c.case_id == case_id)
        return tuple(map(_assignment, self._db.execute(query.order_by(t.assignment.c.offered_at))))

    def _insert(self, case_id: str, person_id: str, state: AssignmentState, now: datetime) -> None:
        self._db.execute(
            insert(t.assignment).values(
                id=self._ids.new(),
                case_id=case_id,
                person_id=person_id,
                state=state,
                offered_at=now,
                changed_at=now,
            )
        )

    def _set(self, case_id: str, person_id: str, state: AssignmentState, now: datetime) -> None:
        mine = (t.assignment.c.case_id == case_id) & (t.assignment.c.person_id == person_id)
        self._db.execute(update(t.assignment).where(mine).values(state=state, changed_at=now))


class Pages:
    """Attempts to reach one person one way; each (case, round, step, person, way) once."""

    def __init__(self, connection: Connection, ids: Ids) -> None:
        """Within one transaction."""
        self._db = connection
        self._ids = ids

    def add(self, case_id: str, *, round_: int, step: int, person_id: str, way: str, now: datetime) -> bool:
        """A page under way; False when it was made before."""
        values = {
            "id": self._ids.new(),
            "case_id": case_id,
            "round": round_,
            "step": step,
            "person_id": person_id,
            "way": way,
            "state": "waiting",
            "made_at": now,
        }
        return insert_new(self._db, t.page, values)

    def end(self, case_id: str, person_id: str, state: str, now: datetime, *, way: str | None = None) -> bool:
        """Her pages of a case (of one way) are over (`ended`) or could not be sent (`failed`); whether any was open."""
        mine = (
            (t.page.c.case_id == case_id)
            & (t.page.c.person_id == person_id)
            & t.page.c.state.in_(("waiting", "sent"))
        )
        if way is not None:
            mine &= t.page.c.way == way
        return self._db.execute(update(t.page).where(mine).values(state=state, ended_at=now)).rowcount > 0

    def end_all(self, case_id: str, now: datetime) -> None:
        """Nobody is paged for it any more."""
        mine = (t.page.c.case_id == case_id) & t.page.c.state.in_(("waiting", "sent"))
        self._db.execute(update(t.page).where(mine).values(state="ended", ended_at=now))

    def waiting(self, case_id: str) -> Sequence[str]:
        """Whose answer is awaited, in the order of the first page."""
        query = (
            select(t.page.c.person_id)
            .where(t.page.c.case_id == case_id, t.page.c.state.in_(("waiting", "sent")))
            .order_by(t.page.c.made_at, t.page.c.id)
        )
        return tuple(dict.fromkeys(self._db.execute(query).scalars()))

    def over(self, case_id: str, *, round_: int, way: str) -> frozenset[str]:
        """Whose page of a round by that way is over."""
        query = select(t.page.c.person_id).where(
            t.page.c.case_id == case_id,
            t.page.c.round == round_,
            t.page.c.way == way,
            t.page.c.state == "ended",
        )
        return frozenset(self._db.execute(query).scalars())

    def sent_by(self, case_id: str, way: str) -> frozenset[str]:
        """Who was ever paged for it by that way, but for those whom it did not reach."""
        query = select(t.page.c.person_id).where(
            t.page.c.case_id == case_id, t.page.c.way == way, t.page.c.state != "failed"
        )
        return frozenset(self._db.execute(query).scalars())

    def paged(self, case_id: str) -> Sequence[tuple[str, int, int]]:
        """Everybody who ever got its card in her chat, with round and step."""
        query = select(t.page.c.person_id, t.page.c.round, t.page.c.step).where(
            t.page.c.case_id == case_id, t.page.c.way == Way.CHAT
        )
        return [
            (row.person_id, row.round, row.step) for row in self._db.execute(query.order_by(t.page.c.made_at))
        ]


class Handovers:
    """Cases that their owners offered to colleagues."""

    def __init__(self, connection: Connection, ids: Ids) -> None:
        """Within one transaction."""
        self._db = connection
        self._ids = ids

    def add(
        self,
        case_id: str,
        kind: HandoverKind,
        *,
        from_id: str,
        to_id: str,
        now: datetime,
        expires_at: datetime,
    ) -> str:
        """A new offer; returns its id."""
        row_id = self._ids.new()
        self._db.execute(
            insert(t.handover).values(
                id=row_id,
                case_id=case_id,
                kind=kind,
                from_id=from_id,
                to_id=to_id,
                state=HandoverState.OFFERED,
                made_at=now,
                expires_at=expires_at,
            )
        )
        return row_id

    def get(self, handover_id: str) -> Handover | None:
        """The offer of that id."""
        row = self._db.execute(select(t.handover).where(t.handover.c.id == handover_id)).one_or_none()
        return _handover(row) if row else None

    def offered(self, case_id: str, to_id: str) -> Handover | None:
        """The newest offer of a case to a colleague that she has not answered."""
        query = (
            select(t.handover)
            .where(
                t.handover.c.case_id == case_id,
                t.handover.c.to_id == to_id,
                t.handover.c.state == HandoverState.OFFERED,
            )
            .order_by(t.handover.c.made_at.desc())
        )
        row = self._db.execute(query.limit(1)).one_or_none()
        return _handover(row) if row else None

    def set_state(self, handover_id: str, state: HandoverState) -> bool:
        """Offered to something else; False where it was answered before."""
        mine = (t.handover.c.id == handover_id) & (t.handover.c.state == HandoverState.OFFERED)
        return self._db.execute(update(t.handover).where(mine).values(state=state)).rowcount == 1


def _assignment(row: Row[Any]) -> Assignment:
    state = AssignmentState(row.state)
    reason = DeclineReason(row.reason) if row.reason else None
    return Assignment(row.id, row.case_id, row.person_id, state, row.offered_at, row.changed_at, reason)


def _handover(row: Row[Any]) -> Handover:
    return Handover(
        row.id,
        row.case_id,
        HandoverKind(row.kind),
        row.from_id,
        row.to_id,
        HandoverState(row.state),
        row.made_at,
        row.expires_at,
    )
