"""Reports, and what people say to each other about a case beside them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from bot.domain.case import Note, NoteKind
from bot.domain.report import Content, Report, ReportKind, ReportState, Response
from bot.ids import Ids
from storage.codec import CONTENT
from storage.schema import cases as t
from storage.seal import Sealer, case_scope


def _sent(case_id: str) -> Select[Any]:
    """The sent reports of a case, the oldest first."""
    sent = (t.report.c.case_id == case_id, t.report.c.state == ReportState.SENT)
    return select(t.report).where(*sent).order_by(t.report.c.sent_at)


class Reports:
    """Reports; a sent one is never changed, what comes later is a report of its own."""

    def __init__(self, connection: Connection, sealer: Sealer, ids: Ids) -> None:
        """Within one transaction."""
        self._db = connection
        self._sealer = sealer
        self._ids = ids

    def add_draft(self, case_id: str, author_id: str, kind: ReportKind, now: datetime) -> Report:
        """An empty draft."""
        row_id = self._ids.new()
        self._db.execute(
            insert(t.report).values(
                id=row_id,
                case_id=case_id,
                author_id=author_id,
                report_kind=kind,
                state=ReportState.DRAFT,
                revision=0,
                content=self._seal(row_id, case_id, Content()),
                created_at=now,
            )
        )
        return self.get(row_id)

    def get(self, report_id: str) -> Report:
        """The report of that id, which must exist."""
        return self._report(self._db.execute(select(t.report).where(t.report.c.id == report_id)).one())

    def draft_of(self, case_id: str, author_id: str) -> Report | None:
        """What she is writing on a case."""
        query = select(t.report).where(
            t.report.c.case_id == case_id,
            t.report.c.author_id == author_id,
            t.report.c.state == ReportState.DRAFT,
        )
        row = self._db.execute(query.order_by(t.report.c.created_at.desc()).limit(1)).one_or_none()
        return self._report(row) if row else None

    def sent_of(self, case_id: str) -> Sequence[Report]:
        """The sent reports of a case, the oldest first."""
        return tuple(map(self._report, self._db.execute(_sent(case_id))))

    def set_content(self, report: Report, content: Content) -> Report:
        """Change a draft; its revision goes up, so that older previews are stale."""
        sealed = self._seal(report.id, report.case_id, content)
        self._update(report.id, content=sealed, revision=report.revision + 1)
        return replace(report, content=content, revision=report.revision + 1)

    def set_kind(self, report: Report, kind: ReportKind) -> Report:
        """Make something else of a draft; its revision goes up too."""
        self._update(report.id, report_kind=kind, revision=report.revision + 1)
        return replace(report, kind=kind, revision=report.revision + 1)

    def send(self, report: Report, now: datetime) -> bool:
        """Draft to sent; False where it is no draft any more."""
        newest = max((one.sent_at for one in self._db.execute(_sent(report.case_id))), default=None)
        # Two turns may share an instant after an outage; which report is the newest must not hang on chance.
        later = now if newest is None else max(now, newest + timedelta(microseconds=1))
        return self._change(report, state=ReportState.SENT, sent_at=later)

    def discard(self, report: Report) -> bool:
        """Draft to discarded; False where it is no draft any more."""
        return self._change(report, state=ReportState.DISCARDED)

    def understood(self, report: Report, now: datetime) -> None:
        """Its reader understood it."""
        self._update(report.id, understood_at=now)

    def respond(self, report: Report, response: Response, now: datetime) -> Report:
        """What its reader says to it; her newest word holds."""
        self._update(report.id, response=response, responded_at=now)
        return replace(report, response=response)

    def pushed(self, report: Report) -> None:
        """It was pushed once more."""
        self._update(report.id, pushes=report.pushes + 1)

    def _change(self, report: Report, **values: object) -> bool:
        mine = (t.report.c.id == report.id) & (t.report.c.state == ReportState.DRAFT)
        return self._db.execute(update(t.report).where(mine).values(**values)).rowcount == 1

    def _update(self, report_id: str, **values: object) -> None:
        self._db.execute(update(t.report).where(t.report.c.id == report_id).values(**values))

    def _seal(self, report_id: str, case_id: str, content: Content) -> bytes:
        plain = CONTENT.dump_json(content)
        return self._sealer.seal(plain, scope=case_scope(case_id), place=f"report|{report_id}|content")

    def _report(self, row: Row[Any]) -> Report:
        plain = self._sealer.open(row.content, place=f"report|{row.id}|content")
        return Report(
            id=row.id,
            case_id=row.case_id,
            author_id=row.author_id,
            kind=ReportKind(row.report_kind),
            state=ReportState(row.state),
            content=CONTENT.validate_json(plain),
            revision=row.revision,
            understood=row.understood_at is not None,
            pushes=row.pushes,
            response=Response(row.response) if row.response else None,
        )


class Notes:
    """Clarifications, their answers, notes, opinions."""

    def __init__(self, connection: Connection, sealer: Sealer, ids: Ids) -> None:
        """Within one transaction."""
        self._db = connection
        self._sealer = sealer
        self._ids = ids

    def add(
        self,
        case_id: str,
        kind: NoteKind,
        words: str,
        *,
        from_id: str,
        now: datetime,
        to_id: str | None = None,
        answers_id: str | None = None,
    ) -> Note:
        """Something said; an answer also marks what it answers."""
        row_id = self._ids.new()
        self._db.execute(
            insert(t.note).values(
                id=row_id,
                case_id=case_id,
                note_kind=kind,
                from_id=from_id,
                to_id=to_id,
                answers_id=answers_id,
                content=self._sealer.seal(
                    words.encode(), scope=case_scope(case_id), place=f"note|{row_id}|content"
                ),
                made_at=now,
            )
        )
        if answers_id is not None:
            self._db.execute(update(t.note).where(t.note.c.id == answers_id).values(answered_at=now))
        return self.get(row_id)

    def get(self, note_id: str) -> Note:
        """The note of that id, which must exist."""
        return self._note(self._db.execute(select(t.note).where(t.note.c.id == note_id)).one())

    def of_case(self, case_id: str) -> Sequence[Note]:
        """Everything that was said about a case, the oldest first."""
        query = select(t.note).where(t.note.c.case_id == case_id)
        return tuple(map(self._note, self._db.execute(query.order_by(t.note.c.made_at, t.note.c.id))))

    def open_questions(self, case_id: str) -> Sequence[Note]:
        """Questions to the referrer that she has not answered, the oldest first."""
        query = select(t.note).where(
            t.note.c.case_id == case_id,
            t.note.c.note_kind == NoteKind.QUESTION,
            t.note.c.answered_at.is_(None),
        )
        return tuple(map(self._note, self._db.execute(query.order_by(t.note.c.made_at, t.note.c.id))))

    def unclear(self, case_id: str) -> Sequence[Note]:
        """What the referrer did not understand and nobody has explained yet."""
        query = select(t.note).where(
            t.note.c.case_id == case_id,
            t.note.c.note_kind == NoteKind.UNCLEAR,
            t.note.c.answered_at.is_(None),
        )
        return tuple(map(self._note, self._db.execute(query.order_by(t.note.c.made_at, t.note.c.id))))

    def answered(self, note_id: str, now: datetime) -> None:
        """It needs no answer any more."""
        self._db.execute(update(t.note).where(t.note.c.id == note_id).values(answered_at=now))

    def _note(self, row: Row[Any]) -> Note:
        return Note(
            id=row.id,
            case_id=row.case_id,
            kind=NoteKind(row.note_kind),
            from_id=row.from_id,
            words=self._sealer.open(row.content, place=f"note|{row.id}|content").decode(),
            made_at=row.made_at,
            to_id=row.to_id,
            answers_id=row.answers_id,
            answered_at=row.answered_at,
        )
