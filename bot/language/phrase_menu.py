"""Which parts of the phrasebook fit a study."""

from bot.domain.study import BodyPart, Modality
from bot.language.phrase_file import Category

ALWAYS = (Category.QUALITY, Category.QUESTION, Category.CLOSING)
_TRUNK = frozenset({BodyPart.CHEST, BodyPart.RIB, BodyPart.BREAST})
_BELLY = frozenset({BodyPart.ABDOMEN, BodyPart.KIDNEY})
_HEAD = frozenset({BodyPart.HEAD, BodyPart.EYE, BodyPart.FACE})


def fitting_categories(modality: Modality | None, body_part: BodyPart | None) -> tuple[Category, ...]:
    """Findings that fit, the likeliest first, then what fits any study; with nothing known, all findings."""
    return (*_findings(modality, body_part), *ALWAYS)


def _findings(modality: Modality | None, body_part: BodyPart | None) -> tuple[Category, ...]:
    match modality:
        case Modality.XR:
            return _xray(body_part)
        case Modality.US:
            return _ultrasound(body_part)
        case Modality.CT | Modality.MR:
            return (Category.HEAD_CT,) if body_part is None or body_part in _HEAD else ()
        case Modality.OTHER:
            return ()
        case None:
            return (*_xray(body_part), *_ultrasound(body_part), *_head(body_part))


def _xray(body_part: BodyPart | None) -> tuple[Category, ...]:
    if body_part is None:
        return (Category.CHEST_XRAY, Category.BONE_XRAY, Category.ABDOMINAL_XRAY)
    if body_part is BodyPart.CHEST:
        return (Category.CHEST_XRAY,)
    if body_part in _TRUNK:
        return (Category.CHEST_XRAY, Category.BONE_XRAY)
    if body_part in _BELLY:
        return (Category.ABDOMINAL_XRAY,)
    return () if body_part is BodyPart.PREGNANCY else (Category.BONE_XRAY,)


def _ultrasound(body_part: BodyPart | None) -> tuple[Category, ...]:
    if body_part is None or body_part is BodyPart.PELVIS:
        return (Category.ABDOMINAL_US, Category.OBSTETRIC_US)
    if body_part is BodyPart.PREGNANCY:
        return (Category.OBSTETRIC_US,)
    return (Category.ABDOMINAL_US,) if body_part in _BELLY else ()


def _head(body_part: BodyPart | None) -> tuple[Category, ...]:
    return (Category.HEAD_CT,) if body_part is None or body_part in _HEAD else ()
