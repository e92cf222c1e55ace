"""A sent report until its reader says what she does: how it is shown, whom it goes to next, whether a patient left."""

from datetime import datetime, timedelta

from bot.domain.case import Case, Status, TaskKind
from bot.domain.closing import (
    NEXT_STEP,
    UNREAD_AFTER,
    Step,
    is_answered,
    is_critical,
    is_pressing,
    leaves_within,
    offered,
    steps_after,
)
from bot.domain.escalation import PHONE_WAYS
from bot.domain.report import Report, ReportKind, Response, push_after
from bot.messages import Address, Choice, Line, Opener, Text, TimerDue, Verbatim
from bot.services import contacts
from bot.services.alerts import post_answer_alert
from bot.services.escalations import lane
from bot.services.next_action import (
    LEFT,
    PUSH,
    READ_CONTACT,
    READ_PHONE,
    READ_TASK,
    WITHDRAWN,
    is_unread,
    refresh,
    stop_reading,
)
from bot.services.notes import NOTE
from bot.services.post import Letter, key_for, post
from bot.services.tasks import raise_task
from bot.services.wording import case_line, report_lines
from storage.unit_of_work import UnitOfWork

REPORT = "report"
"""What a reply that quotes a report is about."""

WRITES_AGAIN = timedelta(minutes=15)
"""How long a report that was about another patient may stay without the new one before its author is reminded."""

_LOOK_AGAIN = timedelta(minutes=15)
_TIMERS = {Step.PHONE: READ_PHONE, Step.CONTACT: READ_CONTACT, Step.TASK: READ_TASK}
_STEPS = {timer: step for step, timer in _TIMERS.items()}
_VERBS = {
    Response.UNDERSTOOD: "un",
    Response.DOING: "dg",
    Response.CANNOT: "cn",
    Response.GONE: "gn",
    Response.NOT_MINE: "nm",
}
_LABELS = {
    Response.UNDERSTOOD: "answer.understood",
    Response.DOING: "loop.doing",
    Response.CANNOT: "loop.cannot",
    Response.GONE: "loop.gone",
    Response.NOT_MINE: "loop.not_mine",
}
_LABELS_OF_CORRECTION = {
    Response.DOING: "loop.correction_doing",
    Response.CANNOT: "loop.correction_cannot",
}


# --- how it is shown


def reader_choices(case: Case, report: Report, place: int) -> tuple[Choice, ...]:
    """What the reader can tap under a report, the `place`-th of its case; a correction's buttons name it."""
    explain = Choice(Text("answer.explain"), f"ex {case.reference} {place}", row=2)
    own = _LABELS_OF_CORRECTION if report.kind is ReportKind.CORRECTION else {}
    answers = tuple(
        Choice(
            Text(own.get(response, _LABELS[response])),
            f"{_VERBS[response]} {case.reference} {place}",
            row=min(row, 1),
        )
        for row, response in enumerate(offered(report.kind, report.content))
    )
    return (*answers, explain)


def place_of(uow: UnitOfWork, case: Case, report: Report) -> int:
    """The how manieth report of its case it is, from 1."""
    return [one.id for one in uow.reports.sent_of(case.id)].index(report.id) + 1


def report_letter(uow: UnitOfWork, case: Case, report: Report) -> Letter:
    """A report with its buttons."""
    opener: Opener = "correction" if report.kind is ReportKind.CORRECTION else "answer"
    return Letter(
        key=f"report/{report.id}",
        body=report_lines(case, report, uow.people.get(report.author_id)),
        choices=reader_choices(case, report, place_of(uow, case, report)),
        about=REPORT,
        opener=opener,
    )


def shown_to(uow: UnitOfWork, case: Case, report: Report) -> tuple[str, ...]:
    """Who else was asked to do what a report says: her facility's second contact, where she did not answer."""
    contact = contacts.second_contact(uow, case.facility_id, but=case.referrer_id)
    if contact is None or uow.outbox.message(key_for(f"report/{report.id}/contact", contact.id)) is None:
        return ()
    return (contact.id,)


def push(uow: UnitOfWork, case: Case, report: Report, now: datetime) -> None:
    """The report once more, to its reader."""
    uow.reports.pushed(report)
    first = Text("loop.push") if is_critical(report.kind, report.content) else Text("answer.push")
    again = _again(uow, case, report, f"push/{report.pushes + 1}", first)
    post(uow, case.referrer_id, again, case=case, now=now)


def change_earlier(
    uow: UnitOfWork, case: Case, report: Report, reason: str, news: Text, now: datetime
) -> None:
    """Where her channel can change what was said, every message of a report becomes this and loses its buttons."""
    keys = (f"report/{report.id}", *(f"report/{report.id}/push/{n}" for n in range(1, report.pushes + 1)))
    for place, key in enumerate(keys):
        letter = Letter(
            key=f"report/{report.id}/{reason}/{place}",
            body=(case_line(case), news),
            about=REPORT,
            edits=key,
            edit_only=True,
        )
        post(uow, case.referrer_id, letter, case=case, now=now)


def _again(uow: UnitOfWork, case: Case, report: Report, place: str, first: Line) -> Letter:
    letter = report_letter(uow, case, report)
    return Letter(
        key=f"{letter.key}/{place}",
        body=(first, *letter.body),
        choices=letter.choices,
        about=REPORT,
        opener=letter.opener,
    )


# --- until it is tapped on


def watch(uow: UnitOfWork, case: Case, report: Report, now: datetime) -> None:
    """From now on it is followed: an emergency's answer and a correction step by step, any other by pushes."""
    if is_pressing(report.kind, report.content):
        uow.timers.set(READ_PHONE, report.id, now + UNREAD_AFTER, lane=lane(case))
    else:
        await_push(uow, case, report, now)
    refresh(uow, case, now)


def await_push(uow: UnitOfWork, case: Case, report: Report, now: datetime) -> None:
    """It is pushed once its time has passed."""
    uow.timers.set(PUSH, report.id, now + push_after(report.kind, report.content), lane=lane(case))


def heard(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """The reader said something about the case: nobody has to look for her, but what she does is still to be said."""
    sent = uow.reports.sent_of(case.id)
    if not sent or not is_unread(uow, sent[-1]):
        return
    stop_reading(uow, sent[-1])
    await_push(uow, case, sent[-1], now)
    refresh(uow, case, now)


def _climb(uow: UnitOfWork, case: Case, report: Report, step: Step, now: datetime) -> None:
    """Take a step, and at once the next where it reaches nobody."""
    taken = next(one for one in (step, *steps_after(step)) if _take(uow, case, report, one, now))
    following = next(iter(steps_after(taken)), None)
    due = now + (NEXT_STEP if following else _LOOK_AGAIN)
    uow.timers.set(_TIMERS[following or Step.TASK], report.id, due, lane=lane(case))


def _take(uow: UnitOfWork, case: Case, report: Report, step: Step, now: datetime) -> bool:
    """Whether it reached somebody by something new."""
    match step:
        case Step.PHONE:
            push(uow, case, report, now)
            return _ring(uow, case, report, _phones(uow, contacts.reader_of(uow, case)), now=now)
        case Step.CONTACT:
            return _ask_contact(uow, case, report, now)
        case Step.TASK:
            raise_task(uow, TaskKind.UNREAD, report.id, case=case, now=now)
            return True


def _ask_contact(uow: UnitOfWork, case: Case, report: Report, now: datetime) -> bool:
    """The facility's second contact gets the answer, and her phone rings; where only a number is known, that one."""
    reader = contacts.reader_of(uow, case)
    contact = contacts.second_contact(uow, case.facility_id, but=reader)
    phones = _phones(uow, contact.id) if contact else ()
    if not phones and (number := contacts.number_to_call(uow, case.facility_id, but=reader)):
        phones = tuple(Address(f"{way}:{number}") for way in PHONE_WAYS if way in uow.ways)
    by_phone = _ring(uow, case, report, phones, is_contact=True, now=now)
    if contact is None:
        return by_phone
    first = Text("loop.contact", {"name": Verbatim(uow.people.get(case.referrer_id).name)})
    letter = _again(uow, case, report, "contact", first)
    return post(uow, contact.id, letter, case=case, now=now) or by_phone


def _phones(uow: UnitOfWork, person_id: str) -> tuple[Address, ...]:
    ways = (way for way in PHONE_WAYS if way in uow.ways)
    return tuple(filter(None, (uow.people.on_phone(person_id, way) for way in ways)))


def _ring(
    uow: UnitOfWork,
    case: Case,
    report: Report,
    phones: tuple[Address, ...],
    *,
    is_contact: bool = False,
    now: datetime,
) -> bool:
    for phone in phones:
        post_answer_alert(uow, case, report, phone, is_contact=is_contact, now=now)
    return bool(phones)


# --- whether the patient has left


def await_leaving(uow: UnitOfWork, case: Case, report: Report, now: datetime) -> bool:
    """She sends the patient on: she is to say when he has left. False where nobody is sent anywhere."""
    within = leaves_within(report.kind, report.content)
    if within is not None:
        uow.timers.set(LEFT, report.id, now + within, lane=lane(case))
    return within is not None


def left_choice(case: Case) -> Choice:
    """The patient has left."""
    return Choice(Text("loop.left"), f"lf {case.reference}")


def is_leaving(uow: UnitOfWork, case: Case) -> bool:
    """Whether it is still to be said that the patient has left."""
    return may_leave(uow, case) and not is_withdrawn(uow, uow.reports.sent_of(case.id)[-1])


def may_leave(uow: UnitOfWork, case: Case) -> bool:
    """Whether the patient may leave by the newest report, be it one that was taken back since."""
    sent = uow.reports.sent_of(case.id)
    doing = bool(sent) and sent[-1].response is Response.DOING
    return doing and case.status is Status.REPORTED and case.understood_at is None


def _not_left(uow: UnitOfWork, case: Case, report: Report, now: datetime) -> None:
    """Nobody has said so: she is asked, once, and a coordinator calls."""
    if raise_task(uow, TaskKind.NOT_LEFT, report.id, case=case, now=now):
        letter = Letter(
            key=f"report/{report.id}/left",
            body=(case_line(case), Text("loop.ask_left")),
            choices=(left_choice(case),),
            about=NOTE,
        )
        post(uow, case.referrer_id, letter, case=case, now=now)
    uow.timers.set(LEFT, report.id, now + _LOOK_AGAIN, lane=lane(case))


# --- a report that was about another patient


def await_rewriting(uow: UnitOfWork, case: Case, report: Report, now: datetime) -> None:
    """Its author is to write the new one."""
    uow.timers.set(WITHDRAWN, report.id, now + WRITES_AGAIN, lane=lane(case))


def is_withdrawn(uow: UnitOfWork, report: Report) -> bool:
    """Whether it must not be followed, and nothing newer is there."""
    return uow.timers.due_at(WITHDRAWN, report.id) is not None


def _still_withdrawn(uow: UnitOfWork, case: Case, report: Report, now: datetime) -> None:
    raise_task(uow, TaskKind.WRONG_PATIENT, case.id, case=case, now=now)
    letter = Letter(
        key=f"report/{report.id}/rewrite/{now.isoformat()}",
        body=(case_line(case), Text("loop.rewrite")),
        about="case",
    )
    post(uow, uow.assignments.owner(case.id) or report.author_id, letter, case=case, now=now)
    await_rewriting(uow, case, report, now)


# --- what happens by itself


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """Nobody has tapped on a report yet, or it was not said that the patient left, or no new one was written."""
    if event.timer not in (*_STEPS, LEFT, WITHDRAWN):
        return False
    report = uow.reports.get(event.subject)
    case = uow.cases.find(report.case_id)
    if case is None or case.status is not Status.REPORTED or _is_overtaken(uow, case, report):
        return True
    match event.timer:
        case "left" if is_leaving(uow, case):
            _not_left(uow, case, report, now)
        case "withdrawn":
            _still_withdrawn(uow, case, report, now)
        case timer if timer in _STEPS and not is_answered(report):
            _climb(uow, case, report, _STEPS[timer], now)
    refresh(uow, case, now)
    return True


def _is_overtaken(uow: UnitOfWork, case: Case, report: Report) -> bool:
    return uow.reports.sent_of(case.id)[-1].id != report.id
