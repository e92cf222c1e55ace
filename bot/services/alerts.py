"""What a case says on the phone: that it or its answer waits, and nothing of the patient. All else is in the chat."""

from datetime import datetime

from bot.domain.case import AssignmentState, Case, Status, Task, TaskKind, TaskState
from bot.domain.escalation import Way
from bot.domain.report import Report, ReportKind
from bot.messages import Address, Choice, Line, OutboundMessage, Text, channel_of
from bot.services.next_action import is_unread
from bot.services.post import key_for
from storage.unit_of_work import UnitOfWork

ALERT = "alert"
"""What a call or an SMS to a specialist is about."""

TASK_ALERT = "task_alert"
"""What a call or an SMS to a coordinator is about."""

ANSWER_ALERT = "answer_alert"
"""What a call or an SMS about an answer that nobody has tapped on is about."""

RAISED_ALERT = "raised_alert"
"""What a call or an SMS to the owner of a case is about that has become an emergency."""

RAISED = "raised"
"""The timer, by case, of an owner who has not reacted to that."""


def possible(uow: UnitOfWork, person_id: str) -> frozenset[Way]:
    """By which of the phone's ways she can be reached; a call needs a chat too, where its case can be read."""
    found = frozenset(way for way in uow.ways if uow.people.on_phone(person_id, way) is not None)
    return found if uow.people.contact(person_id) is not None else found - {Way.VOICE}


def post_alert(uow: UnitOfWork, case: Case, person_id: str, way: Way, key: str, now: datetime) -> bool:
    """Call her or write an SMS about a case that she may take; False where she has no number."""
    choices = (
        Choice(Text("voice.take"), f"ack {case.reference}"),
        Choice(Text("voice.decline"), f"dec {case.reference}"),
    )
    return _post(
        uow, case, person_id, way, words=_words(case, way), choices=choices, about=ALERT, key=key, now=now
    )


def post_task_alert(
    uow: UnitOfWork, case: Case, task: Task, person_id: str, way: Way, key: str, now: datetime
) -> bool:
    """Call a coordinator or write her an SMS about a task that nobody takes; False where she has no number.

    A key that begins with `task/<its id>/` names the task; any other is about a case without owner.
    """
    what = "unowned" if task.kind is TaskKind.UNOWNED else "task"
    spoken, written = Text(f"voice.{what}"), Text(f"sms.{what}", {"reference": case.reference})
    words = spoken if way is Way.VOICE else written
    choices = (Choice(Text("voice.take_task"), f"tt {task.id}"),)
    return _post(uow, case, person_id, way, words=words, choices=choices, about=TASK_ALERT, key=key, now=now)


def post_raised_alert(uow: UnitOfWork, case: Case, person_id: str, way: Way, key: str, now: datetime) -> bool:
    """Call the owner of a case that has become an emergency or write him an SMS; False where he has no number."""
    words = Text("voice.raised") if way is Way.VOICE else Text("sms.raised", {"reference": case.reference})
    choices = (Choice(Text("voice.raised_seen"), f"seen {case.reference}"),)
    return _post(
        uow, case, person_id, way, words=words, choices=choices, about=RAISED_ALERT, key=key, now=now
    )


def post_answer_alert(
    uow: UnitOfWork, case: Case, report: Report, to: Address, *, is_contact: bool, now: datetime
) -> None:
    """Say on a phone (`sms:…` or `voice:…`) that an answer is in her chat; `is_contact`: in her colleague's."""
    which = "correction" if report.kind is ReportKind.CORRECTION else "emergency"
    whose = "contact" if is_contact else "answer"
    is_call = channel_of(to) == Way.VOICE
    spoken, written = (
        Text(f"voice.{whose}_{which}"),
        Text(f"sms.{whose}_{which}", {"reference": case.reference}),
    )
    looks = (Choice(Text("voice.will_look"), f"rd {case.reference}"),)
    uow.outbox.put(
        OutboundMessage(
            to=to,
            key=f"report/{report.id}/unread/{whose}/{channel_of(to)}",
            body=(spoken if is_call else written,),
            choices=looks if is_call else (),
            case_id=case.id,
            reference=case.reference,
            about=ANSWER_ALERT,
        ),
        now,
    )


def is_wanted(uow: UnitOfWork, message: OutboundMessage) -> bool:
    """Whether a message is still to leave.

    Nobody is called about a case that has an owner, or that she declined, or about an answer that was tapped on.
    """
    if message.about == ANSWER_ALERT and message.case_id is not None:
        return _is_unread(uow, message.case_id, message.key)
    if message.about == RAISED_ALERT and message.case_id is not None:
        return uow.timers.due_at(RAISED, message.case_id) is not None
    if message.about == TASK_ALERT and message.key.startswith("task/"):
        return _waits(uow, message.key.split("/")[1])
    if message.about not in (ALERT, TASK_ALERT) or message.case_id is None:
        return True
    case = uow.cases.find(message.case_id)
    if case is None or case.status is not Status.OPEN or uow.assignments.owner(case.id) is not None:
        return False
    if message.about == TASK_ALERT:
        return open_task(uow, case) is not None
    person = uow.people.by_address(message.to)
    standing = uow.assignments.of(case.id, person.id) if person else None
    return standing is not None and standing.state is AssignmentState.OFFERED


def _waits(uow: UnitOfWork, task_id: str) -> bool:
    task = uow.tasks.get(task_id)
    return task is not None and task.state is TaskState.OPEN


def _is_unread(uow: UnitOfWork, case_id: str, key: str) -> bool:
    """Whether the report that a message to a phone is about still waits for its reader's first word."""
    case = uow.cases.find(case_id)
    sent = uow.reports.sent_of(case_id)
    if case is None or case.status is not Status.REPORTED or not sent:
        return False
    newest = sent[-1]
    return key.startswith(f"report/{newest.id}/") and is_unread(uow, newest)


def open_task(uow: UnitOfWork, case: Case) -> Task | None:
    """What coordinators are asked to do about a case without owner, while none of them does it."""
    mine = (task for task in uow.tasks.pending() if task.kind is TaskKind.UNOWNED and task.subject == case.id)
    return next((task for task in mine if task.state is TaskState.OPEN), None)


def _words(case: Case, way: Way) -> Text:
    if way is Way.VOICE:
        return Text(f"voice.{case.priority.value}")
    return Text(f"sms.{case.priority.value}", {"reference": case.reference})


def _post(
    uow: UnitOfWork,
    case: Case,
    person_id: str,
    way: Way,
    *,
    words: Line,
    choices: tuple[Choice, ...],
    about: str,
    key: str,
    now: datetime,
) -> bool:
    address = uow.people.on_phone(person_id, way)
    if address is None:
        return False
    uow.outbox.put(
        OutboundMessage(
            to=address,
            key=key_for(f"{key}/{way}", person_id),
            body=(words,),
            choices=choices if way is Way.VOICE else (),
            case_id=case.id,
            reference=case.reference,
            about=about,
        ),
        now,
    )
    return True
