"""Drafts of which it is asked whether they are the same patient's: the question stands on the audit trail."""

from bot.domain.case import Case, Status
from storage.unit_of_work import UnitOfWork

ASKED = "case.same_asked"
DECIDED = "case.same_decided"


def asked_of(uow: UnitOfWork, draft: Case) -> tuple[Case, ...]:
    """The cases that a draft may be a part of as long as she has not said it; a cancelled or closed one is none."""
    trail = uow.audit.of(draft.id)
    if any(entry.action == DECIDED for entry in trail):
        return ()
    found = [uow.cases.find(str(entry.detail["other"])) for entry in trail if entry.action == ASKED]
    return tuple(case for case in found if case is not None and (case.status is Status.DRAFT or case.is_live))
