"""The queue of webhooks: posted once when due, lanes beside each other, each lane in order, no lane held up.

Unlike Telegram, Twilio does not come back: what a bot answers with an error is lost to it.
"""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .faults import FaultKind, Faults
from .model import Sids
from .outside import Answer, Outside
from .signing import Fields


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook to post: `route` is "message", "status" or "voice", `number` the person's."""

    url: str
    fields: Fields
    route: str
    number: str
    lane: str
    due: datetime
    fallback: str = ""
    taken: Callable[[], None] = lambda: None
    token: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What Twilio's debugger shows: a webhook that nobody took; 11200 for HTTP, 0 for a fault asked for."""

    at: datetime
    code: int
    route: str
    status: int = 0


@dataclass(slots=True)
class Webhooks:
    """All webhooks of the account; with `shuffled` the statuses of one message go in another order."""

    outside: Outside
    faults: Faults
    shuffled: bool = False
    problems: list[Problem] = field(default_factory=list)
    _queue: list[Hook] = field(default_factory=list)
    _tokens: Sids = field(default_factory=Sids)

    def put(self, hook: Hook) -> None:
        """Queue a webhook; a fault may double it, lose it, or hold it back."""
        if not hook.url:
            return
        hook = replace(hook, token=self._tokens.new(""))
        fault = self.faults.of_webhook(hook.route, hook.number)
        match fault.kind if fault else None:
            case FaultKind.LOST_WEBHOOK:
                self.problems.append(Problem(hook.due, 0, hook.route))
            case FaultKind.DUPLICATE_WEBHOOK:
                self._queue += [hook, hook]
            case FaultKind.LATE_STATUS if fault:
                self._queue.append(replace(hook, due=hook.due + timedelta(seconds=fault.seconds)))
            case _:
                self._queue.append(hook)

    def next_due(self) -> datetime | None:
        """When the next one is to go."""
        return min((one.due for one in self._queue), default=None)

    async def deliver(self, now: datetime) -> tuple[int, int]:
        """Post what is due at `now`: how many were posted and how many the bot took."""
        lanes: dict[str, list[Hook]] = {}
        for one in self._order([one for one in self._queue if one.due <= now]):
            lanes.setdefault(one.lane, []).append(one)
        # Out of the queue before the first wait: overlapping calls must not post twice.
        self._queue = [one for one in self._queue if one.due > now]
        taken = await asyncio.gather(*(self._lane(lane, now) for lane in lanes.values()))
        return sum(len(lane) for lane in lanes.values()), sum(taken)

    async def ask(self, hook: Hook) -> str | None:
        """Post at once and return what was answered, for TwiML; None when nothing was."""
        answer = await self._post(replace(hook, token=self._tokens.new("")), hook.due)
        return answer.text if answer.ok else None

    def _order(self, due: list[Hook]) -> list[Hook]:
        if not self.shuffled:
            return sorted(due, key=lambda one: one.due)
        return sorted(due, key=lambda one: hashlib.sha256(one.token.encode()).digest())

    async def _lane(self, lane: list[Hook], now: datetime) -> int:
        taken = 0
        for one in lane:
            if (await self._post(one, now)).ok:
                one.taken()
                taken += 1
        return taken

    async def _post(self, one: Hook, now: datetime) -> Answer:
        answer = await self.outside.post(one.url, one.fields, idempotency=one.token)
        if answer.ok:
            return answer
        self.problems.append(Problem(now, 11200, one.route, answer.status))
        if not one.fallback:
            return answer
        told = (*one.fields, ("ErrorCode", "11200"), ("ErrorUrl", one.url))
        return await self.outside.post(one.fallback, told, idempotency=one.token)
