"""What is true of several lines of a message is said once; nothing that the lines said one by one is lost."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.catalogue import Catalogue
from bot.language.folder import LOCALES
from bot.language.phrasebook import UnreviewedPolicy, load_phrasebook
from bot.messages import Joined, Line, Phrase, Text, Verbatim

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
BOOK = load_phrasebook(LOCALES / "phrases")
KEYS = [key for key, entry in BOOK.entries.items() if entry.category and not entry.placeholders]
MEANS = "⚠ का मतलब"
NOT_TRANSLATED = "(not translated)"


def read(
    lines: Sequence[Line], language: str = "hi", policy: UnreviewedPolicy = UnreviewedPolicy.MARK
) -> list[str]:
    catalogue = Catalogue(LOCALES, BOOK, policy=policy)
    return [catalogue.render(line, language, NOW, zone=UTC) for line in catalogue.whole(lines, language)]


def english(key: str) -> str:
    return BOOK.english(Phrase(key))


def wrapped(key: str, place: int) -> Line:
    """A phrase as the lines of a report have it: alone, in a sentence, in a list."""
    phrase = Phrase(key)
    shapes: tuple[Line, ...] = (phrase, Text("report.action", {"action": phrase}), Joined((phrase, "x")))
    return shapes[place % 3]


@given(st.lists(st.sampled_from(KEYS), min_size=1, max_size=8))
def test_it_says_once_what_is_not_reviewed_with_the_english_of_all(keys: list[str]) -> None:
    rows = read([wrapped(key, place) for place, key in enumerate(keys)])
    *said, below = rows
    assert [row for row in rows if MEANS in row] == [below]
    assert below.partition("अंग्रेज़ी में: ")[2] == " / ".join(dict.fromkeys(map(english, keys)))
    for row, key in zip(said, keys, strict=True):
        translation = BOOK.translation(key, "hi")
        assert translation is not None
        assert f"⚠ {translation.wording.form('other')}" in row


@given(st.lists(st.sampled_from(KEYS), max_size=8))
def test_a_reader_of_english_gets_the_lines_as_they_are(keys: list[str]) -> None:
    assert read([Phrase(key) for key in keys], "en") == [english(key) for key in keys]


def test_the_english_stands_below_the_last_phrase_and_above_what_follows() -> None:
    rows = read((Phrase("bone.displaced"), Verbatim("6 cm"), Phrase("act.show_doctor"), Verbatim("Rao")))
    assert [MEANS in row for row in rows] == [False, False, False, True, False]


def test_what_is_withheld_is_english_in_its_place_and_the_way_out_is_said_once() -> None:
    keys = ("bone.displaced", "act.show_doctor")
    rows = read([Phrase(key) for key in keys], policy=UnreviewedPolicy.WITHHOLD)
    assert rows[:2] == [f"⚠ {english(key)}" for key in keys]
    assert rows[2:] == ["⚠ का मतलब: जाँचा हुआ अनुवाद नहीं है। कृपया फ़ोन करने को कहें।"]


def test_a_phrase_by_itself_keeps_its_english_beside_it() -> None:
    catalogue = Catalogue(LOCALES, BOOK, policy=UnreviewedPolicy.MARK)
    label = catalogue.render(Phrase("bone.displaced"), "hi", NOW, zone=UTC)
    assert english("bone.displaced") in label


@pytest.mark.parametrize(
    ("words_in", "reader", "told"),
    [("en", "en", False), ("en", "hi", True), ("hi", "hi", False), ("und", "en", True), (None, "hi", False)],
)
def test_who_reads_another_language_is_told_that_words_are_not_translated(
    words_in: str | None, reader: str, *, told: bool
) -> None:
    rows = read((Verbatim("No fracture.", quoted=True, language=words_in), Verbatim("6 cm")), reader)
    assert len(rows) == 2 + told
    assert rows[-1] == "6 cm"
    assert (NOT_TRANSLATED in rows) == (told and reader == "en")
