"""One phone of several people: who writes is asked once in twelve hours, and nothing waits for it but the order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.fact_parser import parse_facts
from bot.domain.facts import Facts
from bot.domain.people import Invite, Person
from bot.domain.study import Priority
from bot.domain.words import Command, bare_number, match_command
from bot.messages import (
    Address,
    Choice,
    ChoiceTapped,
    InboundEvent,
    JoinRequested,
    MessageReceived,
    Text,
    Verbatim,
    decode_event,
    encode_event,
)
from bot.services import sessions
from bot.services.post import for_whom
from handlers.state import Idle, Joining, Sharing, State
from handlers.turn import NOTHING, Action, Knowledge, Reply, Turn, say
from storage.unit_of_work import UnitOfWork

HOLDS = timedelta(hours=12)
"""How long it holds who writes from a shared phone."""
_UNSURE = timedelta(minutes=10)
"""How long an emergency goes on as that of whoever wrote last, while it is asked whose it is."""
_ASK_AGAIN = timedelta(seconds=30)
_PREFIX = 16
"""Hex digits of a person's id in a button."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is done about an event of a shared phone: said first, handled then, said last."""

    first: Reply = NOTHING
    events: tuple[InboundEvent, ...] = ()
    last: Reply = NOTHING


def meet(
    uow: UnitOfWork,
    event: InboundEvent,
    address: Address,
    state: State,
    now: datetime,
    *,
    knowledge: Knowledge,
) -> Held | None:
    """Who writes is asked, or was just said; None where it is known, or the phone is one person's."""
    users = uow.sharing.users(address)
    if uow.people.is_revoked(address):
        # The phone was lost: who has it now is a stranger, who learns no names.
        return None
    if not users or isinstance(state, Joining | Sharing) or isinstance(event, JoinRequested):
        return None
    named = _named(uow, event, address, users, knowledge)
    if named is not None:
        return _chosen(uow, address, named, now)
    if _wants_to_say(event, knowledge):
        return Held(first=_who(uow, users))
    chosen_at = uow.sharing.chosen_at(address)
    if (chosen_at is not None and now - chosen_at < HOLDS) or _opens(event):
        return None
    return _unknown(uow, event, address, users, now, knowledge=knowledge)


def choice() -> Choice:
    """Below her settings: somebody else writes."""
    return Choice(Text("shared.not_me"), "iam", row=99)


def on_tap(_turn: Turn, action: Action) -> Reply | None:
    """A button of a phone that is shared no more."""
    return say(Text("common.old_button")) if action.verb == "iam" else None


def writer(uow: UnitOfWork, address: Address, person_id: str) -> Person | None:
    """Somebody at an address that she has, alone or with others; None where it is hers no more."""
    person = uow.people.by_address(address)
    if person is None or person.id == person_id:
        return person
    return uow.people.get(person_id) if person_id in uow.sharing.users(address) else None


def for_her(uow: UnitOfWork, address: Address, person: Person, reply: Reply) -> Reply:
    """What happens by itself, while somebody else writes from her phone: it begins with her name and asks nothing."""
    now_there = uow.people.by_address(address)
    if now_there is None or now_there.id == person.id:
        return reply
    lead = for_whom(uow, address, person.id)
    return Reply(tuple(replace(message, body=(*lead, *message.body)) for message in reply.says))


def _unknown(
    uow: UnitOfWork,
    event: InboundEvent,
    address: Address,
    users: Sequence[str],
    now: datetime,
    *,
    knowledge: Knowledge,
) -> Held:
    if _is_emergency(event, knowledge):
        last = uow.people.by_address(address)
        if last is not None:
            uow.sharing.choose(address, last.id, now - HOLDS + _UNSURE)
            told = Text("shared.taken_for", {"name": Verbatim(last.name)})
            return Held(events=(event,), last=say(told, choices=_people(uow, users)))
    asked_at = uow.sharing.newest_held(address)
    uow.sharing.hold(address, encode_event(event), now)
    if asked_at is not None and now - asked_at < _ASK_AGAIN:
        return Held()
    return Held(first=_who(uow, users))


def _who(uow: UnitOfWork, users: Sequence[str]) -> Reply:
    return say(Text("shared.who"), choices=_people(uow, users))


def _people(uow: UnitOfWork, users: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(
        Choice(Verbatim(uow.people.get(one).name), f"iam {one[:_PREFIX]}", row=row)
        for row, one in enumerate(users)
    )


def _chosen(uow: UnitOfWork, address: Address, person: Person, now: datetime) -> Held:
    """What was held is hers, and is handled now; what was open with somebody else is not hers to answer."""
    before = uow.people.by_address(address)
    uow.sharing.choose(address, person.id, now)
    uow.audit.append(person.id, "phone.chosen", person.id, now)
    state = None if before is not None and before.id == person.id else Idle()
    events = tuple(decode_event(one) for one in uow.sharing.take_held(address))
    return Held(first=say(Text("shared.now", {"name": Verbatim(person.name)}), state=state), events=events)


def _named(
    uow: UnitOfWork, event: InboundEvent, address: Address, users: Sequence[str], knowledge: Knowledge
) -> Person | None:
    """Who says that it is she: by a button, by its number while she is asked, or by her name."""
    match event:
        case ChoiceTapped(action=action):
            prefix = Action.parse(action).arg(0) if Action.parse(action).verb == "iam" else ""
            found = next((one for one in users if len(prefix) == _PREFIX and one.startswith(prefix)), None)
        case MessageReceived(text=text, attachments=()):
            found = _typed(uow, text, address, users, knowledge)
        case _:
            found = None
    return uow.people.get(found) if found else None


def _typed(
    uow: UnitOfWork, text: str, address: Address, users: Sequence[str], knowledge: Knowledge
) -> str | None:
    if uow.sharing.newest_held(address) is None:
        return None
    number = bare_number(text) if knowledge.takes_numbers(address) else None
    if number is not None and 1 <= number <= len(users):
        return users[number - 1]
    name = text.strip().casefold()
    return next((one for one in users if uow.people.get(one).name.casefold() == name), None)


def _wants_to_say(event: InboundEvent, knowledge: Knowledge) -> bool:
    if isinstance(event, ChoiceTapped):
        return event.action == "iam"
    if not isinstance(event, MessageReceived) or event.attachments or event.quoted is not None:
        return False
    return match_command(event.text, knowledge.vocabulary) is Command.WHO


def _opens(event: InboundEvent) -> bool:
    """A template's button only lets out what waits for the phone."""
    return isinstance(event, ChoiceTapped) and Action.parse(event.action).verb == sessions.OPEN


def _is_emergency(event: InboundEvent, knowledge: Knowledge) -> bool:
    if not isinstance(event, MessageReceived):
        return False
    told: Facts = parse_facts(event.text, knowledge.vocabulary)
    word = match_command(event.text, knowledge.vocabulary) is Command.EMERGENCY
    return word or Priority.EMERGENCY in (told.priority, told.proposed)


# --- joining on a phone that somebody has


def may_be_another(person: Person, invite: Invite) -> bool:
    """Whether an invitation that comes to somebody's phone is for somebody else."""
    if invite.person_id is not None:
        return invite.person_id != person.id
    if invite.name:
        return invite.name.casefold() != person.name.casefold()
    return invite.role in person.roles


def ask_whose(person: Person, invite: Invite) -> Reply:
    """Whether she is the one who has this phone, or shares it."""
    choices = (Choice(Text("shared.is_me"), "sh_me"), Choice(Text("shared.share"), "sh_new", row=1))
    return say(
        Text("shared.are_you", {"name": Verbatim(person.name)}), choices=choices, state=Sharing(invite.id)
    )
