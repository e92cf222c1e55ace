"""A coordinator takes a lost phone out: whose it is, one tap, done."""

from bot.domain.people import Person, Role
from bot.domain.words import Command
from bot.messages import Address, Choice, Joined, MessageReceived, Text, Verbatim, channel_of
from bot.services import revoking
from handlers import welcome
from handlers.state import Idle, LostPhone
from handlers.turn import Action, Reply, Turn, done, say
from storage.people import PHONE

MANY = 8
"""People that one message offers."""

_ALL = "0"
_VERBS = frozenset({"lp", "lpy", "lpn", "lpi"})


def on_command(turn: Turn, command: Command) -> Reply | None:
    """`lost phone` for coordinators; whoever else says so is told whom to tell."""
    if command is Command.CANCEL and isinstance(turn.state, LostPhone):
        return done(Text("phones.kept"))
    if command is not Command.LOST:
        return None
    if not turn.person.is_a(Role.COORDINATOR):
        return say(Text("phones.tell_coordinator"))
    return _ask_whose()


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """The menu's button, a person, and what of hers is lost."""
    if action.verb not in _VERBS:
        return None
    if not turn.person.is_a(Role.COORDINATOR):
        return say(Text("coordinate.only"))
    if action.verb == "lpn":
        return done(Text("phones.kept"))
    if not action.args:
        return _ask_whose()
    person = turn.uow.people.get(action.arg(0))
    if action.verb == "lpi":
        return _invite(turn, person)
    return _confirm(turn, person) if action.verb == "lp" else _remove(turn, person, action.arg(1))


def on_message(turn: Turn, message: MessageReceived, _quoted: object = None) -> Reply | None:
    """A part of the name of whose phone is lost."""
    words = " ".join(message.text.split())
    plain = bool(words) and not message.attachments and message.quoted is None
    if not isinstance(turn.state, LostPhone) or not plain or not turn.person.is_a(Role.COORDINATOR):
        return None
    found = [one for one in turn.uow.people.all() if _is_called(one, words) and _addresses(turn, one)]
    if not found:
        return say(Text("phones.no_such", {"words": Verbatim(words)}))
    if len(found) > MANY:
        return say(Text("phones.too_many", count=len(found)))
    if len(found) == 1:
        return _confirm(turn, found[0])
    choices = tuple(Choice(Verbatim(one.name), f"lp {one.id}", row) for row, one in enumerate(found))
    return say(Text("phones.which"), choices=choices)


def _ask_whose() -> Reply:
    return say(Text("phones.whose"), state=LostPhone())


def _is_called(person: Person, words: str) -> bool:
    return words.casefold() in person.name.casefold()


def _addresses(turn: Turn, person: Person) -> tuple[Address, ...]:
    """All that can be taken out; never the chat in which it is done."""
    return tuple(one for one in turn.uow.people.addresses(person.id) if one != turn.address)


def _chats(addresses: tuple[Address, ...]) -> tuple[str, ...]:
    """The channels that she chats by, in an order that stays."""
    return tuple(sorted({channel_of(one) for one in addresses} - {PHONE}))


def _confirm(turn: Turn, person: Person) -> Reply:
    """One button for all that a lost phone has; with several chats one for each beside it."""
    addresses = _addresses(turn, person)
    if person.revoked or not addresses:
        return done(Text("phones.none_left", {"name": Verbatim(person.name)}))
    choices = [Choice(Text("phones.remove"), f"lpy {person.id} {_ALL}")]
    if len(chats := _chats(addresses)) > 1:
        choices += [
            Choice(Text(f"phones.only_{chat}"), f"lpy {person.id} {place}", 1)
            for place, chat in enumerate(chats, 1)
        ]
    choices.append(Choice(Text("phones.keep"), "lpn", 2))
    question = Text("phones.confirm", {"name": Verbatim(person.name)})
    if others := revoking.users_of(turn.uow, person, addresses)[1:]:
        names = Joined(tuple(Verbatim(one.name) for one in others))
        return say(question, Text("phones.also", {"names": names}), choices=tuple(choices), state=Idle())
    return say(question, choices=tuple(choices), state=Idle())


def _remove(turn: Turn, person: Person, which: str) -> Reply:
    addresses = _addresses(turn, person)
    named = dict(enumerate(_chats(addresses), 1))
    lost = tuple(one for one in addresses if which == _ALL or channel_of(one) == named.get(int(which)))
    if person.revoked or not lost:
        return done(Text("phones.none_left", {"name": Verbatim(person.name)}))
    others = revoking.users_of(turn.uow, person, lost)[1:]
    revoking.lose(turn.uow, person, lost, turn.now, by=turn.person.id)
    name = {"name": Verbatim(person.name)}
    if turn.uow.people.has_chat(person.id):
        return done(Text("phones.done_other", name))
    without = [one for one in others if not turn.uow.people.has_chat(one.id)]
    again = [Choice(Verbatim(one.name), f"lpi {one.id}", row) for row, one in enumerate((person, *without))]
    if not without:
        again = [Choice(Text("phones.invite"), f"lpi {person.id}")]
    return say(Text("phones.done", name), choices=tuple(again), state=Idle())


def _invite(turn: Turn, person: Person) -> Reply:
    """What she has to open on her new phone; she stays who she is."""
    role = next((one for one in Role if one in person.roles), None)
    if person.revoked or role is None:
        return done(Text("phones.none_left", {"name": Verbatim(person.name)}))
    return welcome.invite_again(turn, person, role)
