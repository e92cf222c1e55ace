"""Tells coordinators what waits: what presses at once, everything else in one list at most every ten minutes.

Who is asked when is in `bot.domain.tasks`; people are resolved here, at each asking, from the rota of that instant.
"""

from datetime import datetime

from bot.domain.case import Task, TaskKind, TaskState
from bot.domain.escalation import PHONE_WAYS, Who
from bot.domain.people import Role
from bot.domain.rota import Duty, on_call
from bot.domain.tasks import (
    GATHER,
    asked,
    asking,
    asking_at,
    next_asking_at,
    still_after,
)
from bot.messages import Address, Line, Text
from bot.services.alerts import possible, post_task_alert
from bot.services.post import Letter, key_for, post
from bot.services.sessions import TASK
from bot.services.task_words import (
    ABOUT_A_PERSON,
    MOST,
    case_of,
    first_choices,
    in_order,
    more_choice,
    numbered,
    numbered_choice,
    sent,
    taken_choices,
    task_lines,
    weight,
)
from storage.unit_of_work import UnitOfWork

TASK_DUE = "task_due"
"""By task: coordinators, or the one who took it, are asked again."""
TASK_LIST = "task_list"
"""What was gathered goes out; one for all coordinators."""

_ALL = "coordinators"


def announce(uow: UnitOfWork, task: Task, now: datetime, *, but: str = "") -> bool:
    """Ask about a task, at once or with the next list, and set when it is asked again; False: nobody can be told."""
    presses = weight(uow, task).presses
    set_due(uow, task, now)
    if not presses and uow.timers.due_at(TASK_LIST, _ALL) is not None:
        uow.tasks.pushed(task.id, None)
        return any(uow.people.contact(person_id) for person_id in readers(uow, task, now))
    if not presses:
        uow.timers.set(TASK_LIST, _ALL, now + GATHER)
    uow.tasks.pushed(task.id, now)
    return tell(uow, task, now, but=but)


def set_due(uow: UnitOfWork, task: Task, now: datetime) -> None:
    """Say when it is asked about again."""
    pace = weight(uow, task).pace
    if task.state is TaskState.TAKEN:
        due = now + still_after(now - (task.changed_hands_at or now), pace)
    else:
        due = next_asking_at(task.opened_at, now, pace)
    lane = Address(f"case:{task.case_id}") if task.case_id else None
    uow.timers.set(TASK_DUE, task.id, due, lane=lane)


def push_list(uow: UnitOfWork, now: datetime) -> None:
    """What was gathered since the last list, to everybody whom it is for; nothing left, no message."""
    if uow.timers.due_at(TASK_LIST, _ALL) is not None:
        return
    waiting = in_order(uow, [task for task in uow.tasks.pending() if task.pushed_at is None])
    if not waiting:
        return
    uow.timers.set(TASK_LIST, _ALL, now + GATHER)
    mine: dict[str, list[Task]] = {}
    for task in waiting:
        uow.tasks.pushed(task.id, now)
        for person_id in readers(uow, task, now):
            mine.setdefault(person_id, []).append(task)
    for person_id, tasks in mine.items():
        _tell_some(uow, person_id, tasks, now)


def readers(uow: UnitOfWork, task: Task, now: datetime, *, but: str = "") -> tuple[str, ...]:
    """Whom a task is for at this instant: who does it, or the coordinators who are asked, without the person `but`.

    Whoever it is about is asked only where no other coordinator can be told: she has her own message already.
    """
    if task.state is TaskState.TAKEN and task.taken_by is not None:
        return (task.taken_by,)
    everybody = [person.id for person in uow.people.with_role(Role.COORDINATOR)]
    reachable = [person_id for person_id in everybody if uow.people.contact(person_id) is not None]
    not_asked = {but, *concerned(uow, task)}
    others = [person_id for person_id in reachable if person_id not in not_asked]
    who = asking(_number(uow, task, now), weight(uow, task).pace).who
    return asked(others or reachable or everybody, _on_shift(uow, task, now), who)


def concerned(uow: UnitOfWork, task: Task) -> frozenset[str]:
    """Whom a task is about: who sent or has its case, who is to be called, or whose registration is judged."""
    case = case_of(uow, task)
    of_case = (case.referrer_id, uow.assignments.owner(case.id)) if case is not None else ()
    about_her = task.kind in ABOUT_A_PERSON | {TaskKind.UNPLACED, TaskKind.VERIFY}
    subject = task.subject.partition("/")[0] if about_her else None
    return frozenset(person_id for person_id in (*of_case, subject) if person_id)


def asked_by(uow: UnitOfWork, task: Task, person_id: str, now: datetime) -> str | None:
    """The key of the newest message that asked her about this task alone; None where there was none."""
    until = task.changed_hands_at if task.state is not TaskState.OPEN else None
    last = asking_at(task.opened_at, until or now, weight(uow, task).pace)
    numbers = range(last, -1, -1)
    keys = (_key(task, number) for number in numbers)
    return next((key for key in keys if uow.outbox.message(key_for(key, person_id)) is not None), None)


def _on_shift(uow: UnitOfWork, task: Task, now: datetime) -> frozenset[str]:
    """The coordinators on duty for the pool of its case; for any pool where it has none."""
    case = case_of(uow, task)
    pools = (case.pool_id,) if case and case.pool_id else tuple(pool.id for pool in uow.pools.all())
    shifts = tuple(shift for pool_id in pools for shift in uow.rotas.shifts_at(pool_id, now))
    return frozenset(on_call(shifts, duty=Duty.COORDINATOR, at=now))


def _number(uow: UnitOfWork, task: Task, now: datetime) -> int:
    return asking_at(task.opened_at, now, weight(uow, task).pace)


def _key(task: Task, number: int) -> str:
    """A task that is opened again is told again, and so is one that nobody takes."""
    return f"task/{task.id}/{task.opened_at.isoformat()}{f'/{number}' if number else ''}"


# --- messages


def tell(uow: UnitOfWork, task: Task, now: datetime, *, but: str = "") -> bool:
    """Ask those whom it is for at this instant, each once an asking, without the person `but`; whether any is told."""
    people = readers(uow, task, now, but=but)
    told = [_tell(uow, person_id, task, now) for person_id in people]
    if task.state is TaskState.OPEN and _number(uow, task, now) > 0:
        told += [_alert(uow, person_id, task, now) for person_id in people]
    return any(told)


def _tell_some(uow: UnitOfWork, person_id: str, tasks: list[Task], now: datetime) -> None:
    if len(tasks) == 1:
        _tell(uow, person_id, tasks[0], now)
        return
    shown = list(enumerate(tasks[:MOST], 1))
    lines = [numbered(uow, number, task) for number, task in shown]
    choices = [numbered_choice(number, task, person_id) for number, task in shown]
    if len(uow.tasks.pending()) > len(shown):
        choices.append(more_choice(0))
    heading = Text("tasks.heading", count=len(tasks), strong=True)
    letter = Letter(
        key=f"tasks/{now.isoformat()}", body=(heading, *lines), choices=tuple(choices), about=TASK
    )
    post(uow, person_id, letter, case=None, now=now)


def _tell(uow: UnitOfWork, person_id: str, task: Task, now: datetime) -> bool:
    case = case_of(uow, task)
    number = _number(uow, task, now)
    if task.state is TaskState.TAKEN:
        heading: tuple[Line, ...] = (Text("task.still_yours"),)
        key, choices = f"task/{task.id}/still/{now.isoformat()}", taken_choices(task)
    else:
        heading = (Text("task.nobody_does_it"),) if number else ()
        key, choices = _key(task, number), first_choices(task)
    body = (*heading, *task_lines(uow, task, case))
    letter = Letter(key=key, body=body, choices=choices, about=TASK)
    return post(uow, person_id, letter, case=sent(case), now=now)


def _alert(uow: UnitOfWork, person_id: str, task: Task, now: datetime) -> bool:
    """By phone too, where the policy of its case asks coordinators so and the task presses."""
    case = case_of(uow, task)
    if case is None or case.policy is None or not weight(uow, task).presses:
        return False
    steps = [step for step in case.policy.steps if step.who is Who.COORDINATOR]
    named = frozenset(way for step in steps for way in step.ways)
    ways = [way for way in PHONE_WAYS if way in named & possible(uow, person_id)]
    key = f"{_key(task, _number(uow, task, now))}/phone"
    told = [post_task_alert(uow, case, task, person_id, way, key, now) for way in ways]
    return any(told)
