"""Why a specialist does not take a case, and what follows from that; the next one was asked before she says it."""

from datetime import datetime

from bot.domain.case import AssignmentState, Case, DeclineReason, Status, TaskKind
from bot.domain.people import Person, Pool, Role
from bot.messages import Choice, Text
from bot.services import escalations, referrals
from bot.services.cards import CARD
from bot.services.tasks import raise_task
from storage.unit_of_work import UnitOfWork

_LABELS = {
    DeclineReason.BUSY: "kept.busy",
    DeclineReason.FIELD: "kept.field",
    DeclineReason.KNOWS: "kept.knows",
}


def why_choices(case: Case) -> tuple[Choice, ...]:
    """Why somebody declined, each in one tap."""
    return tuple(
        Choice(Text(label), f"dw {case.reference} {reason.value}", row=row)
        for row, (reason, label) in enumerate(_LABELS.items())
    )


def explain(uow: UnitOfWork, case: Case, person: Person, reason: DeclineReason, now: datetime) -> bool:
    """Note why she declined; False where she did not."""
    standing = uow.assignments.of(case.id, person.id)
    if standing is None or standing.state is not AssignmentState.DECLINED:
        return False
    uow.assignments.give_reason(case.id, person.id, reason)
    uow.audit.append(person.id, f"decline.{reason.value}", case.id, now)
    return True


def other_pools(uow: UnitOfWork, case: Case) -> tuple[Pool, ...]:
    """Where the case could go instead: those who have anybody to ask."""
    others = (pool for pool in uow.pools.all() if pool.id != case.pool_id)
    return tuple(pool for pool in others if any(_may_be_asked(uow, case, one) for one in _members(uow, pool)))


def _members(uow: UnitOfWork, pool: Pool) -> tuple[Person, ...]:
    return tuple(map(uow.people.get, uow.pools.members(pool.id)))


def _may_be_asked(uow: UnitOfWork, case: Case, person: Person) -> bool:
    standing = uow.assignments.of(case.id, person.id)
    declined = standing is not None and standing.state is AssignmentState.DECLINED
    return person.is_a(Role.SPECIALIST) and not declined and uow.people.contact(person.id) is not None


def move(uow: UnitOfWork, case: Case, person: Person, pool: Pool, now: datetime) -> bool:
    """It is another pool's: paging begins there anew, by that pool's policy. False where somebody has it already."""
    case = uow.cases.get(case.id)
    if case.status is not Status.OPEN or uow.assignments.owner(case.id) is not None:
        return False
    uow.cases.set_pool(case, pool.id, referrals.policy_of(uow, case.priority, pool.id))
    uow.audit.append(person.id, "case.move", case.id, now, detail={"pool": pool.id})
    uow.pages.end_all(case.id, now)
    uow.outbox.drop_parked(case.id, CARD, now)
    escalations.restart(uow, uow.cases.get(case.id), now)
    return True


def ask_coordinator(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """It is somebody else's field, and there is no other pool: a coordinator finds somebody."""
    if case.status is Status.OPEN and uow.assignments.owner(case.id) is None:
        raise_task(uow, TaskKind.UNOWNED, case.id, case=case, now=now)
