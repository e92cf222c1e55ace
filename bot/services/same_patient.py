"""A draft of which it is asked whether it is the patient of another case; until she has said it, nothing mixes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.case import AttachmentState, Case, Status, TaskKind
from bot.domain.facts import Facts, merge
from bot.domain.people import Person
from bot.domain.same_patient import ADDED_WITHIN, differs
from bot.domain.words import Vocabulary
from bot.messages import Address
from bot.services import cards, fetal_sex, notes, referrals, unsent
from bot.services.asked import ASKED, DECIDED
from bot.services.notes import Saying
from bot.services.tasks import raise_task
from storage.unit_of_work import UnitOfWork

_MOST_OFFERED = 2


@dataclass(frozen=True, slots=True)
class Joined:
    """The case that the draft became a part of; `held` where its words must not be relayed."""

    case: Case
    held: bool = False


def current(uow: UnitOfWork, person: Person, case_id: str | None) -> Case | None:
    """The draft that she is at (`case_id`, from the conversation), her newest where that is none any more."""
    drafts = uow.cases.drafts_of(person.id)
    return next((draft for draft in drafts if draft.id == case_id), drafts[-1] if drafts else None)


def since_last_picture(uow: UnitOfWork, case: Case, sent_at: datetime) -> timedelta | None:
    """How long after the draft's last picture something was sent; None where it has no picture.

    By when things were sent, where that is known: what a vendor or we kept back makes a pause neither longer nor
    shorter.
    """
    pictures = [file for file in uow.attachments.of_case(case.id) if file.is_picture]
    times = [uow.attachments.source(file.id).sent_at or file.received_at for file in pictures]
    return sent_at - max(times) if times else None


def may_get_more(uow: UnitOfWork, person: Person, told: Facts, now: datetime) -> tuple[Case, ...]:
    """Her newest cases under way that pictures without another patient's facts may be meant for."""
    live = [case for case in uow.cases.live_of(person.id) if case.opened_at]
    recent = [case for case in live if now - (case.opened_at or now) <= ADDED_WITHIN]
    return tuple(case for case in recent if not differs(case.facts, told))[-_MOST_OFFERED:]


def begin(uow: UnitOfWork, person: Person, address: Address, others: tuple[Case, ...], now: datetime) -> Case:
    """A draft of its own for what may belong to one of `others`: nothing is lost, whatever she says."""
    case = uow.cases.add_draft(person.id, address, facility_id=person.facility_id, now=now)
    uow.audit.append(person.id, "case.draft", case.id, now)
    for other in others:
        uow.audit.append(person.id, ASKED, case.id, now, detail={"other": other.id})
        unsent.hush(uow, other, now)
    return case


def part(uow: UnitOfWork, draft: Case, person: Person, now: datetime) -> None:
    """It is another patient: the draft goes its own way."""
    uow.audit.append(person.id, DECIDED, draft.id, now)
    unsent.touched(uow, draft.id, now)


def join(
    uow: UnitOfWork, draft: Case, case: Case, person: Person, *, vocabulary: Vocabulary, now: datetime
) -> Joined:
    """It is the same patient: what the draft has becomes a part of `case`, and the draft is gone.

    To a case that was sent the pictures go as late ones, to whoever has it or is asked for it, and the words as a
    note; its facts stay as they were read.
    """
    moved = [file.id for file in uow.attachments.of_case(draft.id)]
    for attachment_id in moved:
        uow.attachments.move(attachment_id, case.id)
    uow.cases.cancel(draft, now)
    uow.timers.cancel(referrals.DRAFT, draft.id)
    unsent.over(uow, draft, "unsent.is_joined", now)
    uow.audit.append(person.id, DECIDED, draft.id, now)
    uow.audit.append(person.id, referrals.JOINED, case.id, now, detail={"from": draft.id})
    if case.status is Status.DRAFT:
        return Joined(_joined_draft(uow, draft, case, now))
    return _joined_live(uow, draft, case, person, moved, vocabulary=vocabulary, now=now)


def _joined_draft(uow: UnitOfWork, draft: Case, case: Case, now: datetime) -> Case:
    """Her newest word holds, as in any draft; its summary is stale, and the pictures settle together."""
    uow.timers.set(referrals.DRAFT, case.id, now + referrals.SETTLE, lane=Address(case.address))
    joined = uow.cases.set_facts(case, merge(case.facts, draft.facts))
    unsent.touched(uow, joined.id, now)
    return joined


def _joined_live(
    uow: UnitOfWork,
    draft: Case,
    case: Case,
    person: Person,
    moved: list[str],
    *,
    vocabulary: Vocabulary,
    now: datetime,
) -> Joined:
    files = [uow.attachments.get(attachment_id) for attachment_id in moved]
    for file in files:
        if file.state is AttachmentState.READY:
            cards.post_late(uow, case, file, now)
    if case.status is Status.REPORTED and uow.assignments.owner(case.id) is None:
        # Nobody has it and nobody is asked for it any more: a coordinator has to find a reader for them.
        raise_task(uow, TaskKind.DELIVERY, case.id, case=case, now=now)
    words = draft.facts.question
    held = fetal_sex.hold(uow, case, person, words, vocabulary=vocabulary, now=now)
    if words.strip() and not held:
        notes.tell(uow, case, person, Saying(words=words), now)
    return Joined(case, held)


def in_her_words(told: Facts, words: str) -> Facts:
    """What is told with pictures that may be for a case that was sent: her words are kept whole, for a note."""
    return replace(told, question=words.strip())
