"""Rounds never end, steps keep their times, and a hastened step does not shift the ones behind it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.escalation import (
    DEFAULT_POLICIES,
    Policy,
    Position,
    Step,
    Way,
    Who,
    due_at,
    following,
    hastened,
    pause_after,
    start,
    ways_for,
)
from bot.domain.study import Priority

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    afters = sorted(draw(st.lists(st.integers(0, 600), min_size=1, max_size=6)))
    steps = tuple(Step(timedelta(seconds=after), draw(st.sampled_from(Who))) for after in (0, *afters))
    pause = timedelta(seconds=draw(st.integers(0, 3600)))
    return Policy(steps, pause, timedelta(minutes=15), timedelta(minutes=20))


@given(policies(), st.integers(1, 40), st.sampled_from(Priority))
def test_there_is_always_a_next_step_and_time_never_stands_still_for_a_round(
    policy: Policy, count: int, priority: Priority
) -> None:
    position, now = start(NOW), NOW
    for _ in range(count):
        now = max(now, due_at(policy, position))
        following_ = following(policy, position, now, priority)
        assert due_at(policy, following_) >= due_at(policy, position)
        if following_.round > position.round:
            assert due_at(policy, following_) > now
        position = following_


@given(policies(), st.integers(0, 5000))
def test_pauses_grow_to_four_hours_at_most_and_stay_as_they_are_in_an_emergency(
    policy: Policy, round_: int
) -> None:
    this, later = Position(round_, 0, NOW), Position(round_ + 1, 0, NOW)
    least = max(policy.pause, timedelta(minutes=1))
    for priority in Priority:
        pause = pause_after(policy, this, priority)
        assert least <= pause <= pause_after(policy, later, priority) <= max(least, timedelta(hours=4))
    assert pause_after(policy, this, Priority.EMERGENCY) == least


@given(policies(), st.data())
def test_a_hastened_step_is_due_now(policy: Policy, data: st.DataObject) -> None:
    step = data.draw(st.integers(0, len(policy.steps) - 1))
    position = hastened(policy, Position(2, step, NOW - timedelta(hours=1)), NOW)
    assert due_at(policy, position) == NOW
    assert (position.round, position.step) == (2, step)


@pytest.mark.parametrize("priority", list(Priority))
def test_every_default_policy_reaches_a_coordinator_and_gives_time_for_a_report(priority: Priority) -> None:
    policy = DEFAULT_POLICIES[priority]
    assert policy.steps[0].after == timedelta(0)
    assert policy.steps[-1].who is Who.COORDINATOR
    assert policy.report_due < policy.reopen


def test_an_emergency_reaches_a_coordinator_within_four_minutes() -> None:
    last = DEFAULT_POLICIES[Priority.EMERGENCY].steps[-1]
    assert last.after <= timedelta(minutes=4)


CHAT, SMS, VOICE = Way.CHAT, Way.SMS, Way.VOICE


@pytest.mark.parametrize(
    ("asked", "possible", "has_card", "expected"),
    [
        ((CHAT,), {SMS, VOICE}, True, (CHAT,)),
        ((VOICE, SMS, CHAT), {SMS, VOICE}, True, (CHAT, SMS, VOICE)),
        ((VOICE,), {SMS, VOICE}, True, (VOICE,)),
        ((VOICE,), {VOICE}, False, (CHAT, VOICE)),
        ((SMS, VOICE), {SMS}, True, (SMS,)),
        ((VOICE,), set(), True, (CHAT,)),
        ((SMS,), {VOICE}, True, (CHAT,)),
    ],
)
def test_a_step_reaches_by_its_ways_and_by_chat_where_the_card_or_the_ways_are_missing(
    asked: tuple[Way, ...], possible: set[Way], *, has_card: bool, expected: tuple[Way, ...]
) -> None:
    step = Step(timedelta(0), Who.PRIMARY, asked)
    assert ways_for(step, possible=possible, has_card=has_card) == expected
