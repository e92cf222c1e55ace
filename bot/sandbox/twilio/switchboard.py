"""Calls under way: they ring, are answered, say what the bot's TwiML says, and hand over the digits."""

import asyncio
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urljoin

from .calls import EVENTS, Call, CallRequest, CallStatus, Line
from .errors import not_found, refused
from .model import Sids
from .people import PhoneSpec
from .signing import Fields
from .twiml import BadTwiml, Gather, HangUp, Play, Redirect, Say, Verb, parse, spoken
from .webhooks import Hook, Webhooks

_MOST_DOCUMENTS = 20


class HasLine(Protocol):
    """A phone as a call sees it."""

    spec: PhoneSpec
    airplane: bool
    line: Line


class Exchange(Protocol):
    """The vendor as the switchboard sees it."""

    account: str
    sids: Sids
    webhooks: Webhooks

    def now(self) -> datetime: ...
    def phone_of(self, number: str) -> HasLine | None: ...
    def tell(self, name: str) -> None: ...
    def note(
        self, channel: str, to: str, *, text: str = "", sid: str = "", error: str = ""
    ) -> None: ...  # fmt: skip


class Switchboard:
    """All calls of the account."""

    def __init__(self, vendor: Exchange) -> None:
        """No calls."""
        # 0: all is said in no time. What is listened for begins when all is said.
        self.words_a_second = 0.0
        self._vendor = vendor
        self._calls: dict[str, Call] = {}
        self._live: list[Call] = []

    def dial(self, request: CallRequest) -> Call:
        """A new call; it rings at the next step."""
        call = Call(self._vendor.sids.new("CA"), request, self._vendor.now())
        self._calls[call.sid] = call
        self._live.append(call)
        return call

    def find(self, sid: str) -> Call:
        """A call; raises 404."""
        if sid not in self._calls:
            raise not_found(f"/Calls/{sid}.json")
        return self._calls[sid]

    def listed(self) -> list[Call]:
        """All calls, the newest first."""
        return list(reversed(self._calls.values()))

    def end(self, call: Call, status: str) -> None:
        """The bot ends a call: `canceled` before it is answered, `completed` also after."""
        if status not in ("canceled", "completed"):
            raise refused(20001, "Status may be canceled or completed")
        if call.status is CallStatus.IN_PROGRESS and status == "canceled":
            return
        if not call.over:
            answered = call.status is CallStatus.IN_PROGRESS
            self._turn(call, CallStatus.COMPLETED if answered else CallStatus.CANCELED, self._vendor.now())

    def drop(self, call: Call) -> None:
        """Forget a call that has ended."""
        del self._calls[call.sid]

    def next_due(self) -> datetime | None:
        """When time alone moves a call on; at once if a person did something."""
        times = [one.next_due for one in self._live if not one.in_hand]
        acted = [self._vendor.now() for one in self._live if not one.over and _acted(one)]
        return min((time for time in (*times, *acted) if time), default=None)

    async def step(self, now: datetime) -> int:
        """Move every call as far as it goes at `now`; returns how many moved."""
        self._live = [one for one in self._live if not one.over]
        free = [one for one in self._live if not one.in_hand]
        # Taken before the first wait: overlapping calls of `step` must not move a call twice.
        for call in free:
            call.in_hand = True
        return sum(await asyncio.gather(*(self._held(call, now) for call in free)))

    async def _held(self, call: Call, now: datetime) -> bool:
        try:
            return await self._step(call, now)
        finally:
            call.in_hand = False

    async def _step(self, call: Call, now: datetime) -> bool:
        match call.status:
            case CallStatus.QUEUED:
                self._ring(call, now)
                return True
            case CallStatus.RINGING:
                return await self._ringing(call, now)
            case _:
                return await self._speaking(call, now)

    def _ring(self, call: Call, now: datetime) -> None:
        self._tell(call, CallStatus.QUEUED, now)
        phone = self._vendor.phone_of(call.request.to)
        if phone is None:
            self._vendor.note("voice", call.request.to, sid=call.sid, error="failed")
            self._turn(call, CallStatus.FAILED, now)
            return
        if phone.line.engaged or phone.line.now:
            self._vendor.note("voice", call.request.to, sid=call.sid, error="busy")
            self._turn(call, CallStatus.BUSY, now)
            return
        call.rang = now
        # A phone that is off rings for the caller only.
        if not phone.airplane:
            phone.line.calls.append(call)
        self._vendor.note("voice", call.request.to, sid=call.sid, text=_announced(call.request.twiml))
        self._turn(call, CallStatus.RINGING, now)

    async def _ringing(self, call: Call, now: datetime) -> bool:
        if call.declined:
            self._turn(call, CallStatus.BUSY, now)
            return True
        if not call.picked_up:
            if call.rings_until and now >= call.rings_until:
                self._turn(call, CallStatus.NO_ANSWER, now)
            return call.over
        call.answered = now
        self._turn(call, CallStatus.IN_PROGRESS, now)
        call.base = call.request.url
        await self._follow(call, call.request.twiml or await self._document(call, call.request.url, now), now)
        return True

    async def _speaking(self, call: Call, now: datetime) -> bool:
        if call.hung_up:
            self._turn(call, CallStatus.COMPLETED, now)
            return True
        gather = call.gather
        if gather is None or call.waits_until is None:
            return False
        digits, done = _pressed(gather, call.digits)
        if not done and now < call.waits_until:
            return False
        call.gather, call.waits_until, call.digits = None, None, ""
        if digits or gather.even_empty:
            url = urljoin(call.base, gather.action)
            more = (("Digits", digits), ("msg", "Gather End"), ("FinishedOnKey", ""))
            await self._follow(call, await self._document(call, url, now, more), now)
        else:
            await self._run(call, now)
        return True

    async def _follow(self, call: Call, text: str | None, now: datetime) -> None:
        """Go on with a document."""
        self._take(call, text)
        await self._run(call, now)

    def _take(self, call: Call, text: str | None) -> bool:
        """Put a document's verbs before the call; without a good one the person hears so and it is over."""
        try:
            call.rest = list(parse(text or ""))
        except (BadTwiml, ValueError):
            call.rest = []
            call.heard.append("An application error has occurred. Goodbye.")
            return False
        return True

    async def _run(self, call: Call, now: datetime) -> None:
        for _ in range(_MOST_DOCUMENTS):
            stopped = _until_stop(call)
            match stopped:
                case Gather():
                    _hear(call, stopped.says)
                    waits = self._seconds_of(stopped) + stopped.timeout
                    call.gather, call.waits_until = stopped, now + timedelta(seconds=waits)
                    self._show(call)
                    return
                case Redirect(url):
                    if not self._take(call, await self._document(call, urljoin(call.base, url), now)):
                        break
                case _:
                    break
        self._turn(call, CallStatus.COMPLETED, now)

    def _seconds_of(self, gather: Gather) -> float:
        return len(spoken((gather,)).split()) / self.words_a_second if self.words_a_second else 0.0

    async def _document(self, call: Call, url: str, now: datetime, more: Fields = ()) -> str | None:
        call.base = url
        fields = (*call.fields(self._vendor.account), *more)
        hook = Hook(url, fields, "voice", call.request.to, call.sid, now)
        return await self._vendor.webhooks.ask(hook) if url else None

    def _turn(self, call: Call, status: CallStatus, now: datetime) -> None:
        call.status = status
        if call.over:
            call.ended, call.gather, call.waits_until = now, None, None
        self._tell(call, status, now)
        self._show(call)

    def _show(self, call: Call) -> None:
        """Something is new on the screen of the phone that is called."""
        phone = self._vendor.phone_of(call.request.to)
        self._vendor.tell(phone.spec.id if phone else "")

    def _tell(self, call: Call, status: CallStatus, now: datetime) -> None:
        event = EVENTS.get(status, "completed")
        if event not in call.request.events:
            return
        told = dict(call.fields(self._vendor.account))
        told |= {"CallStatus": "initiated" if event == "initiated" else status.value}
        told |= {"SequenceNumber": str(call.told), "CallbackSource": "call-progress-events"}
        told |= {"Timestamp": now.strftime("%a, %d %b %Y %H:%M:%S +0000")}
        if call.over:
            told |= {"CallDuration": str(call.seconds), "Duration": str(-(-call.seconds // 60))}
        call.told += 1
        fields = tuple(told.items())
        hook = Hook(call.request.callback, fields, "call_status", call.request.to, call.sid, now)
        self._vendor.webhooks.put(hook)


def _acted(call: Call) -> bool:
    """Whether a person did something that the next step takes up."""
    complete = call.gather is not None and _pressed(call.gather, call.digits)[1]
    return (call.picked_up and not call.answered) or call.declined or call.hung_up or complete


def _announced(twiml: str) -> str:
    try:
        return spoken(parse(twiml)) if twiml else ""
    except (BadTwiml, ValueError):
        return ""


def _pressed(gather: Gather, digits: str) -> tuple[str, bool]:
    """What was pressed without the finishing key, and whether it is complete."""
    before, key, _ = digits.partition(gather.finish_key) if gather.finish_key else (digits, "", "")
    if gather.digits and len(before) >= gather.digits:
        return before[: gather.digits], True
    return before, bool(key)


def _until_stop(call: Call) -> Verb | None:
    """Hear what comes until a verb that waits, leads away or ends; None at the end of the document."""
    while call.rest:
        verb = call.rest.pop(0)
        match verb:
            case Say() | Play():
                _hear(call, (verb,))
            case Gather() | Redirect() | HangUp():
                return verb
    return None


def _hear(call: Call, said: tuple[Say | Play, ...]) -> None:
    call.heard += [one.text if isinstance(one, Say) else one.url for one in said]
