from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.facts import Age, Unit
from bot.domain.study import BodyPart
from bot.language.catalogue import Catalogue, CatalogueError
from bot.language.enumerations import PREFIXES, age_text, language_name, word
from bot.language.folder import LOCALES
from bot.language.phrasebook import UnreviewedPolicy, load_phrasebook
from bot.messages import Ago, At, Joined, Line, Phrase, Text, Verbatim

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
KOLKATA = ZoneInfo("Asia/Kolkata")
PHRASES = load_phrasebook(LOCALES / "phrases")


def catalogue(folder: Path = LOCALES, policy: UnreviewedPolicy = UnreviewedPolicy.WITHHOLD) -> Catalogue:
    return Catalogue(folder, PHRASES, policy=policy)


def said(
    line: Line | Ago | At, language: str = "en", policy: UnreviewedPolicy = UnreviewedPolicy.WITHHOLD
) -> str:
    return catalogue(policy=policy).render(line, language, NOW, zone=KOLKATA)


def po(folder: Path, language: str, entries: str, plural: str = "nplurals=2; plural=(n != 1);") -> None:
    path = folder / language / "LC_MESSAGES"
    path.mkdir(parents=True)
    header = (
        f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plural}\\n"\n\n'
    )
    (path / "scanrelay.po").write_text(header + entries, encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [("en", 0, "0 days"), ("en", 1, "1 day"), ("en", 2, "2 days"), ("hi", 3, "3 दिन")],
)
def test_a_count_is_said_in_its_plural(language: str, count: int, expected: str) -> None:
    assert said(Text("span.days", count=count), language) == expected


@pytest.mark.parametrize(("count", "expected"), [(0, "0 घंटा"), (1, "1 घंटा"), (2, "2 घंटे")])
def test_hindi_counts_nothing_as_one(count: int, expected: str) -> None:
    assert said(Text("span.hours", count=count), "hi") == expected


def test_every_enumeration_has_its_word() -> None:
    members = [member for kind in PREFIXES for member in kind]
    assert all(said(word(member), language) for member in members for language in ("en", "hi"))


def test_an_age_is_said_with_its_unit() -> None:
    assert said(age_text(Age(18, Unit.MONTHS)), "hi") == "18 महीने"


def test_a_language_is_named_in_itself() -> None:
    assert said(language_name("hi"), "en") == said(language_name("hi"), "hi") == "हिन्दी"


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=-3), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "23 Nov, 12:00"),
    ],
)
def test_how_long_ago_is_said_at_the_instant_of_reading(passed: timedelta, expected: str) -> None:
    assert said(Ago(NOW - passed)) == expected


def test_an_instant_is_said_in_the_zone_of_the_reader() -> None:
    assert said(At(datetime(2026, 11, 24, 20, 0, tzinfo=UTC))) == "25 Nov, 01:30"


def test_an_instant_of_today_is_its_time_alone() -> None:
    assert said(At(datetime(2026, 11, 24, 14, 10, tzinfo=UTC))) == "19:40"
    assert said(At(datetime(2026, 11, 23, 14, 10, tzinfo=UTC))) == "23 Nov, 19:40"


def test_an_instant_has_latin_digits_where_the_locale_has_others(tmp_path: Path) -> None:
    po(tmp_path, "en", "")
    po(tmp_path, "mr", "")
    text = catalogue(tmp_path).render(At(NOW), "mr", NOW + timedelta(days=1), zone=KOLKATA)
    assert text.startswith("24 ")
    assert text.endswith(", 12:00")


def test_values_inside_a_text_are_said_in_the_language_of_the_reader(tmp_path: Path) -> None:
    po(tmp_path, "en", 'msgid "who"\nmsgstr "%(name)s, %(age)s"\n\nmsgid "years"\nmsgstr "%(n)d years"\n')
    line = Text("who", {"name": Verbatim("Asha 100%"), "age": Text("years", {"n": 40})})
    assert catalogue(tmp_path).render(line, "en", NOW, zone=KOLKATA) == "Asha 100%, 40 years"


def test_a_text_without_a_translation_is_said_in_english_with_english_plurals(tmp_path: Path) -> None:
    entry = 'msgid "n"\nmsgid_plural "n"\nmsgstr[0] "%(count)d case"\nmsgstr[1] "%(count)d cases"\n'
    po(tmp_path, "en", entry)
    po(
        tmp_path,
        "hi",
        'msgid "n"\nmsgid_plural "n"\nmsgstr[0] ""\nmsgstr[1] ""\n',
        "nplurals=2; plural=(n > 1);",
    )
    assert catalogue(tmp_path).render(Text("n", count=0), "hi", NOW, zone=KOLKATA) == "0 cases"


def test_a_fuzzy_translation_is_not_shown(tmp_path: Path) -> None:
    po(tmp_path, "en", 'msgid "a"\nmsgstr "Hello"\n')
    po(tmp_path, "hi", '#, fuzzy\nmsgid "a"\nmsgstr "शायद"\n')
    assert catalogue(tmp_path).render(Text("a"), "hi", NOW, zone=KOLKATA) == "Hello"


def test_a_language_that_is_not_shipped_is_answered_in_english() -> None:
    assert said(Text("time.just_now"), "ta") == "just now"


def test_values_in_a_text_written_from_right_to_left_are_isolated(tmp_path: Path) -> None:
    po(tmp_path, "en", 'msgid "a"\nmsgstr "Case %(code)s"\n')
    po(tmp_path, "ur", 'msgid "a"\nmsgstr "کیس %(code)s"\n')
    text = catalogue(tmp_path).render(Text("a", {"code": "AB12"}), "ur", NOW, zone=KOLKATA)
    assert text == "کیس \u2068AB12\u2069"


@pytest.mark.parametrize(
    "line", [Text("no.such"), Text("span.days"), Text("phrase.withheld", {"englis": "x"})]
)
def test_a_text_that_nobody_can_say_is_an_error_with_its_name(line: Text) -> None:
    with pytest.raises(CatalogueError, match=line.msgid):
        said(line)


def test_an_unreviewed_phrase_is_withheld_with_a_request_to_call() -> None:
    text = said(Phrase("bone.displaced"), "hi")
    assert "The broken pieces have moved out of place." in text
    assert "फ़ोन" in text


def test_a_marked_phrase_carries_its_english() -> None:
    text = said(Phrase("bone.displaced"), "hi", UnreviewedPolicy.MARK)
    assert text.startswith("⚠ टूटे हुए")
    assert "The broken pieces have moved" in text


def test_joined_values_leave_out_the_empty_ones() -> None:
    line = Joined((word(BodyPart.KNEE), "", Verbatim("swollen", quoted=True)), " · ")
    assert said(line) == "knee · “swollen”"
