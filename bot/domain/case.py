"""One request and its life: `draft → open → reported → closed`, or `cancelled`."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.escalation import Policy
from bot.domain.facts import Facts
from bot.domain.study import Priority


class Status(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    REPORTED = "reported"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Consent(StrEnum):
    """Who agreed that the pictures are sent."""

    PATIENT = "patient"
    GUARDIAN = "guardian"
    EMERGENCY = "emergency"
    """Nobody could be asked in time (DPDP Act s.7: an emergency needs no consent)."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it is stored; `revision` counts the sender's changes to the draft.

    `round`, `step` and `round_at` say where the escalation stands: `step` is the next step to take.
    """

    id: str
    reference: str
    status: Status
    referrer_id: str
    address: str
    created_at: datetime
    priority: Priority = Priority.ROUTINE
    facts: Facts = field(default_factory=Facts)
    facility_id: str | None = None
    pool_id: str | None = None
    revision: int = 0
    consent: Consent | None = None
    policy: Policy | None = None
    round: int = 0
    step: int = 0
    round_at: datetime | None = None
    next_action_at: datetime | None = None
    opened_at: datetime | None = None
    reported_at: datetime | None = None
    understood_at: datetime | None = None
    closed_at: datetime | None = None
    touched_at: datetime | None = None

    @property
    def awaits_report(self) -> bool:
        """Whether a first report is still owed."""
        return self.status is Status.OPEN

    @property
    def is_live(self) -> bool:
        """Whether somebody still works on it."""
        return self.status in (Status.OPEN, Status.REPORTED)


class AssignmentState(StrEnum):
    OFFERED = "offered"
    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"
    EXPIRED = "expired"
    RELEASED = "released"


class DeclineReason(StrEnum):
    """Why a specialist does not take a case."""

    BUSY = "busy"
    FIELD = "field"
    """It is another specialty's."""
    KNOWS = "knows"
    """She knows the patient: she is never asked for it again, and sees nothing more of it."""


@dataclass(frozen=True, slots=True)
class ClockLeft:
    """What an owner has left until he is reminded of his report, and until the case goes to the next one."""

    report: timedelta
    reopen: timedelta


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where one specialist stands to one case."""

    id: str
    case_id: str
    person_id: str
    state: AssignmentState
    offered_at: datetime
    changed_at: datetime
    reason: DeclineReason | None = None


class AttachmentState(StrEnum):
    FETCHING = "fetching"
    READY = "ready"
    REFUSED = "refused"


class Purpose(StrEnum):
    """Why a file came: part of the study, of a report, or said beside the case."""

    STUDY = "study"
    REPORT = "report"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """A file as it arrived and the blobs made from it; `subject_id` is the report or note it belongs to."""

    id: str
    case_id: str
    sender_id: str
    purpose: Purpose
    position: int
    media: str
    state: AttachmentState
    received_at: datetime
    subject_id: str | None = None
    reason: str | None = None
    removed: bool = False
    original_blob: str | None = None
    master_blob: str | None = None
    preview_blob: str | None = None

    @property
    def is_picture(self) -> bool:
        """Whether it becomes an image (everything but sound)."""
        return self.media not in ("voice", "audio")


class NoteKind(StrEnum):
    QUESTION = "question"
    ANSWER = "answer"
    NOTE = "note"
    UNCLEAR = "unclear"
    OPINION = "opinion"


@dataclass(frozen=True, slots=True)
class Note:
    """Something said about a case beside the report; `words` are the person's own or a phrase's key."""

    id: str
    case_id: str
    kind: NoteKind
    from_id: str
    words: str
    made_at: datetime
    to_id: str | None = None
    answers_id: str | None = None
    answered_at: datetime | None = None


class HandoverKind(StrEnum):
    HANDOVER = "handover"
    OPINION = "opinion"


class HandoverState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Handover:
    """A case that its owner offered to a colleague: to take over, or for a second opinion."""

    id: str
    case_id: str
    kind: HandoverKind
    from_id: str
    to_id: str
    state: HandoverState
    made_at: datetime
    expires_at: datetime


class TaskState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"


class TaskKind(StrEnum):
    UNOWNED = "unowned"
    NOT_UNDERSTOOD = "not_understood"
    """An answer that its reader has not said to have understood, after it was pushed."""
    UNCLEAR = "unclear"
    """An answer that its reader asked to have explained."""
    NO_ANSWER = "no_answer"
    REPORT_LATE = "report_late"
    VERIFY = "verify"
    DELIVERY = "delivery"
    TROUBLE = "trouble"
    UNSENT = "unsent"
    """Pictures lie in a draft that nobody has sent."""
    UNPLACED = "unplaced"
    """Words or a voice note of which nobody knows for which case they are."""
    UNHEARD = "unheard"
    """Words from a shared phone that was lost before it was said who wrote them."""
    UNREAD = "unread"
    """An emergency's answer that was not tapped on any way."""
    CANNOT = "cannot"
    """The referrer can't do what the answer says."""
    GONE = "gone"
    """The patient is not there any more."""
    NOT_LEFT = "not_left"
    """The patient was to be sent on, and nobody has said that she has left."""
    RAISED = "raised"
    """A case got worse after it was sent, and its doctor has answered before or does not react."""
    FETAL_SEX = "fetal_sex"
    """Words about the sex of an unborn child were held back."""
    NOT_MINE = "not_mine"
    """The referrer says that an answer is not about her patient."""
    WRONG_PATIENT = "wrong_patient"
    """The specialist says that his answer was about another patient; she was told not to follow it."""
    CALL_ME = "call_me"
    """Somebody asks to be called."""
    LATER = "later"
    """A specialist has begun an addition or a correction and does not send it."""
    PROBLEM = "problem"
    """Somebody says that something is wrong with the service."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a coordinator is asked to do and takes; `subject` says what it is about within its kind."""

    id: str
    kind: TaskKind
    subject: str
    state: TaskState
    created_at: datetime
    case_id: str | None = None
    taken_by: str | None = None
    pushed_at: datetime | None = None
    """When coordinators were told of it; None while it waits for their next list."""
    changed_hands_at: datetime | None = None
    """When somebody took it or, while it is open, gave it back."""

    @property
    def opened_at(self) -> datetime:
        """Since when nobody does it; of a task that somebody does, when it began."""
        given_back = self.changed_hands_at if self.state is TaskState.OPEN else None
        return given_back or self.created_at
