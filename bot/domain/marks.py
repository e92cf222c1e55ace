"""Where a finding is: the patient's side, the bone, joint or spine level, the zone of a lung, the part of the belly."""

from enum import StrEnum

from bot.domain.facts import Facts
from bot.domain.study import BodyPart, Laterality


class MarkKind(StrEnum):
    """What a phrase may ask about the place of a finding, in the order in which it is asked."""

    BONE = "bone"
    JOINT = "joint"
    LEVEL = "level"
    ZONE = "zone"
    QUADRANT = "quadrant"
    SIDE = "side"


class Bone(StrEnum):
    """The bones of the skeleton as reports name them; two that break together are one choice."""

    SKULL = "skull"
    ORBIT = "orbit"
    NOSE = "nose"
    CHEEKBONE = "cheekbone"
    MANDIBLE = "mandible"
    VERTEBRA = "vertebra"
    STERNUM = "sternum"
    RIB = "rib"
    CLAVICLE = "clavicle"
    SCAPULA = "scapula"
    HUMERUS = "humerus"
    RADIUS = "radius"
    ULNA = "ulna"
    RADIUS_ULNA = "radius_ulna"
    SCAPHOID = "scaphoid"
    CARPAL = "carpal"
    METACARPAL = "metacarpal"
    FINGER = "finger"
    THUMB = "thumb"
    PELVIS = "pelvis"
    FEMUR_NECK = "femur_neck"
    FEMUR = "femur"
    PATELLA = "patella"
    TIBIA = "tibia"
    FIBULA = "fibula"
    TIBIA_FIBULA = "tibia_fibula"
    TALUS = "talus"
    CALCANEUS = "calcaneus"
    TARSAL = "tarsal"
    METATARSAL = "metatarsal"
    TOE = "toe"

    @property
    def paired(self) -> bool:
        """Whether the body has it on both sides, so that its side has to be said."""
        return self not in _MIDLINE


class Joint(StrEnum):
    """Joints that come out of place."""

    JAW_JOINT = "jaw_joint"
    SHOULDER = "shoulder"
    COLLARBONE = "collarbone"
    ELBOW = "elbow"
    WRIST = "wrist"
    THUMB_JOINT = "thumb_joint"
    FINGER_JOINT = "finger_joint"
    HIP = "hip"
    KNEE = "knee"
    KNEECAP = "kneecap"
    ANKLE = "ankle"
    FOOT_JOINT = "foot_joint"
    TOE_JOINT = "toe_joint"


class Level(StrEnum):
    """A vertebra; written the same in every language."""

    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"
    C5 = "C5"
    C6 = "C6"
    C7 = "C7"
    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"
    T5 = "T5"
    T6 = "T6"
    T7 = "T7"
    T8 = "T8"
    T9 = "T9"
    T10 = "T10"
    T11 = "T11"
    T12 = "T12"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    L5 = "L5"
    S1 = "S1"
    S2 = "S2"
    S3 = "S3"
    S4 = "S4"
    S5 = "S5"


class Zone(StrEnum):
    """A third of a lung as a chest film shows it."""

    UPPER = "upper"
    MIDDLE = "middle"
    LOWER = "lower"
    WHOLE = "whole"


class Quadrant(StrEnum):
    """A part of the belly; left and right are the patient's."""

    RIGHT_UPPER = "right_upper"
    LEFT_UPPER = "left_upper"
    RIGHT_LOWER = "right_lower"
    LEFT_LOWER = "left_lower"
    MID_BELLY = "mid_belly"


Mark = Laterality | Bone | Joint | Level | Zone | Quadrant
"""No value belongs to two kinds, so that a stored or tapped value says its kind itself."""

_ENUMS: dict[MarkKind, type[Laterality | Bone | Joint | Level | Zone | Quadrant]] = {
    MarkKind.BONE: Bone,
    MarkKind.JOINT: Joint,
    MarkKind.LEVEL: Level,
    MarkKind.ZONE: Zone,
    MarkKind.QUADRANT: Quadrant,
    MarkKind.SIDE: Laterality,
}
_SHOWN_TOGETHER = frozenset({BodyPart.KIDNEY, BodyPart.BREAST, BodyPart.EYE, BodyPart.RIB})
_MIDLINE = frozenset(
    {Bone.SKULL, Bone.NOSE, Bone.MANDIBLE, Bone.VERTEBRA, Bone.STERNUM, Bone.PELVIS},
)


def kind_of(mark: Mark) -> MarkKind:
    """What a mark says of a place."""
    return next(kind for kind, values in _ENUMS.items() if isinstance(mark, values))


def values_of(kind: MarkKind) -> tuple[Mark, ...]:
    """All values of a kind, in the order in which they are offered."""
    return tuple(_ENUMS[kind])


def mark_of(value: str) -> Mark | None:
    """The mark with that value, of whatever kind; None for one that there is not."""
    return next((mark for kind in MarkKind for mark in values_of(kind) if mark.value == value), None)


def found(kind: MarkKind, marks: tuple[Mark, ...]) -> Mark | None:
    """The mark of a kind among marks."""
    return next((mark for mark in marks if kind_of(mark) is kind), None)


def with_mark(marks: tuple[Mark, ...], mark: Mark) -> tuple[Mark, ...]:
    """The marks with one more, which replaces another of its kind."""
    return (*(known for known in marks if kind_of(known) is not kind_of(mark)), mark)


def lacking(needs: tuple[MarkKind, ...], marks: tuple[Mark, ...]) -> tuple[MarkKind, ...]:
    """The kinds that still have to be said, in the order in which they are asked.

    A vertebra is named by its level; a bone that the body has only one of has no side.
    """
    bone = found(MarkKind.BONE, marks)
    single = isinstance(bone, Bone) and not bone.paired
    wanted = set(needs) - ({MarkKind.SIDE} if single else set())
    wanted |= {MarkKind.LEVEL} if bone is Bone.VERTEBRA else set()
    return tuple(kind for kind in MarkKind if kind in wanted and found(kind, marks) is None)


def askable(needs: tuple[MarkKind, ...]) -> frozenset[MarkKind]:
    """The kinds that a phrase with these needs can be asked for."""
    return frozenset(needs) | ({MarkKind.LEVEL} if MarkKind.BONE in needs else set())


def placed(needs: tuple[MarkKind, ...], marks: tuple[Mark, ...], facts: Facts) -> tuple[Mark, ...]:
    """The marks with the side of the case where that is what is asked for, and without one where there is none."""
    side = known_side(facts)
    if side is not None and MarkKind.SIDE in needs and found(MarkKind.SIDE, marks) is None:
        marks = with_mark(marks, side)
    bone = found(MarkKind.BONE, marks)
    has_side = not isinstance(bone, Bone) or bone.paired
    return tuple(mark for mark in marks if has_side or kind_of(mark) is not MarkKind.SIDE)


def known_side(facts: Facts) -> Laterality | None:
    """The only side that the pictures of a case show; None where they may show both, or nobody said which.

    A side told beside a part that the body has one of ("chest, pain on the left") says nothing of a finding.
    """
    part = facts.body_part
    single = part is not None and part.paired and part not in _SHOWN_TOGETHER
    return facts.side if single and facts.side is not Laterality.BOTH else None


def same_place(one: tuple[Mark, ...], other: tuple[Mark, ...]) -> bool:
    """Whether two findings may be about one place: no kind that both name differs; both sides meet either."""
    for mark in one:
        known = found(kind_of(mark), other)
        if known is not None and known is not mark and Laterality.BOTH not in (known, mark):
            return False
    return True


_ARM = (Bone.HUMERUS, Bone.RADIUS, Bone.ULNA, Bone.RADIUS_ULNA)
_WRIST = (Bone.RADIUS, Bone.ULNA, Bone.RADIUS_ULNA, Bone.SCAPHOID, Bone.CARPAL)
_HAND = (Bone.METACARPAL, Bone.FINGER, Bone.THUMB, Bone.SCAPHOID, Bone.CARPAL)
_SHOULDER = (Bone.CLAVICLE, Bone.SCAPULA, Bone.HUMERUS)
_HIP = (Bone.FEMUR_NECK, Bone.FEMUR, Bone.PELVIS)
_ANKLE = (Bone.TIBIA, Bone.FIBULA, Bone.TIBIA_FIBULA, Bone.TALUS, Bone.CALCANEUS)
_FOOT = (Bone.METATARSAL, Bone.TOE, Bone.CALCANEUS, Bone.TALUS, Bone.TARSAL)
_FACE = (Bone.NOSE, Bone.CHEEKBONE, Bone.MANDIBLE, Bone.ORBIT, Bone.SKULL)
_CHEST = (Bone.RIB, Bone.STERNUM, Bone.CLAVICLE, Bone.SCAPULA)
_BONES: dict[BodyPart, tuple[Bone, ...]] = {
    BodyPart.HEAD: (Bone.SKULL, *_FACE[:4]),
    BodyPart.EYE: (Bone.ORBIT, Bone.CHEEKBONE, Bone.NOSE),
    BodyPart.FACE: _FACE,
    BodyPart.JAW: (Bone.MANDIBLE, Bone.CHEEKBONE),
    BodyPart.NECK: (Bone.VERTEBRA,),
    BodyPart.CHEST: _CHEST,
    BodyPart.RIB: _CHEST,
    BodyPart.BREAST: _CHEST,
    BodyPart.ABDOMEN: (Bone.VERTEBRA, Bone.PELVIS, Bone.RIB),
    BodyPart.PELVIS: (Bone.PELVIS, Bone.FEMUR_NECK, Bone.FEMUR),
    BodyPart.SPINE: (Bone.VERTEBRA,),
    BodyPart.CERVICAL_SPINE: (Bone.VERTEBRA,),
    BodyPart.THORACIC_SPINE: (Bone.VERTEBRA, Bone.RIB),
    BodyPart.LUMBAR_SPINE: (Bone.VERTEBRA, Bone.PELVIS),
    BodyPart.ARM: (*_ARM, Bone.CLAVICLE, Bone.METACARPAL, Bone.FINGER),
    BodyPart.CLAVICLE: _SHOULDER,
    BodyPart.SHOULDER: _SHOULDER,
    BodyPart.UPPER_ARM: (Bone.HUMERUS, Bone.SCAPULA, Bone.CLAVICLE),
    BodyPart.ELBOW: _ARM,
    BodyPart.FOREARM: (Bone.RADIUS, Bone.ULNA, Bone.RADIUS_ULNA),
    BodyPart.WRIST: _WRIST,
    BodyPart.HAND: _HAND,
    BodyPart.FINGER: (Bone.FINGER, Bone.THUMB, Bone.METACARPAL),
    BodyPart.THUMB: (Bone.THUMB, Bone.METACARPAL, Bone.SCAPHOID),
    BodyPart.LEG: (Bone.FEMUR_NECK, Bone.FEMUR, Bone.TIBIA, Bone.FIBULA, Bone.TIBIA_FIBULA, Bone.METATARSAL),
    BodyPart.HIP: _HIP,
    BodyPart.THIGH: (Bone.FEMUR, Bone.FEMUR_NECK),
    BodyPart.KNEE: (Bone.PATELLA, Bone.TIBIA, Bone.FIBULA, Bone.FEMUR),
    BodyPart.LOWER_LEG: (Bone.TIBIA, Bone.FIBULA, Bone.TIBIA_FIBULA),
    BodyPart.ANKLE: _ANKLE,
    BodyPart.FOOT: _FOOT,
    BodyPart.HEEL: (Bone.CALCANEUS, Bone.TALUS),
    BodyPart.TOE: (Bone.TOE, Bone.METATARSAL),
}
_JOINTS: dict[BodyPart, tuple[Joint, ...]] = {
    BodyPart.HEAD: (Joint.JAW_JOINT,),
    BodyPart.FACE: (Joint.JAW_JOINT,),
    BodyPart.JAW: (Joint.JAW_JOINT,),
    BodyPart.CHEST: (Joint.COLLARBONE, Joint.SHOULDER),
    BodyPart.PELVIS: (Joint.HIP,),
    BodyPart.ARM: (Joint.SHOULDER, Joint.ELBOW, Joint.WRIST, Joint.FINGER_JOINT),
    BodyPart.CLAVICLE: (Joint.COLLARBONE, Joint.SHOULDER),
    BodyPart.SHOULDER: (Joint.SHOULDER, Joint.COLLARBONE),
    BodyPart.UPPER_ARM: (Joint.SHOULDER, Joint.ELBOW),
    BodyPart.ELBOW: (Joint.ELBOW,),
    BodyPart.FOREARM: (Joint.ELBOW, Joint.WRIST),
    BodyPart.WRIST: (Joint.WRIST,),
    BodyPart.HAND: (Joint.FINGER_JOINT, Joint.THUMB_JOINT, Joint.WRIST),
    BodyPart.FINGER: (Joint.FINGER_JOINT, Joint.THUMB_JOINT),
    BodyPart.THUMB: (Joint.THUMB_JOINT,),
    BodyPart.LEG: (Joint.HIP, Joint.KNEE, Joint.KNEECAP, Joint.ANKLE),
    BodyPart.HIP: (Joint.HIP,),
    BodyPart.THIGH: (Joint.HIP, Joint.KNEE),
    BodyPart.KNEE: (Joint.KNEE, Joint.KNEECAP),
    BodyPart.LOWER_LEG: (Joint.KNEE, Joint.ANKLE),
    BodyPart.ANKLE: (Joint.ANKLE, Joint.FOOT_JOINT),
    BodyPart.FOOT: (Joint.FOOT_JOINT, Joint.ANKLE, Joint.TOE_JOINT),
    BodyPart.HEEL: (Joint.ANKLE, Joint.FOOT_JOINT),
    BodyPart.TOE: (Joint.TOE_JOINT,),
}
_LEVELS = {
    BodyPart.NECK: "C",
    BodyPart.CERVICAL_SPINE: "C",
    BodyPart.CHEST: "T",
    BodyPart.THORACIC_SPINE: "T",
    BodyPart.ABDOMEN: "LS",
    BodyPart.PELVIS: "LS",
    BodyPart.LUMBAR_SPINE: "LS",
}


def likely(kind: MarkKind, part: BodyPart | None) -> tuple[Mark, ...]:
    """The values to offer first for a part of the body; every value where the part does not say."""
    if part is None:
        return values_of(kind)
    match kind:
        case MarkKind.BONE:
            return _BONES.get(part) or values_of(kind)
        case MarkKind.JOINT:
            return _JOINTS.get(part) or values_of(kind)
        case MarkKind.LEVEL:
            letters = _LEVELS.get(part, "CTLS")
            return tuple(level for level in Level if level.value[0] in letters)
        case _:
            return values_of(kind)
