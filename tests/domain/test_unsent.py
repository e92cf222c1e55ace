"""When the sender of a draft is reminded, and when coordinators have to know."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facts import Facts
from bot.domain.study import Priority
from bot.domain.unsent import Unsent, has_emergency_word, is_over

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
TOUCHES = st.timedeltas(timedelta(0), timedelta(days=3)).map(lambda ago: NOW - ago)


@pytest.mark.parametrize(
    ("is_emergency", "remind", "task"),
    [(False, 3, 15), (True, 1, 2)],
)
def test_the_times_count_from_the_last_touch(is_emergency: bool, remind: int, task: int) -> None:  # noqa: FBT001
    draft = Unsent(NOW, has_pictures=True, is_emergency=is_emergency)
    assert draft.remind_at == NOW + timedelta(minutes=remind)
    assert draft.task_at == NOW + timedelta(minutes=task)


@given(TOUCHES, st.booleans())
def test_without_pictures_nothing_can_be_missed(touched_at: datetime, is_emergency: bool) -> None:  # noqa: FBT001
    draft = Unsent(touched_at, has_pictures=False, is_emergency=is_emergency)
    assert (draft.remind_at, draft.task_at) == (None, None)


@given(TOUCHES, TOUCHES)
def test_a_later_touch_never_makes_anything_earlier(one: datetime, other: datetime) -> None:
    earlier, later = (Unsent(touched_at, has_pictures=True) for touched_at in sorted((one, other)))
    assert earlier.remind_at is not None
    assert later.remind_at is not None
    assert earlier.remind_at <= later.remind_at
    assert earlier.task_at is not None
    assert later.task_at is not None
    assert earlier.task_at <= later.task_at


@given(TOUCHES)
def test_an_emergency_is_always_earlier_and_she_is_told_before_anybody_else(touched_at: datetime) -> None:
    usual, emergency = (Unsent(touched_at, has_pictures=True, is_emergency=one) for one in (False, True))
    assert usual.remind_at is not None
    assert usual.task_at is not None
    assert emergency.remind_at is not None
    assert emergency.task_at is not None
    assert touched_at < emergency.remind_at < emergency.task_at < usual.remind_at < usual.task_at
    assert not is_over(touched_at, usual.task_at)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(), False),
        (Facts(priority=Priority.URGENT), False),
        (Facts(priority=Priority.EMERGENCY), True),
        (Facts(proposed=Priority.EMERGENCY), True),
        (Facts(priority=Priority.ROUTINE, proposed=Priority.URGENT), False),
    ],
)
def test_a_danger_sign_in_her_words_is_an_emergency_word(facts: Facts, expected: bool) -> None:  # noqa: FBT001
    assert has_emergency_word(facts) is expected


def test_a_draft_is_kept_for_a_day() -> None:
    assert not is_over(NOW, NOW + timedelta(hours=24) - timedelta(seconds=1))
    assert is_over(NOW, NOW + timedelta(hours=24))


def test_an_emergency_in_words_alone_would_be_missed_too() -> None:
    called = Unsent(NOW, has_pictures=False, is_emergency=True, is_called_one=True)
    assert called.remind_at == NOW + timedelta(minutes=1)
    assert called.task_at == NOW + timedelta(minutes=2)
