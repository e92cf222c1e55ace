"""What of a report's words differs from its case, and what is no specialist's to say: asked back before it leaves.

Asking is cheap, missing is not: a side that is only compared with is asked about too, but only once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from bot.domain.drug_words import names_drug
from bot.domain.fact_parser import Mentions, mentions
from bot.domain.facts import Age, Facts, Unit
from bot.domain.marks import Bone, Joint, Level, Mark, kind_of, likely, values_of
from bot.domain.reading import Item, Reading, read
from bot.domain.report import Content, Finding
from bot.domain.study import BodyPart, Laterality, Sex
from bot.domain.words import Kind, Vocabulary

MOST_WORDS = 8
"""Words; a longer text that says "blurred" somewhere tells what is seen."""

_ALMOST_ALONE = 4

_UNSURE = frozenset({"not", "cannot", "can't", "cant", "to", "never", "couldn't", "could"})
"""Before "ruled out" they leave it open."""
_UNSURE_NEAR = 3


class About(StrEnum):
    """What an objection is about."""

    SIDE = "side"
    SEX = "sex"
    AGE = "age"
    BODY_PART = "body_part"
    DRUG = "drug"
    PLACE = "place"
    """A fracture in own words has no bone, or no side."""
    URGENCY = "urgency"
    """What own words name is usually more urgent than what was chosen."""
    NORMAL = "normal"
    """Own words for "normal" stand beside a finding."""


DIFFERENCES = frozenset({About.SIDE, About.SEX, About.AGE, About.BODY_PART})
"""What is compared with the case."""


@dataclass(frozen=True, slots=True)
class Objection:
    """Something that is asked back: `said` in the report, `known` of the case.

    Values are those of the enumerations, an age is `8 years`, of a drug's line `said` is a digest; no words of hers.
    """

    kind: About
    said: str
    known: str = ""

    @property
    def key(self) -> str:
        """The same for the same objection, and another one once the case says something else."""
        return f"{self.kind.value}/{self.said}/{self.known}"

    @classmethod
    def of_key(cls, key: str) -> "Objection | None":
        """The objection of a key; None for the key of anything else."""
        kind, _, rest = key.partition("/")
        said, _, known = rest.partition("/")
        return cls(About(kind), said, known) if kind in set(About) else None


def differences(facts: Facts, content: Content, vocabulary: Vocabulary) -> tuple[Objection, ...]:
    """Every side, sex, age and body part in the findings that is not the case's, each once.

    What the case does not know can't differ.
    """
    told = [_mentions(finding, facts, vocabulary) for finding in content.findings]
    return tuple(
        dict.fromkeys((*_sides(facts, told), *_sexes(facts, told), *_ages(facts, told), *_parts(facts, told)))
    )


def drug_lines(content: Content, vocabulary: Vocabulary) -> tuple[Objection, ...]:
    """Lines of hers that name a medicine or a dose."""
    return tuple(
        drug_line(finding)
        for finding in content.findings
        if finding.words and names_drug(finding.words, vocabulary)
    )


def drug_line(finding: Finding) -> Objection:
    """The objection to a line with a medicine in it."""
    return Objection(About.DRUG, digest(finding))


def digest(finding: Finding) -> str:
    """A line of own words without the words."""
    return sha256(finding.words.encode()).hexdigest()[:12]


def is_for_officer(content: Content, finding: Finding) -> bool:
    """Whether a line goes out as one that the local medical officer decides."""
    return bool(finding.words) and drug_line(finding).key in content.confirmed


def cannot_read(words: str, vocabulary: Vocabulary) -> bool:
    """Whether words say no more than that the picture is no good: no report, a better picture is asked for."""
    reading = read(words, vocabulary)
    if len(reading.items) > MOST_WORDS or any(_is_plan(item) for item in reading.items):
        return False
    short = len(reading.items) <= _ALMOST_ALONE
    says = any((how := item.of(Kind.CANNOT_READ)) and (short or how != "weak") for item in reading.items)
    normal = any(_calls_normal(reading, index) for index in range(len(reading.items)))
    return says and not normal


def _is_plan(item: Item) -> bool:
    """A number or a span: "repeat the film in two weeks" is advice."""
    return item.number is not None or item.is_a(Kind.NUMBER, Kind.UNIT, Kind.MOMENT)


def says_normal(words: str, vocabulary: Vocabulary) -> bool:
    """Whether words call something normal, or say that something is not there."""
    reading = read(words, vocabulary)
    return any(_calls_normal(reading, index) for index in range(len(reading.items)))


def _calls_normal(reading: Reading, index: int) -> bool:
    """Weak words ("ok", "theek hai") only where they end what is said of something: "ok, refer" agrees."""
    item, before, after = reading.at(index), reading.at(index - 1), reading.at(index + 1)
    if not item.is_a(Kind.NORMAL) or before.is_a(Kind.NEGATION_BEFORE) or after.is_a(Kind.NEGATION_AFTER):
        return False
    if item.text in ("ruled out", "excluded"):
        earlier = (reading.at(place) for place in range(index - _UNSURE_NEAR, index))
        return not any(one.text in _UNSURE or one.is_a(Kind.NEGATION_AFTER) for one in earlier)
    return item.of(Kind.NORMAL) != "weak" or _ends_clause(reading, index)


def _ends_clause(reading: Reading, index: int) -> bool:
    """Whether nothing follows in its clause, and something stands before it or nothing at all beside it."""
    rest = [one for one in reading.items[index + 1 :] if one.text[0].isalnum()]
    follower = reading.at(index + 1).text
    return not rest or (index > 0 and not follower[0].isalnum())


def confirmed(content: Content, key: str) -> Content:
    """The content with an objection that its author has answered: it is right as written."""
    return content if key in content.confirmed else replace(content, confirmed=(*content.confirmed, key))


def confirmed_of(content: Content) -> tuple[Objection, ...]:
    """What the author was asked about the case and confirmed."""
    found = (Objection.of_key(key) for key in content.confirmed)
    return tuple(one for one in found if one is not None and one.kind in DIFFERENCES)


def without(content: Content, facts: Facts, objection: Objection, vocabulary: Vocabulary) -> Content:
    """The content without the lines that an objection is about."""
    kept = tuple(one for one in content.findings if not _carries(one, content, facts, objection, vocabulary))
    return replace(content, findings=kept)


def _carries(
    finding: Finding, content: Content, facts: Facts, objection: Objection, vocabulary: Vocabulary
) -> bool:
    alone = replace(content, findings=(finding,))
    return objection in (*differences(facts, alone, vocabulary), *drug_lines(alone, vocabulary))


# --- what the findings name -------------------------------------------------------------------------------------


def _mentions(finding: Finding, facts: Facts, vocabulary: Vocabulary) -> Mentions:
    if finding.words:
        return mentions(finding.words, vocabulary)
    side = str(dict(finding.params).get("side", ""))
    sides = {Laterality(side)} if side in set(Laterality) else set()
    sides |= {mark for mark in finding.marks if isinstance(mark, Laterality)}
    parts = (_part_of_mark(mark, facts) for mark in finding.marks)
    return Mentions(parts=frozenset(part for part in parts if part is not None), sides=frozenset(sides))


def _part_of_mark(mark: Mark, facts: Facts) -> BodyPart | None:
    """The part of the body that a mark of a phrase names; None where a picture of the case's part shows it."""
    kind = kind_of(mark)
    shown = likely(kind, facts.body_part)
    if mark in shown and len(shown) < len(values_of(kind)):
        return None
    match mark:
        case Bone():
            return _BONE.get(mark)
        case Joint():
            return _JOINT.get(mark)
        case Level():
            return _LEVEL[mark.value[0]]
        case _:
            return None


_BONE = {
    Bone.SKULL: BodyPart.HEAD,
    Bone.ORBIT: BodyPart.EYE,
    Bone.NOSE: BodyPart.FACE,
    Bone.CHEEKBONE: BodyPart.FACE,
    Bone.MANDIBLE: BodyPart.JAW,
    Bone.VERTEBRA: BodyPart.SPINE,
    Bone.STERNUM: BodyPart.CHEST,
    Bone.RIB: BodyPart.RIB,
    Bone.CLAVICLE: BodyPart.CLAVICLE,
    Bone.SCAPULA: BodyPart.SHOULDER,
    Bone.HUMERUS: BodyPart.UPPER_ARM,
    Bone.RADIUS: BodyPart.FOREARM,
    Bone.ULNA: BodyPart.FOREARM,
    Bone.RADIUS_ULNA: BodyPart.FOREARM,
    Bone.SCAPHOID: BodyPart.WRIST,
    Bone.CARPAL: BodyPart.WRIST,
    Bone.METACARPAL: BodyPart.HAND,
    Bone.FINGER: BodyPart.FINGER,
    Bone.THUMB: BodyPart.THUMB,
    Bone.PELVIS: BodyPart.PELVIS,
    Bone.FEMUR_NECK: BodyPart.HIP,
    Bone.FEMUR: BodyPart.THIGH,
    Bone.PATELLA: BodyPart.KNEE,
    Bone.TIBIA: BodyPart.LOWER_LEG,
    Bone.FIBULA: BodyPart.LOWER_LEG,
    Bone.TIBIA_FIBULA: BodyPart.LOWER_LEG,
    Bone.TALUS: BodyPart.ANKLE,
    Bone.CALCANEUS: BodyPart.HEEL,
    Bone.TARSAL: BodyPart.FOOT,
    Bone.METATARSAL: BodyPart.FOOT,
    Bone.TOE: BodyPart.TOE,
}
_JOINT = {
    Joint.JAW_JOINT: BodyPart.JAW,
    Joint.SHOULDER: BodyPart.SHOULDER,
    Joint.COLLARBONE: BodyPart.CLAVICLE,
    Joint.ELBOW: BodyPart.ELBOW,
    Joint.WRIST: BodyPart.WRIST,
    Joint.THUMB_JOINT: BodyPart.THUMB,
    Joint.FINGER_JOINT: BodyPart.FINGER,
    Joint.HIP: BodyPart.HIP,
    Joint.KNEE: BodyPart.KNEE,
    Joint.KNEECAP: BodyPart.KNEE,
    Joint.ANKLE: BodyPart.ANKLE,
    Joint.FOOT_JOINT: BodyPart.FOOT,
    Joint.TOE_JOINT: BodyPart.TOE,
}
_LEVEL = {
    "C": BodyPart.CERVICAL_SPINE,
    "T": BodyPart.THORACIC_SPINE,
    "L": BodyPart.LUMBAR_SPINE,
    "S": BodyPart.LUMBAR_SPINE,
}


# --- what differs -----------------------------------------------------------------------------------------------


def _sides(facts: Facts, told: Iterable[Mentions]) -> Iterator[Objection]:
    if facts.side is None:
        return
    said = frozenset(side for one in told for side in one.sides)
    if facts.side is Laterality.BOTH and said >= {Laterality.LEFT, Laterality.RIGHT}:
        return
    for side in Laterality:
        if side in said and side is not facts.side:
            yield Objection(About.SIDE, side.value, facts.side.value)


def _sexes(facts: Facts, told: Iterable[Mentions]) -> Iterator[Objection]:
    said = frozenset(sex for one in told for sex in one.sexes)
    for sex in Sex:
        if facts.sex is not None and sex in said and sex is not facts.sex:
            yield Objection(About.SEX, sex.value, facts.sex.value)


def _ages(facts: Facts, told: Iterable[Mentions]) -> Iterator[Objection]:
    if facts.age is None:
        return
    said = sorted({age for one in told for age in one.ages}, key=lambda age: (age.unit.value, age.value))
    for age in said:
        if not same_age(age, facts.age):
            yield Objection(About.AGE, _age_key(age), _age_key(facts.age))


def _parts(facts: Facts, told: Iterable[Mentions]) -> Iterator[Objection]:
    said = frozenset(part for one in told for part in one.parts)
    for part in BodyPart:
        if facts.body_part is not None and part in said and not same_region(part, facts.body_part):
            yield Objection(About.BODY_PART, part.value, facts.body_part.value)


def _age_key(age: Age) -> str:
    return f"{age.value} {age.unit.value}"


def age_of(key: str) -> Age:
    """The age that an objection's value is."""
    value, unit = key.split(" ")
    return Age(int(value), Unit(unit))


_DAYS = {Unit.HOURS: 1 / 24, Unit.DAYS: 1.0, Unit.WEEKS: 7.0, Unit.MONTHS: 30.44, Unit.YEARS: 365.25}


def same_age(one: Age, other: Age) -> bool:
    """Whether two ages may be one: the finer of them, in whole steps of the coarser, is that one."""
    if one.unit is other.unit:
        return one.value == other.value
    finer, coarser = sorted((one, other), key=lambda age: _DAYS[age.unit])
    steps = finer.value * _DAYS[finer.unit] / _DAYS[coarser.unit]
    return coarser.value in (int(steps + 0.05), round(steps))


def same_region(one: BodyPart, other: BodyPart) -> bool:
    """Whether one picture may show both: one inside the other, or with a joint or a border between them."""
    return (
        one is other or one in other.inside or other in one.inside or frozenset({one, other}) in _NEIGHBOURS
    )


_NEIGHBOURS = frozenset(
    frozenset(pair)
    for pair in (
        (BodyPart.HEAD, BodyPart.NECK),
        (BodyPart.HEAD, BodyPart.CERVICAL_SPINE),
        (BodyPart.FACE, BodyPart.EYE),
        (BodyPart.JAW, BodyPart.NECK),
        (BodyPart.NECK, BodyPart.CHEST),
        (BodyPart.NECK, BodyPart.SPINE),
        (BodyPart.CERVICAL_SPINE, BodyPart.THORACIC_SPINE),
        (BodyPart.THORACIC_SPINE, BodyPart.LUMBAR_SPINE),
        (BodyPart.LUMBAR_SPINE, BodyPart.PELVIS),
        (BodyPart.THORACIC_SPINE, BodyPart.CHEST),
        (BodyPart.SPINE, BodyPart.CHEST),
        (BodyPart.CLAVICLE, BodyPart.CHEST),
        (BodyPart.CLAVICLE, BodyPart.SHOULDER),
        (BodyPart.SHOULDER, BodyPart.CHEST),
        (BodyPart.SHOULDER, BodyPart.RIB),
        (BodyPart.BREAST, BodyPart.CHEST),
        (BodyPart.CHEST, BodyPart.ABDOMEN),
        (BodyPart.ABDOMEN, BodyPart.PELVIS),
        (BodyPart.KIDNEY, BodyPart.PELVIS),
        (BodyPart.SHOULDER, BodyPart.UPPER_ARM),
        (BodyPart.UPPER_ARM, BodyPart.ELBOW),
        (BodyPart.ELBOW, BodyPart.FOREARM),
        (BodyPart.FOREARM, BodyPart.WRIST),
        (BodyPart.WRIST, BodyPart.HAND),
        (BodyPart.FINGER, BodyPart.THUMB),
        (BodyPart.HIP, BodyPart.THIGH),
        (BodyPart.THIGH, BodyPart.KNEE),
        (BodyPart.KNEE, BodyPart.LOWER_LEG),
        (BodyPart.LOWER_LEG, BodyPart.ANKLE),
        (BodyPart.ANKLE, BodyPart.FOOT),
        (BodyPart.ANKLE, BodyPart.HEEL),
    )
)
