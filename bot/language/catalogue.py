"""What people read in chat, in their language: `locales/<language>/LC_MESSAGES/*.po`, a file a subject."""

import gettext
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from babel import Locale
from babel.dates import format_datetime
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.language.folder import SOURCE_LANGUAGE
from bot.language.phrasebook import Phrasebook, Standing, UnreviewedPolicy
from bot.language.whole import Whole
from bot.messages import Ago, At, Joined, Line, Param, Phrase, Rich, Text, Verbatim

DATE_FORMAT = "d MMM, HH:mm"
TIME_FORMAT = "HH:mm"
ISOLATE, POP = "\u2068", "\u2069"


class CatalogueError(LookupError):
    """A text that is in no catalogue, or that lacks a value for a placeholder; the message names it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, when and where: dates are said in `zone`, times as seen at `now` (aware)."""

    language: str
    zone: tzinfo
    now: datetime


@dataclass(frozen=True, slots=True)
class Messages:
    """One language's texts: by msgid the plural forms in gettext's order, a single one without plural."""

    locale: Locale
    forms: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]


def shipped_languages(folder: Path) -> tuple[str, ...]:
    """The languages that have catalogues, English first."""
    found = {path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/*.po")}
    return (SOURCE_LANGUAGE, *sorted(found - {SOURCE_LANGUAGE}))


def read_catalogue(folder: Path, language: str) -> Catalog:
    """All files of a language as one; a msgid that stands in two of them is a CatalogueError."""
    whole: Catalog | None = None
    for path in sorted((folder / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale=language, abort_invalid=True)
        whole = part if whole is None else _joined(whole, part, path.name)
    if whole is None:
        raise CatalogueError(f"{language}: no catalogue")
    return whole


def _joined(whole: Catalog, part: Catalog, name: str) -> Catalog:
    for message in part:
        if message.id and message.id in whole:
            raise CatalogueError(f"{name}: {message.id} stands in another file too")
        if message.id:
            whole[message.id] = message
    return whole


def compile_messages(catalogue: Catalog, language: str) -> Messages:
    """Fuzzy and empty entries are left out, so that the reader gets English instead."""
    forms = {key: texts for key, texts, fuzzy in entries_of(catalogue) if all(texts) and not fuzzy}
    return Messages(Locale.parse(language), forms, gettext.c2py(catalogue.plural_expr))


def entries_of(catalogue: Catalog) -> list[tuple[str, tuple[str, ...], bool]]:
    """msgid, forms and whether it is fuzzy, of every entry but the header."""
    entries = []
    for message in catalogue:
        key = message.id if isinstance(message.id, str) else message.id[0]
        text = message.string
        if key:
            forms = (text,) if isinstance(text, str) else tuple(text or ())
            entries.append((key, forms, message.fuzzy))
    return entries


class Catalogue:
    """Renders lines for a reader; a language is read from disk when first asked for."""

    def __init__(self, folder: Path, phrasebook: Phrasebook, *, policy: UnreviewedPolicy) -> None:
        self._folder = folder
        self._phrasebook = phrasebook
        self._policy = policy
        self._whole = Whole(phrasebook, policy=policy)
        self._read: dict[str, Messages] = {}
        self.languages = shipped_languages(folder)

    def render(self, line: Line | Rich, language: str, now: datetime, *, zone: tzinfo) -> str:
        """The line as plain text with Latin digits; CatalogueError where no catalogue can say it.

        A language that is not shipped is answered in English.
        """
        return self._rich(line, Reader(self._known(language), zone, now))

    def whole(self, body: Sequence[Line], language: str) -> tuple[Line, ...]:
        """The lines of a message with what is said once of several of them, each to be rendered then."""
        return self._whole.body(body, self._known(language))

    def _known(self, language: str) -> str:
        return language if language in self.languages else SOURCE_LANGUAGE

    def _rich(self, line: Rich, reader: Reader) -> str:
        match line:
            case Text():
                return self._text(line, reader)
            case Phrase():
                return self._phrase(line, reader)
            case Verbatim(words=words, quoted=quoted):
                return f"“{words}”" if quoted else words
            case Joined(parts, separator):
                said = [self._param(part, reader) for part in parts]
                return separator.join(text for text in map(str, said) if text)
            case Ago(instant):
                return self._ago(instant, reader)
            case At(instant):
                return self._at(instant, reader)

    def _text(self, text: Text, reader: Reader) -> str:
        messages = self._holder(text.msgid, reader.language)
        params = {name: self._inserted(param, reader, messages) for name, param in text.params.items()}
        if text.count is not None:
            params["count"] = text.count
        try:
            return _form(messages, text) % params
        except (KeyError, TypeError, ValueError) as error:
            raise CatalogueError(f"{text.msgid} ({reader.language}): {error!r}") from error

    def _holder(self, msgid: str, language: str) -> Messages:
        for candidate in (language, SOURCE_LANGUAGE):
            messages = self._messages(candidate)
            if msgid in messages.forms:
                return messages
        raise CatalogueError(f"{msgid}: in no catalogue")

    def _messages(self, language: str) -> Messages:
        if language not in self._read:
            self._read[language] = compile_messages(read_catalogue(self._folder, language), language)
        return self._read[language]

    def _inserted(self, param: Param, reader: Reader, messages: Messages) -> str | int:
        said = self._param(param, reader)
        if isinstance(said, str) and messages.locale.text_direction == "rtl":
            return f"{ISOLATE}{said}{POP}"
        return said

    def _param(self, param: Param, reader: Reader) -> str | int:
        return param if isinstance(param, str | int) else self._rich(param, reader)

    def _phrase(self, phrase: Phrase, reader: Reader) -> str:
        said = self._phrasebook.render(phrase, reader.language, policy=self._policy)
        match said.standing:
            case Standing.PLAIN:
                return said.text
            case _ if phrase.explained:
                return self._text(Text("phrase.sign", {"text": said.text}), reader)
            case Standing.MARKED:
                return self._text(Text("phrase.marked", {"text": said.text, "english": said.english}), reader)
            case Standing.WITHHELD:
                return self._text(Text("phrase.withheld", {"english": said.english}), reader)

    def _ago(self, instant: datetime, reader: Reader) -> str:
        passed = max(reader.now - instant, timedelta())
        minutes = passed // timedelta(minutes=1)
        if minutes < 1:
            return self._text(Text("time.just_now"), reader)
        if minutes < 60:
            return self._text(Text("time.minutes_ago", count=minutes), reader)
        if passed < timedelta(days=1):
            return self._text(Text("time.hours_ago", count=minutes // 60), reader)
        return self._at(instant, reader)

    def _at(self, instant: datetime, reader: Reader) -> str:
        """The time alone where it is today for the reader."""
        local = instant.astimezone(reader.zone)
        today = reader.now.astimezone(reader.zone).date() == local.date()
        return format_datetime(
            local, TIME_FORMAT if today else DATE_FORMAT, locale=self._messages(reader.language).locale
        )


def _form(messages: Messages, text: Text) -> str:
    forms = messages.forms[text.msgid]
    return forms[0] if len(forms) == 1 else forms[messages.plural(1 if text.count is None else text.count)]
