"""Whether what just came may be of another patient than the draft that it would land in: a pure decision."""

from datetime import timedelta

from bot.domain.facts import Facts, Field

PAUSE = timedelta(minutes=3)
"""Pictures that come so long after a draft's last ones may be the next patient's."""

ADDED_WITHIN = timedelta(hours=24)
"""How long after it was sent a case may get pictures that come without facts."""

_OF_A_PERSON = (Field.AGE, Field.SEX)


def is_doubtful(
    known: Facts, told: Facts, *, ask: Field | None, has_pictures: bool, pause: timedelta | None
) -> bool:
    """Whether she has to be asked before `told`, or the pictures with it, become a part of the draft.

    `ask`: the fact that is asked for just now, whose new value is her correction. `pause`: since the draft's last
    picture, None where it has none.
    """
    late = has_pictures and pause is not None and pause >= PAUSE
    return late or differs(known, told, ask=ask)


def differs(known: Facts, told: Facts, *, ask: Field | None = None) -> bool:
    """Whether a second age or sex is told; one that is told twice and differently is a second one too."""
    return any(_second(field, known, told) for field in _OF_A_PERSON if field is not ask)


def _second(field: Field, known: Facts, told: Facts) -> bool:
    if known.value(field) is None:
        return False
    return field in told.conflicts or told.value(field) not in (None, known.value(field))
