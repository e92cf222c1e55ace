"""What coordinators are asked to do: one takes it, the others see that it is taken."""

from datetime import datetime

from bot.domain.case import Case, Task, TaskKind
from bot.domain.people import Person, Role
from bot.messages import Choice, Line, Text, Verbatim
from bot.services.post import Letter, post
from bot.services.wording import case_line
from storage.unit_of_work import UnitOfWork


def raise_task(uow: UnitOfWork, kind: TaskKind, subject: str, *, case: Case | None, now: datetime) -> bool:
    """Ask all coordinators, once while it is not done; False where nobody could be told (the task stays listed)."""
    task = uow.tasks.add(kind, subject, now=now, case_id=case.id if case else None)
    if task is None:
        return True
    uow.audit.append("system", f"task.{kind.value}", task.id, now)
    letter = Letter(
        key=f"task/{task.id}/{task.created_at.isoformat()}",
        body=task_lines(uow, task, case),
        choices=(Choice(Text("task.take"), f"task_take {task.id}"),),
        about="task",
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


def take(uow: UnitOfWork, task: Task, person: Person, now: datetime) -> bool:
    """She does it; False where somebody was faster."""
    taken = uow.tasks.take(task.id, person.id, now)
    if taken:
        uow.audit.append(person.id, "task.take", task.id, now)
    return taken
