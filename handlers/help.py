"""What each role can do here, and the answer to what nobody else understood."""

from bot.domain.words import Command
from bot.messages import Text
from bot.services.people import help_choices, help_lines
from handlers.turn import Reply, Turn, say


def on_command(turn: Turn, command: Command) -> Reply | None:
    """Help, and nothing else."""
    return greet(turn) if command is Command.HELP else None


def greet(turn: Turn) -> Reply:
    """What she can do here."""
    return say(*help_lines(turn.person), choices=help_choices(turn.person))


def fallback(turn: Turn) -> Reply:
    """A text that fits nowhere: said so, with what can be done."""
    return say(Text("help.not_understood"), *help_lines(turn.person), choices=help_choices(turn.person))
