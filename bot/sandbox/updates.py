"""The queue of updates: per chat in order, by webhook or by long polling, as the Bot API server does it.

Rules: `channels` research of tdlib/telegram-bot-api (WebhookActor): the next message of a chat waits for a
2xx to the one before; a failure is tried again at once, then after 1, 2, 4 … 60 s; messages are dropped
after 24 h, callback queries after 150 s.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .faults import FaultKind, Faults
from .model import Json

_LIFE = timedelta(hours=24)
_CALLBACK_LIFE = timedelta(seconds=150)
_LONGEST_DELAY = 60.0
_FIRST_UPDATE_ID = 100_000_001
_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True)
class Pending:
    """An update that the bot has not taken; updates with the same lane go one after the other."""

    update_id: int
    lane: str
    kind: str
    body: Json
    made: datetime
    due: datetime
    taken: Callable[[], None]
    failures: int = 0
    in_flight: bool = False

    @property
    def json(self) -> Json:
        """An `Update`."""
        return {"update_id": self.update_id, self.kind: self.body}

    @property
    def ends(self) -> datetime:
        """When it is dropped."""
        return self.made + (_CALLBACK_LIFE if self.kind == "callback_query" else _LIFE)


@dataclass(frozen=True, slots=True)
class Webhook:
    """What setWebhook said."""

    url: str
    secret: str = ""
    max_connections: int = 40


@dataclass(slots=True)
class UpdateQueue:
    """All updates of one bot."""

    faults: Faults
    webhook: Webhook | None = None
    allowed: tuple[str, ...] = ()
    pending: list[Pending] = field(default_factory=list)
    last_error: str = ""
    last_error_at: datetime | None = None
    _next_id: int = _FIRST_UPDATE_ID

    def wants(self, kind: str) -> bool:
        """Whether `allowed_updates` lets this kind through."""
        return kind in self.allowed if self.allowed else kind not in _NOT_BY_DEFAULT

    def put(
        self, kind: str, body: Json, *, chat: int, lane: str, now: datetime, taken: Callable[[], None]
    ) -> None:
        """Queue an update; a fault may double it or let the next one of its lane pass it."""
        if not self.wants(kind):
            return
        new = Pending(self._next_id, lane, kind, body, now, now, taken)
        self._next_id += 1
        fault = self.faults.take_update(chat)
        self.pending.append(new)
        if fault and fault.kind is FaultKind.DUPLICATE_UPDATE:
            self.pending.append(Pending(new.update_id, lane, kind, body, now, now, taken))
        if fault and fault.kind is FaultKind.REORDER_UPDATES:
            # A lane of its own until it is due: the chat's next update passes it.
            new.lane = f"{lane}/held/{new.update_id}"
            new.due = now + timedelta(seconds=fault.seconds)

    def due(self, now: datetime) -> list[Pending]:
        """The head of each lane that may go now, oldest first."""
        self.pending = [one for one in self.pending if one.ends > now]
        heads: dict[str, Pending] = {}
        for one in self.pending:
            heads.setdefault(one.lane, one)
        return [one for one in heads.values() if one.due <= now and not one.in_flight]

    def next_due(self) -> datetime | None:
        """The earliest time at which a waiting update may go."""
        heads: dict[str, Pending] = {}
        for one in self.pending:
            heads.setdefault(one.lane, one)
        return min((one.due for one in heads.values() if not one.in_flight), default=None)

    def done(self, one: Pending) -> None:
        """The bot has it."""
        self.pending = [other for other in self.pending if other is not one]
        one.taken()

    def failed(self, one: Pending, why: str, *, now: datetime, retry_after: float = 0.0) -> None:
        """The bot did not take it: later again."""
        one.failures += 1
        doubled = 0.0 if one.failures == 1 else min(_LONGEST_DELAY, 2.0 ** min(one.failures - 2, 10))
        one.due = now + timedelta(seconds=max(doubled, retry_after))
        self.last_error, self.last_error_at = why, now

    def confirm(self, offset: int) -> None:
        """Forget what a poller's offset confirms; a negative one keeps only the last updates."""
        if offset < 0:
            offset = self.pending[offset].update_id if len(self.pending) >= -offset else 0
        for one in [one for one in self.pending if one.update_id < offset]:
            self.done(one)

    def batch(self, limit: int, now: datetime) -> list[Pending]:
        """What a poll answers, at most `limit`; what is held back by a fault stays."""
        return [one for one in self.pending if one.due <= now or one.failures][:limit]

    def drop(self) -> None:
        """Forget all (drop_pending_updates)."""
        self.pending.clear()
