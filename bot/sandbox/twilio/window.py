"""When WhatsApp lets a business write freely: 24 hours from the person's last message (errors/63016)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.sandbox.limits import Bucket

LIFE = timedelta(hours=24)
# WhatsApp's pair limit: one message each 6 s to one person, after a small burst; 80 a second a sender.
PAIR_RATE = 1 / 6
PAIR_BURST = 12
SENDER_RATE = 80.0


@dataclass(slots=True)
class Windows:
    """Who wrote when, by number; `move` sets a window as a test or a demonstration wants it."""

    _last: dict[str, datetime] = field(default_factory=dict)

    def wrote(self, number: str, at: datetime) -> None:
        """A person wrote: her window is open again."""
        self._last[number] = at

    def closes(self, number: str) -> datetime | None:
        """When the window closes or closed; None if she never wrote."""
        last = self._last.get(number)
        return None if last is None else last + LIFE

    def is_open(self, number: str, now: datetime) -> bool:
        """Whether free text may go to her."""
        closes = self.closes(number)
        return closes is not None and now < closes

    def move(self, number: str, *, closes: datetime) -> None:
        """Let the window close at this instant, in the past or to come."""
        self._last[number] = closes - LIFE


@dataclass(slots=True)
class Rates:
    """WhatsApp's sending limits as token buckets, by pair of sender and person and by sender."""

    on: bool = True
    burst: int = PAIR_BURST
    _pairs: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    _senders: dict[str, Bucket] = field(default_factory=dict)

    def take(self, sender: str, to: str, now: datetime) -> bool:
        """Count a message; False, and none counted, when it is too many."""
        if not self.on:
            return True
        pair = self._pairs.setdefault((sender, to), Bucket(PAIR_RATE, self.burst, self.burst, now))
        whole = self._senders.setdefault(sender, Bucket(SENDER_RATE, SENDER_RATE, SENDER_RATE, now))
        if max(pair.wait(now, 1), whole.wait(now, 1)) > 1e-6:
            return False
        pair.level -= 1
        whole.level -= 1
        return True
