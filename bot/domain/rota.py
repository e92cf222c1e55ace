"""Who is on call at an instant: one resolver for paging, answers, pictures and feeds."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Duty(StrEnum):
    """The role of a slot."""

    PRIMARY = "primary"
    BACKUP = "backup"
    COORDINATOR = "coordinator"


@dataclass(frozen=True, slots=True)
class Slot:
    """A duty to be filled, `[start, end)`, at most 24 hours; instants in UTC, `local_date` in the pool's zone."""

    id: str
    pool_id: str
    duty: Duty
    seat: int
    local_date: date
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """A slot with its person."""

    slot: Slot
    person_id: str


def on_call(shifts: tuple[Shift, ...], *, duty: Duty, at: datetime) -> tuple[str, ...]:
    """The people who hold that duty at that instant, by seat; each once."""
    held = [s for s in shifts if s.slot.duty is duty and s.slot.start <= at < s.slot.end]
    ordered = sorted(held, key=lambda s: (s.slot.seat, s.slot.start))
    return tuple(dict.fromkeys(s.person_id for s in ordered))


def instant_of(day: date, wall: time, zone: str) -> datetime:
    """The UTC instant of a wall-clock time: the first of two, and the first after a gap (never start + duration)."""
    place = ZoneInfo(zone)
    local = datetime.combine(day, wall, place)
    instant = local.astimezone(UTC)
    if instant.astimezone(place).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _first_after_gap(instant, place)


def _first_after_gap(late: datetime, place: ZoneInfo) -> datetime:
    """The instant of the last clock change within the day before `late`, to the second."""
    early, offset = late - timedelta(days=1), late.astimezone(place).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        early, late = (early, middle) if middle.astimezone(place).utcoffset() == offset else (middle, late)
    return late.replace(microsecond=0)


def split_days(start: datetime, end: datetime, *, zone: str) -> tuple[tuple[date, datetime, datetime], ...]:
    """A duty of any length as pieces of one local calendar day each; empty where `end` is not after `start`."""
    pieces: list[tuple[date, datetime, datetime]] = []
    begin = start
    while begin < end:
        day = begin.astimezone(ZoneInfo(zone)).date()
        border = min(end, instant_of(day + timedelta(days=1), time(0), zone))
        pieces.append((day, begin, border))
        begin = border
    return tuple(pieces)
