"""What a bare number or "ok" may mean, as a decision about values."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.words import Acknowledgement
from bot.messages import Address, Choice, OutboundMessage, Text
from handlers.meaning import ECHO, HARMLESS, Again, Ask, Chat, InWords, Meaning, Pick, meaning_of
from handlers.turn import Action
from storage.shown import Shown

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
OK, YES = Acknowledgement.OK, Acknowledgement.YES
RISKY = (
    "send",
    "ack",
    "rs",
    *("ex", "nm", "dg", "cn", "gn", "lf"),
    "cl",
    "join_agree",
    "vy",
    "cancel",
    "dec",
    "gb",
    "hop",
    "for",
    "less",
    "aq",
)


def question(*actions: str, key: str = "reply/1", reference: str | None = None) -> OutboundMessage:
    choices = tuple(Choice(Text(f"label.{place}"), action) for place, action in enumerate(actions))
    return OutboundMessage(Address("whatsapp:1"), key, (Text("q"),), choices, reference=reference)


def ages() -> OutboundMessage:
    choices = tuple(
        Choice(Text("span.years", count=age), f"set K7F3X age {age}", number=age) for age in (1, 5, 20)
    )
    return OutboundMessage(Address("whatsapp:1"), "reply/1", (Text("q"),), choices)


def sent(message: OutboundMessage) -> Shown:
    return Shown(message, NOW)


def asked(*messages: OutboundMessage) -> Chat:
    return Chat(recent=tuple(map(sent, messages)))


def offered(meaning: Meaning) -> list[str]:
    assert isinstance(meaning, Ask)
    return [choice.action for choice in meaning.choices]


def picked(meaning: Meaning) -> str:
    assert isinstance(meaning, Pick)
    return meaning.choice.action


NEWS = OutboundMessage(Address("whatsapp:1"), "case:1/news", (Text("news"),))
SIDES = question("set K7F3X side left", "set K7F3X side right", "set K7F3X side both")
PHRASES = question("phx K2A4B a", "phx K2A4B b", key="reply/2", reference="K2A4B")

VERBS = st.sampled_from([*sorted(HARMLESS), *RISKY])
QUESTIONS = st.builds(
    lambda verbs, reference: question(
        *(f"{verb} K7F3X {place}" for place, verb in enumerate(verbs)), reference=reference
    ),
    st.lists(VERBS, max_size=4),
    st.sampled_from([None, "K7F3X"]),
)
SHOWN = st.builds(Shown, QUESTIONS, st.sampled_from([None, NOW]))
CHATS = st.builds(
    Chat,
    quoted=st.none() | QUESTIONS.filter(lambda one: bool(one.choices)),
    recent=st.lists(SHOWN, max_size=4).map(tuple),
    older=st.lists(SHOWN, max_size=2).map(tuple),
    in_words=st.booleans(),
    holds_words=st.booleans(),
)
TYPED = st.integers(0, 6) | st.sampled_from([OK, YES])


@given(typed=TYPED, chat=CHATS)
def test_only_harmless_choices_are_taken_and_only_of_the_one_open_question(
    typed: int | Acknowledgement, chat: Chat
) -> None:
    meaning = meaning_of(typed, chat)
    if not isinstance(meaning, Pick):
        return
    assert Action.parse(meaning.choice.action).verb in HARMLESS
    if chat.quoted is not None:
        assert meaning.choice in chat.quoted.choices
        return
    questions = [one for one in chat.recent if one.message.choices]
    assert questions == [chat.recent[-1]]
    assert questions[0].sent_at is not None
    assert meaning.choice in questions[0].message.choices


@given(typed=TYPED, chat=CHATS)
def test_what_is_echoed_can_be_told_apart_and_fits_a_list(typed: int | Acknowledgement, chat: Chat) -> None:
    meaning = meaning_of(typed, chat)
    if isinstance(meaning, Ask) and isinstance(typed, int):
        actions = offered(meaning)
        assert 0 < len(actions) == len(set(actions)) <= 9


def test_the_only_open_question_is_answered_by_its_numbers() -> None:
    assert picked(meaning_of(2, asked(SIDES))) == "set K7F3X side right"
    assert picked(meaning_of(3, asked(NEWS, SIDES))) == "set K7F3X side both"


def test_choices_are_counted_as_they_stand_on_the_screen() -> None:
    first, second = Choice(Text("a"), "set K7F3X sex male", row=1), Choice(Text("b"), "set K7F3X sex other")
    shown = OutboundMessage(Address("whatsapp:1"), "reply/1", (Text("q"),), (first, second))
    assert picked(meaning_of(1, asked(shown))) == "set K7F3X sex other"


@pytest.mark.parametrize(
    "chat",
    [asked(SIDES, NEWS), asked(SIDES, question("pc K2A4B chest 0")), Chat(recent=(Shown(SIDES, None),))],
    ids=["something came after it", "two are open", "it was not sent yet"],
)
def test_a_number_is_echoed_where_the_question_is_not_certain(chat: Chat) -> None:
    assert "set K7F3X side left" in offered(meaning_of(1, chat))


def test_of_two_questions_the_newest_comes_first_with_its_case_in_front() -> None:
    meaning = meaning_of(2, asked(SIDES, PHRASES))
    assert offered(meaning) == ["phx K2A4B b", "set K7F3X side right"]
    assert isinstance(meaning, Ask)
    assert "K2A4B" in repr(meaning.choices[0].label)


def test_a_question_from_before_is_asked_about_and_a_number_that_it_has_not_is_nothing() -> None:
    chat = Chat(older=(sent(SIDES),))
    assert offered(meaning_of(1, chat)) == ["set K7F3X side left"]
    assert meaning_of(7, chat) is None
    assert meaning_of(1, Chat()) is None


def test_a_number_without_a_choice_brings_the_question_again() -> None:
    assert meaning_of(9, asked(SIDES)) == Again(SIDES)


@pytest.mark.parametrize("verb", RISKY)
def test_what_can_not_be_taken_back_needs_its_own_button(verb: str) -> None:
    one = question(f"{verb} K7F3X")
    assert offered(meaning_of(1, asked(one))) == [f"{verb} K7F3X"]
    assert offered(meaning_of(OK, asked(one))) == [f"{verb} K7F3X"]
    assert offered(meaning_of(1, Chat(quoted=one))) == [f"{verb} K7F3X"]


@pytest.mark.parametrize(("number", "action"), [(5, "set K7F3X age 5"), (37, "set K7F3X age 37")])
def test_where_a_value_is_asked_the_number_is_the_value(number: int, action: str) -> None:
    assert picked(meaning_of(number, asked(ages()))) == action
    assert offered(meaning_of(number, asked(ages(), NEWS))) == [action]


def test_nobody_is_300_years_old() -> None:
    assert isinstance(meaning_of(300, asked(ages())), Again)


def test_a_number_too_long_for_its_button_is_no_value() -> None:
    key = "bone.no_fracture_caution"
    days = Choice(Text("span.days", count=7), f"pv K7F3XY {key} 7", number=7)
    asks = OutboundMessage(Address("whatsapp:1"), "reply/1", (Text("q"),), (days,))
    assert picked(meaning_of(14, asked(asks))) == f"pv K7F3XY {key} 14"
    assert isinstance(meaning_of(10**17, asked(asks)), Again)


def test_a_number_that_another_label_says_may_mean_either() -> None:
    labels = (Text("now"), Text("hours", count=3), Text("days", count=2))
    urgencies = tuple(Choice(label, f"ur K7F3X {place}") for place, label in enumerate(labels))
    shown = OutboundMessage(Address("whatsapp:1"), "reply/1", (Text("q"),), urgencies)
    assert offered(meaning_of(3, asked(shown))) == ["ur K7F3X 2", "ur K7F3X 1"]
    assert picked(meaning_of(1, asked(shown))) == "ur K7F3X 0"


def test_a_persons_question_is_answered_in_words_by_a_number() -> None:
    how_many_days = question("an 0123", key="note/1/first", reference="K7F3X")
    assert meaning_of(5, asked(how_many_days)) == InWords(how_many_days)
    assert meaning_of(1, Chat(quoted=how_many_days)) == InWords(how_many_days)
    assert offered(meaning_of(5, asked(how_many_days, NEWS))) == ["for K7F3X"]


def test_while_words_are_awaited_a_number_is_words_until_something_else_is_asked() -> None:
    prompt = OutboundMessage(Address("whatsapp:1"), "reply/7", (Text("answer here"),))
    assert meaning_of(5, Chat(recent=(sent(prompt),), in_words=True)) is None
    echoed = meaning_of(1, Chat(recent=(sent(prompt), sent(SIDES)), in_words=True))
    assert offered(echoed) == ["set K7F3X side left"]


def test_the_question_that_awaits_words_is_among_what_a_number_may_mean() -> None:
    asking = question("an 0123", key="note/1/first", reference="K7F3X")
    prompt = OutboundMessage(Address("whatsapp:1"), "reply/7", (Text("answer here"),))
    chat = Chat(recent=(sent(prompt), sent(SIDES)), older=(sent(asking),), in_words=True)
    assert offered(meaning_of(1, chat)) == ["set K7F3X side left", "for K7F3X"]


def test_after_an_echo_and_a_new_message_what_was_asked_before_the_echo_may_be_meant() -> None:
    echo = replace(question("set K7F3X side left", "none", key="reply/8"), about=ECHO)
    chat = Chat(recent=(sent(echo), sent(PHRASES)), older=(sent(SIDES),))
    assert offered(meaning_of(2, chat)) == ["phx K2A4B b", "set K7F3X side right"]
    assert picked(meaning_of(1, asked(echo))) == "set K7F3X side left"


def test_a_question_that_was_shown_twice_is_offered_once() -> None:
    chat = Chat(older=(sent(SIDES), sent(replace(SIDES, key="reply/9"))))
    assert offered(meaning_of(1, chat)) == ["set K7F3X side left"]


def test_words_that_wait_for_their_case_are_not_lost_for_a_number() -> None:
    note = question("an 0123", key="note/1/first", reference="K7F3X")
    chat = Chat(recent=(sent(note), sent(NEWS)), holds_words=True)
    assert offered(meaning_of(5, chat)) == ["an 0123"]


def test_ok_is_the_only_choice_of_the_only_question_or_asks() -> None:
    assert picked(meaning_of(OK, asked(question("ph K7F3X")))) == "ph K7F3X"
    assert offered(meaning_of(OK, asked(SIDES))) == [choice.action for choice in SIDES.choices]
    assert offered(meaning_of(OK, asked(question("ph K7F3X"), NEWS))) == ["ph K7F3X"]
    assert meaning_of(OK, asked(NEWS)) is None
    assert meaning_of(OK, Chat(older=(sent(SIDES),))) is None


def test_yes_tells_of_a_danger_sign_and_ok_does_not() -> None:
    danger = question(*(f"set K7F3X priority {one}" for one in ("emergency", "urgent", "routine")))
    assert picked(meaning_of(YES, asked(danger))) == "set K7F3X priority emergency"
    assert len(offered(meaning_of(OK, asked(danger)))) == 3
    assert len(offered(meaning_of(YES, asked(danger, NEWS)))) == 3


def test_ok_to_a_long_list_shows_the_list_again() -> None:
    many = question(*(f"set K7F3X study {place}" for place in range(14)))
    assert meaning_of(OK, asked(many)) == Again(many)
