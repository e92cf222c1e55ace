"""What coordinators do: take up tasks, say what came of them, judge registrations."""

from bot.domain.case import Case, Status, Task, TaskState
from bot.domain.escalation import Way
from bot.domain.people import Role
from bot.domain.words import Command
from bot.messages import Address, Choice, Joined, Line, Param, Text, Verbatim
from bot.services import access, escalations, followup, notes, people, tasks
from bot.services.task_words import (
    MOST,
    in_order,
    more_choice,
    numbered,
    numbered_choice,
    sent,
    subject_line,
    taken_choices,
    task_lines,
)
from handlers.turn import Action, Reply, Say, Turn, say

_VERBS = frozenset({"tl", "tt", "td", "tc", "tg", "vy", "vn", "page_again"})


def on_command(turn: Turn, command: Command) -> Reply | None:
    """`tasks` for coordinators; `status` of one who neither sends nor reads is the same."""
    if command is Command.STATUS and turn.person.is_a(Role.COORDINATOR):
        others = (Role.REFERRER, Role.SPECIALIST)
        return None if any(turn.person.is_a(role) for role in others) else _list(turn, 0)
    if command is not Command.TASKS:
        return None
    return _list(turn, 0) if turn.person.is_a(Role.COORDINATOR) else say(Text("coordinate.only"))


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """Buttons of tasks and registrations."""
    if action.verb not in _VERBS:
        return None
    if not turn.person.is_a(Role.COORDINATOR):
        return say(Text("coordinate.only"))
    match action.verb:
        case "tl":
            return _list(turn, int(action.arg(0)) if action.arg(0).isdecimal() else 0)
        case "vy" | "vn":
            return _judge(turn, action)
        case "page_again":
            return _page_again(turn, action.arg(0))
        case _:
            return _task_tap(turn, action)


def _task_tap(turn: Turn, action: Action) -> Reply:
    task = turn.uow.tasks.get(action.arg(0))
    if task is None:
        return say(Text("task.gone"))
    match action.verb:
        case "tt":
            return _take(turn, task)
        case "tg":
            return _give(turn, task)
        case _:
            return _finish(turn, task, called=action.verb == "tc")


# --- the list


def _list(turn: Turn, start: int) -> Reply:
    """All that waits from a place on, what presses first; an older list may have had more places."""
    pending = in_order(turn.uow, turn.uow.tasks.pending())
    if not pending:
        return say(Text("tasks.none"))
    start = start if start < len(pending) else 0
    shown = list(enumerate(pending[start : start + MOST], start + 1))
    lines = [numbered(turn.uow, number, task) for number, task in shown]
    choices = [numbered_choice(number, task, turn.person.id) for number, task in shown]
    if start + MOST < len(pending):
        choices.append(more_choice(start + MOST))
    _note_looks(turn, [task for _, task in shown])
    return say(Text("tasks.heading", count=len(pending), strong=True), *lines, choices=tuple(choices))


def _note_looks(turn: Turn, shown: list[Task]) -> None:
    for case_id in dict.fromkeys(task.case_id for task in shown if task.case_id):
        turn.uow.audit.append(turn.person.id, "case.look", case_id, turn.now)


# --- one task


def _take(turn: Turn, task: Task) -> Reply:
    tasks.take(turn.uow, task, turn.person, turn.now)
    task = turn.uow.tasks.get(task.id) or task
    if task.state is TaskState.DONE:
        return say(Text("task.is_done"))
    if task.taken_by not in (None, turn.person.id):
        return say(_whose(turn, task))
    return _details(turn, task)


def _whose(turn: Turn, task: Task) -> Text:
    name = turn.uow.people.get(task.taken_by).name if task.taken_by else ""
    return Text("task.taken_by", {"name": Verbatim(name)})


def _details(turn: Turn, task: Task) -> Reply:
    """What helps with it: the case, who was asked, whom to call; and what can be done."""
    case = _case(turn, task)
    lines: tuple[Line, ...] = (*task_lines(turn.uow, task, case), Text("task.yours"))
    if case is None:
        return say(*lines, choices=taken_choices(task))
    if sent(case) is None:
        return say(*lines, *_contacts(turn, case), choices=taken_choices(task))
    body = (*lines, *_asked(turn, case), *_contacts(turn, case))
    choices = (*taken_choices(task), *_case_choices(turn, case))
    return Reply((Say(body, choices=choices, case_id=case.id, reference=case.reference, about="task"),))


def _case(turn: Turn, task: Task) -> Case | None:
    """The case of a task; of a draft, whose lines say nothing of the patient, its row."""
    case = turn.uow.cases.find(task.case_id) if task.case_id else None
    return access.case_of_id(turn.uow, turn.person, case.id, turn.now) if sent(case) and case else case


def _case_choices(turn: Turn, case: Case) -> tuple[Choice, ...]:
    if case.status is not Status.OPEN or turn.uow.assignments.owner(case.id) is not None:
        return ()
    return (Choice(Text("task.page_again"), f"page_again {case.reference}", row=1),)


def _asked(turn: Turn, case: Case) -> tuple[Line, ...]:
    """Who has it, or who was asked and has not answered."""
    owner = turn.uow.assignments.owner(case.id)
    if owner is not None:
        return (Text("task.owner", {"name": _person(turn, owner)}),)
    names = tuple(_person(turn, person_id) for person_id in turn.uow.pages.waiting(case.id))
    return (Text("task.not_answered", {"names": Joined(names)}),) if names else (Text("task.nobody_asked"),)


def _contacts(turn: Turn, case: Case) -> tuple[Line, ...]:
    """The referrer, and whom else to call at her facility."""
    referrer = Text("task.referrer", {"name": _person(turn, case.referrer_id)})
    if case.facility_id is None:
        return (referrer,)
    facility = turn.uow.facilities.get(case.facility_id)
    contacts = tuple(_contact(turn, contact) for contact in facility.contacts)
    params: dict[str, Param] = {"facility": Verbatim(facility.name), "contacts": Joined(contacts)}
    return (referrer, Text("task.facility", params) if contacts else Verbatim(facility.name))


def _person(turn: Turn, person_id: str) -> Param:
    """A person's name and, where there is one, the number to call."""
    name = Verbatim(turn.uow.people.get(person_id).name)
    number = turn.uow.people.on_phone(person_id, Way.VOICE)
    return Joined((name, Verbatim(number.partition(":")[2])), separator=" ") if number else name


def _contact(turn: Turn, contact: str) -> Param:
    """A person where it is an address of ours, a number as it can be dialled."""
    person = turn.uow.people.by_address(Address(contact))
    return _person(turn, person.id) if person else Verbatim(contact.removeprefix("phone:"))


def _finish(turn: Turn, task: Task, *, called: bool) -> Reply:
    """It is done; that somebody was called about it is recorded."""
    if not tasks.finish(turn.uow, task, turn.person, turn.now, called=called):
        return say(Text("task.is_done"))
    notes.give_up(turn.uow, task, turn.person, turn.now)
    if called:
        followup.call_recorded(turn.uow, task, turn.person, turn.now)
    return _about_case(turn, task, Text("task.thanks_called") if called else Text("task.thanks"))


def _give(turn: Turn, task: Task) -> Reply:
    if tasks.give(turn.uow, task, turn.person, turn.now):
        return _about_case(turn, task, Text("task.given"))
    if task.state is TaskState.DONE:
        return say(Text("task.is_done"))
    return say(Text("task.nobody_else") if task.taken_by == turn.person.id else _not_hers(turn, task))


def _about_case(turn: Turn, task: Task, line: Line) -> Reply:
    """A line with the case it is about before it; with nothing of one that was not sent but whose it is."""
    case = _case(turn, task)
    if case is None:
        return say(line)
    body = (subject_line(turn.uow, task, case), line)
    if sent(case) is None:
        return say(*body)
    return Reply((Say(body, case_id=case.id, reference=case.reference, about="task"),))


def _not_hers(turn: Turn, task: Task) -> Text:
    return _whose(turn, task) if task.taken_by else Text("task.given")


# --- what a task leads to


def _page_again(turn: Turn, reference: str) -> Reply:
    case = access.case_for(turn.uow, turn.person, reference, turn.now)
    if case is None or not _case_choices(turn, case):
        return say(Text("task.not_needed"))
    escalations.hasten(turn.uow, case, turn.now)
    turn.uow.audit.append(turn.person.id, "case.page_again", case.id, turn.now)
    if not turn.uow.pages.waiting(case.id):
        return say(Text("task.nobody_left"), *_contacts(turn, case))
    return say(Text("task.paged_again"), *_asked(turn, case))


def _judge(turn: Turn, action: Action) -> Reply:
    person = turn.uow.people.get(action.arg(0))
    name = {"name": Verbatim(person.name)}
    if person.id == turn.person.id:
        return say(Text("task.verify_self"))
    judge = people.confirm_registration if action.verb == "vy" else people.refuse_registration
    if not judge(turn.uow, turn.person, person, turn.now):
        return say(Text("task.verified_before", name))
    return say(Text("task.verified", name) if action.verb == "vy" else Text("task.refused", name))
