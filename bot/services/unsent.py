"""Pictures that nobody has seen: their sender is reminded, then a coordinator calls her (rules in `domain.unsent`)."""

from dataclasses import replace
from datetime import datetime

from bot.domain.case import Case, Status, TaskKind
from bot.domain.drafting import tells_anything
from bot.domain.study import Priority
from bot.domain.unsent import USUAL, Unsent, has_emergency_word
from bot.messages import Address, Choice, OutboundMessage, Text, TimerDue, Verbatim
from bot.services.asked import asked_of
from bot.services.post import Letter, for_whom, post
from bot.services.same_question import question_topic, same_question
from bot.services.tasks import raise_task, settle_and_tell
from bot.services.wording import case_line
from storage.unit_of_work import UnitOfWork

UNSENT = "unsent"
"""By draft: its sender is told that it was not sent."""
UNSENT_LATE = "unsent_late"
"""By draft: it becomes a coordinator's task."""


def touched(uow: UnitOfWork, case_id: str, now: datetime) -> None:
    """Its sender did something about a draft: all times begin anew, by what is known of it now."""
    case = uow.cases.find(case_id)
    if case is not None and case.status is Status.DRAFT:
        uow.outbox.overtake(_topic(case), Address(case.address), now)
        _set(uow, uow.cases.set_touched(case, now))


def hush(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """She is asked about a draft: where its reminder has just left it asks for nothing beside that question."""
    reminder = _reminder(uow, case, has_pictures=True)
    if case.status is not Status.DRAFT or uow.outbox.message(reminder.key) is None:
        return
    uow.outbox.overtake(_topic(case), Address(case.address), now)
    news = replace(
        reminder,
        key=f"{reminder.key}/hushed",
        body=(*reminder.body[:-1], Text("unsent.asked_below")),
        choices=(),
        topic=None,
        edits=reminder.key,
        edit_only=True,
    )
    uow.outbox.put(news, now)


def _topic(case: Case) -> str:
    return f"unsent/{case.id}"


def over(uow: UnitOfWork, case: Case, news: str, now: datetime) -> None:
    """It was sent, given up or deleted: nobody is reminded, and who was to call her reads `news` (a msgid)."""
    for timer in (UNSENT, UNSENT_LATE):
        uow.timers.cancel(timer, case.id)
    who = Verbatim(uow.people.get(case.referrer_id).name)
    settle_and_tell(uow, TaskKind.UNSENT, case, Text(news, {"who": who}), now)


def tell_deleted(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """Before the draft goes its sender hears that it does, and why; where she has nothing in it there is no loss."""
    has_pictures = seen(uow, case).has_pictures
    if not has_pictures and not tells_anything(case.facts):
        return
    line = Text("unsent.deleted" if has_pictures else "unsent.deleted_words")
    # Of no case: what is sealed with the draft's key can't be read any more when this leaves.
    letter = Letter(key=f"case:{case.id}/deleted", body=(case_line(case), line), about="unsent")
    post(uow, case.referrer_id, letter, case=None, now=now)


def seen(uow: UnitOfWork, case: Case) -> Unsent:
    """A draft as the rules see it."""
    files = uow.attachments.of_case(case.id)
    return Unsent(
        touched_at=case.touched_at or case.created_at,
        has_pictures=any(file.is_picture for file in files),
        is_emergency=has_emergency_word(case.facts),
        is_called_one=case.facts.priority is Priority.EMERGENCY,
    )


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """Nothing has happened for a while."""
    if event.timer not in (UNSENT, UNSENT_LATE):
        return False
    case = uow.cases.find(event.subject)
    if case is None or case.status is not Status.DRAFT:
        return True
    draft = seen(uow, case)
    due = draft.remind_at if event.timer == UNSENT else draft.task_at
    # She may have touched it while the event lay in the inbox: then its timer is set again already.
    if due is not None and due <= now:
        _act(uow, case, event.timer, now)
    return True


def _set(uow: UnitOfWork, case: Case) -> None:
    draft = seen(uow, case)
    for timer, due in ((UNSENT, draft.remind_at), (UNSENT_LATE, draft.task_at)):
        if due is None:
            uow.timers.cancel(timer, case.id)
        else:
            uow.timers.set(timer, case.id, due, lane=Address(case.address))


def _act(uow: UnitOfWork, case: Case, timer: str, now: datetime) -> None:
    if timer == UNSENT_LATE:
        raise_task(uow, TaskKind.UNSENT, case.id, case=case, now=now)
    elif _is_asked_about(uow, case):
        uow.timers.set(UNSENT, case.id, now + USUAL.remind, lane=Address(case.address))
    elif _is_hers(uow, case):
        reminder = _reminder(uow, case, has_pictures=seen(uow, case).has_pictures)
        uow.outbox.put(_asking(uow, case, reminder), now)


def _asking(uow: UnitOfWork, case: Case, reminder: OutboundMessage) -> OutboundMessage:
    """The reminder; where she has not said whose the pictures are, it is that question again: one thing to do.

    An emergency waits for no such answer: it can be continued and sent.
    """
    others = asked_of(uow, case)
    if not others or case.priority is Priority.EMERGENCY:
        return reminder
    question, choices = same_question(case, others)
    body = (*reminder.body, *question)
    return replace(reminder, body=body, choices=choices, topic=question_topic(case))


def _is_asked_about(uow: UnitOfWork, case: Case) -> bool:
    """Whether a newer draft waits for her to say that it is the same patient: that one's reminder is enough."""
    return any(
        case.id == one.id for draft in uow.cases.drafts_of(case.referrer_id) for one in asked_of(uow, draft)
    )


def _is_hers(uow: UnitOfWork, case: Case) -> bool:
    """Whether the phone on which it was begun is hers still."""
    return Address(case.address) in uow.people.addresses(case.referrer_id)


def _reminder(uow: UnitOfWork, case: Case, *, has_pictures: bool) -> OutboundMessage:
    """One a touch; where several wait for her phone only the newest of a draft leaves."""
    touched_at = case.touched_at or case.created_at
    return OutboundMessage(
        to=Address(case.address),
        key=f"case:{case.id}/unsent/{touched_at.isoformat()}",
        body=(
            *for_whom(uow, Address(case.address), case.referrer_id),
            case_line(case),
            Text("unsent.not_sent" if has_pictures else "emergency.not_sent", strong=True),
        ),
        choices=(
            Choice(Text("unsent.continue"), f"more {case.reference}", row=0),
            Choice(Text("unsent.delete"), f"cancel {case.reference}", row=1),
        ),
        case_id=case.id,
        reference=case.reference,
        about="unsent",
        topic=_topic(case),
    )
