"""Coordinators invite people: for which role, where, and what to pass on."""

from dataclasses import replace

from bot.domain.people import Facility, Person, Role
from bot.domain.words import Command
from bot.messages import Choice, Line, MessageReceived, Text, Verbatim
from bot.services import people
from handlers import welcome
from handlers.state import Inviting
from handlers.turn import Action, Reply, Turn, done, say

MANY = 8
"""Choices that one message shows."""

LONGEST_NAME = 60

_VERBS = frozenset({"inv", "inv_role", "inv_f", "inv_p", "inv_skip", "inv_is", "inv_new"})


def on_command(turn: Turn, command: Command) -> Reply | None:
    """`invite` for coordinators; in the middle of an invitation, `cancel` ends it and `skip` leaves the name out."""
    if command is Command.CANCEL and isinstance(turn.state, Inviting):
        return done(Text("invite.cancelled"))
    if command is Command.SKIP and isinstance(turn.state, Inviting) and turn.state.ask == "name":
        return _invite(turn, turn.state, "")
    if command is not Command.INVITE:
        return None
    return _ask_role() if turn.person.is_a(Role.COORDINATOR) else say(Text("coordinate.only"))


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """Buttons of invitations."""
    if action.verb not in _VERBS:
        return None
    return _tap(turn, action) if turn.person.is_a(Role.COORDINATOR) else say(Text("coordinate.only"))


def on_message(turn: Turn, message: MessageReceived, _quoted: object = None) -> Reply | None:
    """Words for the invitation that is being made; None where none is, or they are about something else."""
    state, words = turn.state, " ".join(message.text.split())
    plain = bool(words) and not message.attachments and message.quoted is None
    if not isinstance(state, Inviting) or not plain or not turn.person.is_a(Role.COORDINATOR):
        return None
    match state.ask:
        case "role":
            return _ask_role()
        case "facility":
            return _named_facility(turn, state, words)
        case "pool":
            return _ask_pool(turn, state)
        case _:
            return _invite(turn, replace(state, name=""), words[:LONGEST_NAME])


def _tap(turn: Turn, action: Action) -> Reply:
    """Each tap names what it chooses; the state has what was chosen before."""
    state = turn.state if isinstance(turn.state, Inviting) else None
    match action.verb, state:
        case "inv_role", _ if action.arg(0) in set(Role):
            return _take_role(turn, Role(action.arg(0)))
        case "inv_f", Inviting(role=Role.REFERRER):
            return _ask_name(Inviting("name", role=state.role, facility_id=action.arg(0)))
        case "inv_p", Inviting(role=Role.SPECIALIST):
            return _ask_name(Inviting("name", role=state.role, pool_id=action.arg(0)))
        case "inv_is", Inviting(ask="name"):
            return _again(turn, state, turn.uow.people.get(action.arg(0)))
        case "inv_new", Inviting(ask="name") if state.name:
            return _invite(turn, state, state.name)
        case "inv_skip", Inviting(ask="name"):
            return _invite(turn, state, "")
        case _:
            return _ask_role()


def _ask_role() -> Reply:
    choices = tuple(
        Choice(Text(f"role.{role.value}"), f"inv_role {role.value}", row) for row, role in enumerate(Role)
    )
    return say(Text("invite.role"), choices=choices, state=Inviting("role"))


def _take_role(turn: Turn, role: Role) -> Reply:
    if role is Role.REFERRER:
        return _ask_facility(turn, Inviting("facility", role=role.value))
    if role is Role.SPECIALIST:
        return _ask_pool(turn, Inviting("pool", role=role.value))
    return _ask_name(Inviting("name", role=role.value))


def _ask_facility(turn: Turn, state: Inviting) -> Reply:
    choices = tuple(
        Choice(Verbatim(facility.name), f"inv_f {facility.id}", row)
        for row, facility in enumerate(turn.uow.facilities.all()[:MANY])
    )
    return say(Text("invite.facility"), choices=choices, state=state)


def _named_facility(turn: Turn, state: Inviting, words: str) -> Reply:
    """The facility of that name, however it is written; a new one otherwise."""
    name = words[:LONGEST_NAME]
    known = next((f for f in turn.uow.facilities.all() if f.name.casefold() == name.casefold()), None)
    if known is not None:
        return _ask_name(Inviting("name", role=state.role, facility_id=known.id))
    facility_id = turn.uow.facilities.put(Facility("", name))
    turn.uow.audit.append(turn.person.id, "facility.add", facility_id, turn.now)
    added = Text("invite.facility_added", {"name": Verbatim(name)})
    return _ask_name(Inviting("name", role=state.role, facility_id=facility_id), added)


def _ask_pool(turn: Turn, state: Inviting) -> Reply:
    choices = tuple(
        Choice(Verbatim(pool.name), f"inv_p {pool.id}", row)
        for row, pool in enumerate(turn.uow.pools.all()[:MANY])
    )
    if not choices:
        return done(Text("invite.no_pool"))
    return say(Text("invite.pool"), choices=choices, state=state)


def _ask_name(state: Inviting, *heading: Line) -> Reply:
    choices = (Choice(Text("invite.skip"), "inv_skip"),)
    return say(*heading, Text("invite.name"), choices=choices, state=state)


def _invite(turn: Turn, state: Inviting, name: str) -> Reply:
    """For somebody new, unless somebody who is enrolled is called so: then it is asked whether it is she."""
    if name and not state.name and (known := _called(turn, name)):
        return _ask_whether_same(turn, replace(state, name=name), known)
    made = people.make_invite(
        turn.uow,
        Role(state.role),
        now=turn.now,
        facility_id=state.facility_id or None,
        pool_id=state.pool_id or None,
        name=name,
        by=turn.person,
        links=turn.knowledge.bot_links,
    )
    return welcome.pass_on(turn, made)


def _called(turn: Turn, name: str) -> list[Person]:
    """Who is enrolled under that name, however it is written; never who invites."""
    wanted = name.casefold()
    found = [one for one in turn.uow.people.all() if one.name.casefold() == wanted]
    return [one for one in found if one.id != turn.person.id][:MANY]


def _ask_whether_same(turn: Turn, state: Inviting, known: list[Person]) -> Reply:
    """The same person keeps her cases and roles; as somebody new she would have none of them."""
    choices = [
        Choice(Text("invite.same") if len(known) == 1 else _who(turn, person), f"inv_is {person.id}", row)
        for row, person in enumerate(known)
    ]
    choices.append(Choice(Text("invite.not_same"), "inv_new", len(known)))
    question = Text(
        "invite.is_same", {"name": _who(turn, known[0]) if len(known) == 1 else Verbatim(state.name)}
    )
    return say(question, choices=tuple(choices), state=state)


def _who(turn: Turn, person: Person) -> Verbatim:
    facility = turn.uow.facilities.get(person.facility_id).name if person.facility_id else ""
    return Verbatim(", ".join(filter(None, (person.name, facility))))


def _again(turn: Turn, state: Inviting, person: Person) -> Reply:
    role = Role(state.role)
    return welcome.invite_again(turn, person, role, facility_id=state.facility_id, pool_id=state.pool_id)
