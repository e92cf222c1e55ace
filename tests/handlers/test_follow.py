"""The referrer after sending."""

import pytest

from bot.clock import ManualClock
from bot.domain.case import Status
from storage.engine import Database
from tests.handlers.ward import VOICE, Ward, actions, words


@pytest.fixture
def ward(db: Database, clock: ManualClock) -> Ward:
    return Ward(db, clock)


def test_understood_is_told_to_the_specialist_and_either_side_may_close(ward: Ward) -> None:
    case = ward.reported_case()
    understood = actions(ward.heard("asha")[-1])[0]
    ward.forget()
    ward.taps("asha", understood)
    assert "follow.thanks" in words(ward.heard("asha"))
    told = ward.heard("rao")[-1]
    assert "answer.was_understood" in words([told])
    ward.forget()
    ward.taps("rao", actions(told)[0])
    assert ward.case(case).status is Status.CLOSED
    assert ward.heard("asha") == []


def test_a_case_is_not_closed_before_its_answer_was_understood(ward: Ward) -> None:
    case = ward.reported_case()
    ward.forget()
    ward.taps("asha", f"cl {case.reference}")
    assert "follow.still_owed" in words(ward.heard("asha"))
    assert ward.case(case).status is Status.REPORTED


def test_what_is_unclear_goes_to_the_owner_whose_next_words_explain_it(ward: Ward) -> None:
    case = ward.reported_case()
    ward.taps("asha", f"ex {case.reference}")
    ward.forget()
    ward.says("asha", "which arm?")
    assert {"answer.unclear_from", "which arm?"} <= set(words(ward.heard("rao")))
    ward.says("rao", "only the one that hurts")
    ward.taps("rao", f"rs {case.reference} {ward.draft(case)}")
    assert {"report.addendum", "only the one that hurts"} <= set(words(ward.heard("asha")))


def test_a_report_that_is_not_understood_is_pushed_twice_then_given_to_coordinators(ward: Ward) -> None:
    case = ward.reported_case()
    ward.forget()
    ward.passes(hours=8)
    assert words(ward.heard("asha")).count("answer.push") == 2
    assert "not_understood" not in ward.tasks()
    ward.passes(hours=4)
    assert "not_understood" in ward.tasks()
    ward.passes(days=3)
    after = ward.case(case)
    assert after.status is Status.REPORTED
    assert after.next_action_at is not None
    assert after.next_action_at >= ward.clock.now()


def test_an_understood_case_closes_by_itself_after_a_week(ward: Ward) -> None:
    case = ward.reported_case()
    ward.taps("asha", f"un {case.reference} 1")
    ward.passes(days=6, hours=23)
    assert ward.case(case).status is Status.REPORTED
    ward.passes(hours=2)
    assert ward.case(case).status is Status.CLOSED


def test_understood_under_an_older_report_shows_the_newest(ward: Ward) -> None:
    case = ward.reported_case()
    ward.taps("rao", f"co {case.reference} content")
    ward.answers(case, "new word")
    ward.taps("rao", f"rs {case.reference} {ward.draft(case)}")
    ward.forget()
    ward.taps("asha", f"un {case.reference} 1")
    assert {"follow.newer", "new word"} <= set(words(ward.heard("asha")))
    assert ward.case(case).understood_at is None


def test_an_addition_to_a_closed_case_opens_it_again(ward: Ward) -> None:
    case = ward.reported_case()
    ward.taps("asha", f"un {case.reference} 1")
    ward.taps("asha", f"cl {case.reference}")
    ward.taps("rao", f"ad {case.reference}")
    ward.says("rao", "one thing more")
    ward.taps("rao", f"rs {case.reference} {ward.draft(case)}")
    after = ward.case(case)
    assert after.status is Status.REPORTED
    assert after.understood_at is None


def test_free_words_are_asked_for_the_only_case_and_reach_its_owner(ward: Ward) -> None:
    case = ward.taken_case()
    ward.says("asha", "he is worse today")
    assert actions(ward.heard("asha")[-1]) == [f"for {case.reference}"]
    ward.taps("asha", f"for {case.reference}")
    assert "he is worse today" in words(ward.heard("rao"))


def test_words_before_anybody_has_the_case_are_on_later_cards(ward: Ward) -> None:
    case = ward.sends_case()
    ward.says("asha", "he is worse today")
    ward.taps("asha", f"for {case.reference}")
    assert "follow.kept" in words(ward.heard("asha"))
    ward.passes(minutes=21)
    assert "he is worse today" in words(ward.heard("khan"))


def test_a_quoted_voice_note_reaches_the_owner(ward: Ward) -> None:
    case = ward.reported_case()
    report = ward.heard("asha")[-1]
    ward.says("asha", quoting=report, files=(VOICE,))
    ward.forget()
    ward.fetched(case)
    assert [ref.media for ref in ward.heard("rao")[-1].media] == ["voice"]


def test_an_unanswered_question_is_asked_again_and_given_to_coordinators(ward: Ward) -> None:
    case = ward.taken_case()
    ward.taps("rao", f"aq {case.reference} ask.vitals")
    ward.forget()
    ward.passes(minutes=16)
    assert "answer.again" in words(ward.heard("asha"))
    assert "no_answer" in ward.tasks()


def test_a_report_that_cannot_be_delivered_becomes_a_task(ward: Ward) -> None:
    ward.reported_case()
    ward.fails(ward.heard("asha")[-1])
    assert "delivery" in ward.tasks()


def test_status_says_who_has_it(ward: Ward) -> None:
    ward.taken_case()
    ward.says("asha", "status")
    assert {"follow.has_it", "Dr Rao"} <= set(words(ward.heard("asha")))


def test_the_sex_of_an_unborn_child_is_not_asked_either(ward: Ward) -> None:
    ward.taken_case()
    card = ward.case(ward.sends_case())
    ward.says("asha", "is the fetus a boy or a girl")
    ward.taps("asha", f"for {card.reference}")
    assert "obs.no_sex" in words(ward.heard("asha"))


def test_an_addition_that_was_begun_leaves_as_a_correction_where_it_is_called_one(ward: Ward) -> None:
    case = ward.reported_case()
    ward.taps("rao", f"ad {case.reference}")
    ward.says("rao", "it was another patient")
    ward.taps("rao", f"co {case.reference} patient")
    assert "loop.withdrawn" in words(ward.heard("asha"))
    ward.taps("rao", f"rs {case.reference} {ward.draft(case)}")
    assert {"corr.ignore_previous", "it was another patient"} <= set(words(ward.heard("asha")))


def test_an_answer_that_was_taken_back_can_not_be_understood(ward: Ward) -> None:
    case = ward.reported_case()
    ward.taps("rao", f"co {case.reference} patient")
    ward.forget()
    ward.taps("asha", f"un {case.reference} 1")
    assert "loop.withdrawn" in words(ward.heard("asha"))
    assert ward.case(case).understood_at is None
