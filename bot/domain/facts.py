"""What a sender told about the patient and the study; every field may still be unknown."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from bot.domain.study import BodyPart, Laterality, Modality, Priority, Sex

T = TypeVar("T")

CHILDBEARING = range(10, 56)
"""Years of age at which a woman may be pregnant."""


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class Age:
    """Whole years, months or days; a baby's weeks are kept as days, a year and a half as 18 months."""

    value: int
    unit: Unit = Unit.YEARS


@dataclass(frozen=True, slots=True)
class Duration:
    """How long the complaint has lasted or how long ago it began; 0 days is today."""

    value: int
    unit: Unit


class Field(StrEnum):
    """In the order in which a missing one is asked for."""

    MODALITY = "modality"
    BODY_PART = "body_part"
    SIDE = "side"
    AGE = "age"
    SEX = "sex"
    PREGNANT = "pregnant"
    PRIORITY = "priority"


@dataclass(frozen=True, slots=True)
class Facts:
    """`proposed` is what danger signs suggest; only the sender's own word sets `priority`.

    A field in `conflicts` was told twice and differently: it is None and has to be asked. One in `spoken` was told in
    a voice note, which is relayed and not transcribed: it stays None and is not asked again.
    """

    age: Age | None = None
    sex: Sex | None = None
    body_part: BodyPart | None = None
    modality: Modality | None = None
    side: Laterality | None = None
    priority: Priority | None = None
    proposed: Priority | None = None
    duration: Duration | None = None
    question: str = ""
    pregnant: bool | None = None
    conflicts: frozenset[Field] = frozenset()
    spoken: frozenset[Field] = frozenset()

    def value(self, field: Field) -> object | None:
        value: object | None = getattr(self, field.value)
        return value


def merge(older: Facts, newer: Facts) -> Facts:
    """The newer word holds; a newer contradiction un-tells the older word, so that it is asked."""
    merged = replace(
        newer,
        age=_newer(newer, Field.AGE, older.age, newer.age),
        sex=_newer(newer, Field.SEX, older.sex, newer.sex),
        body_part=_newer(newer, Field.BODY_PART, older.body_part, newer.body_part),
        modality=_newer(newer, Field.MODALITY, older.modality, newer.modality),
        side=_newer(newer, Field.SIDE, older.side, newer.side),
        priority=_newer(newer, Field.PRIORITY, older.priority, newer.priority),
        proposed=_graver(older.proposed, newer.proposed),
        duration=newer.duration or older.duration,
        pregnant=older.pregnant if newer.pregnant is None else newer.pregnant,
        question=_joined(older.question, newer.question),
        conflicts=newer.conflicts | {f for f in older.conflicts if newer.value(f) is None},
        spoken=newer.spoken | older.spoken,
    )
    open_ = frozenset(f for f in merged.spoken if merged.value(f) is None)
    return replace(merged, spoken=open_ - newer.conflicts)


def missing(facts: Facts) -> tuple[Field, ...]:
    """What still has to be asked, in order; a side only of a part that the body has two of."""
    return tuple(
        field
        for field in Field
        if facts.value(field) is None and field not in facts.spoken and applies(field, facts)
    )


def may_be_pregnant(facts: Facts) -> bool:
    """Whether she is of an age at which it is asked; an age or a sex that is not known counts as possible."""
    of_age = facts.age is None or (facts.age.unit is Unit.YEARS and facts.age.value in CHILDBEARING)
    return facts.sex is not Sex.MALE and of_age


def changed(older: Facts, newer: Facts) -> tuple[Field, ...]:
    """Fields that both know and that differ."""
    return tuple(
        field
        for field in Field
        if None not in (older.value(field), newer.value(field)) and older.value(field) != newer.value(field)
    )


def applies(field: Field, facts: Facts) -> bool:
    """Whether a fact is asked of such a patient."""
    match field:
        case Field.SIDE:
            return field in facts.conflicts or (facts.body_part is not None and facts.body_part.paired)
        case Field.SEX:
            return facts.body_part is not BodyPart.PREGNANCY
        case Field.PREGNANT:
            known = facts.body_part is BodyPart.PREGNANCY
            return facts.modality is Modality.US and not known and may_be_pregnant(facts)
        case _:
            return True


def _newer(newer: Facts, field: Field, old: T | None, new: T | None) -> T | None:
    return new if new is not None or field in newer.conflicts else old


def _graver(one: Priority | None, other: Priority | None) -> Priority | None:
    known = [priority for priority in (one, other) if priority is not None]
    return max(known, key=lambda priority: priority.rank, default=None)


def _joined(older: str, newer: str) -> str:
    known = older.split("\n") if older else []
    return "\n".join([*known, *(line for line in newer.split("\n") if line and line not in known)])
