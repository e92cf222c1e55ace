"""Typed numbers and "ok" in whole dialogues, on a channel where choices may be numbers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.domain.case import Case, Status
from bot.domain.facts import Age
from bot.domain.people import Role
from bot.domain.study import BodyPart, Laterality, Modality, Priority, Sex
from bot.language.phrase_file import Category
from bot.messages import Address, Attachment, Capabilities, OutboundMessage
from handlers.turn import Knowledge
from storage.engine import Database
from storage.pace import Pace, Rate
from storage.unit_of_work import UnitOfWork
from tests.handlers.talk import Talker, invited
from tests.handlers.ward import KNOWLEDGE, Ward, actions, words

PICTURE = Attachment("photo", "p1", "image/jpeg", 40_000)
NUMBERS = Capabilities(
    edits=False, albums=False, tells_delivered=True, tells_read=True, upload_limit=16_000_000, numbers=True
)
WITH_NUMBERS = replace(KNOWLEDGE, channels=(("telegram", NUMBERS),))
AT_ONCE = Pace(Rate(timedelta(microseconds=1), 100), Rate(timedelta(microseconds=1), 1000))


@pytest.fixture
def ward(db: Database, clock: ManualClock) -> Ward:
    return Ward(db, clock, knowledge=WITH_NUMBERS)


@pytest.fixture
def plain(db: Database, clock: ManualClock) -> Ward:
    """A channel that always has buttons."""
    return Ward(db, clock)


def arrives(ward: Ward) -> None:
    """All that waits is on the phones, and a few seconds pass."""
    while ward.db.run_blocking(lambda uow: _leave(uow, ward)):
        pass
    ward.clock.advance(timedelta(seconds=5))


def _leave(uow: UnitOfWork, ward: Ward) -> int:
    now = ward.clock.now()
    rows = uow.outbox.claim(now, channel="telegram", pace=AT_ONCE, limit=50, taker="test")
    for row in rows:
        uow.outbox.part_left(row, [f"v{row.claim.seq}"], now, parts=1)
        uow.outbox.sent(row, now)
    return len(rows)


def types(ward: Ward, name: str, text: str) -> list[str]:
    """She writes; what she hears is on her phone afterwards."""
    ward.heard(name)
    ward.says(name, text)
    return hears(ward, name)


def taps(ward: Ward, name: str, action: str) -> list[str]:
    ward.heard(name)
    ward.taps(name, action)
    return hears(ward, name)


def hears(ward: Ward, name: str) -> list[str]:
    arrives(ward)
    return words(ward.heard(name))


def last(ward: Ward, name: str) -> OutboundMessage:
    """The last message that somebody got."""
    ward.seen[name] = 0
    return ward.heard(name)[-1]


def draft(ward: Ward) -> Case:
    found = ward.db.run_blocking(lambda uow: uow.cases.draft_of(ward.person_in(uow, "asha").id))
    assert found is not None
    return found


def begins(ward: Ward) -> None:
    """A picture without words: she is asked what it is of."""
    ward.says("asha", files=(PICTURE,))
    ward.fetched(draft(ward))
    arrives(ward)
    assert words([last(ward, "asha")])[-1] == "refer.ask_study"


def begins_another(ward: Ward) -> None:
    """As `begins`, while a case of hers is with a doctor: first she says that it is a new patient."""
    ward.says("asha", files=(PICTURE,))
    ward.fetched(draft(ward))
    arrives(ward)
    assert taps(ward, "asha", f"other {draft(ward).reference}")[-1] == "refer.ask_study"
    arrives(ward)


# --- a referrer -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("two", ["2", "2.", " (2) ", "२", "२.", "২", "௨", "٢", "2️⃣"])
def test_a_number_in_any_script_answers_the_open_question(ward: Ward, two: str) -> None:
    begins(ward)
    assert types(ward, "asha", two)[-1] == "refer.ask_side"
    facts = draft(ward).facts
    assert (facts.modality, facts.body_part) == (Modality.XR, BodyPart.HAND)


def test_a_case_is_filled_by_numbers_alone_and_sent_by_its_button(ward: Ward) -> None:
    begins(ward)
    assert types(ward, "asha", "2")[-1] == "refer.ask_side"
    assert types(ward, "asha", "1")[-1] == "refer.ask_age"
    assert types(ward, "asha", "37")[-1] == "refer.ask_sex"
    assert types(ward, "asha", "2")[-1] == "refer.ask_danger"
    assert types(ward, "asha", "3")[-1] == "refer.confirm"
    case = draft(ward)
    facts = case.facts
    assert (facts.side, facts.age, facts.sex, facts.priority) == (
        Laterality.LEFT,
        Age(37),
        Sex.FEMALE,
        Priority.ROUTINE,
    )
    assert types(ward, "asha", "1") == ["typed.which", "1"]
    assert draft(ward).status is Status.DRAFT
    assert actions(last(ward, "asha")) == [f"send {case.reference} {case.revision}", "none"]
    assert "refer.sent" in taps(ward, "asha", actions(last(ward, "asha"))[0])


def test_ok_under_the_summary_sends_nothing(ward: Ward) -> None:
    begins(ward)
    for number in ("1", "37", "2", "3"):
        types(ward, "asha", number)
    case = draft(ward)
    assert types(ward, "asha", "ठीक है") == ["typed.which", "ठीक है"]
    assert [action.split(" ")[0] for action in actions(last(ward, "asha"))] == ["send", "change", "cancel"]
    assert draft(ward) == case


def test_a_number_before_the_question_has_arrived_is_echoed(ward: Ward) -> None:
    ward.says("asha", files=(PICTURE,))
    ward.fetched(draft(ward))
    ward.heard("asha")
    ward.says("asha", "1")
    assert words(ward.heard("asha")) == ["typed.which", "1"]
    assert draft(ward).facts.body_part is None


def test_a_number_after_a_new_message_is_echoed_and_the_tap_answers(ward: Ward) -> None:
    """Dr Rao's question about another case comes between: "2" may be an answer to him."""
    other = ward.taken_case()
    begins_another(ward)
    ward.taps("rao", f"aq {other.reference} {_question_phrase()}")
    arrives(ward)
    assert types(ward, "asha", "2") == ["typed.which", "2"]
    assert draft(ward).facts.body_part is None
    tapped = f"set {draft(ward).reference} study XR.hand"
    assert actions(last(ward, "asha")) == [f"for {other.reference}", tapped, "none"]
    assert taps(ward, "asha", tapped)[-1] == "refer.ask_side"
    assert draft(ward).facts.body_part is BodyPart.HAND


def test_the_same_number_can_go_to_the_specialist_instead(ward: Ward) -> None:
    other = ward.taken_case()
    begins_another(ward)
    ward.taps("rao", f"aq {other.reference} {_question_phrase()}")
    arrives(ward)
    types(ward, "asha", "2")
    ward.forget()
    assert "follow.answered" in taps(ward, "asha", f"for {other.reference}")
    assert "2" in words(ward.heard("rao"))
    assert draft(ward).facts.body_part is None


def test_a_number_answers_a_specialists_question_in_words(ward: Ward) -> None:
    case = ward.taken_case()
    ward.taps("rao", f"aq {case.reference} {_question_phrase()}")
    arrives(ward)
    ward.forget()
    assert "follow.answered" in types(ward, "asha", "5")
    assert "5" in words(ward.heard("rao"))


def test_none_of_these_does_nothing(ward: Ward) -> None:
    begins(ward)
    ward.clock.advance(timedelta(seconds=30))
    ward.says("asha", files=(replace(PICTURE, file_id="p2"),))
    types(ward, "asha", "2")
    before = draft(ward)
    assert taps(ward, "asha", "none") == ["typed.in_words"]
    assert draft(ward) == before


def test_a_number_that_is_no_choice_brings_the_question_again(ward: Ward) -> None:
    begins(ward)
    heard = types(ward, "asha", "15")
    assert (heard[0], heard[-1]) == ("typed.no_such", "refer.ask_study")
    assert types(ward, "asha", "1")[-1] == "refer.ask_age"
    heard = types(ward, "asha", "121")
    assert (heard[0], heard[-1]) == ("typed.no_such", "refer.ask_age")


def test_yes_to_the_danger_question_is_an_emergency_and_ok_is_not(ward: Ward) -> None:
    begins(ward)
    for number in ("1", "37", "2"):
        types(ward, "asha", number)
    assert types(ward, "asha", "ok") == ["typed.which", "ok"]
    assert draft(ward).facts.priority is None
    types(ward, "asha", "हाँ")
    assert draft(ward).priority is Priority.EMERGENCY


def test_ok_does_not_say_that_a_report_was_understood(ward: Ward) -> None:
    case = ward.reported_case()
    arrives(ward)
    assert types(ward, "asha", "ok") == ["typed.which", "ok"]
    assert [action.split(" ")[0] for action in actions(last(ward, "asha"))] == ["un", "nm", "ex"]
    assert ward.case(case).understood_at is None
    assert types(ward, "asha", "2")[0] == "typed.which"
    assert ward.case(case).understood_at is None


def test_the_case_is_chosen_by_a_button_and_her_words_are_kept_for_it(ward: Ward) -> None:
    first, second = ward.taken_case(), ward.taken_case()
    assert "follow.for_which" in types(ward, "asha", "He has fever now")
    assert types(ward, "asha", "2") == ["typed.which", "2"]
    ward.forget()
    taps(ward, "asha", f"for {second.reference}")
    told = words(ward.heard("rao"))
    assert "He has fever now" in told
    assert first.reference not in told


def test_a_number_never_becomes_the_question_to_the_specialist(plain: Ward) -> None:
    begins(plain)
    types(plain, "asha", "2")
    assert draft(plain).facts.question == ""


def test_where_buttons_always_show_a_number_chooses_nothing(plain: Ward) -> None:
    begins(plain)
    assert types(plain, "asha", "1")[-1] == "refer.ask_study"
    assert draft(plain).facts.body_part is None


# --- a specialist ---------------------------------------------------------------------------------------------


def test_a_card_is_not_taken_by_a_number(ward: Ward) -> None:
    case = ward.sends_case()
    arrives(ward)
    assert types(ward, "rao", "1") == ["typed.which", "1"]
    assert actions(last(ward, "rao")) == [f"ack {case.reference}", "none"]
    assert ward.db.run_blocking(lambda uow: uow.assignments.owner(case.id)) is None
    assert "duty.yours" in taps(ward, "rao", f"ack {case.reference}")


def test_phrases_and_urgency_are_picked_by_numbers_and_sent_by_the_button(ward: Ward) -> None:
    case = ward.taken_case()
    arrives(ward)
    taps(ward, "rao", f"ph {case.reference}")
    assert "answer.pick_phrase" in types(ward, "rao", "1")
    assert "answer.ask_urgency" in types(ward, "rao", "1")
    assert "answer.pick_action" in types(ward, "rao", "1")
    assert "answer.preview" in types(ward, "rao", "2")
    assert types(ward, "rao", "1")[0] == "typed.which"
    assert actions(last(ward, "rao"))[0].split(" ")[0] == "rs"
    assert ward.case(case).status is Status.OPEN


def test_six_under_within_six_hours_is_asked_about(ward: Ward) -> None:
    case = ward.taken_case()
    arrives(ward)
    types(ward, "rao", "Pleural effusion")
    assert types(ward, "rao", "6") == ["typed.which", "6"]
    assert actions(last(ward, "rao"))[:2] == [
        f"ur {case.reference} within_days 2",
        f"ur {case.reference} within_hours 6",
    ]


@pytest.mark.parametrize("kind", ["ward", "plain"])
def test_a_number_becomes_a_part_of_a_report_only_when_that_is_tapped(
    kind: str, request: pytest.FixtureRequest
) -> None:
    ward: Ward = request.getfixturevalue(kind)
    case = ward.taken_case()
    arrives(ward)
    types(ward, "rao", "Pleural effusion")
    revision = ward.draft(case)
    assert {"typed.which", "typed.no_such"} & set(types(ward, "rao", "23"))
    assert ward.draft(case) == revision
    ward.passes(hours=25)
    types(ward, "rao", "hello again")
    revision = ward.draft(case)
    types(ward, "rao", "23")
    assert ward.draft(case) == revision


def test_a_number_for_the_report_is_taken_by_its_button(plain: Ward) -> None:
    case = plain.taken_case()
    arrives(plain)
    types(plain, "rao", "Pleural effusion")
    assert types(plain, "rao", "2")[0] == "typed.which"
    assert f"for {case.reference}" in actions(last(plain, "rao"))
    revision = plain.draft(case)
    taps(plain, "rao", f"for {case.reference}")
    assert plain.draft(case) == revision + 1


@pytest.mark.parametrize("kind", ["ward", "plain"])
def test_the_value_of_a_phrase_is_typed(kind: str, request: pytest.FixtureRequest) -> None:
    ward: Ward = request.getfixturevalue(kind)
    case = ward.taken_case()
    arrives(ward)
    taps(ward, "rao", f"ph {case.reference}")
    taps(ward, "rao", f"phx {case.reference} act.review_days")
    types(ward, "rao", "४५")
    content = ward.db.run_blocking(
        lambda uow: uow.reports.draft_of(case.id, ward.person_in(uow, "rao").id).content  # type: ignore[union-attr]
    )
    assert ("days", 45) in [param for action in content.actions for param in action.params]


# --- joining --------------------------------------------------------------------------------------------------


def test_the_language_is_chosen_by_a_number_and_consent_is_not(db: Database, clock: ManualClock) -> None:
    ravi = Talker(db, clock, Address("whatsapp:+15005550009"), knowledge=_knows("whatsapp"))
    ravi.opens(invited(db, clock, Role.REFERRER, name="Ravi Kumar"))
    assert ravi.types("3") == ["join.language", "join.training"]
    assert ravi.types("२") == ["join.notice"]
    for words_for_yes in ("1", "1.", "ok", "हाँ"):
        assert ravi.types(words_for_yes) == ["join.notice"]
    assert ravi.taps("join_agree") == ["join.name_check"]
    assert ravi.types("1")[0] == "join.welcome"
    assert ravi.person().language == "hi"


def test_on_other_channels_a_number_is_no_language(db: Database, clock: ManualClock) -> None:
    ravi = Talker(db, clock, Address("telegram:77"), knowledge=_knows("whatsapp"))
    ravi.opens(invited(db, clock, Role.REFERRER))
    assert ravi.types("2") == ["join.language", "join.training"]


def _knows(channel: str) -> Knowledge:
    return replace(KNOWLEDGE, channels=((channel, NUMBERS),))


def _question_phrase() -> str:
    return KNOWLEDGE.phrasebook.of_category(Category.QUESTION)[0].key
