"""What a sent report asks of its reader, what each answer means, and when its case may close: no database."""

from datetime import timedelta
from enum import StrEnum

from bot.domain.case import TaskKind
from bot.domain.report import Content, Report, ReportKind, Response, urgency_of
from bot.domain.study import Priority

_ROUTINE = (Response.UNDERSTOOD, Response.NOT_MINE)
_CRITICAL = (Response.DOING, Response.CANNOT, Response.GONE)

_SENDS_ON = frozenset({"act.refer", "act.ambulance", "act.do_not_wait"})
"""Phrases of what to do that send the patient to another place."""

_TASKS = {
    Response.CANNOT: TaskKind.CANNOT,
    Response.GONE: TaskKind.GONE,
    Response.NOT_MINE: TaskKind.NOT_MINE,
}

ANSWER_TASKS = frozenset(
    {
        *(TaskKind.NOT_UNDERSTOOD, TaskKind.UNCLEAR, TaskKind.UNREAD, TaskKind.NOT_LEFT),
        *(TaskKind.CANNOT, TaskKind.GONE, TaskKind.NOT_MINE),
    }
)
"""Tasks about a report that a coordinator ends by a call: done, she has spoken with the reader."""


class Step(StrEnum):
    """What is tried, one after the other, while a pressing report is not tapped on."""

    PHONE = "phone"
    """Once more in her chat, and by SMS and a call to her phone."""
    CONTACT = "contact"
    """The second contact of her facility, by chat and phone."""
    TASK = "task"
    """A coordinator."""


UNREAD_AFTER = timedelta(minutes=5)
"""From sending a pressing report to the first step."""
NEXT_STEP = timedelta(minutes=3)
"""From one step to the next; a step that reaches nobody is not waited for."""


def is_critical(kind: ReportKind, content: Content) -> bool:
    """Whether its reader reads back what she does (a critical result): anything but a routine first answer."""
    return kind is ReportKind.CORRECTION or urgency_of(content) is not Priority.ROUTINE


def is_pressing(kind: ReportKind, content: Content) -> bool:
    """Whether it goes to phones while it is not tapped on: an emergency's answer and every correction."""
    return kind is ReportKind.CORRECTION or urgency_of(content) is Priority.EMERGENCY


def offered(kind: ReportKind, content: Content) -> tuple[Response, ...]:
    """The answers that a report offers, in their order; "please explain" stands beside them always."""
    return _CRITICAL if is_critical(kind, content) else _ROUTINE


def task_of(response: Response) -> TaskKind | None:
    """What a coordinator is asked after this answer; None where it settles."""
    return _TASKS.get(response)


def sends_on(content: Content) -> bool:
    """Whether it says that the patient is to go to another place."""
    return any(action.phrase in _SENDS_ON for action in content.actions)


def leaves_within(kind: ReportKind, content: Content) -> timedelta | None:
    """How long a patient who is sent on may take to leave; None where it is no matter of hours."""
    if not is_critical(kind, content) or not sends_on(content):
        return None
    return timedelta(minutes=30) if is_pressing(kind, content) else timedelta(hours=2)


def is_answered(report: Report) -> bool:
    """Whether its reader said anything to it by a button, or a coordinator spoke with her."""
    return report.response is not None or report.understood


def settles_now(report: Report, response: Response) -> bool:
    """Whether nothing is owed for a report once this is said: a patient who is sent on has first to leave."""
    if response is Response.DOING:
        return leaves_within(report.kind, report.content) is None
    return response.settles


def steps_after(step: Step | None) -> tuple[Step, ...]:
    """The steps that are left once one was taken (None: none yet)."""
    every = tuple(Step)
    return every if step is None else every[every.index(step) + 1 :]
