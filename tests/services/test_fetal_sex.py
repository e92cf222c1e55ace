"""In which cases words about a child's sex are held."""

import pytest

from bot.clock import ManualClock
from bot.domain.case import Case
from bot.domain.facts import Facts
from bot.domain.study import BodyPart, Modality, Sex
from bot.services.fetal_sex import hold, is_obstetric
from storage.engine import Database
from tests.handlers.ward import KNOWLEDGE, Ward


@pytest.fixture
def ward(db: Database, clock: ManualClock) -> Ward:
    return Ward(db, clock)


@pytest.mark.parametrize(
    ("facts", "obstetric"),
    [
        (Facts(modality=Modality.US, body_part=BodyPart.PREGNANCY), True),
        (Facts(modality=Modality.US, body_part=BodyPart.ABDOMEN, sex=Sex.FEMALE), True),
        (Facts(modality=Modality.US, body_part=BodyPart.PELVIS), True),
        (Facts(modality=Modality.US), True),
        (Facts(modality=Modality.US, body_part=BodyPart.ABDOMEN, sex=Sex.MALE), False),
        (Facts(modality=Modality.XR, body_part=BodyPart.CHEST, sex=Sex.FEMALE), False),
    ],
)
def test_ultrasound_of_the_belly_counts_unless_it_is_a_man(
    ward: Ward, facts: Facts, *, obstetric: bool
) -> None:
    assert is_obstetric(ward.sends_case(facts)) is obstetric


@pytest.mark.parametrize(
    ("words", "expected"), [("it is a boy", True), ("placenta is low", False), ("", False)]
)
def test_only_words_that_tell_it_are_held_and_a_coordinator_is_asked(
    ward: Ward, words: str, *, expected: bool
) -> None:
    case = ward.sends_case(Facts(modality=Modality.US, body_part=BodyPart.PREGNANCY))
    assert _held(ward, case, words) is expected
    assert ("fetal_sex" in ward.tasks()) is expected


def _held(ward: Ward, case: Case, words: str) -> bool:
    return ward.db.run_blocking(
        lambda uow: hold(
            uow,
            case,
            ward.person_in(uow, "rao"),
            words,
            vocabulary=KNOWLEDGE.vocabulary,
            now=ward.clock.now(),
        )
    )
