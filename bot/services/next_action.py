"""When something happens by itself next to a case that has its report: the earliest of its timers."""

from datetime import datetime, timedelta

from bot.domain.case import Case, Status
from bot.domain.report import Report
from storage.unit_of_work import UnitOfWork

REPORT_DUE = "report_due"
"""By case: its owner is reminded of the report."""
REOPEN = "reopen"
"""By case: it goes to the next one."""
PUSH = "report_push"
"""By report: it is not understood yet."""
CLOSE = "case_close"
"""By case: it was understood and closes by itself."""
READ_PHONE = "read_phone"
"""By report: nobody has tapped on it, so her phone rings."""
READ_CONTACT = "read_contact"
"""By report: the same, now her facility's second contact."""
READ_TASK = "read_task"
"""By report: the same, now a coordinator."""
LEFT = "left"
"""By report: nobody has said yet that a patient who is sent on has left."""
WITHDRAWN = "withdrawn"
"""By report: it was about another patient, and the new one is not there yet."""

READING = (READ_PHONE, READ_CONTACT, READ_TASK)
_OF_REPORT = (PUSH, *READING, LEFT, WITHDRAWN)

_LOOK_AGAIN = timedelta(days=1)


def refresh(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """Say when the next timer is due; of an open case without an owner the paging says it itself."""
    case = uow.cases.get(case.id)
    if case.status is Status.OPEN and uow.assignments.owner(case.id):
        _of_owned(uow, case, now)
    if case.status is not Status.REPORTED:
        return
    dues = [uow.timers.due_at(CLOSE, case.id)]
    for report in uow.reports.sent_of(case.id):
        dues += [uow.timers.due_at(timer, report.id) for timer in _OF_REPORT]
    dues += _of_notes(uow, case)
    earliest = min((due for due in dues if due is not None), default=None)
    if earliest is None:
        # Nothing is set (a case opened again by hand): it closes or is pushed again from its own timer.
        earliest = now + _LOOK_AGAIN
        uow.timers.set(CLOSE, case.id, earliest)
    uow.cases.set_next_action(case, max(earliest, now))


def _of_owned(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """The owner's clock; while it stands, the question that he waits for."""
    dues = [uow.timers.due_at(timer, case.id) for timer in (REPORT_DUE, REOPEN)]
    known = [due for due in (*dues, *_of_notes(uow, case)) if due is not None]
    if known:
        uow.cases.set_next_action(case, max(min(known), now))


def _of_notes(uow: UnitOfWork, case: Case) -> list[datetime | None]:
    """When those who owe an answer or an explanation are asked again."""
    notes = (*uow.notes.open_questions(case.id), *uow.notes.unclear(case.id))
    return [uow.timers.due_at(timer, note.id) for note in notes for timer in ("note_due", "note_late")]


def is_unread(uow: UnitOfWork, report: Report) -> bool:
    """Whether one step after the other is still to be taken because nobody has tapped on a report."""
    return any(uow.timers.due_at(timer, report.id) is not None for timer in READING)


def stop_reading(uow: UnitOfWork, report: Report) -> None:
    """She has read it, or it was overtaken: nobody is called about it any more."""
    for timer in READING:
        uow.timers.cancel(timer, report.id)
