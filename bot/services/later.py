"""What its author begins to say after an answer was sent: kept in a draft, and followed until it is sent or given up.

Of his words nobody knows at first whether they add to the answer or correct it, and of a correction what was wrong:
until he says it they wait in the draft, he is asked again, and then coordinators are asked to call him.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.case import Case, TaskKind
from bot.domain.people import Person
from bot.domain.report import Report, ReportKind, ReportState, carried_over, with_words
from bot.messages import Choice, Text, TimerDue
from bot.services import menus, notes, readback
from bot.services.escalations import lane
from bot.services.menus import Menu
from bot.services.notes import Saying
from bot.services.post import Letter, key_for, post
from bot.services.tasks import raise_task
from bot.services.wording import case_line, finding_line
from storage.unit_of_work import UnitOfWork

CHOOSE = "later_choose"
"""By draft: its author has not said yet what it is; as long as this is set, it can't be sent."""
UNSENT = "later_unsent"
"""By draft: it was not sent yet."""

_WAIT = timedelta(minutes=5)
_AGAIN = timedelta(hours=4)


def hold(uow: UnitOfWork, case: Case, author: Person, words: str, now: datetime) -> Report:
    """Words of which it is not known whether they add or correct."""
    report = _draft(uow, case, author, ReportKind.ADDENDUM, now)
    return uow.reports.set_content(report, with_words(report.content, words)) if words else report


def begin_correction(uow: UnitOfWork, case: Case, author: Person, now: datetime) -> Report:
    """A correction of which it is not known what was wrong, with the words that were said before."""
    report = _draft(uow, case, author, ReportKind.CORRECTION, now)
    return report if report.kind is ReportKind.CORRECTION else _as_correction(uow, report)


def _draft(uow: UnitOfWork, case: Case, author: Person, kind: ReportKind, now: datetime) -> Report:
    known = uow.reports.draft_of(case.id, author.id)
    report = known or uow.reports.add_draft(case.id, author.id, kind, now)
    if known is None or not is_open(uow, known):
        uow.timers.set(CHOOSE, report.id, now + _WAIT, lane=lane(case))
    return report


def decide(uow: UnitOfWork, case: Case, author: Person, kind: ReportKind, now: datetime) -> Report:
    """He has said what it is: an addition begins with the urgency and the actions that still hold."""
    report = _draft(uow, case, author, kind, now)
    was_open = is_open(uow, report)
    uow.timers.cancel(CHOOSE, report.id)
    uow.tasks.close_silently(TaskKind.LATER, report.id, now)
    if kind is ReportKind.CORRECTION:
        report = report if report.kind is kind else _as_correction(uow, report)
    elif was_open:
        earlier = carried_over(uow.reports.sent_of(case.id)[-1].content)
        content = replace(earlier, findings=report.content.findings, media=report.content.media)
        report = uow.reports.set_content(report, content)
    return report


def _as_correction(uow: UnitOfWork, report: Report) -> Report:
    """An addition that was begun is a correction now: older previews of it are stale."""
    return uow.reports.set_kind(report, ReportKind.CORRECTION)


def is_open(uow: UnitOfWork, report: Report) -> bool:
    """Whether its author has still to say what it is."""
    return uow.timers.due_at(CHOOSE, report.id) is not None


def touched(uow: UnitOfWork, case: Case, report: Report, now: datetime) -> None:
    """He is at it; from now on he is waited for."""
    if report.kind is not ReportKind.FINAL and not is_open(uow, report):
        uow.timers.set(UNSENT, report.id, now + _WAIT, lane=lane(case))


def over(uow: UnitOfWork, report: Report, now: datetime) -> None:
    """It was sent or given up."""
    for timer in (CHOOSE, UNSENT):
        uow.timers.cancel(timer, report.id)
    uow.tasks.close_silently(TaskKind.LATER, report.id, now)


def menu(case: Case, report: Report) -> Menu:
    """What it may be."""
    return menus.what_was_wrong(case) if report.kind is ReportKind.CORRECTION else menus.later(case)


# --- what happens by itself


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """He has not said what it is, or has not sent it: he is asked again, then coordinators."""
    if event.timer not in (CHOOSE, UNSENT):
        return False
    report = uow.reports.get(event.subject)
    case = uow.cases.find(report.case_id)
    if case is None or report.state is not ReportState.DRAFT or _is_followed_otherwise(uow, case, report):
        return True
    owner = uow.assignments.owner(case.id)
    if owner is not None and owner != report.author_id:
        _pass_on(uow, case, report, now)
        return True
    asked = _key(report, event.timer)
    again = uow.outbox.message(key_for(asked, report.author_id)) is not None
    if again:
        raise_task(uow, TaskKind.LATER, report.id, case=case, now=now)
    key = f"{asked}/{now.isoformat()}" if again else asked
    post(uow, report.author_id, _reminder(case, report, event.timer, key), case=case, now=now)
    uow.timers.set(event.timer, report.id, now + (_AGAIN if again else _WAIT), lane=lane(case))
    return True


def _is_followed_otherwise(uow: UnitOfWork, case: Case, report: Report) -> bool:
    """An answer that was taken back has a clock of its own; an addition without a word of his is nothing."""
    says = report.content.findings or report.content.media
    if report.kind is ReportKind.ADDENDUM and not says:
        return True
    sent = uow.reports.sent_of(case.id)
    return bool(sent) and readback.is_withdrawn(uow, sent[-1])


def _pass_on(uow: UnitOfWork, case: Case, report: Report, now: datetime) -> None:
    """Somebody else has the case now: what was said goes to her."""
    words = "\n".join(finding.words for finding in report.content.findings if finding.words)
    if words:
        notes.tell(uow, case, uow.people.get(report.author_id), Saying(words=words), now)
    uow.reports.discard(report)
    over(uow, report, now)


def _key(report: Report, timer: str) -> str:
    return f"report/{report.id}/{timer}"


def _reminder(case: Case, report: Report, timer: str, key: str) -> Letter:
    """What he has said so far, and what is to be done with it."""
    asked = menu(case, report)
    lines, choices = asked.lines, asked.choices
    if timer == UNSENT:
        lines, choices = (), (Choice(Text("later.go_on"), f"rv {case.reference}"),)
    said = tuple(finding_line(finding) for finding in report.content.findings)
    heading = Text("later.not_sent", strong=True)
    return Letter(key=key, body=(case_line(case), heading, *said, *lines), choices=choices, about="case")
