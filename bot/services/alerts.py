"""What a case says on the phone: that it waits, and nothing of the patient. All else is in the chat."""

from datetime import datetime

from bot.domain.case import AssignmentState, Case, Status, Task, TaskKind, TaskState
from bot.domain.escalation import Way
from bot.messages import Choice, Line, OutboundMessage, Text
from bot.services.post import key_for
from storage.unit_of_work import UnitOfWork

ALERT = "alert"
"""What a call or an SMS to a specialist is about."""

TASK_ALERT = "task_alert"
"""What a call or an SMS to a coordinator is about."""


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
    """Call a coordinator or write her an SMS about a case that nobody takes; False where she has no number."""
    words = Text("voice.unowned") if way is Way.VOICE else Text("sms.unowned", {"reference": case.reference})
    choices = (Choice(Text("voice.take_task"), f"tt {task.id}"),)
    return _post(uow, case, person_id, way, words=words, choices=choices, about=TASK_ALERT, key=key, now=now)


def is_wanted(uow: UnitOfWork, message: OutboundMessage) -> bool:
    """Whether a message is still to leave: nobody is called about a case that has an owner, or that she declined."""
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
