"""When something happens by itself next to a case that has its report: the earliest of its timers."""

from datetime import datetime, timedelta

from bot.domain.case import Case, Status
from storage.unit_of_work import UnitOfWork

PUSH = "report_push"
"""By report: it is not understood yet."""
CLOSE = "case_close"
"""By case: it was understood and closes by itself."""

_LOOK_AGAIN = timedelta(days=1)


def refresh(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """Say when the next timer is due; of an open case the paging and the owner's clock say it themselves."""
    case = uow.cases.get(case.id)
    if case.status is not Status.REPORTED:
        return
    dues = [uow.timers.due_at(CLOSE, case.id)]
    dues += [uow.timers.due_at(PUSH, report.id) for report in uow.reports.sent_of(case.id)]
    for note in (*uow.notes.open_questions(case.id), *uow.notes.unclear(case.id)):
        dues += [uow.timers.due_at("note_due", note.id), uow.timers.due_at("note_late", note.id)]
    earliest = min((due for due in dues if due is not None), default=None)
    if earliest is None:
        # Nothing is set (a case opened again by hand): it closes or is pushed again from its own timer.
        earliest = now + _LOOK_AGAIN
        uow.timers.set(CLOSE, case.id, earliest)
    uow.cases.set_next_action(case, max(earliest, now))
