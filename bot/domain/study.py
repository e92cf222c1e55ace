"""What was examined and of whom, in DICOM's terms (PS3.3 C.7.3.1.1.2, PS3.16 Annex L)."""

from enum import StrEnum


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"
    OTHER = "other"


class Laterality(StrEnum):
    """The patient's side, never the picture's."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


Side = Laterality


class Modality(StrEnum):
    """XR stands for DICOM's CR and DX, which a sender cannot tell apart."""

    XR = "XR"
    CT = "CT"
    MR = "MR"
    US = "US"
    OTHER = "OTHER"


class Priority(StrEnum):
    ROUTINE = "routine"
    URGENT = "urgent"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        return (Priority.ROUTINE, Priority.URGENT, Priority.EMERGENCY).index(self)


class BodyPart(StrEnum):
    """ARM and LEG are whole limbs: the Hindi words a sender uses do not say more."""

    HEAD = "head"
    EYE = "eye"
    FACE = "face"
    JAW = "jaw"
    NECK = "neck"
    CHEST = "chest"
    RIB = "rib"
    BREAST = "breast"
    ABDOMEN = "abdomen"
    KIDNEY = "kidney"
    PELVIS = "pelvis"
    PREGNANCY = "pregnancy"
    SPINE = "spine"
    CERVICAL_SPINE = "cervical_spine"
    THORACIC_SPINE = "thoracic_spine"
    LUMBAR_SPINE = "lumbar_spine"
    ARM = "arm"
    CLAVICLE = "clavicle"
    SHOULDER = "shoulder"
    UPPER_ARM = "upper_arm"
    ELBOW = "elbow"
    FOREARM = "forearm"
    WRIST = "wrist"
    HAND = "hand"
    FINGER = "finger"
    THUMB = "thumb"
    LEG = "leg"
    HIP = "hip"
    THIGH = "thigh"
    KNEE = "knee"
    LOWER_LEG = "lower_leg"
    ANKLE = "ankle"
    FOOT = "foot"
    HEEL = "heel"
    TOE = "toe"

    @property
    def paired(self) -> bool:
        return self not in _SINGLE

    @property
    def dicom(self) -> str:
        """The Defined Term of Body Part Examined (0018,0015)."""
        return _DICOM.get(self, self.value.upper())

    @property
    def inside(self) -> frozenset["BodyPart"]:
        """The more specific parts that a sender may also name when she means this one."""
        return _INSIDE.get(self, frozenset())


_SINGLE = frozenset(
    {
        BodyPart.HEAD,
        BodyPart.FACE,
        BodyPart.JAW,
        BodyPart.NECK,
        BodyPart.CHEST,
        BodyPart.ABDOMEN,
        BodyPart.PELVIS,
        BodyPart.PREGNANCY,
        BodyPart.SPINE,
        BodyPart.CERVICAL_SPINE,
        BodyPart.THORACIC_SPINE,
        BodyPart.LUMBAR_SPINE,
    }
)
_DICOM = {
    BodyPart.PREGNANCY: "UTERUS",
    BodyPart.CERVICAL_SPINE: "CSPINE",
    BodyPart.THORACIC_SPINE: "TSPINE",
    BodyPart.LUMBAR_SPINE: "LSPINE",
    BodyPart.ARM: "EXTREMITY",
    BodyPart.LEG: "EXTREMITY",
    BodyPart.UPPER_ARM: "ARM",
    BodyPart.LOWER_LEG: "LEG",
    BodyPart.HEEL: "CALCANEUS",
}
_HAND = frozenset({BodyPart.FINGER, BodyPart.THUMB})
_FOOT = frozenset({BodyPart.HEEL, BodyPart.TOE})
_INSIDE = {
    BodyPart.HEAD: frozenset({BodyPart.FACE, BodyPart.JAW, BodyPart.EYE}),
    BodyPart.FACE: frozenset({BodyPart.JAW}),
    BodyPart.NECK: frozenset({BodyPart.CERVICAL_SPINE}),
    BodyPart.CHEST: frozenset({BodyPart.RIB}),
    BodyPart.ABDOMEN: frozenset({BodyPart.KIDNEY, BodyPart.PREGNANCY}),
    BodyPart.PELVIS: frozenset({BodyPart.HIP, BodyPart.PREGNANCY}),
    BodyPart.SPINE: frozenset({BodyPart.CERVICAL_SPINE, BodyPart.THORACIC_SPINE, BodyPart.LUMBAR_SPINE}),
    BodyPart.HAND: _HAND,
    BodyPart.FOOT: _FOOT,
    BodyPart.ARM: _HAND
    | {
        BodyPart.CLAVICLE,
        BodyPart.SHOULDER,
        BodyPart.UPPER_ARM,
        BodyPart.ELBOW,
        BodyPart.FOREARM,
        BodyPart.WRIST,
        BodyPart.HAND,
    },
    BodyPart.LEG: _FOOT
    | {
        BodyPart.HIP,
        BodyPart.THIGH,
        BodyPart.KNEE,
        BodyPart.LOWER_LEG,
        BodyPart.ANKLE,
        BodyPart.FOOT,
    },
}
