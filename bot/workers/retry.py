"""When a message is tried again (pure)."""

from datetime import datetime, timedelta

GIVE_UP_AFTER = timedelta(hours=24)
"""Telegram and WhatsApp recover from long outages; after a day somebody must be told instead."""

_FIRST_HOUR = timedelta(hours=1)


def next_try(attempt: int, *, created_at: datetime, now: datetime) -> datetime | None:
    """When to try again after the `attempt`-th failure; None when it is time to give up.

    2, 4, 8 … seconds, at most a minute within the first hour (a case waits), ten minutes after it.
    """
    age = now - created_at
    if age >= GIVE_UP_AFTER:
        return None
    cap = timedelta(minutes=1) if age < _FIRST_HOUR else timedelta(minutes=10)
    return now + min(cap, timedelta(seconds=2 ** min(attempt, 12)))
