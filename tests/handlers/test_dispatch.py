"""What could not be handled, and what could not be delivered, has an owner."""

from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.domain.case import TaskKind
from bot.messages import MessageFailed, TimerDue
from bot.services.escalations import LADDER
from handlers.dispatch import dead_letter
from storage.engine import Database
from tests.handlers.ward import Ward, words


@pytest.fixture
def ward(db: Database, clock: ManualClock) -> Ward:
    return Ward(db, clock)


def test_a_page_that_can_not_be_made_is_tried_again_and_a_coordinator_knows(ward: Ward) -> None:
    case = ward.sends_case()
    now = ward.clock.now() + timedelta(hours=1)
    event = TimerDue(LADDER, case.id, now)
    ward.db.run_blocking(lambda uow: uow.timers.cancel(LADDER, case.id))
    ward.db.run_blocking(lambda uow: dead_letter(uow, event, now))
    due = ward.db.run_blocking(lambda uow: uow.timers.due_at(LADDER, case.id))
    assert due is not None
    assert now < due <= now + timedelta(minutes=10)
    assert "task.kind.trouble" in words(ward.heard("sunita"))


def test_a_case_that_has_an_owner_is_not_paged_for_because_of_a_dead_letter(ward: Ward) -> None:
    case = ward.taken_case()
    now = ward.clock.now()
    ward.db.run_blocking(lambda uow: dead_letter(uow, TimerDue("report_due", case.id, now), now))
    assert ward.db.run_blocking(lambda uow: uow.timers.due_at(LADDER, case.id)) is None
    assert [t.kind for t in ward.db.run_blocking(lambda uow: uow.tasks.pending())] == [TaskKind.TROUBLE]


def test_an_answer_of_the_bot_that_is_lost_is_no_lost_page(ward: Ward) -> None:
    case = ward.sends_case()
    ward.taps("khan", f"ho {case.reference}")
    reply = ward.heard("khan")[-1]
    waiting = ward.db.run_blocking(lambda uow: uow.pages.waiting(case.id))
    ward.happens(MessageFailed(reply.key, reply.to, "rejected", case_id=case.id, about=reply.about))
    assert ward.db.run_blocking(lambda uow: uow.pages.waiting(case.id)) == waiting
