"""Words of which nobody knows for which case they are: kept until their sender says it, and never for long unseen.

While they wait she may begin something else; she is asked again, and coordinators are asked to call her.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.case import Case, TaskKind
from bot.domain.people import Person
from bot.domain.study import Priority
from bot.messages import Address, Choice, Line, Text, TimerDue, Verbatim
from bot.services import notes
from bot.services.notes import Saying
from bot.services.post import Letter, post
from bot.services.tasks import raise_task
from bot.services.wording import case_name
from storage.unit_of_work import UnitOfWork
from storage.unplaced import Kept, Side

UNPLACED = "unplaced"
"""By person: she has not said for which case her words are."""

_WAIT = timedelta(minutes=5)
_WAIT_EMERGENCY = timedelta(minutes=2)
_LIFE = timedelta(days=14)
_SHOWN = 8
"""Cases to choose from in one message; with one more choice they fit every channel's list."""


def keep(
    uow: UnitOfWork, person: Person, saying: Saying, side: Side, address: Address, now: datetime
) -> None:
    """Keep it behind what waits already; while a case is open coordinators hear of it in a few minutes."""
    uow.unplaced.clear(person.id, before=now - _LIFE)
    uow.unplaced.add(person.id, side, saying.stored, saying.files, now)
    cases = cases_of(uow, person.id, side)
    if cases and uow.timers.due_at(UNPLACED, person.id) is None:
        is_emergency = any(case.priority is Priority.EMERGENCY for case in cases)
        due = now + (_WAIT_EMERGENCY if is_emergency else _WAIT)
        uow.timers.set(UNPLACED, person.id, due, lane=address)


def settle(uow: UnitOfWork, person: Person, now: datetime) -> None:
    """It went on, or she does not want it any more: nobody has to ask her."""
    uow.unplaced.clear(person.id)
    uow.timers.cancel(UNPLACED, person.id)
    uow.tasks.close_silently(TaskKind.UNPLACED, person.id, now)


def cases_of(uow: UnitOfWork, person_id: str, side: Side) -> Sequence[Case]:
    """The cases that it may be for, the likeliest first."""
    if side == "sent":
        return tuple(reversed(uow.cases.live_of(person_id)))
    return likeliest(uow.cases.held_by(person_id))


def likeliest(cases: Sequence[Case]) -> Sequence[Case]:
    """Cases that somebody holds: those that wait for a report first, the newest first among each."""
    return sorted(cases, key=lambda case: (case.awaits_report, case.created_at), reverse=True)


def choices(cases: Sequence[Case], side: Side, start: int = 0) -> tuple[Choice, ...]:
    """Some of the cases, and one more choice where there are others."""
    shown = cases[start : start + _SHOWN]
    picks = [Choice(case_name(case), f"for {case.reference}", row=row) for row, case in enumerate(shown)]
    if len(cases) > _SHOWN:
        after = start + _SHOWN if start + _SHOWN < len(cases) else 0
        picks.append(Choice(Text("kept.another"), f"fm {side} {after}", row=_SHOWN))
    return tuple(picks)


def on_timer(uow: UnitOfWork, event: TimerDue, now: datetime) -> bool:
    """She has not said it: she is asked again, coordinators are asked to call, and the only likely reader knows."""
    if event.timer != UNPLACED:
        return False
    person = uow.people.get(event.subject)
    kept = uow.unplaced.of(person.id)
    if kept and not person.revoked:
        _tell_likely_owner(uow, person, kept, now)
        raise_task(uow, TaskKind.UNPLACED, person.id, case=None, now=now)
        _ask_again(uow, person, kept, now)
    return True


def _tell_likely_owner(uow: UnitOfWork, person: Person, kept: Sequence[Kept], now: datetime) -> None:
    """With one case open its owner sees the words, marked: they may be about somebody else."""
    live = uow.cases.live_of(person.id)
    if len(live) != 1 or uow.assignments.owner(live[0].id) is None:
        return
    for one in kept:
        if one.side == "sent" and one.told_case is None:
            saying = Saying(words=one.words, files=one.files)
            notes.tell(uow, live[0], person, saying, now, perhaps=True)
            uow.unplaced.told(one.id, live[0].id)


def _ask_again(uow: UnitOfWork, person: Person, kept: Sequence[Kept], now: datetime) -> None:
    side = kept[-1].side
    cases = cases_of(uow, person.id, side)
    letter = Letter(
        key=f"person/{person.id}/unplaced/{now.isoformat()}",
        body=(Text("kept.still", count=len(kept)), *quoted(kept), Text("kept.which")),
        choices=choices(cases, side),
        about="unplaced",
    )
    post(uow, person.id, letter, case=None, now=now)


def quoted(kept: Sequence[Kept]) -> tuple[Line, ...]:
    """Her own words back, so that she knows which they are; a voice note has none."""
    return tuple(Verbatim(one.words, quoted=True) for one in kept[-3:] if one.words)
