"""Pages people until somebody owns the case: round and round, never silent.

The rules are in `bot.domain.escalation`; people are resolved here, at each step, from the rota of that instant.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.case import AssignmentState, Case, Status, TaskKind
from bot.domain.escalation import Policy, Position, Step, Way, Who, due_at, following, hastened
from bot.domain.people import Person, Role
from bot.domain.rota import Duty, on_call
from bot.messages import Address, MessageFailed, Text, TimerDue, Verbatim
from bot.services.cards import CARD, card_key, post_card, post_reminder
from bot.services.post import Letter, post
from bot.services.tasks import raise_task, settle
from bot.services.wording import case_line
from storage.unit_of_work import UnitOfWork

LADDER = "ladder"

_LOOK_AGAIN = timedelta(minutes=5)

_GONE = frozenset({AssignmentState.DECLINED, AssignmentState.EXPIRED, AssignmentState.RELEASED})


def lane(case: Case) -> Address:
    """The lane in which everything that happens by itself to a case is handled in order."""
    return Address(f"case:{case.id}")


def advance(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """Take every step that is due; a step that reaches nobody gives way to the next at once."""
    policy = case.policy
    if policy is None or case.status is not Status.OPEN or uow.assignments.owner(case.id):
        return
    position = _position(case)
    while due_at(policy, position) <= now:
        reached = _take(uow, replace(case, round=position.round, step=position.step), policy, now)
        after = following(policy, position, now)
        position = after if reached or after.step == 0 else hastened(policy, after, now)
    due = due_at(policy, position)
    uow.cases.set_position(case, position, next_action_at=due)
    uow.timers.set(LADDER, case.id, due, lane=lane(case))


def hasten(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """Take the next step now: somebody declined, can't be reached, or a coordinator asks for it."""
    if case.policy is None:
        return
    position = hastened(case.policy, _position(case), now)
    uow.cases.set_position(case, position, next_action_at=now)
    advance(uow, uow.cases.get(case.id), now)


def resume(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """Something that was to happen by itself failed for good: an unowned case is looked at again in a while."""
    if case.status is Status.OPEN and not uow.assignments.owner(case.id):
        uow.cases.set_next_action(case, now + _LOOK_AGAIN)
        uow.timers.set(LADDER, case.id, now + _LOOK_AGAIN, lane=lane(case))


def restart(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """A new round from the first step: its owner gave it back or lost it."""
    uow.cases.set_position(case, Position(case.round + 1, 0, now), next_action_at=now)
    advance(uow, uow.cases.get(case.id), now)


def stop(uow: UnitOfWork, case: Case, owner: Person, now: datetime) -> None:
    """It has an owner: nobody is paged any more, and a coordinator who was about to call is told."""
    uow.timers.cancel(LADDER, case.id)
    uow.pages.end_all(case.id, now)
    settle(uow, TaskKind.UNOWNED, case, Text("task.owner", {"name": Verbatim(owner.name)}), now)


def answered(uow: UnitOfWork, case: Case, person_id: str, state: str, now: datetime) -> None:
    """One page came to nothing (`ended`: declined, `failed`: not delivered); the last one hastens the next step."""
    uow.pages.end(case.id, person_id, state, now)
    if not uow.pages.waiting(case.id) and not uow.assignments.owner(case.id):
        hasten(uow, uow.cases.get(case.id), now)


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """The next step of a case is due."""
    if event.timer != LADDER:
        return False
    advance(uow, uow.cases.get(event.subject), now)
    return True


def on_failed(uow: UnitOfWork, event: MessageFailed, now: datetime) -> bool:
    """A page could not be delivered: the next person is asked at once."""
    if event.about != CARD or event.case_id is None:
        return False
    person = uow.people.by_address(event.to)
    case = uow.cases.get(event.case_id)
    if person is not None and case.status is Status.OPEN:
        answered(uow, case, person.id, "failed", now)
    return True


def _position(case: Case) -> Position:
    return Position(round=case.round, step=case.step, round_at=case.round_at or case.created_at)


def _take(uow: UnitOfWork, case: Case, policy: Policy, now: datetime) -> bool:
    """Take the step that `case` stands at; whether it reached anybody."""
    step = policy.steps[case.step]
    if step.who is Who.COORDINATOR:
        return _ask_coordinators(uow, case, now)
    reached = [_page(uow, case, person_id, now) for person_id in targets(uow, case, step, now)]
    return any(reached)


def _page(uow: UnitOfWork, case: Case, person_id: str, now: datetime) -> bool:
    known = any(person == person_id for person, _, _ in uow.pages.paged(case.id))
    made = uow.pages.add(
        case.id, round_=case.round, step=case.step, person_id=person_id, way=Way.CHAT.value, now=now
    )
    if not made:
        return True
    uow.assignments.offer(case.id, person_id, now)
    uow.audit.append("system", "case.page", case.id, now, detail={"person": person_id, "round": case.round})
    send = post_reminder if known else post_card
    reached = send(uow, case, person_id, card_key(case), now)
    if not reached:
        uow.pages.end(case.id, person_id, "failed", now)
    return reached


def targets(uow: UnitOfWork, case: Case, step: Step, now: datetime) -> tuple[str, ...]:
    """Whom a step pages: verified specialists, never the referrer herself nor one who declined."""
    if case.pool_id is None:
        return ()
    shifts = tuple(uow.rotas.shifts_at(case.pool_id, now))
    match step.who:
        case Who.PRIMARY:
            found = on_call(shifts, duty=Duty.PRIMARY, at=now)
        case Who.BACKUP:
            found = on_call(shifts, duty=Duty.BACKUP, at=now)
        case _:
            found = uow.pools.members(case.pool_id)
    gone = frozenset({AssignmentState.DECLINED}) if step.who is Who.POOL else _GONE
    return tuple(p for p in found if p != case.referrer_id and _may_be_paged(uow, case, p, gone))


def _may_be_paged(uow: UnitOfWork, case: Case, person_id: str, gone: frozenset[AssignmentState]) -> bool:
    standing = uow.assignments.of(case.id, person_id)
    return uow.people.get(person_id).is_a(Role.SPECIALIST) and (
        standing is None or standing.state not in gone
    )


def _ask_coordinators(uow: UnitOfWork, case: Case, now: datetime) -> bool:
    reached = raise_task(uow, TaskKind.UNOWNED, case.id, case=case, now=now)
    if case.round == 0:
        letter = Letter(
            key=f"case:{case.id}/nobody_yet",
            body=(case_line(case), Text("refer.nobody_yet")),
            topic=progress_topic(case),
        )
        post(uow, case.referrer_id, letter, case=case, now=now)
    return reached


def progress_topic(case: Case) -> str:
    """The running theme of a case's progress: newer news drop older ones that have not left."""
    return f"progress/{case.id}"
