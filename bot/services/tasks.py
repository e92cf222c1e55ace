"""What coordinators are asked to do: one takes it, the others see that it is taken."""

from datetime import datetime

from bot.domain.case import Case, Task, TaskKind
from bot.domain.people import Person, Role
from bot.messages import Choice, Line, Text, Verbatim
from bot.services.post import Letter, post
from bot.services.wording import case_line
from storage.unit_of_work import UnitOfWork


def raise_task(uow: UnitOfWork, kind: TaskKind, subject: str, *, case: Case | None, now: datetime) -> bool:
    """Ask all coordinators, once while it is not done; False where nobody could be told (it stays listed)."""
    task = uow.tasks.add(kind, subject, now=now, case_id=case.id if case else None)
    if task is None:
        return True
    uow.audit.append("system", f"task.{kind.value}", task.id, now)
    letter = Letter(
        key=_key(task), body=task_lines(uow, task, case), choices=_first_choices(task), about="task"
    )
    told = [
        post(uow, person.id, letter, case=case, now=now) for person in uow.people.with_role(Role.COORDINATOR)
    ]
    return any(told)


def task_lines(uow: UnitOfWork, task: Task, case: Case | None) -> tuple[Line, ...]:
    """What a task asks for, with the case or the person it is about."""
    head: tuple[Line, ...] = (case_line(case),) if case else ()
    if task.kind is TaskKind.VERIFY:
        who = uow.people.get(task.subject)
        params = {"name": Verbatim(who.name), "registration": Verbatim(who.registration)}
        return (Text("task.kind.verify", params),)
    return (*head, Text(f"task.kind.{task.kind.value}"))


def _key(task: Task) -> str:
    """A task that is opened again is told again."""
    return f"task/{task.id}/{task.created_at.isoformat()}"


def _first_choices(task: Task) -> tuple[Choice, ...]:
    """A registration is judged at once; anything else is taken first."""
    if task.kind is TaskKind.VERIFY:
        return verify_choices(task.subject)
    return (Choice(Text("task.take"), f"tt {task.id}"),)


def verify_choices(person_id: str) -> tuple[Choice, ...]:
    """What can be said of a registration."""
    return (
        Choice(Text("task.verify_yes"), f"vy {person_id}"),
        Choice(Text("task.verify_no"), f"vn {person_id}"),
    )


def take(uow: UnitOfWork, task: Task, person: Person, now: datetime) -> bool:
    """She does it, the others see so; False where somebody was faster."""
    taken = uow.tasks.take(task.id, person.id, now)
    if taken:
        uow.audit.append(person.id, "task.take", task.id, now)
        _show_others(uow, task, person, Text("task.taken_by", {"name": Verbatim(person.name)}), now)
    return taken


def finish(uow: UnitOfWork, task: Task, person: Person, now: datetime) -> bool:
    """It is done, the others see so; False where it was done before."""
    finished = uow.tasks.done(task.id, now)
    if finished:
        uow.audit.append(person.id, "task.done", task.id, now)
        _show_others(uow, task, person, Text("task.done_by", {"name": Verbatim(person.name)}), now)
    return finished


def settle(uow: UnitOfWork, kind: TaskKind, case: Case, news: Text, now: datetime) -> None:
    """What a task was about has settled itself: who took it is told, the messages of all others change."""
    for task in uow.tasks.pending():
        if task.kind is not kind or task.subject != case.id:
            continue
        uow.tasks.done(task.id, now)
        taker = uow.people.get(task.taken_by) if task.taken_by else None
        _show_others(uow, task, taker, news, now)
        if taker is not None:
            letter = Letter(key=f"{_key(task)}/settled", body=(case_line(case), news), about="task")
            post(uow, taker.id, letter, case=case, now=now)


def close_verification(uow: UnitOfWork, person_id: str, by: Person, now: datetime) -> None:
    """A registration was judged: nobody else has to."""
    for task in uow.tasks.pending():
        if task.kind is TaskKind.VERIFY and task.subject == person_id:
            finish(uow, task, by, now)


def _show_others(uow: UnitOfWork, task: Task, person: Person | None, news: Text, now: datetime) -> None:
    """Their messages change where the channel can; they get no new one."""
    case = uow.cases.get(task.case_id) if task.case_id else None
    letter = Letter(
        key=f"{_key(task)}/{news.msgid}",
        body=(*task_lines(uow, task, case), news),
        about="task",
        edits=_key(task),
        edit_only=True,
    )
    for other in uow.people.with_role(Role.COORDINATOR):
        if person is None or other.id != person.id:
            post(uow, other.id, letter, case=case, now=now)
