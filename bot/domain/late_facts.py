"""What is learned of an emergency after it was sent: blanks are filled, what was told is never changed unseen."""

from dataclasses import dataclass, replace
from typing import Any

from bot.domain.facts import Facts, Field, changed, missing

_ORDER = tuple(Field)


@dataclass(frozen=True, slots=True)
class Learned:
    """A case's facts after more was told: which blanks are filled, and which words differ from what was told before."""

    facts: Facts
    filled: tuple[Field, ...] = ()
    differing: tuple[Field, ...] = ()


def fill(known: Facts, told: Facts) -> Learned:
    """Fill the blanks of `known` from `told`; a value that differs from a known one is named and not taken.

    The priority is left alone: raising it has its own way, and nobody lowers it so.
    """
    blank = [field for field in missing(known) if field is not Field.PRIORITY]
    # A side that is told together with its part of the body: only then it is known that there are two.
    blank += [Field.SIDE] if known.side is None and Field.SIDE not in blank else []
    filled = tuple(field for field in blank if told.value(field) is not None)
    values: dict[str, Any] = {field.value: told.value(field) for field in filled}
    facts = replace(known, **values, conflicts=known.conflicts - set(filled))
    differing = tuple(field for field in changed(known, told) if field is not Field.PRIORITY)
    return Learned(facts, filled, differing)


def next_missing(facts: Facts, after: Field | None = None) -> Field | None:
    """The next fact to ask for once an emergency is on its way; one that was passed over is not asked again."""
    passed = -1 if after is None else _ORDER.index(after)
    open_ = (field for field in missing(facts) if field is not Field.PRIORITY)
    return next((field for field in open_ if _ORDER.index(field) > passed), None)
