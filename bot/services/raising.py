"""A case that was sent gets worse: one word of its referrer makes it an emergency, whoever has it."""

from datetime import datetime, timedelta

from bot.domain.case import Case, Status, TaskKind
from bot.domain.drafting import tells_anything
from bot.domain.escalation import PHONE_WAYS, Policy, Way
from bot.domain.facts import Facts, merge
from bot.domain.people import Person
from bot.domain.study import Priority
from bot.messages import Address, Line, Text, TimerDue, Verbatim
from bot.services import assignments, cards, escalations, referrals
from bot.services.alerts import RAISED, open_task, possible, post_raised_alert
from bot.services.escalations import lane
from bot.services.next_action import refresh
from bot.services.post import Letter, post
from bot.services.tasks import raise_task
from bot.services.wording import case_line
from storage.unit_of_work import UnitOfWork

WHICH = "raise_which"
"""By the newest of several cases: she was asked which of them it is, and has not said."""

_WHICH_AFTER = timedelta(minutes=1)
_UNSEEN_AFTER = timedelta(minutes=5)
_USUAL_AMBULANCE = "108"


def advice(uow: UnitOfWork, facility_id: str | None) -> tuple[Line, ...]:
    """Not to wait with moving the patient: the ambulance's number and where to, as the facility has them."""
    facility = uow.facilities.get(facility_id) if facility_id else None
    number = facility.ambulance if facility else _USUAL_AMBULANCE
    leave = Text("refer.emergency", {"ambulance": number}, strong=True)
    if facility is None or not facility.referral:
        return (leave,)
    return (leave, Text("emergency.referral", {"referral": Verbatim(facility.referral)}))


def begin_another(uow: UnitOfWork, person: Person, address: Address, now: datetime) -> Case:
    """A draft of its own for another patient's emergency, whatever else of hers is not sent yet."""
    for draft in uow.cases.drafts_of(person.id):
        if not tells_anything(draft.facts) and not uow.attachments.of_case(draft.id):
            return referrals.learn(uow, draft, Facts(priority=Priority.EMERGENCY))
    case = uow.cases.add_draft(person.id, address, facility_id=person.facility_id, now=now)
    uow.audit.append(person.id, "case.draft", case.id, now)
    return referrals.learn(uow, case, Facts(priority=Priority.EMERGENCY))


def ask_which(uow: UnitOfWork, newest: Case, now: datetime) -> None:
    """She is asked which case it is; if she does not say it soon, the newest is raised."""
    uow.timers.set(WHICH, newest.id, now + _WHICH_AFTER, lane=lane(newest))


def raise_case(uow: UnitOfWork, case: Case, now: datetime) -> Case:
    """Make a live case an emergency: paged anew by that policy, its owner told by every way, and his clock run by it.

    One that is an emergency already goes to the next step at once, or is brought before its owner again.
    """
    for one in uow.cases.live_of(case.referrer_id):
        uow.timers.cancel(WHICH, one.id)
    again = case.priority is Priority.EMERGENCY
    raised = case if again else _as_emergency(uow, case)
    uow.audit.append(case.referrer_id, "case.raise", case.id, now, detail={"from": case.priority.value})
    holder = assignments.owner(uow, raised)
    if holder is not None:
        _tell_owner(uow, raised, holder, now)
    elif raised.status is Status.OPEN:
        _page_anew(uow, raised, now, again=again)
    if raised.status is Status.REPORTED or (holder is None and open_task(uow, raised) is not None):
        # What a doctor answered before may not hold any more, and she may need somebody's help now.
        raise_task(uow, TaskKind.RAISED, case.id, case=raised, now=now)
    return uow.cases.get(case.id)


def seen(uow: UnitOfWork, case: Case, person: Person) -> bool:
    """Its owner has seen that it was raised; False where it is somebody else's."""
    if uow.assignments.owner(case.id) != person.id:
        return False
    uow.timers.cancel(RAISED, case.id)
    return True


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """She has not said which case gets worse; or an owner does not react to his being raised."""
    match event.timer:
        case "raise_which":
            _raise_newest(uow, uow.cases.get(event.subject), now)
        case "raised":
            _unseen(uow, uow.cases.get(event.subject), event.due_at - _UNSEEN_AFTER, now)
        case _:
            return False
    return True


def told(uow: UnitOfWork, case: Case) -> Line:
    """What she hears of a case that she has raised."""
    holder = assignments.owner(uow, case)
    if holder is None:
        return Text("emergency.raised_paging", strong=True)
    return Text("emergency.raised_owner", {"name": Verbatim(holder.name)}, strong=True)


def _as_emergency(uow: UnitOfWork, case: Case) -> Case:
    facts = merge(case.facts, Facts(priority=Priority.EMERGENCY))
    policy: Policy = referrals.policy_of(uow, Priority.EMERGENCY, case.pool_id)
    return uow.cases.set_priority(case, facts, policy)


def _page_anew(uow: UnitOfWork, case: Case, now: datetime, *, again: bool) -> None:
    if again:
        escalations.hasten(uow, case, now)
    else:
        escalations.restart(uow, case, now)


def _tell_owner(uow: UnitOfWork, case: Case, holder: Person, now: datetime) -> None:
    if uow.timers.due_at(RAISED, case.id) is not None:
        return
    key = f"case:{case.id}/raised/{now.isoformat()}"
    uow.timers.set(RAISED, case.id, now + _UNSEEN_AFTER, lane=lane(case))
    cards.post_raised(uow, case, holder.id, key, now)
    for way in _phone_ways(case):
        if way in possible(uow, holder.id):
            post_raised_alert(uow, case, holder.id, way, key, now)
    assignments.start_clock(uow, case, now)
    refresh(uow, case, now)


def _phone_ways(case: Case) -> tuple[Way, ...]:
    steps = case.policy.steps if case.policy else ()
    return tuple(way for way in PHONE_WAYS if any(way in step.ways for step in steps))


def _raise_newest(uow: UnitOfWork, case: Case, now: datetime) -> None:
    if not case.is_live:
        return
    raised = raise_case(uow, case, now)
    letter = Letter(
        key=f"case:{case.id}/raised_newest/{now.isoformat()}",
        body=(case_line(raised), told(uow, raised)),
        about="case",
    )
    post(uow, case.referrer_id, letter, case=raised, now=now)


def _unseen(uow: UnitOfWork, case: Case, since: datetime, now: datetime) -> None:
    holder = uow.assignments.owner(case.id)
    if holder is None or not case.is_live or _reacted(uow, case, holder, since):
        return
    raise_task(uow, TaskKind.RAISED, case.id, case=case, now=now)


def _reacted(uow: UnitOfWork, case: Case, holder: str, since: datetime) -> bool:
    """Whether he did anything about it: every look goes on the audit trail.

    Words for the only case that he holds need no look; then anything he wrote counts.
    """
    if any(entry.actor == holder and entry.at > since for entry in uow.audit.of(case.id)):
        return True
    heard = [uow.people.last_seen(address) for address in uow.people.addresses(holder)]
    only = len(uow.cases.held_by(holder)) == 1
    return only and any(at is not None and at > since for at in heard)
