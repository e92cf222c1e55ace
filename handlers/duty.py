"""What a specialist does with a case beside answering it: take it, decline, give back, hand over, a second opinion."""

from bot.domain.case import Case, Handover, HandoverKind
from bot.domain.people import Person, Role
from bot.domain.words import Command
from bot.messages import Ago, Choice, Line, Text, Verbatim
from bot.services import access, assignments, declining, handovers, notes, reports
from bot.services.assignments import Outcome
from bot.services.wording import case_line
from handlers.state import Idle, Opining
from handlers.turn import Action, Reply, Turn, say, say_about

_VERBS = frozenset({"ack", "dec", "gb", "ho", "hop", "op", "opp"})
_OFFERS = frozenset({"hy", "hn"})
_MOST = 10
"""Buttons below one list."""


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """Taps on a card, on a held case and on an offer of a colleague."""
    if action.verb in _OFFERS:
        return _offer(turn, action)
    if action.verb not in _VERBS:
        return None
    case = access.case_for(turn.uow, turn.person, action.arg(0), turn.now)
    if case is None or case.referrer_id == turn.person.id:
        return say(Text("common.not_yours"))
    if not turn.person.is_a(Role.SPECIALIST):
        return say(
            Text("duty.not_verified") if Role.SPECIALIST in turn.person.roles else Text("common.not_yours")
        )
    return _act(turn, case, action)


def _act(turn: Turn, case: Case, action: Action) -> Reply:
    match action.verb:
        case "ack":
            return _acknowledge(turn, case)
        case "dec":
            return _decline(turn, case)
        case "gb":
            return _give_back(turn, case)
        case "ho" | "op":
            return _colleagues(turn, case, action.verb)
        case _:
            return _offer_to(turn, case, action)


def on_command(turn: Turn, command: Command) -> Reply | None:
    """Status: what she holds, and since when."""
    if command is not Command.STATUS or not turn.person.is_a(Role.SPECIALIST):
        return None
    held = turn.uow.cases.held_by(turn.person.id)
    if not held:
        other = turn.person.is_a(Role.REFERRER) or turn.person.is_a(Role.COORDINATOR)
        return None if other else say(Text("duty.holds_nothing"))
    lines: list[Line] = [Text("duty.holds", strong=True)]
    for case in held:
        standing = turn.uow.assignments.of(case.id, turn.person.id)
        since = Ago(standing.changed_at if standing else case.created_at)
        lines += [
            case_line(case),
            Text("duty.since", {"status": Text(f"status.{case.status.value}"), "since": since}),
        ]
    back = [case for case in held if case.awaits_report][:_MOST]
    choices = (assignments.give_back_choice(case, row=row, named=True) for row, case in enumerate(back))
    return say(*lines, choices=tuple(choices))


def held_choices(case: Case) -> tuple[Choice, ...]:
    """What its owner can do with a case."""
    first = (
        Choice(Text("answer.phrases"), f"ph {case.reference}"),
        Choice(Text("card.ask"), f"ask {case.reference}"),
    )
    return (
        *first,
        Choice(Text("duty.hand_over"), f"ho {case.reference}", row=1),
        Choice(Text("duty.opinion"), f"op {case.reference}", row=1),
        *((assignments.give_back_choice(case, row=2),) if case.awaits_report else ()),
    )


def _acknowledge(turn: Turn, case: Case) -> Reply:
    match assignments.acknowledge(turn.uow, case, turn.person, turn.now):
        case Outcome.YOURS:
            return _yours(turn, case)
        case Outcome.TAKEN:
            return _taken(turn, case)
        case _:
            return say_about(case, Text("duty.over"))


def _yours(turn: Turn, case: Case) -> Reply:
    """She has it: what she can do, after what was said and answered before she had it."""
    said = notes.heard_by_others(turn.uow, case, turn.person)
    sent = turn.uow.reports.sent_of(case.id)
    earlier = reports.newest_body(turn.uow, case, sent[-1]) if sent else ()
    known: tuple[Line, ...] = ()
    if said:
        known = (Text("duty.said_before", strong=True), *said)
    if earlier:
        known = (*known, Text("duty.answered_before", strong=True), *earlier)
    return say_about(case, *known, Text("duty.yours"), choices=held_choices(case), state=Idle())


def _taken(turn: Turn, case: Case) -> Reply:
    holder = assignments.owner(turn.uow, case)
    name = Verbatim(holder.name if holder else "")
    return say_about(case, Text("card.taken", {"name": name}))


def _decline(turn: Turn, case: Case) -> Reply:
    if assignments.decline(turn.uow, case, turn.person, turn.now):
        return say_about(case, Text("duty.declined"), Text("kept.why"), choices=declining.why_choices(case))
    if turn.uow.assignments.owner(case.id) != turn.person.id:
        return say_about(case, Text("duty.over"))
    told = Text("duty.give_back_instead" if case.awaits_report else "duty.answered")
    return say_about(case, told, choices=held_choices(case))


def _give_back(turn: Turn, case: Case) -> Reply:
    if not assignments.give_back(turn.uow, case, turn.person, turn.now):
        if turn.uow.assignments.owner(case.id) == turn.person.id:
            return say_about(case, Text("duty.answered"), choices=held_choices(case))
        return say_about(case, Text("duty.not_held"))
    draft = turn.uow.reports.draft_of(case.id, turn.person.id)
    if draft is not None:
        turn.uow.reports.discard(draft)
    return say_about(case, Text("duty.given_back"), state=Idle())


def _colleagues(turn: Turn, case: Case, verb: str) -> Reply:
    if turn.uow.assignments.owner(case.id) != turn.person.id:
        return say_about(case, Text("duty.not_held"))
    people = handovers.colleagues(turn.uow, case, turn.person, turn.now)
    if not people:
        return say_about(case, Text("duty.no_colleague"))
    ask = Text("duty.hand_over_to") if verb == "ho" else Text("duty.opinion_of")
    tap = "hop" if verb == "ho" else "opp"
    choices = tuple(
        Choice(Verbatim(person.name), f"{tap} {case.reference} {person.id[:_PREFIX]}", row=place)
        for place, person in enumerate(people[:10])
    )
    return say_about(case, ask, choices=choices)


_PREFIX = 16
"""Hex digits of a person's id in a button: enough for one pool, short enough for a button."""


def _offer_to(turn: Turn, case: Case, action: Action) -> Reply:
    if turn.uow.assignments.owner(case.id) != turn.person.id:
        return say_about(case, Text("duty.not_held"))
    colleague = _named(turn, case, action.arg(1))
    kind = HandoverKind.HANDOVER if action.verb == "hop" else HandoverKind.OPINION
    if colleague is None or not handovers.offer(turn.uow, case, kind, turn.person, colleague, turn.now):
        return say_about(case, Text("duty.cannot_ask"))
    name = {"name": Verbatim(colleague.name)}
    told = Text("duty.offered", name) if kind is HandoverKind.HANDOVER else Text("duty.opinion_asked", name)
    return say_about(case, told)


def _named(turn: Turn, case: Case, prefix: str) -> Person | None:
    people = handovers.colleagues(turn.uow, case, turn.person, turn.now)
    return next((p for p in people if len(prefix) == _PREFIX and p.id.startswith(prefix)), None)


def _offer(turn: Turn, action: Action) -> Reply:
    handover = turn.uow.handovers.get(action.arg(0))
    if handover is None or handover.to_id != turn.person.id or not turn.person.is_a(Role.SPECIALIST):
        return say(Text("common.not_yours"))
    case = access.case_of_id(turn.uow, turn.person, handover.case_id, turn.now)
    if case is None:
        return say(Text("common.not_yours"))
    if action.verb == "hn":
        declined = handovers.decline(turn.uow, case, handover, turn.person, turn.now)
        told = Text("duty.no_thanks") if declined else Text("duty.offer_over")
        return say_about(case, told)
    return _accept(turn, case, handover)


def _accept(turn: Turn, case: Case, handover: Handover) -> Reply:
    if handover.kind is HandoverKind.OPINION:
        if not handovers.will_give(turn.uow, handover):
            return say_about(case, Text("duty.offer_over"))
        return say_about(case, Text("duty.write_opinion"), state=Opining(handover.id))
    if not handovers.accept(turn.uow, case, handover, turn.person, turn.now):
        return say_about(case, Text("duty.offer_over"))
    return _yours(turn, case)
