"""A report from its first word until it is sent; what happens then is in `followup`."""

from datetime import datetime
from enum import StrEnum

from bot.domain.case import AttachmentState, Case, Purpose, StoredAttachment, TaskKind
from bot.domain.people import Person
from bot.domain.report import (
    Content,
    Report,
    ReportKind,
    ReportState,
    carried_over,
    needs,
    with_media,
)
from bot.messages import Attachment, Choice, Line, Text
from bot.services import assignments, followup, later, notes, readback
from bot.services.next_action import CLOSE
from bot.services.post import Letter, post
from bot.services.report_gate import Gate, may_leave
from bot.services.tasks import raise_task
from bot.services.wording import case_line, report_lines
from storage.unit_of_work import UnitOfWork

PREVIEW = "preview"


class Sending(StrEnum):
    """What came of an attempt to send."""

    SENT = "sent"
    INCOMPLETE = "incomplete"
    WAITS = "waits"
    """Its only finding is a voice note or picture that is still being fetched."""
    ASKED = "asked"
    """Its author has to answer something first."""
    GONE = "gone"


def draft_for(uow: UnitOfWork, case: Case, author: Person, kind: ReportKind, now: datetime) -> Report:
    """What she is writing on a case; a new draft where there is none."""
    known = uow.reports.draft_of(case.id, author.id)
    if known is not None:
        return known
    report = uow.reports.add_draft(case.id, author.id, kind, now)
    earlier = uow.reports.sent_of(case.id)
    if kind is ReportKind.ADDENDUM and earlier:
        return uow.reports.set_content(report, carried_over(earlier[-1].content))
    return report


def begun(uow: UnitOfWork, case: Case, author: Person, now: datetime) -> Report | None:
    """The draft that her next words belong to; None where she first has to say what they are.

    The first report is final; after "please explain" her words are an addendum.
    """
    known = uow.reports.draft_of(case.id, author.id)
    if known is not None:
        return known
    if not uow.reports.sent_of(case.id):
        return draft_for(uow, case, author, ReportKind.FINAL, now)
    if uow.notes.unclear(case.id):
        return draft_for(uow, case, author, ReportKind.ADDENDUM, now)
    return None


def attach(
    uow: UnitOfWork, report: Report, author: Person, files: tuple[Attachment, ...], now: datetime
) -> Report:
    """Voice notes and pictures for a draft, to be fetched."""
    for file in files:
        attachment_id = uow.attachments.add(
            report.case_id,
            file,
            sender_id=author.id,
            purpose=Purpose.REPORT,
            now=now,
            subject_id=report.id,
        )
        notes.fetch(uow, attachment_id, now)
    return uow.reports.set_content(report, with_media(report.content, _usable(uow, report)))


def clear(uow: UnitOfWork, report: Report) -> Report:
    """Begin again, without anything."""
    for attachment in uow.attachments.of_subject(report.id):
        uow.attachments.remove(attachment.id)
    return uow.reports.set_content(report, Content())


def drop_media(uow: UnitOfWork, report: Report) -> Report:
    """Without the voice note or picture that came last."""
    files = uow.attachments.of_subject(report.id)
    if files:
        uow.attachments.remove(files[-1].id)
    return uow.reports.set_content(report, with_media(report.content, _usable(uow, report)))


def send(
    uow: UnitOfWork, case: Case, report: Report, author: Person, now: datetime, *, gate: Gate
) -> Sending:
    """To the referrer, once; only its owner, only with urgency and action, and only what is not asked back."""
    if report.state is not ReportState.DRAFT or uow.assignments.owner(case.id) != author.id:
        return Sending.GONE
    if needs(report.content):
        return Sending.INCOMPLETE
    if waits(uow, report):
        return Sending.WAITS
    if not may_leave(gate, uow, case, report.content):
        return Sending.ASKED
    if not uow.reports.send(report, now):
        return Sending.GONE
    later.over(uow, report, now)
    uow.audit.append(author.id, f"report.{report.kind.value}", case.id, now)
    _advance(uow, case, report, now)
    letter = readback.report_letter(uow, case, report)
    if not post(uow, case.referrer_id, letter, case=case, now=now):
        raise_task(uow, TaskKind.DELIVERY, case.id, case=case, now=now)
    for attachment in uow.attachments.of_subject(report.id):
        if attachment.state is AttachmentState.READY:
            _post_file(uow, case, report, attachment, now)
    followup.watch(uow, case, report, now)
    return Sending.SENT


def _advance(uow: UnitOfWork, case: Case, report: Report, now: datetime) -> None:
    """Where the case stands once a report has left."""
    notes.explained(uow, case, now)
    # Who writes a report has read the case as it is now.
    uow.tasks.close_silently(TaskKind.RAISED, case.id, now)
    if report.kind is ReportKind.FINAL:
        uow.cases.report(case, now)
        assignments.reported(uow, case)
        uow.tasks.close_silently(TaskKind.REPORT_LATE, case.id, now)
    uow.cases.reopen(case, next_action_at=now)
    uow.cases.understood(case, None)
    uow.timers.cancel(CLOSE, case.id)
    for earlier in uow.reports.sent_of(case.id):
        followup.unwatch(uow, earlier, now)
    if report.kind is ReportKind.CORRECTION:
        followup.superseded(uow, case, report, now)


def preview_choices(case: Case, report: Report) -> tuple[Choice, ...]:
    """Send, edit, cancel; they hold for this revision only."""
    return (
        Choice(Text("answer.send"), f"rs {case.reference} {report.revision}"),
        Choice(Text("answer.edit"), f"re {case.reference}", row=1),
        Choice(Text("answer.cancel"), f"rc {case.reference}", row=1),
    )


def on_attachment(uow: UnitOfWork, attachment: StoredAttachment, now: datetime) -> bool:
    """A voice note or picture of a report is there, or can't be used."""
    if attachment.purpose is not Purpose.REPORT or attachment.subject_id is None:
        return False
    case = uow.cases.find(attachment.case_id)
    if case is None or attachment.removed:
        return True
    report = uow.reports.get(attachment.subject_id)
    if attachment.state is AttachmentState.REFUSED:
        _refused(uow, case, report, attachment, now)
    elif report.state is ReportState.SENT:
        _post_file(uow, case, report, attachment, now)
    elif _was_waiting(uow, report):
        _preview(uow, case, report, now)
    return True


def preview_body(uow: UnitOfWork, case: Case, report: Report) -> tuple[Line, ...]:
    """Exactly what will be sent, below one line that says so."""
    author = uow.people.get(report.author_id)
    return (Text("answer.preview"), *report_lines(case, report, author))


def newest_body(uow: UnitOfWork, case: Case, report: Report) -> tuple[Line, ...]:
    """A sent report as its reader got it."""
    return report_lines(case, report, uow.people.get(report.author_id))


def waits(uow: UnitOfWork, report: Report) -> bool:
    """Whether all that it says is still on its way."""
    return not report.content.findings and _fetching(uow, report)


def _was_waiting(uow: UnitOfWork, report: Report) -> bool:
    """Whether its author was told that it would be shown once its voice note or picture is there."""
    complete = report.state is ReportState.DRAFT and not needs(report.content)
    return complete and not report.content.findings and not _fetching(uow, report)


def _preview(uow: UnitOfWork, case: Case, report: Report, now: datetime) -> None:
    letter = Letter(
        key=f"preview/{report.id}/{report.revision}/ready",
        body=preview_body(uow, case, report),
        choices=preview_choices(case, report),
        about=PREVIEW,
        topic=f"preview/{report.id}",
    )
    post(uow, report.author_id, letter, case=case, now=now)


def _post_file(
    uow: UnitOfWork, case: Case, report: Report, attachment: StoredAttachment, now: datetime
) -> None:
    notes.post_file(uow, case, attachment, f"report/{report.id}/{attachment.id}", case.referrer_id, now)


def _refused(
    uow: UnitOfWork, case: Case, report: Report, attachment: StoredAttachment, now: datetime
) -> None:
    uow.attachments.remove(attachment.id)
    if report.state is ReportState.DRAFT:
        uow.reports.set_content(report, with_media(report.content, _usable(uow, report)))
    letter = Letter(
        key=f"refused/{attachment.id}",
        body=(case_line(case), Text("answer.file_refused")),
        about=PREVIEW,
    )
    post(uow, report.author_id, letter, case=case, now=now)


def _usable(uow: UnitOfWork, report: Report) -> int:
    return sum(a.state is not AttachmentState.REFUSED for a in uow.attachments.of_subject(report.id))


def _fetching(uow: UnitOfWork, report: Report) -> bool:
    return any(a.state is AttachmentState.FETCHING for a in uow.attachments.of_subject(report.id))
