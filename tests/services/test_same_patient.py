"""What becomes of a doubtful draft's files: nothing is lost on the way, and nothing is readable once it is given up."""

from datetime import datetime, timedelta

import pytest

from bot.clock import ManualClock
from bot.domain.case import AssignmentState, Case, Status
from bot.messages import Attachment, MessageReceived
from storage.engine import Database
from storage.seal import SealBrokenError, case_scope
from storage.unit_of_work import UnitOfWork
from tests.handlers.ward import Ward, words

FIRST = "45 M chest cough urgent"
OTHER = "20 F knee left fell routine"


@pytest.fixture
def ward(db: Database, clock: ManualClock) -> Ward:
    return Ward(db, clock)


def _drafts(ward: Ward) -> list[Case]:
    return list(ward.db.run_blocking(lambda uow: uow.cases.drafts_of(ward.person_in(uow, "asha").id)))


def _sends(ward: Ward, file_id: str, caption: str = "") -> None:
    ward.clock.advance(timedelta(seconds=5))
    ward.says("asha", caption, files=(Attachment("photo", file_id, "image/jpeg", 900),))


def _comes_late(ward: Ward, file_id: str, sent_at: datetime) -> None:
    """A picture that was sent long before it is handled."""
    ward.clock.advance(timedelta(seconds=5))
    file = Attachment("photo", file_id, "image/jpeg", 900)
    ward.happens(MessageReceived(ward.address("asha"), file_id, sent_at, "", (file,)))


def _doubt(ward: Ward) -> tuple[Case, Case]:
    _sends(ward, "p1", FIRST)
    _sends(ward, "p2", OTHER)
    first, second = _drafts(ward)
    return first, second


def _files(ward: Ward, case: Case) -> list[str]:
    """How its channel finds each of the files of a case again."""

    def look(uow: UnitOfWork) -> list[str]:
        return [uow.attachments.source(one.id).file_id for one in uow.attachments.of_case(case.id)]

    return ward.db.run_blocking(look)


def _is_shredded(ward: Ward, case: Case) -> bool:
    try:
        ward.db.run_blocking(lambda uow: uow.keys.existing(case_scope(case.id)))
    except SealBrokenError:
        return True
    return False


def test_each_draft_has_its_own_files_and_facts_until_she_says_it(ward: Ward) -> None:
    first, second = _doubt(ward)
    assert (_files(ward, first), _files(ward, second)) == (["p1"], ["p2"])
    assert (first.facts.age, second.facts.age) != (None, None)
    assert first.facts.age != second.facts.age


def test_pictures_five_minutes_apart_are_asked_about_though_both_come_late(ward: Ward) -> None:
    sent_at = ward.clock.now()
    ward.clock.advance(timedelta(minutes=20))
    _comes_late(ward, "p1", sent_at)
    _comes_late(ward, "p2", sent_at + timedelta(minutes=5))
    assert [_files(ward, draft) for draft in _drafts(ward)] == [["p1"], ["p2"]]


def test_a_part_of_an_album_that_comes_ten_minutes_late_is_not_asked_about(ward: Ward) -> None:
    sent_at = ward.clock.now()
    _comes_late(ward, "p1", sent_at)
    ward.clock.advance(timedelta(minutes=10))
    _comes_late(ward, "p2", sent_at)
    assert [_files(ward, draft) for draft in _drafts(ward)] == [["p1", "p2"]]


def test_a_file_that_is_still_fetched_arrives_in_the_case_it_was_joined_to(ward: Ward) -> None:
    first, second = _doubt(ward)
    ward.taps("asha", f"same {second.reference} {first.reference}")
    ward.fetched(second)
    assert _files(ward, first) == ["p1", "p2"]
    ward.forget()
    ward.passes(seconds=3)
    assert "refer.confirm" in words(ward.heard("asha"))
    assert [one.id for one in _drafts(ward)] == [first.id]


def test_what_was_joined_is_readable_as_long_as_its_case(ward: Ward) -> None:
    first, second = _doubt(ward)
    ward.fetched(second)
    ward.taps("asha", f"same {second.reference} {first.reference}")
    assert not _is_shredded(ward, second)
    ward.taps("asha", f"cancel {first.reference}")
    assert _is_shredded(ward, first)
    assert _is_shredded(ward, second)


def test_a_third_draft_that_was_joined_twice_goes_with_its_case(ward: Ward) -> None:
    first, second = _doubt(ward)
    _sends(ward, "p3", "60 M")
    third = _drafts(ward)[-1]
    ward.taps("asha", f"same {third.reference} {second.reference}")
    ward.taps("asha", f"same {second.reference} {first.reference}")
    assert _files(ward, first) == ["p1", "p2", "p3"]
    ward.taps("asha", f"cancel {first.reference}")
    assert all(_is_shredded(ward, case) for case in (first, second, third))


def test_two_taps_on_same_join_once(ward: Ward) -> None:
    first, second = _doubt(ward)
    ward.taps("asha", f"same {second.reference} {first.reference}")
    ward.forget()
    ward.taps("asha", f"same {second.reference} {first.reference}")
    assert "refer.not_draft" in words(ward.heard("asha")) or not ward.heard("asha")
    assert _files(ward, first) == ["p1", "p2"]


def test_same_after_another_joins_nothing(ward: Ward) -> None:
    first, second = _doubt(ward)
    ward.taps("asha", f"other {second.reference}")
    ward.taps("asha", f"same {second.reference} {first.reference}")
    assert (_files(ward, first), _files(ward, second)) == (["p1"], ["p2"])


def test_somebody_else_can_not_join_them(ward: Ward) -> None:
    first, second = _doubt(ward)
    ward.taps("rao", f"same {second.reference} {first.reference}")
    assert (_files(ward, first), _files(ward, second)) == (["p1"], ["p2"])
    assert words(ward.heard("rao")) == ["common.not_yours"]


def test_a_first_draft_that_is_given_up_ends_the_question(ward: Ward) -> None:
    first, second = _doubt(ward)
    ward.taps("asha", f"cancel {first.reference}")
    ward.taps("asha", f"same {second.reference} {first.reference}")
    assert ward.case(second).status is Status.DRAFT
    assert _files(ward, second) == ["p2"]


def test_a_picture_that_nobody_can_be_given_is_a_coordinators_task(ward: Ward) -> None:
    case = ward.reported_case()
    owner = ward.person_id("rao")
    now = ward.clock.now()
    ward.db.run_blocking(lambda uow: uow.assignments.end(case.id, owner, AssignmentState.RELEASED, now))
    _sends(ward, "p2")
    (held,) = _drafts(ward)
    ward.taps("asha", f"same {held.reference} {case.reference}")
    assert "delivery" in ward.tasks()
