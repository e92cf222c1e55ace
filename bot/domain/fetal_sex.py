"""Finds words about the sex of an unborn child, which may be told in no form (PC-PNDT Act 1994, s. 5 and 22).

Plain ones are found everywhere; those that are used to get round the law (`16`, `laddu`, `prince`) only where the
case is or may be one of a pregnancy. The patient's own sex, which stands beside her age, is none.
"""

import re

from bot.domain.facts import Age, Duration, Unit
from bot.domain.reading import Reading, read
from bot.domain.study import BodyPart, Sex
from bot.domain.words import Kind, Vocabulary

NEAR = 4
"""Words between a child and its sex that still belong together."""
ADOLESCENT = 10
"""Years from which `girl` beside an age is the pregnant patient herself."""

_SAID_OF_CHILD = (Kind.FETAL_SEX, Kind.FETAL_SEX_ALONE, Kind.FETAL_SEX_NEAR)
_CHILD = (Kind.FETUS, Kind.BABY)
_CODES = frozenset({"16", "19"})
_PAIRS = frozenset({("16", "19"), ("19", "16"), ("6", "9"), ("9", "6")})
_NUMBER = frozenset({"number", "no", "num", "nambar", "nambr", "nmbr", "नंबर"})
"""Beside a code they are a part of it, unless they number something: "bed number 16", "16 number bus"."""
_PAIRED_BY = frozenset({"/", "-", ",", "or", "ya", "या", "&", "and", "aur", "और"})
_SIGNS = re.compile(r"\W+")
_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?:[\s.\-_*]+[^\W\d_](?![^\W_])){2,}")
_WITH_DIGITS = re.compile(r"(?=\w*[^\W\d_])(?=\w*\d)\w+")
_LETTERS = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t"})
_REPEATED = re.compile(r"([^\W\d_])\1+")


def fetal_sex_words(text: str, vocabulary: Vocabulary, *, obstetric: bool) -> tuple[str, ...]:
    """The words that may tell or ask it, as typed; outside obstetric cases only those that can mean nothing else."""
    found = _found(text, vocabulary, obstetric=obstetric)
    if found or not obstetric:
        return found
    return next(
        (hit for plain in _undisguised(text) if (hit := _found(plain, vocabulary, obstetric=True))), ()
    )


def _found(text: str, vocabulary: Vocabulary, *, obstetric: bool) -> tuple[str, ...]:
    reading = read(text, vocabulary)
    hits = [i for i in range(len(reading.items)) if _tells(reading, i, obstetric=obstetric)]
    return tuple(text[reading.at(i).start : reading.at(i).end] for i in hits)


def _undisguised(text: str) -> tuple[str, ...]:
    """The text as it is meant where letters stand apart, are repeated, or are written as digits."""
    together = _SPACED.sub(lambda found: _SIGNS.sub("", found[0]), text)
    lettered = _WITH_DIGITS.sub(lambda found: found[0].translate(_LETTERS), together)
    once = _REPEATED.sub(r"\1", text)
    return tuple(plain for plain in (together, lettered, once) if plain != text)


def _tells(reading: Reading, index: int, *, obstetric: bool) -> bool:
    item = reading.at(index)
    if item.is_a(Kind.FETAL_SEX_PLAIN):
        return True
    if obstetric and item.number is not None:
        return _is_code(reading, index)
    if not item.is_a(*_SAID_OF_CHILD) or _is_patient(reading, index):
        return False
    if item.is_a(Kind.FETAL_SEX_NEAR) and _stands_near(reading, index, Kind.FETUS):
        return True
    return obstetric and _tells_in_pregnancy(reading, index)


def _tells_in_pregnancy(reading: Reading, index: int) -> bool:
    item = reading.at(index)
    near = item.is_a(Kind.FETAL_SEX_NEAR) and _stands_near(reading, index, *_CHILD)
    alone = item.is_a(Kind.FETAL_SEX_ALONE) and _is_all(reading, index)
    return item.is_a(Kind.FETAL_SEX) or near or alone


def _stands_near(reading: Reading, index: int, *kinds: Kind) -> bool:
    around = (*range(index - NEAR, index), *range(index + 1, index + NEAR + 1))
    return any(reading.at(place).is_a(*kinds) for place in around)


def _is_all(reading: Reading, index: int) -> bool:
    """Whether nothing else is said than this, words that say nothing, and signs."""
    silent = (Kind.FETAL_FILLER, Kind.FETAL_SEX_ALONE, Kind.COURTESY, Kind.BABY)
    others = (item for place, item in enumerate(reading.items) if place != index)
    return all(item.is_a(*silent) or not item.text[0].isalnum() for item in others)


# --- numbers


def _is_code(reading: Reading, index: int) -> bool:
    """`16/19`, or one of them that measures nothing: no unit behind it, nothing measured before it, nobody's age."""
    number, other = reading.at(index), reading.at(index + 2)
    if (number.text, other.text) in _PAIRS and reading.at(index + 1).text in _PAIRED_BY:
        return not _is_measured(reading, index) and not _has_unit(reading, index + 2)
    if number.text in _CODES and _is_numbered_alone(reading, index):
        return True
    in_a_date = index in reading.noise
    if number.text not in _CODES or in_a_date or _has_unit(reading, index):
        return False
    is_age = any(one.first <= index < one.after for one in reading.findings)
    numbers_something = reading.at(index - 1).text in _NUMBER
    return not is_age and not numbers_something and not _is_measured(reading, index)


def _is_numbered_alone(reading: Reading, index: int) -> bool:
    """`16 number`, `number 16`, `no. 16`: with that word, and nothing that would have this number."""
    after = index + 1
    if reading.at(after).text in _NUMBER:
        return not _is_measured(reading, index) and not _has_unit(reading, after)
    before = index - 2 if reading.at(index - 1).text == "." else index - 1
    thing = reading.at(before - 1)
    nameless = not thing.text[0].isalnum() or thing.is_a(Kind.FETAL_FILLER, Kind.COURTESY, *_CHILD)
    return reading.at(before).text in _NUMBER and nameless and not _has_unit(reading, index)


def _has_unit(reading: Reading, index: int) -> bool:
    """`16 mm`, `19w`, `16 F`, `19 to 20`: a number that goes on."""
    after = reading.at(index + 1)
    stops = after.text in (" ", ".", "!", "?", ",", ";", "\u0964", ")") or after.is_a(
        Kind.FETAL_FILLER, Kind.COURTESY
    )
    return not stops and not after.is_a(*_CHILD)


def _is_measured(reading: Reading, index: int) -> bool:
    before = range(index - 3, index)
    return any(reading.at(place).is_a(Kind.FETAL_MEASURE, Kind.VITAL, Kind.AGE_BEFORE) for place in before)


# --- the patient herself


def _is_patient(reading: Reading, index: int) -> bool:
    """`19 year old girl`, `female patient`: the sex of who is examined; weeks are the pregnancy's, not hers."""
    item = reading.at(index)
    if item.is_a(Kind.SEX_BEFORE):
        return _has_own_age(reading, index) and not _stands_near(reading, index, *_CHILD)
    if item.of(Kind.SEX) != Sex.FEMALE or reading.at(index + 1).is_a(*_CHILD):
        return False
    if reading.at(index - 1).is_a(*_CHILD):
        return False
    return _has_own_age(reading, index) or _is_named_patient(reading, index)


def _has_own_age(reading: Reading, index: int) -> bool:
    """An age of hers right beside it, or two words off as in a form (`Age: 24, Sex: female`)."""
    return any(one.first - 3 <= index <= one.after + 3 and _is_own_age(one.value) for one in reading.findings)


def _is_named_patient(reading: Reading, index: int) -> bool:
    before, after = reading.at(index - 1), reading.at(index + 1)
    pregnant = BodyPart.PREGNANCY.value
    said_so = before.of(Kind.BODY_PART) == pregnant or after.of(Kind.BODY_PART) == pregnant
    return said_so or before.is_a(Kind.PERSON) or after.is_a(Kind.PERSON)


def _is_own_age(value: Age | Duration) -> bool:
    return isinstance(value, Age) and value.unit is Unit.YEARS and value.value >= ADOLESCENT
