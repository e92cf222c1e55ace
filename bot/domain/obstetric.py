"""Whether pictures may show an unborn child, by what is known of the patient (PC-PNDT Act 1994, s. 2 (d) and 4)."""

from bot.domain.facts import Facts, Field, may_be_pregnant, missing
from bot.domain.study import BodyPart, Modality

_WHERE_A_CHILD_MAY_BE = frozenset(
    {None, BodyPart.PREGNANCY, BodyPart.ABDOMEN, BodyPart.PELVIS, BodyPart.KIDNEY}
)
_DECISIVE = frozenset({Field.MODALITY, Field.BODY_PART, Field.AGE, Field.SEX, Field.PREGNANT})


def may_show_child(facts: Facts) -> bool:
    """Pregnancy in any examination, and any ultrasound of one who is pregnant: the law names no part of the body.

    Also ultrasound of the belly of one who may be pregnant and has not said she is not. What is not known counts as
    possible: the sex, the age, the part of the body, but not the kind of examination.
    """
    if facts.body_part is BodyPart.PREGNANCY:
        return True
    if facts.modality is not Modality.US:
        return False
    if facts.pregnant is not None:
        return facts.pregnant
    return facts.body_part in _WHERE_A_CHILD_MAY_BE and may_be_pregnant(facts)


def is_settled(facts: Facts) -> bool:
    """Whether nothing is still to be asked that could show that there is no child."""
    if facts.body_part is BodyPart.PREGNANCY:
        return True
    return not _DECISIVE.intersection(missing(facts))
