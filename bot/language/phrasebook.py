"""Clinical phrases in the reader's language, and the rule for those that nobody has reviewed yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from babel import Locale

from bot.domain.phrase_rules import Rule
from bot.language.folder import SOURCE_LANGUAGE
from bot.language.phrase_file import (
    VALUES,
    Category,
    Codes,
    Entry,
    Enumeration,
    IntRange,
    PhraseError,
    Placeholder,
    Risk,
    Status,
    Translation,
    Wording,
    read_entries,
    read_translations,
)
from bot.messages import Phrase

CLINICIAN = "clinician"


class UnreviewedPolicy(StrEnum):
    """What to do with a translation that was not reviewed, or whose English has changed since."""

    WITHHOLD = "withhold"
    MARK = "mark"


class Standing(StrEnum):
    PLAIN = "plain"
    MARKED = "marked"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class RenderedPhrase:
    """`text` is in the reader's language, English when withheld; `english` travels beside it either way."""

    standing: Standing
    text: str
    english: str


class Phrasebook:
    """English entries by key and, by language, their translations."""

    def __init__(
        self, entries: Mapping[str, Entry], translations: Mapping[str, Mapping[str, Translation]]
    ) -> None:
        self._entries = entries
        self._translations = translations

    @property
    def languages(self) -> tuple[str, ...]:
        return (SOURCE_LANGUAGE, *sorted(self._translations))

    @property
    def entries(self) -> Mapping[str, Entry]:
        return self._entries

    def translation(self, key: str, language: str) -> Translation | None:
        return self._translations.get(language, {}).get(key)

    def entry(self, key: str) -> Entry:
        """The phrase with this key; PhraseError for none, and for the word of an enumeration."""
        found = self._entries.get(key)
        if found is None or found.category is None:
            raise PhraseError(f"{key}: no such phrase")
        return found

    def of_category(self, category: Category) -> tuple[Entry, ...]:
        return tuple(entry for entry in self._entries.values() if entry.category is category)

    def rule(self, key: str) -> Rule | None:
        """What a phrase asks for, with the phrases of excluded categories by their keys; None for no phrase.

        A category stands for its other phrases: neither for the phrase itself nor for its caution.
        """
        entry = self._entries.get(key)
        if entry is None or entry.category is None:
            return None
        spared = {key, entry.rule.caution.phrase if entry.rule.caution else key}
        keys = {member for name in entry.rule.excludes for member in self._named(name)}
        return replace(entry.rule, excludes=frozenset(keys - spared))

    def _named(self, name: str) -> tuple[str, ...]:
        """The phrases that a word under `excludes` means; none for an unknown one."""
        if name in set(Category):
            return tuple(entry.key for entry in self.of_category(Category(name)))
        return (name,) if name in self._entries else ()

    def urgencies(self) -> tuple[Entry, ...]:
        """The urgencies that a report may carry; `urg.raised` is a correction, not one of them."""
        return self.of_category(Category.URGENCY)

    def actions(self) -> tuple[Entry, ...]:
        return self.of_category(Category.ACTION)

    def check(self, phrase: Phrase) -> None:
        """PhraseError where the key, a placeholder or its value is not what the phrasebook allows."""
        entry = self.entry(phrase.key)
        if set(phrase.params) != set(entry.placeholders):
            wanted = ", ".join(sorted(entry.placeholders)) or "none"
            raise PhraseError(f"{phrase.key}: placeholders wanted: {wanted}")
        for name, placeholder in entry.placeholders.items():
            _check_value(f"{phrase.key}: {name}", placeholder, phrase.params[name])

    def english(self, phrase: Phrase) -> str:
        self.check(phrase)
        entry = self.entry(phrase.key)
        words = {name: self._english_value(entry, phrase, name) for name in entry.placeholders}
        return _filled(entry.wording, phrase, words, SOURCE_LANGUAGE)

    def render(self, phrase: Phrase, language: str, *, policy: UnreviewedPolicy) -> RenderedPhrase:
        """The phrase for a reader of `language`; PhraseError for one that `check` refuses."""
        english = self.english(phrase)
        if language == SOURCE_LANGUAGE:
            return RenderedPhrase(Standing.PLAIN, english, english)
        keys = (phrase.key, *self._value_keys(phrase))
        standing = max((self._standing(key, language, policy) for key in keys), key=_SEVERITY.index)
        if standing is Standing.WITHHELD:
            return RenderedPhrase(standing, english, english)
        return RenderedPhrase(standing, self._translated(phrase, language), english)

    def _translated(self, phrase: Phrase, language: str) -> str:
        book = self._translations[language]
        words = {
            name: book[key].wording.form("other")
            for name, key in zip(self._enumerated(phrase), self._value_keys(phrase), strict=True)
        }
        plain = {name: str(value) for name, value in phrase.params.items()}
        return _filled(book[phrase.key].wording, phrase, plain | words, language)

    def _standing(self, key: str, language: str, policy: UnreviewedPolicy) -> Standing:
        translation = self.translation(key, language)
        if translation is None or translation.status is Status.REJECTED:
            return Standing.WITHHELD
        entry = self._entries[key]
        if trusted(entry, translation):
            return Standing.PLAIN
        shown = policy is UnreviewedPolicy.MARK or entry.risk is Risk.LOW
        return Standing.MARKED if shown else Standing.WITHHELD

    def _enumerated(self, phrase: Phrase) -> tuple[str, ...]:
        rules = self.entry(phrase.key).placeholders
        return tuple(name for name, rule in rules.items() if isinstance(rule, Enumeration))

    def _value_keys(self, phrase: Phrase) -> tuple[str, ...]:
        rules = self.entry(phrase.key).placeholders
        return tuple(
            f"{VALUES}.{rule.name}.{phrase.params[name]}"
            for name, rule in rules.items()
            if isinstance(rule, Enumeration)
        )

    def _english_value(self, entry: Entry, phrase: Phrase, name: str) -> str:
        rule, value = entry.placeholders[name], phrase.params[name]
        if isinstance(rule, Enumeration):
            return self._entries[f"{VALUES}.{rule.name}.{value}"].wording.form("other")
        return str(value)


_SEVERITY: Sequence[Standing] = (Standing.PLAIN, Standing.MARKED, Standing.WITHHELD)


def load_phrasebook(folder: Path) -> Phrasebook:
    """All languages in `folder`; PhraseError where a file is wrong or translates what is not there."""
    entries = read_entries(folder / f"{SOURCE_LANGUAGE}.toml")
    others = sorted(path for path in folder.glob("*.toml") if path.stem != SOURCE_LANGUAGE)
    translations = {path.stem: read_translations(path) for path in others}
    for language, book in translations.items():
        for key, translation in book.items():
            _check_translation(f"{language} {key}", entries.get(key), translation)
    return Phrasebook(entries, translations)


def trusted(entry: Entry, translation: Translation) -> bool:
    """Reviewed by two different people, for high risk one a clinician, and of today's English."""
    people = {review.by for review in translation.reviews}
    clinician = any(review.role == CLINICIAN for review in translation.reviews)
    return (
        translation.status is Status.REVIEWED
        and translation.source_sha == entry.wording.sha
        and len(people) >= 2
        and (clinician or entry.risk is not Risk.HIGH)
    )


def _check_translation(name: str, entry: Entry | None, translation: Translation) -> None:
    if entry is None:
        raise PhraseError(f"{name}: translates no English phrase")
    if translation.wording.placeholders != entry.wording.placeholders:
        raise PhraseError(f"{name}: the placeholders differ from the English ones")


def _check_value(name: str, placeholder: Placeholder, value: str | int) -> None:
    match placeholder:
        case IntRange(low, high):
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                raise PhraseError(f"{name}: a whole number from {low} to {high} is wanted")
        case Codes(members) | Enumeration(_, members):
            if value not in members:
                raise PhraseError(f"{name}: one of {', '.join(members)} is wanted")


def _filled(wording: Wording, phrase: Phrase, words: Mapping[str, str], language: str) -> str:
    number = next((value for value in phrase.params.values() if isinstance(value, int)), None)
    category = "other" if number is None else Locale.parse(language).plural_form(number)
    return wording.form(category).format_map(words)
