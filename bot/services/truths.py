"""What must always be true of a live database (DESIGN §6), as questions that answer with what is broken."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.case import Case, Status, TaskKind, TaskState
from bot.services import unsent
from storage.unit_of_work import UnitOfWork

GRACE = timedelta(minutes=2)
"""How far behind its time a next action may be: the sweep ticks every second, a restart takes a few."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken truth: which, and the row it is about (an id, never a name)."""

    truth: str
    subject: str


def check(uow: UnitOfWork, now: datetime) -> tuple[Broken, ...]:
    """All truths that can be asked of the database; empty where all hold."""
    found = [broken for case in uow.cases.live() for broken in _of_case(uow, case, now)]
    found += [broken for case in uow.cases.drafts() for broken in _of_draft(uow, case, now)]
    chain = uow.audit.verify()
    if not isinstance(chain, int):
        found.append(Broken("the audit chain verifies", str(chain.seq)))
    return tuple(found)


def _of_case(uow: UnitOfWork, case: Case, now: datetime) -> list[Broken]:
    broken: list[Broken] = []
    if case.next_action_at is None or case.next_action_at < now - GRACE:
        broken.append(Broken("a live case has a next action that is not overdue", case.id))
    owner = uow.assignments.owner(case.id)
    if owner is not None and not _can_be_told(uow, owner):
        broken.append(Broken("who owns a live case has an address and may act", case.id))
    if not _looked_after(uow, case):
        broken.append(Broken("a live case has an owner, a page under way or a coordinator's task", case.id))
    return broken


def _of_draft(uow: UnitOfWork, case: Case, now: datetime) -> list[Broken]:
    """A coordinator who has called about it may have left it to its sender."""
    due = unsent.seen(uow, case).task_at
    if due is None or due >= now - GRACE or uow.tasks.of(TaskKind.UNSENT, case.id) is not None:
        return []
    return [Broken("pictures that were not sent are a coordinator's task in time", case.id)]


def _can_be_told(uow: UnitOfWork, person_id: str) -> bool:
    """A chat that does not answer for a while is no breach: the ladder sees to it. A lost one is."""
    return not uow.people.get(person_id).revoked and uow.people.has_chat(person_id)


def _looked_after(uow: UnitOfWork, case: Case) -> bool:
    """An answered case whose owner is gone is the coordinators', who were asked once."""
    if case.status is Status.REPORTED and uow.tasks.of(TaskKind.UNOWNED, case.id) is not None:
        return True
    if uow.assignments.owner(case.id) or uow.pages.waiting(case.id):
        return True
    tasks = [task for task in uow.tasks.pending() if task.case_id == case.id]
    return any(task.state is not TaskState.DONE and task.kind is TaskKind.UNOWNED for task in tasks)
