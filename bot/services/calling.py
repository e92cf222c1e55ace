"""Somebody wants to be called, or says that something is wrong: coordinators are told, whatever else is open."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.case import Case, TaskKind
from bot.domain.people import Person
from bot.messages import Line, Text, Verbatim
from bot.services.post import Letter, post
from bot.services.sessions import TASK
from bot.services.task_words import caller
from bot.services.tasks import raise_task, readers
from bot.services.wording import case_line
from storage.unit_of_work import UnitOfWork


def call_her(uow: UnitOfWork, person: Person, now: datetime) -> bool:
    """Coordinators are asked at once to call her; False where none of them can be told."""
    return _raise(uow, TaskKind.CALL_ME, person, now)


def tell_problem(uow: UnitOfWork, person: Person, words: str, now: datetime) -> bool:
    """What is wrong, in her words (empty: she said it by voice), goes to coordinators; False where none can be told."""
    told = _raise(uow, TaskKind.PROBLEM, person, now)
    if words:
        _send(uow, TaskKind.PROBLEM, person, "commands.problem_of", words, now)
    return told


def give_number(uow: UnitOfWork, person: Person, number: str, now: datetime) -> None:
    """The number that she asks to be called at goes to the coordinators who were asked to call her."""
    _send(uow, TaskKind.CALL_ME, person, "commands.number_of", number, now)


def _raise(uow: UnitOfWork, kind: TaskKind, person: Person, now: datetime) -> bool:
    case = _case_under_way(uow, person)
    return raise_task(uow, kind, _subject(person, case), case=case, now=now)


def _subject(person: Person, case: Case | None) -> str:
    """One task a person and case: a finished one that is raised again keeps its case."""
    return f"{person.id}/{case.reference}" if case else person.id


def _case_under_way(uow: UnitOfWork, person: Person) -> Case | None:
    """The case that it is most likely about: what presses most, then the newest, of what she sent or holds."""
    under_way: Sequence[Case] = (*uow.cases.live_of(person.id), *uow.cases.held_by(person.id))
    return max(under_way, key=lambda case: (case.priority.rank, case.created_at), default=None)


def _send(uow: UnitOfWork, kind: TaskKind, person: Person, msgid: str, words: str, now: datetime) -> None:
    case = _case_under_way(uow, person)
    task = uow.tasks.of(kind, _subject(person, case))
    if task is None:
        return
    body: tuple[Line, ...] = (
        *((case_line(case),) if case else ()),
        Text(msgid, {"who": caller(uow, person.id)}, strong=True),
        Verbatim(words, quoted=True),
    )
    for reader in readers(uow, task, now):
        key = f"commands/{task.id}/{kind.value}/{now.isoformat()}"
        post(uow, reader, Letter(key=key, body=body, about=TASK), case=case, now=now)
