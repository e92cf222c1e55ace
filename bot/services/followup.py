"""After a report was sent: it is pushed, answered, corrected, and its case is closed."""

from datetime import datetime
from enum import StrEnum

from bot.domain.case import Case, NoteKind, Status, Task, TaskKind
from bot.domain.closing import ANSWER_TASKS, is_answered, settles_now, task_of
from bot.domain.people import Person
from bot.domain.report import CLOSE_AFTER, MAX_PUSHES, Report, Response
from bot.messages import Choice, MessageFailed, Text, TimerDue, Verbatim
from bot.services import notes, readback
from bot.services.escalations import lane
from bot.services.next_action import CLOSE, LEFT, PUSH, WITHDRAWN, refresh, stop_reading
from bot.services.post import Letter, post
from bot.services.readback import REPORT
from bot.services.tasks import raise_task
from bot.services.wording import case_line
from storage.unit_of_work import UnitOfWork


class Said(StrEnum):
    """What came of an answer to a report."""

    TAKEN = "taken"
    LEAVING = "leaving"
    """Taken; the patient is sent on, and it is to be said when he has left."""
    NEWER = "newer"
    """There is a newer report, which she has to read first."""
    WITHDRAWN = "withdrawn"
    """It was about another patient."""


class Closing(StrEnum):
    """What came of an attempt to close."""

    CLOSED = "closed"
    OWED = "owed"
    OVER = "over"


_TOLD = {
    Response.UNDERSTOOD: "answer.was_understood",
    Response.DOING: "loop.doing_from",
    Response.CANNOT: "loop.cannot_from",
    Response.GONE: "loop.gone_from",
    Response.NOT_MINE: "loop.not_mine_from",
}


# --- what its reader says


def respond(
    uow: UnitOfWork, case: Case, report: Report, response: Response, person: Person, now: datetime
) -> Said:
    """An answer by a button; her newest word holds. One that settles nothing goes to the owner and a coordinator."""
    if (refused := refusal(uow, case, report)) is not None:
        return refused
    leaving = Said.LEAVING if readback.is_leaving(uow, case) else Said.TAKEN
    if report.response is response and not uow.notes.unclear(case.id):
        return leaving
    report = uow.reports.respond(report, response, now)
    uow.audit.append(person.id, f"report.{response.value}", case.id, now)
    unwatch(uow, report, now)
    if response.settles:
        notes.explained(uow, case, now)
    if settles_now(report, response):
        _settle(uow, case, report, now)
    else:
        _unsettle(uow, case, person, now)
    _tell_owner(uow, case, report, _TOLD[response], person, now)
    if (kind := task_of(response)) is not None:
        raise_task(uow, kind, report.id, case=case, now=now)
    leaves = response is Response.DOING and readback.await_leaving(uow, case, report, now)
    refresh(uow, case, now)
    return Said.LEAVING if leaves else Said.TAKEN


def refusal(uow: UnitOfWork, case: Case, report: Report) -> Said | None:
    """Why nothing can be said to this report any more."""
    if uow.reports.sent_of(case.id)[-1].id != report.id:
        return Said.NEWER
    return Said.WITHDRAWN if readback.is_withdrawn(uow, report) else None


def unclear(uow: UnitOfWork, case: Case, report: Report, person: Person, now: datetime) -> None:
    """She asks for an explanation: the owner and a coordinator know at once, what is unclear follows in her words."""
    stop_reading(uow, report)
    uow.tasks.close_silently(TaskKind.NOT_UNDERSTOOD, report.id, now)
    if raise_task(uow, TaskKind.UNCLEAR, report.id, case=case, now=now):
        uow.audit.append(person.id, "report.unclear", case.id, now)
    if case.status is Status.REPORTED and not is_answered(report):
        readback.await_push(uow, case, report, now)
    _tell_owner(uow, case, report, "loop.explain_from", person, now)
    refresh(uow, case, now)


def patient_left(uow: UnitOfWork, case: Case, person: Person, now: datetime) -> bool:
    """The patient who is sent on has left; False where nobody waits to hear it.

    By a report that was taken back nothing is settled by it: he must be found, and the new one is still owed.
    """
    if not readback.may_leave(uow, case):
        return False
    report = uow.reports.sent_of(case.id)[-1]
    uow.audit.append(person.id, "patient.left", case.id, now)
    if readback.is_withdrawn(uow, report):
        raise_task(uow, TaskKind.GONE, report.id, case=case, now=now)
    else:
        unwatch(uow, report, now)
        _settle(uow, case, report, now)
    _tell_owner(uow, case, report, "loop.left_from", person, now)
    refresh(uow, case, now)
    return True


def call_recorded(uow: UnitOfWork, task: Task, person: Person, now: datetime) -> None:
    """A coordinator has spoken with the reader: nothing is owed for the report any more, and nothing is pushed."""
    case = uow.cases.find(task.case_id) if task.case_id else None
    sent = uow.reports.sent_of(case.id) if case is not None else ()
    if case is None or not sent or task.kind not in ANSWER_TASKS:
        return
    detail: dict[str, str | int] = {"task": task.kind.value}
    uow.audit.append(person.id, "call.recorded", case.id, now, detail=detail)
    if case.status is not Status.REPORTED or readback.is_withdrawn(uow, sent[-1]):
        return
    unwatch(uow, sent[-1], now)
    notes.explained(uow, case, now)
    _settle(uow, case, sent[-1], now)
    _tell_owner(uow, case, sent[-1], "loop.called", person, now)
    refresh(uow, case, now)


def _settle(uow: UnitOfWork, case: Case, report: Report, now: datetime) -> None:
    """Nothing is owed for it: the case may be closed, and closes by itself in a while."""
    uow.reports.understood(report, now)
    uow.cases.understood(case, now)
    uow.tasks.close_silently(TaskKind.WRONG_PATIENT, case.id, now)
    if case.status is Status.REPORTED:
        uow.timers.set(CLOSE, case.id, now + CLOSE_AFTER, lane=lane(case))


def _unsettle(uow: UnitOfWork, case: Case, person: Person, now: datetime) -> None:
    """Something is owed (again): a closed case is followed like any other."""
    if uow.cases.reopen(case, next_action_at=now):
        uow.audit.append(person.id, "case.reopen", case.id, now)
    uow.cases.understood(case, None)
    uow.timers.cancel(CLOSE, case.id)


def _tell_owner(
    uow: UnitOfWork, case: Case, report: Report, msgid: str, person: Person, now: datetime
) -> None:
    """What was said to a report, with what its owner can do now."""
    letter = Letter(
        key=f"report/{report.id}/{msgid}/{now.isoformat()}",
        body=(case_line(case), Text(msgid, {"name": Verbatim(person.name)})),
        choices=_owner_choices(uow.cases.get(case.id)),
        about=notes.NOTE,
    )
    post(uow, uow.assignments.owner(case.id) or report.author_id, letter, case=case, now=now)


def _owner_choices(case: Case) -> tuple[Choice, ...]:
    """Close, where nothing is owed; otherwise what he can say now."""
    if case.understood_at is not None:
        return (close_choice(case),)
    return (
        Choice(Text("answer.addendum"), f"ad {case.reference}"),
        Choice(Text("answer.correction"), f"co {case.reference}", row=1),
        Choice(Text("card.ask"), f"ask {case.reference}", row=2),
    )


# --- until she says it


def watch(uow: UnitOfWork, case: Case, report: Report, now: datetime) -> None:
    """It was sent: from now on it is followed."""
    readback.watch(uow, case, report, now)


def unwatch(uow: UnitOfWork, report: Report, now: datetime) -> None:
    """It was answered or overtaken: nobody is reminded of it any more, and nobody has to call about it."""
    stop_reading(uow, report)
    for timer in (PUSH, LEFT, WITHDRAWN):
        uow.timers.cancel(timer, report.id)
    for kind in ANSWER_TASKS:
        uow.tasks.close_silently(kind, report.id, now)


def _push(uow: UnitOfWork, report: Report, now: datetime) -> None:
    """Once more, twice at most, then coordinators are asked to call; it goes on until it is answered."""
    case = uow.cases.find(report.case_id)
    if case is None or is_answered(report) or case.status is not Status.REPORTED:
        return
    unclear_now = any(note.kind is NoteKind.UNCLEAR for note in uow.notes.unclear(case.id))
    if not unclear_now and report.pushes < MAX_PUSHES:
        readback.push(uow, case, report, now)
    elif not unclear_now:
        raise_task(uow, TaskKind.NOT_UNDERSTOOD, report.id, case=case, now=now)
    readback.await_push(uow, case, report, now)
    refresh(uow, case, now)


# --- corrections


def superseded(uow: UnitOfWork, case: Case, correction: Report, now: datetime) -> None:
    """A correction leaves: on her phone the reports before it say so and lose their buttons."""
    for earlier in uow.reports.sent_of(case.id):
        if earlier.id != correction.id:
            reason = f"corrected/{correction.id}"
            readback.change_earlier(uow, case, earlier, reason, Text("loop.corrected"), now)
            for other in readback.shown_to(uow, case, earlier):
                post(uow, other, readback.report_letter(uow, case, correction), case=case, now=now)


def withdraw(uow: UnitOfWork, case: Case, author: Person, now: datetime) -> None:
    """The newest report was about another patient: its reader knows before the new one is written."""
    report = uow.reports.sent_of(case.id)[-1]
    if readback.is_withdrawn(uow, report):
        return
    uow.audit.append(author.id, "report.withdraw", case.id, now)
    unwatch(uow, report, now)
    _unsettle(uow, case, author, now)
    news = Text("loop.withdrawn", {"reference": case.reference})
    readback.change_earlier(uow, case, report, "withdrawn", Text("loop.not_to_follow"), now)
    letter = Letter(
        key=f"report/{report.id}/withdrawn",
        body=(case_line(case), news),
        about=REPORT,
        opener="correction",
    )
    for other in readback.shown_to(uow, case, report):
        post(uow, other, letter, case=case, now=now)
    if not post(uow, case.referrer_id, letter, case=case, now=now):
        raise_task(uow, TaskKind.DELIVERY, case.id, case=case, now=now)
    raise_task(uow, TaskKind.WRONG_PATIENT, case.id, case=case, now=now)
    readback.await_rewriting(uow, case, report, now)
    refresh(uow, case, now)


# --- the end


def close(uow: UnitOfWork, case: Case, by: Person | None, now: datetime) -> Closing:
    """Closed by either side, or by time (None), once nothing is owed; nobody is told who has not asked for it."""
    if case.status is not Status.REPORTED:
        return Closing.OVER
    if not notes.nothing_owed(uow, case):
        return Closing.OWED
    if not uow.cases.close(case, now):
        return Closing.OVER
    uow.timers.cancel(CLOSE, case.id)
    uow.audit.append(by.id if by else "system", "case.close", case.id, now)
    return Closing.CLOSED


def close_choice(case: Case) -> Choice:
    """Close."""
    return Choice(Text("answer.close"), f"cl {case.reference}")


def _close_by_time(uow: UnitOfWork, case_id: str, now: datetime) -> None:
    case = uow.cases.find(case_id)
    if case is not None and close(uow, case, None, now) is Closing.OWED:
        refresh(uow, case, now)


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """A report is not answered yet, or a case closes by itself."""
    match event.timer:
        case "report_push":
            _push(uow, uow.reports.get(event.subject), now)
        case "case_close":
            _close_by_time(uow, event.subject, now)
        case _:
            return readback.on_timer(uow, event, now)
    return True


def on_failed(uow: UnitOfWork, event: MessageFailed, now: datetime) -> bool:
    """A report can't be delivered: coordinators are asked to call."""
    if event.about != REPORT or event.case_id is None:
        return False
    case = uow.cases.find(event.case_id)
    if case is not None:
        raise_task(uow, TaskKind.DELIVERY, case.id, case=case, now=now)
    return True
