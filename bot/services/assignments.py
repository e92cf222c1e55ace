"""Who holds a case: acknowledging, declining, giving back, and the clock that runs until a report is there."""

from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.case import AssignmentState, Case, ClockLeft, Status, TaskKind
from bot.domain.people import Person
from bot.messages import Choice, Text, TimerDue, Verbatim
from bot.services import escalations
from bot.services.escalations import lane, progress_topic
from bot.services.next_action import REOPEN, REPORT_DUE, refresh
from bot.services.post import Letter, post
from bot.services.tasks import raise_task
from bot.services.wording import case_line
from storage.unit_of_work import UnitOfWork

LEAST_LEFT = timedelta(minutes=5)
"""What an owner has for his report at least, when the answer to his question comes."""


class Outcome(StrEnum):
    """What came of an attempt to acknowledge."""

    YOURS = "yours"
    TAKEN = "taken"
    OVER = "over"


def owner(uow: UnitOfWork, case: Case) -> Person | None:
    """Who has it."""
    person_id = uow.assignments.owner(case.id)
    return uow.people.get(person_id) if person_id else None


def acknowledge(uow: UnitOfWork, case: Case, person: Person, now: datetime) -> Outcome:
    """First come owns it: the referrer and everybody else who was paged are told."""
    if not uow.cases.get(case.id).is_live:
        return Outcome.OVER
    holder = uow.assignments.owner(case.id)
    if holder == person.id:
        return Outcome.YOURS
    if holder is not None or not uow.assignments.acknowledge(case.id, person.id, now):
        return Outcome.TAKEN
    uow.audit.append(person.id, "case.acknowledge", case.id, now)
    escalations.stop(uow, case, person, now)
    start_clock(uow, case, now)
    _tell_referrer(uow, case, person, now)
    _tell_others(uow, case, person, now)
    return Outcome.YOURS


def decline(uow: UnitOfWork, case: Case, person: Person, now: datetime) -> bool:
    """She won't take it: the next one is paged at once. False where it is not hers to decline any more."""
    standing = uow.assignments.of(case.id, person.id)
    if standing is None or standing.state is not AssignmentState.OFFERED:
        return False
    uow.assignments.decline(case.id, person.id, now)
    uow.audit.append(person.id, "case.decline", case.id, now)
    escalations.answered(uow, case, person.id, "ended", now)
    return True


def give_back(uow: UnitOfWork, case: Case, person: Person, now: datetime) -> bool:
    """Its owner gives it back before a report: paging begins again. False where she does not hold it."""
    if uow.assignments.owner(case.id) != person.id or not uow.cases.get(case.id).awaits_report:
        return False
    _release(uow, case, person, AssignmentState.RELEASED, now)
    _tell_given_back(uow, case, now)
    return True


def give_back_choice(case: Case, *, row: int = 0, named: bool = False) -> Choice:
    """Giving it back, which asks for nothing; `named` where it does not stand below its case's line."""
    label = Text("kept.give_back", {"reference": case.reference}) if named else Text("duty.give_back")
    return Choice(label, f"gb {case.reference}", row=row)


def transfer(uow: UnitOfWork, case: Case, holder: Person, to: Person, now: datetime) -> bool:
    """From its owner to a colleague who accepted; False where the owner does not hold it any more."""
    if uow.assignments.owner(case.id) != holder.id:
        return False
    uow.assignments.end(case.id, holder.id, AssignmentState.RELEASED, now)
    if not uow.assignments.acknowledge(case.id, to.id, now):
        return False
    uow.audit.append(to.id, "case.transfer", case.id, now, detail={"from": holder.id})
    start_clock(uow, case, now)
    _tell_referrer(uow, case, to, now)
    return True


def reported(uow: UnitOfWork, case: Case) -> None:
    """The first report was sent: its clock stops. Its owner stays its owner, for what comes after."""
    uow.timers.cancel(REPORT_DUE, case.id)
    uow.timers.cancel(REOPEN, case.id)


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """A report is due, or the case goes to the next one."""
    match event.timer:
        case "report_due":
            _remind(uow, uow.cases.get(event.subject), now)
        case "reopen":
            _reopen(uow, uow.cases.get(event.subject), now)
        case _:
            return False
    return True


def start_clock(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """Its owner's clock begins now, by the policy that the case has; it stands while his question is open."""
    if not uow.cases.get(case.id).awaits_report or case.policy is None:
        return
    left = ClockLeft(case.policy.report_due, case.policy.reopen)
    if _waits_for_answer(uow, case):
        _stop(uow, case, left)
    else:
        _run(uow, case, left, now)
    refresh(uow, case, now)


def pause_clock(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """Its owner has asked something: his clock stands from now on."""
    due, reopen = (uow.timers.due_at(timer, case.id) for timer in (REPORT_DUE, REOPEN))
    if reopen is not None:
        zero = timedelta(0)
        _stop(uow, case, ClockLeft(max(zero, due - now) if due else zero, max(zero, reopen - now)))


def resume_clock(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """No question of its owner's is open any more: he has what was left, and at least a few minutes."""
    left = uow.assignments.stopped_clock(case.id)
    if left is None or _waits_for_answer(uow, case) or not uow.cases.get(case.id).awaits_report:
        return
    report = max(LEAST_LEFT, left.report)
    _run(uow, case, ClockLeft(report, report + max(LEAST_LEFT, left.reopen - left.report)), now)


def _waits_for_answer(uow: UnitOfWork, case: Case) -> bool:
    holder = uow.assignments.owner(case.id)
    return any(note.from_id == holder for note in uow.notes.open_questions(case.id))


def _stop(uow: UnitOfWork, case: Case, left: ClockLeft) -> None:
    uow.timers.cancel(REPORT_DUE, case.id)
    uow.timers.cancel(REOPEN, case.id)
    uow.assignments.stop_clock(case.id, left)


def _run(uow: UnitOfWork, case: Case, left: ClockLeft, now: datetime) -> None:
    uow.assignments.stop_clock(case.id, None)
    uow.timers.set(REPORT_DUE, case.id, now + left.report, lane=lane(case))
    uow.timers.set(REOPEN, case.id, now + left.reopen, lane=lane(case))


def _remind(uow: UnitOfWork, case: Case, now: datetime) -> None:
    holder = owner(uow, case)
    due = uow.timers.due_at(REOPEN, case.id)
    if holder is None or not case.awaits_report or due is None:
        return
    uow.cases.set_next_action(case, due)
    letter = Letter(
        key=f"case:{case.id}/report_due/{now.isoformat()}",
        body=(case_line(case), Text("duty.report_due")),
        choices=(Choice(Text("answer.phrases"), f"ph {case.reference}"), give_back_choice(case, row=1)),
        about="case",
    )
    post(uow, holder.id, letter, case=case, now=now)


def _reopen(uow: UnitOfWork, case: Case, now: datetime) -> None:
    holder = owner(uow, case)
    if holder is None or not case.awaits_report:
        return
    letter = Letter(
        key=f"case:{case.id}/reopened/{now.isoformat()}", body=(case_line(case), Text("duty.reopened"))
    )
    post(uow, holder.id, letter, case=case, now=now)
    raise_task(uow, TaskKind.REPORT_LATE, case.id, case=case, now=now)
    _release(uow, case, holder, AssignmentState.EXPIRED, now)
    _tell_given_back(uow, case, now)


def _release(uow: UnitOfWork, case: Case, holder: Person, state: AssignmentState, now: datetime) -> None:
    uow.assignments.end(case.id, holder.id, state, now)
    uow.audit.append(holder.id, f"case.{state.value}", case.id, now)
    uow.timers.cancel(REPORT_DUE, case.id)
    uow.timers.cancel(REOPEN, case.id)
    if uow.cases.get(case.id).status is Status.OPEN:
        escalations.restart(uow, uow.cases.get(case.id), now)


def _tell_referrer(uow: UnitOfWork, case: Case, person: Person, now: datetime) -> None:
    letter = Letter(
        key=f"case:{case.id}/has_it/{person.id}/{now.isoformat()}",
        body=(case_line(case), Text("refer.has_it", {"name": Verbatim(person.name)})),
        topic=progress_topic(case),
    )
    post(uow, case.referrer_id, letter, case=case, now=now)


def _tell_given_back(uow: UnitOfWork, case: Case, now: datetime) -> None:
    letter = Letter(
        key=f"case:{case.id}/given_back/{now.isoformat()}",
        body=(case_line(case), Text("refer.given_back")),
        topic=progress_topic(case),
    )
    post(uow, case.referrer_id, letter, case=case, now=now)


def _tell_others(uow: UnitOfWork, case: Case, person: Person, now: datetime) -> None:
    """Every other card is edited to say who has it, and loses its buttons."""
    for other_id, round_, step in uow.pages.paged(case.id):
        card = f"case:{case.id}/card/{round_}.{step}"
        if other_id != person.id:
            letter = Letter(
                key=f"{card}/taken/{person.id}/{now.isoformat()}",
                body=(case_line(case), Text("card.taken", {"name": Verbatim(person.name)})),
                edits=card,
                edit_only=True,
            )
            post(uow, other_id, letter, case=case, now=now)
