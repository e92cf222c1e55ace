"""What a facility of an organisation's file lacks for a bad night: taken in as it is, and said."""

import re
from collections.abc import Iterable

from bot.domain.people import Facility

_NUMBER = re.compile(r"\d(?:[\s().-]{0,2}\d){2,}")
"""Three digits at least, as 108; signs between them do not matter."""


def gaps(facilities: Iterable[Facility]) -> tuple[str, ...]:
    """A sentence for each number or contact that is missing: nothing is refused for it."""
    return tuple(f"facility {one.name!r}: {what}." for one in facilities for what in _missing(one))


def _missing(facility: Facility) -> Iterable[str]:
    if not _NUMBER.search(facility.ambulance):
        yield "ambulance has no phone number, so none is told in an emergency"
    if not _NUMBER.search(facility.referral):
        yield "referral has no phone number, so none is told in an emergency"
    if not facility.contacts:
        yield "contacts is empty, so there is no second contact when the health worker can't be reached"
