"""When coordinators are asked about a task, whom, and in which order they see what waits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.case import TaskKind
from bot.domain.study import Priority
from bot.domain.tasks import (
    Audience,
    Pace,
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


def test_an_emergency_that_nobody_has_is_asked_again_after_5_and_10_minutes_and_then_every_15() -> None:
    askings = [asking(number, Pace.UNRESTING) for number in range(5)]
    assert [one.after for one in askings] == [minutes(count) for count in (0, 5, 10, 25, 40)]
    assert [one.who for one in askings] == [*(Audience.ON_SHIFT,) * 2, *(Audience.ALL,) * 3]


def test_what_else_presses_begins_so_and_is_asked_ever_more_seldom() -> None:
    askings = [asking(number, Pace.SOON) for number in range(9)]
    assert [one.after for one in askings] == [
        minutes(count) for count in (0, 5, 10, 25, 40, 70, 130, 370, 610)
    ]
    assert [one.who for one in askings] == [*(Audience.ON_SHIFT,) * 2, *(Audience.ALL,) * 7]


@given(pace=st.sampled_from([Pace.SELDOM, Pace.SOON]))
def test_nobody_is_asked_more_than_a_dozen_times_a_day_about_what_is_no_unowned_emergency(pace: Pace) -> None:
    assert asking_at(NOON, NOON + timedelta(days=1), pace) < 12


def test_everything_else_goes_to_all_after_half_an_hour_and_then_every_4_hours() -> None:
    askings = [asking(number, Pace.SELDOM) for number in range(4)]
    assert [one.after for one in askings] == [minutes(count) for count in (0, 30, 270, 510)]
    assert [one.who for one in askings] == [Audience.ON_SHIFT, *(Audience.ALL,) * 3]


@given(waited=SPANS, pace=st.sampled_from(Pace))
def test_an_untaken_task_is_always_asked_about_again_and_never_later_than_its_rule(
    waited: timedelta, pace: Pace
) -> None:
    now = NOON + waited
    due = next_asking_at(NOON, now, pace)
    assert now < due <= now + (minutes(15) if pace is Pace.UNRESTING else minutes(240))
    assert asking_at(NOON, due, pace) == asking_at(NOON, now, pace) + 1


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


@pytest.mark.parametrize(
    "kind", [TaskKind.UNREAD, TaskKind.CANNOT, TaskKind.GONE, TaskKind.UNCLEAR, TaskKind.WRONG_PATIENT]
)
def test_what_somebody_may_be_acting_on_wrongly_waits_for_no_list(kind: TaskKind) -> None:
    assert weight_of(kind, (Priority.ROUTINE,), corrects=False).presses


def test_the_case_or_its_report_may_make_a_task_press() -> None:
    routine, urgent, emergency = Priority.ROUTINE, Priority.URGENT, Priority.EMERGENCY
    late = TaskKind.REPORT_LATE
    assert weight_of(late, (routine, routine), corrects=False) == Weight(routine, Pace.SELDOM)
    assert weight_of(late, (routine, emergency), corrects=False) == Weight(emergency, Pace.SOON)
    assert weight_of(late, (urgent, routine), corrects=False) == Weight(urgent, Pace.SOON)
    assert weight_of(late, (routine, routine), corrects=True) == Weight(routine, Pace.SOON)
    assert weight_of(TaskKind.UNOWNED, (emergency,), corrects=False) == Weight(emergency, Pace.UNRESTING)
    assert weight_of(TaskKind.UNOWNED, (urgent,), corrects=False) == Weight(urgent, Pace.SOON)
    assert weight_of(TaskKind.VERIFY, (), corrects=False) == Weight(routine, Pace.SELDOM)


def test_emergencies_are_listed_first_then_what_is_urgent_then_the_oldest() -> None:
    older, newer = NOON, NOON + minutes(1)
    waiting = {
        "old": (Weight(), older),
        "new": (Weight(), newer),
        "correction": (Weight(pace=Pace.SOON), newer),
        "urgent": (Weight(Priority.URGENT, Pace.SOON), newer),
        "emergency": (Weight(Priority.EMERGENCY, Pace.UNRESTING), newer),
    }
    listed = sorted(waiting, key=lambda name: place_of(*waiting[name]))
    assert listed == ["emergency", "urgent", "correction", "old", "new"]


def test_whoever_took_what_presses_is_asked_after_half_an_hour_and_then_ever_more_seldom() -> None:
    assert still_after(minutes(0), Pace.SOON) == minutes(30)
    assert still_after(minutes(30), Pace.UNRESTING) == minutes(30)
    assert still_after(minutes(60), Pace.SOON) == minutes(60)
    assert still_after(minutes(900), Pace.SOON) == minutes(240)
    assert still_after(minutes(0), Pace.SELDOM) == minutes(240)
