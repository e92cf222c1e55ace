"""The law's line: what may tell or ask the sex of an unborn child is relayed to nobody (PC-PNDT Act 1994, s. 5)."""

from datetime import datetime

from bot.domain.case import Case, TaskKind
from bot.domain.fetal_sex import fetal_sex_words
from bot.domain.obstetric import may_show_child
from bot.domain.people import Person
from bot.domain.words import Vocabulary
from bot.services.tasks import raise_task
from storage.unit_of_work import UnitOfWork


def is_obstetric(case: Case) -> bool:
    """Whether the pictures may show an unborn child."""
    return may_show_child(case.facts)


def hold(
    uow: UnitOfWork, case: Case, sender: Person, words: str, *, vocabulary: Vocabulary, now: datetime
) -> bool:
    """Whether the words must not be relayed; then coordinators are asked to talk to their sender."""
    if not words or not fetal_sex_words(words, vocabulary, obstetric=is_obstetric(case)):
        return False
    uow.audit.append(sender.id, "words.held", case.id, now)
    raise_task(uow, TaskKind.FETAL_SEX, case.id, case=case, now=now)
    return True
