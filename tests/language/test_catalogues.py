from pathlib import Path

import pytest

from bot.language.catalogue import shipped_languages
from bot.language.check import (
    CODE,
    Book,
    book_problems,
    enumerated,
    main,
    phrase_problems,
    read_book,
    usage_problems,
)
from bot.language.folder import LOCALES
from bot.language.phrasebook import load_phrasebook
from bot.language.usage import usage_in

LANGUAGES = shipped_languages(LOCALES)
ENGLISH = read_book(LOCALES, "en")
RULE = "(n != 1)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_all_that_english_says(language: str) -> None:
    assert list(book_problems(read_book(LOCALES, language), ENGLISH)) == []


def test_the_code_and_the_english_catalogue_name_the_same_texts() -> None:
    usage = usage_in(LOCALES.parent, CODE)
    assert list(usage_problems(usage, ENGLISH, enumerated(LANGUAGES))) == []


def test_no_phrase_is_missing_or_stale() -> None:
    assert list(phrase_problems(load_phrasebook(LOCALES / "phrases"))) == []


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_catalogue_that_nobody_reviewed_says_so(language: str) -> None:
    for path in (LOCALES / language / "LC_MESSAGES").glob("*.po"):
        assert "not yet reviewed" in path.read_text(encoding="utf-8").splitlines()[0]


def english(forms: dict[str, tuple[str, ...]], fuzzy: frozenset[str] = frozenset()) -> Book:
    return Book("en", forms, fuzzy, 2, RULE)


SOURCE = english({"a": ("Hello %(name)s",), "n": ("%(count)d case", "%(count)d cases")})


@pytest.mark.parametrize(
    ("book", "problem"),
    [
        (english({"a": SOURCE.forms["a"]}), "en: n is missing"),
        (english({**SOURCE.forms, "b": ("x",)}), "en: b is not in English"),
        (english({**SOURCE.forms, "a": ("Hello %(nam)s",)}), "en: a has other placeholders than English"),
        (english({**SOURCE.forms, "a": ("Hello %(name)d",)}), "en: a has other placeholders than English"),
        (english({**SOURCE.forms, "a": ("50% %(name)s",)}), "en: a has a percent sign that is not doubled"),
        (english({**SOURCE.forms, "n": ("%(count)d case", "")}), "en: n lacks a plural form"),
        (english({**SOURCE.forms, "n": ("%(count)d cases",)}), "en: n has plural forms in one language only"),
        (english(dict(SOURCE.forms), frozenset({"a"})), "en: a is fuzzy"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_catalogue_is_named(book: Book, problem: str) -> None:
    assert problem in list(book_problems(book, SOURCE))


def code(folder: Path, source: str) -> Path:
    (folder / "bot").mkdir()
    (folder / "bot" / "one.py").write_text(source, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("Text('b')", "en: b is missing (bot/one.py:1)"),
        ("Text('a' if x else 'c', {'name': 1})", "en: c is missing (bot/one.py:1)"),
        ("Text('a')", "bot/one.py:1: a wants name"),
        ("messages.Text('a', {'nam': 1})", "bot/one.py:1: a wants name"),
        ("Text('n', {})", "bot/one.py:1: n wants count"),
        ("Text('n', count=2)", "en: a is used nowhere"),
    ],
)
def test_code_and_catalogue_that_differ_are_named(tmp_path: Path, source: str, problem: str) -> None:
    usage = usage_in(code(tmp_path, source), ("bot",))
    assert problem in list(usage_problems(usage, SOURCE, frozenset()))


def test_msgids_put_together_in_code_count_as_used(tmp_path: Path) -> None:
    usage = usage_in(code(tmp_path, "Text(f'sex.{sex}')\nKEY = 'a'"), ("bot",))
    source = english({"sex.male": ("male",), "a": ("x",)})
    assert list(usage_problems(usage, source, frozenset())) == []


def test_the_checker_prints_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    texts = len(ENGLISH.forms)
    assert f"hi: texts {texts} of {texts}, phrases" in capsys.readouterr().out
