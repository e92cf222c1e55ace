"""What each role can do here, and the answer to what nobody else understood."""

from bot.domain.people import Role
from bot.domain.words import ANY_TIME, Command
from bot.messages import Text
from bot.services.people import help_choices, help_lines
from handlers.turn import Reply, Turn, say

_HEARD = ANY_TIME | {Command.NEW, Command.WHO, Command.ROTA, Command.INVITE, Command.TASKS}
"""Words that are for the bot alone: they never become a part of a case, whoever types them."""


def on_command(turn: Turn, command: Command) -> Reply | None:
    """Help, and the answer to a word that nobody else could do anything with."""
    match command:
        case Command.HELP:
            return greet(turn)
        case Command.EMERGENCY:
            return say(Text("join.emergency"))
        case Command.CANCEL:
            return say(Text("help.nothing_open"))
        case Command.STATUS if not any(turn.person.is_a(role) for role in Role):
            return greet(turn)
        case _:
            return fallback(turn) if command in _HEARD else None


def welcome(turn: Turn) -> Reply:
    """The answer to a chat that begins: what the program is for comes first."""
    return say(Text("join.training"), *help_lines(turn.person), choices=help_choices(turn.person))


def greet(turn: Turn) -> Reply:
    """What she can do here, in at most five short lines."""
    return say(*help_lines(turn.person), Text("commands.any_time"), choices=help_choices(turn.person))


def fallback(turn: Turn) -> Reply:
    """A text that fits nowhere: said so, with what can be done."""
    return say(Text("help.not_understood"), *help_lines(turn.person), choices=help_choices(turn.person))
