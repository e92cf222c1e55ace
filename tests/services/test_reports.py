"""When a report leaves, and what is done until it is understood."""

from collections.abc import Callable
from typing import TypeVar

import pytest

from bot.clock import ManualClock
from bot.domain.case import Case, Purpose, Status
from bot.domain.report import Finding, Report, ReportKind, with_phrase, with_words
from bot.messages import AttachmentRefused
from bot.services import followup, reports
from bot.services.followup import Closing
from bot.services.report_gate import Gate
from bot.services.reports import Sending
from storage.engine import Database
from storage.unit_of_work import UnitOfWork
from tests.handlers.ward import KNOWLEDGE, VOICE, Ward, words

T = TypeVar("T")


@pytest.fixture
def ward(db: Database, clock: ManualClock) -> Ward:
    return Ward(db, clock)


def _do(ward: Ward, work: Callable[[UnitOfWork], T]) -> T:
    return ward.db.run_blocking(work)


def _written(uow: UnitOfWork, ward: Ward, case: Case, *, phrases: tuple[str, ...]) -> Report:
    rao = ward.person_in(uow, "rao")
    report = reports.draft_for(uow, case, rao, ReportKind.FINAL, ward.clock.now())
    content = with_words(report.content, "seen")
    for key in phrases:
        content = with_phrase(content, Finding(key))
    return uow.reports.set_content(report, content)


def _send(ward: Ward, case: Case, *phrases: str, by: str = "rao") -> Sending:
    def work(uow: UnitOfWork) -> Sending:
        report = _written(uow, ward, case, phrases=phrases)
        gate = Gate(KNOWLEDGE.vocabulary, KNOWLEDGE.phrasebook)
        return reports.send(uow, case, report, ward.person_in(uow, by), ward.clock.now(), gate=gate)

    return _do(ward, work)


@pytest.mark.parametrize("phrases", [(), ("urg.routine",), ("act.sit_up",), ("urg.raised", "act.sit_up")])
def test_nothing_leaves_without_urgency_and_action(ward: Ward, phrases: tuple[str, ...]) -> None:
    case = ward.taken_case()
    assert _send(ward, case, *phrases) is Sending.INCOMPLETE
    assert ward.heard("asha") == []
    assert ward.case(case).status is Status.OPEN


def test_only_the_owner_sends(ward: Ward) -> None:
    case = ward.taken_case()
    assert _send(ward, case, "urg.routine", "act.sit_up", by="khan") is Sending.GONE
    assert ward.heard("asha") == []


def test_a_report_that_reaches_nobody_becomes_a_task(ward: Ward) -> None:
    case = ward.taken_case()
    _do(ward, lambda uow: uow.people.set_reachable(ward.address("asha"), reachable=False))
    assert _send(ward, case, "urg.routine", "act.sit_up") is Sending.SENT
    assert "delivery" in ward.tasks()


def test_a_phone_that_was_revoked_gets_no_report(ward: Ward) -> None:
    case = ward.taken_case()
    _do(ward, lambda uow: uow.people.revoke(case.referrer_id, ward.clock.now()))
    ward.forget()
    assert _send(ward, case, "urg.routine", "act.sit_up") is Sending.SENT
    ward.passes(minutes=600)
    assert ward.heard("asha") == []
    assert "delivery" in ward.tasks()


@pytest.mark.parametrize(
    ("urgency", "minutes", "heading"),
    [
        ("urg.emergency", 5, "loop.push"),
        ("urg.within_hours", 30, "loop.push"),
        ("urg.routine", 240, "answer.push"),
    ],
)
def test_how_soon_it_is_pushed_follows_its_urgency(
    ward: Ward, urgency: str, minutes: int, heading: str
) -> None:
    case = ward.taken_case()
    _send(ward, case, urgency, "act.sit_up")
    ward.forget()
    ward.passes(minutes=minutes - 1)
    assert ward.heard("asha") == []
    ward.passes(minutes=1)
    assert heading in words(ward.heard("asha"))


def test_the_clock_of_the_owner_stops_with_the_report(ward: Ward) -> None:
    case = ward.taken_case()
    _send(ward, case, "urg.routine", "act.sit_up")
    ward.forget()
    ward.passes(minutes=120)
    assert ward.heard("rao") == []
    assert "report_late" not in ward.tasks()


def test_a_file_that_cannot_be_used_is_told_to_its_author_and_not_counted(ward: Ward) -> None:
    case = ward.taken_case()
    ward.says("rao", "seen", files=(VOICE,))
    ward.forget()

    def refuse(uow: UnitOfWork) -> str:
        attachment = uow.attachments.of_case(case.id, Purpose.REPORT)[0]
        uow.attachments.refuse(attachment.id, "fetch_failed")
        return attachment.id

    ward.happens(AttachmentRefused(_do(ward, refuse), "fetch_failed"))
    assert "answer.file_refused" in words(ward.heard("rao"))
    draft = _do(ward, lambda uow: uow.reports.draft_of(case.id, ward.person_in(uow, "rao").id))
    assert draft is not None
    assert draft.content.media == 0


def test_a_case_with_an_open_question_is_not_closed(ward: Ward) -> None:
    case = ward.reported_case()
    ward.taps("asha", f"un {case.reference} 1")
    ward.taps("rao", f"aq {case.reference} ask.now_better")
    closing = _do(ward, lambda uow: followup.close(uow, uow.cases.get(case.id), None, ward.clock.now()))
    assert closing is Closing.OWED


def test_a_reported_case_always_says_when_something_happens_next(ward: Ward) -> None:
    case = ward.reported_case()
    for step in ("ex", "aq", "un", "wait"):
        if step == "ex":
            ward.taps("asha", f"ex {case.reference}")
            ward.says("asha", "what is this")
        elif step == "aq":
            ward.taps("rao", f"aq {case.reference} ask.walk")
        elif step == "un":
            ward.taps("asha", f"un {case.reference} 1")
        ward.passes(minutes=37)
        after = ward.case(case).next_action_at
        assert after is not None
        assert after >= ward.clock.now()
