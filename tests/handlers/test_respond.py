"""A specialist answers a case."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import ManualClock
from bot.domain.case import Case, Status
from bot.domain.facts import Age, Facts
from bot.domain.study import BodyPart, Modality, Priority, Sex
from bot.language.phrase_file import Category
from bot.messages import Verbatim
from bot.services import menus, unplaced
from storage.engine import Database
from tests.handlers.ward import KNOWLEDGE, VOICE, Ward, actions, words

PREGNANT = Facts(
    age=Age(24), sex=Sex.FEMALE, modality=Modality.US, body_part=BodyPart.PREGNANCY, priority=Priority.ROUTINE
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def ward(db: Database, clock: ManualClock) -> Ward:
    return Ward(db, clock)


def test_typed_words_are_asked_for_urgency_and_action_then_shown_and_sent_once(ward: Ward) -> None:
    case = ward.taken_case()
    ward.says("rao", "right lower zone is white")
    assert "answer.ask_urgency" in words(ward.heard("rao"))
    ward.taps("rao", f"ur {case.reference} within_hours 6")
    assert "answer.pick_action" in words(ward.heard("rao"))
    ward.taps("rao", f"phx {case.reference} act.show_doctor")
    preview = ward.heard("rao")[-1]
    send = actions(preview)[0]
    ward.taps("rao", send)
    ward.taps("rao", send)
    report = ward.heard("asha")
    assert len(report) == 1
    assert report[0].body == (preview.body[0], *preview.body[2:])
    assert ward.case(case).status is Status.REPORTED


def test_the_urgency_stands_before_the_findings_and_own_words_say_their_language(
    ward: Ward,
) -> None:
    case = ward.reported_case(urgency="emergency")
    heard = ward.heard("asha")
    said = words(heard)
    assert said[0] == "case.line_sent"
    assert said.index("report.urgency") < said.index("urg.emergency") < said.index("clear")
    assert Verbatim("clear", quoted=True, language="en") in heard[-1].body
    assert {"act.show_doctor", "report.signed", "MMC 2001", "end.one_image"} <= set(said)
    assert case.reported_at is not None


def test_a_tap_on_an_older_preview_shows_the_new_one_and_sends_nothing(ward: Ward) -> None:
    case = ward.taken_case()
    ward.answers(case, "first")
    old = actions(ward.heard("rao")[-1])[0]
    ward.says("rao", "and second")
    ward.forget()
    ward.taps("rao", old)
    assert {"answer.changed_since", "and second"} <= set(words(ward.heard("rao")))
    assert ward.heard("asha") == []


def test_a_phrase_with_an_open_value_asks_for_it_and_takes_a_typed_number(ward: Ward) -> None:
    case = ward.taken_case(Facts(modality=Modality.XR, body_part=BodyPart.WRIST, priority=Priority.ROUTINE))
    ward.taps("rao", f"phx {case.reference} bone.no_fracture_caution")
    assert "answer.type_number" in words(ward.heard("rao"))
    ward.says("rao", "99")
    ward.forget()
    ward.taps("rao", f"phx {case.reference} bone.no_fracture_caution")
    ward.says("rao", "10")
    ward.taps("rao", f"ur {case.reference} routine")
    ward.taps("rao", f"pv {case.reference} act.refer phc")
    said = words(ward.heard("rao")[-1:])
    assert {"bone.no_fracture_caution", "act.refer", "99"} <= set(said)


def test_a_free_case_is_taken_by_answering_its_card(ward: Ward) -> None:
    case = ward.sends_case()
    ward.passes(minutes=21)
    card = next(m for m in ward.heard("khan") if m.about == "card")
    ward.says("khan", "normal chest", quoting=card)
    assert "answer.yours_now" in words(ward.heard("khan"))
    assert "refer.has_it" in words(ward.heard("asha"))
    assert ward.draft(case, "khan") > 0


def test_words_of_another_specialist_go_to_the_owner_as_a_note(ward: Ward) -> None:
    case = ward.sends_case()
    ward.passes(minutes=21)
    card = next(m for m in ward.heard("khan") if m.about == "card")
    ward.taps("rao", f"ack {case.reference}")
    ward.forget()
    ward.says("khan", "look at the left apex", quoting=card)
    assert {"answer.note_from", "look at the left apex"} <= set(words(ward.heard("rao")))
    assert "answer.noted_for_owner" in words(ward.heard("khan"))
    assert ward.heard("asha") == []


def test_with_two_cases_held_words_are_asked_for_their_case(ward: Ward) -> None:
    first = ward.taken_case()
    ward.passes(minutes=1)
    second = ward.taken_case()
    ward.says("rao", "no fracture")
    asked = ward.heard("rao")[-1]
    assert actions(asked) == [f"for {second.reference}", f"for {first.reference}"]
    ward.taps("rao", f"for {second.reference}")
    assert ward.draft(first) == -1
    assert ward.draft(second) > 0


def test_a_voice_note_alone_waits_until_it_is_there_then_follows_the_report(ward: Ward) -> None:
    case = ward.taken_case()
    ward.says("rao", files=(VOICE,))
    ward.taps("rao", f"ur {case.reference} routine")
    ward.taps("rao", f"phx {case.reference} act.sit_up")
    assert "answer.media_waits" in words(ward.heard("rao"))
    ward.fetched(case)
    ward.taps("rao", actions(ward.heard("rao")[-1])[0])
    report, voice = ward.heard("asha")
    assert "report.media" in words([report])
    assert [ref.media for ref in voice.media] == ["voice"]


def test_what_comes_later_is_an_addendum_or_a_correction_that_says_so(ward: Ward) -> None:
    case = ward.reported_case()
    ward.forget()
    ward.says("rao", "I was wrong about the left side")
    assert actions(ward.heard("rao")[-1]) == [f"ad {case.reference}", f"co {case.reference}"]
    ward.taps("rao", f"co {case.reference} content")
    ward.taps("rao", f"ur {case.reference} emergency")
    ward.taps("rao", f"phx {case.reference} act.do_not_wait")
    ward.taps("rao", f"rs {case.reference} {ward.draft(case)}")
    said = words(ward.heard("asha")[-1:])
    assert said.index("case.line_sent") < said.index("corr.ignore_previous") < said.index("report.urgency")
    ward.passes(minutes=5)
    assert "loop.push" in words(ward.heard("asha"))


def test_the_sex_of_an_unborn_child_is_held_and_told_to_coordinators(ward: Ward) -> None:
    case = ward.taken_case(PREGNANT)
    ward.says("rao", "it is a boy")
    assert "obs.no_sex" in words(ward.heard("rao"))
    assert ward.draft(case) == -1
    assert "fetal_sex" in ward.tasks()


def test_a_question_keeps_the_case_paging_and_its_answer_comes_back(ward: Ward) -> None:
    case = ward.sends_case()
    ward.passes(minutes=21)
    ward.forget()
    ward.taps("rao", f"ask {case.reference}")
    ward.taps("rao", f"aq {case.reference} ask.side")
    question = ward.heard("asha")[-1]
    assert {"answer.question_from", "ask.side"} <= set(words([question]))
    ward.taps("asha", actions(question)[0])
    ward.forget()
    ward.says("asha", "left")
    assert {"answer.answer_from", "left"} <= set(words(ward.heard("rao")))


def test_every_button_of_every_menu_fits_and_every_phrase_has_at_most_one_open_value(ward: Ward) -> None:
    case = ward.taken_case()
    book = KNOWLEDGE.phrasebook
    for category in Category:
        for page in range(4):
            menu = menus.phrases(book, case, category, page)
            assert all(len(choice.action) <= 40 for choice in menu.choices)
    for entry in book.entries.values():
        assert len(entry.placeholders) <= 1
        if entry.category and entry.placeholders:
            assert all(len(choice.action) <= 40 for choice in menus.values(case, entry).choices)


def test_of_more_cases_than_a_message_holds_those_that_wait_for_a_report_are_offered_first() -> None:
    reported = [_case_number(number, Status.REPORTED) for number in range(11)]
    old, new = _case_number(11, Status.OPEN), _case_number(12, Status.OPEN)
    ordered = unplaced.likeliest([old, *reported, new])
    assert [case.id for case in ordered] == ["12", "11", *map(str, range(10, -1, -1))]
    offered = [choice.action for choice in unplaced.choices(ordered, "held")]
    assert offered == [*(f"for AAAA{number}" for number in range(12, 4, -1)), "fm held 8"]
    after = [choice.action for choice in unplaced.choices(ordered, "held", 8)]
    assert after == [*(f"for AAAA{number}" for number in range(4, -1, -1)), "fm held 0"]


def _case_number(number: int, status: Status) -> Case:
    created_at = NOON + timedelta(minutes=number)
    return Case(str(number), f"AAAA{number}", status, "asha", "telegram:1", created_at)
