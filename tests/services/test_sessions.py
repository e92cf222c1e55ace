"""When a channel lets a bot speak, and what announces a message until it does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Address, OutboundMessage, Text
from bot.services.sessions import Session, opener

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
DAY = timedelta(hours=24)
CARD = OutboundMessage(
    Address("whatsapp:+915550000001"),
    "case:1/card/0.0/p1",
    (Text("card.reminder"),),
    case_id="1",
    reference="K7F3X",
    about="card",
    opener="emergency",
)
NEWS = replace(CARD, key="case:1/news", about="", opener="message")


@pytest.mark.parametrize(
    ("length", "heard_at", "is_open"),
    [
        (None, None, True),
        (DAY, None, False),
        (DAY, NOW, True),
        (DAY, NOW - timedelta(hours=23, minutes=57), True),
        (DAY, NOW - timedelta(hours=23, minutes=59), False),
        (DAY, NOW - timedelta(days=3), False),
    ],
)
def test_a_session_lasts_a_day_after_she_wrote(
    length: timedelta | None,
    heard_at: datetime | None,
    is_open: bool,  # noqa: FBT001
) -> None:
    assert Session(length, heard_at).is_open(NOW) is is_open


def test_the_template_is_about_what_waits_and_its_button_opens_it() -> None:
    made = opener(CARD, None, NOW)
    assert (made.to, made.case_id, made.reference, made.about) == (CARD.to, "1", "K7F3X", "card")
    assert (made.opener, made.is_template, made.body[0]) == (
        "emergency",
        True,
        Text("whatsapp.emergency", {"reference": "K7F3X"}),
    )
    assert [choice.action for choice in made.choices] == ["open K7F3X"]


def test_a_card_and_its_pictures_need_one_template_and_the_next_page_another() -> None:
    pictures = replace(CARD, key=f"{CARD.key}/pictures")
    assert opener(CARD, None, NOW).key == opener(pictures, None, NOW).key
    assert opener(CARD, None, NOW).key != opener(CARD, None, NOW + timedelta(minutes=1)).key


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_news_need_one_template_a_silence(first: int, later: int) -> None:
    put_at = [NOW + timedelta(seconds=first), NOW + timedelta(seconds=later)]
    assert len({opener(NEWS, NOW, at).key for at in put_at}) == 1
    assert opener(NEWS, NOW, put_at[0]).key != opener(NEWS, NOW + timedelta(days=2), put_at[0]).key


def test_each_task_is_announced_though_another_of_the_same_silence_was() -> None:
    task = replace(NEWS, about="task")
    assert opener(task, NOW, NOW).key != opener(task, NOW, NOW + timedelta(hours=3)).key
