"""What of a case with an unborn child may be passed on: pictures of a registered clinic, never sound, nothing back.

PC-PNDT Act 1994, s. 4 and 18: ultrasound of a pregnant woman only where the clinic is registered for it; s. 5: its
sex is told in no way, and a voice note or a drawing can't be checked for it.
"""

from bot.domain.case import Case
from bot.domain.obstetric import is_settled, may_show_child
from bot.domain.study import Priority
from storage.unit_of_work import UnitOfWork

REASON = "law"
"""Why a file was refused."""


def is_enabled(uow: UnitOfWork, case: Case) -> bool:
    """Whether a coordinator has said under which number the sending clinic is registered for ultrasound."""
    return case.facility_id is not None and bool(uow.facilities.get(case.facility_id).ultrasound_registration)


def blocks(uow: UnitOfWork, case: Case, sender_id: str, *, is_sound: bool) -> bool:
    """Whether a file of this sender must not be passed on in this case."""
    if not may_show_child(case.facts):
        return False
    return is_sound or not _sends(uow, case, sender_id) or not is_enabled(uow, case)


def in_words_only(uow: UnitOfWork, case: Case) -> bool:
    """Whether a case has to do without pictures: as soon as its facts say so, an emergency's as they are."""
    known = case.priority is Priority.EMERGENCY or is_settled(case.facts)
    return known and may_show_child(case.facts) and not is_enabled(uow, case)


def take_out(uow: UnitOfWork, case: Case) -> int:
    """Take what must not be passed on out of a draft; how many files."""
    known = case.priority is Priority.EMERGENCY or is_settled(case.facts)
    files = uow.attachments.of_case(case.id) if known else ()
    refused = [one for one in files if blocks(uow, case, one.sender_id, is_sound=not one.is_picture)]
    for one in refused:
        uow.attachments.refuse(one.id, REASON)
        uow.attachments.remove(one.id)
        uow.audit.append(one.sender_id, "file.refused_by_law", case.id, one.received_at)
    return len(refused)


def _sends(uow: UnitOfWork, case: Case, person_id: str) -> bool:
    """Whether somebody is on the side of the case that sent it."""
    if person_id == case.referrer_id:
        return True
    return case.facility_id is not None and uow.people.get(person_id).facility_id == case.facility_id
