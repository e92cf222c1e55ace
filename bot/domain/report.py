"""What a specialist answers: findings, one urgency, what to do; and when it may leave."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from bot.domain.marks import Mark
from bot.domain.study import Priority


class ReportKind(StrEnum):
    """The first report of a case is final; what comes later is appended, never edited in."""

    FINAL = "final"
    ADDENDUM = "addendum"
    CORRECTION = "correction"


class ReportState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    DISCARDED = "discarded"


class Response(StrEnum):
    """What the reader of a report says to it."""

    UNDERSTOOD = "understood"
    DOING = "doing"
    CANNOT = "cannot"
    GONE = "gone"
    """The patient has gone."""
    NOT_MINE = "not_mine"
    """It is not about her patient."""

    @property
    def settles(self) -> bool:
        """Whether nobody has to look after it: every other answer reaches the owner and a coordinator at once."""
        return self in (Response.UNDERSTOOD, Response.DOING)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a report: a phrase of the phrasebook with its values, or the specialist's own words.

    `marks` say where it is: the patient's side, the bone, the level, the zone. `caution` is what follows the phrase
    in every report.
    """

    phrase: str = ""
    params: tuple[tuple[str, str | int], ...] = ()
    words: str = ""
    marks: tuple[Mark, ...] = ()
    caution: "Finding | None" = None


@dataclass(frozen=True, slots=True)
class Content:
    """What a report says; `urgency` and every action are phrases, so that she reads them in her language."""

    findings: tuple[Finding, ...] = ()
    urgency: Finding | None = None
    actions: tuple[Finding, ...] = ()
    media: int = 0
    """How many voice notes and pictures belong to it."""
    confirmed: tuple[str, ...] = ()
    """Keys of what differed from the case, or broke a rule, and is right as its author wrote it."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report; `revision` counts the changes of its draft: a tap made on an older preview is stale."""

    id: str
    case_id: str
    author_id: str
    kind: ReportKind
    state: ReportState
    content: Content
    revision: int = 0
    understood: bool = False
    pushes: int = 0
    response: Response | None = None


RAISED = "urg.raised"
"""Says that the urgency has changed; it is none itself."""


class Need(StrEnum):
    """What a report still lacks, in the order in which it is asked."""

    FINDING = "finding"
    URGENCY = "urgency"
    ACTION = "action"


def needs(content: Content) -> tuple[Need, ...]:
    """What is missing before the report may leave: something said, an urgency and an action, in any form of report."""
    said = bool(content.findings) or content.media > 0
    lacks = (
        (Need.FINDING, not said),
        (Need.URGENCY, content.urgency is None),
        (Need.ACTION, not content.actions),
    )
    return tuple(need for need, missing in lacks if missing)


def with_phrase(content: Content, finding: Finding) -> Content:
    """The content with a phrase in its place: urgency replaces, actions and findings are added once."""
    if finding.phrase.startswith("urg.") and finding.phrase != RAISED:
        return replace(content, urgency=finding)
    if finding.phrase.startswith("act."):
        return replace(content, actions=_added(content.actions, finding))
    return replace(content, findings=_added(content.findings, finding))


def replaced(content: Content, finding: Finding, better: Finding) -> Content:
    """The content with another finding in the place of one."""
    findings = tuple(better if known == finding else known for known in content.findings)
    return replace(content, findings=tuple(dict.fromkeys(findings)))


def cautions(content: Content) -> tuple[Finding, ...]:
    """What follows its findings, each once; nothing that its author says herself."""
    said = {finding.phrase for finding in content.findings}
    found = (finding.caution for finding in content.findings)
    return tuple(dict.fromkeys(one for one in found if one is not None and one.phrase not in said))


def with_words(content: Content, words: str) -> Content:
    """The content with the specialist's own words added."""
    return replace(content, findings=(*content.findings, Finding(words=words)))


def without_phrase(content: Content, key: str) -> Content:
    """The content without a phrase, wherever it stands among findings and actions."""
    return replace(
        content,
        findings=tuple(finding for finding in content.findings if finding.phrase != key),
        actions=tuple(action for action in content.actions if action.phrase != key),
    )


def without_last(content: Content) -> Content:
    """The content without what was said last: its actions first, then its urgency, then its findings."""
    if content.actions:
        return replace(content, actions=content.actions[:-1])
    if content.urgency:
        return replace(content, urgency=None)
    return replace(content, findings=content.findings[:-1])


def with_media(content: Content, count: int) -> Content:
    """The content with that many voice notes and pictures in all."""
    return replace(content, media=count)


def carried_over(earlier: Content) -> Content:
    """What an addendum begins with: the urgency and actions of what it adds to, which hold unless changed."""
    return Content(urgency=earlier.urgency, actions=earlier.actions)


def _added(known: tuple[Finding, ...], finding: Finding) -> tuple[Finding, ...]:
    return known if finding in known else (*known, finding)


_URGENCY = {
    "urg.emergency": Priority.EMERGENCY,
    "urg.within_hours": Priority.URGENT,
    "urg.within_days": Priority.ROUTINE,
    "urg.routine": Priority.ROUTINE,
}


def urgency_of(content: Content) -> Priority:
    """How urgent the report is for the patient; an unknown urgency phrase counts as urgent."""
    if content.urgency is None:
        return Priority.ROUTINE
    return _URGENCY.get(content.urgency.phrase, Priority.URGENT)


MAX_PUSHES = 2
"""How often a report that is not understood is sent again before coordinators are asked to call."""

_PUSH = {
    Priority.EMERGENCY: timedelta(minutes=5),
    Priority.URGENT: timedelta(minutes=30),
    Priority.ROUTINE: timedelta(hours=4),
}
_ANSWER = {
    Priority.EMERGENCY: timedelta(minutes=5),
    Priority.URGENT: timedelta(minutes=15),
    Priority.ROUTINE: timedelta(minutes=120),
}
CLOSE_AFTER = timedelta(days=7)
"""From the moment a report was understood until its case closes by itself."""


def push_after(kind: ReportKind, content: Content) -> timedelta:
    """How long a sent report may stay without "understood"; a correction is as pressing as an emergency."""
    return _PUSH[Priority.EMERGENCY if kind is ReportKind.CORRECTION else urgency_of(content)]


def answer_after(priority: Priority) -> timedelta:
    """How long a question may stay without an answer."""
    return _ANSWER[priority]
