"""A case from its first picture to the moment it is sent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.case import AttachmentState, Case, Consent, Purpose, Status, StoredAttachment, TaskKind
from bot.domain.drafting import Draft, assumed
from bot.domain.escalation import DEFAULT_POLICIES, Policy
from bot.domain.facts import Facts, Field, merge
from bot.domain.people import Person
from bot.domain.routing import choose_pool
from bot.domain.study import Priority
from bot.domain.unsent import LIFE, is_over
from bot.messages import Address, Attachment, TimerDue
from bot.services import escalations, law, unsent
from bot.services.tasks import raise_task
from storage.seal import case_scope
from storage.unit_of_work import UnitOfWork
from storage.work import FETCH

DRAFT = "draft"
"""The timer that ends the wait for album parts."""

SETTLE = timedelta(seconds=2)
"""Album parts come as updates of their own without a count or an end (research: channels §2)."""

DRAFT_LIFE = "draft_life"
"""The timer that gives a draft up."""

JOINED = "case.join"
"""On the audit trail of a case: the files and facts of another draft (`from`) became a part of it."""


def draft_for(uow: UnitOfWork, person: Person, address: Address, now: datetime) -> Case:
    """Her draft; a new one where she has none."""
    known = uow.cases.draft_of(person.id)
    if known is not None:
        return known
    case = uow.cases.add_draft(person.id, address, facility_id=person.facility_id, now=now)
    uow.audit.append(person.id, "case.draft", case.id, now)
    return case


def add_files(
    uow: UnitOfWork, case: Case, person: Person, files: Sequence[Attachment], now: datetime
) -> Case:
    """Files for the draft, to be fetched and made ready."""
    for file in files:
        attachment_id = uow.attachments.add(
            case.id, file, sender_id=person.id, purpose=Purpose.STUDY, now=now
        )
        uow.work.put(FETCH, f"fetch/{attachment_id}", attachment_id, now)
    uow.timers.set(DRAFT, case.id, now + SETTLE, lane=Address(case.address))
    # What the law keeps back changes nothing of what she was shown.
    return case if law.in_words_only(uow, case) else uow.cases.touch(case)


def learn(uow: UnitOfWork, case: Case, newer: Facts) -> Case:
    """What she told more; her newest word holds."""
    facts = assumed(merge(case.facts, newer))
    return case if facts == case.facts else uow.cases.set_facts(case, facts)


def heard(uow: UnitOfWork, case: Case, fields: Sequence[Field]) -> Case:
    """She told these by voice, which is relayed as it is: they are not asked any more."""
    return learn(uow, case, Facts(spoken=frozenset(fields)))


def unheard(uow: UnitOfWork, case: Case) -> Case:
    """A voice note can't be used: where it was the last, what was told by voice is asked after all."""
    voices = any(not file.is_picture for file in uow.attachments.of_case(case.id))
    if voices or not case.facts.spoken:
        return case
    return uow.cases.set_facts(case, replace(case.facts, spoken=frozenset()))


def outlook(uow: UnitOfWork, case: Case, now: datetime) -> Draft:
    """The draft as the decision what comes next sees it."""
    pictures = [a for a in uow.attachments.of_case(case.id) if a.is_picture]
    last = max((a.received_at for a in uow.attachments.of_case(case.id)), default=case.created_at)
    voices = [a for a in uow.attachments.of_case(case.id) if not a.is_picture]
    return Draft(
        facts=case.facts,
        ready=sum(a.state is AttachmentState.READY for a in pictures),
        fetching=sum(a.state is AttachmentState.FETCHING for a in pictures),
        voices=sum(a.state is AttachmentState.FETCHING for a in voices),
        settled=now - last >= SETTLE,
        words_only=law.in_words_only(uow, case),
    )


def pictures(uow: UnitOfWork, case: Case) -> list[StoredAttachment]:
    """The pictures that will be sent."""
    return [a for a in uow.attachments.of_case(case.id) if a.preview_blob]


def send(uow: UnitOfWork, case: Case, consent: Consent, now: datetime) -> bool:
    """Open the draft and page the first people; False where it was sent or cancelled before."""
    pool = choose_pool(uow.pools.all(), case.facts)
    policy = policy_of(uow, case.priority, pool.id if pool else None)
    if not uow.cases.open(case, consent=consent, pool_id=pool.id if pool else None, policy=policy, now=now):
        return False
    uow.timers.cancel(DRAFT, case.id)
    uow.audit.append(case.referrer_id, f"consent.{consent.value}", case.id, now)
    uow.audit.append(case.referrer_id, "case.send", case.id, now)
    opened = uow.cases.get(case.id)
    unsent.over(uow, opened, "unsent.is_sent", now)
    if pool is None:
        raise_task(uow, TaskKind.UNOWNED, case.id, case=opened, now=now)
    escalations.expect_owner(uow, opened, now)
    escalations.advance(uow, opened, now)
    return True


def policy_of(uow: UnitOfWork, priority: Priority, pool_id: str | None) -> Policy:
    """The pool's own policy of a priority, the usual one where it has none."""
    own = uow.policies.get(pool_id, priority) if pool_id else None
    return own or DEFAULT_POLICIES[priority]


def cancel(uow: UnitOfWork, case: Case, now: datetime, *, news: str = "unsent.is_cancelled") -> bool:
    """Give a draft up: its key is destroyed, so that nothing of it can be read again.

    `news`: the msgid that a coordinator reads who was to call its sender about it.
    """
    if not uow.cases.cancel(case, now):
        return False
    uow.timers.cancel(DRAFT, case.id)
    unsent.over(uow, case, news, now)
    uow.audit.append(case.referrer_id, "case.cancel", case.id, now)
    for scope in _scopes(uow, case.id):
        uow.sealer.shred(scope)
    return True


def _scopes(uow: UnitOfWork, case_id: str) -> tuple[str, ...]:
    """The keys of what is in a case: its own, and those of the drafts whose files became a part of it."""
    joined = (entry.detail["from"] for entry in uow.audit.of(case_id) if entry.action == JOINED)
    return (case_scope(case_id), *(scope for one in joined for scope in _scopes(uow, str(one))))


def expire(uow: UnitOfWork, now: datetime) -> int:
    """Have drafts given up that nobody has touched for a day; how many.

    Each in the lane of its sender: what she sent before, and nobody has handled yet, is a touch.
    """
    old = uow.cases.drafts_untouched_since(now - LIFE)
    for case in old:
        uow.timers.set(DRAFT_LIFE, case.id, now, lane=Address(case.address))
    return len(old)


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """A draft has had its time, unless its sender has touched it meanwhile; she is told what became of it."""
    if event.timer != DRAFT_LIFE:
        return False
    case = uow.cases.find(event.subject)
    if case is not None and case.status is Status.DRAFT and is_over(case.touched_at or case.created_at, now):
        unsent.tell_deleted(uow, case, now)
        cancel(uow, case, now, news="unsent.is_deleted")
    return True
