"""What coordinators are asked to do: one takes it, the others see that it is taken; who forgets it is asked again."""

from datetime import datetime

from bot.domain.case import Case, Task, TaskKind, TaskState
from bot.domain.people import Person, Role
from bot.messages import MessageFailed, Text, TimerDue, Verbatim
from bot.services.post import Letter, post
from bot.services.sessions import TASK
from bot.services.task_push import TASK_DUE, TASK_LIST, announce, asked_by, push_list, readers, set_due, tell
from bot.services.task_words import case_of, sent, task_lines, weight
from bot.services.wording import case_line
from storage.unit_of_work import UnitOfWork

__all__ = [
    "close_verification",
    "finish",
    "give",
    "on_failed",
    "on_timer",
    "raise_task",
    "readers",
    "settle_and_tell",
    "take",
]


def raise_task(uow: UnitOfWork, kind: TaskKind, subject: str, *, case: Case | None, now: datetime) -> bool:
    """Ask coordinators on shift, once while it is not done; False where nobody could be told (it stays listed)."""
    task = uow.tasks.add(kind, subject, now=now, case_id=case.id if case else None)
    if task is None:
        _hasten(uow, uow.tasks.of(kind, subject), now)
        return True
    uow.audit.append("system", f"task.{kind.value}", task.id, now)
    return announce(uow, task, now)


def _hasten(uow: UnitOfWork, task: Task | None, now: datetime) -> None:
    """A task that waits for the next list and presses by now waits no longer."""
    waits = task is not None and task.state is TaskState.OPEN and task.pushed_at is None
    if task is not None and waits and weight(uow, task).presses:
        announce(uow, task, now)


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """Nobody has taken a task, or who took it has not said that it is done; or the next list is due."""
    if event.timer == TASK_LIST:
        push_list(uow, now)
        return True
    if event.timer != TASK_DUE:
        return False
    task = uow.tasks.get(event.subject)
    if task is not None and task.state is not TaskState.DONE:
        _ask_again(uow, task, now)
    return True


def on_failed(uow: UnitOfWork, event: MessageFailed, now: datetime) -> bool:
    """Somebody could not be asked about a task: the others are, at once."""
    if event.about != TASK or not event.key.startswith("task/"):
        return False
    task = uow.tasks.get(event.key.split("/")[1])
    person = uow.people.by_address(event.to)
    if task is not None and task.state is TaskState.OPEN:
        tell(uow, task, now, but=person.id if person else "")
    return True


def _ask_again(uow: UnitOfWork, task: Task, now: datetime) -> None:
    """Whoever took it; the others where she can do it no more."""
    if task.taken_by is not None and not _can_do(uow, task.taken_by):
        uow.tasks.give_back(task.id, task.taken_by, now)
        uow.audit.append("system", "task.give", task.id, now)
        task = uow.tasks.get(task.id) or task
    announce(uow, task, now)


def _can_do(uow: UnitOfWork, person_id: str) -> bool:
    return uow.people.get(person_id).is_a(Role.COORDINATOR) and uow.people.contact(person_id) is not None


def take(uow: UnitOfWork, task: Task, person: Person, now: datetime) -> bool:
    """She does it, the others see so; False where somebody was faster."""
    taken = uow.tasks.take(task.id, person.id, now)
    if taken:
        uow.audit.append(person.id, "task.take", task.id, now)
        _show_others(uow, task, person, Text("task.taken_by", {"name": Verbatim(person.name)}), now)
        set_due(uow, uow.tasks.get(task.id) or task, now)
    return taken


def give(uow: UnitOfWork, task: Task, person: Person, now: datetime) -> bool:
    """She does it no more, the others are asked; False where it was not hers, or nobody else is there to ask."""
    others = [one for one in uow.people.with_role(Role.COORDINATOR) if one.id != person.id]
    if not any(_can_do(uow, one.id) for one in others):
        return False
    if not uow.tasks.give_back(task.id, person.id, now):
        return False
    uow.audit.append(person.id, "task.give", task.id, now)
    announce(uow, uow.tasks.get(task.id) or task, now, but=person.id)
    return True


def finish(uow: UnitOfWork, task: Task, person: Person, now: datetime, *, called: bool = False) -> bool:
    """It is done (`called`: by a call), the others see so; False where it was done before."""
    finished = uow.tasks.done(task.id, now)
    if finished:
        uow.timers.cancel(TASK_DUE, task.id)
        uow.audit.append(person.id, "task.called" if called else "task.done", task.id, now)
        _show_others(uow, task, person, Text("task.done_by", {"name": Verbatim(person.name)}), now)
    return finished


def settle_and_tell(uow: UnitOfWork, kind: TaskKind, case: Case, news: Text, now: datetime) -> None:
    """What a task was about has settled itself: who took it is told, the messages of all others change.

    Where nobody has to hear so: `uow.tasks.close_silently`.
    """
    for task in uow.tasks.pending():
        if task.kind is not kind or task.subject != case.id:
            continue
        uow.tasks.done(task.id, now)
        uow.timers.cancel(TASK_DUE, task.id)
        taker = uow.people.get(task.taken_by) if task.taken_by else None
        _show_others(uow, task, taker, news, now)
        if taker is not None:
            key = f"task/{task.id}/{task.created_at.isoformat()}/settled"
            about = _shown_case(task, case)
            letter = Letter(key=key, body=(*((case_line(about),) if about else ()), news), about=TASK)
            post(uow, taker.id, letter, case=about, now=now)


def _shown_case(task: Task, case: Case | None) -> Case | None:
    """The case that a task's messages are about: of what was not sent nobody but its sender sees anything."""
    return None if task.kind is TaskKind.UNSENT else sent(case)


def close_verification(uow: UnitOfWork, person_id: str, by: Person, now: datetime) -> None:
    """A registration was judged: nobody else has to."""
    for task in uow.tasks.pending():
        if task.kind is TaskKind.VERIFY and task.subject == person_id:
            finish(uow, task, by, now)


def _show_others(uow: UnitOfWork, task: Task, person: Person | None, news: Text, now: datetime) -> None:
    """Their messages change where the channel can; they get no new one."""
    case = case_of(uow, task)
    for other in uow.people.with_role(Role.COORDINATOR):
        edits = None if person is not None and other.id == person.id else asked_by(uow, task, other.id, now)
        if edits is not None:
            body = (*task_lines(uow, task, case), news)
            key = f"{edits}/{news.msgid}/{now.isoformat()}"
            letter = Letter(key=key, body=body, about=TASK, edits=edits, edit_only=True)
            post(uow, other.id, letter, case=_shown_case(task, case), now=now)
