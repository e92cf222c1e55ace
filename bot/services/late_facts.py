"""What is told of a case that is on its way already: it completes the case and goes on to whoever reads it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.case import AttachmentState, Case, Purpose, StoredAttachment
from bot.domain.drafting import assumed
from bot.domain.facts import Facts, Field
from bot.domain.late_facts import Learned, fill
from bot.domain.people import Person
from bot.messages import Address, Attachment, Joined, Line, Text, TimerDue
from bot.services.escalations import lane
from bot.services.post import Letter, post
from bot.services.wording import case_line, patient_text, study_text
from storage.unit_of_work import UnitOfWork
from storage.work import FETCH

TOLD = "late_facts"
"""By case: answers that came together are passed on together."""

_BURST = timedelta(seconds=15)
_ONE_SET = timedelta(minutes=3)
"""Pictures that come within this of each other are taken for one patient's."""
_STILL_AWAITED = timedelta(minutes=30)


def learn(uow: UnitOfWork, case: Case, told: Facts, now: datetime) -> Learned:
    """Fill the blanks of a case from its referrer's answer; a different value is told, and changes nothing."""
    learned = fill(case.facts, told)
    if learned.filled:
        uow.cases.set_facts(case, assumed(learned.facts))
        names = ",".join(field.value for field in learned.filled)
        uow.audit.append(case.referrer_id, "case.facts", case.id, now, detail={"fields": names})
        _remember(uow, case, learned.filled, now)
    if learned.differing:
        words = Text("emergency.told_differently", {"facts": _said(told, learned.differing)})
        _tell(uow, case, words, f"differs/{now.isoformat()}", now)
    return learned


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """Nothing more was answered for a moment: what is new goes to whoever has the case or is asked to take it."""
    if event.timer != TOLD:
        return False
    case = uow.cases.find(event.subject)
    fields = _remembered(uow, event.subject)
    uow.conversations.clear(_memory(event.subject))
    if case is not None and case.is_live and fields:
        _tell(uow, case, Text("emergency.told", {"facts": _said(case.facts, fields)}), now.isoformat(), now)
    return True


def awaits_pictures(uow: UnitOfWork, case: Case, now: datetime) -> bool:
    """Whether it went out without a picture, so that one that comes now is its own."""
    if case.opened_at is None or now - case.opened_at > _STILL_AWAITED:
        return False
    pictures = _pictures(uow, case)
    late = all(file.received_at > case.opened_at for file in pictures)
    return late and all(now - file.received_at <= _ONE_SET for file in pictures)


def add_pictures(
    uow: UnitOfWork, case: Case, person: Person, files: Sequence[Attachment], now: datetime
) -> bool:
    """Take pictures for a case that went out without: they follow its card when they are ready.

    Whether they are the first, which alone are confirmed.
    """
    first = not _pictures(uow, case)
    for file in files:
        attachment_id = uow.attachments.add(
            case.id, file, sender_id=person.id, purpose=Purpose.STUDY, now=now
        )
        uow.work.put(FETCH, f"fetch/{attachment_id}", attachment_id, now)
    uow.audit.append(person.id, "case.picture", case.id, now)
    return first


def _pictures(uow: UnitOfWork, case: Case) -> list[StoredAttachment]:
    files = uow.attachments.of_case(case.id)
    return [file for file in files if file.is_picture and file.state is not AttachmentState.REFUSED]


def _tell(uow: UnitOfWork, case: Case, words: Line, key: str, now: datetime) -> None:
    case = uow.cases.get(case.id)
    holder = uow.assignments.owner(case.id)
    for reader in (holder,) if holder else uow.pages.waiting(case.id):
        letter = Letter(key=f"case:{case.id}/told/{key}", body=(case_line(case), words), about="case")
        post(uow, reader, letter, case=case, now=now)


def _said(facts: Facts, fields: Sequence[Field]) -> Joined:
    """Only these facts, as the line of a case has them."""
    values: dict[str, Any] = {field.value: facts.value(field) for field in fields}
    only = replace(Facts(), **values)
    return Joined((patient_text(only), study_text(only)))


# --- which facts are still to be passed on, kept beside the conversations of people ------------------------------


def _memory(case_id: str) -> Address:
    return Address(f"told:{case_id}")


def _remember(uow: UnitOfWork, case: Case, fields: Sequence[Field], now: datetime) -> None:
    known = {*_remembered(uow, case.id), *fields}
    uow.conversations.save(_memory(case.id), ",".join(sorted(known)).encode(), now)
    if uow.timers.due_at(TOLD, case.id) is None:
        uow.timers.set(TOLD, case.id, now + _BURST, lane=lane(case))


def _remembered(uow: UnitOfWork, case_id: str) -> tuple[Field, ...]:
    kept = uow.conversations.load(_memory(case_id)) or b""
    names = kept.decode().split(",")
    return tuple(field for field in Field if field.value in names)
