"""A call and the phone that rings: what is asked for, where it stands, what the person does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.sandbox.errors import PhoneError

from .signing import Fields
from .twiml import Gather, Verb


class CallStatus(StrEnum):
    """Where a call is, as the API says it."""

    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"


OVER = frozenset(CallStatus) - {CallStatus.QUEUED, CallStatus.RINGING, CallStatus.IN_PROGRESS}
# Which StatusCallbackEvent tells of a status.
EVENTS = {
    CallStatus.QUEUED: "initiated",
    CallStatus.RINGING: "ringing",
    CallStatus.IN_PROGRESS: "answered",
}


@dataclass(frozen=True, slots=True)
class CallRequest:
    """What Calls.create asked for; `twiml` or `url`; `timeout` is how long it rings."""

    to: str
    sender: str
    twiml: str = ""
    url: str = ""
    callback: str = ""
    events: frozenset[str] = frozenset({"completed"})
    timeout: timedelta = timedelta(seconds=60)


@dataclass(slots=True)
class Call:
    """One call. `heard` is what the person heard, `digits` what she pressed and nobody has got yet."""

    sid: str
    request: CallRequest
    at: datetime
    status: CallStatus = CallStatus.QUEUED
    rang: datetime | None = None
    answered: datetime | None = None
    ended: datetime | None = None
    heard: list[str] = field(default_factory=list)
    digits: str = ""
    gather: Gather | None = None
    waits_until: datetime | None = None
    rest: list[Verb] = field(default_factory=list)
    base: str = ""
    picked_up: bool = False
    declined: bool = False
    hung_up: bool = False
    in_hand: bool = False
    told: int = 0

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.status in OVER

    @property
    def rings_until(self) -> datetime | None:
        """When the vendor gives up ringing."""
        return self.rang + self.request.timeout if self.rang else None

    @property
    def seconds(self) -> int:
        """How long they spoke."""
        return int((self.ended - self.answered).total_seconds()) if self.ended and self.answered else 0

    @property
    def next_due(self) -> datetime | None:
        """When time alone moves it on."""
        match self.status:
            case CallStatus.QUEUED:
                return self.at
            case CallStatus.RINGING:
                return self.rings_until
            case CallStatus.IN_PROGRESS:
                return self.waits_until
            case _:
                return None

    def fields(self, account: str) -> Fields:
        """What every request about this call carries."""
        return (
            ("CallSid", self.sid), ("AccountSid", account), ("From", self.request.sender),
            ("To", self.request.to), ("Caller", self.request.sender), ("Called", self.request.to),
            ("CallStatus", self.status.value), ("ApiVersion", "2010-04-01"), ("Direction", "outbound-api"),
        )  # fmt: skip


@dataclass(slots=True)
class Line:
    """The telephone of a phone; `engaged`: a call finds it busy. What is done counts at the next `deliver`."""

    changed: Callable[[], None] = lambda: None
    engaged: bool = False
    calls: list[Call] = field(default_factory=list)

    @property
    def now(self) -> Call | None:
        """The call that rings or is spoken."""
        return next((one for one in self.calls if one.rang and not one.over), None)

    def answer(self) -> Call:
        """Pick up."""
        call = self._ringing()
        call.picked_up = True
        self.changed()
        return call

    def decline(self) -> Call:
        """Press the red button while it rings: the caller hears that the line is busy."""
        call = self._ringing()
        call.declined = True
        self.changed()
        return call

    def press(self, digits: str) -> Call:
        """Press keys while speaking (or in the moment after picking up)."""
        call = self.now
        if call is None or not (call.answered or call.picked_up):
            raise PhoneError("no call that was answered")
        call.digits += digits
        self.changed()
        return call

    def hang_up(self) -> Call:
        """End the call that was answered."""
        call = self.now
        if call is None or not (call.answered or call.picked_up):
            raise PhoneError("no call that was answered")
        call.hung_up = True
        self.changed()
        return call

    def _ringing(self) -> Call:
        call = self.now
        if call is None or call.status is not CallStatus.RINGING:
            raise PhoneError("no call rings")
        return call
