"""How fast messages may leave: a rate with a burst, kept as one instant (generic cell rate algorithm)."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rate:
    """One message every `interval`, and up to `burst` at once after a rest."""

    interval: timedelta
    burst: int

    def after(self, next_at: datetime | None, now: datetime, *, count: int = 1) -> datetime:
        """When the next may leave, after `count` left at `now`; `next_at` is what this said before."""
        slack = self.interval * (self.burst - 1)
        rested = now if next_at is None else max(next_at + slack, now)
        return rested + self.interval * count - slack

    def allowance(self, next_at: datetime | None, now: datetime) -> int:
        """How many messages may leave at `now`."""
        if next_at is None:
            return self.burst
        if next_at > now:
            return 0
        return min(self.burst, 1 + (now - next_at) // self.interval)


@dataclass(frozen=True, slots=True)
class Pace:
    """A channel's rates: to one chat, and of the whole bot or number.

    `merges`: the rate to a chat is so low that plain messages which wait together leave as one.
    """

    chat: Rate
    whole: Rate
    merges: bool = False


TELEGRAM = Pace(chat=Rate(timedelta(seconds=1), 3), whole=Rate(timedelta(seconds=1) / 30, 30))
"""About one message a second to a chat and 30 a second in all (Telegram's bot FAQ)."""

WHATSAPP = Pace(chat=Rate(timedelta(seconds=6), 3), whole=Rate(timedelta(seconds=1) / 80, 80), merges=True)
"""One message in six seconds to a person, 80 a second a number (research: reliability §1)."""

VOICE = Pace(chat=Rate(timedelta(seconds=45), 1), whole=Rate(timedelta(seconds=1), 3))
"""One call at a time to a phone: a second one would find it engaged, and pass for unanswered.

One a second in all is what Twilio starts by default; what waits there instead could not be dropped any more.
"""

SMS = Pace(chat=Rate(timedelta(seconds=1), 3), whole=Rate(timedelta(seconds=1), 10))
"""One a second from an ordinary number (Twilio's default for a long code)."""
