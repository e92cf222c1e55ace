"""Borders of duties come from the wall clock; a brute-force oracle says who is on call."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rota import Duty, Shift, Slot, instant_of, on_call, split_days

ZONES = ("Asia/Kolkata", "America/Chicago", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def shift(person: str, start: datetime, end: datetime, *, duty: Duty = Duty.PRIMARY, seat: int = 0) -> Shift:
    return Shift(Slot(f"{person}{start}", "pool", duty, seat, start.date(), start, end), person)


@pytest.mark.parametrize(
    ("zone", "day", "wall", "expected"),
    [
        # the hour that happens twice: the first of the two
        ("America/Chicago", date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
        # the hour that does not happen: the first instant after it
        ("America/Chicago", date(2026, 3, 8), time(2, 30), datetime(2026, 3, 8, 8, 0, tzinfo=UTC)),
        ("Asia/Kolkata", date(2026, 3, 8), time(2, 30), datetime(2026, 3, 7, 21, 0, tzinfo=UTC)),
    ],
)
def test_wall_clock_times_that_happen_twice_or_never(
    zone: str, day: date, wall: time, expected: datetime
) -> None:
    assert instant_of(day, wall, zone) == expected


@given(DAYS, st.sampled_from(ZONES), st.integers(0, 23), st.integers(1, 72))
def test_pieces_of_a_long_duty_join_without_gap_or_overlap(
    day: date, zone: str, hour: int, hours: int
) -> None:
    start = instant_of(day, time(hour), zone)
    end = start + timedelta(hours=hours)
    pieces = split_days(start, end, zone=zone)
    assert pieces[0][1] == start
    assert pieces[-1][2] == end
    assert all(earlier[2] == later[1] for earlier, later in pairwise(pieces))
    assert all(begin.astimezone(ZoneInfo(zone)).date() == local for local, begin, _ in pieces)


@given(
    st.lists(st.tuples(st.integers(0, 47), st.integers(1, 24), st.integers(0, 2)), max_size=8),
    st.integers(0, 72),
)
def test_on_call_is_whom_a_look_at_every_shift_finds(rows: list[tuple[int, int, int]], hour: int) -> None:
    base = datetime(2026, 5, 1, tzinfo=UTC)
    shifts = tuple(
        shift(f"p{i}", base + timedelta(hours=start), base + timedelta(hours=start + length), seat=seat)
        for i, (start, length, seat) in enumerate(rows)
    )
    at = base + timedelta(hours=hour)
    expected = {f"p{i}" for i, (start, length, _) in enumerate(rows) if start <= hour < start + length}
    assert set(on_call(shifts, duty=Duty.PRIMARY, at=at)) == expected


def test_at_the_border_only_the_next_one_is_on_call() -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    shifts = (
        shift("morning", noon - timedelta(hours=6), noon),
        shift("afternoon", noon, noon + timedelta(hours=6)),
    )
    assert on_call(shifts, duty=Duty.PRIMARY, at=noon) == ("afternoon",)
