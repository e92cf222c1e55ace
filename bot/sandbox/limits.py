"""Telegram's sending limits as token buckets.

Bot FAQ: about 1 a second a chat, 20 a minute a group, 30 a second in all.
"""

import math
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Bucket:
    """`burst` tokens at most, `rate` new ones a second."""

    rate: float
    burst: float
    level: float
    at: datetime

    def wait(self, now: datetime, cost: int) -> float:
        """Seconds until `cost` tokens are there; 0 when they are."""
        self.level = min(self.burst, self.level + (now - self.at).total_seconds() * self.rate)
        self.at = now
        # An album may cost more than the burst: it passes when the bucket is full.
        return max(0.0, (min(cost, self.burst) - self.level) / self.rate)


class Limits:
    """All buckets of one bot; only sends are counted, not edits or answers."""

    def __init__(self, *, on: bool = True) -> None:
        """Switched on as the real vendor is."""
        self.on = on
        self._chats: dict[int, Bucket] = {}
        self._all: Bucket | None = None

    def take(self, chat_id: int, cost: int, now: datetime) -> int:
        """Count `cost` messages and return 0, or count none and return `retry_after` in seconds."""
        if not self.on:
            return 0
        buckets = [self._chat(chat_id, now), self._everyone(now)]
        wait = max(bucket.wait(now, cost) for bucket in buckets)
        if wait > 1e-6:
            return max(1, math.ceil(wait))
        for bucket in buckets:
            bucket.level -= cost
        return 0

    def _chat(self, chat_id: int, now: datetime) -> Bucket:
        if chat_id not in self._chats:
            group = chat_id < 0
            self._chats[chat_id] = Bucket(20 / 60, 20, 20, now) if group else Bucket(1.0, 5, 5, now)
        return self._chats[chat_id]

    def _everyone(self, now: datetime) -> Bucket:
        if self._all is None:
            self._all = Bucket(30.0, 30, 30, now)
        return self._all
