"""`python -m bot.language.check`: what catalogues and phrasebooks lack; exit 1 if anything is wrong."""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.plural import to_gettext

from bot.domain.marks import values_of
from bot.domain.phrase_rules import Rule
from bot.ids import LONGEST_REFERENCE
from bot.language.catalogue import entries_of, read_catalogue, shipped_languages
from bot.language.enumerations import PREFIXES
from bot.language.folder import LOCALES
from bot.language.phrase_file import Category, Entry, IntRange, PhraseError
from bot.language.phrasebook import Phrasebook, load_phrasebook, trusted
from bot.language.usage import Usage, usage_in
from bot.messages import Phrase
from bot.numbering import ACTION_LIMIT

CODE = ("bot", "handlers")
PHRASE_ROOM = ACTION_LIMIT - len("phx ") - LONGEST_REFERENCE - len(" ")
"""Bytes of a button for a phrase, behind the longest verb and the longest case reference."""
PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])")
STRAY_PERCENT = re.compile(r"%(?!%|\(\w+\)[sd])")


@dataclass(frozen=True, slots=True)
class Book:
    """One catalogue as the checks see it: forms by msgid, and the fuzzy msgids."""

    language: str
    forms: Mapping[str, tuple[str, ...]]
    fuzzy: frozenset[str]
    plural_count: int
    plural_rule: str


def read_book(folder: Path, language: str) -> Book:
    return book_of(read_catalogue(folder, language), language)


def book_of(catalogue: Catalog, language: str) -> Book:
    entries = entries_of(catalogue)
    return Book(
        language=language,
        forms={key: forms for key, forms, _ in entries},
        fuzzy=frozenset(key for key, _, fuzzy in entries if fuzzy),
        plural_count=catalogue.num_plurals,
        plural_rule=catalogue.plural_expr,
    )


def book_problems(book: Book, english: Book) -> Iterator[str]:
    """What keeps one catalogue from saying all that the English one says."""
    name = book.language
    yield from (f"{name}: {key} is missing" for key in english.forms if not any(book.forms.get(key, ())))
    yield from (f"{name}: {key} is not in English" for key in book.forms if key not in english.forms)
    yield from (f"{name}: {key} is fuzzy" for key in sorted(book.fuzzy))
    expected = to_gettext(Locale.parse(name).plural_form)
    if expected != f"nplurals={book.plural_count}; plural={book.plural_rule};":
        yield f"{name}: the header's Plural-Forms must be: {expected}"
    for key, forms in book.forms.items():
        if key in english.forms and any(forms):
            yield from _form_problems(f"{name}: {key}", forms, english.forms[key], book.plural_count)


def _form_problems(
    name: str, forms: tuple[str, ...], english: tuple[str, ...], plural_count: int
) -> Iterator[str]:
    if (len(forms) > 1) != (len(english) > 1):
        yield f"{name} has plural forms in one language only"
    if not all(forms) or (len(forms) > 1 and len(forms) != plural_count):
        yield f"{name} lacks a plural form"
    if any(STRAY_PERCENT.search(form) for form in forms):
        yield f"{name} has a percent sign that is not doubled"
    if placeholders(forms[-1]) != placeholders(english[-1]):
        yield f"{name} has other placeholders than English"
    if any(placeholders(form) - placeholders(forms[-1]) for form in forms):
        yield f"{name} has a placeholder in one form only"


def placeholders(text: str) -> frozenset[tuple[str, str]]:
    """Names with their type, `s` or `d`."""
    return frozenset(PLACEHOLDER.findall(text))


def enumerated(languages: tuple[str, ...]) -> frozenset[str]:
    """The msgids that enumerations and languages need, named nowhere in code one by one."""
    members = {f"{prefix}.{member.value}" for kind, prefix in PREFIXES.items() for member in kind}
    return frozenset(members | {f"language.{language}" for language in languages})


def usage_problems(usage: Usage, english: Book, needed: frozenset[str]) -> Iterator[str]:
    """Msgids that the code names and English lacks, and the other way round."""
    yield from (f"en: {key} is missing" for key in sorted(needed - set(english.forms)))
    for use in usage.uses:
        if use.msgid not in english.forms:
            yield f"en: {use.msgid} is missing ({use.place})"
            continue
        wanted = {name for form in english.forms[use.msgid] for name, _ in placeholders(form)}
        if use.params is not None and not wanted <= use.params:
            yield f"{use.place}: {use.msgid} wants {', '.join(sorted(wanted - use.params))}"
    used = {use.msgid for use in usage.uses} | needed
    unused = [key for key in english.forms if key not in used and not usage.names(key)]
    yield from (f"en: {key} is used nowhere" for key in unused)


def phrase_problems(phrasebook: Phrasebook) -> Iterator[str]:
    """Phrases without a translation, or with one of an older English text."""
    for language in phrasebook.languages[1:]:
        for key, entry in phrasebook.entries.items():
            translation = phrasebook.translation(key, language)
            if translation is None:
                yield f"{language}: phrase {key} is missing"
            elif translation.source_sha != entry.wording.sha:
                yield f"{language}: phrase {key} is stale, its English is now {entry.wording.sha}"


def rule_problems(phrasebook: Phrasebook) -> Iterator[str]:
    """Rules that name a phrase which is not there, or a caution that could not be said."""
    phrases = {key: entry for key, entry in phrasebook.entries.items() if entry.category is not None}
    for key, entry in phrases.items():
        for name in sorted(entry.rule.excludes - set(phrases) - set(Category)):
            yield f"en: phrase {key} excludes {name}, which is no phrase and no category"
        if key in entry.rule.excludes:
            yield f"en: phrase {key} excludes itself"
        caution = entry.rule.caution
        if caution is not None:
            yield from _caution_problems(phrasebook, key, Phrase(caution.phrase, dict(caution.params)))


def _caution_problems(phrasebook: Phrasebook, key: str, caution: Phrase) -> Iterator[str]:
    try:
        phrasebook.check(caution)
    except PhraseError as error:
        yield f"en: phrase {key} has a caution that can't be said: {error}"
        return
    if phrasebook.entry(caution.key).rule != Rule():
        yield f"en: phrase {key} has the caution {caution.key}, which has rules of its own"


def button_problems(phrasebook: Phrasebook) -> Iterator[str]:
    """Phrases whose key, alone or with a value or a place behind it, is too long for a button."""
    for key, entry in phrasebook.entries.items():
        behind = ["", *_values(entry), *(mark.value for kind in entry.rule.needs for mark in values_of(kind))]
        longest = max(behind, key=len)
        room = PHRASE_ROOM - len(f"{key} {longest}".strip())
        if entry.category is not None and room < 0:
            beside = f" with {longest}" if longest else ""
            yield f"en: phrase {key}{beside} is {-room} signs too long for a button"


def _values(entry: Entry) -> Iterator[str]:
    for rule in entry.placeholders.values():
        yield from (str(rule.maximum),) if isinstance(rule, IntRange) else rule.members


def coverage(book: Book, english: Book, phrasebook: Phrasebook) -> str:
    """One line: texts, phrases, and how many phrases people have reviewed."""
    texts = sum(any(book.forms.get(key, ())) for key in english.forms)
    pairs = [(entry, phrasebook.translation(key, book.language)) for key, entry in phrasebook.entries.items()]
    there = [(entry, translation) for entry, translation in pairs if translation]
    reviewed = sum(trusted(entry, translation) for entry, translation in there)
    return (
        f"{book.language}: texts {texts} of {len(english.forms)}, phrases {len(there)} of {len(pairs)}, "
        f"reviewed {reviewed}"
    )


def main(root: Path = LOCALES.parent) -> int:
    folder = root / LOCALES.name
    languages = shipped_languages(folder)
    english, *others = [read_book(folder, language) for language in languages]
    phrasebook = load_phrasebook(folder / "phrases")
    problems = [
        *usage_problems(usage_in(root, CODE), english, enumerated(languages)),
        *(problem for book in (english, *others) for problem in book_problems(book, english)),
        *phrase_problems(phrasebook),
        *rule_problems(phrasebook),
        *button_problems(phrasebook),
    ]
    for line in (*problems, *(coverage(book, english, phrasebook) for book in others)):
        sys.stdout.write(f"{line}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
