"""How far our messages have come, where a channel tells, and what it failed by."""

from datetime import datetime, timedelta

from bot.domain.case import Case
from bot.domain.report import Report
from bot.messages import DeliveryReported, Line, MessageFailed, OutboundMessage, Text, Verbatim
from bot.services import notes
from bot.services.post import Letter, post
from bot.services.reports import REPORT
from bot.services.sessions import announce
from bot.services.wording import case_line
from storage.unit_of_work import UnitOfWork

_BUSY = timedelta(seconds=30)


def on_delivery(uow: UnitOfWork, event: DeliveryReported, now: datetime) -> MessageFailed | None:
    """The vendor tells how far a message has come; what it failed by, where somebody has to know."""
    message = uow.outbox.reported(event.address, event.message_id, event.status)
    if message is None:
        return None
    match event.error:
        case "":
            _report_came(uow, message, event.status, now)
            return None
        case "window" if not message.is_template:
            uow.outbox.send_again(message.key, None)
            announce(uow, message, now, now)
            return None
        case "later":
            uow.outbox.send_again(message.key, now + _BUSY)
            return None
        case reason:
            return MessageFailed(
                message.key, message.to, reason, case_id=message.case_id, about=message.about
            )


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
