"""Reads age, sex, body part, side, modality, priority and duration out of what a health worker types.

It never guesses: what is said twice and differently is a conflict, what is not plainly said stays unknown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.facts import Age, Duration, Facts, Field, Unit
from bot.domain.reading import Finding as Told
from bot.domain.reading import Item, Reading, read
from bot.domain.study import BodyPart, Laterality, Modality, Priority, Sex
from bot.domain.words import Kind, Vocabulary

T = TypeVar("T")
_AND = frozenset({"and", "&", "+", "aur", "और", "tatha"})
_OR = frozenset({"or", "ya", "या"})
_FILLERS = frozenset({"of", "the", "ki", "ka", "ke", "का", "की", "के", "side", "for"})
_SPAN_BEFORE = frozenset({"after", "in", "within", "over", "every", "next", "about", "or", "to", "-"})
_SPAN_AFTER = frozenset({"later", "follow", "followup", "interval"})
_PEOPLE = (Kind.SEX, Kind.SEX_LETTER, Kind.CHILD, Kind.PERSON)
_BONES = frozenset(
    {
        *("radial", "radius", "ulnar", "ulna", "humeral", "humerus", "femoral", "femur", "fibular", "fibula"),
        *("metacarpal", "metatarsal", "talar", "condylar", "mandibular", "rib", "pancreatic", "surgical"),
        *("anatomical", "subcapital"),
    }
)
"""What stands before the head or neck of a bone or an organ."""


def parse_facts(text: str, vocabulary: Vocabulary) -> Facts:
    """What the text plainly says; `question` keeps the rest as it was written."""
    reading = read(text, vocabulary)
    ages, age_items = _ages(reading)
    sexes, sex_items = _sexes(reading)
    parts, part_items = _parts(reading)
    sides, side_items = _sides(reading)
    modalities, modality_items = _plain(reading, Kind.MODALITY)
    priorities, priority_items = _plain(reading, Kind.PRIORITY)
    told: dict[Field, tuple[frozenset[object], frozenset[int]]] = {
        Field.AGE: (frozenset(ages), age_items),
        Field.SEX: (frozenset(sexes), sex_items),
        Field.BODY_PART: (frozenset(parts), part_items),
        Field.SIDE: (frozenset(sides), side_items),
        Field.MODALITY: (frozenset(modalities), modality_items),
    }
    conflicts = {field for field, (values, _) in told.items() if len(values) > 1}
    if reading.unclear_age and not ages:
        conflicts.add(Field.AGE)
    used = priority_items.union(*(items for field, (_, items) in told.items() if field not in conflicts))
    return Facts(
        age=_only(ages),
        sex=_only(Sex(sex) for sex in sexes),
        body_part=_only(parts),
        modality=_only(Modality(modality) for modality in modalities),
        side=_only(sides),
        priority=_gravest(priorities),
        proposed=_gravest(_dangers(reading)),
        duration=_first_duration(reading),
        question=_rest(text, reading, used),
        conflicts=frozenset(conflicts),
    )


@dataclass(frozen=True, slots=True)
class Mentions:
    """Every age, sex, part of the body and side that a text names, those that contradict each other too."""

    ages: frozenset[Age] = frozenset()
    sexes: frozenset[Sex] = frozenset()
    parts: frozenset[BodyPart] = frozenset()
    sides: frozenset[Laterality] = frozenset()


def mentions(text: str, vocabulary: Vocabulary) -> Mentions:
    """All that a specialist's words name, read as hers are, but nothing left out.

    A side counts wherever it stands, and a part of the body that is said not to be meant: what is compared with the
    case has to be found rather too often than not.
    """
    reading = read(text, vocabulary)
    plain = {side for item in reading.items if (side := item.of(Kind.SIDE, Kind.SIDE_WEAK))}
    sides, _ = _sides(reading)
    ages = {one for one in _ages(reading)[0] if not _is_span(reading, one)}
    return Mentions(
        ages=frozenset(ages),
        sexes=frozenset(map(Sex, _sexes(reading)[0])),
        parts=frozenset(
            BodyPart(part)
            for index, item in enumerate(reading.items)
            if (part := item.of(Kind.BODY_PART)) and not _is_end_of_bone(reading, index)
        ),
        sides=frozenset(sides | {Laterality(side) for side in plain}),
    )


def _is_span(reading: Reading, age: Age) -> bool:
    """`fracture 3 days old`, `repeat after 1 year`, `stable over 2 years`: nobody's age."""
    return all(_spans(reading, one) for one in reading.findings if one.value == age)


def _spans(reading: Reading, one: Told) -> bool:
    before, after = reading.at(one.first - 1), reading.at(one.after)
    if after.is_a(*_PEOPLE):
        return False
    years = isinstance(one.value, Age) and one.value.unit is Unit.YEARS
    event = before if years else reading.next_to(one.first, -1)
    if event.is_a(Kind.EVENT, Kind.SYMPTOM):
        return True
    return one.weak and (before.text in _SPAN_BEFORE or after.text in _SPAN_AFTER)


def _is_end_of_bone(reading: Reading, index: int) -> bool:
    """`head of the radius`, `femoral neck`: no head or neck of the patient's."""
    if reading.at(index).text not in ("head", "heads", "neck", "necks"):
        return False
    return reading.at(index + 1).text == "of" or reading.at(index - 1).text in _BONES


def _only(values: Iterable[T]) -> T | None:
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


def _gravest(values: Iterable[str]) -> Priority | None:
    return max((Priority(value) for value in values), key=lambda priority: priority.rank, default=None)


def _ages(reading: Reading) -> tuple[set[Age], frozenset[int]]:
    found = [one for one in reading.findings if isinstance(one.value, Age)]
    # "1 year 6 months old": the longer reading holds both.
    found = [one for one in found if not any(o.first <= one.first and one.after < o.after for o in found)]
    strong = [one for one in found if not one.weak] or found
    items = frozenset(index for one in strong for index in range(one.first, one.after))
    return {one.value for one in strong if isinstance(one.value, Age)}, items


def _first_duration(reading: Reading) -> Duration | None:
    for one in reading.findings:
        if isinstance(one.value, Duration):
            return one.value
    moments = (item.of(Kind.MOMENT) for item in reading.items)
    return next((Duration(int(days), Unit.DAYS) for days in moments if days is not None), None)


def _plain(reading: Reading, kind: Kind) -> tuple[set[str], frozenset[int]]:
    found = {index: value for index, item in enumerate(reading.items) if (value := item.of(kind))}
    return set(found.values()), frozenset(found)


def _sexes(reading: Reading) -> tuple[set[str], frozenset[int]]:
    found = {index: sex for index, item in enumerate(reading.items) if (sex := _sex(reading, index, item))}
    pregnant = any(part is BodyPart.PREGNANCY for _, part in _told_parts(reading))
    return set(found.values()) | ({Sex.FEMALE.value} if pregnant else set()), frozenset(found)


def _sex(reading: Reading, index: int, item: Item) -> str | None:
    letter = item.of(Kind.SEX_LETTER)
    if letter is None or item.is_a(Kind.SEX):
        return item.of(Kind.SEX)
    if reading.unclear_m(index):
        return None
    announced = reading.next_to(index, -1).is_a(Kind.SEX_BEFORE)
    return letter if announced or reading.lone(index) or _age_stands_by(reading, index) else None


def _age_stands_by(reading: Reading, index: int) -> bool:
    before, after = reading.beside(index, -1), reading.beside(index, 1)
    ages = [one for one in reading.findings if isinstance(one.value, Age)]
    return any(one.first <= place < one.after for one in ages for place in (before, index, after))


def _told_parts(reading: Reading) -> list[tuple[int, BodyPart]]:
    return [
        (index, BodyPart(part))
        for index, item in enumerate(reading.items)
        if (part := item.of(Kind.BODY_PART)) and not reading.at(index - 1).is_a(Kind.NEGATION_BEFORE)
    ]


def _parts(reading: Reading) -> tuple[set[BodyPart], frozenset[int]]:
    told = _told_parts(reading)
    parts = {part for _, part in told}
    examined = {part for index, part in told if _is_examined(reading, index)} & _narrowest(parts)
    kept = examined if len(examined) == 1 else _narrowest(parts)
    # Leading words of a pregnancy ("pregnant 8 months") belong to what the specialist has to read.
    return kept, frozenset(index for index, part in told if part is not BodyPart.PREGNANCY)


def _narrowest(parts: set[BodyPart]) -> set[BodyPart]:
    return {part for part in parts if not part.inside & parts}


def _is_examined(reading: Reading, index: int) -> bool:
    if reading.at(index).is_a(Kind.MODALITY) or reading.at(index + 1).is_a(Kind.MODALITY):
        return True
    before = index - 1
    while reading.at(before).text in _FILLERS or reading.at(before).is_a(Kind.SIDE, Kind.SIDE_WEAK):
        before -= 1
    return reading.at(before).is_a(Kind.MODALITY)


def _sides(reading: Reading) -> tuple[set[Laterality], frozenset[int]]:
    found = {
        index: Laterality(side)
        for index, item in enumerate(reading.items)
        if (side := item.of(Kind.SIDE) or _weak_side(reading, index, item))
    }
    sides = set(found.values())
    both = any(i + 2 in found and reading.at(i + 1).text in _AND and found[i] != found[i + 2] for i in found)
    return ({Laterality.BOTH} if both and len(found) == 2 else sides), frozenset(found)


def _weak_side(reading: Reading, index: int, item: Item) -> str | None:
    """Words that mean other things too count only where a part of the body stands by."""
    weak, letter = item.of(Kind.SIDE_WEAK), item.of(Kind.SIDE_LETTER)
    if weak is None and letter is None:
        return None
    place = index - 2 if reading.at(index - 1).text in ("(", "-") else index - 1
    beside = reading.at(place).is_a(Kind.BODY_PART, Kind.SIDE_NOUN)
    if len(reading.items) == 1 or (weak and reading.lone(index)) or beside or _leads_to_part(reading, index):
        return weak or letter
    return None


def _leads_to_part(reading: Reading, index: int) -> bool:
    """Over words of position and a second side: `left lower limb`, `right and left knee`."""
    index += 1
    while _is_passed(reading.at(index)):
        index += 1
    return reading.at(index).is_a(Kind.BODY_PART, Kind.SIDE_NOUN)


def _is_passed(item: Item) -> bool:
    if item.is_a(Kind.BODY_PART, Kind.SIDE_NOUN):
        return False
    known = item.is_a(Kind.POSITION, Kind.SIDE, Kind.SIDE_WEAK, Kind.SIDE_LETTER)
    return known or item.text in _AND | _OR or item.text in ("-", ".", "/", ")")


def _dangers(reading: Reading) -> list[str]:
    return [
        danger
        for index, item in enumerate(reading.items)
        if (danger := item.of(Kind.DANGER)) and not _is_negated(reading, index)
    ]


def _is_negated(reading: Reading, index: int) -> bool:
    """`no bleeding`, `not yet unconscious`, `behosh nahi`."""
    before = any(reading.at(index - back).is_a(Kind.NEGATION_BEFORE) for back in (1, 2))
    return (before and reading.at(index - 1).text != ",") or reading.at(index + 1).is_a(Kind.NEGATION_AFTER)


def _rest(text: str, reading: Reading, used: frozenset[int]) -> str:
    """The text without the known words at its ends; inside, leaving words out could turn its sense."""
    kept = [
        i
        for i, item in enumerate(reading.items)
        if i not in used and not item.separates and item.text not in _AND
    ]
    if not kept:
        return ""
    return text[reading.at(kept[0]).start : reading.at(kept[-1]).end].strip()
