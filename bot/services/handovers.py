"""A case that its owner offers to a colleague: to take over, or for a second opinion that he alone reads."""

from datetime import datetime, timedelta

from bot.domain.case import Case, DeclineReason, Handover, HandoverKind, HandoverState
from bot.domain.people import Person, Role
from bot.domain.rota import Duty, on_call
from bot.domain.study import Priority
from bot.messages import Choice, Text, TimerDue, Verbatim
from bot.services import assignments
from bot.services.cards import post_card
from bot.services.escalations import lane
from bot.services.notes import NOTE
from bot.services.post import Letter, post
from bot.services.wording import case_line
from storage.unit_of_work import UnitOfWork

HANDOVER = "handover"
"""The timer of an offer that nobody has answered."""

_LIFE = timedelta(minutes=10)
_LIFE_EMERGENCY = timedelta(minutes=2)


def colleagues(uow: UnitOfWork, case: Case, person: Person, now: datetime) -> tuple[Person, ...]:
    """Verified and reachable specialists of the case's pool but herself, those on call first."""
    if case.pool_id is None:
        return ()
    shifts = tuple(uow.rotas.shifts_at(case.pool_id, now))
    duty = (*on_call(shifts, duty=Duty.PRIMARY, at=now), *on_call(shifts, duty=Duty.BACKUP, at=now))
    ordered = dict.fromkeys((*duty, *uow.pools.members(case.pool_id)))
    return tuple(
        other
        for other in map(uow.people.get, ordered)
        if other.id not in (person.id, case.referrer_id) and _can_take(uow, case, other)
    )


def _can_take(uow: UnitOfWork, case: Case, person: Person) -> bool:
    standing = uow.assignments.of(case.id, person.id)
    if standing is not None and standing.reason is DeclineReason.KNOWS:
        return False
    return person.is_a(Role.SPECIALIST) and uow.people.contact(person.id) is not None


def offer(uow: UnitOfWork, case: Case, kind: HandoverKind, owner: Person, to: Person, now: datetime) -> bool:
    """Offer it; the owner stays its owner. False where she can't be reached or was asked already."""
    if uow.handovers.offered(case.id, to.id) is not None:
        return False
    ends = now + (_LIFE_EMERGENCY if case.priority is Priority.EMERGENCY else _LIFE)
    offer_id = uow.handovers.add(case.id, kind, from_id=owner.id, to_id=to.id, now=now, expires_at=ends)
    heading = (
        Text("answer.offer_handover", {"name": Verbatim(owner.name)}, strong=True)
        if kind is HandoverKind.HANDOVER
        else Text("answer.offer_opinion", {"name": Verbatim(owner.name)}, strong=True)
    )
    yes = Text("answer.take_it") if kind is HandoverKind.HANDOVER else Text("answer.give_opinion")
    choices = (Choice(yes, f"hy {offer_id}"), Choice(Text("answer.no"), f"hn {offer_id}", row=1))
    key = f"handover/{offer_id}"
    if not post_card(uow, case, to.id, key, now, heading=(heading,), choices=choices):
        uow.handovers.set_state(offer_id, HandoverState.EXPIRED)
        return False
    uow.audit.append(owner.id, f"case.{kind.value}", case.id, now, detail={"to": to.id})
    uow.timers.set(HANDOVER, offer_id, ends, lane=lane(case))
    return True


def accept(uow: UnitOfWork, case: Case, handover: Handover, person: Person, now: datetime) -> bool:
    """She takes the case over; False where the offer or the ownership is over."""
    if not uow.handovers.set_state(handover.id, HandoverState.ACCEPTED):
        return False
    uow.timers.cancel(HANDOVER, handover.id)
    owner = uow.people.get(handover.from_id)
    if not uow.cases.get(case.id).is_live or not assignments.transfer(uow, case, owner, person, now):
        return False
    draft = uow.reports.draft_of(case.id, owner.id)
    if draft is not None:
        uow.reports.discard(draft)
    _tell(uow, case, handover, "taken", now, person=person)
    return True


def decline(uow: UnitOfWork, case: Case, handover: Handover, person: Person, now: datetime) -> bool:
    """She says no; the owner is told and still has it."""
    if not uow.handovers.set_state(handover.id, HandoverState.DECLINED):
        return False
    uow.timers.cancel(HANDOVER, handover.id)
    _tell(uow, case, handover, "declined", now, person=person)
    return True


def will_give(uow: UnitOfWork, handover: Handover) -> bool:
    """She will give her opinion and takes the time it needs; False where the offer is over."""
    uow.timers.cancel(HANDOVER, handover.id)
    return handover.state is HandoverState.OFFERED


def opinion_given(uow: UnitOfWork, handover: Handover) -> None:
    """The second opinion has come."""
    uow.handovers.set_state(handover.id, HandoverState.ANSWERED)
    uow.timers.cancel(HANDOVER, handover.id)


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """An offer was not answered: the owner is told."""
    if event.timer != HANDOVER:
        return False
    handover = uow.handovers.get(event.subject)
    case = uow.cases.find(handover.case_id) if handover else None
    if handover and case and uow.handovers.set_state(handover.id, HandoverState.EXPIRED):
        _tell(uow, case, handover, "expired", now, person=uow.people.get(handover.to_id))
    return True


_TOLD = {
    "taken": "answer.handover_taken",
    "declined": "answer.handover_declined",
    "expired": "answer.handover_expired",
}


def _tell(
    uow: UnitOfWork, case: Case, handover: Handover, what: str, now: datetime, *, person: Person
) -> None:
    letter = Letter(
        key=f"handover/{handover.id}/{what}",
        body=(case_line(case), Text(_TOLD[what], {"name": Verbatim(person.name)})),
        about=NOTE,
    )
    post(uow, handover.from_id, letter, case=case, now=now)
