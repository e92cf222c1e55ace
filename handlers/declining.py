"""After a case was declined: why, in one tap; another specialty's case goes there."""

from bot.domain.case import Case, DeclineReason
from bot.domain.people import Role
from bot.messages import Choice, Text, Verbatim
from bot.services import access, assignments, declining
from handlers.turn import Action, Reply, Turn, say, say_about

_PREFIX = 16
"""Hex digits of a pool's id in a button."""
_SHOWN = 9


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """The reason, or the pool whose field it is."""
    if action.verb not in ("dw", "dp"):
        return None
    case = access.case_for(turn.uow, turn.person, action.arg(0), turn.now)
    if case is None or not turn.person.is_a(Role.SPECIALIST):
        return say(Text("common.not_yours"))
    if action.verb == "dp":
        return _move(turn, case, action.arg(1))
    if action.arg(1) not in set(DeclineReason):
        return say(Text("common.old_button"))
    return _because(turn, case, DeclineReason(action.arg(1)))


def _because(turn: Turn, case: Case, reason: DeclineReason) -> Reply:
    if not declining.explain(turn.uow, case, turn.person, reason, turn.now):
        return say_about(case, Text("duty.over"))
    match reason:
        case DeclineReason.BUSY:
            return say_about(case, Text("kept.thanks_why"))
        case DeclineReason.KNOWS:
            return say_about(case, Text("kept.knows_noted"))
        case DeclineReason.FIELD:
            return _which_field(turn, case)


def _which_field(turn: Turn, case: Case) -> Reply:
    if (over := _taken(turn, case)) is not None:
        return over
    pools = declining.other_pools(turn.uow, case)
    if not pools:
        declining.ask_coordinator(turn.uow, case, turn.now)
        return say_about(case, Text("kept.no_other_field"))
    choices = tuple(
        Choice(Verbatim(pool.name), f"dp {case.reference} {pool.id[:_PREFIX]}", row=row)
        for row, pool in enumerate(pools[:_SHOWN])
    )
    return say_about(case, Text("kept.which_field"), choices=choices)


def _move(turn: Turn, case: Case, prefix: str) -> Reply:
    """Only who said that it is not her field moves it, and only while nobody has it."""
    standing = turn.uow.assignments.of(case.id, turn.person.id)
    said_so = standing is not None and standing.reason is DeclineReason.FIELD
    pool = next((p for p in turn.uow.pools.all() if len(prefix) == _PREFIX and p.id.startswith(prefix)), None)
    if not said_so or pool is None:
        return say(Text("common.old_button"))
    if (over := _taken(turn, case)) is not None:
        return over
    if pool.id != case.pool_id and not declining.move(turn.uow, case, turn.person, pool, turn.now):
        return say_about(case, Text("duty.over"))
    return say_about(case, Text("kept.moved", {"pool": Verbatim(pool.name)}))


def _taken(turn: Turn, case: Case) -> Reply | None:
    """Somebody took it meanwhile."""
    holder = assignments.owner(turn.uow, case)
    if holder is not None:
        return say_about(case, Text("kept.taken_meanwhile", {"name": Verbatim(holder.name)}))
    return None if case.awaits_report else say_about(case, Text("duty.over"))
