"""Splits what people type into comparable words, and finds known ones among them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.typos import is_slip_of

LONGEST_COMMAND = 5
"""Words without those of courtesy; a longer text is a sentence, not a command."""
LONGEST_TYPED = 8
"""Words with them."""

_BARE_NUMBER = re.compile(r"\(?\s*(\d{1,18})\s*[.):\u0964]?")
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0dff\u200c\u200d])*|\S")
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u2066\u2067\u2068\u2069\ufe0e\ufe0f\u20e3"))
"""What keyboards add to a digit: marks of direction, the frame of a keycap."""

_SKIN_TONES = dict.fromkeys(range(0x1F3FB, 0x1F400))
_JOINERS = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_NUKTAS = dict.fromkeys(map(ord, "\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc"))
_CHANDRABINDU = str.maketrans(
    {"\u0901": "\u0902", "\u0981": "\u0982", "\u0a81": "\u0a82", "\u0b01": "\u0b02"}
)
_FOLDS = (
    ("aa", "a"),
    ("ee", "i"),
    ("oo", "u"),
    ("chh", "ch"),
    ("ph", "f"),
    ("w", "v"),
    ("z", "j"),
    ("q", "k"),
)
_SLASHED = re.compile(r"(/\w+)@\w+")
"""A command of Telegram's that names the bot: `/status@relay_bot`."""
_DOUBLED = re.compile(r"([a-z])\1+")
_SHORTEST_FOLDED = 4


class Kind(StrEnum):
    """What a known word tells; the section of a word list that it stands in."""

    SEX = "sex"
    SEX_LETTER = "sex_letter"
    SEX_BEFORE = "sex_before"
    NAME_BEFORE = "name_before"
    CHILD = "child"
    PERSON = "person"
    UNIT = "unit"
    NUMBER = "number"
    AGE_BEFORE = "age_before"
    AGE_AFTER = "age_after"
    LINK = "link"
    SINCE = "since"
    AGO = "ago"
    MOMENT = "moment"
    EVENT = "event"
    SYMPTOM = "symptom"
    VITAL = "vital"
    SIDE = "side"
    SIDE_WEAK = "side_weak"
    SIDE_LETTER = "side_letter"
    SIDE_NOUN = "side_noun"
    POSITION = "position"
    BODY_PART = "body_part"
    MODALITY = "modality"
    PRIORITY = "priority"
    DANGER = "danger"
    NEGATION_BEFORE = "negation_before"
    NEGATION_AFTER = "negation_after"
    ABBREVIATION = "abbreviation"
    COMMAND = "command"
    COURTESY = "courtesy"
    """Words around a command that change nothing of it: "please help sir"."""
    NO_COMMAND = "no_command"
    """Words that are one slip away from a command and mean something else: "cancer"."""
    LANGUAGE_NAME = "language_name"
    OK = "ok"
    AGREE = "agree"
    SMALL_TALK = "small_talk"
    ADDRESS = "address"
    DRUG = "drug"
    DOSE_UNIT = "dose_unit"
    DOSE_LABEL = "dose_label"
    FINDING = "finding"
    """A finding that asks something of its report: a fracture its place, others the least urgency."""
    FINDING_GONE = "finding_gone"
    """Beside a finding: it is not there, not any more, or known for long."""
    CANNOT_READ = "cannot_read"
    NORMAL = "normal"
    FETUS = "fetus"
    BABY = "baby"
    FETAL_SEX = "fetal_sex"
    FETAL_SEX_NEAR = "fetal_sex_near"
    FETAL_SEX_PLAIN = "fetal_sex_plain"
    """Held whatever the case is about: "sex of the baby"."""
    FETAL_SEX_ALONE = "fetal_sex_alone"
    """Held where they are all that is said: "She", "blue"."""
    FETAL_FILLER = "fetal_filler"
    """Words that say nothing beside those: "it is a …"."""
    FETAL_MEASURE = "fetal_measure"
    """What a number beside it measures: "AFI 16"."""


class Command(StrEnum):
    HELP = "help"
    STATUS = "status"
    NEW = "new"
    CANCEL = "cancel"
    LANGUAGE = "language"
    WHO = "who"
    ROTA = "rota"
    EMERGENCY = "emergency"
    YES = "yes"
    NO = "no"
    DONE = "done"
    SKIP = "skip"
    INVITE = "invite"
    TASKS = "tasks"
    LEFT = "left"
    """The patient has left."""
    LOST = "lost"
    """A phone is lost."""
    CALL_ME = "call_me"
    PROBLEM = "problem"
    CLINIC = "clinic"
    """A clinic is registered for ultrasound."""


ANY_TIME = frozenset(
    {Command.HELP, Command.STATUS, Command.LANGUAGE, Command.CANCEL, Command.CALL_ME, Command.PROBLEM}
)
"""What works whatever else is open; found in all ways in which people type it, one slip of the finger included."""


_FORGIVEN = ANY_TIME | {Command.EMERGENCY}
"""Found with courtesy around it and one slip of the finger in it: an emergency is written in haste."""


class Acknowledgement(StrEnum):
    """A word that may mean no more than that something was read; `YES` answers a question as well."""

    OK = "ok"
    YES = "yes"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is comparable, `start` and `end` are positions in what was typed."""

    text: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        return self.text[0].isdecimal()

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()


@dataclass(frozen=True, slots=True)
class Mark:
    """Known words: tokens from `first` to before `after`, and all that they may mean."""

    first: int
    after: int
    meanings: tuple[tuple[Kind, str], ...]

    def of(self, *kinds: Kind) -> str | None:
        """The value of the first meaning of one of these kinds."""
        return next((value for kind, value in self.meanings if kind in kinds), None)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Known phrases by their words; `folded` forgives the spelling of romanised ones."""

    phrases: Mapping[tuple[str, ...], tuple[tuple[Kind, str], ...]]
    folded: Mapping[str, tuple[tuple[Kind, str], ...]]
    longest: int

    def meanings(self, words: tuple[str, ...]) -> tuple[tuple[Kind, str], ...]:
        """What these words may mean together; empty where they are not known."""
        known = self.phrases.get(words)
        if known is None and len(words) == 1:
            known = self.folded.get(fold(words[0]))
        return known or ()


@dataclass(frozen=True, slots=True)
class KnownWord:
    """One line of a word list; `romanised` words are also found in other spellings."""

    phrase: str
    kind: Kind
    value: str
    romanised: bool = False


def build_vocabulary(words: Iterable[KnownWord]) -> Vocabulary:
    phrases: dict[tuple[str, ...], tuple[tuple[Kind, str], ...]] = {}
    folded: dict[str, tuple[tuple[Kind, str], ...]] = {}
    for known in words:
        key = tuple(token.text for token in tokenise(known.phrase))
        phrases[key] = _added(phrases.get(key, ()), known)
        if known.romanised and len(key) == 1 and len(fold(key[0])) >= _SHORTEST_FOLDED:
            folded[fold(key[0])] = _added(folded.get(fold(key[0]), ()), known)
    return Vocabulary(phrases, folded, max(map(len, phrases), default=0))


def _added(meanings: tuple[tuple[Kind, str], ...], known: KnownWord) -> tuple[tuple[Kind, str], ...]:
    meaning = (known.kind, known.value)
    return meanings if meaning in meanings else (*meanings, meaning)


def fold(word: str) -> str:
    """A romanised word without what people spell differently: long vowels, doubled and aspirated letters."""
    for written, kept in _FOLDS:
        word = word.replace(written, kept)
    return _DOUBLED.sub(r"\1", word)


def latin_digits(text: str) -> str:
    """The same text, as long, with the decimal digits of every script as 0 to 9."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def comparable(text: str) -> str:
    """Lower case, composed, without joiners and nuktas, nasal signs as one."""
    plain = unicodedata.normalize("NFC", text.casefold())
    return unicodedata.normalize("NFC", plain.translate(_JOINERS).translate(_NUKTAS).translate(_CHANDRABINDU))


def tokenise(text: str) -> tuple[Token, ...]:
    """Words, numbers and single signs; `65y` is a number and a word."""
    tokens = []
    for found in _TOKEN.finditer(latin_digits(text)):
        known = comparable(found.group())
        if known:
            tokens.append(Token(known, found.start(), found.end()))
    return tuple(tokens)


def find_marks(
    tokens: tuple[Token, ...], vocabulary: Vocabulary, *, but: frozenset[Kind] = frozenset()
) -> tuple[Mark, ...]:
    """Known phrases from left to right, the longest first, none overlapping; `but` are meanings that do not count."""
    marks: list[Mark] = []
    position = 0
    while position < len(tokens):
        mark = _mark_at(tokens, position, vocabulary, but)
        marks.extend([mark] if mark else [])
        position = mark.after if mark else position + 1
    return tuple(marks)


def _mark_at(
    tokens: tuple[Token, ...], first: int, vocabulary: Vocabulary, but: frozenset[Kind]
) -> Mark | None:
    for after in range(min(first + vocabulary.longest, len(tokens)), first, -1):
        known = vocabulary.meanings(tuple(token.text for token in tokens[first:after]))
        meanings = tuple(meaning for meaning in known if meaning[0] not in but)
        if meanings:
            return Mark(first, after, meanings)
    return None


def match_command(text: str, vocabulary: Vocabulary) -> Command | None:
    """The command that a short text consists of, signs around it aside (`/help`, `Status?`).

    Those of `ANY_TIME` and the emergency also with words of courtesy around them and with one slip of the finger in
    a long word.
    """
    tokens = tokenise(_SLASHED.sub(r"\1 ", text))
    words = tuple(token.text for token in tokens if token.is_word or token.is_number)
    if not 0 < len(words) <= LONGEST_TYPED:
        return None
    # With their signs too, for those that have one in them ("don't know").
    whole = tuple(token.text for token in tokens)
    exact = _command(words, vocabulary) or _command(whole, vocabulary)
    if exact is not None or len(words) > LONGEST_TYPED:
        return exact
    meant = _meant(words, Kind.COMMAND, frozenset(_FORGIVEN), vocabulary)
    return Command(meant) if meant else None


def match_language(text: str, vocabulary: Vocabulary) -> str | None:
    """The language (its code) that a short text asks for by its name, in any script: `हिन्दी`, `hindi mein`."""
    words = tuple(token.text for token in tokenise(text) if token.is_word or token.is_number)
    if not 0 < len(words) <= LONGEST_TYPED:
        return None
    return _meant(words, Kind.LANGUAGE_NAME, None, vocabulary)


def _command(words: tuple[str, ...], vocabulary: Vocabulary) -> Command | None:
    return next((Command(value) for kind, value in vocabulary.meanings(words) if kind is Kind.COMMAND), None)


def _meant(
    words: tuple[str, ...], kind: Kind, wanted: frozenset[str] | None, vocabulary: Vocabulary
) -> str | None:
    """What the words mean in this kind, as they are, without courtesy, and with one slip; None: nothing `wanted`."""
    bare = _without_courtesy(words, vocabulary)
    if not 0 < len(bare) <= LONGEST_COMMAND:
        return None
    for typed in (words, bare):
        for meant, value in (*vocabulary.meanings(typed), *_slipped(typed, kind, vocabulary)):
            if meant is kind and (wanted is None or value in wanted):
                return value
    return None


def _without_courtesy(words: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    courteous = [any(kind is Kind.COURTESY for kind, _ in vocabulary.meanings((word,))) for word in words]
    first = next((n for n, one in enumerate(courteous) if not one), len(words))
    after = next((n for n in range(len(words), first, -1) if not courteous[n - 1]), first)
    return words[first:after]


def _slipped(typed: tuple[str, ...], kind: Kind, vocabulary: Vocabulary) -> tuple[tuple[Kind, str], ...]:
    """Meanings of this kind in another spelling, with at most one slip; a known word is no slip."""
    for phrase, meanings in vocabulary.phrases.items():
        if len(phrase) != len(typed) or not any(one is kind for one, _ in meanings):
            continue
        unlike = [pair for pair in zip(typed, phrase, strict=True) if not _is_same(*pair)]
        if not unlike and typed != phrase:
            return meanings
        if len(unlike) == 1 and is_slip_of(*unlike[0]) and not vocabulary.meanings((unlike[0][0],)):
            return meanings
    return ()


def _is_same(typed: str, known: str) -> bool:
    return typed == known or (len(known) >= _SHORTEST_FOLDED and fold(typed) == fold(known))


def bare_number(text: str) -> int | None:
    """The number that a text consists of, in any script's digits, as lists are answered: `2`, ` २. `, `(2)`."""
    found = _BARE_NUMBER.fullmatch(latin_digits(text.translate(_JOINERS).translate(_MARKS)).strip())
    return int(found[1]) if found else None


def acknowledgement(text: str, vocabulary: Vocabulary) -> Acknowledgement | None:
    """Whether a text is nothing but "ok" or "yes"."""
    plain = text.translate(_MARKS).translate(_SKIN_TONES).strip(" .!,\n\u0964")
    if _means(plain, Kind.OK, vocabulary):
        return Acknowledgement.OK
    return Acknowledgement.YES if match_command(plain, vocabulary) is Command.YES else None


def agrees(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text says in words "I agree", which neither "ok" nor "yes" does."""
    return _means(text.strip(" .!\n\u0964"), Kind.AGREE, vocabulary)


WAIT = "wait"
"""Small talk that asks for time."""
_TALK = (Kind.SMALL_TALK, Kind.OK, Kind.ADDRESS)


def small_talk(text: str, vocabulary: Vocabulary) -> str | None:
    """What a text says that has nothing in it but greeting, thanks and the like, a command or signs: `WAIT` or `any`.

    None for a text with anything else in it, with a number, or without a sign.
    """
    tokens = tokenise(text.translate(_MARKS).translate(_SKIN_TONES))
    words = tuple(token for token in tokens if token.is_word or token.is_number)
    if not tokens or match_command(text, vocabulary) is not None:
        return "any" if tokens else None
    marks = find_marks(words, vocabulary)
    covered = sum(mark.after - mark.first for mark in marks if mark.of(*_TALK))
    if covered != len(words) or any(token.is_number for token in words):
        return None
    waits = any(mark.of(Kind.SMALL_TALK) == WAIT for mark in marks)
    return WAIT if waits else "any"


def _means(text: str, kind: Kind, vocabulary: Vocabulary) -> bool:
    words = tuple(token.text for token in tokenise(text))
    return any(meant is kind for meant, _ in vocabulary.meanings(words))
