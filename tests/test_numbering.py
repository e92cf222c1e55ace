from collections.abc import Sequence

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.messages import Choice, Text
from bot.numbering import numbered


def choices(numbers: Sequence[int | None]) -> list[Choice]:
    return [Choice(Text("a"), f"a {place}", number=number) for place, number in enumerate(numbers)]


def test_choices_are_numbered_by_their_place_on_the_screen() -> None:
    shown = [Choice(Text("c"), "c", row=2), Choice(Text("a"), "a"), Choice(Text("b"), "b")]
    assert [(number, choice.action) for number, choice in numbered(shown)] == [(1, "a"), (2, "b"), (3, "c")]


def test_a_choice_that_is_a_number_keeps_it_and_nobody_else_has_it() -> None:
    assert [number for number, _ in numbered(choices([1, 5, None, None]))] == [1, 5, 3, 4]
    assert [number for number, _ in numbered(choices([2, None]))] == [2, 3]


@given(st.lists(st.none() | st.integers(0, 12), max_size=10))
def test_one_number_means_one_choice(numbers: list[int | None]) -> None:
    own = [number for number in numbers if number is not None]
    assume(len(set(own)) == len(own))
    pairs = numbered(choices(numbers))
    assert len({number for number, _ in pairs}) == len(pairs) == len(numbers)
    assert all(choice.number in (None, number) for number, choice in pairs)
