"""Links to media: only ours open, only for a while, and they tell nothing."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.ids import Ids
from bot.media_links import LIFE, MediaLinks

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LINKS = MediaLinks(b"k" * 32, base_url="https://relay.example/", ids=Ids(1))


def token_of(subject: str) -> str:
    url = LINKS.url(subject, NOON)
    assert url.startswith("https://relay.example/media/")
    return url.rpartition("/")[2]


@given(st.text(min_size=1, max_size=200))
def test_a_link_names_what_it_was_made_for(subject: str) -> None:
    token = token_of(subject)
    assert token.isascii()
    assert LINKS.subject(token, NOON + LIFE - timedelta(seconds=1)) == subject


def test_it_expires() -> None:
    assert LINKS.subject(token_of("blob/1"), NOON + LIFE) is None


@given(st.integers(0, 59), st.integers(1, 255))
def test_a_changed_link_opens_nothing(place: int, change: int) -> None:
    token = token_of("blob/0123456789abcdef0123456789abcdef")
    letters = bytearray(token.encode())
    letters[place] = letters[place] ^ change
    assert LINKS.subject(letters.decode("latin-1"), NOON) is None


@given(st.text(max_size=80))
def test_whatever_is_asked_for_is_answered(token: str) -> None:
    assert LINKS.subject(token, NOON) is None


def test_two_links_to_one_file_have_nothing_in_common_and_another_key_opens_neither() -> None:
    first, second = token_of("blob/1"), token_of("blob/1")
    assert first != second
    assert MediaLinks(b"x" * 32, base_url="https://relay.example", ids=Ids(2)).subject(first, NOON) is None
