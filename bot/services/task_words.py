"""How tasks are put into lines and choices, one alone or several in a list; nothing of a patient who was not sent."""

from collections.abc import Sequence

from bot.domain.case import Case, Status, Task, TaskKind, TaskState
from bot.domain.closing import ANSWER_TASKS
from bot.domain.escalation import Way
from bot.domain.report import ReportKind, urgency_of
from bot.domain.study import Priority
from bot.domain.tasks import Weight, place_of, weight_of
from bot.domain.unsent import has_emergency_word
from bot.messages import Ago, Choice, Joined, Line, Param, Text, Verbatim
from bot.services.wording import case_line, sign
from storage.unit_of_work import UnitOfWork

MOST = 8
"""Tasks that one message shows."""

CALLED = frozenset(
    {
        TaskKind.NOT_UNDERSTOOD,
        TaskKind.UNCLEAR,
        TaskKind.NO_ANSWER,
        TaskKind.DELIVERY,
        TaskKind.UNSENT,
        TaskKind.UNPLACED,
        TaskKind.UNHEARD,
        TaskKind.UNREAD,
        TaskKind.CANNOT,
        TaskKind.GONE,
        TaskKind.NOT_MINE,
        TaskKind.NOT_LEFT,
        TaskKind.RAISED,
        TaskKind.WRONG_PATIENT,
        TaskKind.CALL_ME,
        TaskKind.PROBLEM,
    }
)
"""Tasks that a call to the health worker settles: that it was made is recorded."""

ABOUT_A_PERSON = frozenset({TaskKind.CALL_ME, TaskKind.PROBLEM, TaskKind.UNHEARD})
"""Tasks whose subject is the person who is to be called."""


def case_of(uow: UnitOfWork, task: Task) -> Case | None:
    """The case that a task is about, a draft too; None where there is none or nothing of it can be read any more."""
    return uow.cases.find(task.case_id) if task.case_id else None


def sent(case: Case | None) -> Case | None:
    """The case of a message, which is sealed with its key: none for a draft, whose key ends when it is given up."""
    return case if case is not None and case.opened_at is not None else None


def weight(uow: UnitOfWork, task: Task) -> Weight:
    """How much it matters now: by its case and the newest report of that."""
    case = case_of(uow, task)
    if case is None:
        return weight_of(task.kind, (), corrects=False)
    if task.kind is TaskKind.UNSENT and has_emergency_word(case.facts):
        return weight_of(task.kind, (Priority.EMERGENCY,), corrects=False)
    reports = uow.reports.sent_of(case.id)
    newest = reports[-1] if reports else None
    priorities = (case.priority, urgency_of(newest.content)) if newest else (case.priority,)
    corrects = newest is not None and newest.kind is ReportKind.CORRECTION
    return weight_of(task.kind, priorities, corrects=corrects)


def in_order(uow: UnitOfWork, tasks: Sequence[Task]) -> list[Task]:
    """As they are listed."""
    return sorted(tasks, key=lambda task: place_of(weight(uow, task), task.created_at))


def task_lines(uow: UnitOfWork, task: Task, case: Case | None) -> tuple[Line, ...]:
    """What a task asks for, with the case or the person it is about; of a draft only whose it is and since when."""
    if task.kind is TaskKind.VERIFY:
        who = uow.people.get(task.subject)
        params = {"name": Verbatim(who.name), "registration": Verbatim(who.registration)}
        return (Text("task.kind.verify", params),)
    if task.kind in ABOUT_A_PERSON:
        lead = (case_line(case),) if case is not None and not _is_private(task, case) else ()
        return (*lead, Text(f"task.kind.{task.kind.value}", {"who": caller(uow, task.subject)}))
    if task.kind is TaskKind.UNPLACED:
        return (_sender_line(uow, task.subject), Text("task.kind.unplaced"))
    what = Text(f"task.kind.{task.kind.value}")
    if case is None:
        return (what,)
    if task.kind is TaskKind.UNOWNED and case.status is Status.REPORTED:
        what = Text("phones.owner_gone")
    return (subject_line(uow, task, case), what)


def subject_line(uow: UnitOfWork, task: Task, case: Case) -> Line:
    """The line of the case that a task is about; of a draft only whose it is and since when."""
    return _draft_line(uow, case) if _is_private(task, case) else case_line(case)


def caller(uow: UnitOfWork, subject: str) -> Joined:
    """Whom to call: name, facility, and the number where one is known; `subject` begins with the person's id."""
    person = uow.people.get(subject.partition("/")[0])
    facility = uow.facilities.get(person.facility_id).name if person.facility_id else ""
    parts = (person.name, facility, number_of(uow, person.id))
    return Joined(tuple(Verbatim(part) for part in parts if part))


def number_of(uow: UnitOfWork, person_id: str) -> str:
    """The number that reaches a person by phone, or by which she chats (E.164); empty where none is known."""
    phone = uow.people.on_phone(person_id, Way.VOICE)
    known = (*((phone,) if phone else ()), *uow.people.addresses(person_id))
    numbers = (address.partition(":")[2] for address in known)
    return next((number for number in numbers if number.startswith("+")), "")


def _sender_line(uow: UnitOfWork, person_id: str) -> Line:
    """Whose words wait, and the number to call."""
    person = uow.people.get(person_id)
    facility = uow.facilities.get(person.facility_id).name if person.facility_id else ""
    phone = uow.people.on_phone(person_id, Way.VOICE)
    number = phone.partition(":")[2] if phone else ""
    parts = tuple(Verbatim(part) for part in (person.name, facility, number) if part)
    return Text("kept.sender", {"who": Joined(parts)}, strong=True)


def _is_private(task: Task, case: Case) -> bool:
    """What was not sent is nobody's to see but its sender's."""
    return task.kind is TaskKind.UNSENT or case.status in (Status.DRAFT, Status.CANCELLED)


def _draft_line(uow: UnitOfWork, case: Case) -> Line:
    facility = uow.facilities.get(case.facility_id).name if case.facility_id else ""
    who = Joined((Verbatim(uow.people.get(case.referrer_id).name), Verbatim(facility)))
    return Text("task.draft_of", {"who": who, "since": Ago(case.created_at)}, strong=True)


def numbered(uow: UnitOfWork, number: int, task: Task) -> Line:
    """One line of a list: its number and sign, what it is, since when, and who does it."""
    case = case_of(uow, task)
    parts: list[Param] = [f"{number}."]
    if case is not None:
        parts.append(sign(weight(uow, task).priority))
    parts += [*task_lines(uow, task, case), Text("task.since", {"since": Ago(task.created_at)})]
    if task.taken_by is not None:
        parts.append(Text("task.taken_by", {"name": Verbatim(uow.people.get(task.taken_by).name)}))
    return Joined(tuple(parts), separator=" ")


def numbered_choice(number: int, task: Task, reader_id: str) -> Choice:
    """Taking it; opening the one that she does, for what can be done with it."""
    hers = task.state is TaskState.TAKEN and task.taken_by == reader_id
    params: dict[str, Param] = {"number": number}
    label = Text("task.open_numbered", params) if hers else Text("task.take_numbered", params)
    return Choice(label, f"tt {task.id}", row=number, number=number)


def more_choice(start: int) -> Choice:
    """The list from a place on (0: its first)."""
    label = Text("task.more") if start else Text("task.all")
    return Choice(label, f"tl {start}", row=99)


def first_choices(task: Task) -> tuple[Choice, ...]:
    """A registration is judged at once; anything else is taken first."""
    if task.kind is TaskKind.VERIFY:
        return verify_choices(task.subject)
    return (Choice(Text("task.take"), f"tt {task.id}"),)


def taken_choices(task: Task) -> tuple[Choice, ...]:
    """What whoever does it can say of it: of an answer that nobody confirmed only that she called."""
    judged_otherwise = task.kind is TaskKind.VERIFY or task.kind in ANSWER_TASKS
    done = () if judged_otherwise else (Choice(Text("task.done"), f"td {task.id}"),)
    judged = verify_choices(task.subject) if task.kind is TaskKind.VERIFY else ()
    called = (Choice(Text("task.called"), f"tc {task.id}"),) if task.kind in CALLED else ()
    return (*called, *done, *judged, Choice(Text("task.give"), f"tg {task.id}", row=1))


def verify_choices(person_id: str) -> tuple[Choice, ...]:
    """What can be said of a registration."""
    return (
        Choice(Text("task.verify_yes"), f"vy {person_id}"),
        Choice(Text("task.verify_no"), f"vn {person_id}"),
    )
