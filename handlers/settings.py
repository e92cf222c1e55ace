"""What a person says of herself: her language, a specialist's registration."""

from bot.domain.people import Role
from bot.domain.words import Command, match_language
from bot.language.enumerations import language_name
from bot.messages import Choice, Text
from bot.services.people import help_lines
from handlers import sharing
from handlers.state import Joining
from handlers.turn import Action, Reply, Turn, say


def on_command(turn: Turn, command: Command) -> Reply | None:
    """The languages on offer, each by its own name."""
    if command is not Command.LANGUAGE:
        return None
    choices = tuple(
        Choice(language_name(language), f"lang {language}", row)
        for row, language in enumerate(turn.knowledge.languages)
    )
    shared = (sharing.choice(),) if turn.uow.sharing.users(turn.address) else ()
    return say(Text("settings.language"), choices=(*choices, *shared))


def on_words(turn: Turn, words: str) -> Reply | None:
    """A language by its name alone changes it at once; what is open stays open."""
    language = match_language(words, turn.knowledge.vocabulary)
    return _set_language(turn, language) if language in turn.knowledge.languages else None


def on_tap(turn: Turn, action: Action) -> Reply | None:
    """A language was chosen (what is open stays open), or the registration is given again."""
    match action.verb:
        case "lang":
            return _set_language(turn, action.arg(0))
        case "reg_again":
            return _ask_registration(turn)
        case _:
            return None


def _set_language(turn: Turn, language: str) -> Reply | None:
    if language not in turn.knowledge.languages:
        return on_command(turn, Command.LANGUAGE)
    turn.uow.people.set_language(turn.person.id, language)
    turn.uow.audit.append(
        turn.person.id, "person.language", turn.person.id, turn.now, detail={"language": language}
    )
    return say(Text("settings.language_set"))


def _ask_registration(turn: Turn) -> Reply:
    if Role.SPECIALIST not in turn.person.roles or turn.person.verified:
        return say(*help_lines(turn.person))
    state = Joining("", "registration", turn.person.language, turn.person.name)
    return say(Text("join.registration"), state=state)
