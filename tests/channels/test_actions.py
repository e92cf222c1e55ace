import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.actions import ActionSigner
from bot.messages import Address
from bot.numbering import ACTION_LIMIT

ASHA, MEENA = Address("telegram:1001"), Address("telegram:1002")
SIGNER = ActionSigner(b"a key invented for tests")
ACTIONS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=ACTION_LIMIT)


@given(ACTIONS)
def test_a_button_of_any_action_fits_and_brings_it_back(action: str) -> None:
    data = SIGNER.sign(ASHA, action)
    assert len(data.encode()) <= 64
    assert SIGNER.verify(ASHA, data) == action


@given(ACTIONS)
def test_a_button_is_worth_nothing_in_another_chat_or_with_another_key(action: str) -> None:
    data = SIGNER.sign(ASHA, action)
    assert SIGNER.verify(MEENA, data) is None
    assert ActionSigner(b"another key for the tests").verify(ASHA, data) is None


@given(ACTIONS, st.data())
def test_changing_any_sign_of_the_data_is_found(action: str, data: st.DataObject) -> None:
    signed = SIGNER.sign(ASHA, action)
    place = data.draw(st.integers(0, len(signed) - 1))
    other = "a" if signed[place] != "a" else "b"
    assert SIGNER.verify(ASHA, signed[:place] + other + signed[place + 1 :]) is None


@given(st.text())
def test_any_garbage_is_refused(data: str) -> None:
    assert SIGNER.verify(ASHA, data) is None


@pytest.mark.parametrize("action", ["", "a" * 48, "छाती"])
def test_an_action_that_does_not_fit_is_a_defect_told_at_once(action: str) -> None:
    with pytest.raises(ValueError, match="an action is"):
        SIGNER.sign(ASHA, action)


def test_a_short_key_is_not_accepted() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        ActionSigner(b"short")
