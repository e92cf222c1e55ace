"""A text as known words and numbers, and which of its numbers are ages and durations."""

from dataclasses import dataclass
from functools import cached_property

from bot.domain.facts import Age, Duration, Unit
from bot.domain.study import BodyPart
from bot.domain.words import Kind, Mark, Token, Vocabulary, find_marks, tokenise

OLDEST = 120
MONTHS_WRITTEN_M = 11
"""Years; up to here `8 m` may as well mean months."""
LONGEST_NUMBER = 3
PHONE_DIGITS = 7
_SEPARATORS = frozenset("/,-.:;()|\u2013\u2014")
_SEXED = (Kind.SEX, Kind.SEX_LETTER)
_OF_WHOLE_TEXTS = frozenset(
    {
        *(Kind.COMMAND, Kind.NO_COMMAND, Kind.LANGUAGE_NAME),
        *(Kind.OK, Kind.AGREE, Kind.SMALL_TALK, Kind.ADDRESS),
    }
)
"""What only a text that consists of it means: in `patient left knee` nobody has left."""
_OF_FINDINGS = frozenset({Kind.FINDING, Kind.FINDING_GONE})
_BUT_OF_FINDINGS = frozenset(Kind) - _OF_FINDINGS - {Kind.NEGATION_BEFORE, Kind.NEGATION_AFTER, Kind.NORMAL}
_PEOPLE = (Kind.SEX, Kind.SEX_LETTER, Kind.CHILD, Kind.PERSON)


@dataclass(frozen=True, slots=True)
class Item:
    """A known phrase or a single unknown token."""

    text: str
    start: int
    end: int
    mark: Mark | None = None

    def of(self, *kinds: Kind) -> str | None:
        return self.mark.of(*kinds) if self.mark else None

    def is_a(self, *kinds: Kind) -> bool:
        return self.of(*kinds) is not None

    @property
    def number(self) -> float | None:
        return float(self.text) if self.text[0].isdecimal() else None

    @property
    def separates(self) -> bool:
        return self.text in _SEPARATORS


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit, items from `first` to before `after`."""

    value: float
    unit: Unit
    first: int
    after: int


@dataclass(frozen=True, slots=True)
class Finding:
    """An age or a duration; a weak one gives way to a strong one."""

    value: Age | Duration
    first: int
    after: int
    weak: bool = False


_NOTHING = Item(" ", 0, 0)


@dataclass(frozen=True)
class Reading:
    """One text on its way to facts."""

    items: tuple[Item, ...]

    def at(self, index: int) -> Item:
        return self.items[index] if 0 <= index < len(self.items) else _NOTHING

    def beside(self, index: int, step: int) -> int:
        """The nearest item before (-1) or after (1) that is no separator; out of range at an end."""
        index += step
        while self.at(index).separates:
            index += step
        return index

    def next_to(self, index: int, step: int) -> Item:
        return self.at(self.beside(index, step))

    def lone(self, index: int) -> bool:
        """Whether it stands alone between commas or the ends of the text."""
        return self.at(index - 1).text in (" ", ",") and self.at(index + 1).text in (" ", ",")

    @cached_property
    def noise(self) -> frozenset[int]:
        """Numbers that are parts of dates, telephone numbers, measurements."""
        found: set[int] = set()
        for index, item in enumerate(self.items):
            if item.number is not None and self._is_noise(index):
                found.add(index)
        return frozenset(found)

    def _is_noise(self, index: int) -> bool:
        item, before = self.at(index), self.at(index - 1)
        glued = before.end == item.start and before.text.isalpha()
        if glued and not before.is_a(*_SEXED, Kind.AGE_BEFORE):
            return True
        run = self._run(index)
        stranger = self._age_beside(run)
        if stranger is not None:
            run = [stranger] if index == stranger else [one for one in run if one != stranger]
        return self._is_no_amount(run) or len(item.text.split(".")[0]) > LONGEST_NUMBER

    def _is_no_amount(self, run: list[int]) -> bool:
        """A telephone number, a date, a measurement of two numbers."""
        digits = sum(len(self.at(i).text.replace(".", "")) for i in run)
        slashed = any(self.at(i + 1).text in "/+." for i in run[:-1]) or self.at(run[0] - 1).text == "+"
        return digits >= PHONE_DIGITS or slashed

    def _age_beside(self, run: list[int]) -> int | None:
        """The end of a run that is an age typed right beside it: `98765 43210 45 M`, `F 30 12/11/2026`."""
        for end, neighbour, step in ((run[-1], run[-2:][0], 1), (run[0], run[:2][-1], -1)):
            rest = [one for one in run if one != end]
            apart = abs(end - neighbour) == 1 and self._looks_like_age(end, step)
            if apart and self._is_no_amount(rest):
                return end
        return None

    def _looks_like_age(self, index: int, step: int) -> bool:
        number = self.at(index).number or 0
        kinds = (*_SEXED, Kind.UNIT, Kind.AGE_AFTER) if step == 1 else (*_SEXED, Kind.AGE_BEFORE)
        return 0 < number <= OLDEST and self.next_to(index, step).is_a(*kinds)

    def _run(self, index: int) -> list[int]:
        """The numbers that stand together with this one, with at most one sign between two."""
        run = [index]
        while (follower := self._linked(run[-1], 1)) is not None:
            run.append(follower)
        while (follower := self._linked(run[0], -1)) is not None:
            run.insert(0, follower)
        return run

    def _linked(self, index: int, step: int) -> int | None:
        if self.at(index + step).number is not None:
            return index + step
        sign = self.at(index + step).text in ("/", "-", ".", "+") and not self._begins_phone(index + step)
        return index + 2 * step if sign and self.at(index + 2 * step).number is not None else None

    def _begins_phone(self, index: int) -> bool:
        """`30 +91 98765 …`: a plus that stands before a number, not between two."""
        sign = self.at(index)
        return (
            sign.text == "+" and self.at(index - 1).end < sign.start and sign.end == self.at(index + 1).start
        )

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        return tuple(amount for index in range(len(self.items)) if (amount := self._amount(index)))

    def _amount(self, index: int) -> Amount | None:
        item = self.at(index)
        spoken = item.of(Kind.NUMBER)
        value = float(spoken) if spoken else item.number
        if value is None or index in self.noise:
            return None
        after = index + 2 if self.at(index + 1).text == "-" else index + 1
        unit = self.at(after).of(Kind.UNIT)
        if unit is None and self.at(after).text == "m" and self._months_follow(after):
            unit = Unit.MONTHS.value
        return Amount(value, Unit(unit), index, after + 1) if unit else None

    def _months_follow(self, index: int) -> bool:
        return self.at(index + 1).is_a(Kind.AGE_AFTER, Kind.SEX, Kind.CHILD)

    def unclear_m(self, index: int) -> bool:
        """Whether `8 m` may be eight years and male, or eight months."""
        number = self.at(index - 1).number
        return self.at(index).text == "m" and number is not None and number <= MONTHS_WRITTEN_M

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Ages and durations in the order of the text."""
        found = [self._amount_finding(amount) for amount in self.amounts]
        found += [self._bare_age(index) for index in range(len(self.items))]
        return tuple(sorted((one for one in found if one), key=lambda one: one.first))

    def _amount_finding(self, amount: Amount) -> Finding | None:
        before, after = self.next_to(amount.first, -1), self.beside(amount.after - 1, 1)
        person = after + 1 if self.at(after).is_a(Kind.LINK) else after
        if self.at(after).is_a(Kind.AGE_AFTER) and not self.next_to(after, 1).is_a(Kind.EVENT):
            return self._age(amount, after + 1)
        if before.is_a(Kind.AGE_BEFORE):
            return self._age(amount, amount.after)
        if self._lasts(before, self.at(after)):
            return self._duration(amount)
        if amount.unit is not Unit.YEARS and self._gestation(before, self.at(person)):
            return None
        if self.at(person).is_a(*_PEOPLE):
            return self._age(amount, person + 1)
        young = before.is_a(Kind.CHILD)
        if young or (before.is_a(*_PEOPLE) and amount.unit is Unit.YEARS):
            return self._age(amount, amount.after)
        return (
            self._age(amount, amount.after, weak=True)
            if amount.unit is Unit.YEARS
            else self._duration(amount)
        )

    def _lasts(self, before: Item, after: Item) -> bool:
        old_event = after.is_a(Kind.AGE_AFTER)
        return old_event or before.is_a(Kind.SINCE, Kind.SYMPTOM) or after.is_a(Kind.SINCE, Kind.AGO)

    def _gestation(self, before: Item, after: Item) -> bool:
        return BodyPart.PREGNANCY.value in (before.of(Kind.BODY_PART), after.of(Kind.BODY_PART))

    def _age(self, amount: Amount, after: int, *, weak: bool = False) -> Finding | None:
        age = _age_of(amount.value, amount.unit)
        first = amount.first
        years = next(
            (one for one in self.amounts if one.after == amount.first and one.unit is Unit.YEARS), None
        )
        if years and amount.unit is Unit.MONTHS:
            age, first = Age(round(years.value * 12 + amount.value), Unit.MONTHS), years.first
        return Finding(age, first, after, weak) if age else None

    def _duration(self, amount: Amount) -> Finding:
        return Finding(Duration(round(amount.value), amount.unit), amount.first, amount.after)

    def _bare_age(self, index: int) -> Finding | None:
        number = self.at(index).number
        if number is None or index in self.noise or any(a.first <= index < a.after for a in self.amounts):
            return None
        before, after = self.next_to(index, -1), self.beside(index, 1)
        if (
            before.is_a(Kind.VITAL)
            or not 0 < number <= OLDEST
            or self.unclear_m(after)
            or self._is_fever(after)
        ):
            return None
        if before.is_a(Kind.AGE_BEFORE) or before.is_a(*_SEXED) or self.at(after).is_a(*_SEXED):
            return Finding(Age(round(number)), index, index + 1)
        return None

    def _is_fever(self, letter: int) -> bool:
        """`101 F fever` is degrees Fahrenheit."""
        return self.at(letter).text == "f" and self.at(letter + 1).is_a(Kind.VITAL)

    @property
    def unclear_age(self) -> bool:
        return any(
            self.unclear_m(index) and index - 1 not in self.noise and not self._is_unit(index)
            for index in range(len(self.items))
        )

    def _is_unit(self, index: int) -> bool:
        return any(amount.first <= index < amount.after for amount in self.amounts)


def _age_of(value: float, unit: Unit) -> Age | None:
    match unit:
        case Unit.YEARS if value != round(value):
            return Age(round(value * 12), Unit.MONTHS)
        case Unit.WEEKS:
            return Age(round(value * 7), Unit.DAYS)
        case Unit.HOURS:
            return None
        case Unit.YEARS if value > OLDEST:
            return None
        case _:
            return Age(round(value), unit)


def read(text: str, vocabulary: Vocabulary) -> Reading:
    """A text as what it tells of a patient and a study; what findings it names is left to `read_findings`."""
    return Reading(_items(tokenise(text), vocabulary, _OF_WHOLE_TEXTS | _OF_FINDINGS))


def read_findings(text: str, vocabulary: Vocabulary) -> Reading:
    """A text as the findings that it names or denies: apart, for "ectopic pregnancy" must not hide a pregnancy."""
    return Reading(_items(tokenise(text), vocabulary, _BUT_OF_FINDINGS))


def _items(tokens: tuple[Token, ...], vocabulary: Vocabulary, but: frozenset[Kind]) -> tuple[Item, ...]:
    marks = {mark.first: mark for mark in find_marks(tokens, vocabulary, but=but)}
    items: list[Item] = []
    position = 0
    while position < len(tokens):
        mark = marks.get(position)
        after = mark.after if mark else position + 1
        words = " ".join(token.text for token in tokens[position:after])
        items.append(Item(words, tokens[position].start, tokens[after - 1].end, mark))
        position = after
    return tuple(items)
