"""Which specialty reads a study, from modality and body part."""

from collections.abc import Sequence
from enum import StrEnum

from bot.domain.facts import Facts
from bot.domain.people import Pool
from bot.domain.study import BodyPart, Modality


class Specialty(StrEnum):
    """The specialties that a pool can serve; a pool's file may name others, which only a hand-over reaches."""

    RADIOLOGY = "radiology"
    ORTHOPAEDICS = "orthopaedics"
    CHEST = "chest"
    OBSTETRICS = "obstetrics"
    SURGERY = "surgery"
    NEURO = "neurology"


_CHEST = frozenset({BodyPart.CHEST, BodyPart.RIB})
_BELLY = frozenset({BodyPart.ABDOMEN, BodyPart.KIDNEY, BodyPart.PELVIS})
_HEAD = frozenset({BodyPart.HEAD, BodyPart.EYE, BodyPart.FACE, BodyPart.JAW})
_NO_BONES = _CHEST | _BELLY | _HEAD | {BodyPart.PREGNANCY, BodyPart.BREAST, BodyPart.NECK}


def specialties(facts: Facts) -> tuple[Specialty, ...]:
    """The specialties that fit, best first; radiology reads anything and is always among them."""
    own = _own_specialty(facts)
    return (own, Specialty.RADIOLOGY) if own and own is not Specialty.RADIOLOGY else (Specialty.RADIOLOGY,)


def _own_specialty(facts: Facts) -> Specialty | None:
    part = facts.body_part
    if part is None:
        return None
    if part is BodyPart.PREGNANCY:
        return Specialty.OBSTETRICS
    if part in _CHEST and facts.modality is Modality.XR:
        return Specialty.CHEST
    if part in _BELLY and facts.modality is Modality.US:
        return Specialty.SURGERY
    if part in _HEAD and facts.modality in (Modality.CT, Modality.MR):
        return Specialty.NEURO
    return Specialty.ORTHOPAEDICS if part not in _NO_BONES and facts.modality is Modality.XR else None


def choose_pool(pools: Sequence[Pool], facts: Facts) -> Pool | None:
    """The first pool (by name) that serves the best fitting specialty; any pool rather than none."""
    ordered = sorted(pools, key=lambda pool: pool.name)
    for specialty in specialties(facts):
        for pool in ordered:
            if specialty in pool.specialties:
                return pool
    return ordered[0] if ordered else None
