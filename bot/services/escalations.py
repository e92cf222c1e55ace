"""Pages people until somebody owns the case: round and round, never silent.

The rules are in `bot.domain.escalation`; people are resolved here, at each step, from the rota of that instant.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.case import AssignmentState, Case, Status, TaskKind, TaskState
from bot.domain.escalation import (
    NOBODY_YET,
    PHONE_WAYS,
    Policy,
    Position,
    Step,
    Way,
    Who,
    due_at,
    following,
    hastened,
    is_enough,
    ways_for,
)
from bot.domain.people import Person, Role
from bot.domain.rota import Duty, on_call
from bot.domain.study import Priority
from bot.messages import (
    Address,
    CallEnded,
    MessageFailed,
    Text,
    TimerDue,
    Verbatim,
    channel_of,
)
from bot.services.alerts import ALERT, open_task, possible, post_alert, post_task_alert
from bot.services.cards import CARD, card_key, post_card, post_reminder
from bot.services.post import Letter, post
from bot.services.tasks import raise_task, readers, settle_and_tell
from bot.services.wording import case_line
from storage.unit_of_work import UnitOfWork

LADDER = "ladder"
UNHELD = "unheld"
"""By case: its referrer is told that nobody has it yet."""

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
        after = following(policy, position, now, case.priority)
        position = after if reached or after.step == 0 else hastened(policy, after, now)
    _stand_at(uow, case, policy, position)


def expect_owner(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """From now on somebody should have it soon; if nobody does, its referrer hears so."""
    wait = NOBODY_YET.get(case.priority)
    if wait is None:
        uow.timers.cancel(UNHELD, case.id)
    else:
        uow.timers.set(UNHELD, case.id, now + wait, lane=lane(case))


def _nobody_yet(uow: UnitOfWork, case: Case, due_at: datetime, now: datetime) -> None:
    if case.status is not Status.OPEN or uow.assignments.owner(case.id):
        return
    letter = Letter(
        key=f"case:{case.id}/nobody_yet/{due_at.isoformat()}",
        body=(case_line(case), Text("refer.nobody_yet")),
        topic=progress_topic(case),
    )
    post(uow, case.referrer_id, letter, case=case, now=now)


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
    expect_owner(uow, case, now)
    advance(uow, uow.cases.get(case.id), now)


def stop(uow: UnitOfWork, case: Case, owner: Person, now: datetime) -> None:
    """It has an owner: nobody is paged any more, and a coordinator who was about to call is told."""
    for timer in (LADDER, UNHELD):
        uow.timers.cancel(timer, case.id)
    uow.pages.end_all(case.id, now)
    # Her own card she still needs: she may have taken the case by a key in a call.
    uow.outbox.drop_parked(case.id, CARD, now, but=uow.people.addresses(owner.id))
    settle_and_tell(uow, TaskKind.UNOWNED, case, Text("task.owner", {"name": Verbatim(owner.name)}), now)


def answered(
    uow: UnitOfWork, case: Case, person_id: str, state: str, now: datetime, *, way: Way | None = None
) -> None:
    """Her pages (of one way) came to nothing: declined (`ended`) or not delivered (`failed`).

    The next step is taken at once when nobody else is awaited.
    """
    uow.pages.end(case.id, person_id, state, now, way=way)
    _go_on(uow, case, now)


def _go_on(uow: UnitOfWork, case: Case, now: datetime) -> None:
    if not _awaited(uow, case) and not uow.assignments.owner(case.id):
        hasten(uow, uow.cases.get(case.id), now)


def _awaited(uow: UnitOfWork, case: Case) -> bool:
    """Whether somebody may still answer; who was called in vain in this round can, but nobody waits for her."""
    called = uow.pages.over(case.id, round_=case.round, way=Way.VOICE)
    return any(person_id not in called for person_id in uow.pages.waiting(case.id))


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """The next step of a case is due, or its referrer has waited long."""
    match event.timer:
        case "ladder":
            _next_step(uow, uow.cases.get(event.subject), now)
        case "unheld":
            _nobody_yet(uow, uow.cases.get(event.subject), event.due_at, now)
        case _:
            return False
    return True


def _next_step(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """Take what is due; where a coordinator does the task no new round begins: specialists have their cards.

    She is asked whether she still does it, and can page them again; an emergency presses everybody on and on.
    """
    position = _position(case)
    task = uow.tasks.of(TaskKind.UNOWNED, case.id)
    is_hers = task is not None and task.state is TaskState.TAKEN and case.priority is not Priority.EMERGENCY
    if case.policy is None or not is_hers or position.step or not position.round:
        advance(uow, case, now)
        return
    later = replace(position, round_at=now + max(case.policy.pause, _LOOK_AGAIN))
    _stand_at(uow, case, case.policy, later)


def _stand_at(uow: UnitOfWork, case: Case, policy: Policy, position: Position) -> None:
    due = due_at(policy, position)
    uow.cases.set_position(case, position, next_action_at=due)
    uow.timers.set(LADDER, case.id, due, lane=lane(case))


def on_failed(uow: UnitOfWork, event: MessageFailed, now: datetime) -> bool:
    """A page could not be delivered: the next person is asked at once."""
    if event.about not in (CARD, ALERT) or event.case_id is None:
        return False
    person = uow.people.by_address(event.to)
    case = uow.cases.get(event.case_id)
    if person is not None and case.status is Status.OPEN:
        answered(uow, case, person.id, "failed", now, way=_way_of(event.to))
    return True


def on_call_ended(uow: UnitOfWork, event: CallEnded, now: datetime) -> None:
    """A call is over. If no key was pressed in it, the next person is asked at once; her card stays hers to take."""
    record = uow.outbox.find_sent(event.address, event.message_id)
    person = uow.people.by_address(event.address)
    if record is None or record.about != ALERT or record.case_id is None or person is None:
        return
    case = uow.cases.find(record.case_id)
    if case is None or case.status is not Status.OPEN:
        return
    if uow.pages.end(case.id, person.id, "ended", now, way=Way.VOICE):
        _go_on(uow, case, now)


def _way_of(address: Address) -> Way:
    """By which way something went: every channel that is not a phone's is a chat."""
    channel = channel_of(address)
    return Way(channel) if channel in PHONE_WAYS else Way.CHAT


def _position(case: Case) -> Position:
    return Position(round=case.round, step=case.step, round_at=case.round_at or case.created_at)


def _take(uow: UnitOfWork, case: Case, policy: Policy, now: datetime) -> bool:
    """Take the step that `case` stands at; whether it reached anybody."""
    step = policy.steps[case.step]
    if step.who is Who.COORDINATOR:
        return _ask_coordinators(uow, case, step, now)
    reached = [_page(uow, case, person_id, step, now) for person_id in targets(uow, case, step, now)]
    return any(reached)


def _page(uow: UnitOfWork, case: Case, person_id: str, step: Step, now: datetime) -> bool:
    has_card = person_id in uow.pages.sent_by(case.id, Way.CHAT)
    ways = ways_for(step, possible=possible(uow, person_id), has_card=has_card)
    if has_card and ways == (Way.CHAT,) and is_enough(case.round, case.priority):
        ways = () if _is_asked(uow, case, person_id) else ways
    made = [way for way in ways if _note_page(uow, case, person_id, way, now)]
    if not made:
        return True
    uow.assignments.offer(case.id, person_id, now)
    detail: dict[str, str | int] = {"person": person_id, "round": case.round, "ways": ",".join(made)}
    uow.audit.append("system", "case.page", case.id, now, detail=detail)
    reached = [_reach(uow, case, person_id, way, has_card=has_card, now=now) for way in made]
    return any(reached)


def _is_asked(uow: UnitOfWork, case: Case, person_id: str) -> bool:
    """Whether she was reminded in this round already."""
    return any(one == person_id and round_ == case.round for one, round_, _ in uow.pages.paged(case.id))


def _note_page(uow: UnitOfWork, case: Case, person_id: str, way: Way, now: datetime) -> bool:
    return uow.pages.add(
        case.id, round_=case.round, step=case.step, person_id=person_id, way=way.value, now=now
    )


def _reach(uow: UnitOfWork, case: Case, person_id: str, way: Way, *, has_card: bool, now: datetime) -> bool:
    if way is Way.CHAT:
        send = post_reminder if has_card else post_card
        reached = send(uow, case, person_id, card_key(case), now)
    else:
        reached = post_alert(uow, case, person_id, way, card_key(case), now)
    if not reached:
        uow.pages.end(case.id, person_id, "failed", now, way=way)
    return reached


def targets(uow: UnitOfWork, case: Case, step: Step, now: datetime) -> tuple[str, ...]:
    """Whom a step pages: verified specialists, never the referrer herself nor one who declined."""
    if case.pool_id is None:
        return ()
    found = _found(uow, case, case.pool_id, step.who, now)
    gone = frozenset({AssignmentState.DECLINED}) if step.who is Who.POOL else _GONE
    return tuple(p for p in found if p != case.referrer_id and _may_be_paged(uow, case, p, gone))


def _found(uow: UnitOfWork, case: Case, pool_id: str, who: Who, now: datetime) -> Sequence[str]:
    """Who is on call; who is so twice is asked once, and where nobody is an emergency or urgent case is the pool's.

    Without that a policy that names no pool would ask coordinators only. A routine case they give to somebody.
    """
    shifts = tuple(uow.rotas.shifts_at(pool_id, now))
    first = on_call(shifts, duty=Duty.PRIMARY, at=now)
    second = tuple(p for p in on_call(shifts, duty=Duty.BACKUP, at=now) if p not in first)
    is_gap = not first and not second and case.priority is not Priority.ROUTINE
    if who is Who.POOL or (who is Who.PRIMARY and is_gap):
        return uow.pools.members(pool_id)
    return first if who is Who.PRIMARY else second


def _may_be_paged(uow: UnitOfWork, case: Case, person_id: str, gone: frozenset[AssignmentState]) -> bool:
    standing = uow.assignments.of(case.id, person_id)
    return uow.people.get(person_id).is_a(Role.SPECIALIST) and (
        standing is None or standing.state not in gone
    )


def _ask_coordinators(uow: UnitOfWork, case: Case, step: Step, now: datetime) -> bool:
    reached = raise_task(uow, TaskKind.UNOWNED, case.id, case=case, now=now)
    return _alert_coordinators(uow, case, step, now) or reached


def _alert_coordinators(uow: UnitOfWork, case: Case, step: Step, now: datetime) -> bool:
    """By phone too, where the step says so, while none of them does the task."""
    task = open_task(uow, case)
    if task is None:
        return False
    told = [
        post_task_alert(uow, case, task, person_id, way, card_key(case), now)
        for person_id in readers(uow, task, now)
        for way in PHONE_WAYS
        if way in step.ways and way in possible(uow, person_id)
    ]
    return any(told)


def progress_topic(case: Case) -> str:
    """The running theme of a case's progress: newer news drop older ones that have not left."""
    return f"progress/{case.id}"
