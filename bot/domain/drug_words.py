"""Finds medicines and doses in words: what to give is decided by the local medical officer, who sees the patient."""

from bot.domain.reading import Item, Reading, read
from bot.domain.words import Kind, Vocabulary

_CLASSES = frozenset(
    {"type", "grade", "stage", "zone", "class", "level", "group", "segment", "phase", "and", "or", "to"}
)
"""Before "IV" they make a Roman number of it."""

_MEASURED = frozenset({"sat", "sats", "saturation", "level", "levels", "deficiency", "deficient"})
_LACK = frozenset({"kami", "कमी"})
"""Beside oxygen or a vitamin: how much of it there is, not how much is given."""
_COUNTS = frozenset({"0", "1", "2", "½", "0.5", "1.5"})
_BETWEEN_COUNTS = frozenset({"-", "+", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014"})
_TIMES_OF_DAY = 3


def names_drug(words: str, vocabulary: Vocabulary) -> bool:
    """Whether words name a medicine, its form, how often it is taken, or a dose.

    Millilitres and grams measure organs and fluids too: they are a dose only beside a medicine.
    """
    reading = read(words, vocabulary)
    return any(_is_drug(reading, index, item) for index, item in enumerate(reading.items))


def _is_drug(reading: Reading, index: int, item: Item) -> bool:
    before = reading.at(index - 1)
    if item.is_a(Kind.DRUG):
        return reading.at(index + 1).text not in _MEASURED and reading.at(index + 2).text not in _LACK
    if _is_a_day_of_doses(reading, index):
        return True
    if item.is_a(Kind.DOSE_LABEL):
        return before.text not in _CLASSES
    # "2 mg/dl" is what a laboratory measured.
    measured = reading.at(index + 1).text == "/" and reading.at(index + 2).text in ("dl", "l")
    return item.of(Kind.DOSE_UNIT) == "dose" and before.number is not None and not measured


def _is_a_day_of_doses(reading: Reading, index: int) -> bool:
    """`1-0-1`: in the morning, at noon, at night. A date, a bone (`T1-2`) and a longer row of numbers are none."""
    after = index + 2 * _TIMES_OF_DAY - 1
    counts = all(reading.at(place).text in _COUNTS for place in range(index, after, 2))
    linked = all(reading.at(place).text in _BETWEEN_COUNTS for place in range(index + 1, after, 2))
    first, before, follower = reading.at(index), reading.at(index - 1), reading.at(after)
    goes_on = follower.text in _BETWEEN_COUNTS | {"/"} and reading.at(after + 1).text not in _COUNTS
    named = before.end == first.start and before.text not in (" ", "(", ",", ":", ".")
    return counts and linked and not goes_on and not named
