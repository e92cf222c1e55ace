"""Which pictures the law keeps back, by what is known of the patient."""

import pytest

from bot.domain.facts import Age, Facts
from bot.domain.obstetric import may_show_child
from bot.domain.study import BodyPart, Modality, Sex


def of(
    part: BodyPart | None,
    *,
    pregnant: bool | None = None,
    sex: Sex = Sex.FEMALE,
    modality: Modality = Modality.US,
) -> Facts:
    return Facts(age=Age(24), sex=sex, body_part=part, modality=modality, pregnant=pregnant)


@pytest.mark.parametrize("part", [None, *BodyPart])
def test_any_ultrasound_of_a_woman_who_is_pregnant(part: BodyPart | None) -> None:
    assert may_show_child(of(part, pregnant=True))


@pytest.mark.parametrize("part", [None, BodyPart.ABDOMEN, BodyPart.PELVIS, BodyPart.KIDNEY])
def test_of_her_belly_also_where_it_is_not_known(part: BodyPart | None) -> None:
    assert may_show_child(of(part))
    assert not may_show_child(of(part, pregnant=False))


def test_of_other_parts_only_where_it_is_known() -> None:
    assert not may_show_child(of(BodyPart.NECK))


def test_neither_a_man_nor_another_examination() -> None:
    assert not may_show_child(of(BodyPart.ABDOMEN, sex=Sex.MALE))
    assert not may_show_child(of(BodyPart.CHEST, modality=Modality.XR))
    assert may_show_child(of(BodyPart.PREGNANCY, modality=Modality.XR))
