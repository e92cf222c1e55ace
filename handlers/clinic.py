"""A coordinator says under which number a clinic is registered for ultrasound; only then its pictures go on."""

from dataclasses import replace

from bot.domain.people import Role
from bot.domain.words import Command
from bot.messages import Choice, MessageReceived, Text, Verbatim
from handlers.state import Idle, Registering
from handlers.turn import Action, Reply, Turn, done, say

MANY = 8
"""Clinics that one message offers."""
LONGEST = 40

_VERBS = frozenset({"uc", "ucy", "ucn"})


def on_command(turn: Turn, command: Command) -> Reply | None:
    """`ultrasound clinic` for coordinators; `cancel` while one is being registered."""
    if command is Command.CANCEL and isinstance(turn.state, Registering):
        return done(Text("law.clinic_kept"))
    if command is not Command.CLINIC:
        return None
    return _ask_which(turn) if turn.person.is_a(Role.COORDINATOR) else say(Text("coordinate.only"))


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """The clinic, and whether the number is right."""
    if action.verb not in _VERBS:
        return None
    if not turn.person.is_a(Role.COORDINATOR):
        return say(Text("coordinate.only"))
    match action.verb, turn.state:
        case "uc", _:
            return _ask_number(turn, action.arg(0))
        case "ucy", Registering(facility_id=facility_id, number=number) if number:
            return _enable(turn, facility_id, number)
        case _:
            return done(Text("law.clinic_kept"))


def on_message(turn: Turn, message: MessageReceived, _quoted: object = None) -> Reply | None:
    """The number, which is shown once more before it counts."""
    words = " ".join(message.text.split())
    plain = bool(words) and not message.attachments and message.quoted is None
    if not isinstance(turn.state, Registering) or not plain or not turn.person.is_a(Role.COORDINATOR):
        return None
    name = {"facility": Verbatim(turn.uow.facilities.get(turn.state.facility_id).name)}
    if len(words) > LONGEST or not any(sign.isdecimal() for sign in words):
        return say(Text("law.clinic_number", name))
    choices = (Choice(Text("law.clinic_yes"), "ucy"), Choice(Text("law.clinic_no"), "ucn"))
    check = Text("law.clinic_check", {**name, "number": Verbatim(words)})
    return say(check, choices=choices, state=replace(turn.state, number=words))


def _ask_which(turn: Turn) -> Reply:
    choices = tuple(
        Choice(Verbatim(facility.name), f"uc {facility.id}", row)
        for row, facility in enumerate(turn.uow.facilities.all()[:MANY])
    )
    return say(Text("law.which_clinic"), choices=choices, state=Idle())


def _ask_number(turn: Turn, facility_id: str) -> Reply:
    facility = next((one for one in turn.uow.facilities.all() if one.id == facility_id), None)
    if facility is None:
        return say(Text("common.old_button"))
    question = Text("law.clinic_number", {"facility": Verbatim(facility.name)})
    return say(question, state=Registering(facility.id))


def _enable(turn: Turn, facility_id: str, number: str) -> Reply:
    facility = turn.uow.facilities.get(facility_id)
    turn.uow.facilities.put(replace(facility, ultrasound_registration=number))
    turn.uow.audit.append(turn.person.id, "facility.ultrasound", facility_id, turn.now)
    return done(Text("law.clinic_enabled", {"facility": Verbatim(facility.name)}))
