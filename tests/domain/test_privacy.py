"""Long numbers are masked, and a name is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.privacy import has_long_number, masked, may_name
from bot.language.folder import LOCALES
from bot.language.words import load_vocabulary

VOCABULARY = load_vocabulary(LOCALES / "words")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call 9876543210 now", "call ••••••••10 now"),
        ("12345678", "••••••78"),
        ("+91-98765-43210", "+••-•••••-•••10"),
        ("98765 43210", "••••• •••10"),
        ("aadhaar 1234 5678 9012", "aadhaar •••• •••• ••12"),
        ("९८७६५४३२१०", "••••••••१०"),
    ],
)
def test_of_a_long_number_two_digits_are_left(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert has_long_number(text)


@pytest.mark.parametrize(
    "text", ["45 M chest cough 3 weeks", "BP 120/80 pulse 110", "fell on 12-10-2024", "since 2019", "1234567"]
)
def test_ages_measures_and_dates_stay(text: str) -> None:
    assert masked(text) == text


@given(st.text())
def test_no_run_of_eight_digits_is_left_and_nothing_else_changes(text: str) -> None:
    shown = masked(text)
    assert len(shown) == len(text)
    assert masked(shown) == shown
    run = 0
    for sign in shown:
        run = run + 1 if sign.isdecimal() else 0
        assert run < 8


@pytest.mark.parametrize(
    "text",
    [
        "Mr Ramesh 45 M chest",
        "name: Sunita, 30 F",
        "Patient name is Farida",
        "naam Ramesh hai",
        "नाम रमेश, ४५ साल",
        "श्रीमती सुनीता",
        "Smt. Kamla Devi cough",
        "Ravi s/o Mohan 20 M",
    ],
)
def test_a_name_is_noticed(text: str) -> None:
    assert may_name(text, VOCABULARY)


@pytest.mark.parametrize("text", ["45 M chest cough 3 weeks", "fell from tree", "name", "mr 45 chest", ""])
def test_other_words_are_no_names(text: str) -> None:
    assert not may_name(text, VOCABULARY)
