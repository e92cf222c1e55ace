"""Finds words about the sex of an unborn child, which may be told in no form (PC-PNDT Act 1994, s. 5)."""

from bot.domain.facts import Age, Duration, Unit
from bot.domain.reading import Reading, read
from bot.domain.study import Sex
from bot.domain.words import Kind, Vocabulary

NEAR = 4
"""Words between a child and its sex that still belong together."""
ADOLESCENT = 10
"""Years from which `girl` beside an age is the pregnant patient herself."""


def fetal_sex_words(text: str, vocabulary: Vocabulary, *, obstetric: bool) -> tuple[str, ...]:
    """The words that may tell or ask it, as typed; outside obstetric cases only those said of a fetus."""
    reading = read(text, vocabulary)
    hits = [i for i in range(len(reading.items)) if _tells(reading, i, obstetric=obstetric)]
    return tuple(text[reading.at(i).start : reading.at(i).end] for i in hits)


def _tells(reading: Reading, index: int, *, obstetric: bool) -> bool:
    item = reading.at(index)
    if item.is_a(Kind.FETAL_SEX_NEAR) and _stands_near(reading, index, Kind.FETUS):
        return True
    if not obstetric:
        return False
    if item.is_a(Kind.FETAL_SEX_NEAR) and _stands_near(reading, index, Kind.BABY):
        return True
    return item.is_a(Kind.FETAL_SEX) and not _is_patient(reading, index)


def _stands_near(reading: Reading, index: int, kind: Kind) -> bool:
    around = (*range(index - NEAR, index), *range(index + 1, index + NEAR + 1))
    return any(reading.at(place).is_a(kind) for place in around)


def _is_patient(reading: Reading, index: int) -> bool:
    """`19 year old girl`: a girl with an age of her own; weeks are the pregnancy's."""
    if reading.at(index).of(Kind.SEX) != Sex.FEMALE:
        return False
    return any(one.first - 1 <= index <= one.after and _is_own_age(one.value) for one in reading.findings)


def _is_own_age(value: Age | Duration) -> bool:
    return isinstance(value, Age) and value.unit is Unit.YEARS and value.value >= ADOLESCENT
