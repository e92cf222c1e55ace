"""The catalogues as scenarios need them: what a text looks like, whatever stands in its placeholders."""

from functools import cache

from bot.language.catalogue import entries_of, read_catalogue
from bot.language.folder import LOCALES


@cache
def _forms(language: str) -> dict[str, tuple[str, ...]]:
    return {msgid: forms for msgid, forms, _ in entries_of(read_catalogue(LOCALES, language))}


def forms_of(msgid: str, language: str) -> tuple[str, ...]:
    """A text's forms in a language (English where it has none), empty where it is no msgid."""
    return _forms(language).get(msgid) or _forms("en").get(msgid, ())


MARKS = ("common.may_repeat", "common.may_repeat_plain")


def marks() -> tuple[str, ...]:
    """The lines that say that a message may be a repeat, in the languages of the sandbox."""
    return tuple(form for language in ("en", "hi") for mark in MARKS for form in forms_of(mark, language))
