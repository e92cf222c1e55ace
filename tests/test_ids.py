"""Case references find slips of the tongue."""

from hypothesis import given
from hypothesis import strategies as st

from bot.ids import REFERENCE_SIGNS, Ids, is_reference

REFERENCES = st.builds(
    lambda seed, length: Ids(seed).reference(length), st.integers(0, 10**6), st.integers(4, 8)
)


@given(REFERENCES)
def test_a_reference_is_one_and_has_no_look_alikes(reference: str) -> None:
    assert is_reference(reference)
    assert not set(reference) & set("0O1IL8B5SQ")


@given(REFERENCES, st.data())
def test_one_wrong_sign_is_found(reference: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(reference) - 1))
    other = data.draw(st.sampled_from([sign for sign in REFERENCE_SIGNS if sign != reference[place]]))
    assert not is_reference(reference[:place] + other + reference[place + 1 :])


@given(REFERENCES, st.data())
def test_two_swapped_neighbours_are_found(reference: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(reference) - 2))
    one, two = reference[place], reference[place + 1]
    swapped = reference[:place] + two + one + reference[place + 2 :]
    assert swapped == reference or not is_reference(swapped)


def test_a_seed_makes_the_same_ids_again() -> None:
    assert [Ids(7).new(), Ids(7).reference()] == [Ids(7).new(), Ids(7).reference()]
