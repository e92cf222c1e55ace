"""What a report asks of its reader, what her answers mean, and what is tried while she is silent."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.case import TaskKind
from bot.domain.closing import (
    ANSWER_TASKS,
    Step,
    is_answered,
    is_critical,
    is_pressing,
    leaves_within,
    offered,
    settles_now,
    steps_after,
    task_of,
)
from bot.domain.report import Content, Finding, Report, ReportKind, ReportState, Response

URGENCIES = ("urg.emergency", "urg.within_hours", "urg.within_days", "urg.routine")
ACTIONS = (
    "act.refer",
    "act.ambulance",
    "act.do_not_wait",
    "act.show_doctor",
    "act.sit_up",
    "act.review_days",
)

contents = st.builds(
    Content,
    urgency=st.sampled_from(URGENCIES).map(Finding),
    actions=st.lists(st.sampled_from(ACTIONS).map(Finding), max_size=3).map(tuple),
)
reports = st.builds(
    Report,
    id=st.just("r"),
    case_id=st.just("c"),
    author_id=st.just("a"),
    kind=st.sampled_from(ReportKind),
    state=st.just(ReportState.SENT),
    content=contents,
)


def content(urgency: str, *actions: str) -> Content:
    return Content(urgency=Finding(urgency), actions=tuple(map(Finding, actions)))


def test_a_routine_answer_is_understood_or_not_hers() -> None:
    routine = content("urg.routine", "act.show_doctor")
    assert offered(ReportKind.FINAL, routine) == (Response.UNDERSTOOD, Response.NOT_MINE)


@given(st.sampled_from(URGENCIES[:2]))
def test_an_urgent_answer_is_read_back(urgency: str) -> None:
    assert offered(ReportKind.FINAL, content(urgency)) == (Response.DOING, Response.CANNOT, Response.GONE)


@given(contents)
def test_every_correction_is_read_back_and_goes_to_phones(one: Content) -> None:
    assert is_critical(ReportKind.CORRECTION, one)
    assert is_pressing(ReportKind.CORRECTION, one)


@given(reports)
def test_what_goes_to_phones_is_read_back_too(report: Report) -> None:
    assert is_critical(report.kind, report.content) or not is_pressing(report.kind, report.content)


@given(reports)
def test_every_answer_that_settles_nothing_is_a_coordinators_task(report: Report) -> None:
    for response in offered(report.kind, report.content):
        assert (task_of(response) is None) == response.settles
        assert task_of(response) in {None, *ANSWER_TASKS}


@given(reports, st.sampled_from(Response))
def test_only_understood_and_doing_it_settle(report: Report, response: Response) -> None:
    if settles_now(report, response):
        assert response in (Response.UNDERSTOOD, Response.DOING)


def test_a_patient_who_is_sent_on_has_half_an_hour_in_an_emergency_and_two_hours_when_urgent() -> None:
    sends_on = "act.refer"
    assert leaves_within(ReportKind.FINAL, content("urg.emergency", sends_on)) == timedelta(minutes=30)
    assert leaves_within(ReportKind.FINAL, content("urg.within_hours", sends_on)) == timedelta(hours=2)
    assert leaves_within(ReportKind.FINAL, content("urg.routine", sends_on)) is None
    assert leaves_within(ReportKind.FINAL, content("urg.emergency", "act.sit_up")) is None


@given(reports)
def test_doing_it_settles_unless_somebody_has_to_leave(report: Report) -> None:
    waits = leaves_within(report.kind, report.content) is not None
    assert settles_now(report, Response.DOING) is not waits


@given(reports, st.sampled_from(Response))
def test_any_answer_or_a_recorded_call_ends_the_reminding(report: Report, response: Response) -> None:
    assert not is_answered(report)
    assert is_answered(replace(report, response=response))
    assert is_answered(replace(report, understood=True))


def test_the_steps_end_with_a_coordinator() -> None:
    assert steps_after(None) == (Step.PHONE, Step.CONTACT, Step.TASK)
    assert steps_after(Step.PHONE) == (Step.CONTACT, Step.TASK)
    assert steps_after(Step.TASK) == ()


def test_a_call_ends_what_was_asked_about_an_answer_and_nothing_else() -> None:
    assert TaskKind.DELIVERY not in ANSWER_TASKS
    assert TaskKind.UNOWNED not in ANSWER_TASKS
