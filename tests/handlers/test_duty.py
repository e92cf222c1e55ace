"""What a specialist does with a case beside answering it."""

import pytest

from bot.clock import ManualClock
from bot.domain.case import Case
from storage.engine import Database
from tests.handlers.ward import Ward, actions, words


@pytest.fixture
def ward(db: Database, clock: ManualClock) -> Ward:
    return Ward(db, clock)


def _owner(ward: Ward, case: Case) -> str | None:
    return ward.db.run_blocking(lambda uow: uow.assignments.owner(case.id))


def _offered(ward: Ward, case: Case, verb: str) -> list[str]:
    ward.taps("rao", f"{verb} {case.reference}")
    ward.taps("rao", actions(ward.heard("rao")[-1])[0])
    return actions(ward.heard("khan")[-1])


def test_the_second_to_take_it_is_told_who_has_it(ward: Ward) -> None:
    case = ward.taken_case()
    ward.taps("khan", f"ack {case.reference}")
    assert {"card.taken", "Dr Rao"} <= set(words(ward.heard("khan")))


def test_a_handed_over_case_stays_with_its_owner_until_it_is_accepted(ward: Ward) -> None:
    case = ward.taken_case()
    yes = _offered(ward, case, "ho")[0]
    assert _owner(ward, case) == ward.person_id("rao")
    ward.taps("khan", yes)
    assert _owner(ward, case) == ward.person_id("khan")
    assert "answer.handover_taken" in words(ward.heard("rao"))
    assert "Dr Khan" in words(ward.heard("asha"))


def test_an_offer_that_nobody_answers_is_told_to_the_owner(ward: Ward) -> None:
    case = ward.taken_case()
    yes = _offered(ward, case, "ho")[0]
    ward.forget()
    ward.passes(minutes=10)
    assert "answer.handover_expired" in words(ward.heard("rao"))
    ward.taps("khan", yes)
    assert "duty.offer_over" in words(ward.heard("khan"))
    assert _owner(ward, case) == ward.person_id("rao")


def test_a_second_opinion_goes_to_the_owner_only(ward: Ward) -> None:
    case = ward.taken_case()
    ward.taps("khan", _offered(ward, case, "op")[0])
    ward.forget()
    ward.says("khan", "I would call it normal")
    assert {"answer.opinion_from", "I would call it normal"} <= set(words(ward.heard("rao")))
    assert ward.heard("asha") == []
    assert _owner(ward, case) == ward.person_id("rao")


def test_a_case_that_is_given_back_is_paged_again(ward: Ward) -> None:
    case = ward.taken_case()
    ward.taps("rao", f"gb {case.reference}")
    assert "duty.given_back" in words(ward.heard("rao"))
    assert _owner(ward, case) is None
    ward.passes(minutes=21)
    assert any(message.about == "card" for message in ward.heard("khan"))


def test_stale_and_foreign_taps_are_answered_kindly(ward: Ward) -> None:
    case = ward.taken_case()
    ward.taps("khan", f"gb {case.reference}")
    ward.taps("asha", f"ack {case.reference}")
    ward.taps("khan", "hy 00000000000000000000000000000000")
    assert words(ward.heard("khan"))[-1] == "common.not_yours"
    assert "common.not_yours" in words(ward.heard("asha"))
    assert _owner(ward, case) == ward.person_id("rao")


def test_status_says_what_she_holds(ward: Ward) -> None:
    ward.taken_case()
    ward.says("rao", "status")
    assert {"duty.holds", "duty.since"} <= set(words(ward.heard("rao")))
    ward.says("khan", "status")
    assert "duty.holds_nothing" in words(ward.heard("khan"))
