"""How far our messages have come, where a channel tells, and what it failed by."""

from datetime import datetime, timedelta

from bot.domain.case import Case
from bot.domain.report import Report
from bot.messages import (
    Address,
    CallEnded,
    DeliveryReported,
    Line,
    MessageFailed,
    OutboundMessage,
    Text,
    Verbatim,
)
from bot.services import notes
from bot.services.post import Letter, post
from bot.services.readback import REPORT
from bot.services.sessions import announce
from bot.services.wording import case_line
from storage.deliveries import Early, Reported
from storage.unit_of_work import UnitOfWork

_BUSY = timedelta(seconds=30)
_GIVE_UP_AFTER = timedelta(hours=24)
_LOOK_AGAIN = timedelta(seconds=2)


def on_delivery(uow: UnitOfWork, event: DeliveryReported, now: datetime) -> MessageFailed | None:
    """The vendor tells how far a message has come; what it failed by, where somebody has to know."""
    match uow.deliveries.reported(event.address, event.message_id, event.status):
        case Early():
            _hear_again(uow, event, event.message_id, now)
        case Reported(message) if not event.error:
            _report_came(uow, message, event.status, now)
        case Reported() as reported:
            return _came_to_nothing(uow, reported, event.error, now)
        case None:
            pass
    return None


def _came_to_nothing(uow: UnitOfWork, reported: Reported, error: str, now: datetime) -> MessageFailed | None:
    message, age = reported.message, now - reported.put_at
    if error == "window" and not message.is_template:
        uow.deliveries.send_again(message.key, None)
        announce(uow, message, reported.put_at, now)
        return None
    if error == "later" and age < _GIVE_UP_AFTER:
        # Ever more seldom: a vendor that is busy for hours is not helped by one try after the other.
        uow.deliveries.send_again(message.key, now + max(_BUSY, age / 2))
        return None
    return MessageFailed(message.key, message.to, error, case_id=message.case_id, about=message.about)


def is_early(uow: UnitOfWork, event: CallEnded, now: datetime) -> bool:
    """Whether a call is over before it was noted as placed; then its end is told once more in a moment."""
    known = uow.outbox.find_sent(event.address, event.message_id) is not None
    if known or not uow.deliveries.is_sending(event.address):
        return False
    _hear_again(uow, event, event.message_id, now)
    return True


def _hear_again(uow: UnitOfWork, event: DeliveryReported | CallEnded, message_id: str, now: datetime) -> None:
    """In a lane of its own: the chat goes on meanwhile."""
    lane = Address(f"delivery:{message_id}")
    uow.inbox.append_event(event, f"early/{uow.ids.new()}", lane, now + _LOOK_AGAIN)


def told_key(report: Report) -> str:
    """The key of the message that tells the author that a report was sent."""
    return f"report/{report.id}/told"


def sent_line(uow: UnitOfWork, case: Case) -> Line:
    """To whom a report was sent."""
    return Text("answer.sent", {"name": Verbatim(uow.people.get(case.referrer_id).name)})


def _report_came(uow: UnitOfWork, message: OutboundMessage, status: str, now: datetime) -> None:
    """A report has reached its reader's phone, or its chat was looked at: where the channel tells, its author sees.

    Understood is another thing: that is her tap alone.
    """
    kind, _, behind = message.key.partition("/")
    if kind != "report" or message.about != REPORT or status not in ("delivered", "read"):
        return
    report = uow.reports.get(behind.partition("/")[0])
    case = uow.cases.find(report.case_id)
    if case is None or report.understood:
        return
    name = Verbatim(uow.people.get(case.referrer_id).name)
    letter = Letter(
        key=f"report/{report.id}/{status}",
        body=(case_line(case), sent_line(uow, case), Text(f"answer.{status}", {"name": name})),
        about=notes.NOTE,
        topic=f"delivery/{report.id}",
        edits=told_key(report),
        # One that can't be changed gets a second message only when it says most: her chat was looked at.
        edit_only=status == "delivered",
    )
    post(uow, report.author_id, letter, case=case, now=now)
