"""Cases and the files that came with them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select, update

from bot.domain.case import AttachmentState, Case, Consent, Purpose, Status, StoredAttachment
from bot.domain.escalation import Policy, Position
from bot.domain.facts import Facts
from bot.domain.study import Priority
from bot.ids import LONGEST_REFERENCE, SHORTEST_REFERENCE, Ids
from bot.messages import Address, Attachment
from storage.codec import FACTS, POLICY, SOURCE, dump_text
from storage.locks import for_change
from storage.schema import cases as t
from storage.seal import SealBrokenError, Sealer, case_scope

_LIVE = (Status.OPEN, Status.REPORTED)


class Cases:
    """Cases. Handlers reach one through `bot.services.access.case_for` only.

    Whoever reads a case in a transaction that may write has it to himself until the end (`for_change`), and with
    it all that is looked up and changed about it; only the lists of all cases and of old drafts lock nothing.
    """

    def __init__(self, connection: Connection, sealer: Sealer, ids: Ids) -> None:
        """Within one transaction."""
        self._db = connection
        self._sealer = sealer
        self._ids = ids

    def add_draft(
        self, referrer_id: str, address: Address, *, facility_id: str | None, now: datetime
    ) -> Case:
        """A new draft with a case reference of its own; longer references once the short ones grow scarce."""
        case_id = self._ids.new()
        reference = self._free_reference()
        facts = Facts()
        self._db.execute(
            insert(t.case).values(
                id=case_id,
                reference=reference,
                status=Status.DRAFT,
                referrer_id=referrer_id,
                facility_id=facility_id,
                priority=Priority.ROUTINE,
                facts=self._seal(case_id, "facts", FACTS.dump_json(facts)),
                address=self._seal(case_id, "address", address.encode()),
                created_at=now,
            )
        )
        return self.get(case_id)

    def move_draft(self, case: Case, address: Address) -> Case:
        """Its sender goes on with it from another address."""
        sealed = self._seal(case.id, "address", address.encode())
        self._db.execute(update(t.case).where(t.case.c.id == case.id).values(address=sealed))
        return self.get(case.id)

    def give_to(self, case: Case, referrer_id: str) -> None:
        """Its referrer is somebody else: she was enrolled twice."""
        self._db.execute(update(t.case).where(t.case.c.id == case.id).values(referrer_id=referrer_id))

    def _free_reference(self) -> str:
        # Four tries of each length: a longer one where many of the shorter are taken.
        for tries in range(4 * (LONGEST_REFERENCE - SHORTEST_REFERENCE + 1)):
            reference = self._ids.reference(SHORTEST_REFERENCE - 1 + tries // 4)
            query = select(t.case.c.id).where(t.case.c.reference == reference)
            if self._db.execute(query).one_or_none() is None:
                return reference
        raise RuntimeError("no free case reference was found")

    def get(self, case_id: str) -> Case:
        """The case of that id, which must exist."""
        return self._case(
            self._db.execute(self._for_change(select(t.case).where(t.case.c.id == case_id))).one()
        )

    def find(self, case_id: str) -> Case | None:
        """The case of that id; None where there is none or its key was destroyed."""
        return self._readable(t.case.c.id == case_id)

    def by_reference(self, reference: str) -> Case | None:
        """The case of that reference (upper case); None where there is none or its key was destroyed."""
        return self._readable(t.case.c.reference == reference)

    def _readable(self, condition: ColumnElement[bool]) -> Case | None:
        row = self._db.execute(self._for_change(select(t.case).where(condition))).one_or_none()
        try:
            return self._case(row) if row else None
        except SealBrokenError:
            return None

    def draft_of(self, referrer_id: str) -> Case | None:
        """Her newest draft."""
        found = self._find_for_change(t.case.c.referrer_id == referrer_id, t.case.c.status == Status.DRAFT)
        return found[-1] if found else None

    def live_of(self, referrer_id: str) -> Sequence[Case]:
        """Her cases that somebody still works on, the oldest first."""
        return self._find_for_change(t.case.c.referrer_id == referrer_id, t.case.c.status.in_(_LIVE))

    def closed_of(self, referrer_id: str, since: datetime) -> Sequence[Case]:
        """Her cases that were closed since an instant, the newest first."""
        closed = self._find(
            t.case.c.referrer_id == referrer_id, t.case.c.status == Status.CLOSED, t.case.c.closed_at >= since
        )
        return tuple(reversed(closed))

    def live(self) -> Sequence[Case]:
        """All cases that somebody still works on, the oldest first."""
        return self._find(t.case.c.status.in_(_LIVE))

    def held_by(self, person_id: str, *statuses: Status) -> Sequence[Case]:
        """Cases that she has acknowledged and still holds, the oldest first."""
        held = select(t.assignment.c.case_id).where(
            t.assignment.c.person_id == person_id, t.assignment.c.state == "acknowledged"
        )
        return self._find_for_change(t.case.c.id.in_(held), t.case.c.status.in_(statuses or _LIVE))

    def drafts_of(self, referrer_id: str) -> Sequence[Case]:
        """All her drafts, the oldest first: more than one while it is asked whether they are one patient."""
        return self._find_for_change(t.case.c.referrer_id == referrer_id, t.case.c.status == Status.DRAFT)

    def drafts(self) -> Sequence[Case]:
        """All drafts, the oldest first."""
        return self._find(t.case.c.status == Status.DRAFT)

    def drafts_untouched_since(self, instant: datetime) -> Sequence[Case]:
        """Drafts about which their senders have done nothing since an instant."""
        touched = func.coalesce(t.case.c.touched_at, t.case.c.created_at)
        return self._find(t.case.c.status == Status.DRAFT, touched < instant)

    def _find(self, *conditions: ColumnElement[bool]) -> Sequence[Case]:
        return tuple(map(self._case, self._db.execute(_in_order(*conditions))))

    def _find_for_change(self, *conditions: ColumnElement[bool]) -> Sequence[Case]:
        # Always locked in this order, so that two transactions with the same cases do not wait for each other.
        query = self._for_change(_in_order(*conditions))
        return tuple(map(self._case, self._db.execute(query)))

    def _for_change(self, query: Select[Any]) -> Select[Any]:
        return for_change(self._db, query, t.case)

    def set_touched(self, case: Case, now: datetime) -> Case:
        """Its sender did something about the draft."""
        self._update(case.id, touched_at=now)
        return replace(case, touched_at=now)

    def set_pool(self, case: Case, pool_id: str, policy: Policy) -> None:
        """It goes to the specialists of another pool, by that pool's policy."""
        self._update(case.id, pool_id=pool_id, policy=dump_text(POLICY, policy))

    def set_priority(self, case: Case, facts: Facts, policy: Policy) -> Case:
        """It was raised after it was sent: its facts say so, and it escalates by the new priority's policy."""
        raised = self.set_facts(case, facts)
        self._update(case.id, policy=dump_text(POLICY, policy))
        return replace(raised, policy=policy)

    def set_facts(self, case: Case, facts: Facts) -> Case:
        """Change what is known of a case; its revision goes up, so that older summaries are stale."""
        sealed = self._seal(case.id, "facts", FACTS.dump_json(facts))
        priority = facts.priority or Priority.ROUTINE
        self._update(case.id, facts=sealed, priority=priority, revision=case.revision + 1)
        return replace(case, facts=facts, priority=priority, revision=case.revision + 1)

    def touch(self, case: Case) -> Case:
        """Its pictures changed: older summaries are stale."""
        self._update(case.id, revision=case.revision + 1)
        return replace(case, revision=case.revision + 1)

    def open(
        self, case: Case, *, consent: Consent, pool_id: str | None, policy: Policy, now: datetime
    ) -> bool:
        """Draft to open with its policy copied; False where it is no draft any more."""
        return self._change(
            case,
            Status.DRAFT,
            status=Status.OPEN,
            consent=consent,
            pool_id=pool_id,
            policy=dump_text(POLICY, policy),
            opened_at=now,
            round=0,
            step=0,
            round_at=now,
            next_action_at=now,
        )

    def set_position(self, case: Case, position: Position, *, next_action_at: datetime) -> None:
        """Where its escalation stands."""
        self._update(
            case.id,
            round=position.round,
            step=position.step,
            round_at=position.round_at,
            next_action_at=next_action_at,
        )

    def set_next_action(self, case: Case, at: datetime) -> None:
        """When something happens by itself next."""
        self._update(case.id, next_action_at=at)

    def report(self, case: Case, now: datetime) -> bool:
        """Open to reported; False where it was not open."""
        return self._change(case, Status.OPEN, status=Status.REPORTED, reported_at=now)

    def understood(self, case: Case, now: datetime | None) -> None:
        """Its referrer understood the newest report, or (None) has not understood it yet."""
        self._update(case.id, understood_at=now)

    def close(self, case: Case, now: datetime) -> bool:
        """Reported to closed; False where it was not reported."""
        return self._change(case, Status.REPORTED, status=Status.CLOSED, closed_at=now)

    def reopen(self, case: Case, *, next_action_at: datetime) -> bool:
        """Closed to reported again, for what is added later; False where it was not closed."""
        return self._change(
            case, Status.CLOSED, status=Status.REPORTED, closed_at=None, next_action_at=next_action_at
        )

    def cancel(self, case: Case, now: datetime) -> bool:
        """A draft or an open case that is not wanted any more; False where it is past that."""
        return any(
            self._change(case, status, status=Status.CANCELLED, closed_at=now)
            for status in (Status.DRAFT, Status.OPEN)
        )

    def _change(self, case: Case, was: Status, **values: object) -> bool:
        """Compare and set: the status decides who was first."""
        mine = (t.case.c.id == case.id) & (t.case.c.status == was)
        return self._db.execute(update(t.case).where(mine).values(**values)).rowcount == 1

    def _update(self, case_id: str, **values: object) -> None:
        self._db.execute(update(t.case).where(t.case.c.id == case_id).values(**values))

    def _seal(self, case_id: str, column: str, plain: bytes) -> bytes:
        return self._sealer.seal(plain, scope=case_scope(case_id), place=f"case|{case_id}|{column}")

    def _case(self, row: Row[Any]) -> Case:
        return Case(
            id=row.id,
            reference=row.reference,
            status=Status(row.status),
            referrer_id=row.referrer_id,
            address=self._sealer.open(row.address, place=f"case|{row.id}|address").decode(),
            created_at=row.created_at,
            priority=Priority(row.priority),
            facts=FACTS.validate_json(self._sealer.open(row.facts, place=f"case|{row.id}|facts")),
            facility_id=row.facility_id,
            pool_id=row.pool_id,
            revision=row.revision,
            consent=Consent(row.consent) if row.consent else None,
            policy=POLICY.validate_json(row.policy) if row.policy else None,
            round=row.round,
            step=row.step,
            round_at=row.round_at,
            next_action_at=row.next_action_at,
            opened_at=row.opened_at,
            reported_at=row.reported_at,
            understood_at=row.understood_at,
            closed_at=row.closed_at,
            touched_at=row.touched_at,
        )


def _in_order(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(t.case).where(*conditions).order_by(t.case.c.created_at, t.case.c.id)


class Attachments:
    """The files of cases, reports and notes."""

    def __init__(self, connection: Connection, sealer: Sealer, ids: Ids) -> None:
        """Within one transaction."""
        self._db = connection
        self._sealer = sealer
        self._ids = ids

    def add(
        self,
        case_id: str,
        source: Attachment,
        *,
        sender_id: str,
        purpose: Purpose,
        now: datetime,
        subject_id: str | None = None,
    ) -> str:
        """A file that arrived and is to be fetched; returns its id."""
        row_id = self._ids.new()
        count = select(func.count()).select_from(t.attachment).where(t.attachment.c.case_id == case_id)
        self._db.execute(
            insert(t.attachment).values(
                id=row_id,
                case_id=case_id,
                sender_id=sender_id,
                purpose=purpose,
                subject_id=subject_id,
                position=self._db.execute(count).scalar_one(),
                media=source.media,
                source=self._sealer.seal(
                    SOURCE.dump_json(source), scope=case_scope(case_id), place=f"attachment|{row_id}|source"
                ),
                state=AttachmentState.FETCHING,
                received_at=now,
            )
        )
        return row_id

    def get(self, attachment_id: str) -> StoredAttachment:
        """The attachment of that id, which must exist."""
        return self._attachment(self._row(attachment_id))

    def source(self, attachment_id: str) -> Attachment:
        """How its channel finds the file again."""
        sealed = self._row(attachment_id).source
        plain = self._sealer.open(sealed, place=f"attachment|{attachment_id}|source")
        return SOURCE.validate_json(plain)

    def of_case(self, case_id: str, purpose: Purpose = Purpose.STUDY) -> Sequence[StoredAttachment]:
        """Those of a purpose in the order in which they came, without the removed ones."""
        query = (
            select(t.attachment)
            .where(
                t.attachment.c.case_id == case_id, t.attachment.c.purpose == purpose, ~t.attachment.c.removed
            )
            .order_by(t.attachment.c.position)
        )
        return tuple(map(self._attachment, self._db.execute(query)))

    def of_subject(self, subject_id: str) -> Sequence[StoredAttachment]:
        """Those of a report or a note."""
        query = select(t.attachment).where(t.attachment.c.subject_id == subject_id, ~t.attachment.c.removed)
        return tuple(map(self._attachment, self._db.execute(query.order_by(t.attachment.c.position))))

    def ready(self, attachment_id: str, *, original: str, master: str | None, preview: str | None) -> None:
        """It was fetched; a picture has a master and a preview."""
        self._update(
            attachment_id,
            state=AttachmentState.READY,
            original_blob=original,
            master_blob=master,
            preview_blob=preview,
        )

    def refuse(self, attachment_id: str, reason: str) -> None:
        """It can't be used."""
        self._update(attachment_id, state=AttachmentState.REFUSED, reason=reason)

    def remove(self, attachment_id: str) -> None:
        """Its sender took it back."""
        self._update(attachment_id, removed=True)

    def move(self, attachment_id: str, case_id: str) -> None:
        """It belongs to another case of its sender, behind what is there.

        What was stored of it stays sealed with its first case's key, which has to be kept as long as the file.
        """
        source = SOURCE.dump_json(self.source(attachment_id))
        place = f"attachment|{attachment_id}|source"
        count = select(func.count()).select_from(t.attachment).where(t.attachment.c.case_id == case_id)
        self._update(
            attachment_id,
            case_id=case_id,
            position=self._db.execute(count).scalar_one(),
            source=self._sealer.seal(source, scope=case_scope(case_id), place=place),
        )

    def _update(self, attachment_id: str, **values: object) -> None:
        self._db.execute(update(t.attachment).where(t.attachment.c.id == attachment_id).values(**values))

    def _row(self, attachment_id: str) -> Row[Any]:
        return self._db.execute(select(t.attachment).where(t.attachment.c.id == attachment_id)).one()

    def _attachment(self, row: Row[Any]) -> StoredAttachment:
        return StoredAttachment(
            id=row.id,
            case_id=row.case_id,
            sender_id=row.sender_id,
            purpose=Purpose(row.purpose),
            position=row.position,
            media=row.media,
            state=AttachmentState(row.state),
            received_at=row.received_at,
            subject_id=row.subject_id,
            reason=row.reason,
            removed=row.removed,
            original_blob=row.original_blob,
            master_blob=row.master_blob,
            preview_blob=row.preview_blob,
        )
