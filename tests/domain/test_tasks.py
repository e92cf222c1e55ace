"""When coordinators are asked about a task, whom, and in which order they see what waits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.case import TaskKind
from bot.domain.study import Priority
from bot.domain.tasks import (
    Audience,
    Weight,
    asked,
    asking,
    asking_at,
    next_asking_at,
    place_of,
    still_after,
    weight_of,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SPANS = st.integers(0, 3 * 24 * 60).map(lambda count: timedelta(minutes=count))


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def test_what_presses_is_asked_again_after_5_and_10_minutes_and_then_every_15() -> None:
    askings = [asking(number, presses=True) for number in range(5)]
    assert [one.after for one in askings] == [minutes(count) for count in (0, 5, 10, 25, 40)]
    assert [one.who for one in askings] == [*(Audience.ON_SHIFT,) * 2, *(Audience.ALL,) * 3]


def test_everything_else_goes_to_all_after_half_an_hour_and_then_every_4_hours() -> None:
    askings = [asking(number, presses=False) for number in range(4)]
    assert [one.after for one in askings] == [minutes(count) for count in (0, 30, 270, 510)]
    assert [one.who for one in askings] == [Audience.ON_SHIFT, *(Audience.ALL,) * 3]


@given(waited=SPANS, presses=st.booleans())
def test_an_untaken_task_is_always_asked_about_again_and_never_later_than_its_rule(
    *, waited: timedelta, presses: bool
) -> None:
    now = NOON + waited
    due = next_asking_at(NOON, now, presses=presses)
    assert now < due <= now + (minutes(15) if presses else minutes(240))
    assert asking_at(NOON, due, presses=presses) == asking_at(NOON, now, presses=presses) + 1


@given(
    everybody=st.lists(st.sampled_from("abcde"), unique=True),
    on_shift=st.sets(st.sampled_from("abcdef")),
    who=st.sampled_from(Audience),
)
def test_somebody_is_asked_wherever_there_is_somebody(
    everybody: list[str], on_shift: set[str], who: Audience
) -> None:
    found = asked(everybody, on_shift, who)
    assert set(found) <= set(everybody)
    assert bool(found) == bool(everybody)
    if who is Audience.ON_SHIFT and on_shift & set(everybody):
        assert set(found) == on_shift & set(everybody)
    else:
        assert list(found) == everybody


@pytest.mark.parametrize("kind", [TaskKind.UNREAD, TaskKind.CANNOT, TaskKind.GONE, TaskKind.WRONG_PATIENT])
def test_what_somebody_may_be_acting_on_wrongly_waits_for_no_list(kind: TaskKind) -> None:
    assert weight_of(kind, (Priority.ROUTINE,), corrects=False).presses


def test_the_case_or_its_report_may_make_a_task_press() -> None:
    routine, urgent, emergency = Priority.ROUTINE, Priority.URGENT, Priority.EMERGENCY
    late = TaskKind.REPORT_LATE
    assert weight_of(late, (routine, routine), corrects=False) == Weight(routine, presses=False)
    assert weight_of(late, (routine, emergency), corrects=False) == Weight(emergency, presses=True)
    assert weight_of(late, (urgent, routine), corrects=False) == Weight(urgent, presses=True)
    assert weight_of(late, (routine, routine), corrects=True) == Weight(routine, presses=True)
    assert weight_of(TaskKind.VERIFY, (), corrects=False) == Weight(routine, presses=False)


def test_emergencies_are_listed_first_then_what_is_urgent_then_the_oldest() -> None:
    older, newer = NOON, NOON + minutes(1)
    waiting = {
        "old": (Weight(), older),
        "new": (Weight(), newer),
        "correction": (Weight(presses=True), newer),
        "urgent": (Weight(Priority.URGENT, presses=True), newer),
        "emergency": (Weight(Priority.EMERGENCY, presses=True), newer),
    }
    listed = sorted(waiting, key=lambda name: place_of(*waiting[name]))
    assert listed == ["emergency", "urgent", "correction", "old", "new"]


def test_whoever_took_it_is_asked_sooner_about_what_presses() -> None:
    assert still_after(presses=True) == minutes(30)
    assert still_after(presses=False) == minutes(240)
