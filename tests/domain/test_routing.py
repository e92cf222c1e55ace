"""Which pool reads what."""

import pytest

from bot.domain.facts import Facts
from bot.domain.people import Pool
from bot.domain.routing import choose_pool
from bot.domain.study import BodyPart, Modality

RADIOLOGY = Pool("1", "Radiology", "Asia/Kolkata", frozenset({"radiology"}))
BONES = Pool("2", "Bones", "Asia/Kolkata", frozenset({"orthopaedics"}))
BIRTH = Pool("3", "Obstetrics", "Asia/Kolkata", frozenset({"obstetrics"}))
POOLS = (RADIOLOGY, BONES, BIRTH)


@pytest.mark.parametrize(
    ("modality", "part", "pool"),
    [
        (Modality.XR, BodyPart.WRIST, BONES),
        (Modality.XR, BodyPart.CHEST, RADIOLOGY),
        (Modality.US, BodyPart.PREGNANCY, BIRTH),
        (Modality.CT, BodyPart.HEAD, RADIOLOGY),
        (Modality.MR, BodyPart.KNEE, RADIOLOGY),
    ],
)
def test_a_study_goes_to_the_pool_that_fits_best(modality: Modality, part: BodyPart, pool: Pool) -> None:
    assert choose_pool(POOLS, Facts(modality=modality, body_part=part)) == pool


def test_any_pool_is_better_than_none() -> None:
    assert choose_pool((BIRTH,), Facts(modality=Modality.XR, body_part=BodyPart.WRIST)) == BIRTH
    assert choose_pool((), Facts()) is None
